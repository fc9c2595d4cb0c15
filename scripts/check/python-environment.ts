import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/install.mjs';

/** Where tools are kept from one run to the next; git ignores it. */
export const toolCache = join(root, '.opensarlab', 'tools');

/** The hub's image has Python 3.12; what it runs also runs on 3.11. */
const oldest = '(3, 11)';

const programsFolder = process.platform === 'win32' ? 'Scripts' : 'bin';

/** The first of the usual commands that is a Python new enough; undefined when there is none. */
export function findPython(): string | undefined {
  const test = ['-c', `import sys; sys.exit(sys.version_info < ${oldest})`];
  return ['python3', 'python'].find((command) => spawnSync(command, test).status === 0);
}

/**
 * Makes a virtual environment with exactly the packages of a requirements file, unless there is one for this text already;
 * those of the same name for other texts are removed.
 * @param name what the folder is called, e.g. `hub`
 * @param requirements path of a file with every package that is needed, each with its version
 * @param checked `hashes` when the file has them; `names` when it only lists all there is to be
 * @returns the folder with the environment's programs
 * @throws Error when there is no Python, or pip fails; its own output says why
 */
export function preparePython(name: string, requirements: string, checked: 'hashes' | 'names'): string {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(toolCache, `${name}-${digest}`);
  const programs = join(folder, programsFolder);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return programs;
  const python = findPython();
  if (python === undefined) throw new Error('There is no Python 3.11 or newer on the PATH.');

  mkdirSync(toolCache, { recursive: true });
  for (const other of readdirSync(toolCache)) {
    if (other.startsWith(`${name}-`)) rmSync(join(toolCache, other), { recursive: true, force: true });
  }
  process.stderr.write(`Installing the Python packages of ${name} (pip) …\n`);
  const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', '--no-input'];
  step(python, ['-m', 'venv', folder]);
  const strictly = checked === 'hashes' ? '--require-hashes' : '--no-deps';
  step(join(programs, 'python'), [...pip, 'install', strictly, '--requirement', requirements]);
  step(join(programs, 'python'), [...pip, 'check']);
  writeFileSync(complete, '');
  return programs;
}

function step(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 2, 2] });
  if (error) throw new Error(`${program} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed; its messages above say why.`);
}
