import type {
  Action,
  DeleteListenerInput,
  DeleteLoadBalancerInput,
  DeleteTargetGroupInput,
  DescribeListenersInput,
  DescribeListenersOutput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  DescribeTagsInput,
  DescribeTagsOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  LoadBalancer as SdkLoadBalancer,
  TargetGroup as SdkTargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { tagList } from '../ec2/describe-page.ts';
import { isPast } from '../ec2/ec2-state.ts';
import { tokenPage } from '../token-page.ts';
import {
  elbv2State,
  findLoadBalancer,
  findTargetGroup,
  HOSTED_ZONES,
  type LoadBalancer,
  loadBalancersOf,
  type TargetGroup,
} from './elbv2-state.ts';
import { removeLoadBalancer, removeTargetGroup } from './load-balancers.ts';
import { targetHealth } from './target-health.ts';

/** This service calls its tokens markers; a page holds up to 400 (API_DescribeLoadBalancers.html). */
function markerPage<T>(
  items: readonly T[],
  input: { Marker?: string | undefined; PageSize?: number | undefined },
): { page: T[]; NextMarker?: string } {
  const { page, nextToken } = tokenPage(items, {
    size: input.PageSize ?? 400,
    token: input.Marker,
    errorCode: 'ValidationError',
  });
  return { page, ...(nextToken === undefined ? {} : { NextMarker: nextToken }) };
}

function describeLoadBalancers(
  input: DescribeLoadBalancersInput,
  { world, region }: CallContext,
): DescribeLoadBalancersOutput {
  const all = [...elbv2State(world, region).loadBalancers.values()];
  for (const arn of input.LoadBalancerArns ?? []) findLoadBalancer(world, region, arn);
  const missing = (input.Names ?? []).filter((name) => !all.some((each) => each.name === name));
  if (missing.length > 0) {
    throw new AwsError('LoadBalancerNotFound', `Load balancers '[${missing.join(', ')}]' not found`);
  }
  const wanted = all.filter(
    ({ arn, name }) => (input.LoadBalancerArns?.includes(arn) ?? true) && (input.Names?.includes(name) ?? true),
  );
  const { page, ...rest } = markerPage(wanted, input);
  return { LoadBalancers: page.map((each) => toSdkLoadBalancer(world, region, each)), ...rest };
}

const toSdkLoadBalancer = (world: AwsWorld, region: string, balancer: LoadBalancer): SdkLoadBalancer => ({
  LoadBalancerArn: balancer.arn,
  LoadBalancerName: balancer.name,
  DNSName: balancer.dnsName,
  CanonicalHostedZoneId: HOSTED_ZONES[region],
  CreatedTime: balancer.createdAt,
  Scheme: balancer.scheme,
  Type: balancer.type,
  VpcId: balancer.vpcId,
  State: { Code: isPast(world, balancer.readyAt) ? 'active' : 'provisioning' },
  AvailabilityZones: balancer.subnets.map(({ id, zone }) => ({ SubnetId: id, ZoneName: zone })),
  SecurityGroups: balancer.groupIds,
  IpAddressType: 'ipv4',
});

function describeTargetGroups(
  input: DescribeTargetGroupsInput,
  { world, region }: CallContext,
): DescribeTargetGroupsOutput {
  const all = [...elbv2State(world, region).targetGroups.values()];
  for (const arn of input.TargetGroupArns ?? []) findTargetGroup(world, region, arn);
  if (input.LoadBalancerArn !== undefined) findLoadBalancer(world, region, input.LoadBalancerArn);
  const missing = (input.Names ?? []).find((name) => !all.some((each) => each.name === name));
  if (missing !== undefined) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  const wanted = all.filter(
    ({ arn, name }) =>
      (input.TargetGroupArns?.includes(arn) ?? true) &&
      (input.Names?.includes(name) ?? true) &&
      (input.LoadBalancerArn === undefined || loadBalancersOf(world, region, arn).includes(input.LoadBalancerArn)),
  );
  const { page, ...rest } = markerPage(wanted, input);
  return { TargetGroups: page.map((each) => toSdkTargetGroup(world, region, each)), ...rest };
}

const toSdkTargetGroup = (world: AwsWorld, region: string, group: TargetGroup): SdkTargetGroup => ({
  TargetGroupArn: group.arn,
  TargetGroupName: group.name,
  Protocol: group.protocol as NonNullable<SdkTargetGroup['Protocol']>,
  Port: group.port,
  VpcId: group.vpcId,
  TargetType: group.targetType as NonNullable<SdkTargetGroup['TargetType']>,
  HealthCheckEnabled: true,
  HealthCheckPath: group.healthCheck.path,
  HealthCheckPort: group.healthCheck.port,
  HealthCheckProtocol: group.healthCheck.protocol as NonNullable<SdkTargetGroup['Protocol']>,
  LoadBalancerArns: loadBalancersOf(world, region, group.arn),
});

function describeListeners(input: DescribeListenersInput, { world, region }: CallContext): DescribeListenersOutput {
  const { listeners } = elbv2State(world, region);
  if (input.LoadBalancerArn !== undefined) findLoadBalancer(world, region, input.LoadBalancerArn);
  for (const arn of input.ListenerArns ?? []) {
    if (!listeners.has(arn)) throw new AwsError('ListenerNotFound', 'One or more listeners not found');
  }
  const wanted = [...listeners.values()].filter(
    ({ arn, loadBalancerArn }) =>
      (input.LoadBalancerArn === undefined || loadBalancerArn === input.LoadBalancerArn) &&
      (input.ListenerArns?.includes(arn) ?? true),
  );
  const { page, ...rest } = markerPage(wanted, input);
  return {
    Listeners: page.map((listener) => ({
      ListenerArn: listener.arn,
      LoadBalancerArn: listener.loadBalancerArn,
      Port: listener.port,
      Protocol: listener.protocol as 'HTTP',
      SslPolicy: listener.sslPolicy,
      Certificates: listener.certificateArns.map((CertificateArn) => ({ CertificateArn })),
      DefaultActions: listener.actions.map(({ given }) => given as unknown as Action),
    })),
    ...rest,
  };
}

function describeTargetHealth(
  input: DescribeTargetHealthInput,
  { world, region }: CallContext,
): DescribeTargetHealthOutput {
  const descriptions = targetHealth(world, region, findTargetGroup(world, region, input.TargetGroupArn));
  const wanted = input.Targets?.map(({ Id }) => Id);
  return { TargetHealthDescriptions: descriptions.filter(({ Target }) => wanted?.includes(Target?.Id) ?? true) };
}

/** @throws AwsError LoadBalancerNotFound, TargetGroupNotFound, ListenerNotFound */
function tagsOf({ world, region }: CallContext, arn: string): Record<string, string> {
  if (arn.includes(':loadbalancer/')) return findLoadBalancer(world, region, arn).tags;
  if (arn.includes(':targetgroup/')) return findTargetGroup(world, region, arn).tags;
  const listener = elbv2State(world, region).listeners.get(arn);
  if (!listener) throw new AwsError('ListenerNotFound', 'One or more listeners not found');
  return listener.tags;
}

const describeTags = (input: DescribeTagsInput, context: CallContext): DescribeTagsOutput => ({
  TagDescriptions: (input.ResourceArns ?? []).map((arn) => ({ ResourceArn: arn, Tags: tagList(tagsOf(context, arn)) })),
});

function deleteLoadBalancer(input: DeleteLoadBalancerInput, { world, region }: CallContext): object {
  removeLoadBalancer(world, region, input.LoadBalancerArn);
  return {};
}

function deleteTargetGroup(input: DeleteTargetGroupInput, { world, region }: CallContext): object {
  removeTargetGroup(world, region, input.TargetGroupArn);
  return {};
}

/** API_DeleteListener.html */
function deleteListener(input: DeleteListenerInput, { world, region }: CallContext): object {
  const isThere = elbv2State(world, region).listeners.delete(input.ListenerArn ?? '');
  if (!isThere) throw new AwsError('ListenerNotFound', 'One or more listeners not found');
  return {};
}

/** Elastic Load Balancing's operations. */
export const elbv2Operations = {
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeTargetGroups: describeTargetGroups,
  DescribeListeners: describeListeners,
  DescribeTargetHealth: describeTargetHealth,
  DescribeTags: describeTags,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteListener: deleteListener,
  DeleteTargetGroup: deleteTargetGroup,
} satisfies Record<string, Operation>;
