import { countCommits, mergeBase } from '../git/commits.ts';
import { diffFiles, type FileChange } from '../git/diff.ts';
import type { PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { mergeObstacles } from '../pull-requests/merge-rules.ts';
import { simpleUser } from './account.ts';
import { apiDateOrNull } from './date.ts';
import { issueWebUrl, sharedFields } from './issue.ts';
import { presentRepository, repositoryUrl } from './repository.ts';

/** The files a pull request changes: from the merge base to its head ("three-dot diff"). */
export async function pullRequestFiles(
  repository: Repository,
  issue: PullRequestIssue,
  options: { patches?: boolean } = {},
): Promise<FileChange[]> {
  const { baseSha, headSha } = issue.pullRequest;
  const base = (await mergeBase(repository.gitFolder, baseSha, headSha)) ?? baseSha;
  return diffFiles(repository.gitFolder, base, headSha, options);
}

/** `pull-request-simple` of GitHub's description, as in lists. */
export function presentPullRequestSimple(
  state: GitHubState,
  repository: Repository,
  issue: PullRequestIssue,
): Record<string, unknown> {
  const url = `${repositoryUrl(state, repository)}/pulls/${issue.number}`;
  const web = issueWebUrl(state, repository, issue);
  const { pullRequest } = issue;
  const links = {
    url,
    issue_url: `${repositoryUrl(state, repository)}/issues/${issue.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(state, repository)}/pulls/comments{/number}`,
    comments_url: `${repositoryUrl(state, repository)}/issues/${issue.number}/comments`,
    statuses_url: `${repositoryUrl(state, repository)}/statuses/${pullRequest.headSha}`,
  };
  return {
    ...sharedFields(state, repository, issue),
    ...links,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    merged_at: apiDateOrNull(pullRequest.merged?.at),
    merge_commit_sha: pullRequest.mergeCommitSha ?? null,
    requested_reviewers: [],
    requested_teams: [],
    draft: pullRequest.draft,
    auto_merge: null,
    head: presentSide(state, pullRequest.headRepository, pullRequest.headRef, pullRequest.headSha),
    base: presentSide(state, repository, pullRequest.baseRef, pullRequest.baseSha),
    _links: presentLinks(links, web),
  };
}

/** `pull-request` of GitHub's description, as for a single pull request. */
export async function presentPullRequest(
  state: GitHubState,
  repository: Repository,
  issue: PullRequestIssue,
): Promise<Record<string, unknown>> {
  const { pullRequest } = issue;
  const files = await pullRequestFiles(repository, issue);
  const merged = pullRequest.merged !== undefined;
  // "When the value is null, GitHub has started a background job to compute the mergeability."
  const known = issue.state === 'open' && !pullRequest.mergeRefOutdated;
  return {
    ...presentPullRequestSimple(state, repository, issue),
    merged,
    merged_by: pullRequest.merged === undefined ? null : simpleUser(state, pullRequest.merged.by),
    mergeable: known ? pullRequest.mergeable : null,
    rebaseable: known ? pullRequest.mergeable : null,
    mergeable_state: await mergeableState(repository, issue),
    maintainer_can_modify: pullRequest.maintainerCanModify,
    comments: issue.comments.length,
    review_comments: 0,
    commits: await countCommits(repository.gitFolder, pullRequest.baseSha, pullRequest.headSha),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** `blocked` by rules, `behind` when only the base has moved on (docs.github.com/en/graphql/reference/enums#mergestatestatus). */
async function mergeableState(repository: Repository, issue: PullRequestIssue): Promise<string> {
  if (issue.state === 'closed' || issue.pullRequest.mergeRefOutdated) return 'unknown';
  if (!issue.pullRequest.mergeable) return 'dirty';
  if (issue.pullRequest.draft) return 'draft';
  const obstacles = await mergeObstacles(repository, issue, { queued: true });
  const [only] = obstacles;
  if (obstacles.length === 1 && only?.includes('out-of-date') === true) return 'behind';
  return obstacles.length > 0 ? 'blocked' : 'clean';
}

function presentSide(state: GitHubState, repository: Repository, ref: string, sha: string): Record<string, unknown> {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: simpleUser(state, repository.owner),
    repo: presentRepository(state, repository),
  };
}

function presentLinks(urls: Record<string, string>, web: string): Record<string, unknown> {
  const link = (name: string): { href: string } => ({ href: urls[name] ?? '' });
  return {
    self: link('url'),
    html: { href: web },
    issue: link('issue_url'),
    comments: link('comments_url'),
    review_comments: link('review_comments_url'),
    review_comment: link('review_comment_url'),
    commits: link('commits_url'),
    statuses: link('statuses_url'),
  };
}
