import { Failure, toFailure } from '../failure.ts';
import type { Clock } from '../ports/clock.ts';
import { isTransient } from './retry.ts';

/** When to look again, and when to give up. */
export type Patience = {
  clock: Clock;
  /** Between two looks. */
  pollMilliseconds: number;
  /** Past it nothing is waited for any more. */
  deadline: Date;
  signal?: AbortSignal;
};

/** Wraps a finished value, so that `undefined` can be one. */
export type Finished<T> = { value: T };

/**
 * Looks again and again until there is a result. A look that fails because AWS throttles or cannot be reached is made
 * again; any other failure ends the waiting.
 * @param what is waited for, as in "stack sar-cluster to finish"
 * @param look returns the result wrapped in {@link Finished}, or undefined to wait on
 * @throws Failure `DeadlineReached` when the deadline passes, which is an unknown outcome, never a success;
 *   `Cancelled` when the signal is aborted
 */
export async function pollUntil<T>(
  what: string,
  patience: Patience,
  look: () => Promise<Finished<T> | undefined>,
): Promise<T> {
  for (;;) {
    throwIfCancelled(what, patience.signal);
    const finished = await lookPatiently(look);
    if (finished !== undefined) return finished.value;
    if (patience.clock.now().getTime() + patience.pollMilliseconds > patience.deadline.getTime()) {
      throw new Failure({
        code: 'DeadlineReached',
        source: 'aws',
        message: `Gave up waiting for ${what}: the deadline ${patience.deadline.toISOString()} is reached.`,
        hint: 'The work may still go on in AWS. Run again: it picks up where this run stopped.',
      });
    }
    await sleepUnlessCancelled(what, patience);
  }
}

async function lookPatiently<T>(look: () => Promise<Finished<T> | undefined>): Promise<Finished<T> | undefined> {
  try {
    return await look();
  } catch (error) {
    const failure = toFailure(error);
    if (!isTransient(failure)) throw failure;
    return undefined;
  }
}

async function sleepUnlessCancelled(what: string, patience: Patience): Promise<void> {
  try {
    await patience.clock.sleep(patience.pollMilliseconds, patience.signal);
  } catch (error) {
    throwIfCancelled(what, patience.signal);
    throw error;
  }
}

/** @throws Failure `Cancelled` when the signal is aborted */
export function throwIfCancelled(what: string, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new Failure({
    code: 'Cancelled',
    source: 'user',
    message: `Stopped waiting for ${what}: the run was cancelled.`,
    hint: 'The work may still go on in AWS. Run again: it picks up where this run stopped.',
    cause: signal.reason,
  });
}
