import { recordIssueEvent } from '../issues/issue-events.ts';
import { type Issue, isPullRequest, type Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { presentLabel } from '../present/label.ts';
import type { Actor } from './actor.ts';
import { emitIssueEvent, type IssueAction } from './issue-event.ts';
import { emitPullRequestEvent } from './pull-request-event.ts';

/** Emits the activity as `pull_request` or `issues`, whichever the issue is. */
export async function emitActivity(
  state: GitHubState,
  repository: Repository,
  issue: Issue,
  action: IssueAction,
  actor: Actor,
  extra: Record<string, unknown> = {},
): Promise<void> {
  if (isPullRequest(issue)) await emitPullRequestEvent(state, repository, issue, action, actor, extra);
  else await emitIssueEvent(state, repository, issue, action, actor, extra);
}

/** One `labeled` or `unlabeled` event per label, as GitHub sends them. */
export async function emitLabelEvents(
  state: GitHubState,
  repository: Repository,
  issue: Issue,
  action: 'labeled' | 'unlabeled',
  labels: readonly Label[],
  actor: Actor,
): Promise<void> {
  for (const label of labels) {
    recordIssueEvent(state, issue, actor, { event: action, label: { name: label.name, color: label.color } });
    await emitActivity(state, repository, issue, action, actor, { label: presentLabel(state, repository, label) });
  }
}
