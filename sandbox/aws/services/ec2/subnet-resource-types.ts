import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { cidrContains, cidrOverlaps, parseCidr } from './cidr-block.ts';
import { dependentsOfSubnet, refuseDependents } from './dependencies.ts';
import { findById, MISSING } from './describe-page.ts';
import type { Subnet, Vpc } from './ec2-resource.ts';
import { ec2State } from './ec2-state.ts';
import { optionalFlag, optionalText, requiredText } from './property-values.ts';
import { newId } from './resource-id.ts';
import { findZone, zonesOf } from './zones.ts';

const UNSUPPORTED = [
  'AssignIpv6AddressOnCreation',
  'EnableDns64',
  'EnableLniAtDeviceIndex',
  'Ipv4IpamPoolId',
  'Ipv4NetmaskLength',
  'Ipv6CidrBlock',
  'Ipv6IpamPoolId',
  'Ipv6Native',
  'Ipv6NetmaskLength',
  'OutpostArn',
];

function createSubnet(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::EC2::Subnet', properties, UNSUPPORTED);
  const state = ec2State(world, region);
  const vpc = findById(state.vpc, requiredText(properties, 'VpcId'), MISSING.vpc);
  const cidrBlock = requiredText(properties, 'CidrBlock');
  const siblings = [...state.subnet.values()].filter((each) => each.vpcId === vpc.id);
  checkBlock(vpc, siblings, cidrBlock);
  const subnet: Subnet = {
    id: newId('subnet'),
    createdAt: world.clock.now(),
    tags: mergeResourceTags(properties['Tags'], request.stackTags),
    vpcId: vpc.id,
    cidrBlock,
    zone: zoneName(request),
    mapPublicIp: optionalFlag(properties, 'MapPublicIpOnLaunch', false),
    addressesUsed: 0,
  };
  state.subnet.set(subnet.id, subnet);
  return describeSubnet(subnet, region);
}

/** Without a zone AWS picks one (AWS::EC2::Subnet, AvailabilityZone). */
function zoneName({ region, properties }: CreateRequest): string {
  const name = optionalText(properties, 'AvailabilityZone');
  if (name !== undefined) return findZone(region, name).name;
  const id = optionalText(properties, 'AvailabilityZoneId');
  const zones = zonesOf(region);
  const zone = id === undefined ? zones[0] : zones.find((each) => each.id === id);
  if (!zone) throw new AwsError('InvalidParameterValue', `Value (${id}) for parameter availabilityZoneId is invalid.`);
  return zone.name;
}

/** API_CreateSubnet.html: within the VPC's block, /28 to /16, not overlapping another subnet. */
function checkBlock(vpc: Vpc, siblings: readonly Subnet[], cidrBlock: string): void {
  const block = parseCidr(cidrBlock);
  if (!block || block.prefix < 16 || block.prefix > 28 || !cidrContains(vpc.cidrBlock, cidrBlock)) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidrBlock}' is invalid.`);
  }
  if (siblings.some((other) => cidrOverlaps(other.cidrBlock, cidrBlock))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidrBlock}' conflicts with another subnet`);
  }
}

function updateSubnet(request: UpdateRequest): ResourceState {
  const subnet = findById(ec2State(request.world, request.region).subnet, request.physicalId, MISSING.subnet);
  subnet.mapPublicIp = optionalFlag(request.properties, 'MapPublicIpOnLaunch', false);
  subnet.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return describeSubnet(subnet, request.region);
}

function deleteSubnet({ world, region, physicalId }: ExistingRequest): void {
  const state = ec2State(world, region);
  if (!state.subnet.has(physicalId)) return;
  const message = `The subnet '${physicalId}' has dependencies and cannot be deleted.`;
  refuseDependents(dependentsOfSubnet(world, region, physicalId), message);
  state.subnet.delete(physicalId);
}

const describeSubnet = (subnet: Subnet, region: string): ResourceState => ({
  physicalId: subnet.id,
  attributes: {
    SubnetId: subnet.id,
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidrBlock,
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: findZone(region, subnet.zone).id,
    Ipv6CidrBlocks: [],
  },
});

/** AWS::EC2::Subnet */
export const subnetResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EC2::Subnet',
    seconds: { create: 5, update: 5, delete: 2 },
    create: createSubnet,
    update: updateSubnet,
    read({ world, region, physicalId }) {
      const subnet = ec2State(world, region).subnet.get(physicalId);
      return subnet && { MapPublicIpOnLaunch: subnet.mapPublicIp };
    },
    delete: deleteSubnet,
  },
];
