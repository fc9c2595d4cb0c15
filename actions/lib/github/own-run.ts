import type { Clock } from '../ports/clock.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';

/** GitHub tells a job within seconds that its run is cancelled; longer than this is not waited. */
const longestWaitMilliseconds = 60_000;

/**
 * Cancels the run that this job belongs to, as its last act, so that a run that did nothing is shown as cancelled and not as a
 * success. GitHub cancels whole runs only (docs.github.com/en/rest/actions/workflow-runs, "Cancel a workflow run"), so this is
 * for a job that comes after all the others. The job waits to be stopped: one that ends by itself has ended well.
 * @param run GITHUB_RUN_ID
 * @param stopped aborted when the runner stops the job
 * @returns whether it was stopped in time
 */
export async function cancelOwnRun(
  { octokit, owner, repo }: GitHubConnection,
  run: string,
  stopped: AbortSignal,
  clock: Clock,
): Promise<boolean> {
  await askGitHub('cancel this run', () =>
    octokit.rest.actions.cancelWorkflowRun({ owner, repo, run_id: Number(run) }),
  );
  const until = clock.now().getTime() + longestWaitMilliseconds;
  while (!stopped.aborted && clock.now().getTime() < until) await clock.sleep(1000);
  return stopped.aborted;
}
