import type { Failure } from '../failure.ts';

/** How anything we do can end. `unknown` (time-out, lost credentials, cancelled) is never shown as success. */
export type Outcome = 'succeeded' | 'failed' | 'unknown';

/** The worst outcome decides: failed before unknown before succeeded. No outcomes at all = succeeded. */
export function worstOutcome(outcomes: Iterable<Outcome>): Outcome {
  const all = new Set(outcomes);
  if (all.has('failed')) return 'failed';
  return all.has('unknown') ? 'unknown' : 'succeeded';
}

/** What one step of a deployment or a teardown did. Times are AWS's own where AWS states them. */
export type StepResult = {
  id: string;
  /** What a person reads: `stack sar-cluster`, `build images`. */
  title: string;
  outcome: Outcome | 'skipped';
  /** `created`, `updated`, `unchanged`, `deleted`, `retained` … : one word on what happened. */
  change: string;
  startedAt: Date;
  finishedAt: Date;
  failure?: Failure;
  /** One sentence, if there is more to say. */
  detail?: string;
  /** Ids of the steps that it waited for. */
  needs?: readonly string[];
};

/**
 * Codes of failures after which nobody can say whether the work was done: time-out, lost credentials, cancelled, AWS
 * out of reach, or an owner that does not say whether its resource is there. Steps that end with one of them are `unknown`, never `succeeded`.
 */
const unknownCodes: ReadonlySet<string> = new Set([
  'DeadlineReached',
  'CredentialsLost',
  'Cancelled',
  'Unreachable',
  'Throttled',
  'ResourcesUnverified',
]);

/** How a step that ended with this failure is to be recorded. */
export function outcomeOf(failure: Failure): 'failed' | 'unknown' {
  return unknownCodes.has(failure.code) ? 'unknown' : 'failed';
}
