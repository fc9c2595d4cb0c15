import { type Failure, toFailure } from '../failure.ts';
import type { Clock } from '../ports/clock.ts';

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

/** Failures that go away by themselves: AWS asked for fewer requests, or could not be reached. */
export function isTransient(failure: Failure): boolean {
  return failure.code === 'Throttled' || failure.code === 'Unreachable';
}

/**
 * Does the work again while it fails in a retryable way, waiting a random time below an exponentially growing bound
 * ("full jitter", aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter).
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
    const bound = Math.min(options.capMilliseconds, options.baseMilliseconds * 2 ** (attempt - 1));
    await options.clock.sleep(Math.floor(options.random() * bound), options.signal);
  }
}
