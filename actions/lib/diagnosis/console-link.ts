import type { StackEvent } from '../ports/cloudformation.ts';
import type { StackFinding } from './diagnose.ts';
import type { RemedyKey } from './remedies.ts';

/** Hosts of the console by partition (docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). */
const hosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/** Quotas that a remedy is about, by service and code (Service Quotas, ListServiceQuotas). */
const quotas: Partial<Readonly<Record<RemedyKey, string>>> = {
  'free-or-raise-vpcs': 'vpc/quotas/L-F678F1CE',
  'free-or-raise-addresses': 'ec2/quotas/L-0263D0A3',
  'raise-vcpus': 'ec2/quotas/L-1216C47A',
  'raise-builds': 'codebuild/quotas',
};

const arn = /^arn:(aws[a-z-]*):cloudformation:([a-z0-9-]+):\d*:stack\//;

/**
 * Where in the AWS console to look: the quota that has to be raised, else the events of the stack.
 * @param events of the operation; the stack's own carry its ARN, and so its region
 * @returns undefined when no event says which stack it is
 */
export function consolePlace(events: readonly StackEvent[], finding: Pick<StackFinding, 'remedy'>): string | undefined {
  for (const { physicalId } of events) {
    const [, partition, region] = arn.exec(physicalId) ?? [];
    if (partition === undefined || region === undefined) continue;
    const host = hosts[partition];
    if (host === undefined) return undefined;
    const quota = quotas[finding.remedy];
    return quota === undefined
      ? `https://${region}.${host}/cloudformation/home?region=${region}#/stacks/events?stackId=${encodeURIComponent(physicalId)}`
      : `https://${region}.${host}/servicequotas/home/services/${quota}?region=${region}`;
  }
  return undefined;
}
