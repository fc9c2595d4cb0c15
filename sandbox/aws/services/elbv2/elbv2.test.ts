import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling';
import type {
  DescribeLoadBalancersOutput,
  DescribeTargetHealthOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoScalingResourceTypes } from '../auto-scaling/auto-scaling-resource-types.ts';
import { autoScalingService } from '../auto-scaling/auto-scaling-service.ts';
import { type AccountFixture, openAccount, refusalOf } from '../ec2/account-fixture.ts';
import { ec2ResourceTypes } from '../ec2/ec2-resource-types.ts';
import { ec2State } from '../ec2/ec2-state.ts';
import { addPortProbe } from '../ec2/instance-ports.ts';
import { makeNetwork, type Network } from '../ec2/network-fixture.ts';
import { elbv2ResourceTypes } from './elbv2-resource-types.ts';
import { elbv2Service } from './elbv2-service.ts';

let account: AccountFixture;
let network: Network;
beforeEach(async () => {
  account = openAccount([...elbv2ResourceTypes, ...ec2ResourceTypes, ...autoScalingResourceTypes]);
  network = await makeNetwork(account);
});
afterEach(() => account.close());

const createBalancer = (more: object = {}) =>
  account.create('AWS::ElasticLoadBalancingV2::LoadBalancer', { Name: 'sar', Subnets: network.publicSubnets, ...more });
const createTargets = (more: object = {}) =>
  account.create('AWS::ElasticLoadBalancingV2::TargetGroup', {
    Name: 'us-west-2-sar',
    Protocol: 'HTTP',
    Port: 30052,
    VpcId: network.vpcId,
    ...more,
  });
const createListener = (balancer: string, target: string, more: object = {}) =>
  account.create('AWS::ElasticLoadBalancingV2::Listener', {
    ...{ LoadBalancerArn: balancer, Port: 80, Protocol: 'HTTP' },
    DefaultActions: [{ Type: 'forward', TargetGroupArn: target }],
    ...more,
  });

describe('a load balancer', () => {
  it('has a name in DNS, and interfaces that keep its subnets and its security group', async () => {
    const group = await account.create('AWS::EC2::SecurityGroup', { GroupDescription: 'alb', VpcId: network.vpcId });
    const { physicalId, attributes } = await createBalancer({ SecurityGroups: [group.physicalId] });
    expect(attributes).toMatchObject({
      DNSName: expect.stringMatching(/^sar-\d+\.us-west-2\.elb\.amazonaws\.com$/),
      CanonicalHostedZoneID: 'Z1H1FL5HABSF5',
      LoadBalancerFullName: expect.stringMatching(/^app\/sar\/[0-9a-f]{16}$/),
    });
    const blocked = [
      ...network.publicSubnets.map((id) => account.remove('AWS::EC2::Subnet', id)),
      account.remove('AWS::EC2::SecurityGroup', group.physicalId),
    ];
    for (const attempt of blocked) expect((await refusalOf(attempt)).code).toBe('DependencyViolation');
    await account.remove('AWS::ElasticLoadBalancingV2::LoadBalancer', physicalId);
    await account.remove('AWS::EC2::SecurityGroup', group.physicalId);
    for (const id of network.publicSubnets) await account.remove('AWS::EC2::Subnet', id);
  });

  it.each([
    [{ Name: 'a'.repeat(33) }, "cannot be longer than '32' characters"],
    [{ Name: 'sar-' }, 'cannot begin or end with a hyphen(-)'],
    [{ Name: 'internal-sar' }, "cannot begin with 'internal-'"],
    [{ Name: 'sar_1' }, 'can only contain characters that are alphanumeric characters and hyphens(-)'],
  ])('cannot have %j', async (more, message) => {
    expect(await refusalOf(createBalancer(more))).toEqual({
      code: 'ValidationError',
      message: expect.stringContaining(message),
    });
  });

  it('needs two zones, and an internet gateway unless it is internal', async () => {
    expect((await refusalOf(createBalancer({ Subnets: [network.publicSubnets[0]] }))).message).toContain(
      'two different Availability Zones',
    );
    await account.remove('AWS::EC2::VPCGatewayAttachment', `IGW|${network.vpcId}`);
    expect((await refusalOf(createBalancer())).message).toBe(`VPC ${network.vpcId} has no internet gateway`);
    await createBalancer({ Scheme: 'internal' });
  });

  it('under deletion protection stays', async () => {
    const LoadBalancerAttributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }];
    const { physicalId } = await createBalancer({ LoadBalancerAttributes });
    expect((await refusalOf(account.remove('AWS::ElasticLoadBalancingV2::LoadBalancer', physicalId))).code).toBe(
      'OperationNotPermitted',
    );
  });

  it('that is not there has the code LoadBalancerNotFound', async () => {
    const describeNamed = () =>
      account.call<DescribeLoadBalancersOutput>(elbv2Service, 'DescribeLoadBalancers', { Names: ['sar'] });
    expect(await refusalOf(describeNamed())).toEqual({
      code: 'LoadBalancerNotFound',
      message: "Load balancers '[sar]' not found",
    });
    await createBalancer();
    expect((await describeNamed()).LoadBalancers).toMatchObject([{ State: { Code: 'active' }, VpcId: network.vpcId }]);
  });
});

