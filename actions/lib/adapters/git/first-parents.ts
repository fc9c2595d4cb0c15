import { Failure } from '../../failure.ts';
import { git, tryGit } from './git-command.ts';

/** More commits than this between two deployments are not looked through one by one. */
const mostCommits = 2_000;

/**
 * Commits of the default branch between two of them, newest first, along first parents: one for each merge, squash or
 * pushed commit, and each commit of a rebase.
 * @param since excluded; one that is no ancestor counts from the merge base, one that is not there is refused
 * @throws Failure `HistoryMissing` when the checkout lacks a commit; `HistoryTooLong` above 2,000
 */
export async function firstParents(folder: string, since: string, until: string): Promise<string[]> {
  for (const commit of [since, until]) await requireCommit(folder, commit);
  const base = await tryGit(['merge-base', since, until], { folder });
  const from = base.code === 0 ? base.stdout.toString('utf8').trim() : since;
  const list = ['rev-list', '--first-parent', `--max-count=${mostCommits + 1}`, `${from}..${until}`];
  const commits = (await git(list, { folder })).split('\n').filter(Boolean);
  if (commits.length <= mostCommits) return commits;
  throw new Failure({
    code: 'HistoryTooLong',
    source: 'user',
    message: `More than ${mostCommits} commits lie between ${since.slice(0, 7)} and ${until.slice(0, 7)}.`,
    hint: 'Open a pull request that touches the deployment: its plan shows everything that is new, and merging it approves that.',
  });
}

/** Whether the second commit comes from the first one, or is it. */
export async function isAncestor(folder: string, ancestor: string, commit: string): Promise<boolean> {
  return (await tryGit(['merge-base', '--is-ancestor', ancestor, commit], { folder })).code === 0;
}

/** Whether the checkout has a commit. */
export async function hasCommit(folder: string, commit: string): Promise<boolean> {
  return (await tryGit(['cat-file', '-e', `${commit}^{commit}`], { folder })).code === 0;
}

async function requireCommit(folder: string, commit: string): Promise<void> {
  if (await hasCommit(folder, commit)) return;
  throw new Failure({
    code: 'HistoryMissing',
    source: 'git',
    message: `The checkout does not have commit ${commit.slice(0, 7)}.`,
    hint: 'Check out with the whole history (`fetch-depth: 0`). After a force push that commit may be gone from the repository.',
  });
}

/** The commit before, on the same branch; undefined for the first one. */
export async function parentOf(folder: string, commit: string): Promise<string | undefined> {
  const found = await tryGit(['rev-parse', '--verify', '--quiet', `${commit}^1`], { folder });
  return found.code === 0 ? found.stdout.toString('utf8').trim() : undefined;
}

/** The commit that is checked out. @throws Failure `GitFailed` outside of a repository */
export async function headCommit(folder: string): Promise<string> {
  return (await git(['rev-parse', '--verify', 'HEAD^{commit}'], { folder })).trim();
}

/** The first line of a commit's message. */
export async function messageOf(folder: string, commit: string): Promise<string> {
  return (await git(['log', '-1', '--format=%s', '--end-of-options', commit], { folder })).trim();
}
