import { toFailure } from '../failure.ts';
import type { Clock } from '../ports/clock.ts';
import { type Patience, throwIfCancelled } from './poll.ts';
import { jitteredWait, visibilityBudget } from './retry.ts';

/**
 * Waits for what has just been made, named or put back, and which AWS may not show to everybody yet, with growing waits of
 * random length until {@link visibilityBudget} is used up.
 * @param what as in "repository sar-cluster", for the one line that says that it is waited for
 * @param look returns undefined while it is not to be seen
 * @returns undefined when it stays unseen; then it is to be called missing
 * @throws Failure `Cancelled`; what looking throws
 */
export async function untilVisible<T>(
  what: string,
  { patience, random, say }: Watching,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const since = patience.clock.now();
  for (let tries = 1; ; tries += 1) {
    throwIfCancelled(what, patience.signal);
    const found = await look();
    if (found !== undefined || !mayBeUnseen(since, patience.clock, tries)) return found;
    if (tries === 1) say(`AWS does not show ${what} yet: looked for again, for up to ${budgetSeconds} seconds.`);
    await patience.clock.sleep(jitteredWait(tries, visibilityBudget, random), patience.signal);
  }
}

/** With what somebody waits for what is not visible yet. */
export type Watching = {
  patience: Pick<Patience, 'clock' | 'signal'>;
  /** A number in [0, 1). */
  random: () => number;
  say: (message: string) => void;
};

const budgetSeconds = visibilityBudget.milliseconds / 1000;

/**
 * Whether something may be there although AWS does not show it.
 * @param since when it was made, or first looked for
 * @param looks how often it has been looked for
 */
export function mayBeUnseen(since: Date, clock: Clock, looks: number): boolean {
  return looks < visibilityBudget.leastTries || clock.now().getTime() - since.getTime() < visibilityBudget.milliseconds;
}

/**
 * Does something with what has just been made, again while AWS says that there is no such thing.
 * @param isUnseen whether a failure's code says that
 * @throws Failure the last one, when it stays unseen; what else the work throws
 */
export async function onceVisible<T>(
  what: string,
  watching: Watching,
  isUnseen: (code: string) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  let last: unknown;
  const done = await untilVisible(what, watching, async () => {
    try {
      return { value: await work() };
    } catch (error) {
      last = error;
      if (!isUnseen(toFailure(error).code)) throw error;
      return undefined;
    }
  });
  if (done === undefined) throw last;
  return done.value;
}
