import type { Failure, FailureSource } from '../failure.ts';
import type { Outcome, StepResult } from './outcome.ts';

/** A {@link Failure} as plain JSON, for records and receipts. */
export type FailureRecord = { code: string; source: FailureSource; message: string; hint?: string };

/** A {@link StepResult} as plain JSON: times are ISO 8601 strings. */
export type StepRecord = {
  id: string;
  title: string;
  outcome: Outcome | 'skipped';
  change: string;
  startedAt: string;
  finishedAt: string;
  failure?: FailureRecord;
  detail?: string;
  /** Ids of the steps that it waited for; absent where it waited for none. */
  needs?: readonly string[];
};

/** @returns the failure without its cause, which may hold anything and is never stored */
export function recordFailure(failure: Failure): FailureRecord {
  const { code, source, message, hint } = failure;
  return { code, source, message, ...(hint === undefined ? {} : { hint }) };
}

/** @returns the step as a value that survives `JSON.stringify` and `JSON.parse` unchanged */
export function recordStep(step: StepResult): StepRecord {
  return {
    id: step.id,
    title: step.title,
    outcome: step.outcome,
    change: step.change,
    startedAt: step.startedAt.toISOString(),
    finishedAt: step.finishedAt.toISOString(),
    ...(step.failure ? { failure: recordFailure(step.failure) } : {}),
    ...(step.detail === undefined ? {} : { detail: step.detail }),
    ...(step.needs === undefined || step.needs.length === 0 ? {} : { needs: [...step.needs] }),
  };
}
