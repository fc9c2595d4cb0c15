import type {
  DeleteNetworkInterfaceRequest,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  NetworkInterface as SdkInterface,
} from '@aws-sdk/client-ec2';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { describePage, MISSING, pickById, tagList } from './describe-page.ts';
import type { Ec2State, NatGateway, NetworkInterface } from './ec2-resource.ts';
import { ec2State, isPast } from './ec2-state.ts';
import { deleteInterface } from './network-interfaces.ts';

const statusOf = ({ attachedTo }: NetworkInterface): 'available' | 'in-use' =>
  attachedTo === undefined ? 'available' : 'in-use';

function describeNetworkInterfaces(
  input: DescribeNetworkInterfacesRequest,
  { world, region }: CallContext,
): DescribeNetworkInterfacesResult {
  const state = ec2State(world, region);
  const interfaces = pickById(state['network-interface'], input.NetworkInterfaceIds, MISSING['network-interface']);
  const { page, ...rest } = describePage(interfaces, input, {
    'network-interface-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
    'group-id': ({ groupIds }) => groupIds,
    'interface-type': ({ interfaceType }) => shownType(interfaceType),
    'attachment.instance-id': ({ attachedTo }) => (attachedTo?.startsWith('i-') ? attachedTo : undefined),
    'requester-managed': ({ requesterManaged }) => String(requesterManaged),
    description: ({ description }) => description,
    status: statusOf,
  });
  return { NetworkInterfaces: page.map((found) => toSdkInterface(state, world, found)), ...rest };
}

/** Load balancers' interfaces have the plain type in EC2's answers (API_NetworkInterface.html). */
const shownType = (interfaceType: string): string =>
  interfaceType === 'public_load_balancer' ? 'interface' : interfaceType;

function toSdkInterface(state: Ec2State, world: AwsWorld, found: NetworkInterface): SdkInterface {
  const attachment = found.attachedTo?.startsWith('i-')
    ? { InstanceId: found.attachedTo, InstanceOwnerId: world.accountId, DeviceIndex: 0, DeleteOnTermination: true }
    : { InstanceOwnerId: 'amazon-aws', DeviceIndex: 1, DeleteOnTermination: false };
  return {
    NetworkInterfaceId: found.id,
    Description: found.description,
    Status: statusOf(found),
    SubnetId: found.subnetId,
    VpcId: found.vpcId,
    AvailabilityZone: state.subnet.get(found.subnetId)?.zone,
    InterfaceType: shownType(found.interfaceType) as 'interface',
    PrivateIpAddress: found.privateIp,
    RequesterManaged: found.requesterManaged,
    OwnerId: world.accountId,
    Groups: found.groupIds.map((id) => ({ GroupId: id, GroupName: state['security-group'].get(id)?.name })),
    ...(found.attachedTo === undefined ? {} : { Attachment: { ...attachment, Status: 'attached' } }),
    TagSet: tagList(found.tags),
  };
}

function deleteNetworkInterface(input: DeleteNetworkInterfaceRequest, { world, region }: CallContext): object {
  deleteInterface(world, region, input.NetworkInterfaceId);
  return {};
}

function natGatewayState(world: AwsWorld, gateway: NatGateway): 'pending' | 'available' | 'deleting' {
  if (gateway.goneAt !== undefined) return 'deleting';
  return isPast(world, gateway.readyAt) ? 'available' : 'pending';
}

