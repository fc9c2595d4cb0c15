import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './ports/clock.ts';

/** The machine's own clock. */
export const machineClock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds, signal) => wait(milliseconds, undefined, signal === undefined ? {} : { signal }),
};
