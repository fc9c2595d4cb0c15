import { askGitHub, type GitHubConnection } from './connection.ts';

/** A pull request that came to the default branch. */
export type MergedPullRequest = {
  number: number;
  /** The commit that was merged: its head at that moment. */
  head: string;
  /** The merge commit, the squashed one, or the last of a rebase. */
  mergeCommit: string;
  mergedAt: Date;
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
  const { octokit, owner, repo } = github;
  const range = new Set(commits);
  const found = new Map<number, MergedPullRequest>();
  for (const commit of commits) {
    const pulls = await askGitHub('look up the pull requests of a commit', () =>
      octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
        ...{ owner, repo, commit_sha: commit },
        per_page: 100,
      }),
    );
    for (const pull of pulls) {
      if (pull.base.ref !== defaultBranch || pull.base.repo.full_name !== `${owner}/${repo}`) continue;
      const merged = toMerged(pull);
      if (merged !== undefined && range.has(merged.mergeCommit)) found.set(merged.number, merged);
    }
  }
  return inOrder([...found.values()]);
}

/** One pull request, when it was merged into the default branch; undefined otherwise, or when there is none. */
export async function findMergedPullRequest(
  github: GitHubConnection,
  number: number,
  defaultBranch: string,
): Promise<MergedPullRequest | undefined> {
  const { octokit, owner, repo } = github;
  return await askGitHub(`read pull request #${number}`, async () => {
    try {
      const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
      return data.base.ref === defaultBranch ? toMerged(data) : undefined;
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status === 404) return undefined;
      throw error;
    }
  });
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
