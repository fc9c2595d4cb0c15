import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { PendingDeployment } from '../model/run-control.ts';
import type { GitHubState } from '../model/state.ts';
import { ApiError } from '../rest/api-error.ts';
import { runHandle } from './find-run.ts';

/** Environments that jobs of the run wait for, each with the time since when. */
export function pendingEnvironments(
  state: GitHubState,
  repository: Repository,
  runId: number,
): Map<string, PendingDeployment> {
  const pending = runHandle(state, repository, runId).pendingDeployments();
  return new Map(pending.toReversed().map((each) => [each.environment, each]));
}

/**
 * Approves or rejects the jobs of a run that wait for environments
 * (docs.github.com/en/rest/actions/workflow-runs#review-pending-deployments-for-a-workflow-run).
 * @throws ApiError 422 when none waits, or the person may not decide: no required reviewer, or who started the run where
 *   that is prevented (deployments and environments, "Required reviewers")
 */
export function reviewDeployments(
  state: GitHubState,
  repository: Repository,
  review: {
    runId: number;
    environments: readonly string[];
    state: 'approved' | 'rejected';
    by: Account;
    comment: string;
  },
): void {
  const { runId, environments, by, comment } = review;
  const pending = pendingEnvironments(state, repository, runId);
  for (const name of environments) {
    if (!pending.has(name)) throw new ApiError(422, `No pending deployment requests to approve or reject for ${name}`);
    if (!mayReview(repository, runId, name, by)) {
      throw new ApiError(422, `${by.login} is not allowed to review deployments to ${name}.`);
    }
  }
  repository.deploymentReviews.push({ runId, environments: [...environments], state: review.state, by, comment });
  runHandle(state, repository, runId).review(environments, { state: review.state, by: by.login, comment });
}

/** Whether the person is one of the environment's reviewers and not kept from reviewing their own run. */
export function mayReview(repository: Repository, runId: number, environment: string, by: Account): boolean {
  const protection = repository.environments.get(environment)?.protection;
  if (protection === undefined) return false;
  const isReviewer = protection.requiredReviewers.some((login) => login.toLowerCase() === by.login.toLowerCase());
  const own = repository.workflowRuns.get(runId)?.triggeringActor.login === by.login;
  return isReviewer && !(protection.preventSelfReview && own);
}
