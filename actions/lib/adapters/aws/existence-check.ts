import type { Presence } from '../../ports/existence.ts';
import { findInAws } from './aws-failure.ts';

/** Asks one service about one physical id. */
export type ExistenceCheck = (physicalId: string) => Promise<Presence>;

/**
 * A check that passes the id to a describing call: an answer means that the resource is there, one of the named errors
 * that it is gone.
 * @param read tells from the answer; by default any answer means `exists`
 */
export function describing<Answer>(
  type: string,
  notFound: readonly string[],
  describe: (physicalId: string) => Promise<Answer>,
  read: (answer: Answer, physicalId: string) => Presence = () => 'exists',
): ExistenceCheck {
  return async (physicalId) => {
    const answer = await findInAws(`look for ${type} ${physicalId}`, notFound, async () => ({
      value: await describe(physicalId),
    }));
    return answer === undefined ? 'gone' : read(answer.value, physicalId);
  };
}

/** `gone` without an item, otherwise what its status says: one of `going` and `gone` statuses, or `exists`. */
export function presenceOf(
  status: string | undefined,
  found: boolean,
  statuses: { going: readonly string[]; gone: readonly string[] },
): Presence {
  if (!found || statuses.gone.includes(status ?? '')) return 'gone';
  return statuses.going.includes(status ?? '') ? 'going' : 'exists';
}
