import { emitLabelEvents } from '../events/activity.ts';
import { type Actor, actorOf } from '../events/actor.ts';
import { issueNumbered, labelNamed, labelNames } from '../issues/issue-fields.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { presentLabel } from '../present/label.ts';
import { ApiError } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import { type RepositoryHandlers, type RestReply, signedIn } from '../rest/rest-call.ts';

/** Labels on issues and pull requests (docs.github.com/en/rest/issues/labels). */
export const issueLabelHandlers: RepositoryHandlers<
  | 'issues/list-labels-on-issue'
  | 'issues/add-labels'
  | 'issues/set-labels'
  | 'issues/remove-label'
  | 'issues/remove-all-labels'
> = {
  'issues/list-labels-on-issue': (call, repository) =>
    listReply(call, issueNumbered(repository, call.path.issue_number).labels, (label) =>
      presentLabel(call.state, repository, label),
    ),

  'issues/add-labels': async (call, repository) => {
    const issue = issueNumbered(repository, call.path.issue_number);
    const names = labelNames(givenLabels(call.body));
    const before = issue.labels.map((label) => label.name);
    await replaceLabels(call.state, repository, issue, [...before, ...names], actorOf(signedIn(call)));
    return labelsReply(call.state, repository, issue);
  },

  'issues/set-labels': async (call, repository) => {
    const issue = issueNumbered(repository, call.path.issue_number);
    const names = labelNames(givenLabels(call.body));
    await replaceLabels(call.state, repository, issue, names, actorOf(signedIn(call)));
    return labelsReply(call.state, repository, issue);
  },

  'issues/remove-label': async (call, repository) => {
    const issue = issueNumbered(repository, call.path.issue_number);
    const name = call.path.name.toLowerCase();
    const left = issue.labels.filter((label) => label.name.toLowerCase() !== name);
    if (left.length === issue.labels.length) throw new ApiError(404, 'Label does not exist');
    const names = left.map((label) => label.name);
    await replaceLabels(call.state, repository, issue, names, actorOf(signedIn(call)));
    return labelsReply(call.state, repository, issue);
  },

  'issues/remove-all-labels': async (call, repository) => {
    const issue = issueNumbered(repository, call.path.issue_number);
    await replaceLabels(call.state, repository, issue, [], actorOf(signedIn(call)));
    return { status: 204 };
  },
};

/** The labels of a request: `{"labels": […]}`. */
function givenLabels(body: unknown): (string | { name?: string })[] {
  const labels = typeof body === 'object' && body !== null ? Reflect.get(body, 'labels') : undefined;
  return Array.isArray(labels) ? labels : [];
}

/** Gives the issue exactly these labels; emits `unlabeled` and `labeled` for what changed. */
export async function replaceLabels(
  state: GitHubState,
  repository: Repository,
  issue: Issue,
  names: readonly string[],
  actor: Actor,
): Promise<void> {
  const wanted = [...new Set(names.map((name) => labelNamed(state, repository, name)))];
  const added = wanted.filter((label) => !issue.labels.includes(label));
  const removed = issue.labels.filter((label) => !wanted.includes(label));
  if (added.length === 0 && removed.length === 0) return;
  issue.labels = wanted;
  issue.updatedAt = state.now();
  await emitLabelEvents(state, repository, issue, 'unlabeled', removed, actor);
  await emitLabelEvents(state, repository, issue, 'labeled', added, actor);
}

function labelsReply(state: GitHubState, repository: Repository, issue: Issue): RestReply {
  return { status: 200, body: issue.labels.map((label) => presentLabel(state, repository, label)) };
}
