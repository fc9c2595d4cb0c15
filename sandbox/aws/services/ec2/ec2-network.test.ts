import type {
  DescribeNatGatewaysResult,
  DescribeNetworkInterfacesResult,
  DescribeSecurityGroupsResult,
  DescribeSubnetsResult,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantQuota } from '../service-quotas/service-quotas-state.ts';
import { type AccountFixture, openAccount, refusalOf } from './account-fixture.ts';
import { ec2ResourceTypes } from './ec2-resource-types.ts';
import { ec2Service } from './ec2-service.ts';
import { makeNetwork, type Network } from './network-fixture.ts';
import { makeInterface } from './network-interfaces.ts';

let account: AccountFixture;
let network: Network;
beforeEach(async () => {
  account = openAccount(ec2ResourceTypes);
  network = await makeNetwork(account);
});
afterEach(() => account.close());

const describeVpcs = (Filters?: { Name: string; Values: string[] }[]) =>
  account.call<DescribeVpcsResult>(ec2Service, 'DescribeVpcs', { Filters });

describe('a VPC', () => {
  it('stands beside the default one, with its stack’s tags', async () => {
    const { Vpcs } = await describeVpcs();
    expect(Vpcs?.map(({ IsDefault, CidrBlock }) => [IsDefault, CidrBlock])).toEqual([
      [true, '172.31.0.0/16'],
      [false, '10.0.0.0/16'],
    ]);
    expect((await describeVpcs([{ Name: 'tag:osl-billing', Values: ['sar'] }])).Vpcs).toMatchObject([
      { VpcId: network.vpcId },
    ]);
  });

  it.each([
    ['10.0.0.0/8', 'InvalidVpc.Range'],
    ['10.0.0.0/29', 'InvalidVpc.Range'],
    ['10.0.0.300/16', 'InvalidVpc.Range'],
  ])('cannot have the block %s', async (CidrBlock, code) => {
    expect(await refusalOf(account.create('AWS::EC2::VPC', { CidrBlock }))).toMatchObject({ code });
  });

  it('is one of at most five in a region', async () => {
    for (const second of [1, 2, 3]) await account.create('AWS::EC2::VPC', { CidrBlock: `10.${second}.0.0/16` });
    expect(await refusalOf(account.create('AWS::EC2::VPC', { CidrBlock: '10.4.0.0/16' }))).toEqual({
      code: 'VpcLimitExceeded',
      message: 'The maximum number of VPCs has been reached.',
    });
    grantQuota(account.world, account.region, 'vpc', 'L-F678F1CE', 6);
    await account.create('AWS::EC2::VPC', { CidrBlock: '10.4.0.0/16' });
  });

  it('cannot be deleted while anything is in it', async () => {
    expect(await refusalOf(account.remove('AWS::EC2::VPC', network.vpcId))).toEqual({
      code: 'DependencyViolation',
      message: `The vpc '${network.vpcId}' has dependencies and cannot be deleted.`,
    });
  });

  it('goes with its default security group when it is empty', async () => {
    for (const id of [...network.publicSubnets, ...network.privateSubnets])
      await account.remove('AWS::EC2::Subnet', id);
    await account.remove('AWS::EC2::VPCGatewayAttachment', `IGW|${network.vpcId}`);
    await account.remove('AWS::EC2::InternetGateway', network.gatewayId);
    await account.remove('AWS::EC2::VPC', network.vpcId);
    expect((await describeVpcs()).Vpcs).toHaveLength(1);
    const { SecurityGroups } = await account.call<DescribeSecurityGroupsResult>(ec2Service, 'DescribeSecurityGroups');
    expect(SecurityGroups?.map(({ VpcId }) => VpcId)).not.toContain(network.vpcId);
    await account.remove('AWS::EC2::VPC', network.vpcId);
  });
});

