import { emitActivity, emitLabelEvents } from '../events/activity.ts';
import { actorOf } from '../events/actor.ts';
import { recordIssueEvent } from '../issues/issue-events.ts';
import { assigneesNamed, bodyText, issueNumbered, labelNamed, labelNames, newIssue } from '../issues/issue-fields.ts';
import { type Issue, isPullRequest } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { isInstallation } from '../model/token.ts';
import { presentIssue } from '../present/issue.ts';
import { closePullRequest } from '../pull-requests/ref-updates.ts';
import { ApiError, notInSandbox } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import { type RepositoryHandlers, type RestCall, signedIn } from '../rest/rest-call.ts';
import { replaceLabels } from './issue-labels.ts';
import { reopenPullRequest } from './pulls.ts';

/** Issues (docs.github.com/en/rest/issues/issues). Pull requests are among them, as on GitHub. */
export const issueHandlers: RepositoryHandlers<
  'issues/list-for-repo' | 'issues/create' | 'issues/get' | 'issues/update'
> = {
  'issues/list-for-repo': (call, repository) =>
    listReply(call, selectIssues(repository, call.query), (issue) => presentIssue(call.state, repository, issue)),

  'issues/create': async (call, repository) => {
    const { state, body } = call;
    refuseUnserved(body);
    const grant = signedIn(call);
    const title = String(body.title);
    const issue = newIssue(state, repository, { title, body: body.body, author: grant.account, resource: 'Issue' });
    issue.labels = labelNames((body.labels ?? []).map(nameOnly)).map((name) => labelNamed(state, repository, name));
    issue.assignees = assigneesNamed(state, body.assignees ?? (body.assignee ? [body.assignee] : []));
    repository.issues.set(issue.number, issue);
    await emitActivity(state, repository, issue, 'opened', actorOf(grant));
    await emitLabelEvents(state, repository, issue, 'labeled', issue.labels, actorOf(grant));
    return { status: 201, body: presentIssue(state, repository, issue) };
  },

  'issues/get': ({ state, path }, repository) => {
    const issue = issueNumbered(repository, path.issue_number);
    return { status: 200, body: presentIssue(state, repository, issue) };
  },

  'issues/update': async (call, repository) => {
    const issue = issueNumbered(repository, call.path.issue_number);
    refuseUnserved(call.body);
    refuseForeignIssue(call, repository, issue);
    await updateIssue(call, repository, issue);
    return { status: 200, body: presentIssue(call.state, repository, issue) };
  },
};

/**
 * "Issue owners and users with push access or Triage role can edit an issue"
 * (docs.github.com/en/rest/issues/issues#update-an-issue).
 */
function refuseForeignIssue(call: RestCall<'issues/update'>, repository: Repository, issue: Issue): void {
  const grant = signedIn(call);
  if (isInstallation(grant) || grant.account.permission !== 'read' || grant.account.id === repository.owner.id) return;
  if (grant.account.id !== issue.author.id) throw new ApiError(403, 'Must have push access');
}

/** Fields of issues that the sandbox's GitHub does not have. */
function refuseUnserved(body: object): void {
  for (const field of ['milestone', 'type', 'issue_field_values', 'duplicate_issue_id']) {
    if (Reflect.get(body, field) !== undefined && Reflect.get(body, field) !== null) {
      throw notInSandbox(`"${field}" of issues`);
    }
  }
}

function selectIssues(repository: Repository, query: RestCall<'issues/list-for-repo'>['query']): Issue[] {
  for (const name of ['milestone', 'type', 'mentioned', 'issue_field_values'] as const) {
    if (query[name] !== undefined) throw notInSandbox(`listing issues by ${name}`);
  }
  const { state = 'open', sort = 'created', direction = 'desc', labels, creator, assignee, since } = query;
  const wanted = labels?.split(',').filter((name) => name !== '') ?? [];
  const selected = [...repository.issues.values()]
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => creator === undefined || issue.author.login === creator)
    .filter((issue) => since === undefined || issue.updatedAt >= new Date(since))
    .filter((issue) => matchesAssignee(issue, assignee))
    .filter((issue) =>
      wanted.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name.toLowerCase())),
    );
  const key = (issue: Issue): number => {
    if (sort === 'comments') return issue.comments.length;
    return (sort === 'updated' ? issue.updatedAt : issue.createdAt).getTime();
  };
  const sign = direction === 'asc' ? 1 : -1;
  return selected.sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
}

function matchesAssignee(issue: Issue, assignee: string | undefined): boolean {
  if (assignee === undefined) return true;
  if (assignee === 'none') return issue.assignees.length === 0;
  return assignee === '*' ? issue.assignees.length > 0 : issue.assignees.some(({ login }) => login === assignee);
}

async function updateIssue(call: RestCall<'issues/update'>, repository: Repository, issue: Issue): Promise<void> {
  const { state, body } = call;
  const actor = actorOf(signedIn(call));
  const changes: Record<string, unknown> = {};
  if (body.title !== undefined && body.title !== null && String(body.title) !== issue.title) {
    changes['title'] = { from: issue.title };
    recordIssueEvent(state, issue, actor, { event: 'renamed', rename: { from: issue.title, to: String(body.title) } });
    issue.title = String(body.title);
  }
  if (body.body !== undefined && (body.body ?? '') !== (issue.body ?? '')) {
    const text = bodyText(body.body, 'Issue');
    changes['body'] = { from: issue.body ?? '' };
    issue.body = text;
  }
  if (body.assignees !== undefined) {
    const logins = body.assignees.map((each) => (typeof each === 'string' ? each : (each.login ?? '')));
    issue.assignees = assigneesNamed(state, logins);
  }
  issue.updatedAt = state.now();
  if (Object.keys(changes).length > 0) await emitActivity(state, repository, issue, 'edited', actor, { changes });
  if (body.labels !== undefined) {
    await replaceLabels(state, repository, issue, labelNames(body.labels.map(nameOnly)), actor);
  }
  await changeState(call, repository, issue);
}

/** Labels may be texts or objects with more than a name. */
function nameOnly(label: string | { name?: string }): string | { name?: string } {
  return typeof label === 'string' || label.name === undefined ? label : { name: label.name };
}

async function changeState(call: RestCall<'issues/update'>, repository: Repository, issue: Issue): Promise<void> {
  const { state, body } = call;
  const actor = actorOf(signedIn(call));
  if (body.state === 'closed' && issue.state === 'open') {
    if (isPullRequest(issue)) return closePullRequest(state, repository, issue, actor);
    const stateReason = body.state_reason ?? 'completed';
    Object.assign(issue, { state: 'closed', stateReason, closedAt: state.now(), closedBy: actor.account });
    recordIssueEvent(state, issue, actor, { event: 'closed', stateReason });
    await emitActivity(state, repository, issue, 'closed', actor);
  }
  if (body.state === 'open' && issue.state === 'closed') {
    if (isPullRequest(issue)) return reopenPullRequest(call, repository, issue);
    Object.assign(issue, { state: 'open', stateReason: 'reopened', closedAt: undefined, closedBy: undefined });
    recordIssueEvent(state, issue, actor, { event: 'reopened', stateReason: 'reopened' });
    await emitActivity(state, repository, issue, 'reopened', actor);
  }
}
