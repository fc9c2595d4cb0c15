import type { EventBus } from '../events/event-bus.ts';
import type { Account } from './account.ts';
import type { Repository } from './repository.ts';
import type { RunControl } from './run-control.ts';
import type { Grant } from './token.ts';

/** All that the sandbox's GitHub knows. */
export type GitHubState = {
  /** Scratch folder: bare repositories below `repositories/`. */
  readonly folder: string;
  serverUrl: string;
  apiUrl: string;
  /** Virtual time, for everything people see a date of. */
  now(): Date;
  /** Moves virtual time forward. */
  passTime(milliseconds: number): void;
  /** A number no object of this GitHub has yet. */
  nextId(): number;
  readonly events: EventBus;
  /** By lower-case login. */
  readonly accounts: Map<string, Account>;
  /** By lower-case `owner/name`. */
  readonly repositories: Map<string, Repository>;
  readonly tokens: Map<string, Grant>;
  /** Called when something happened that a merge queue may wait for: a check ended, a branch moved. */
  wakeQueues(repository: Repository): void;
  /** The runners at work. */
  readonly runControls: Set<RunControl>;
};

/** @throws Error naming the repository when there is none of that name */
export function repositoryNamed(state: GitHubState, fullName: string): Repository {
  const repository = state.repositories.get(fullName.toLowerCase());
  if (repository === undefined) throw new Error(`The sandbox's GitHub has no repository ${fullName}.`);
  return repository;
}
