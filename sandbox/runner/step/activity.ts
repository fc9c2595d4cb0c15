import type { Scope } from '../expressions/expression.ts';
import type { Value } from '../expressions/value.ts';
import type { JobSession, StepResult } from '../job/job-session.ts';
import type { StepDefinition } from '../workflow/workflow-file.ts';
import type { StepRecorder } from './step-recorder.ts';

/** Where a step stands: in its job, or inside a composite action. */
export type StepFrame = {
  /** The `steps` context of this frame. */
  readonly steps: Map<string, StepResult>;
  /** Inputs of the composite action; undefined in the job itself. */
  readonly inputs: Readonly<Record<string, Value>> | undefined;
  /** `env` that the enclosing step adds. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the composite action. */
  readonly actionPath: string | undefined;
  /** `defaults.run`; they do not reach into composite actions. */
  readonly runDefaults: RunDefaults;
  /** How many actions this one is nested in. */
  readonly depth: number;
};

/** `defaults.run` of workflow and job, computed. */
export type RunDefaults = { shell: string | undefined; workingDirectory: string | undefined };

/** A step while it runs: what its implementation gets to work with, and where it leaves its results. */
export type StepActivity = {
  readonly session: JobSession;
  readonly frame: StepFrame;
  readonly definition: StepDefinition;
  readonly recorder: StepRecorder;
  /** Everything its settings can see. */
  readonly scope: Scope;
  /** `env` of workflow, job, enclosing action and step, computed. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborted when the step is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** Filled by the step. */
  readonly outputs: Map<string, string>;
  /** Filled by an action, for its clean-up step. */
  readonly state: Map<string, string>;
  /** Markdown, filled by the step. */
  readonly summaries: string[];
};

/** What went wrong in a step, said to the person who wrote the workflow. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
}

export type ActivityOutcome = 'success' | 'failure';
