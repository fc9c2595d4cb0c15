import { earlierPlace } from '../adapters/git/declared-places.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';

/**
 * A deployment stays in its account and region: what is deployed would go on in the old place, and nobody would look there
 * any more. The gate says so of a pull request; this holds whatever became of the gate.
 * @param history as for `earlierPlace`
 * @throws Failure `PlaceChanged`; nothing was changed then
 */
export async function refuseMove(
  folder: string,
  { name, aws }: Deployment,
  history: { since: string | undefined; until: string },
): Promise<void> {
  const place = { accountId: aws.account_id, region: aws.region };
  const earlier = await earlierPlace(folder, name, place, history);
  if (earlier === undefined) return;
  const { what, before, now, commit } = earlier;
  throw new Failure({
    code: 'PlaceChanged',
    source: 'user',
    message: `The ${what} of ${name} changes from ${before}, as of ${commit.slice(0, 7)}, to ${now}, which is not possible: what is deployed would be forgotten where it is.`,
    hint: `Take the change back. For another ${what}, declare a new deployment under another name and tear this one down.`,
  });
}
