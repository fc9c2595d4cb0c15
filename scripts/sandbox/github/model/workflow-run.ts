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
  /** The commit checks are shown on: for pull requests the head commit, not the merge commit. */
  headSha: string;
  headBranch: string | undefined;
  status: 'queued' | 'in_progress' | 'completed' | 'waiting' | 'pending';
  conclusion: CheckConclusion | undefined;
  createdAt: Date;
  updatedAt: Date;
};
