import { type Environment, unprotectedEnvironment } from '../../github/model/environment.ts';
import type { RunSession } from '../run/run-session.ts';
import { filterPattern } from '../workflow/filter-pattern.ts';
import type { ReviewOutcome } from './pending-reviews.ts';

/** An environment's protection rules refuse the job. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
}

/** The environment; GitHub creates the ones that workflows name and that do not exist, unprotected. */
export function findEnvironment(run: RunSession, name: string): Environment {
  const environments = run.options.github.environments(run.event.repository);
  const known = [...environments].find(([key]) => key.toLowerCase() === name.toLowerCase());
  if (known) return known[1];
  const created = unprotectedEnvironment();
  environments.set(name, created);
  return created;
}

/**
 * Waits until the job may deploy to the environment
 * (docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#deployment-protection-rules).
 * @param wait waits for a reviewer
 * @throws DeploymentRefused
 */
export async function passProtection(
  run: RunSession,
  job: string,
  name: string,
  rules: Environment,
  wait: () => Promise<ReviewOutcome>,
): Promise<void> {
  const { branchPolicy, requiredReviewers, waitTimerMinutes } = rules.protection;
  const ref = run.event.ref.replace(/^refs\/(heads|tags)\//, '');
  if (branchPolicy.kind === 'selected' && !branchPolicy.patterns.some((pattern) => filterPattern(pattern).test(ref))) {
    const kind = run.event.ref.startsWith('refs/tags/') ? 'Tag' : 'Branch';
    throw new DeploymentRefused(
      `${kind} "${ref}" is not allowed to deploy to ${name} due to environment protection rules.`,
    );
  }
  // "If no branch protection rules are defined for any branch, all branches can deploy": the sandbox protects none.
  if (waitTimerMinutes > 0) {
    throw new DeploymentRefused(`The sandbox does not support wait timers, which environment ${name} has.`);
  }
  if (requiredReviewers.length === 0) return;
  const outcome = run.options.approve ? await askApprover(run, job, name, rules) : await wait();
  if (outcome === 'approved' || outcome === 'left') return;
  const reviewers = requiredReviewers.join(' or ');
  const why = outcome === 'expired' ? ' within 30 days' : '';
  throw new DeploymentRefused(`The deployment to ${name} was not approved${why}; it needs a review by ${reviewers}.`);
}

async function askApprover(run: RunSession, job: string, name: string, rules: Environment): Promise<ReviewOutcome> {
  const { requiredReviewers, preventSelfReview } = rules.protection;
  const approved = await run.options.approve?.({
    environment: name,
    reviewers: requiredReviewers,
    preventSelfReview,
    actor: run.event.actor.login,
    runId: run.id,
    job,
  });
  return approved === true ? 'approved' : 'rejected';
}
