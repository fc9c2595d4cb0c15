import type { Account } from '../model/account.ts';
import type { Issue, Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { notFound, validationFailed } from '../rest/api-error.ts';

/** The longest body of an issue, pull request or comment, in characters. */
const MAXIMUM_BODY_LENGTH = 65_536;

const DEFAULT_LABEL_COLOR = 'ededed';

/**
 * A body as stored: undefined when empty or absent.
 * @throws ApiError 422 when it is too long
 */
export function bodyText(body: string | null | undefined, resource: string): string | undefined {
  if (body === null || body === undefined || body === '') return undefined;
  // Characters, not UTF-16 units; an emoji is one.
  if (body.length > MAXIMUM_BODY_LENGTH && [...body].length > MAXIMUM_BODY_LENGTH) {
    const message = `body is too long (maximum is ${MAXIMUM_BODY_LENGTH} characters)`;
    throw validationFailed({ resource, field: 'body', code: 'custom', message });
  }
  return body;
}

/**
 * An open issue (or the issue part of a pull request) with the repository's next number; not yet in the repository.
 * @throws ApiError 422 when the title is empty or the body too long
 */
export function newIssue(
  state: GitHubState,
  repository: Repository,
  input: { title: string | undefined; body: string | undefined; author: Account; resource: 'Issue' | 'PullRequest' },
): Issue {
  const { title, author, resource } = input;
  if (title === undefined || title.trim() === '') {
    throw validationFailed({ resource, field: 'title', code: 'missing_field' });
  }
  const now = state.now();
  return {
    id: state.nextId(),
    number: Math.max(0, ...repository.issues.keys()) + 1,
    title,
    body: bodyText(input.body, resource),
    state: 'open',
    stateReason: undefined,
    author,
    labels: [],
    assignees: [],
    comments: [],
    events: [],
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
    closedBy: undefined,
    pullRequest: undefined,
  };
}

/** @throws ApiError 404 when there is no issue or pull request of that number */
export function issueNumbered(repository: Repository, number: number): Issue {
  const issue = repository.issues.get(number);
  if (issue === undefined) throw notFound();
  return issue;
}

/** The repository's label of that name; one that does not exist is created, as when a label is put on an issue. */
export function labelNamed(state: GitHubState, repository: Repository, name: string): Label {
  const existing = repository.labels.get(name.toLowerCase());
  if (existing !== undefined) return existing;
  if (name.trim() === '') throw validationFailed({ resource: 'Label', field: 'name', code: 'missing_field' });
  const label = { id: state.nextId(), name, color: DEFAULT_LABEL_COLOR, description: undefined };
  repository.labels.set(name.toLowerCase(), label);
  return label;
}

/** The names in `labels`, which may be texts or objects. @throws ApiError 422 for an object without name */
export function labelNames(labels: readonly (string | { name?: string })[]): string[] {
  const names = labels.map((label) => (typeof label === 'string' ? label : label.name));
  return names.map((name) => {
    if (name === undefined) throw validationFailed({ resource: 'Label', field: 'name', code: 'missing_field' });
    return name;
  });
}

/** @throws ApiError 422 for somebody who cannot be assigned */
export function assigneesNamed(state: GitHubState, logins: readonly string[]): Account[] {
  return logins.map((login) => {
    const account = state.accounts.get(login.toLowerCase());
    if (account === undefined || account.type !== 'User') {
      throw validationFailed({ resource: 'Issue', field: 'assignees', code: 'invalid', message: login });
    }
    return account;
  });
}