describe('a subnet', () => {
  it.each([
    ['10.1.0.0/24', 'InvalidSubnet.Range'],
    ['10.0.0.128/25', 'InvalidSubnet.Conflict'],
  ])('cannot have the block %s', async (CidrBlock, code) => {
    const properties = { VpcId: network.vpcId, CidrBlock };
    expect(await refusalOf(account.create('AWS::EC2::Subnet', properties))).toMatchObject({ code });
  });

  it('needs a zone that the region has', async () => {
    const properties = { VpcId: network.vpcId, CidrBlock: '10.0.9.0/24', AvailabilityZone: 'us-west-2z' };
    expect((await refusalOf(account.create('AWS::EC2::Subnet', properties))).message).toContain(
      'us-west-2a, us-west-2b',
    );
  });

  it('counts the addresses that are in use, and stays while they are', async () => {
    const [subnetId = ''] = network.privateSubnets;
    makeInterface(account.world, account.region, {
      subnetId,
      groupIds: [],
      description: 'aws-K8S-i-1',
      attachedTo: undefined,
    });
    const { Subnets } = await account.call<DescribeSubnetsResult>(ec2Service, 'DescribeSubnets', {
      SubnetIds: [subnetId],
    });
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(250);
    expect((await refusalOf(account.remove('AWS::EC2::Subnet', subnetId))).code).toBe('DependencyViolation');
  });
});

describe('a network interface', () => {
  it('that nothing uses is found by its status and can be deleted', async () => {
    const [subnetId = ''] = network.privateSubnets;
    const leaked = makeInterface(account.world, account.region, {
      subnetId,
      groupIds: [],
      description: 'aws-K8S-i-1',
      attachedTo: undefined,
    });
    const Filters = [
      { Name: 'vpc-id', Values: [network.vpcId] },
      { Name: 'status', Values: ['available'] },
    ];
    const describeThem = () =>
      account.call<DescribeNetworkInterfacesResult>(ec2Service, 'DescribeNetworkInterfaces', { Filters });
    expect((await describeThem()).NetworkInterfaces).toMatchObject([
      { NetworkInterfaceId: leaked.id, PrivateIpAddress: '10.0.64.4' },
    ]);
    await account.call(ec2Service, 'DeleteNetworkInterface', { NetworkInterfaceId: leaked.id });
    expect((await describeThem()).NetworkInterfaces).toEqual([]);
  });

  it('that a service uses can be deleted by nobody else', async () => {
    const [subnetId = ''] = network.privateSubnets;
    const used = makeInterface(account.world, account.region, {
      subnetId,
      groupIds: [],
      description: 'ELB app/x',
      attachedTo: 'elb',
      requesterManaged: true,
    });
    const attempt = account.call(ec2Service, 'DeleteNetworkInterface', { NetworkInterfaceId: used.id });
    expect(await refusalOf(attempt)).toEqual({
      code: 'InvalidParameterValue',
      message: `Network interface '${used.id}' is currently in use.`,
    });
  });
});

describe('a NAT gateway', () => {
  const make = async () => {
    const { attributes } = await account.create('AWS::EC2::EIP', { Domain: 'vpc' });
    const AllocationId = attributes['AllocationId'];
    const gateway = await account.create('AWS::EC2::NatGateway', { SubnetId: network.publicSubnets[0], AllocationId });
    return { gateway, publicIp: String(attributes['PublicIp']) };
  };
  const states = async () => {
    const { NatGateways } = await account.call<DescribeNatGatewaysResult>(ec2Service, 'DescribeNatGateways', {
      Filter: [{ Name: 'vpc-id', Values: [network.vpcId] }],
    });
    return NatGateways?.map(({ State }) => State);
  };

  it('is deleted over a minute, and holds its address and the internet gateway until then', async () => {
    const { gateway, publicIp } = await make();
    expect(await states()).toEqual(['available']);
    expect((await refusalOf(account.remove('AWS::EC2::EIP', publicIp))).code).toBe('InvalidIPAddress.InUse');
    expect(
      (await refusalOf(account.remove('AWS::EC2::VPCGatewayAttachment', `IGW|${network.vpcId}`))).message,
    ).toContain('has some mapped public address(es)');
    const type = ec2ResourceTypes.find((each) => each.type === 'AWS::EC2::NatGateway');
    await type?.delete({
      ...{ world: account.world, region: account.region, physicalId: gateway.physicalId, properties: {} },
      ...{ stackName: '', stackId: '', logicalId: '', stackTags: {} },
    });
    expect(await states()).toEqual(['deleting']);
    account.clock.advance(60);
    expect(await states()).toEqual([]);
    await account.remove('AWS::EC2::EIP', publicIp);
    await account.remove('AWS::EC2::VPCGatewayAttachment', `IGW|${network.vpcId}`);
  });
});

