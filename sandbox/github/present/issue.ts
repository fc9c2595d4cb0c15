import { type Comment, type Issue, isPullRequest } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { authorAssociation, simpleUser } from './account.ts';
import { apiDate, apiDateOrNull } from './date.ts';
import { presentLabel } from './label.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl, repositoryWebUrl } from './repository.ts';

/** `issue` of GitHub's description; a pull request is an issue with `pull_request`. */
export function presentIssue(state: GitHubState, repository: Repository, issue: Issue): Record<string, unknown> {
  const url = `${repositoryUrl(state, repository)}/issues/${issue.number}`;
  return {
    ...sharedFields(state, repository, issue),
    url,
    repository_url: repositoryUrl(state, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    state_reason: issue.stateReason ?? null,
    comments: issue.comments.length,
    closed_by: issue.closedBy === undefined ? null : simpleUser(state, issue.closedBy),
    ...pullRequestLinks(state, repository, issue),
  };
}

/** What the representations of an issue and of a pull request have in common. */
export function sharedFields(state: GitHubState, repository: Repository, issue: Issue): Record<string, unknown> {
  return {
    id: issue.id,
    node_id: nodeId(issue.pullRequest === undefined ? 'I' : 'PR', issue.id),
    number: issue.number,
    html_url: issueWebUrl(state, repository, issue),
    title: issue.title,
    body: issue.body ?? null,
    state: issue.state,
    user: simpleUser(state, issue.author),
    labels: issue.labels.map((label) => presentLabel(state, repository, label)),
    assignee: issue.assignees[0] === undefined ? null : simpleUser(state, issue.assignees[0]),
    assignees: issue.assignees.map((account) => simpleUser(state, account)),
    milestone: null,
    locked: false,
    active_lock_reason: null,
    created_at: apiDate(issue.createdAt),
    updated_at: apiDate(issue.updatedAt),
    closed_at: apiDateOrNull(issue.closedAt),
    author_association: authorAssociation(repository, issue),
  };
}

function pullRequestLinks(state: GitHubState, repository: Repository, issue: Issue): Record<string, unknown> {
  if (!isPullRequest(issue)) return {};
  const web = issueWebUrl(state, repository, issue);
  return {
    draft: issue.pullRequest.draft,
    pull_request: {
      url: `${repositoryUrl(state, repository)}/pulls/${issue.number}`,
      html_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      merged_at: apiDateOrNull(issue.pullRequest.merged?.at),
    },
  };
}

/** The page of an issue or a pull request. */
export function issueWebUrl(state: GitHubState, repository: Repository, issue: Issue): string {
  const kind = issue.pullRequest === undefined ? 'issues' : 'pull';
  return `${repositoryWebUrl(state, repository)}/${kind}/${issue.number}`;
}

/** `issue-comment` of GitHub's description. */
export function presentComment(
  state: GitHubState,
  repository: Repository,
  issue: Issue,
  comment: Comment,
): Record<string, unknown> {
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: `${repositoryUrl(state, repository)}/issues/comments/${comment.id}`,
    html_url: `${issueWebUrl(state, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(state, repository)}/issues/${issue.number}`,
    body: comment.body,
    user: simpleUser(state, comment.author),
    created_at: apiDate(comment.createdAt),
    updated_at: apiDate(comment.updatedAt),
    author_association: authorAssociation(repository, comment),
  };
}
