import { CloudWatchLogsClient, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient, DeleteProjectCommand } from '@aws-sdk/client-codebuild';
import { CodePipelineClient, DeletePipelineCommand } from '@aws-sdk/client-codepipeline';
import {
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  DeleteAccessEntryCommand,
  DeleteAddonCommand,
  DeleteClusterCommand,
  DeleteNodegroupCommand,
  DeletePodIdentityAssociationCommand,
  EKSClient,
  ListNodegroupsCommand,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import {
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StackResource } from '../../actions/lib/ports/cloudformation.ts';
import type { ResourceType } from '../../actions/lib/resources/resource-types.ts';
import type { StackKind } from '../../actions/lib/stacks/stack.ts';
import type { TestAccount } from '../deploy-account.ts';
import { type DamageScene, openDamageScene, type Repair, region } from './damage-scene.ts';

// What somebody deletes in the account is found by plan and deploy, by name, although no stack knows of it, and is made again:
// by any deployment where that was approved before, after a plan of its own where it grants or replaces.

type Settings = TestAccount['settings'];

/** How a resource is deleted by requests of its own; all others by what CloudFormation would ask for. */
type Deletion = {
  type: ResourceType;
  remove: (settings: Settings, physicalId: string) => Promise<unknown>;
};

const rest = (id: string, separator: string): string => id.slice(id.indexOf(separator) + 1);
const cluster = 'example-cluster';

async function removeRole(settings: Settings, RoleName: string): Promise<void> {
  const iam = new IAMClient(settings);
  const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames ?? []) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}

/** Everything on it goes first: EKS deletes no cluster with node groups. */
async function removeCluster(settings: Settings, name: string): Promise<void> {
  const eks = new EKSClient(settings);
  const { nodegroups } = await eks.send(new ListNodegroupsCommand({ clusterName: name }));
  for (const nodegroupName of nodegroups ?? []) {
    await eks.send(new DeleteNodegroupCommand({ clusterName: name, nodegroupName }));
  }
  await account.sandbox.world.settle();
  await eks.send(new UpdateClusterConfigCommand({ name, deletionProtection: false }));
  await eks.send(new DeleteClusterCommand({ name }));
}

async function removePool(settings: Settings, UserPoolId: string): Promise<void> {
  await account.connect().userPools.allowDeletion(UserPoolId);
  const cognito = new CognitoIdentityProviderClient(settings);
  const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
  if (UserPool?.Domain) await cognito.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: UserPool.Domain }));
  await cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
}

async function removeDomain(settings: Settings, Domain: string): Promise<void> {
  const { cloudFormation } = account.connect();
  const pool = (await cloudFormation.listResources('example-cognito')).find(
    ({ type }) => type === 'AWS::Cognito::UserPool',
  );
  const command = new DeleteUserPoolDomainCommand({ UserPoolId: pool?.physicalId, Domain });
  await new CognitoIdentityProviderClient(settings).send(command);
}

/** One that a listener forwards to cannot be deleted. */
async function removeTargetGroup(settings: Settings, TargetGroupArn: string): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client(settings);
  const { Listeners } = await elb.send(new DescribeListenersCommand({}));
  for (const { ListenerArn } of Listeners ?? []) await elb.send(new DeleteListenerCommand({ ListenerArn }));
  await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
}

const deletions: readonly Deletion[] = [
  {
    type: 'AWS::EKS::Nodegroup',
    remove: (settings, id) =>
      new EKSClient(settings).send(new DeleteNodegroupCommand({ clusterName: cluster, nodegroupName: rest(id, '/') })),
  },
  {
    type: 'AWS::EKS::Addon',
    remove: (settings, id) =>
      new EKSClient(settings).send(new DeleteAddonCommand({ clusterName: cluster, addonName: rest(id, '|') })),
  },
  { type: 'AWS::EKS::Cluster', remove: removeCluster },
  {
    type: 'AWS::EKS::AccessEntry',
    remove: (settings, id) =>
      new EKSClient(settings).send(
        new DeleteAccessEntryCommand({ clusterName: cluster, principalArn: id.slice(0, id.indexOf('|')) }),
      ),
  },
  {
    type: 'AWS::EKS::PodIdentityAssociation',
    remove: (settings, arn) => {
      const associationId = arn.slice(arn.lastIndexOf('/') + 1);
      return new EKSClient(settings).send(
        new DeletePodIdentityAssociationCommand({ clusterName: cluster, associationId }),
      );
    },
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    remove: (settings, LoadBalancerArn) =>
      new ElasticLoadBalancingV2Client(settings).send(new DeleteLoadBalancerCommand({ LoadBalancerArn })),
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    remove: (settings, ListenerArn) =>
      new ElasticLoadBalancingV2Client(settings).send(new DeleteListenerCommand({ ListenerArn })),
  },
  { type: 'AWS::ElasticLoadBalancingV2::TargetGroup', remove: removeTargetGroup },
  { type: 'AWS::IAM::Role', remove: removeRole },
  {
    type: 'AWS::Logs::LogGroup',
    remove: (settings, logGroupName) =>
      new CloudWatchLogsClient(settings).send(new DeleteLogGroupCommand({ logGroupName })),
  },
  { type: 'AWS::Cognito::UserPool', remove: removePool },
  { type: 'AWS::Cognito::UserPoolDomain', remove: removeDomain },
  {
    type: 'AWS::CodeBuild::Project',
    remove: (settings, name) => new CodeBuildClient(settings).send(new DeleteProjectCommand({ name })),
  },
  {
    type: 'AWS::CodePipeline::Pipeline',
    remove: (settings, name) => new CodePipelineClient(settings).send(new DeletePipelineCommand({ name })),
  },
  {
    type: 'AWS::S3::Bucket',
    remove: (settings, Bucket) =>
      new S3Client({ ...settings, forcePathStyle: true }).send(new DeleteBucketCommand({ Bucket })),
  },
  {
    type: 'AWS::ECR::Repository',
    remove: (settings, repositoryName) =>
      new ECRClient(settings).send(new DeleteRepositoryCommand({ repositoryName, force: true })),
  },
];

