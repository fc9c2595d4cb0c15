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
export const grantedQuotas: StateKey<Map<string, number>> = { id: 'service-quotas', create: () => new Map() };

/** What AWS starts every account with. */
export const defaultQuotas = (serviceCode: string | undefined): Quota[] =>
  DEFAULTS.filter((each) => each.serviceCode === serviceCode);

/** Only quotas that were granted an own value, as GetServiceQuota knows them. */
export function appliedQuotas(world: AwsWorld, region: string, serviceCode: string | undefined): Quota[] {
  const granted = world.state(grantedQuotas, region);
  return defaultQuotas(serviceCode).flatMap((each) => {
    const value = granted.get(`${each.serviceCode}/${each.quotaCode}`);
    return value === undefined ? [] : [{ ...each, value }];
  });
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
  if (!defaultQuotas(serviceCode).some((each) => each.quotaCode === quotaCode)) {
    throw new Error(`The sandbox does not know the quota ${serviceCode}/${quotaCode}.`);
  }
  world.state(grantedQuotas, region).set(`${serviceCode}/${quotaCode}`, value);
}
