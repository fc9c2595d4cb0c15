import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { addressAt } from './cidr-block.ts';
import { findById, MISSING } from './describe-page.ts';
import type { NetworkInterface } from './ec2-resource.ts';
import { after, ec2State } from './ec2-state.ts';
import { newId } from './resource-id.ts';

/**
 * Makes a network interface in a subnet. Load balancers, clusters, NAT gateways and instances all hold such, and it is
 * these that keep subnets and security groups from being deleted.
 * @param made.attachedTo who uses it; undefined leaves it `available`, as the VPC CNI does when a node dies
 * @throws AwsError InvalidSubnetID.NotFound, InvalidGroup.NotFound
 */
export function makeInterface(
  world: AwsWorld,
  region: string,
  made: Pick<NetworkInterface, 'subnetId' | 'groupIds' | 'description' | 'attachedTo'> &
    Partial<Pick<NetworkInterface, 'interfaceType' | 'requesterManaged' | 'tags'>>,
): NetworkInterface {
  const state = ec2State(world, region);
  const subnet = findById(state.subnet, made.subnetId, MISSING.subnet);
  for (const groupId of made.groupIds) findById(state['security-group'], groupId, MISSING['security-group']);
  // The first four addresses of a subnet are AWS's own (vpc/latest/userguide/subnet-sizing.html).
  const privateIp = addressAt(subnet.cidrBlock, 4 + subnet.addressesUsed++);
  const created: NetworkInterface = {
    interfaceType: 'interface',
    requesterManaged: false,
    tags: {},
    ...made,
    id: newId('eni'),
    createdAt: world.clock.now(),
    vpcId: subnet.vpcId,
    privateIp,
  };
  state['network-interface'].set(created.id, created);
  return created;
}

/** Lets the service that holds an interface give it up within `seconds`. */
export function releaseInterface(world: AwsWorld, region: string, interfaceId: string, seconds: number): void {
  const held = ec2State(world, region)['network-interface'].get(interfaceId);
  if (held && held.goneAt === undefined) held.goneAt = after(world, seconds);
}

/**
 * DeleteNetworkInterface: only for interfaces that nothing uses (API_DeleteNetworkInterface.html).
 * @throws AwsError InvalidNetworkInterfaceID.NotFound, InvalidParameterValue, InvalidNetworkInterface.InUse
 */
export function deleteInterface(world: AwsWorld, region: string, interfaceId: string | undefined): void {
  const interfaces = ec2State(world, region)['network-interface'];
  const found = findById(interfaces, interfaceId, MISSING['network-interface']);
  if (found.attachedTo !== undefined) {
    const code = found.requesterManaged ? 'InvalidParameterValue' : 'InvalidNetworkInterface.InUse';
    throw new AwsError(code, `Network interface '${found.id}' is currently in use.`);
  }
  interfaces.delete(found.id);
}