let scene: DamageScene;
let account: TestAccount;
beforeEach(async () => {
  scene = await openDamageScene();
  account = scene.account;
}, 60_000);
afterEach(() => scene.close());

type Group = { repair: Repair; deleted: readonly (readonly [StackKind, string])[] };

/** Those that are deleted together have nothing to do with each other, so that all of them cost one lab. */
const groups: readonly Group[] = [
  {
    repair: 'at once',
    deleted: [
      ['cluster', 'AWS::Logs::LogGroup'],
      ['cognito', 'AWS::Cognito::UserPoolDomain'],
      ['cluster', 'SecondPublicSubnetRoutes'],
      ['cluster', 'S3Endpoint'],
    ],
  },
  {
    repair: 'with consent',
    deleted: [
      ['cluster', 'AWS::EKS::Nodegroup'],
      ['cluster', 'AWS::EKS::Addon'],
      ['cluster', 'AWS::EKS::AccessEntry'],
      ['cluster', 'AWS::EKS::PodIdentityAssociation'],
      ['cluster', 'AWS::ElasticLoadBalancingV2::Listener'],
      ['cluster', 'PublicRoute'],
      ['cluster', 'SnapshotPolicy'],
      ['cognito', 'SignUpFunction'],
      ['cognito', 'ApprovalPolicy'],
      ['container', 'AWS::CodePipeline::Pipeline'],
      ['container', 'AWS::Logs::LogGroup'],
      ['container', 'ArtifactBucketPolicy'],
      ['container', 'PushRule'],
      ['cluster-pipeline', 'AWS::CodePipeline::Pipeline'],
      ['jupyterhub', 'AWS::EKS::AccessEntry'],
      ['jupyterhub', 'AWS::CodeBuild::Project'],
      ['container', 'HubRepository'],
      ['jupyterhub', 'HubRecord'],
    ],
  },
  {
    repair: 'with consent',
    deleted: [
      ['container', 'AWS::IAM::Role'],
      ['container', 'AWS::CodeBuild::Project'],
      ['cluster-pipeline', 'AWS::IAM::Role'],
      ['jupyterhub', 'AWS::IAM::Role'],
      ['jupyterhub', 'AWS::Logs::LogGroup'],
      ['cognito', 'SignUpPermission'],
      ['cluster', 'AWS::ElasticLoadBalancingV2::TargetGroup'],
    ],
  },
  ...(
    [
      ['cluster', 'AWS::EKS::Cluster'],
      ['cluster', 'AWS::ElasticLoadBalancingV2::LoadBalancer'],
      ['cluster-pipeline', 'AWS::S3::Bucket'],
      ['cognito', 'AWS::Cognito::UserPool'],
      ['cognito', 'UserPoolClient'],
    ] as const
  ).map((one): Group => ({ repair: 'with consent', deleted: [one] })),
];

async function remove(stack: StackKind, { logicalId, type, physicalId }: StackResource): Promise<void> {
  const own = deletions.find((row) => row.type === type);
  if (own === undefined) await account.sandbox.outside.deleteOutside(region, `example-${stack}`, logicalId);
  else await own.remove(account.settings, physicalId);
}

it.each(groups)(
  '$repair: $deleted',
  async ({ repair, deleted }) => {
    const found = await Promise.all(
      deleted.map(async ([stack, name]) => ({ stack, resource: await scene.find(stack, name) })),
    );
    const places = found.map(({ stack, resource }) => ({ stack, logicalId: resource.logicalId, property: '' }));
    const outcome = await scene.play(places, async () => {
      for (const { stack, resource } of found) await remove(stack, resource);
    });
    expect(outcome, outcome.details.join('\n')).toMatchObject({ unseen: [], repair, restored: true });
  },
  240_000,
);

it('tells how to get a key back, for which no new one is a repair', async () => {
  const { physicalId: KeyId } = await scene.find('cluster', 'SecretsKey');
  await account.sandbox.outside.deleteOutside(region, 'example-cluster', 'SecretsKey');
  const plan = await scene.plan();
  const planned = plan.stacks.find(({ kind }) => kind === 'cluster');
  expect(planned).toMatchObject({ action: 'blocked', gone: [{ physicalId: KeyId }] });
  expect(planned?.detail).toMatch(/Cancel its deletion/);
  expect(await scene.deploy(plan)).toMatch(/^ResourcesGone: /);
});

it('tells what to do when the launch template of a node group is gone', async () => {
  const { physicalId } = await scene.find('cluster', 'LaunchTemplateSmall');
  const LaunchTemplateId = physicalId;
  await new EC2Client(account.settings).send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }));
  const plan = await scene.plan();
  const planned = plan.stacks.find(({ kind }) => kind === 'cluster');
  expect(planned).toMatchObject({ action: 'blocked', drift: [{ logicalId: 'LaunchTemplateSmall' }] });
  expect(planned?.detail).toMatch(/delete-nodegroup/);
  expect(await scene.deploy(plan)).toMatch(/^(NodeGroupTemplate|UnapprovedChange): /);
  await account.sandbox.outside.deleteOutside(region, 'example-cluster', 'NodeGroupSmall');
  await account.sandbox.world.settle();
  expect(await scene.deploy(await scene.plan())).toBeUndefined();
  expect((await scene.plan(true)).stacks.map(({ action }) => action)).toEqual(Array(5).fill('unchanged'));
}, 120_000);
