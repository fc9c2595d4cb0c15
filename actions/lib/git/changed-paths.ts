import { git } from './git-command.ts';

/**
 * Paths that differ between two commits of a checkout, old names of renamed files included.
 * @param mergeBase compare with the commits' merge base, as pull requests do
 */
export async function changedPaths(
  folder: string,
  before: string,
  after: string,
  mergeBase: boolean,
): Promise<string[]> {
  const range = mergeBase ? `${before}...${after}` : `${before}..${after}`;
  const output = await git(['diff', '--name-only', '--no-renames', '-z', range], { folder });
  return output.split('\0').filter(Boolean);
}

/** Text of a file at a commit of a checkout. @throws Failure `GitFailed` when it is not there */
export async function fileAt(folder: string, commit: string, path: string): Promise<string> {
  return await git(['show', `${commit}:${path}`], { folder });
}
