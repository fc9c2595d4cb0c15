import type { Outcome } from '../engine/outcome.ts';
import type { Plan } from './plan.ts';

/** Whether merging can work: not with a blocker, and unknown while a check could not be made. */
export function planOutcome({ preflight, stacks }: Pick<Plan, 'preflight' | 'stacks'>): Outcome {
  const found = new Set(preflight.map(({ outcome }) => outcome));
  if (found.has('blocker') || stacks.some(({ action }) => action === 'blocked')) return 'failed';
  return found.has('unknown') ? 'unknown' : 'succeeded';
}
