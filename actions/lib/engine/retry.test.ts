import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { isTransient, withRetry } from './retry.ts';

const throttled = new Failure({ code: 'Throttled', source: 'aws', message: 'slow down' });
const denied = new Failure({ code: 'AccessDenied', source: 'aws', message: 'no' });

function options(clock = instantClock(), random = () => 0.5) {
  return { clock, random, attempts: 4, baseMilliseconds: 1000, capMilliseconds: 3000, isRetryable: isTransient };
}

/** Fails with each failure in turn, then succeeds. */
function failing(...failures: Failure[]): { work: () => Promise<string>; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    work: async () => {
      const failure = failures[calls];
      calls += 1;
      if (failure !== undefined) throw failure;
      return 'done';
    },
  };
}

describe('withRetry', () => {
  it('waits longer each time, at random below a bound that has a cap', async () => {
    const clock = instantClock();
    const { work, calls } = failing(throttled, throttled, throttled);
    await expect(withRetry(work, options(clock))).resolves.toBe('done');
    expect(calls()).toBe(4);
    expect(clock.slept).toEqual([500, 1000, 1500]);
  });

  it('gives up after the last attempt with the last failure', async () => {
    const { work, calls } = failing(throttled, throttled, throttled, throttled, throttled);
    await expect(withRetry(work, options())).rejects.toBe(throttled);
    expect(calls()).toBe(4);
  });

  it('does not repeat what cannot get better', async () => {
    const { work, calls } = failing(denied);
    await expect(withRetry(work, options())).rejects.toBe(denied);
    expect(calls()).toBe(1);
  });
});
