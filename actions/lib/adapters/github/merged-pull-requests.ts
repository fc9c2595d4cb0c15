import { Failure } from '../../failure.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';

/** A pull request that was merged. */
export type MergedPullRequest = {
  number: number;
  /** The commit that was merged: its head at that moment. */
  head: string;
  /** The merge commit, the squashed one, or the last of a rebase. */
  mergeCommit: string;
  mergedAt: Date;
};

/** A merged pull request with what only reading it by its number tells. */
export type MergedDetails = MergedPullRequest & {
  /** Name of the branch that it went into. */
  base: string;
  /** Number of commits on its branch. */
  commits: number;
  labels: string[];
};

/**
 * The merged pull requests that brought the commits of a range, in the order of their merging. Whatever the method, the
 * commit that GitHub names as merged must lie in the range: a pull request that only contains one of the commits, or went
 * to another branch, did not bring it.
 * @param commits first-parent commits of the default branch
 */
export async function pullRequestsOfCommits(
  github: GitHubConnection,
  commits: readonly string[],
  defaultBranch: string,
): Promise<MergedPullRequest[]> {
  const { owner, repo } = github;
  const range = new Set(commits);
  const found = new Map<number, MergedPullRequest>();
  for (const commit of commits) {
    for (const pull of await pullRequestsWith(github, commit)) {
      if (pull.base.ref !== defaultBranch || pull.base.repo.full_name !== `${owner}/${repo}`) continue;
      const merged = toMerged(pull);
      if (merged !== undefined && range.has(merged.mergeCommit)) found.set(merged.number, merged);
    }
  }
  return inOrder([...found.values()]);
}

/** Numbers of the merged pull requests that a commit is part of, whatever their base, newest first; usually one. */
export async function mergedPullRequestsOf(github: GitHubConnection, commit: string): Promise<number[]> {
  const merged = (await pullRequestsWith(github, commit)).flatMap((pull) => toMerged(pull) ?? []);
  return merged.map(({ number }) => number).sort((a, b) => b - a);
}

async function pullRequestsWith({ octokit, owner, repo }: GitHubConnection, commit: string) {
  return await askGitHub('look up the pull requests of a commit', () =>
    octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
      ...{ owner, repo, commit_sha: commit },
      per_page: 100,
    }),
  );
}

/** @returns undefined for one that is not merged. @throws Failure `GitHub404` when there is none of this number */
export async function mergedPullRequest(
  { octokit, owner, repo }: GitHubConnection,
  number: number,
): Promise<MergedDetails | undefined> {
  const { data } = await askGitHub(`read #${number}`, () =>
    octokit.rest.pulls.get({ owner, repo, pull_number: number }),
  );
  const merged = toMerged(data);
  const labels = data.labels.map(({ name }) => name);
  return merged && { ...merged, base: data.base.ref, commits: data.commits, labels };
}

/** One pull request, when it was merged into the default branch; undefined otherwise, or when there is none. */
export async function findMergedPullRequest(
  github: GitHubConnection,
  number: number,
  defaultBranch: string,
): Promise<MergedPullRequest | undefined> {
  try {
    const found = await mergedPullRequest(github, number);
    return found?.base === defaultBranch ? found : undefined;
  } catch (error) {
    if (error instanceof Failure && error.code === 'GitHub404') return undefined;
    throw error;
  }
}

/** Oldest merge first. */
export function inOrder(pulls: readonly MergedPullRequest[]): MergedPullRequest[] {
  return [...pulls].sort((a, b) => a.mergedAt.getTime() - b.mergedAt.getTime() || a.number - b.number);
}

function toMerged(pull: {
  number: number;
  merged_at: string | null;
  merge_commit_sha: string | null;
  head: { sha: string };
}): MergedPullRequest | undefined {
  if (pull.merged_at === null || pull.merge_commit_sha === null) return undefined;
  const { number, head, merge_commit_sha: mergeCommit, merged_at: mergedAt } = pull;
  return { number, head: head.sha, mergeCommit, mergedAt: new Date(mergedAt) };
}
