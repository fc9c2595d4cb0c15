import {
  AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeTagsCommand as DescribeGroupTagsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListTagsForResourceCommand as ListPoolTagsCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  ListUsersInGroupCommand,
  paginateListGroups,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateSnapshotsCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DeleteAccessEntryCommand,
  DeleteAddonCommand,
  DeleteClusterCommand,
  DeleteNodegroupCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListAssociatedAccessPoliciesCommand,
  ListClustersCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UpdateClusterConfigCommand,
  UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks';
import {
  DeleteLoadBalancerCommand,
  DescribeTagsCommand as DescribeBalancerTagsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeNetwork, type Network } from '../ec2/network-fixture.ts';
import { openWireAccount, type WireAccount } from '../ec2/wire-fixture.ts';

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

it('EKS speaks to its client', async () => {
  const eks = new EKSClient(account.client);
  const name = 'sar-cluster';
  await account.create('AWS::EKS::Cluster', {
    ...{ Name: name, Version: '1.36', RoleArn: 'arn:aws:iam::123456789012:role/cluster', DeletionProtection: true },
    AccessConfig: { AuthenticationMode: 'API' },
    ResourcesVpcConfig: { SubnetIds: network.privateSubnets },
  });
  const PrincipalArn = 'arn:aws:iam::123456789012:role/admin';
  const PolicyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
  const AccessPolicies = [{ PolicyArn, AccessScope: { Type: 'cluster' } }];
  await account.create('AWS::EKS::AccessEntry', { ClusterName: name, PrincipalArn, AccessPolicies });
  await account.create('AWS::EKS::Addon', {
    ...{ ClusterName: name, AddonName: 'aws-ebs-csi-driver' },
    PodIdentityAssociations: [{ ServiceAccount: 'ebs-csi-controller-sa', RoleArn: PrincipalArn }],
  });
  const Taints = [{ Key: 'gpu', Value: 'yes', Effect: 'NO_SCHEDULE' }];
  await account.create('AWS::EKS::Nodegroup', {
    ...{ ClusterName: name, NodegroupName: 'users', NodeRole: PrincipalArn, Subnets: [network.privateSubnets[0]] },
    ...{ Labels: { server_type: 'sar' }, Taints, ScalingConfig: { MinSize: 1, DesiredSize: 1, MaxSize: 3 } },
  });
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  expect(cluster).toMatchObject({
    status: 'ACTIVE',
    deletionProtection: true,
    resourcesVpcConfig: { vpcId: network.vpcId },
  });
  expect((await eks.send(new ListClustersCommand({}))).clusters).toEqual([name]);
  expect((await eks.send(new DescribeClusterVersionsCommand({}))).clusterVersions).toHaveLength(6);
  expect((await eks.send(new DescribeAddonVersionsCommand({ addonName: 'vpc-cni' }))).addons).toHaveLength(1);
  const clusterName = name;
  expect((await eks.send(new ListNodegroupsCommand({ clusterName }))).nodegroups).toEqual(['users']);
  const named = { clusterName, nodegroupName: 'users' };
  await eks.send(
    new UpdateNodegroupConfigCommand({ ...named, scalingConfig: { minSize: 0, maxSize: 2, desiredSize: 0 } }),
  );
  const { nodegroup } = await eks.send(new DescribeNodegroupCommand(named));
  expect(nodegroup).toMatchObject({ scalingConfig: { maxSize: 2 }, taints: [{ key: 'gpu', effect: 'NO_SCHEDULE' }] });
  expect((await eks.send(new ListAddonsCommand({ clusterName }))).addons).toEqual(['aws-ebs-csi-driver']);
  const described = await eks.send(new DescribeAddonCommand({ clusterName, addonName: 'aws-ebs-csi-driver' }));
  expect(described.addon?.podIdentityAssociations).toHaveLength(1);
  expect((await eks.send(new ListAccessEntriesCommand({ clusterName }))).accessEntries).toEqual([PrincipalArn]);
  const principal = { clusterName, principalArn: PrincipalArn };
  expect((await eks.send(new DescribeAccessEntryCommand(principal))).accessEntry).toMatchObject({ type: 'STANDARD' });
  const policies = await eks.send(new ListAssociatedAccessPoliciesCommand(principal));
  expect(policies.associatedAccessPolicies).toMatchObject([{ policyArn: PolicyArn, accessScope: { type: 'cluster' } }]);
  expect((await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }))).associations).toHaveLength(1);
  await eks.send(new TagResourceCommand({ resourceArn: cluster?.arn, tags: { more: 'yes' } }));
  const { tags } = await eks.send(new ListTagsForResourceCommand({ resourceArn: cluster?.arn }));
  expect(tags).toEqual({ 'osl-billing': 'sar', more: 'yes' });
  const { update } = await eks.send(new UpdateClusterConfigCommand({ name, deletionProtection: false }));
  expect(update?.type).toBe('DeletionProtectionUpdate');
  await expect(eks.send(new DescribeClusterCommand({ name: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(eks.send(new DeleteClusterCommand({ name }))).rejects.toMatchObject({ name: 'ResourceInUseException' });
  expect((await eks.send(new DeleteNodegroupCommand(named))).nodegroup?.status).toBe('DELETING');
  const addon = await eks.send(new DeleteAddonCommand({ clusterName, addonName: 'aws-ebs-csi-driver' }));
  expect(addon.addon?.status).toBe('DELETING');
  await eks.send(new DeleteAccessEntryCommand(principal));
  expect((await eks.send(new ListAccessEntriesCommand({ clusterName }))).accessEntries).toEqual([]);
});

it('Auto Scaling and EC2’s instances speak to their clients', async () => {
  const scaling = new AutoScalingClient(account.client);
  const ec2 = new EC2Client(account.client);
  const LaunchTemplateData = {
    ImageId: 'ami-0123456789abcdef0',
    InstanceType: 't3a.large',
    UserData: btoa('#!/bin/sh'),
  };
  const template = await account.create('AWS::EC2::LaunchTemplate', { LaunchTemplateName: 'hub', LaunchTemplateData });
  const { physicalId } = await account.create('AWS::AutoScaling::AutoScalingGroup', {
    ...{ MinSize: 1, MaxSize: 2, VPCZoneIdentifier: [network.privateSubnets[0]] },
    LaunchTemplate: { LaunchTemplateId: template.physicalId, Version: '1' },
  });
  const AutoScalingGroupName = physicalId;
  await scaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, DesiredCapacity: 2 }));
  const Tags = [
    { Key: 'cost', Value: 'x', ResourceId: physicalId, ResourceType: 'auto-scaling-group', PropagateAtLaunch: false },
  ];
  await scaling.send(new CreateOrUpdateTagsCommand({ Tags }));
  const wanted = { AutoScalingGroupNames: [physicalId] };
  const { AutoScalingGroups } = await scaling.send(new DescribeAutoScalingGroupsCommand(wanted));
  expect(AutoScalingGroups?.[0]).toMatchObject({ DesiredCapacity: 2, Instances: [{}, {}] });
  const byKey = { Filters: [{ Name: 'key', Values: ['cost'] }] };
  expect((await scaling.send(new DescribeGroupTagsCommand(byKey))).Tags).toMatchObject([
    { ResourceId: physicalId, Value: 'x' },
  ]);
  const InstanceId = AutoScalingGroups?.[0]?.Instances?.[0]?.InstanceId ?? '';
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({ InstanceType: 't3a.large', State: { Name: 'running' } });
  const { Snapshots } = await ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId } }));
  expect(Snapshots).toHaveLength(1);
  const { LaunchTemplates } = await ec2.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ['hub'] }));
  expect(LaunchTemplates).toMatchObject([{ LatestVersionNumber: 1 }]);
  const versions = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: 'hub', Versions: ['$Latest'] });
  expect((await ec2.send(versions)).LaunchTemplateVersions?.[0]?.LaunchTemplateData).toMatchObject(LaunchTemplateData);
});