/** The member is called `Filter` here, not `Filters` (API_DescribeNatGateways.html). */
function describeNatGateways(
  input: DescribeNatGatewaysRequest,
  { world, region }: CallContext,
): DescribeNatGatewaysResult {
  const state = ec2State(world, region);
  const gateways = pickById(state.natgateway, input.NatGatewayIds, MISSING.natgateway);
  const { page, ...rest } = describePage(
    gateways,
    { Filters: input.Filter, MaxResults: input.MaxResults, NextToken: input.NextToken },
    {
      'nat-gateway-id': ({ id }) => id,
      'vpc-id': ({ vpcId }) => vpcId,
      'subnet-id': ({ subnetId }) => subnetId,
      state: (gateway) => natGatewayState(world, gateway),
    },
  );
  return {
    NatGateways: page.map((gateway) => ({
      NatGatewayId: gateway.id,
      VpcId: gateway.vpcId,
      SubnetId: gateway.subnetId,
      State: natGatewayState(world, gateway),
      CreateTime: gateway.createdAt,
      ConnectivityType: gateway.allocationId === undefined ? 'private' : 'public',
      NatGatewayAddresses: [
        {
          AllocationId: gateway.allocationId,
          NetworkInterfaceId: gateway.interfaceId,
          PublicIp: state['elastic-ip'].get(gateway.allocationId ?? '')?.publicIp,
          PrivateIp: state['network-interface'].get(gateway.interfaceId)?.privateIp,
        },
      ],
      Tags: tagList(gateway.tags),
    })),
    ...rest,
  };
}

/** Not paged (API_DescribeAddresses.html). */
function describeAddresses(input: DescribeAddressesRequest, { world, region }: CallContext): DescribeAddressesResult {
  const state = ec2State(world, region);
  const addresses = pickById(state['elastic-ip'], input.AllocationIds, MISSING['elastic-ip']);
  for (const publicIp of input.PublicIps ?? []) {
    if (addresses.some((address) => address.publicIp === publicIp)) continue;
    throw new AwsError('InvalidAddress.NotFound', `Address '${publicIp}' not found.`);
  }
  const wanted = addresses.filter((address) => input.PublicIps?.includes(address.publicIp) ?? true);
  const { page } = describePage(
    wanted,
    { Filters: input.Filters },
    {
      'allocation-id': ({ id }) => id,
      'public-ip': ({ publicIp }) => publicIp,
      domain: () => 'vpc',
    },
  );
  const holders = [...state.natgateway.values()];
  return {
    Addresses: page.map((address) => {
      const holder = holders.find((gateway) => gateway.allocationId === address.id);
      return {
        AllocationId: address.id,
        PublicIp: address.publicIp,
        Domain: 'vpc',
        ...(holder ? { NetworkInterfaceId: holder.interfaceId, AssociationId: `eipassoc-${address.id.slice(9)}` } : {}),
        Tags: tagList(address.tags),
      };
    }),
  };
}

function describeVpcEndpoints(
  input: DescribeVpcEndpointsRequest,
  { world, region }: CallContext,
): DescribeVpcEndpointsResult {
  const endpoints = pickById(ec2State(world, region)['vpc-endpoint'], input.VpcEndpointIds, MISSING['vpc-endpoint']);
  const { page, ...rest } = describePage(endpoints, input, {
    'vpc-endpoint-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'service-name': ({ serviceName }) => serviceName,
    'vpc-endpoint-type': ({ endpointType }) => endpointType,
    'vpc-endpoint-state': ({ goneAt }) => (goneAt === undefined ? 'available' : 'deleting'),
  });
  return {
    VpcEndpoints: page.map((endpoint) => ({
      VpcEndpointId: endpoint.id,
      VpcEndpointType: endpoint.endpointType as 'Gateway',
      VpcId: endpoint.vpcId,
      ServiceName: endpoint.serviceName,
      State: (endpoint.goneAt === undefined ? 'available' : 'deleting') as 'Available',
      RouteTableIds: endpoint.routeTableIds,
      SubnetIds: endpoint.subnetIds,
      Groups: endpoint.groupIds.map((GroupId) => ({ GroupId })),
      NetworkInterfaceIds: endpoint.interfaceIds,
      OwnerId: world.accountId,
      CreationTimestamp: endpoint.createdAt,
      Tags: tagList(endpoint.tags),
    })),
    ...rest,
  };
}

/** EC2's operations on network interfaces and on what holds public addresses. */
export const interfaceOperations = {
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DeleteNetworkInterface: deleteNetworkInterface,
  DescribeNatGateways: describeNatGateways,
  DescribeAddresses: describeAddresses,
  DescribeVpcEndpoints: describeVpcEndpoints,
} satisfies Record<string, Operation>;
