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
};
