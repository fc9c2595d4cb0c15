import {
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeNetwork, type Network } from './network-fixture.ts';
import { openWireAccount, type WireAccount } from './wire-fixture.ts';

/** Everything below passes through the SDK's clients, so that every answer has the shape they expect. */
let account: WireAccount;
let network: Network;
beforeAll(async () => {
  account = await openWireAccount();
  network = await makeNetwork(account);
});
afterAll(async () => {
  expect(account.bugs).toEqual([]);
  await account.stop();
});

it('EC2 speaks to its client', async () => {
  const ec2 = new EC2Client(account.client);
  const { attributes } = await account.create('AWS::EC2::EIP', { Domain: 'vpc' });
  const AllocationId = attributes['AllocationId'];
  await account.create('AWS::EC2::NatGateway', { SubnetId: network.publicSubnets[0], AllocationId });
  const table = await account.create('AWS::EC2::RouteTable', { VpcId: network.vpcId });
  const endpoint = {
    VpcId: network.vpcId,
    ServiceName: 'com.amazonaws.us-west-2.s3',
    RouteTableIds: [table.physicalId],
  };
  await account.create('AWS::EC2::VPCEndpoint', endpoint);
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [network.vpcId] }] };
  expect((await ec2.send(new DescribeVpcsCommand(inVpc))).Vpcs).toMatchObject([{ State: 'available' }]);
  expect((await ec2.send(new DescribeSubnetsCommand(inVpc))).Subnets).toHaveLength(4);
  expect((await ec2.send(new DescribeSecurityGroupsCommand(inVpc))).SecurityGroups).toHaveLength(1);
  expect((await ec2.send(new DescribeRouteTablesCommand(inVpc))).RouteTables).toHaveLength(2);
  expect((await ec2.send(new DescribeVpcEndpointsCommand(inVpc))).VpcEndpoints).toHaveLength(1);
  expect((await ec2.send(new DescribeNetworkInterfacesCommand(inVpc))).NetworkInterfaces).toMatchObject([
    { InterfaceType: 'nat_gateway', Status: 'in-use' },
  ]);
  const attached = { Filters: [{ Name: 'attachment.vpc-id', Values: [network.vpcId] }] };
  expect((await ec2.send(new DescribeInternetGatewaysCommand(attached))).InternetGateways).toHaveLength(1);
  expect((await ec2.send(new DescribeNatGatewaysCommand({ Filter: inVpc.Filters }))).NatGateways).toHaveLength(1);
  expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toMatchObject([{ AllocationId }]);
  expect((await ec2.send(new DescribeAvailabilityZonesCommand({}))).AvailabilityZones).toHaveLength(4);
  const { InstanceTypes } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['r5a.xlarge'] }));
  expect(InstanceTypes?.[0]?.MemoryInfo?.SizeInMiB).toBe(32_768);
  const offered = new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', MaxResults: 5 });
  expect((await ec2.send(offered)).InstanceTypeOfferings).toHaveLength(5);
});

it('EBS speaks to its client, page by page', async () => {
  const ec2 = new EC2Client(account.client);
  const TagSpecifications = [{ ResourceType: 'volume' as const, Tags: [{ Key: 'osl-billing', Value: 'sar' }] }];
  for (let index = 0; index < 7; index++) {
    await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-west-2a', Size: 1, TagSpecifications }));
  }
  account.clock.advance(10);
  const ids: string[] = [];
  const Filters = [{ Name: 'tag:osl-billing', Values: ['sar'] }];
  for await (const page of paginateDescribeVolumes({ client: ec2, pageSize: 5 }, { Filters })) {
    ids.push(...(page.Volumes ?? []).map(({ VolumeId = '' }) => VolumeId));
  }
  expect(ids).toHaveLength(7);
  const [VolumeId] = ids;
  const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId, Description: 'final' }));
  await ec2.send(new CreateTagsCommand({ Resources: [SnapshotId ?? ''], Tags: [{ Key: 'a', Value: 'ü &<' }] }));
  const { Tags } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['a'] }] }));
  expect(Tags).toEqual([{ Key: 'a', Value: 'ü &<', ResourceId: SnapshotId, ResourceType: 'snapshot' }]);
  for await (const page of paginateDescribeSnapshots({ client: ec2 }, { OwnerIds: ['self'] })) {
    expect(page.Snapshots).toMatchObject([{ SnapshotId, State: 'pending' }]);
  }
  await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  account.clock.advance(60);
  await expect(ec2.send(new DeleteVolumeCommand({ VolumeId }))).rejects.toMatchObject({
    name: 'InvalidVolume.NotFound',
  });
});
