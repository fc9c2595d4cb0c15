import { mergeBase } from './commits.ts';
import { gitText, runGit } from './run-git.ts';

/**
 * Merges two commits without a work tree.
 * @returns the merged tree, or undefined when they conflict, or have no history in common, which Git refuses to merge too
 *   (git-scm.com/docs/git-merge, `--allow-unrelated-histories`)
 */
export async function mergeTrees(gitFolder: string, ours: string, theirs: string): Promise<string | undefined> {
  if ((await mergeBase(gitFolder, ours, theirs)) === undefined) return undefined;
  const args = ['merge-tree', '--write-tree', '--no-messages', ours, theirs];
  const { stdout, exitCode } = await runGit(gitFolder, args, { accept: [0, 1] });
  return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** Who makes commits that nothing keeps. */
const NOBODY = {
  GIT_AUTHOR_NAME: 'nobody',
  GIT_AUTHOR_EMAIL: 'nobody',
  GIT_AUTHOR_DATE: '1000000000 +0000',
  GIT_COMMITTER_NAME: 'nobody',
  GIT_COMMITTER_EMAIL: 'nobody',
  GIT_COMMITTER_DATE: '1000000000 +0000',
};

/**
 * The tree of `onto` with what a commit changed against its first parent, as a cherry-pick makes it. `git merge-tree` can
 * be given a base only since Git 2.40, so the three trees stand in for a history of their own.
 * @returns undefined when they conflict
 */
export async function pickedTree(gitFolder: string, onto: string, commit: string): Promise<string | undefined> {
  const standIn = async (revision: string, ...parents: string[]): Promise<string> => {
    const tree = await gitText(gitFolder, ['rev-parse', '--verify', `${revision}^{tree}`]);
    const flags = parents.flatMap((parent) => ['-p', parent]);
    return gitText(gitFolder, ['commit-tree', tree, ...flags], { input: 'stand-in\n', env: NOBODY });
  };
  const base = await standIn(`${commit}^1`);
  return mergeTrees(gitFolder, await standIn(onto, base), await standIn(commit, base));
}
