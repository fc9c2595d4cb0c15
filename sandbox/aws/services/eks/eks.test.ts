import type { DescribeLaunchTemplatesResult } from '@aws-sdk/client-ec2';
import type {
  DescribeClusterResponse,
  DescribeClusterVersionsResponse,
  DescribeNodegroupResponse,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoScalingResourceTypes } from '../auto-scaling/auto-scaling-resource-types.ts';
import { autoScalingGroups } from '../auto-scaling/auto-scaling-state.ts';
import { type AccountFixture, openAccount, refusalOf } from '../ec2/account-fixture.ts';
import { ec2ResourceTypes } from '../ec2/ec2-resource-types.ts';
import { ec2Service } from '../ec2/ec2-service.ts';
import { ec2State } from '../ec2/ec2-state.ts';
import { makeNetwork, type Network } from '../ec2/network-fixture.ts';
import { eksResourceTypes } from './eks-resource-types.ts';
import { eksService } from './eks-service.ts';
import { eksClusters } from './eks-state.ts';

let account: AccountFixture;
let network: Network;
beforeEach(async () => {
  account = openAccount([...eksResourceTypes, ...ec2ResourceTypes, ...autoScalingResourceTypes]);
  network = await makeNetwork(account);
});
afterEach(() => account.close());

const RoleArn = 'arn:aws:iam::123456789012:role/cluster';
const clusterProperties = (more: object = {}) => ({
  Name: 'sar-cluster',
  Version: '1.36',
  RoleArn,
  AccessConfig: { AuthenticationMode: 'API' },
  ResourcesVpcConfig: { SubnetIds: network.privateSubnets },
  ...more,
});
const createCluster = (more: object = {}) => account.create('AWS::EKS::Cluster', clusterProperties(more));
const describeCluster = async () =>
  (await account.call<DescribeClusterResponse>(eksService, 'DescribeCluster', { name: 'sar-cluster' })).cluster;
const createNodes = (more: object = {}, logicalId = 'Nodes') =>
  account.create(
    'AWS::EKS::Nodegroup',
    {
      ClusterName: 'sar-cluster',
      NodeRole: 'arn:aws:iam::123456789012:role/node',
      Subnets: [network.privateSubnets[0]],
      ScalingConfig: { MinSize: 0, DesiredSize: 0, MaxSize: 2 },
      ...more,
    },
    logicalId,
  );

