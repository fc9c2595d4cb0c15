import { earlierPlace } from '../adapters/git/declared-places.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';

/**
 * A deployment stays in its account and region: what is deployed would go on in the old place, and nobody would look there
 * any more. The gate says so of a pull request; this holds whatever became of the gate.
 * @param history as for `earlierPlace`; `region` where its newest record says that it is deployed
 * @throws Failure `PlaceChanged`; nothing was changed then
 */
export async function refuseMove(
  folder: string,
  { name, aws }: Deployment,
  history: { since: string | undefined; until: string; region: string | undefined },
): Promise<void> {
  const place = { accountId: aws.account_id, region: aws.region };
  const earlier = await earlierPlace(folder, name, place, history);
  if (earlier !== undefined) throw moved(name, { ...earlier, at: `as of ${earlier.commit.slice(0, 7)}` });
  // The record lies in the account itself, so only the region can be another one.
  const { region } = history;
  if (region === undefined || region === aws.region) return;
  throw moved(name, { what: 'region', before: region, now: aws.region, at: 'where it is deployed' });
}

function moved(
  name: string,
  { what, before, now, at }: { what: 'account' | 'region'; before: string; now: string; at: string },
): Failure {
  return new Failure({
    code: 'PlaceChanged',
    source: 'user',
    message: `The ${what} of ${name} changes from ${before}, ${at}, to ${now}, which is not possible: what is deployed would be forgotten where it is.`,
    hint: `Take the change back. For another ${what}, declare a new deployment under another name and tear this one down.`,
  });
}
