import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeLaunchTemplatesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';
import { describing, type ExistenceCheck, presenceOf } from './existence-check.ts';

const none = { going: [], gone: [] };

/** Whether EC2's resources are there, by id. Error codes: Amazon EC2 API reference, "Error codes". */
export function networkChecks(settings: ClientSettings, counter: CallCounter): Record<string, ExistenceCheck> {
  const client = counted(new EC2Client(settings), counter);
  return { ...vpcChecks(client), ...gatewayChecks(client), ...computeChecks(client) };
}

function vpcChecks(client: EC2Client): Record<string, ExistenceCheck> {
  return {
    'AWS::EC2::VPC': describing(
      'VPC',
      ['InvalidVpcID.NotFound'],
      (id) => client.send(new DescribeVpcsCommand({ VpcIds: [id] })),
      ({ Vpcs }) => presenceOf('', Vpcs?.[0] !== undefined, none),
    ),
    'AWS::EC2::Subnet': describing(
      'subnet',
      ['InvalidSubnetID.NotFound'],
      (id) => client.send(new DescribeSubnetsCommand({ SubnetIds: [id] })),
      ({ Subnets }) => presenceOf('', Subnets?.[0] !== undefined, none),
    ),
    'AWS::EC2::RouteTable': describing(
      'route table',
      ['InvalidRouteTableID.NotFound'],
      (id) => client.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] })),
      ({ RouteTables }) => presenceOf('', RouteTables?.[0] !== undefined, none),
    ),
    'AWS::EC2::SecurityGroup': describing(
      'security group',
      ['InvalidGroup.NotFound', 'InvalidGroupId.NotFound'],
      (id) => client.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] })),
      ({ SecurityGroups }) => presenceOf('', SecurityGroups?.[0] !== undefined, none),
    ),
    'AWS::EC2::NetworkInterface': describing(
      'network interface',
      ['InvalidNetworkInterfaceID.NotFound'],
      (id) => client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] })),
      ({ NetworkInterfaces }) => presenceOf('', NetworkInterfaces?.[0] !== undefined, none),
    ),
  };
}

function gatewayChecks(client: EC2Client): Record<string, ExistenceCheck> {
  return {
    'AWS::EC2::InternetGateway': describing(
      'internet gateway',
      ['InvalidInternetGatewayID.NotFound'],
      (id) => client.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] })),
      ({ InternetGateways }) => presenceOf('', InternetGateways?.[0] !== undefined, none),
    ),
    // A deleted NAT gateway is described for about an hour (Amazon VPC user guide, "Delete a NAT gateway").
    'AWS::EC2::NatGateway': describing(
      'NAT gateway',
      ['NatGatewayNotFound', 'InvalidNatGatewayID.NotFound'],
      (id) => client.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] })),
      ({ NatGateways }) =>
        presenceOf(NatGateways?.[0]?.State, NatGateways?.[0] !== undefined, { going: ['deleting'], gone: ['deleted'] }),
    ),
    'AWS::EC2::VPCEndpoint': describing(
      'VPC endpoint',
      ['InvalidVpcEndpointId.NotFound'],
      (id) => client.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] })),
      ({ VpcEndpoints }) =>
        presenceOf(VpcEndpoints?.[0]?.State?.toLowerCase(), VpcEndpoints?.[0] !== undefined, {
          going: ['deleting'],
          gone: ['deleted'],
        }),
    ),
    'AWS::EC2::EIP': addressCheck(client),
  };
}

/** CloudFormation's physical id of an EIP is the public address; ARNs carry the allocation id. */
function addressCheck(client: EC2Client): ExistenceCheck {
  return describing(
    'Elastic IP address',
    ['InvalidAddress.NotFound', 'InvalidAllocationID.NotFound'],
    (id) => {
      const [address = id, allocation] = id.split('|');
      const allocationId = allocation ?? (address.startsWith('eipalloc-') ? address : undefined);
      return client.send(
        new DescribeAddressesCommand(
          allocationId === undefined ? { PublicIps: [address] } : { AllocationIds: [allocationId] },
        ),
      );
    },
    ({ Addresses }) => presenceOf('', Addresses?.[0] !== undefined, none),
  );
}

function computeChecks(client: EC2Client): Record<string, ExistenceCheck> {
  return {
    'AWS::EC2::LaunchTemplate': describing(
      'launch template',
      ['InvalidLaunchTemplateId.NotFound', 'InvalidLaunchTemplateId.NotFoundException'],
      (id) => client.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] })),
      ({ LaunchTemplates }) => presenceOf('', LaunchTemplates?.[0] !== undefined, none),
    ),
    // A terminated instance is described for about an hour (Amazon EC2 user guide, "Terminate instances").
    'AWS::EC2::Instance': describing(
      'instance',
      ['InvalidInstanceID.NotFound'],
      (id) => client.send(new DescribeInstancesCommand({ InstanceIds: [id] })),
      ({ Reservations }) => {
        const instance = Reservations?.[0]?.Instances?.[0];
        const statuses = { going: ['shutting-down'], gone: ['terminated'] };
        return presenceOf(instance?.State?.Name, instance !== undefined, statuses);
      },
    ),
    'AWS::EC2::Volume': describing(
      'volume',
      ['InvalidVolume.NotFound'],
      (id) => client.send(new DescribeVolumesCommand({ VolumeIds: [id] })),
      ({ Volumes }) =>
        presenceOf(Volumes?.[0]?.State, Volumes?.[0] !== undefined, { going: ['deleting'], gone: ['deleted'] }),
    ),
    'AWS::EC2::Snapshot': describing(
      'snapshot',
      ['InvalidSnapshot.NotFound'],
      (id) => client.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] })),
      ({ Snapshots }) => presenceOf('', Snapshots?.[0] !== undefined, none),
    ),
  };
}
