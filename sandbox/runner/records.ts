import type { WorkflowEvent } from '../github/workflow-event.ts';
import type { Value } from './expressions/value.ts';

/** How a run, job or step ended (docs.github.com/en/actions/reference/workflows-and-actions/contexts, `steps`). */
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

/** A message a step attached to the run, with a place in a file if it named one; lines and columns count from 1. */
export type Annotation = {
  level: 'error' | 'warning' | 'notice';
  message: string;
  title: string | undefined;
  file: string | undefined;
  line: number | undefined;
  endLine: number | undefined;
  column: number | undefined;
  endColumn: number | undefined;
};

export type StepRun = {
  name: string;
  /** `id:` of the step; undefined without one. */
  id: string | undefined;
  /** The result after `continue-on-error`. */
  conclusion: Conclusion;
  /** The result before `continue-on-error`. */
  outcome: Conclusion;
  outputs: Readonly<Record<string, string>>;
  /** What the step printed, secrets masked. */
  log: string;
  /** Markdown from GITHUB_STEP_SUMMARY, secrets masked. */
  summary: string;
  annotations: readonly Annotation[];
  /** Annotations above GitHub's limit of 10 per level and step. They are in the log only. */
  droppedAnnotations: readonly Annotation[];
  startedAt: Date;
  completedAt: Date;
};

export type JobRun = {
  /** The key under `jobs:`. */
  id: string;
  /** As GitHub shows it, e.g. `build (linux, 24)`. */
  name: string;
  matrix: { readonly [key: string]: Value };
  conclusion: Conclusion;
  /** The job has `continue-on-error`: its failure does not fail the run. */
  mayFail: boolean;
  /** Name of the environment it deployed to, with the URL it reported. */
  environment: { name: string; url: string } | undefined;
  steps: readonly StepRun[];
  outputs: Readonly<Record<string, string>>;
  /** The summaries of its steps, in order. */
  summary: string;
  /** What went wrong outside of any step. */
  annotations: readonly Annotation[];
  startedAt: Date;
  completedAt: Date;
};

export type WorkflowRun = {
  id: number;
  /** Counts the runs of this workflow from 1. */
  number: number;
  /** Counts from 1; a run that is run again is recorded once for each attempt. */
  attempt: number;
  workflowName: string;
  /** Path in the repository, e.g. `.github/workflows/deploy.yml`. */
  workflowFile: string;
  /** `run-name:`, or GitHub's default for the event. */
  title: string;
  event: WorkflowEvent;
  conclusion: Conclusion;
  jobs: readonly JobRun[];
  /** What is wrong with the workflow file or the run as a whole. */
  annotations: readonly Annotation[];
  startedAt: Date;
  completedAt: Date;
};

/** Which job something is about. `job` is its name as GitHub shows it. */
export type JobReference = { runId: number; workflowName: string; job: string };

/** What happens, as it happens. */
export type Progress =
  | {
      kind: 'run-started';
      run: Pick<WorkflowRun, 'id' | 'number' | 'attempt' | 'workflowName' | 'workflowFile' | 'title' | 'event'>;
    }
  | ({ kind: 'job-started' } & JobReference)
  | ({ kind: 'step-started'; step: string } & JobReference)
  | ({ kind: 'log'; step: string; line: string } & JobReference)
  | ({ kind: 'annotation'; step: string | undefined; annotation: Annotation } & JobReference)
  | ({ kind: 'step-finished'; step: StepRun } & JobReference)
  | ({ kind: 'job-finished'; result: JobRun } & JobReference)
  | { kind: 'run-finished'; run: WorkflowRun }
  /** Something the sandbox does differently from GitHub, or cannot do. */
  | { kind: 'notice'; message: string };

export type ProgressListener = (progress: Progress) => void;

/** An annotation without a place. */
export function plainAnnotation(level: Annotation['level'], message: string, title?: string): Annotation {
  return {
    level,
    message,
    title,
    file: undefined,
    line: undefined,
    endLine: undefined,
    column: undefined,
    endColumn: undefined,
  };
}
