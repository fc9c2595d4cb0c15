import type { AwsWorld } from '../../world.ts';
import type { Ec2State, SecurityRule, Subnet } from './ec2-resource.ts';
import { newId } from './resource-id.ts';
import { zonesOf } from './zones.ts';

/**
 * Adds a VPC with its main route table and default security group to a region's state. Every VPC gets both with its
 * creation (vpc/latest/userguide/default-security-group.html, RouteTables.html).
 */
export function addVpc(
  world: AwsWorld,
  state: Ec2State,
  vpc: { cidrBlock: string; isDefault: boolean; enableDnsSupport: boolean; enableDnsHostnames: boolean },
): string {
  const createdAt = world.clock.now();
  const [id, groupId, tableId] = [newId('vpc'), newId('sg'), newId('rtb')];
  state.vpc.set(id, { ...vpc, id, createdAt, tags: {}, defaultGroupId: groupId, mainRouteTableId: tableId });
  state['route-table'].set(tableId, {
    id: tableId,
    createdAt,
    tags: {},
    vpcId: id,
    main: true,
    routes: [{ destination: vpc.cidrBlock, target: 'local' }],
    associations: new Map(),
  });
  state['security-group'].set(groupId, {
    id: groupId,
    createdAt,
    tags: {},
    name: 'default',
    description: 'default VPC security group',
    vpcId: id,
    ingress: [anyRule(groupId)],
    egress: [anyRule('0.0.0.0/0')],
  });
  return id;
}

/** A rule that allows all traffic with a peer. */
export const anyRule = (peer: string): SecurityRule => ({
  id: newId('sgr'),
  protocol: '-1',
  fromPort: -1,
  toPort: -1,
  peer,
  description: undefined,
});

/** Makes the default VPC: 172.31.0.0/16, a /20 subnet per zone, and an internet gateway (default-vpc.html). */
export function addDefaultVpc(world: AwsWorld, region: string, state: Ec2State): Ec2State {
  const vpcId = addVpc(world, state, {
    cidrBlock: '172.31.0.0/16',
    isDefault: true,
    enableDnsSupport: true,
    enableDnsHostnames: true,
  });
  const createdAt = world.clock.now();
  for (const [index, zone] of zonesOf(region).entries()) {
    const subnet: Subnet = {
      id: newId('subnet'),
      createdAt,
      tags: {},
      vpcId,
      cidrBlock: `172.31.${index * 16}.0/20`,
      zone: zone.name,
      mapPublicIp: true,
      addressesUsed: 0,
    };
    state.subnet.set(subnet.id, subnet);
  }
  const gatewayId = newId('igw');
  state['internet-gateway'].set(gatewayId, { id: gatewayId, createdAt, tags: {}, vpcId });
  for (const table of state['route-table'].values()) table.routes.push({ destination: '0.0.0.0/0', target: gatewayId });
  return state;
}
