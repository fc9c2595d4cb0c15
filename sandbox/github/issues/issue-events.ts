import type { Actor } from '../events/actor.ts';
import type { Issue, IssueEvent } from '../model/issue.ts';
import type { GitHubState } from '../model/state.ts';

/**
 * Writes down what happened to an issue or pull request, for its events and its timeline. Nobody can change or remove an
 * entry (docs.github.com/en/rest/using-the-rest-api/issue-event-types).
 */
export function recordIssueEvent(
  state: GitHubState,
  issue: Issue,
  actor: Pick<Actor, 'account'>,
  happened: Omit<IssueEvent, 'id' | 'actor' | 'createdAt'>,
): void {
  issue.events.push({ id: state.nextId(), actor: actor.account, createdAt: state.now(), ...happened });
}
