import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { quotaValue } from '../service-quotas/service-quotas-state.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { findById, MISSING } from './describe-page.ts';
import type { NatGateway, VpcEndpoint } from './ec2-resource.ts';
import { after, ec2State } from './ec2-state.ts';
import { makeInterface, releaseInterface } from './network-interfaces.ts';
import { optionalText, requiredText, textList } from './property-values.ts';
import { newId } from './resource-id.ts';

/** EC2's own figures are a little below what CloudFormation, which polls, takes to notice. */
const NAT_GATEWAY_SECONDS = { create: 110, delete: 50 };

const UNSUPPORTED_OF_NAT_GATEWAYS = [
  'AvailabilityMode',
  'AvailabilityZoneAddresses',
  'PrivateIpAddress',
  'SecondaryAllocationIds',
  'SecondaryPrivateIpAddressCount',
  'SecondaryPrivateIpAddresses',
];

function createNatGateway(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::EC2::NatGateway', properties, UNSUPPORTED_OF_NAT_GATEWAYS);
  const state = ec2State(world, region);
  const subnet = findById(state.subnet, requiredText(properties, 'SubnetId'), MISSING.subnet);
  const allocationId = optionalText(properties, 'AllocationId');
  if (optionalText(properties, 'ConnectivityType') !== 'private') {
    findById(state['elastic-ip'], allocationId, MISSING['elastic-ip']);
    const taken = [...state.natgateway.values()].some((other) => other.allocationId === allocationId);
    if (taken)
      throw new AwsError('Resource.AlreadyAssociated', `Elastic IP address [${allocationId}] is already associated`);
  }
  // API_CreateNatGateway.html; AWSEC2 APIReference, errors-overview.html
  const beside = [...state.natgateway.values()].filter(
    ({ subnetId, goneAt }) => goneAt === undefined && state.subnet.get(subnetId)?.zone === subnet.zone,
  );
  if (beside.length >= quotaValue(world, region, 'vpc', 'L-FE5A380F')) {
    throw new AwsError('NatGatewayLimitExceeded', 'The maximum number of NAT gateways has been reached.');
  }
  const id = newId('nat');
  const held = makeInterface(world, region, {
    subnetId: subnet.id,
    groupIds: [],
    description: `Interface for NAT Gateway ${id}`,
    attachedTo: id,
    interfaceType: 'nat_gateway',
    requesterManaged: true,
  });
  const gateway: NatGateway = {
    id,
    createdAt: world.clock.now(),
    tags: mergeResourceTags(properties['Tags'], request.stackTags),
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    allocationId,
    interfaceId: held.id,
    readyAt: after(world, NAT_GATEWAY_SECONDS.create),
  };
  state.natgateway.set(id, gateway);
  return natGatewayState(gateway);
}

function updateNatGateway(request: UpdateRequest): ResourceState {
  const gateway = findById(ec2State(request.world, request.region).natgateway, request.physicalId, MISSING.natgateway);
  gateway.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return natGatewayState(gateway);
}

const natGatewayState = ({ id, interfaceId }: NatGateway): ResourceState => ({
  physicalId: id,
  attributes: { NatGatewayId: id, EniId: interfaceId },
});

function deleteNatGateway({ world, region, physicalId }: ExistingRequest): void {
  const gateway = ec2State(world, region).natgateway.get(physicalId);
  if (!gateway || gateway.goneAt !== undefined) return;
  gateway.goneAt = after(world, NAT_GATEWAY_SECONDS.delete);
  releaseInterface(world, region, gateway.interfaceId, NAT_GATEWAY_SECONDS.delete);
}

function allocateAddress(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::EC2::EIP', properties, [
    'Address',
    'InstanceId',
    'IpamPoolId',
    'PublicIpv4Pool',
    'TransferAddress',
  ]);
  const addresses = ec2State(world, region)['elastic-ip'];
  if (addresses.size >= quotaValue(world, region, 'ec2', 'L-0263D0A3')) {
    throw new AwsError('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
  }
  const id = newId('eipalloc');
  // 203.0.113.0/24 is reserved for documentation (RFC 5737), so that nothing ever talks to it.
  const taken = new Set([...addresses.values()].map((each) => each.publicIp));
  const free = Array.from({ length: 254 }, (_, index) => `203.0.113.${index + 1}`).find((each) => !taken.has(each));
  const publicIp = free ?? '203.0.113.0';
  const tags = mergeResourceTags(properties['Tags'], request.stackTags);
  addresses.set(id, { id, createdAt: world.clock.now(), tags, publicIp });
  // `Ref` returns the address itself (AWS::EC2::EIP, Return values).
  return { physicalId: publicIp, attributes: { AllocationId: id, PublicIp: publicIp } };
}

function updateAddress(request: UpdateRequest): ResourceState {
  const addresses = [...ec2State(request.world, request.region)['elastic-ip'].values()];
  const address = addresses.find((each) => each.publicIp === request.physicalId);
  if (!address) throw new AwsError('InvalidAddress.NotFound', `Address '${request.physicalId}' not found.`);
  address.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return { physicalId: address.publicIp, attributes: { AllocationId: address.id, PublicIp: address.publicIp } };
}

