import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from '../present/account.ts';
import { apiDate } from '../present/date.ts';
import { presentEnvironment } from '../present/environment.ts';
import { nodeId } from '../present/node-id.ts';
import { repositoryUrl } from '../present/repository.ts';
import { presentWorkflowRun } from '../present/workflow-run.ts';
import { ApiError, notFound, notInSandbox } from '../rest/api-error.ts';
import { type RepositoryHandlers, type RestReply, signedIn } from '../rest/rest-call.ts';
import { rerun, runHandle } from '../runs/find-run.ts';
import { mayReview, pendingEnvironments, reviewDeployments } from '../runs/review-deployments.ts';
import { environmentNamed } from './variables.ts';

/** What people do to runs: review, cancel, run again (docs.github.com/en/rest/actions/workflow-runs). */
export const runControlHandlers: RepositoryHandlers<
  | 'actions/get-workflow-run-attempt'
  | 'actions/get-reviews-for-run'
  | 'actions/get-pending-deployments-for-run'
  | 'actions/review-pending-deployments-for-run'
  | 'actions/cancel-workflow-run'
  | 'actions/re-run-workflow'
  | 'actions/re-run-workflow-failed-jobs'
> = {
  'actions/get-workflow-run-attempt': async ({ state, path }, repository) => {
    const run = repository.workflowRunAttempts.get(`${path.run_id}/${path.attempt_number}`);
    if (run === undefined) throw notFound();
    return { status: 200, body: await presentWorkflowRun(state, repository, run) };
  },

  'actions/get-reviews-for-run': ({ state, path }, repository) => {
    if (!repository.workflowRuns.has(path.run_id)) throw notFound();
    const reviews = repository.deploymentReviews.filter(({ runId }) => runId === path.run_id);
    const body = reviews.map(({ environments, state: verdict, by, comment }) => ({
      environments: environments.map((name) => environmentReference(state, repository, name)),
      state: verdict,
      user: simpleUser(state, by),
      comment,
    }));
    return { status: 200, body };
  },

  'actions/get-pending-deployments-for-run': ({ state, path, grant }, repository) => {
    const pending = [...pendingEnvironments(state, repository, path.run_id).values()];
    const body = pending.map(({ environment, since }) => {
      const { protection } = environmentNamed(repository, environment);
      return {
        environment: environmentReference(state, repository, environment),
        wait_timer: protection.waitTimerMinutes,
        wait_timer_started_at: apiDate(since),
        current_user_can_approve:
          grant?.kind === 'user' && mayReview(repository, path.run_id, environment, grant.account),
        reviewers: protection.requiredReviewers.flatMap((login) => {
          const reviewer = state.accounts.get(login.toLowerCase());
          return reviewer === undefined ? [] : [{ type: 'User', reviewer: simpleUser(state, reviewer) }];
        }),
      };
    });
    return { status: 200, body };
  },

  'actions/review-pending-deployments-for-run': (call, repository) => {
    const { state, path, body } = call;
    const environments = body.environment_ids.map((id) => environmentWithId(repository, Number(id)));
    const { account } = signedIn(call);
    const review = { runId: path.run_id, environments, state: body.state, by: account, comment: body.comment };
    reviewDeployments(state, repository, review);
    return { status: 200, body: environments.map((name) => deploymentOf(state, repository, path.run_id, name)) };
  },

  'actions/cancel-workflow-run': (call, repository) => {
    const { account } = signedIn(call);
    if (!runHandle(call.state, repository, call.path.run_id).cancel(account.login)) {
      throw new ApiError(409, 'Cannot cancel a workflow run that is completed.');
    }
    return { status: 202, body: {} };
  },

  'actions/re-run-workflow': (call, repository) => startAgain(call, repository, false),
  'actions/re-run-workflow-failed-jobs': (call, repository) => startAgain(call, repository, true),
};

function startAgain(
  call: Parameters<typeof signedIn>[0] & {
    state: GitHubState;
    path: { run_id: number };
    body: { enable_debug_logging?: boolean } | null;
  },
  repository: Repository,
  failedOnly: boolean,
): RestReply {
  if (call.body?.enable_debug_logging === true) throw notInSandbox('debug logging of a re-run');
  const { login, id } = signedIn(call).account;
  rerun(call.state, repository, { runId: call.path.run_id, failedOnly, by: { login, id } });
  return { status: 201, body: {} };
}

function environmentReference(state: GitHubState, repository: Repository, name: string): Record<string, unknown> {
  const shown = presentEnvironment(state, repository, name, environmentNamed(repository, name));
  const fields = ['id', 'node_id', 'name', 'url', 'html_url', 'created_at', 'updated_at'];
  return Object.fromEntries(fields.map((field) => [field, shown[field]]));
}

function environmentWithId(repository: Repository, id: number): string {
  const found = [...repository.environmentIds].find(([, known]) => known === id);
  if (found === undefined) throw new ApiError(422, `There is no environment ${id}.`);
  return found[0];
}

/** The deployment that the review was about, as far as the sandbox knows deployments. */
function deploymentOf(
  state: GitHubState,
  repository: Repository,
  runId: number,
  environment: string,
): Record<string, unknown> {
  const run = repository.workflowRuns.get(runId);
  const id = state.nextId();
  const url = `${repositoryUrl(state, repository)}/deployments/${id}`;
  return {
    url,
    id,
    node_id: nodeId('DE', id),
    sha: run?.event.sha ?? '',
    ref: run?.event.ref ?? '',
    task: 'deploy',
    payload: {},
    original_environment: environment,
    environment,
    description: null,
    creator: null,
    created_at: apiDate(state.now()),
    updated_at: apiDate(state.now()),
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(state, repository),
  };
}
