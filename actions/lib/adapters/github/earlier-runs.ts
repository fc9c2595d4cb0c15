import { askGitHub, type GitHubConnection } from './connection.ts';

/** A run of a workflow on the default branch. */
export type EarlierRun = {
  /** GitHub's id; a decimal number. */
  id: string;
  /** The commit that it ran for. */
  commit: string;
  /** `ended` is anything but a success: failed, cancelled, timed out, refused by a reviewer. */
  state: 'succeeded' | 'ended' | 'going on';
  /** Whether it was for every deployment that concerned it: a run by hand may be for one alone. */
  isForAll: boolean;
  began: Date;
  /** When it last changed; with a success or an end, when that came. */
  changed: Date;
};

/** Runs that are looked through, which is one page of GitHub's list. */
const mostRuns = 100;

/**
 * The newest runs of a workflow on a branch that began before a run of it, newest first, each as its newest attempt is
 * (docs.github.com/en/rest/actions/workflow-runs, "List workflow runs for a workflow").
 * @param run id of the run that asks
 * @returns none for a run that is not among the newest ones: what came before it is not known then
 */
export async function earlierRuns(
  { octokit, owner, repo }: GitHubConnection,
  { workflow, branch, run }: { workflow: string; branch: string; run: string },
): Promise<EarlierRun[]> {
  const { data } = await askGitHub(`list the runs of ${workflow}`, () =>
    octokit.rest.actions.listWorkflowRuns({ owner, repo, workflow_id: workflow, branch, per_page: mostRuns }),
  );
  const own = data.workflow_runs.find(({ id }) => String(id) === run);
  if (own === undefined) return [];
  return data.workflow_runs
    .filter(({ run_number: number }) => number < own.run_number)
    .sort((a, b) => b.run_number - a.run_number)
    .map((found) => ({
      id: String(found.id),
      commit: found.head_sha,
      state: found.conclusion === null ? 'going on' : found.conclusion === 'success' ? 'succeeded' : 'ended',
      isForAll: found.event === 'push' || found.event === 'schedule',
      began: new Date(found.created_at),
      changed: new Date(found.updated_at),
    }));
}