describe('a listener', () => {
  it('has a port of its own, and a certificate for HTTPS', async () => {
    const [balancer, targets] = [await createBalancer(), await createTargets()];
    await createListener(balancer.physicalId, targets.physicalId);
    const again = (more: object) => refusalOf(createListener(balancer.physicalId, targets.physicalId, more));
    expect((await again({})).code).toBe('DuplicateListener');
    expect((await again({ Port: 443, Protocol: 'HTTPS' })).message).toBe(
      'A certificate must be specified for HTTPS listeners',
    );
  });

  it('keeps its target group, which belongs to one load balancer', async () => {
    const [balancer, targets] = [await createBalancer(), await createTargets()];
    await createListener(balancer.physicalId, targets.physicalId);
    const other = await createBalancer({ Name: 'other' });
    expect((await refusalOf(createListener(other.physicalId, targets.physicalId))).code).toBe(
      'TargetGroupAssociationLimit',
    );
    const removal = () => account.remove('AWS::ElasticLoadBalancingV2::TargetGroup', targets.physicalId);
    expect((await refusalOf(removal())).code).toBe('ResourceInUse');
    await account.remove('AWS::ElasticLoadBalancingV2::LoadBalancer', balancer.physicalId);
    await removal();
  });
});

describe('an Auto Scaling group', () => {
  const template = async () => {
    const data = { ImageId: 'ami-0123456789abcdef0', InstanceType: 't3a.medium', SecurityGroupIds: [groupId] };
    const { physicalId } = await account.create('AWS::EC2::LaunchTemplate', { LaunchTemplateData: data });
    return { LaunchTemplateId: physicalId, Version: '1' };
  };
  let groupId: string;
  let balancerGroup: string;
  beforeEach(async () => {
    balancerGroup = (
      await account.create('AWS::EC2::SecurityGroup', { GroupDescription: 'alb', VpcId: network.vpcId }, 'Alb')
    ).physicalId;
    const rule = { IpProtocol: 'tcp', FromPort: 30052, ToPort: 30052, SourceSecurityGroupId: balancerGroup };
    groupId = (
      await account.create(
        'AWS::EC2::SecurityGroup',
        { GroupDescription: 'nodes', VpcId: network.vpcId, SecurityGroupIngress: [rule] },
        'Nodes',
      )
    ).physicalId;
  });
  const groupProperties = async (more: object = {}) => ({
    ...{ MinSize: '1', MaxSize: '2', VPCZoneIdentifier: [network.privateSubnets[0]], LaunchTemplate: await template() },
    Tags: [{ Key: 'Name', Value: 'hub', PropagateAtLaunch: true }],
    ...more,
  });
  const instances = () =>
    [...ec2State(account.world, account.region).instance.values()].filter(
      ({ terminatedAt }) => terminatedAt === undefined,
    );

  it('registers its instances, which are healthy when they answer on the port', async () => {
    const targets = await createTargets();
    const properties = await groupProperties({ TargetGroupARNs: [targets.physicalId] });
    await account.create('AWS::AutoScaling::AutoScalingGroup', properties);
    const health = async () => {
      const answer = await account.call<DescribeTargetHealthOutput>(elbv2Service, 'DescribeTargetHealth', {
        TargetGroupArn: targets.physicalId,
      });
      return answer.TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.Reason ?? TargetHealth?.State);
    };
    expect(await health()).toEqual(['Target.NotInUse']);
    const balancer = await createBalancer({ SecurityGroups: [balancerGroup] });
    await createListener(balancer.physicalId, targets.physicalId);
    expect(await health()).toEqual(['Target.FailedHealthChecks']);
    addPortProbe(account.world, account.region, (_instance, port) => port === 30052);
    expect(await health()).toEqual(['healthy']);
    const group = ec2State(account.world, account.region)['security-group'].get(groupId);
    if (group) group.ingress = [];
    expect(await health()).toEqual(['Target.Timeout']);
  });

  it('gives its instances the stack’s tags and those marked for them, and holds their subnets', async () => {
    const { physicalId } = await account.create('AWS::AutoScaling::AutoScalingGroup', await groupProperties());
    expect(instances()[0]?.tags).toEqual({
      'osl-billing': 'sar',
      Name: 'hub',
      'aws:autoscaling:groupName': physicalId,
    });
    const [subnet = ''] = network.privateSubnets;
    expect((await refusalOf(account.remove('AWS::EC2::Subnet', subnet))).code).toBe('DependencyViolation');
    await account.remove('AWS::AutoScaling::AutoScalingGroup', physicalId);
    await account.remove('AWS::EC2::Subnet', subnet);
  });

  it('is scaled within its bounds', async () => {
    const { physicalId } = await account.create('AWS::AutoScaling::AutoScalingGroup', await groupProperties());
    const scale = (DesiredCapacity: number) =>
      account.call(autoScalingService, 'SetDesiredCapacity', { AutoScalingGroupName: physicalId, DesiredCapacity });
    await scale(2);
    const described = await account.call<DescribeAutoScalingGroupsCommandOutput>(
      autoScalingService,
      'DescribeAutoScalingGroups',
      { AutoScalingGroupNames: [physicalId, 'none'] },
    );
    expect(described.AutoScalingGroups).toMatchObject([
      { DesiredCapacity: 2, Instances: [{ LifecycleState: 'InService' }, { LifecycleState: 'Pending' }] },
    ]);
    expect((await refusalOf(scale(3))).message).toContain('is above max value 2');
    expect((await refusalOf(scale(0))).message).toContain('is below min value 1');
    const unknown = account.call(autoScalingService, 'SetDesiredCapacity', { AutoScalingGroupName: 'none' });
    expect((await refusalOf(unknown)).code).toBe('ValidationError');
  });

  it('keeps its instances when only the template changes, unless it is rolled', async () => {
    const from = await groupProperties();
    const state = await account.create('AWS::AutoScaling::AutoScalingGroup', from);
    const before = instances().map(({ id }) => id);
    await account.update('AWS::AutoScaling::AutoScalingGroup', state, {
      from,
      to: { ...from, LaunchTemplate: await template() },
    });
    expect(instances().map(({ id }) => id)).toEqual(before);
    const to = { ...from, LaunchTemplate: await template() };
    await account.update('AWS::AutoScaling::AutoScalingGroup', state, {
      from,
      to,
      policy: { AutoScalingRollingUpdate: {} },
    });
    expect(instances()).toHaveLength(1);
    expect(instances().map(({ id }) => id)).not.toEqual(before);
  });
});
