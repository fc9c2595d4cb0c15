import { type Commit, listCommits } from '../git/commits.ts';
import { type Issue, type IssueEvent, isPullRequest } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { presentGitCommit } from './commit.ts';
import { apiDate } from './date.ts';
import { presentComment } from './issue.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl } from './repository.ts';

/** `issue-event` of GitHub's description, as `GET …/issues/{n}/events` shows it. */
export function presentIssueEvent(
  state: GitHubState,
  repository: Repository,
  event: IssueEvent,
): Record<string, unknown> {
  const { label, commitId, rename, stateReason } = event;
  return {
    id: event.id,
    node_id: nodeId('IE', event.id),
    url: `${repositoryUrl(state, repository)}/issues/events/${event.id}`,
    actor: simpleUser(state, event.actor),
    event: event.event,
    commit_id: commitId ?? null,
    commit_url: commitId === undefined ? null : `${repositoryUrl(state, repository)}/commits/${commitId}`,
    created_at: apiDate(event.createdAt),
    performed_via_github_app: null,
    ...(label === undefined ? {} : { label: { name: label.name, color: label.color } }),
    ...(rename === undefined ? {} : { rename }),
    ...(event.event === 'closed' || event.event === 'reopened' ? { state_reason: stateReason ?? null } : {}),
  };
}

/**
 * Everything that happened, oldest first: events, comments and, for a pull request, its commits
 * (docs.github.com/en/rest/issues/timeline). A commit has no `created_at`; it stands at its committer's date.
 */
export async function presentTimeline(
  state: GitHubState,
  repository: Repository,
  issue: Issue,
): Promise<Record<string, unknown>[]> {
  const commits = isPullRequest(issue) ? await commitsOf(repository, issue.pullRequest) : [];
  const entries = [
    ...commits.map((commit) => ({ at: commit.committer.date, body: committed(state, repository, commit) })),
    ...issue.events.map((event) => ({ at: event.createdAt, body: presentIssueEvent(state, repository, event) })),
    ...issue.comments.map((comment) => ({
      at: comment.createdAt,
      body: {
        ...presentComment(state, repository, issue, comment),
        event: 'commented',
        actor: simpleUser(state, comment.author),
      },
    })),
  ];
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime()).map(({ body }) => body);
}

function commitsOf(
  repository: Repository,
  { baseSha, headSha }: { baseSha: string; headSha: string },
): Promise<Commit[]> {
  return listCommits(repository.gitFolder, [`${baseSha}..${headSha}`], { reverse: true });
}

function committed(state: GitHubState, repository: Repository, commit: Commit): Record<string, unknown> {
  return { ...presentGitCommit(state, repository, commit), event: 'committed' };
}
