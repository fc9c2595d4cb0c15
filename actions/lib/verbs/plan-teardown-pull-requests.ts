import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import { startPlan } from '../adapters/github/plan-runs.ts';
import type { Outcome } from '../engine/outcome.ts';
import { toFailure } from '../failure.ts';
import type { Reporter } from '../ports/reporter.ts';

/**
 * Has teardown pull requests planned that a workflow opened, labelled or renewed: what a workflow does starts no other one,
 * but for this. One that cannot be started keeps no other from its plan.
 */
export async function planTeardownPullRequests(
  github: GitHubConnection,
  reporter: Reporter,
  teardowns: readonly { pullRequest: number }[],
): Promise<Outcome> {
  if (teardowns.length === 0) return 'succeeded';
  const { defaultBranch } = await currentRepository(github);
  let outcome: Outcome = 'succeeded';
  for (const { pullRequest } of teardowns) {
    try {
      await startPlan(github, { pullRequest }, defaultBranch);
    } catch (error) {
      outcome = 'failed';
      reporter.warning(
        `The teardown plan of #${pullRequest} was not started: ${toFailure(error).message} Run the workflow plan by hand with that number.`,
      );
    }
  }
  return outcome;
}
