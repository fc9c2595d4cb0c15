import { Failure } from '../../failure.ts';
import { git, tryGit } from './git-command.ts';

/** What merging gives: a tree, or the paths at which the two conflict. */
export type MergedTrees = { kind: 'tree'; tree: string } | { kind: 'conflicts'; paths: string[] };

/**
 * Merges a head into the default branch's tip without making a commit or touching a checkout. GitHub's own merge ref is
 * recomputed late and may be of an older base or head.
 * @param folder a checkout that has both commits
 * @param base tip of the default branch; 40 hex digits
 * @param head of the pull request; 40 hex digits
 * @throws Failure `HistoryMissing` when a commit is not there or the two have nothing in common
 */
export async function mergeTrees(folder: string, base: string, head: string): Promise<MergedTrees> {
  const merged = await tryGit(
    ['merge-tree', '--write-tree', '--no-messages', '--name-only', '-z', '--end-of-options', base, head],
    { folder },
  );
  const [tree = '', ...paths] = merged.stdout.toString('utf8').split('\0').filter(Boolean);
  // Exit code 1 means conflicts (git-merge-tree(1), "EXIT STATUS"); without a tree the commits could not be read.
  const isTree = /^[0-9a-f]{40}$/.test(tree);
  if (merged.code === 1 && isTree) return { kind: 'conflicts', paths };
  if (merged.code !== 0 || !isTree) throw missing(base, head, merged.stderr);
  return { kind: 'tree', tree };
}

/**
 * Merges a proposal, as {@link mergeTrees}, and checks the result out: exactly these two commits. Nothing of the proposal
 * runs: no hooks, and no filters or merge drivers, because no configuration defines any.
 * @returns the id of the merged tree
 * @throws Failure `MergeConflict`; `HistoryMissing`
 */
export async function mergeProposal(folder: string, base: string, head: string): Promise<string> {
  const merged = await mergeTrees(folder, base, head);
  if (merged.kind === 'conflicts') throw conflict(merged.paths);
  await git(['read-tree', '--reset', '-u', merged.tree], { folder });
  // What a checkout of the head left and the merged tree does not have.
  await git(['clean', '-dffxq'], { folder });
  return merged.tree;
}

function conflict(paths: readonly string[]): Failure {
  const shown = paths.slice(0, 5).join(', ');
  return new Failure({
    code: 'MergeConflict',
    source: 'user',
    message: `The pull request conflicts with the default branch${shown === '' ? '' : ` in ${shown}`}, so there is nothing to plan.`,
    hint: 'Merge the default branch into it and resolve the conflicts; the plan is made anew then.',
  });
}

function missing(base: string, head: string, reason: string): Failure {
  return new Failure({
    code: 'HistoryMissing',
    source: 'git',
    message: `The commits ${base.slice(0, 7)} and ${head.slice(0, 7)} cannot be merged: ${reason.trim().split('\n').at(-1) ?? 'git gave no reason'}`,
    hint: 'The pull request needs a common history with the default branch, and the checkout all of it.',
  });
}