describe('routes', () => {
  it('lead to a gateway of the same VPC, once per destination', async () => {
    const table = await account.create('AWS::EC2::RouteTable', { VpcId: network.vpcId });
    const route = { RouteTableId: table.physicalId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: network.gatewayId };
    await account.create('AWS::EC2::Route', route);
    expect((await refusalOf(account.create('AWS::EC2::Route', route))).code).toBe('RouteAlreadyExists');
    const [SubnetId] = network.publicSubnets;
    await account.create('AWS::EC2::SubnetRouteTableAssociation', { RouteTableId: table.physicalId, SubnetId });
    expect((await refusalOf(account.remove('AWS::EC2::RouteTable', table.physicalId))).code).toBe(
      'DependencyViolation',
    );
  });
});

describe('a security group', () => {
  const make = (properties: Record<string, unknown> = {}) =>
    account.create(
      'AWS::EC2::SecurityGroup',
      { GroupDescription: 'nodes', VpcId: network.vpcId, ...properties },
      `Group${Math.random()}`,
    );

  it('that another one’s rule names cannot be deleted', async () => {
    const one = await make({ GroupName: 'one' });
    await make({
      GroupName: 'two',
      SecurityGroupIngress: [
        { IpProtocol: 'tcp', FromPort: '443', ToPort: 443, SourceSecurityGroupId: one.physicalId },
      ],
    });
    expect(await refusalOf(account.remove('AWS::EC2::SecurityGroup', one.physicalId))).toEqual({
      code: 'DependencyViolation',
      message: `resource ${one.physicalId} has a dependent object`,
    });
  });

  it.each([
    [{ IpProtocol: 'tcp', CidrIp: '0.0.0.0/0' }, 'InvalidParameterValue'],
    [{ IpProtocol: '-1' }, 'InvalidParameterValue'],
    [{ IpProtocol: '-1', CidrIp: '10.0.0.0' }, 'InvalidParameterValue'],
    [{ IpProtocol: '-1', SourceSecurityGroupId: 'sg-0' }, 'InvalidGroup.NotFound'],
    [{ IpProtocol: 'http', CidrIp: '0.0.0.0/0' }, 'InvalidPermission.Malformed'],
  ])('refuses the rule %j', async (rule, code) => {
    expect((await refusalOf(make({ SecurityGroupIngress: [rule] }))).code).toBe(code);
  });

  it('has a name once in a VPC and a description in ASCII', async () => {
    await make({ GroupName: 'one' });
    expect((await refusalOf(make({ GroupName: 'one' }))).code).toBe('InvalidGroup.Duplicate');
    expect((await refusalOf(make({ GroupDescription: 'Knoten für alle' }))).code).toBe('InvalidParameterValue');
  });

  it('lets out what its template says, and everything when it says nothing', async () => {
    const rules = async (id: string) => {
      const { SecurityGroups } = await account.call<DescribeSecurityGroupsResult>(
        ec2Service,
        'DescribeSecurityGroups',
        { GroupIds: [id] },
      );
      return SecurityGroups?.[0]?.IpPermissionsEgress;
    };
    expect(await rules((await make({ GroupName: 'open' })).physicalId)).toMatchObject([{ IpProtocol: '-1' }]);
    const from = {
      GroupName: 'narrow',
      SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '10.0.0.0/8' }],
    };
    const narrow = await make(from);
    expect(await rules(narrow.physicalId)).toMatchObject([{ FromPort: 80, ToPort: 80 }]);
    const to = {
      ...from,
      SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' }],
    };
    await account.update('AWS::EC2::SecurityGroup', narrow, { from, to });
    expect(await rules(narrow.physicalId)).toMatchObject([{ FromPort: 443, ToPort: 443 }]);
  });

  it('that comes with the VPC cannot be deleted', async () => {
    const { SecurityGroups } = await account.call<DescribeSecurityGroupsResult>(ec2Service, 'DescribeSecurityGroups', {
      Filters: [{ Name: 'group-name', Values: ['default'] }],
    });
    const GroupId = SecurityGroups?.[0]?.GroupId;
    expect((await refusalOf(account.call(ec2Service, 'DeleteSecurityGroup', { GroupId }))).code).toBe('CannotDelete');
  });
});
