import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { ec2State } from './ec2-state.ts';

/**
 * What keeps a VPC from being deleted: everything in it but its main route table and its default security group
 * (vpc/latest/userguide/delete-vpc.html). Names are ids.
 */
export function dependentsOfVpc(world: AwsWorld, region: string, vpcId: string): string[] {
  const state = ec2State(world, region);
  const within = [
    ...state.subnet.values(),
    ...state['internet-gateway'].values(),
    ...state.natgateway.values(),
    ...state['network-interface'].values(),
    ...state['vpc-endpoint'].values(),
    ...[...state['route-table'].values()].filter(({ main }) => !main),
    ...[...state['security-group'].values()].filter(({ name }) => name !== 'default'),
  ];
  return within.filter((resource) => resource.vpcId === vpcId).map(({ id }) => id);
}

/** What keeps a subnet: network interfaces, of whatever owner (API_DeleteSubnet.html). */
export function dependentsOfSubnet(world: AwsWorld, region: string, subnetId: string): string[] {
  const interfaces = [...ec2State(world, region)['network-interface'].values()];
  return interfaces.filter((each) => each.subnetId === subnetId).map(({ id }) => id);
}

/** What keeps a security group: interfaces that have it, other groups whose rules name it (API_DeleteSecurityGroup.html). */
export function dependentsOfGroup(world: AwsWorld, region: string, groupId: string): string[] {
  const state = ec2State(world, region);
  const users = [...state['network-interface'].values()].filter(({ groupIds }) => groupIds.includes(groupId));
  const referring = [...state['security-group'].values()].filter(
    (group) => group.id !== groupId && [...group.ingress, ...group.egress].some(({ peer }) => peer === groupId),
  );
  return [...users, ...referring].map(({ id }) => id);
}

/**
 * What keeps an internet gateway attached: public addresses in the VPC, which NAT gateways and internet-facing load
 * balancers have (API_DetachInternetGateway.html).
 */
export function mappedPublicAddresses(world: AwsWorld, region: string, vpcId: string): string[] {
  const interfaces = [...ec2State(world, region)['network-interface'].values()];
  return interfaces
    .filter((each) => each.vpcId === vpcId && PUBLIC_HOLDERS.includes(each.interfaceType))
    .map(({ id }) => id);
}
const PUBLIC_HOLDERS: readonly string[] = ['nat_gateway', 'public_load_balancer'];

/** @throws AwsError DependencyViolation when there are dependents */
export function refuseDependents(dependents: readonly string[], message: string): void {
  if (dependents.length > 0) throw new AwsError('DependencyViolation', message);
}
