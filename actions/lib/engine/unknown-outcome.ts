import type { Failure } from '../failure.ts';

/**
 * Codes of failures after which nobody can say whether the work was done: time-out, lost credentials, cancelled, or
 * AWS out of reach. Steps that end with one of them are `unknown`, never `succeeded`.
 */
export const unknownCodes: ReadonlySet<string> = new Set([
  'DeadlineReached',
  'CredentialsLost',
  'Cancelled',
  'Unreachable',
  'Throttled',
]);

/** How a step that ended with this failure is to be recorded. */
export function outcomeOf(failure: Failure): 'failed' | 'unknown' {
  return unknownCodes.has(failure.code) ? 'unknown' : 'failed';
}
