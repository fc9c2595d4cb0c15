import { type Failure, toFailure } from '../failure.ts';
import type { Clock } from '../ports/clock.ts';

/** How long something is tried again, and with which waits between. */
export type RetryBudget = {
  /** From the first failure on; what would wait longer fails. */
  milliseconds: number;
  /** So often it is tried in any case, however long each try takes. */
  leastTries: number;
  /** Upper bound of the first wait; it doubles with each further try. */
  baseMilliseconds: number;
  /** No wait is longer than this. */
  capMilliseconds: number;
};

/**
 * What one request to AWS may wait for a service that throttles, is away or is busy with the same thing. AWS calls a service's
 * trouble of seconds normal, and asks for some minutes of patience (AWS SDKs and Tools Reference Guide, "Retry behavior").
 */
export const requestBudget: RetryBudget = {
  milliseconds: 120_000,
  leastTries: 5,
  baseMilliseconds: 200,
  capMilliseconds: 20_000,
};

/**
 * What is waited until everybody sees what was just made: AWS's services are eventually consistent, and of none is said how
 * long that takes (AWSEC2 developer guide, "Eventual consistency in the Amazon EC2 API", asks for waits that grow to minutes).
 */
export const visibilityBudget: RetryBudget = {
  milliseconds: 120_000,
  leastTries: 5,
  baseMilliseconds: 500,
  capMilliseconds: 10_000,
};

/**
 * What is waited for a place in CodeBuild's queue: others' builds take minutes each, and nothing is told when one ends
 * (CodeBuild user guide, "Run builds manually": five wait for each that may run, and one more is refused).
 */
export const buildQueueBudget: RetryBudget = {
  milliseconds: 3_600_000,
  leastTries: 5,
  baseMilliseconds: 30_000,
  capMilliseconds: 300_000,
};

export type RetryOptions = {
  clock: Clock;
  /** A number in [0, 1). */
  random: () => number;
  /** Tries in all, at least 1. */
  attempts: number;
  /** Upper bound of the first wait; it doubles with each further try. */
  baseMilliseconds: number;
  /** No wait is longer than this. */
  capMilliseconds: number;
  isRetryable: (failure: Failure) => boolean;
  signal?: AbortSignal;
};

/**
 * A random wait below a bound that grows exponentially ("full jitter",
 * aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
 * @param attempt tries that have failed, from 1
 * @param random a number in [0, 1)
 * @returns milliseconds
 */
export function jitteredWait(
  attempt: number,
  { baseMilliseconds, capMilliseconds }: Pick<RetryBudget, 'baseMilliseconds' | 'capMilliseconds'>,
  random: () => number,
): number {
  return Math.floor(random() * Math.min(capMilliseconds, baseMilliseconds * 2 ** (attempt - 1)));
}

/** Failures that go away by themselves: AWS asked for fewer requests, or could not be reached. */
export function isTransient(failure: Failure): boolean {
  return failure.code === 'Throttled' || failure.code === 'Unreachable';
}

/**
 * Does the work again while it fails in a retryable way, with a {@link jitteredWait} before each further try.
 * @throws Failure the last one, when the tries are used up or it is not retryable
 */
export async function withRetry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const failure = toFailure(error);
      if (attempt >= options.attempts || !options.isRetryable(failure)) throw failure;
    }
    await options.clock.sleep(jitteredWait(attempt, options, options.random), options.signal);
  }
}
