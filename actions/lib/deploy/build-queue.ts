import { throwIfCancelled } from '../engine/poll.ts';
import { buildQueueBudget, jitteredWait } from '../engine/retry.ts';
import { toFailure } from '../failure.ts';
import type { DeployContext } from './deploy-context.ts';

/** The code of a pipeline's failure when its build was refused because too many wait already. */
export const buildQueueFull = 'BuildQueueFull';

/** CodeBuild's words, as a pipeline repeats them (API reference, StartBuild, `AccountLimitExceededException`). */
const words = /Cannot have more than \d+ builds in queue/i;

/** Whether a pipeline's action failed only because the account had no place for its build. */
export function saysQueueFull(message: string): boolean {
  return words.test(message);
}

/**
 * Does something that takes a build, again while the account has no place for one, until {@link buildQueueBudget} or the
 * run's deadline is used up.
 * @throws Failure the last one, when there was no place; what else the work throws
 */
export async function onceQueueHasRoom<T>(what: string, context: DeployContext, work: () => Promise<T>): Promise<T> {
  const { clock, deadline, signal } = context.patience;
  const end = Math.min(clock.now().getTime() + buildQueueBudget.milliseconds, deadline.getTime());
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const { code } = toFailure(error);
      if (code !== buildQueueFull && code !== 'AccountLimitExceededException') throw error;
      const wait = jitteredWait(tries, buildQueueBudget, context.random);
      if (tries >= buildQueueBudget.leastTries && clock.now().getTime() + wait > end) throw error;
      if (tries === 1) context.reporter.info(`CodeBuild has no place for ${what} now: waits until others have ended.`);
      throwIfCancelled(what, signal);
      await clock.sleep(wait, signal);
    }
  }
}