it('Elastic Load Balancing speaks to its client', async () => {
  const elb = new ElasticLoadBalancingV2Client(account.client);
  const balancer = await account.create('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Name: 'sar',
    Subnets: network.publicSubnets,
  });
  const target = {
    Name: 'us-west-2-sar',
    Protocol: 'HTTP',
    Port: 30052,
    VpcId: network.vpcId,
    Targets: [{ Id: 'i-0' }],
  };
  const targets = await account.create('AWS::ElasticLoadBalancingV2::TargetGroup', target);
  const LoadBalancerArn = balancer.physicalId;
  await account.create('AWS::ElasticLoadBalancingV2::Listener', {
    ...{ LoadBalancerArn, Port: '80', Protocol: 'HTTP' },
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targets.physicalId }],
  });
  expect((await elb.send(new DescribeLoadBalancersCommand({ Names: ['sar'] }))).LoadBalancers).toMatchObject([
    { LoadBalancerArn },
  ]);
  expect((await elb.send(new DescribeListenersCommand({ LoadBalancerArn }))).Listeners).toMatchObject([{ Port: 80 }]);
  expect((await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }))).TargetGroups).toMatchObject([
    { Port: 30052 },
  ]);
  const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targets.physicalId }));
  expect(health.TargetHealthDescriptions).toMatchObject([{ TargetHealth: { State: 'unused' } }]);
  const { TagDescriptions } = await elb.send(new DescribeBalancerTagsCommand({ ResourceArns: [LoadBalancerArn] }));
  expect(TagDescriptions?.[0]?.Tags).toEqual([{ Key: 'osl-billing', Value: 'sar' }]);
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  const gone = elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }));
  await expect(gone).rejects.toMatchObject({ name: 'LoadBalancerNotFoundException' });
});

