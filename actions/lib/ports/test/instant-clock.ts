import type { Clock } from '../clock.ts';

/** A clock on which waiting takes no time: each sleep moves it on by what was asked for. */
export function instantClock(start = new Date('2026-11-23T10:00:00Z')): Clock & { slept: number[] } {
  let now = start.getTime();
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(now),
    sleep: async (milliseconds, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw signal.reason;
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}
