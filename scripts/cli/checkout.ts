import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openWorkspace, type Workspace } from '../../actions/lib/adapters/workspace/workspace.ts';
import { type CommandArguments, type CommandOption, misused } from './command-arguments.ts';

/** The option of every command that works on a checkout. */
export const rootOption = {
  root: { type: 'string', value: 'DIR', help: 'Folder of the repository; by default the current one.' },
} as const satisfies Record<string, CommandOption>;

/** The option of commands that print a value. */
export const jsonOption = {
  json: { type: 'boolean', help: 'Print the value as JSON.' },
} as const satisfies Record<string, CommandOption>;

/**
 * The checkout that `--root` names, by default the current folder.
 * @throws Failure `Usage` when there is no folder `deployments` in it: a check of nothing would look like a success
 */
export async function openCheckout(args: CommandArguments): Promise<Workspace> {
  const root = resolve(args.text('root') ?? '.');
  if (!(await isFolder(join(root, 'deployments')))) {
    throw misused(
      `There is no folder deployments in ${JSON.stringify(root)}.`,
      'Run this from the root of the repository, or give its folder with --root.',
    );
  }
  return await openWorkspace(root, { localSources: true });
}

/** Whether there is a folder at this path. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))) return false;
    throw error;
  }
}
