import { machineRandom } from '../../chance-of-machine.ts';
import { machineClock } from '../../clock-of-machine.ts';
import { jitteredWait, type RetryBudget, requestBudget } from '../../engine/retry.ts';
import type { Clock } from '../../ports/clock.ts';
import { askedOf } from './asked-operation.ts';
import { isWorthRepeating } from './aws-failure.ts';

/** With what requests wait for AWS. */
export type RequestWaiting = {
  clock: Clock;
  /** A number in [0, 1). */
  random: () => number;
  /** Told, in one line, when a service lets us wait for more than a moment. */
  say: (message: string) => void;
};

/** Waits in the machine's time and says nothing. */
export const silentWaiting: RequestWaiting = { clock: machineClock, random: machineRandom, say: () => undefined };

/** The state of one request's repetitions, as the SDK keeps it. */
type RetryToken = {
  getRetryCount(): number;
  /** Always 0: the wait is over when the token is given. */
  getRetryDelay(): number;
};

/** What the SDK asks of a strategy (RetryStrategyV2 of the AWS SDK for JavaScript). */
export type RequestRetries = {
  acquireInitialRetryToken(scope: string): Promise<RetryToken>;
  /** @throws what the request failed with, when it is not to be sent again */
  refreshRetryTokenForRetry(token: RetryToken, failed: { error?: Error; retryAfterHint?: Date }): Promise<RetryToken>;
  recordSuccess(token: RetryToken): void;
};

/** Failures in a row after which a wait is more than a moment. */
const momentaryFailures = 3;

/**
 * The one rule by which every request to AWS is sent again: what {@link isWorthRepeating}, with growing waits of random
 * length, until the budget is used up. It takes the place of the SDK's own rule, which gives up after seconds.
 */
export function requestRetries(waiting: RequestWaiting, budget: RetryBudget = requestBudget): RequestRetries {
  const since = new WeakMap<RetryToken, Date>();
  const said = new Map<string, number>();
  return {
    acquireInitialRetryToken: async () => retryToken(0),
    async refreshRetryTokenForRetry(token, { error, retryAfterHint }) {
      const attempt = token.getRetryCount() + 1;
      const next = retryToken(attempt);
      // The SDK has learnt AWS's time from the refusal; once, because a clock that is set right does not help again.
      if (wasClockCorrected(error) && attempt === 1) return next;
      if (!isWorthRepeating(error)) throw error;
      const now = waiting.clock.now();
      const begun = since.get(token) ?? now;
      const asked = (retryAfterHint?.getTime() ?? 0) - now.getTime();
      const wait = Math.max(jitteredWait(attempt, budget, waiting.random), asked);
      if (attempt >= budget.leastTries && now.getTime() + wait - begun.getTime() > budget.milliseconds) throw error;
      since.set(next, begun);
      if (attempt === momentaryFailures) sayOnce(error, now, said, waiting, budget);
      await waiting.clock.sleep(wait);
      return next;
    },
    recordSuccess: () => undefined,
  };
}

function retryToken(count: number): RetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => 0 };
}

function wasClockCorrected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const details: { name: string; $metadata?: { clockSkewCorrected?: unknown } } = error;
  return details.$metadata?.clockSkewCorrected === true;
}

/** Many requests meet the same trouble at once; one line per service and budget tells of it. */
function sayOnce(
  error: unknown,
  now: Date,
  said: Map<string, number>,
  { say }: RequestWaiting,
  { milliseconds }: RetryBudget,
): void {
  const { service, operation } = askedOf(error);
  const name = error instanceof Error ? error.name : 'UnknownError';
  const last = said.get(service);
  if (last !== undefined && now.getTime() - last < milliseconds) return;
  said.set(service, now.getTime());
  say(`AWS ${service} answers ${operation} with ${name}: asked again for up to ${milliseconds / 1000} seconds.`);
}
