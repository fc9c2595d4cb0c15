/**
 * USD list prices, for estimates only. Instances: Linux on demand per hour in us-east-1, which us-west-2 shares, from
 * the AWS price list of 2026-07-20. The others: aws.amazon.com/{eks,vpc,ebs,elasticloadbalancing,kms}/pricing.
 */
export const pricesFrom = '2026-07-20';

/** Hours in the month that AWS's own calculator reckons with. */
export const hoursPerMonth = 730;

export const hourly = {
  /** An EKS cluster on a version in standard support. */
  cluster: 0.1,
  natGateway: 0.045,
  publicAddress: 0.005,
  /** Without its capacity units. */
  loadBalancer: 0.0225,
} as const;

export const monthly = {
  /** Per GB of gp3. */
  volume: 0.08,
  /** A customer key in KMS. */
  key: 1,
} as const;

/** Share of the on-demand price that spot capacity usually costs; it varies by the hour. */
export const spotShare = 0.35;

const instances: Readonly<Record<string, number>> = {
  't3.medium': 0.0416,
  't3a.medium': 0.0376,
  't3a.large': 0.0752,
  't3a.xlarge': 0.1504,
  't3a.2xlarge': 0.3008,
  'm5a.large': 0.086,
  'm5a.xlarge': 0.172,
  'm5a.2xlarge': 0.344,
  'm5a.4xlarge': 0.688,
  'm6a.large': 0.0864,
  'm6a.xlarge': 0.1728,
  'm6a.2xlarge': 0.3456,
  'm6a.4xlarge': 0.6912,
  'm6i.large': 0.096,
  'm6i.xlarge': 0.192,
  'm7a.large': 0.11592,
  'm7a.xlarge': 0.23184,
  'r5a.large': 0.113,
  'r5a.xlarge': 0.226,
  'r5a.2xlarge': 0.452,
  'r5a.4xlarge': 0.904,
  'r6a.large': 0.1134,
  'r6a.xlarge': 0.2268,
  'r6a.2xlarge': 0.4536,
  'r6a.4xlarge': 0.9072,
  'g4dn.xlarge': 0.526,
  'g5.xlarge': 1.006,
  'g6.xlarge': 0.8048,
};

/** USD an hour, or undefined for a type that is not in the table. */
export function instanceHourly(type: string): number | undefined {
  return Object.hasOwn(instances, type) ? instances[type] : undefined;
}
