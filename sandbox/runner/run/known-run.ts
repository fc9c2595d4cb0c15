import type { RunHandle } from '../../github/model/run-control.ts';
import type { WorkflowEvent } from '../../github/workflow-event.ts';
import type { WorkflowRun } from '../records.ts';
import type { Workflow } from '../workflow/workflow-file.ts';
import type { RunningWorkflow } from './execute-run.ts';
import { type KeptJobs, keptJobs, NOTHING_KEPT } from './kept-jobs.ts';

/** A run that the runner started or will start, with all its attempts. */
export type KnownRun = {
  readonly id: number;
  readonly number: number;
  readonly event: WorkflowEvent;
  /** The commit the workflow file was read from; every attempt uses it. */
  readonly commit: string;
  readonly workflow: Workflow;
  readonly createdAt: Date;
  /** The attempts that have ended, the first one first. */
  readonly attempts: WorkflowRun[];
  running: RunningWorkflow | undefined;
  /** Lets the run start, or gives it up, while it waits for somebody with write access. */
  decide: ((verdict: 'approved' | 'cancelled') => void) | undefined;
};

/** What is particular to one attempt. */
export type Attempt = { attempt: number; triggeringActor: WorkflowEvent['actor']; kept: KeptJobs };

/** "up to 30 days after the initial run" (re-running workflows and jobs). */
const RERUN_MILLISECONDS = 30 * 24 * 3_600_000;

/** At most 50 re-runs of a run (github.blog/changelog, 2026-04-10). */
const MAXIMUM_RERUNS = 50;

/**
 * The next attempt of a run.
 * @returns why there can be none
 */
function nextAttempt(
  known: KnownRun,
  request: { failedOnly: boolean; by: WorkflowEvent['actor']; now: Date },
): Attempt | string {
  const { failedOnly, by, now } = request;
  const last = known.attempts.at(-1);
  if (known.running !== undefined || known.decide !== undefined) return 'This workflow is already running';
  if (last === undefined) return 'This workflow run cannot be retried';
  if (now.getTime() - known.createdAt.getTime() > RERUN_MILLISECONDS) {
    return 'Unable to retry this workflow run because it was created over a month ago';
  }
  if (known.attempts.length > MAXIMUM_RERUNS) return `This workflow run was already re-run ${MAXIMUM_RERUNS} times`;
  const kept = failedOnly ? keptJobs(known.workflow, last) : NOTHING_KEPT;
  if (kept === undefined) return 'This workflow run has no failed jobs';
  return { attempt: known.attempts.length + 1, triggeringActor: by, kept };
}

/**
 * The run as GitHub's pages and API act on it.
 * @param begin starts the attempt
 */
export function runHandleOf(known: KnownRun, now: () => Date, begin: (attempt: Attempt) => void): RunHandle {
  return {
    approve() {
      if (known.decide === undefined) return false;
      known.decide('approved');
      return true;
    },
    cancel(by) {
      const reason = `The run was canceled by @${by}.`;
      if (known.running === undefined && known.decide === undefined) return false;
      known.decide?.('cancelled');
      known.running?.cancel(reason);
      return true;
    },
    rerun({ failedOnly, by }) {
      const next = nextAttempt(known, { failedOnly, by, now: now() });
      if (typeof next === 'string') return next;
      begin(next);
      return undefined;
    },
    pendingDeployments: () => known.running?.reviews.list() ?? [],
    review: (environments, verdict) => known.running?.reviews.review(environments, verdict),
  };
}
