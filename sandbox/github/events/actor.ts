import type { Account } from '../model/account.ts';
import type { Grant } from '../model/token.ts';

/** Who caused a change, and whether with a job's token (then no workflow starts). */
export type Actor = { account: Account; causedByJobToken: boolean };

/** @param grant the token of the request that made the change */
export function actorOf(grant: Grant): Actor {
  return { account: grant.account, causedByJobToken: grant.kind === 'job' };
}