it('Cognito speaks to its client', async () => {
  const cognito = new CognitoIdentityProviderClient(account.client);
  const pool = await account.create('AWS::Cognito::UserPool', {
    UserPoolName: 'sar-cluster',
    DeletionProtection: 'ACTIVE',
  });
  const UserPoolId = pool.physicalId;
  const client = await account.create('AWS::Cognito::UserPoolClient', { UserPoolId, GenerateSecret: true });
  await account.create('AWS::Cognito::UserPoolGroup', { UserPoolId, GroupName: 'sudo' });
  const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
  expect(UserPool).toMatchObject({ DeletionProtection: 'ACTIVE', Policies: { PasswordPolicy: { MinimumLength: 8 } } });
  expect((await cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }))).UserPools).toMatchObject([
    { Id: UserPoolId },
  ]);
  await cognito.send(new UpdateUserPoolCommand({ UserPoolId, UserPoolTags: { a: 'b' } }));
  const ResourceArn = String(pool.attributes['Arn']);
  expect((await cognito.send(new ListPoolTagsCommand({ ResourceArn }))).Tags).toEqual({ a: 'b' });
  expect((await cognito.send(new ListUserPoolClientsCommand({ UserPoolId }))).UserPoolClients).toHaveLength(1);
  const described = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId: client.physicalId }));
  expect(described.UserPoolClient?.ClientSecret).toBe(client.attributes['ClientSecret']);
  const UserAttributes = [{ Name: 'email', Value: 'ada@example.org' }];
  await cognito.send(
    new AdminCreateUserCommand({ UserPoolId, Username: 'ada', UserAttributes, MessageAction: 'SUPPRESS' }),
  );
  await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: 'ada', GroupName: 'sudo' }));
  const members = await cognito.send(new ListUsersInGroupCommand({ UserPoolId, GroupName: 'sudo' }));
  expect(members.Users).toMatchObject([{ Username: 'ada', UserStatus: 'FORCE_CHANGE_PASSWORD' }]);
  for await (const page of paginateListGroups({ client: cognito }, { UserPoolId })) {
    expect(page.Groups).toMatchObject([{ GroupName: 'sudo' }]);
  }
});
