import rules from '../../../../schemas/aws-rules.json' with { type: 'json' };
import type { AwsWorld, StateKey } from '../../world.ts';

export type Quota = {
  serviceCode: string;
  serviceName: string;
  quotaCode: string;
  name: string;
  value: number;
  adjustable: boolean;
};

/** Quotas that a deployer asks for, with AWS's defaults. */
const DEFAULTS: readonly Quota[] = rules.quotas.map(({ source: _source, ...quota }) => ({
  ...quota,
  adjustable: true,
}));

/** Values that were granted to this account and region, by `service/code`. */
const grantedQuotas: StateKey<Map<string, number>> = { id: 'service-quotas', create: () => new Map() };

/** What AWS starts every account with. */
export const defaultQuotas = (serviceCode: string | undefined): Quota[] =>
  DEFAULTS.filter((each) => each.serviceCode === serviceCode);

/** Open requests for more, by `service/code`; who grants them is AWS Support, here `grantQuota`. */
export const quotaRequests: StateKey<Map<string, number>> = { id: 'quota-requests', create: () => new Map() };

/** Only quotas that were granted an own value, as GetServiceQuota knows them. */
export function appliedQuotas(world: AwsWorld, region: string, serviceCode: string | undefined): Quota[] {
  const granted = world.state(grantedQuotas, region);
  return defaultQuotas(serviceCode).flatMap((each) => {
    const value = granted.get(`${each.serviceCode}/${each.quotaCode}`);
    return value === undefined ? [] : [{ ...each, value }];
  });
}

/**
 * How many an account may have in a region: what it was granted, or else AWS's default.
 * @throws Error when the sandbox does not know the quota
 */
export function quotaValue(world: AwsWorld, region: string, serviceCode: string, quotaCode: string): number {
  const quota = defaultQuotas(serviceCode).find((each) => each.quotaCode === quotaCode);
  if (quota === undefined) throw new Error(`The sandbox does not know the quota ${serviceCode}/${quotaCode}.`);
  return world.state(grantedQuotas, region).get(`${serviceCode}/${quotaCode}`) ?? quota.value;
}

/**
 * Grants a quota, as AWS Support would.
 * @throws Error when the sandbox does not know the quota
 */
export function grantQuota(
  world: AwsWorld,
  region: string,
  serviceCode: string,
  quotaCode: string,
  value: number,
): void {
  quotaValue(world, region, serviceCode, quotaCode);
  world.state(grantedQuotas, region).set(`${serviceCode}/${quotaCode}`, value);
}
