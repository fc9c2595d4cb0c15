import rules from '../../schemas/aws-rules.json' with { type: 'json' };
import { realNow } from '../clock.ts';
import { isRead } from './faults.ts';
import type { StateKey } from './world.ts';

/** Requests that a full bucket holds, and how many come in again in a second. */
export type Rate = { bucket: number; perSecond: number };

const rates: Readonly<Record<string, { reads: Rate; changes: Rate }>> = rules.apiRates.services;

/**
 * How fast a region may be asked, once the account has a limit: requests that are left by operation, and when that was so. In
 * real time, because that is how clients pace themselves, unless a client waits in virtual time.
 */
export const requestBuckets: StateKey<{
  isLimited: boolean;
  /** Of operations for which AWS documents none; undefined: no limit. */
  undocumented: Rate | undefined;
  now: () => Date;
  left: Map<string, { tokens: number; at: number }>;
}> = {
  id: 'request-buckets',
  create: () => ({ isLimited: false, undocumented: undefined, now: realNow, left: new Map() }),
};

/** Takes one request out of its bucket. @returns false when there is none left, so that the request is to be throttled */
export function takeRequest(
  { isLimited, undocumented, now, left }: ReturnType<typeof requestBuckets.create>,
  service: string,
  operation: string,
): boolean {
  const rate = isLimited ? (rates[service]?.[isRead(operation) ? 'reads' : 'changes'] ?? undocumented) : undefined;
  if (rate === undefined) return true;
  const key = `${service} ${operation}`;
  const at = now().getTime();
  const before = left.get(key) ?? { tokens: rate.bucket, at };
  const tokens = Math.min(rate.bucket, before.tokens + ((at - before.at) / 1_000) * rate.perSecond);
  left.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at });
  return tokens >= 1;
}
