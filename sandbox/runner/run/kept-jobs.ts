import type { JobRun, WorkflowRun } from '../records.ts';
import type { JobDefinition, Workflow } from '../workflow/workflow-file.ts';

/** What an attempt takes over from the one before instead of running it again. */
export type KeptJobs = {
  /** Job id to the records of all its combinations. */
  whole: ReadonlyMap<string, readonly JobRun[]>;
  /** Combinations of jobs of which others run again, by job id and name. */
  legs: ReadonlyMap<string, JobRun>;
};

export const NOTHING_KEPT: KeptJobs = { whole: new Map(), legs: new Map() };

/** The key of one combination of a job. */
export function legKey(job: string, name: string): string {
  return `${job}/${name}`;
}

/**
 * "Re-run failed jobs": the failed and cancelled jobs run again, and every job that depends on one; the others keep their
 * result and their outputs
 * (docs.github.com/en/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs#re-running-failed-jobs-in-a-workflow).
 * @returns undefined when no job failed
 */
export function keptJobs(workflow: Workflow, last: WorkflowRun): KeptJobs | undefined {
  const runsOf = (id: string): JobRun[] => last.jobs.filter((job) => job.id === id);
  const failed = workflow.jobs.filter(({ id }) => runsOf(id).length === 0 || runsOf(id).some(hasFailed));
  if (failed.length === 0) return undefined;
  const dependents = dependentsOf(workflow.jobs, new Set(failed.map(({ id }) => id)));
  const again = new Set([...failed.map(({ id }) => id), ...dependents]);
  const whole = workflow.jobs.filter(({ id }) => !again.has(id)).map(({ id }) => [id, runsOf(id)] as const);
  const legs = failed
    .filter(({ id }) => !dependents.has(id))
    .flatMap(({ id }) => runsOf(id).filter((job) => job.conclusion === 'success'))
    .map((job) => [legKey(job.id, job.name), job] as const);
  return { whole: new Map(whole), legs: new Map(legs) };
}

function hasFailed({ conclusion }: JobRun): boolean {
  return conclusion === 'failure' || conclusion === 'cancelled';
}

function dependentsOf(jobs: readonly JobDefinition[], failed: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { id, needs } of jobs) if (needs.some((need) => failed.has(need) || found.has(need))) found.add(id);
  }
  return found;
}
