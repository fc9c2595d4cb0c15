import { AwsError } from '../../service.ts';

export type Zone = { readonly name: string; readonly id: string };

/**
 * Availability zones per region with their ids (AWS global infrastructure, regions-az). Which letter stands for which id
 * differs between accounts (ram/latest/userguide/working-with-az-ids.html); this is one account's view.
 */
const ZONES: Readonly<Record<string, { readonly idPrefix: string; readonly zones: Readonly<Record<string, number>> }>> =
  {
    'us-east-1': { idPrefix: 'use1', zones: { a: 4, b: 6, c: 1, d: 2, e: 3, f: 5 } },
    'us-east-2': { idPrefix: 'use2', zones: { a: 1, b: 2, c: 3 } },
    'us-west-1': { idPrefix: 'usw1', zones: { a: 1, c: 3 } },
    'us-west-2': { idPrefix: 'usw2', zones: { a: 2, b: 1, c: 3, d: 4 } },
    'ca-central-1': { idPrefix: 'cac1', zones: { a: 1, b: 2, d: 4 } },
    'eu-central-1': { idPrefix: 'euc1', zones: { a: 2, b: 3, c: 1 } },
    'eu-west-1': { idPrefix: 'euw1', zones: { a: 1, b: 2, c: 3 } },
    'eu-north-1': { idPrefix: 'eun1', zones: { a: 1, b: 2, c: 3 } },
    'ap-northeast-1': { idPrefix: 'apne1', zones: { a: 4, c: 1, d: 2 } },
    'ap-southeast-2': { idPrefix: 'apse2', zones: { a: 1, b: 3, c: 2 } },
  };

/**
 * The zones of a region in the order of their letters.
 * @throws AwsError when the sandbox has no table for the region
 */
export function zonesOf(region: string): readonly Zone[] {
  const known = ZONES[region];
  if (!known) throw new AwsError('InvalidRegion', `The sandbox knows no availability zones of region ${region}.`);
  return Object.entries(known.zones).map(([letter, number]) => ({
    name: `${region}${letter}`,
    id: `${known.idPrefix}-az${number}`,
  }));
}

/**
 * The zone of that name.
 * @throws AwsError InvalidParameterValue, worded as by CreateSubnet
 */
export function findZone(region: string, name: string): Zone {
  const zones = zonesOf(region);
  const zone = zones.find((each) => each.name === name);
  if (zone) return zone;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${name}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following ` +
      `availability zones: ${zones.map((each) => each.name).join(', ')}.`,
  );
}
