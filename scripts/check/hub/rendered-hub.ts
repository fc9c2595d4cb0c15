import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jupyterhubChartData } from '@opensarlab/sandbox';
import { load } from 'js-yaml';
import { readDeployment } from '../../../actions/lib/deployment/read-deployment.ts';
import { hubValues, smokeTest } from '../../../actions/lib/stacks/hub-values.ts';
import { root } from '../../setup/install.mjs';

/**
 * Writes what the tests of the real hub need into a folder, as JSON: the chart's default values, our common ones, those
 * rendered from a declaration, and what the smoke test reads.
 * @param declaration path of an `opensarlab.yaml` without errors
 * @param name what the deployment is called
 */
export function writeRenderedHub(declaration: string, folder: string, name = 'sar'): void {
  const source = { file: 'opensarlab.yaml', name, text: readFileSync(declaration, 'utf8') };
  const { deployment, diagnostics } = readDeployment(source);
  if (deployment === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const common = load(readFileSync(join(root, 'cluster', 'jupyterhub', 'values.yaml'), 'utf8'));
  const files = {
    'chart-defaults.json': jupyterhubChartData().data.defaults,
    'common-values.json': common,
    'values.json': hubValues(deployment),
    'smoke-test.json': smokeTest(deployment),
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(content));
}
