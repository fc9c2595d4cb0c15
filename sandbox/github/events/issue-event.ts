import { NO_COMMIT, readRef } from '../git/refs.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from '../present/account.ts';
import { presentIssue } from '../present/issue.ts';
import { presentRepository } from '../present/repository.ts';
import type { Actor } from './actor.ts';

export type IssueAction =
  | 'opened'
  | 'edited'
  | 'closed'
  | 'reopened'
  | 'labeled'
  | 'unlabeled'
  | 'assigned'
  | 'unassigned';

/** Emits an `issues` event; it runs on the last commit of the default branch. */
export async function emitIssueEvent(
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
