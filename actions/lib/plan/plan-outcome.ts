import type { Outcome } from '../engine/outcome.ts';
import type { Plan } from './plan.ts';
import { readinessOf } from './readiness.ts';

/**
 * Whether merging can work: not with a blocker, nor when the plan has grown since it was shown for the same commit; unknown
 * while a check could not be made or nothing was sealed, because merging would approve nothing.
 */
export function planOutcome({
  preflight,
  stacks,
  sealing,
  grown = [],
}: Pick<Plan, 'preflight' | 'stacks' | 'sealing' | 'grown'>): Outcome {
  const readiness = readinessOf(preflight);
  if (readiness === 'not ready' || stacks.some(({ action }) => action === 'blocked')) return 'failed';
  if (grown.length > 0) return 'failed';
  if (sealing?.kind === 'not sealed') return 'unknown';
  return readiness === 'unknown' ? 'unknown' : 'succeeded';
}
