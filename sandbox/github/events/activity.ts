import { NO_COMMIT, readRef } from '../git/refs.ts';
import { recordIssueEvent } from '../issues/issue-events.ts';
import { type Issue, isPullRequest, type Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from '../present/account.ts';
import { presentIssue } from '../present/issue.ts';
import { presentLabel } from '../present/label.ts';
import { presentRepository } from '../present/repository.ts';
import type { Actor } from './actor.ts';
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

type IssueAction = 'opened' | 'edited' | 'closed' | 'reopened' | 'labeled' | 'unlabeled' | 'assigned' | 'unassigned';

/** Emits an `issues` event; it runs on the last commit of the default branch. */
async function emitIssueEvent(
  state: GitHubState,
  repository: Repository,
  issue: Issue,
  action: IssueAction,
  actor: Actor,
  extra: Record<string, unknown> = {},
): Promise<void> {
  const ref = `refs/heads/${repository.defaultBranch}`;
  state.events.emit({
    name: 'issues',
    action,
    payload: {
      action,
      issue: presentIssue(state, repository, issue),
      ...extra,
      repository: presentRepository(state, repository),
      sender: simpleUser(state, actor.account),
    },
    repository: repository.fullName,
    ref,
    sha: (await readRef(repository.gitFolder, ref)) ?? NO_COMMIT,
    actor: { login: actor.account.login, id: actor.account.id },
    causedByJobToken: actor.causedByJobToken,
  });
}
