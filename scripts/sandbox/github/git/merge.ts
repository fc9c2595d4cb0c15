import { runGit } from './run-git.ts';

/**
 * Merges two commits without a work tree.
 * @returns the merged tree, or undefined when they conflict
 */
export async function mergeTrees(gitFolder: string, ours: string, theirs: string): Promise<string | undefined> {
  const args = ['merge-tree', '--write-tree', '--no-messages', ours, theirs];
  const { stdout, exitCode } = await runGit(gitFolder, args, { accept: [0, 1] });
  return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
}
