import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from '../../setup/install.mjs';
import { runProgram } from './run-program.ts';

/** Dockerfiles of this repository, by path from its root. */
export async function dockerfiles(): Promise<string[]> {
  return (await repositoryFiles()).filter((path) => /^Dockerfile(\.|$)/.test(basename(path)));
}

/** Shell scripts, by their ending or their first line. */
export async function shellScripts(): Promise<string[]> {
  const found: string[] = [];
  for (const path of await repositoryFiles()) {
    if (path.endsWith('.sh') || (!basename(path).includes('.') && (await startsAsShell(path)))) found.push(path);
  }
  return found;
}

/** Workflows and the actions that they use. */
export async function workflowFiles(): Promise<string[]> {
  return (await repositoryFiles()).filter((path) => /^\.github\/workflows\/.+\.ya?ml$|\/action\.ya?ml$/.test(path));
}

async function startsAsShell(path: string): Promise<boolean> {
  const [first = ''] = (await readFile(join(root, path), 'utf8')).split('\n', 1);
  return /^#!.*\b(ba|da|)sh\b/.test(first);
}

/** Files that git has or would take. */
async function repositoryFiles(): Promise<string[]> {
  const { status, output } = await runProgram('git', ['ls-files', '--cached', '--others', '--exclude-standard']);
  if (status !== 0) throw new Error(`git ls-files ended with ${status}: ${output}`);
  return output.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
}
