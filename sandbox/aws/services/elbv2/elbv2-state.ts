import { randomBytes } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';

export type LoadBalancer = {
  readonly arn: string;
  name: string;
  type: 'application' | 'network';
  scheme: 'internet-facing' | 'internal';
  dnsName: string;
  vpcId: string;
  subnets: { id: string; zone: string }[];
  groupIds: string[];
  attributes: Record<string, string>;
  tags: Record<string, string>;
  createdAt: Date;
  readyAt: Date;
};
export type TargetGroup = {
  readonly arn: string;
  name: string;
  protocol: string;
  port: number;
  vpcId: string | undefined;
  targetType: string;
  healthCheck: { path: string | undefined; port: string; protocol: string };
  /** Targets named in the template; those of Auto Scaling groups come from the groups themselves. */
  targets: { id: string; port: number | undefined }[];
  attributes: Record<string, string>;
  tags: Record<string, string>;
};
/** An action's target groups, and the action as it was given. */
export type ListenerAction = { type: string; targetGroupArns: string[]; given: Record<string, unknown> };
export type Listener = {
  readonly arn: string;
  loadBalancerArn: string;
  port: number;
  protocol: string;
  certificateArns: string[];
  sslPolicy: string | undefined;
  actions: ListenerAction[];
  /** Actions of its rules by rule ARN. */
  rules: Map<string, ListenerAction[]>;
  tags: Record<string, string>;
};

/** One region of Elastic Load Balancing version 2; keys are ARNs. */
export type Elbv2State = {
  loadBalancers: Map<string, LoadBalancer>;
  targetGroups: Map<string, TargetGroup>;
  listeners: Map<string, Listener>;
};

const elbv2StateKey: StateKey<Elbv2State> = {
  id: 'elbv2',
  create: () => ({ loadBalancers: new Map(), targetGroups: new Map(), listeners: new Map() }),
};

export const elbv2State = (world: AwsWorld, region: string): Elbv2State => world.state(elbv2StateKey, region);

/** The listeners that show a certificate to browsers. */
export const listenersWithCertificate = (world: AwsWorld, region: string, certificateArn: string): Listener[] =>
  [...elbv2State(world, region).listeners.values()].filter(({ certificateArns }) =>
    certificateArns.includes(certificateArn),
  );

/** The 16 hexadecimal digits at the end of this service's ARNs. */
export const arnSuffix = (): string => randomBytes(8).toString('hex');

/**
 * Hosted zone of application load balancers' names, for alias records
 * (docs.aws.amazon.com/general/latest/gr/elb.html).
 */
export const HOSTED_ZONES: Readonly<Record<string, string>> = {
  'us-east-1': 'Z35SXDOTRQ7X7K',
  'us-east-2': 'Z3AADJGX6KTTL2',
  'us-west-1': 'Z368ELLRRE2KJ0',
  'us-west-2': 'Z1H1FL5HABSF5',
  'ca-central-1': 'ZQSVJUPU6J1EY',
  'eu-central-1': 'Z215JYRZR1TBD5',
  'eu-west-1': 'Z32O12XQLNTSW2',
  'eu-north-1': 'Z23TAZ6LKFMNIO',
  'ap-northeast-1': 'Z14GRHDCWA56QT',
  'ap-southeast-2': 'Z1GM3OXH4ZPM65',
};

/** @throws AwsError LoadBalancerNotFound */
export function findLoadBalancer(world: AwsWorld, region: string, arn: string | undefined): LoadBalancer {
  const found = elbv2State(world, region).loadBalancers.get(arn ?? '');
  if (!found) throw new AwsError('LoadBalancerNotFound', `One or more load balancers not found`);
  return found;
}

/** @throws AwsError TargetGroupNotFound */
export function findTargetGroup(world: AwsWorld, region: string, arn: string | undefined): TargetGroup {
  const found = elbv2State(world, region).targetGroups.get(arn ?? '');
  if (!found) throw new AwsError('TargetGroupNotFound', `Target groups '${arn}' not found`);
  return found;
}

/** The load balancers whose listeners or rules forward to a target group. */
export function loadBalancersOf(world: AwsWorld, region: string, targetGroupArn: string): string[] {
  const using = [...elbv2State(world, region).listeners.values()].filter(({ actions, rules }) =>
    [actions, ...rules.values()].flat().some(({ targetGroupArns }) => targetGroupArns.includes(targetGroupArn)),
  );
  return [...new Set(using.map(({ loadBalancerArn }) => loadBalancerArn))];
}

/**
 * Names of load balancers and target groups: up to 32 letters, digits and hyphens, no hyphen at either end
 * (API_CreateLoadBalancer.html, API_CreateTargetGroup.html).
 * @throws AwsError ValidationError
 */
export function checkName(kind: 'load balancer' | 'target group', name: string): void {
  const refuse = (reason: string): never => {
    const subject = kind === 'load balancer' ? 'The load balancer name' : 'Target group name';
    throw new AwsError('ValidationError', `${subject} '${name}' ${reason}`);
  };
  if (name.length > 32) refuse("cannot be longer than '32' characters");
  if (!/^[a-zA-Z0-9-]+$/.test(name))
    refuse('can only contain characters that are alphanumeric characters and hyphens(-)');
  if (name.startsWith('-') || name.endsWith('-')) refuse('cannot begin or end with a hyphen(-)');
  if (kind === 'load balancer' && name.startsWith('internal-')) refuse("cannot begin with 'internal-'");
}