describe('a cluster', () => {
  it('has its endpoint when it is active, and interfaces that keep the subnets', async () => {
    const state = await createCluster();
    expect(await describeCluster()).toMatchObject({ status: 'ACTIVE', endpoint: state.attributes['Endpoint'] });
    expect(state.attributes).toMatchObject({
      Endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/us-west-2\/[0-9A-F]{32}$/),
      OpenIdConnectIssuerUrl: expect.stringMatching(
        /^https:\/\/oidc\.eks\.us-west-2\.amazonaws\.com\/id\/[0-9A-F]{32}$/,
      ),
      ClusterSecurityGroupId: expect.stringMatching(/^sg-/),
    });
    const [subnet = ''] = network.privateSubnets;
    expect((await refusalOf(account.remove('AWS::EC2::Subnet', subnet))).code).toBe('DependencyViolation');
    await account.remove('AWS::EKS::Cluster', 'sar-cluster');
    await account.remove('AWS::EC2::Subnet', subnet);
    const group = ec2State(account.world, account.region)['security-group'].get(
      String(state.attributes['ClusterSecurityGroupId']),
    );
    expect(group).toBeUndefined();
  });

  it('takes ten minutes to make and five to delete', async () => {
    const type = eksResourceTypes.find((each) => each.type === 'AWS::EKS::Cluster');
    expect(type?.seconds).toMatchObject({ create: 600, delete: 300 });
    await createCluster();
    await type?.delete({
      ...{ world: account.world, region: account.region, physicalId: 'sar-cluster', properties: {} },
      ...{ stackName: '', stackId: '', logicalId: '', stackTags: {} },
    });
    expect(await describeCluster()).toMatchObject({ status: 'DELETING' });
    account.clock.advance(300);
    expect(await refusalOf(describeCluster())).toEqual({
      code: 'ResourceNotFoundException',
      message: 'No cluster found for name: sar-cluster.',
    });
  });

  it.each([
    [{ Version: '1.29' }, 'InvalidParameterException', 'unsupported Kubernetes version 1.29'],
    [{ Version: '1.3' }, 'InvalidParameterException', 'unsupported Kubernetes version 1.3'],
    [{ Name: 'sar.cluster' }, 'InvalidParameterException', 'must match'],
    [{ AccessConfig: { AuthenticationMode: 'IAM' } }, 'InvalidParameterException', 'AuthenticationMode must be one of'],
  ])('cannot be made with %j', async (more, code, message) => {
    expect(await refusalOf(createCluster(more))).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('needs two zones, and a name of its own', async () => {
    const SubnetIds = [network.privateSubnets[0]];
    expect((await refusalOf(createCluster({ ResourcesVpcConfig: { SubnetIds } }))).message).toBe(
      'Subnets specified must be in at least two different AZs',
    );
    await createCluster();
    expect((await refusalOf(createCluster())).code).toBe('ResourceInUseException');
  });

  it('under deletion protection is deleted only after it was turned off', async () => {
    await createCluster({ DeletionProtection: 'true' });
    expect(await refusalOf(account.remove('AWS::EKS::Cluster', 'sar-cluster'))).toMatchObject({
      code: 'InvalidRequestException',
    });
    await account.call(eksService, 'UpdateClusterConfig', { name: 'sar-cluster', deletionProtection: false });
    await account.remove('AWS::EKS::Cluster', 'sar-cluster');
    expect(eksClusters(account.world, account.region).size).toBe(0);
  });

  it('goes up one minor version at a time', async () => {
    const state = await createCluster({ Version: '1.34' });
    const from = clusterProperties({ Version: '1.34' });
    const update = (Version: string) =>
      account.update('AWS::EKS::Cluster', state, { from, to: clusterProperties({ Version }) });
    expect((await refusalOf(update('1.36'))).message).toBe(
      'Unsupported Kubernetes minor version update from 1.34 to 1.36',
    );
    await update('1.35');
    expect(await describeCluster()).toMatchObject({ version: '1.35' });
  });

  it('cannot leave extended support while its version is in it', async () => {
    const state = await createCluster({ Version: '1.33' });
    const [from, to] = (['EXTENDED', 'STANDARD'] as const).map((SupportType) =>
      clusterProperties({ Version: '1.33', UpgradePolicy: { SupportType } }),
    );
    const update = account.update('AWS::EKS::Cluster', state, { from: from ?? {}, to: to ?? {} });
    expect((await refusalOf(update)).message).toContain('while version 1.33 is in extended support');
  });

  it('leaves nodes and add-ons at their version, which neither may be newer than its own', async () => {
    const state = await createCluster({ Version: '1.34' });
    const nodes = await createNodes();
    const addon = { ClusterName: 'sar-cluster', AddonName: 'kube-proxy' };
    await account.create('AWS::EKS::Addon', addon);
    expect((await refusalOf(createNodes({ Version: '1.35' }, 'Early'))).message).toBe(
      'Requested Nodegroup version 1.35 is not compatible with the control plane version 1.34',
    );
    const from = clusterProperties({ Version: '1.34' });
    await account.update('AWS::EKS::Cluster', state, { from, to: clusterProperties({ Version: '1.35' }) });
    const [cluster] = eksClusters(account.world, account.region).values();
    expect(cluster?.nodegroups.get(String(nodes.attributes['NodegroupName']))?.version).toBe('1.34');
    expect(cluster?.addons.get('kube-proxy')?.version).toMatch(/^v1\.34\./);
    const tooNew = account.create('AWS::EKS::Addon', { ...addon, AddonVersion: 'v1.36.0-eksbuild.2' });
    expect((await refusalOf(tooNew)).message).toBe('Addon version specified is not supported');
  });
});

it('versions are described with their support as of now', async () => {
  const describeVersions = async () => {
    const { clusterVersions = [] } = await account.call<DescribeClusterVersionsResponse>(
      eksService,
      'DescribeClusterVersions',
    );
    return Object.fromEntries(
      clusterVersions.map(({ clusterVersion = '', versionStatus }) => [clusterVersion, versionStatus]),
    );
  };
  expect(await describeVersions()).toEqual({
    '1.36': 'STANDARD_SUPPORT',
    '1.35': 'STANDARD_SUPPORT',
    '1.34': 'STANDARD_SUPPORT',
    '1.33': 'EXTENDED_SUPPORT',
    '1.32': 'EXTENDED_SUPPORT',
    '1.31': 'EXTENDED_SUPPORT',
  });
  account.clock.advance(10 * 86_400);
  expect(await describeVersions()).toMatchObject({ '1.34': 'EXTENDED_SUPPORT' });
  expect(await describeVersions()).not.toHaveProperty('1.31');
});

describe('a node group', () => {
  beforeEach(() => createCluster());

  it('has an Auto Scaling group with EKS’s own tags, and holds the cluster', async () => {
    const state = await createNodes({ ScalingConfig: { MinSize: 1, DesiredSize: 1, MaxSize: 2 }, Tags: { cost: 'x' } });
    const { nodegroup } = await account.call<DescribeNodegroupResponse>(eksService, 'DescribeNodegroup', {
      clusterName: 'sar-cluster',
      nodegroupName: state.attributes['NodegroupName'],
    });
    expect(nodegroup).toMatchObject({ status: 'ACTIVE', scalingConfig: { desiredSize: 1 }, tags: { cost: 'x' } });
    const [group] = autoScalingGroups(account.world, account.region).values();
    expect(group?.name).toBe(nodegroup?.resources?.autoScalingGroups?.[0]?.name);
    expect([...(group?.tags.keys() ?? [])]).toEqual([
      'eks:cluster-name',
      'eks:nodegroup-name',
      'k8s.io/cluster-autoscaler/enabled',
      'k8s.io/cluster-autoscaler/sar-cluster',
      'kubernetes.io/cluster/sar-cluster',
    ]);
    expect(await refusalOf(account.remove('AWS::EKS::Cluster', 'sar-cluster'))).toEqual({
      code: 'ResourceInUseException',
      message: 'Cluster has nodegroups attached',
    });
    await account.remove('AWS::EKS::Nodegroup', state.physicalId);
    expect(autoScalingGroups(account.world, account.region).size).toBe(0);
    const { LaunchTemplates } = await account.call<DescribeLaunchTemplatesResult>(
      ec2Service,
      'DescribeLaunchTemplates',
    );
    expect(LaunchTemplates).toEqual([]);
    await account.remove('AWS::EKS::Cluster', 'sar-cluster');
  });

  it.each([
    [
      { Labels: { 'node.kubernetes.io/role': 'user' } },
      'Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]',
    ],
    [
      { ScalingConfig: { MinSize: 0, MaxSize: 2 } },
      'A new node group needs minSize, maxSize and desiredSize, or none of them.',
    ],
    [{ ScalingConfig: { MinSize: 0, DesiredSize: 0, MaxSize: 0 } }, 'Maximum size must be at least 1'],
    [
      { ScalingConfig: { MinSize: 2, DesiredSize: 1, MaxSize: 3 } },
      "Minimum capacity 2 can't be greater than desired size 1",
    ],
    [
      { Taints: [{ Key: 'a', Effect: 'NoSchedule' }] },
      'Taint effect NoSchedule is not one of [NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE]',
    ],
  ])('cannot be made with %j', async (more, message) => {
    expect(await refusalOf(createNodes(more))).toEqual({ code: 'InvalidParameterException', message });
  });

  it.each([
    [
      { InstanceType: 'm6a.large' },
      { InstanceTypes: ['m6a.large'] },
      'Cannot specify instance types in launch template and API request',
    ],
    [{}, { DiskSize: 50 }, 'Disk size must be specified within the launch template.'],
    [{ IamInstanceProfile: { Name: 'x' } }, {}, 'Launch template should not specify an instance profile.'],
  ])('with the launch template %j cannot have %j', async (LaunchTemplateData, more, message) => {
    const template = await account.create('AWS::EC2::LaunchTemplate', { LaunchTemplateData });
    const attempt = createNodes({ ...more, LaunchTemplate: { Id: template.physicalId, Version: '1' } });
    expect((await refusalOf(attempt)).message).toContain(message);
  });
});

it('a node group with nodes fails in a cluster without network plugin', async () => {
  await createCluster({ BootstrapSelfManagedAddons: false });
  const ScalingConfig = { MinSize: 1, DesiredSize: 1, MaxSize: 1 };
  expect((await refusalOf(createNodes({ ScalingConfig }))).code).toBe('NodeCreationFailure');
  await account.create('AWS::EKS::Addon', { ClusterName: 'sar-cluster', AddonName: 'vpc-cni' });
  await createNodes({ ScalingConfig }, 'Others');
});

describe('an add-on', () => {
  beforeEach(() => createCluster());
  const create = (AddonName: string, more: object = {}) =>
    account.create('AWS::EKS::Addon', { ClusterName: 'sar-cluster', AddonName, ...more });

  it('must be one that there is, in a version of the right form, with a configuration it knows', async () => {
    expect((await refusalOf(create('cluster-autoscaler'))).message).toBe(
      'Addon cluster-autoscaler specified is not supported',
    );
    expect((await refusalOf(create('vpc-cni', { AddonVersion: '1.19' }))).message).toBe(
      'Addon version specified is not supported',
    );
    const ConfigurationValues = '{"controler":{}}';
    expect((await refusalOf(create('aws-ebs-csi-driver', { ConfigurationValues }))).message).toContain(
      "property 'controler' is not defined in the schema",
    );
    expect((await refusalOf(create('coredns', { ConfigurationValues: '{"a":' }))).message).toContain(
      'not in JSON or YAML format',
    );
  });

  it('brings its pod identities and takes them along', async () => {
    const PodIdentityAssociations = [{ ServiceAccount: 'ebs-csi-controller-sa', RoleArn }];
    const addon = await create('aws-ebs-csi-driver', { PodIdentityAssociations });
    const identity = {
      ClusterName: 'sar-cluster',
      Namespace: 'kube-system',
      ServiceAccount: 'ebs-csi-controller-sa',
      RoleArn,
    };
    expect((await refusalOf(account.create('AWS::EKS::PodIdentityAssociation', identity))).code).toBe(
      'ResourceInUseException',
    );
    await account.remove('AWS::EKS::Addon', addon.physicalId, { ClusterName: 'sar-cluster' });
    await account.create('AWS::EKS::PodIdentityAssociation', identity);
  });
});

describe('an access entry', () => {
  const create = (more: object) =>
    account.create('AWS::EKS::AccessEntry', { ClusterName: 'sar-cluster', PrincipalArn: RoleArn, ...more });

  it.each([
    [{ PrincipalArn: 'arn:aws:sts::123456789012:assumed-role/x/y' }, 'The principalArn parameter format is not valid'],
    [
      { KubernetesGroups: ['system:masters'] },
      'The kubernetes group name system:masters is invalid, it cannot start with system:',
    ],
    [
      { AccessPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] },
      'is not the ARN of an access policy',
    ],
    [{ Type: 'EC2_LINUX', KubernetesGroups: ['x'] }, 'cannot have access policies or Kubernetes groups'],
    [{ Type: 'NODE' }, 'The type NODE is not one of'],
  ])('cannot be made with %j', async (more, message) => {
    await createCluster();
    expect((await refusalOf(create(more))).message).toContain(message);
  });

  it('needs a cluster that authenticates by its API', async () => {
    await createCluster({ AccessConfig: { AuthenticationMode: 'CONFIG_MAP' } });
    expect((await refusalOf(create({}))).code).toBe('InvalidRequestException');
  });
});
