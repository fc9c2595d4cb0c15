import { actorOf } from '../events/actor.ts';
import { emitPullRequestEvent } from '../events/pull-request-event.ts';
import { isAncestor, listCommits, mergeBase } from '../git/commits.ts';
import { readRef } from '../git/refs.ts';
import { recordIssueEvent } from '../issues/issue-events.ts';
import { isPullRequest, type PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { presentCommit, presentFile } from '../present/commit.ts';
import { presentPullRequest, presentPullRequestSimple, pullRequestFiles } from '../present/pull-request.ts';
import { refreshPullRequest } from '../pull-requests/merge-ref.ts';
import { openPullRequest } from '../pull-requests/open.ts';
import { closePullRequest } from '../pull-requests/ref-updates.ts';
import { notFound, notInSandbox, validationFailed } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import { type RepositoryHandlers, type RestCall, signedIn } from '../rest/rest-call.ts';
import { diffReply } from './commits.ts';

/** "Lists a maximum of 250 commits", "a maximum of 3000 files" (docs.github.com/en/rest/pulls/pulls). */
const MAXIMUM_COMMITS = 250;
const MAXIMUM_FILES = 3000;

/** Pull requests; merging is in merges.ts. */
export const pullRequestHandlers: RepositoryHandlers<
  'pulls/list' | 'pulls/create' | 'pulls/get' | 'pulls/update' | 'pulls/list-files' | 'pulls/list-commits'
> = {
  'pulls/list': (call, repository) =>
    listReply(call, selectPullRequests(repository, call.query), (issue) =>
      presentPullRequestSimple(call.state, repository, issue),
    ),

  'pulls/create': async (call, repository) => {
    if (call.body.issue !== undefined) throw notInSandbox('turning an issue into a pull request');
    const issue = await openPullRequest(call.state, repository, signedIn(call), call.body);
    return { status: 201, body: await presentPullRequest(call.state, repository, issue) };
  },

  'pulls/get': async ({ state, path, format }, repository) => {
    const issue = pullRequestNumbered(repository, path.pull_number);
    if (format === 'diff') {
      const { baseSha, headSha } = issue.pullRequest;
      const base = (await mergeBase(repository.gitFolder, baseSha, headSha)) ?? baseSha;
      return diffReply(repository, base, headSha);
    }
    return { status: 200, body: await presentPullRequest(state, repository, issue) };
  },

  'pulls/update': async (call, repository) => {
    const issue = pullRequestNumbered(repository, call.path.pull_number);
    await updatePullRequest(call, repository, issue);
    return { status: 200, body: await presentPullRequest(call.state, repository, issue) };
  },

  'pulls/list-files': async (call, repository) => {
    const issue = pullRequestNumbered(repository, call.path.pull_number);
    const files = await pullRequestFiles(repository, issue, { patches: true });
    return listReply(call, files.slice(0, MAXIMUM_FILES), (file) =>
      presentFile(call.state, repository, issue.pullRequest.headSha, file),
    );
  },

  'pulls/list-commits': async (call, repository) => {
    const { baseSha, headSha } = pullRequestNumbered(repository, call.path.pull_number).pullRequest;
    const commits = await listCommits(repository.gitFolder, [`${baseSha}..${headSha}`], { reverse: true });
    return listReply(call, commits.slice(0, MAXIMUM_COMMITS), (commit) =>
      presentCommit(call.state, repository, commit),
    );
  },
};

/** @throws ApiError 404 when there is no pull request of that number */
export function pullRequestNumbered(repository: Repository, number: number): PullRequestIssue {
  const issue = repository.issues.get(number);
  if (issue === undefined || !isPullRequest(issue)) throw notFound();
  return issue;
}

function selectPullRequests(
  repository: Repository,
  { state = 'open', head, base, sort = 'created', direction }: RestCall<'pulls/list'>['query'],
): PullRequestIssue[] {
  if (sort !== 'created' && sort !== 'updated') throw notInSandbox(`sorting pull requests by ${sort}`);
  const selected = [...repository.issues.values()]
    .filter(isPullRequest)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => base === undefined || issue.pullRequest.baseRef === base)
    // "Filter pulls by head user or head organization and branch name in the format of user:ref-name"; other forms match nothing.
    .filter(({ pullRequest: { headRepository, headRef } }) =>
      head === undefined || head === '' ? true : head === `${headRepository.owner.login}:${headRef}`,
    );
  const key = sort === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = (direction ?? 'desc') === 'asc' ? 1 : -1;
  return selected.sort((a, b) => sign * (a[key].getTime() - b[key].getTime() || a.number - b.number));
}

async function updatePullRequest(
  call: RestCall<'pulls/update'>,
  repository: Repository,
  issue: PullRequestIssue,
): Promise<void> {
  const { state, body } = call;
  const actor = actorOf(signedIn(call));
  const changes: Record<string, unknown> = {};
  if (body.title !== undefined && body.title !== issue.title) {
    changes['title'] = { from: issue.title };
    recordIssueEvent(state, issue, actor, { event: 'renamed', rename: { from: issue.title, to: body.title } });
    issue.title = body.title;
  }
  if (body.body !== undefined && body.body !== (issue.body ?? '')) {
    changes['body'] = { from: issue.body ?? '' };
    issue.body = body.body;
  }
  if (body.base !== undefined && body.base !== issue.pullRequest.baseRef) {
    changes['base'] = { ref: { from: issue.pullRequest.baseRef }, sha: { from: issue.pullRequest.baseSha } };
    await changeBase(repository, issue, body.base);
    recordIssueEvent(state, issue, actor, { event: 'base_ref_changed' });
  }
  issue.updatedAt = state.now();
  if (Object.keys(changes).length > 0) {
    await emitPullRequestEvent(state, repository, issue, 'edited', actor, { changes });
  }
  if (body.state === 'closed' && issue.state === 'open') await closePullRequest(state, repository, issue, actor);
  if (body.state === 'open' && issue.state === 'closed') await reopenPullRequest(call, repository, issue);
}

async function changeBase(repository: Repository, issue: PullRequestIssue, base: string): Promise<void> {
  if ((await readRef(repository.gitFolder, `refs/heads/${base}`)) === undefined) {
    throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  }
  issue.pullRequest.baseRef = base;
  await refreshPullRequest(repository, issue);
}

/** @throws ApiError 422 for a merged pull request, or one whose head branch is gone */
export async function reopenPullRequest(
  call: Pick<RestCall, 'state' | 'grant'>,
  repository: Repository,
  issue: PullRequestIssue,
): Promise<void> {
  const { headRepository, headRef, headSha, merged } = issue.pullRequest;
  const head = await readRef(headRepository.gitFolder, `refs/heads/${headRef}`);
  const rewritten = head !== undefined && !(await isAncestor(headRepository.gitFolder, headSha, head));
  if (merged !== undefined || head === undefined || rewritten) {
    // The web page says the same of such a pull request: its head cannot be found any more on the branch.
    const why = rewritten
      ? `The ${headRef} branch was force-pushed or recreated.`
      : 'The pull request cannot be reopened.';
    const message = `state cannot be changed. ${why}`;
    throw validationFailed({ resource: 'PullRequest', field: 'state', code: 'invalid', message });
  }
  Object.assign(issue, { state: 'open', closedAt: undefined, closedBy: undefined, updatedAt: call.state.now() });
  await refreshPullRequest(repository, issue);
  const actor = actorOf(signedIn(call));
  recordIssueEvent(call.state, issue, actor, { event: 'reopened' });
  await emitPullRequestEvent(call.state, repository, issue, 'reopened', actor);
}
