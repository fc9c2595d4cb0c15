import type { AwsWorld, StateKey } from '../../world.ts';

export type Quota = {
  serviceCode: string;
  serviceName: string;
  quotaCode: string;
  name: string;
  value: number;
  adjustable: boolean;
};

/** Quotas that a deployer asks for, with AWS's defaults (the quota pages of the services' General Reference entries). */
const DEFAULTS: readonly Quota[] = [
  quota(
    'ec2',
    'Amazon Elastic Compute Cloud (Amazon EC2)',
    'L-1216C47A',
    'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    5,
  ),
  quota('ec2', 'Amazon Elastic Compute Cloud (Amazon EC2)', 'L-DB2E81BA', 'Running On-Demand G and VT instances', 0),
  quota('ec2', 'Amazon Elastic Compute Cloud (Amazon EC2)', 'L-417A185B', 'Running On-Demand P instances', 0),
  quota('ec2', 'Amazon Elastic Compute Cloud (Amazon EC2)', 'L-0263D0A3', 'EC2-VPC Elastic IPs', 5),
  quota('vpc', 'Amazon Virtual Private Cloud (Amazon VPC)', 'L-F678F1CE', 'VPCs per Region', 5),
  quota('vpc', 'Amazon Virtual Private Cloud (Amazon VPC)', 'L-FE5A380F', 'NAT gateways per Availability Zone', 5),
  quota('eks', 'Amazon Elastic Kubernetes Service (Amazon EKS)', 'L-1194D53C', 'Clusters', 100),
  quota(
    'ebs',
    'Amazon Elastic Block Store (Amazon EBS)',
    'L-7A658B76',
    'Storage for General Purpose SSD (gp3) volumes, in TiB',
    50,
  ),
];

function quota(serviceCode: string, serviceName: string, quotaCode: string, name: string, value: number): Quota {
  return { serviceCode, serviceName, quotaCode, name, value, adjustable: true };
}

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