/** An address in use cannot be released (API_ReleaseAddress.html). */
function releaseAddress({ world, region, physicalId }: ExistingRequest): void {
  const state = ec2State(world, region);
  const address = [...state['elastic-ip'].values()].find((each) => each.publicIp === physicalId);
  if (!address) return;
  if ([...state.natgateway.values()].some((gateway) => gateway.allocationId === address.id)) {
    throw new AwsError('InvalidIPAddress.InUse', `Address ${address.publicIp} is in use.`);
  }
  state['elastic-ip'].delete(address.id);
}

function createEndpoint(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::EC2::VPCEndpoint', properties, [
    'ResourceConfigurationArn',
    'ServiceNetworkArn',
    'ServiceRegion',
  ]);
  const state = ec2State(world, region);
  const vpc = findById(state.vpc, requiredText(properties, 'VpcId'), MISSING.vpc);
  const serviceName = requiredText(properties, 'ServiceName');
  if (!serviceName.startsWith(`com.amazonaws.${region}.`)) {
    throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${serviceName}' does not exist`);
  }
  const id = newId('vpce');
  const groupIds = textList(properties, 'SecurityGroupIds');
  const interfaceIds = makeEndpointInterfaces(request, id, groupIds);
  const endpoint: VpcEndpoint = {
    id,
    createdAt: world.clock.now(),
    tags: mergeResourceTags(properties['Tags'], request.stackTags),
    vpcId: vpc.id,
    serviceName,
    endpointType: optionalText(properties, 'VpcEndpointType') ?? 'Gateway',
    routeTableIds: textList(properties, 'RouteTableIds'),
    subnetIds: textList(properties, 'SubnetIds'),
    groupIds,
    interfaceIds,
  };
  for (const tableId of endpoint.routeTableIds) findById(state['route-table'], tableId, MISSING['route-table']);
  state['vpc-endpoint'].set(id, endpoint);
  return endpointState(endpoint);
}

/** Interface endpoints have an interface in every subnet; gateway endpoints name no subnets. */
function makeEndpointInterfaces(
  { world, region, properties }: CreateRequest,
  id: string,
  groupIds: string[],
): string[] {
  return textList(properties, 'SubnetIds').map((subnetId) => {
    const held = makeInterface(world, region, {
      subnetId,
      groupIds,
      description: `VPC Endpoint Interface ${id}`,
      attachedTo: id,
      interfaceType: 'vpc_endpoint',
      requesterManaged: true,
    });
    return held.id;
  });
}

function updateEndpoint(request: UpdateRequest): ResourceState {
  const endpoints = ec2State(request.world, request.region)['vpc-endpoint'];
  const endpoint = findById(endpoints, request.physicalId, MISSING['vpc-endpoint']);
  endpoint.routeTableIds = textList(request.properties, 'RouteTableIds');
  endpoint.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return endpointState(endpoint);
}

const endpointState = (endpoint: VpcEndpoint): ResourceState => ({
  physicalId: endpoint.id,
  attributes: {
    Id: endpoint.id,
    CreationTimestamp: endpoint.createdAt.toISOString(),
    DnsEntries: [],
    NetworkInterfaceIds: endpoint.interfaceIds,
  },
});

function deleteEndpoint({ world, region, physicalId }: ExistingRequest): void {
  const endpoint = ec2State(world, region)['vpc-endpoint'].get(physicalId);
  if (!endpoint || endpoint.goneAt !== undefined) return;
  endpoint.goneAt = after(world, ENDPOINT_DELETE_SECONDS);
  for (const id of endpoint.interfaceIds) releaseInterface(world, region, id, ENDPOINT_DELETE_SECONDS);
}
const ENDPOINT_DELETE_SECONDS = 4;

const unlessGone = (found: NatGateway | VpcEndpoint | undefined): Record<string, unknown> | undefined =>
  found === undefined || found.goneAt !== undefined
    ? undefined
    : 'routeTableIds' in found
      ? { RouteTableIds: found.routeTableIds }
      : {};

/** AWS::EC2::NatGateway, EIP and VPCEndpoint. */
export const gatewayResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EC2::NatGateway',
    // "pending" lasts one to two minutes, "deleting" about one (vpc/latest/userguide/nat-gateway-troubleshooting.html).
    seconds: { create: 120, update: 2, delete: 60 },
    create: createNatGateway,
    created: ({ world, region, physicalId }: ExistingRequest) => {
      findById(ec2State(world, region).natgateway, physicalId, MISSING.natgateway).readyAt = world.clock.now();
    },
    update: updateNatGateway,
    read: ({ world, region, physicalId }) => unlessGone(ec2State(world, region).natgateway.get(physicalId)),
    delete: deleteNatGateway,
  },
  {
    type: 'AWS::EC2::EIP',
    seconds: { create: 10, update: 5, delete: 5 },
    create: allocateAddress,
    update: updateAddress,
    read: ({ world, region, physicalId }) =>
      [...ec2State(world, region)['elastic-ip'].values()].some(({ publicIp }) => publicIp === physicalId)
        ? {}
        : undefined,
    delete: releaseAddress,
  },
  {
    type: 'AWS::EC2::VPCEndpoint',
    seconds: { create: 10, update: 5, delete: 8 },
    create: createEndpoint,
    update: updateEndpoint,
    read: ({ world, region, physicalId }) => unlessGone(ec2State(world, region)['vpc-endpoint'].get(physicalId)),
    delete: deleteEndpoint,
  },
];
