import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import { renderOverlay } from '../../actions/lib/stacks/render.ts';
import { root } from '../setup/install.mjs';
import { deploymentMatrix, deploymentOfCase, type MatrixCase } from './static-proof/deployment-matrix.ts';
import { repositorySources } from './static-proof/rendered-templates.ts';

/** A declaration of the matrix. @throws Error when there is none of that name */
export function matrixCaseOf(name: string): MatrixCase {
  const found = deploymentMatrix.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The matrix has no deployment ${JSON.stringify(name)}.`);
  return found;
}

/** Writes what CodeBuild finds in its checkout of NAME-cluster: the scripts, and what a declaration renders. */
export function writePipelineCheckout(folder: string, matrixCase: MatrixCase): void {
  for (const part of ['jupyterhub', 'services']) {
    const filter = (path: string): boolean => !path.endsWith('node_modules');
    cpSync(join(root, 'cluster', part), join(folder, part), { recursive: true, filter });
  }
  const deployment = deploymentOfCase(matrixCase);
  const sources = repositorySources();
  const stacks = stacksOf(deployment, sources);
  const { cluster } = renderOverlay(deployment, { stacks, declaration: matrixCase.text, versions: sources.versions });
  for (const { path, text } of cluster) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}
