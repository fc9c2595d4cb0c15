import { actorOf } from '../events/actor.ts';
import { readRef } from '../git/refs.ts';
import { listTree } from '../git/trees.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import type { WorkflowRun } from '../model/workflow-run.ts';
import { simpleUser } from '../present/account.ts';
import { presentRepository } from '../present/repository.ts';
import { presentWorkflowRun, workflowIdOf } from '../present/workflow-run.ts';
import { ApiError, notFound, notInSandbox } from '../rest/api-error.ts';
import { countedListReply } from '../rest/pagination.ts';
import { type RepositoryHandlers, type RestCall, signedIn } from '../rest/rest-call.ts';
import { dispatchInputs } from './workflow-dispatch.ts';

type RunQuery = RestCall<'actions/list-workflow-runs-for-repo'>['query'];

/** Workflow runs as the runner recorded them, and "Run workflow" (docs.github.com/en/rest/actions). */
export const workflowRunHandlers: RepositoryHandlers<
  | 'actions/list-workflow-runs-for-repo'
  | 'actions/list-workflow-runs'
  | 'actions/get-workflow-run'
  | 'actions/create-workflow-dispatch'
  | 'repos/create-dispatch-event'
> = {
  'actions/list-workflow-runs-for-repo': (call, repository) =>
    countedListReply(call, 'workflow_runs', selectRuns(repository, call.query), (run) =>
      presentWorkflowRun(call.state, repository, run),
    ),

  'actions/list-workflow-runs': (call, repository) => {
    const file = workflowFile(call.state, repository, call.path.workflow_id);
    const runs = selectRuns(repository, call.query).filter((run) => run.workflowFile === file);
    return countedListReply(call, 'workflow_runs', runs, (run) => presentWorkflowRun(call.state, repository, run));
  },

  'actions/get-workflow-run': async ({ state, path }, repository) => {
    const run = repository.workflowRuns.get(path.run_id);
    if (run === undefined) throw notFound();
    return { status: 200, body: await presentWorkflowRun(state, repository, run) };
  },

  'actions/create-workflow-dispatch': async (call, repository) => {
    const { state, body } = call;
    if (body.return_run_details === true) throw notInSandbox('"return_run_details" of a workflow dispatch');
    const file = `.github/workflows/${workflowFile(state, repository, call.path.workflow_id)}`;
    const { ref, sha } = await dispatchedRef(repository, body.ref);
    const [entry] = await listTree(repository.gitFolder, sha, { path: file });
    if (entry === undefined) throw notFound();
    const inputs = await dispatchInputs(repository, entry.sha, body.inputs ?? {});
    const actor = actorOf(signedIn(call));
    const { login, id } = actor.account;
    state.events.emit({
      name: 'workflow_dispatch',
      payload: {
        inputs,
        ref,
        workflow: file,
        repository: presentRepository(state, repository),
        sender: simpleUser(state, actor.account),
      },
      repository: repository.fullName,
      ref,
      sha,
      actor: { login, id },
      causedByJobToken: actor.causedByJobToken,
    });
    return { status: 204 };
  },

  // Runs the default branch's newest commit (events that trigger workflows, `repository_dispatch`).
  'repos/create-dispatch-event': async (call, repository) => {
    const { state, body } = call;
    const { ref, sha } = await dispatchedRef(repository, repository.defaultBranch);
    const actor = actorOf(signedIn(call));
    const { login, id } = actor.account;
    state.events.emit({
      name: 'repository_dispatch',
      action: body.event_type,
      payload: {
        action: body.event_type,
        branch: repository.defaultBranch,
        client_payload: body.client_payload ?? {},
        repository: presentRepository(state, repository),
        sender: simpleUser(state, actor.account),
      },
      repository: repository.fullName,
      ref,
      sha,
      actor: { login, id },
      causedByJobToken: actor.causedByJobToken,
    });
    return { status: 204 };
  },
};

/** Newest first. */
function selectRuns(repository: Repository, query: RunQuery): WorkflowRun[] {
  for (const name of ['created', 'check_suite_id'] as const) {
    if (query[name] !== undefined) throw notInSandbox(`listing workflow runs by ${name}`);
  }
  const { actor, branch, event, status, head_sha } = query;
  return [...repository.workflowRuns.values()]
    .filter((run) => actor === undefined || run.event.actor.login === actor)
    .filter((run) => branch === undefined || run.headBranch === branch)
    .filter((run) => event === undefined || run.event.name === event)
    .filter((run) => status === undefined || run.status === status || run.conclusion === status)
    .filter((run) => head_sha === undefined || run.headSha === head_sha)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id);
}

/** A workflow is named by its id or its file name. */
function workflowFile(state: GitHubState, repository: Repository, workflow: number | string): string {
  const found = [...repository.workflowIds].find(([, id]) => String(id) === String(workflow));
  if (found !== undefined) return found[0];
  if (/^\d+$/.test(String(workflow))) throw notFound();
  workflowIdOf(state, repository, String(workflow));
  return String(workflow);
}

async function dispatchedRef(repository: Repository, name: string): Promise<{ ref: string; sha: string }> {
  for (const ref of name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`]) {
    const sha = await readRef(repository.gitFolder, ref);
    if (sha !== undefined) return { ref, sha };
  }
  throw new ApiError(422, `No ref found for: ${name}`);
}
