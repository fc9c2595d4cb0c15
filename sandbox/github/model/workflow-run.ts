import type { WorkflowEvent } from '../workflow-event.ts';
import type { CheckConclusion } from './check-run.ts';

/** One run of a workflow, as the runner reports it. */
export type WorkflowRun = {
  id: number;
  /** `name:` of the workflow, or its path. */
  name: string;
  /** `run-name:`, or GitHub's default for the event. */
  title: string;
  /** File under `.github/workflows/`, e.g. `deploy.yml`. */
  workflowFile: string;
  runNumber: number;
  runAttempt: number;
  event: WorkflowEvent;
  /** Who started this attempt; for a first one the event's actor. */
  triggeringActor: WorkflowEvent['actor'];
  /** The commit checks are shown on: for pull requests the head commit, not the merge commit. */
  headSha: string;
  headBranch: string | undefined;
  status: 'queued' | 'in_progress' | 'completed' | 'waiting' | 'pending';
  conclusion: CheckConclusion | undefined;
  /** Of the run, whatever the attempt. */
  createdAt: Date;
  /** Of this attempt. */
  startedAt: Date;
  updatedAt: Date;
};
