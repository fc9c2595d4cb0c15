import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../setup/install.mjs';
import { preparePython, toolCache } from '../python-environment.ts';
import { runProgram } from './run-program.ts';

/** actionlint, by its Go module (MIT licence); Go checks what it gets against the checksum database. */
const actionlint = { module: 'github.com/rhysd/actionlint/cmd/actionlint', version: 'v1.7.12' } as const;

/**
 * The linters that come from PyPI, in exactly the versions of `.ci/tools/requirements.txt`.
 * @returns the folder of their programs
 * @throws Error when something cannot be installed
 */
export function installPythonTools(): string {
  return preparePython('linters', join(root, '.ci', 'tools', 'requirements.txt'), 'names');
}

/**
 * The program actionlint, built from its module.
 * @returns undefined when Go is missing, which only a person's machine may lack
 * @throws Error when CI has no Go, or the module cannot be built
 */
export async function installActionlint(): Promise<string | undefined> {
  const folder = join(toolCache, `actionlint-${actionlint.version}`);
  const program = join(folder, 'actionlint');
  if (existsSync(program)) return program;
  if (!(await hasGo())) {
    if (process.env.CI === 'true') throw new Error('CI needs Go to build actionlint.');
    return undefined;
  }
  const environment = { GOBIN: folder, GOFLAGS: '-mod=mod' };
  const { status, output } = await runProgram(
    'go',
    ['install', `${actionlint.module}@${actionlint.version}`],
    environment,
  );
  if (status !== 0) throw new Error(`actionlint cannot be built:\n${output}`);
  return program;
}

async function hasGo(): Promise<boolean> {
  try {
    return (await runProgram('go', ['version'])).status === 0;
  } catch {
    // Not being there is the answer.
    return false;
  }
}
