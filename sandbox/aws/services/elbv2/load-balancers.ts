import { randomInt } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { findById, MISSING } from '../ec2/describe-page.ts';
import { after, ec2State } from '../ec2/ec2-state.ts';
import { makeInterface, releaseInterface } from '../ec2/network-interfaces.ts';
import {
  arnSuffix,
  checkName,
  elbv2State,
  findLoadBalancer,
  type LoadBalancer,
  loadBalancersOf,
} from './elbv2-state.ts';

/** Virtual seconds until a new load balancer is active, and until a deleted one has given up its interfaces. */
const LOAD_BALANCER_SECONDS = { create: 110, release: 20 };

export type NewLoadBalancer = {
  name: string;
  type: 'application' | 'network';
  scheme: 'internet-facing' | 'internal';
  subnetIds: string[];
  groupIds: string[];
  attributes: Record<string, string>;
  tags: Record<string, string>;
};

/**
 * CreateLoadBalancer (API_CreateLoadBalancer.html): one interface in every subnet.
 * @throws AwsError ValidationError, DuplicateLoadBalancerName, InvalidConfigurationRequest, InvalidSubnet
 */
export function makeLoadBalancer(world: AwsWorld, region: string, made: NewLoadBalancer): LoadBalancer {
  const { loadBalancers } = elbv2State(world, region);
  checkName('load balancer', made.name);
  if ([...loadBalancers.values()].some(({ name }) => name === made.name)) {
    throw new AwsError(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${made.name}' exists, but with different settings`,
    );
  }
  const { vpcId, subnets } = checkSubnets(world, region, made);
  const id = `${made.type === 'application' ? 'app' : 'net'}/${made.name}/${arnSuffix()}`;
  const arn = `arn:aws:elasticloadbalancing:${region}:${world.accountId}:loadbalancer/${id}`;
  for (const subnet of subnets) {
    makeInterface(world, region, {
      subnetId: subnet.id,
      groupIds: made.groupIds,
      description: `ELB ${id}`,
      attachedTo: arn,
      interfaceType: made.scheme === 'internet-facing' ? 'public_load_balancer' : 'interface',
      requesterManaged: true,
    });
  }
  const balancer: LoadBalancer = {
    ...made,
    arn,
    vpcId,
    subnets,
    dnsName: `${made.scheme === 'internal' ? 'internal-' : ''}${made.name}-${randomInt(10 ** 8, 2 * 10 ** 9)}.${region}.elb.amazonaws.com`,
    createdAt: world.clock.now(),
    readyAt: after(world, LOAD_BALANCER_SECONDS.create),
  };
  loadBalancers.set(arn, balancer);
  return balancer;
}

/** Application load balancers need two zones; internet-facing ones an internet gateway. */
function checkSubnets(
  world: AwsWorld,
  region: string,
  made: NewLoadBalancer,
): { vpcId: string; subnets: { id: string; zone: string }[] } {
  const state = ec2State(world, region);
  const subnets = made.subnetIds.map((id) => findById(state.subnet, id, MISSING.subnet));
  const zones = new Set(subnets.map(({ zone }) => zone));
  if (made.type === 'application' && zones.size < 2) {
    throw new AwsError('ValidationError', 'At least two subnets in two different Availability Zones must be specified');
  }
  if (zones.size < subnets.length) {
    throw new AwsError(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  const [first] = subnets;
  if (!first) throw new AwsError('ValidationError', 'You must specify subnets');
  const gateways = [...state['internet-gateway'].values()];
  if (made.scheme === 'internet-facing' && !gateways.some(({ vpcId }) => vpcId === first.vpcId)) {
    throw new AwsError('InvalidSubnet', `VPC ${first.vpcId} has no internet gateway`);
  }
  return { vpcId: first.vpcId, subnets: subnets.map(({ id, zone }) => ({ id, zone })) };
}

/**
 * DeleteLoadBalancer: its listeners go with it; one that is not there is no error (API_DeleteLoadBalancer.html).
 * @throws AwsError OperationNotPermitted while deletion protection is on
 */
export function removeLoadBalancer(world: AwsWorld, region: string, arn: string | undefined): void {
  const state = elbv2State(world, region);
  if (!state.loadBalancers.has(arn ?? '')) return;
  const balancer = findLoadBalancer(world, region, arn);
  if (balancer.attributes['deletion_protection.enabled'] === 'true') {
    throw new AwsError(
      'OperationNotPermitted',
      `Load balancer '${balancer.arn}' cannot be deleted because deletion protection is enabled`,
    );
  }
  for (const listener of state.listeners.values()) {
    if (listener.loadBalancerArn === arn) state.listeners.delete(listener.arn);
  }
  for (const held of ec2State(world, region)['network-interface'].values()) {
    if (held.attachedTo === arn) releaseInterface(world, region, held.id, LOAD_BALANCER_SECONDS.release);
  }
  state.loadBalancers.delete(balancer.arn);
}

/**
 * DeleteTargetGroup (API_DeleteTargetGroup.html).
 * @throws AwsError ResourceInUse while a listener forwards to it
 */
export function removeTargetGroup(world: AwsWorld, region: string, arn: string | undefined): void {
  const { targetGroups } = elbv2State(world, region);
  if (arn === undefined || !targetGroups.has(arn)) return;
  if (loadBalancersOf(world, region, arn).length > 0) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  targetGroups.delete(arn);
}
