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
import { type Failure, toFailure } from '../actions/lib/failure.ts';
import type { Plan } from '../actions/lib/plan/plan.ts';
import type { StackResource } from '../actions/lib/ports/cloudformation.ts';
import { type ResourceType, resourceTypes } from '../actions/lib/resources/resource-types.ts';
import { presenceReader } from '../actions/lib/stack-operations/stack-presence.ts';
import { type StackKind, stackKinds } from '../actions/lib/stacks/stack.ts';
import type { TestAccount } from './deploy-account.ts';
import { type Declared, declaration, deploy, openReadyAccount, planOf } from './operator-changes/change-scene.ts';

// What somebody deletes in the account is found by plan and deploy, by name, although no stack knows of it.

type Settings = TestAccount['settings'];

type Damage = {
  type: ResourceType;
  stack: StackKind;
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

const rows: readonly Damage[] = [
  {
    ...{ type: 'AWS::EKS::Nodegroup', stack: 'cluster' },
    remove: (settings, id) =>
      new EKSClient(settings).send(new DeleteNodegroupCommand({ clusterName: cluster, nodegroupName: rest(id, '/') })),
  },
  {
    ...{ type: 'AWS::EKS::Addon', stack: 'cluster' },
    remove: (settings, id) =>
      new EKSClient(settings).send(new DeleteAddonCommand({ clusterName: cluster, addonName: rest(id, '|') })),
  },
  { type: 'AWS::EKS::Cluster', stack: 'cluster', remove: removeCluster },
  ...(['cluster', 'jupyterhub'] as const).map(
    (stack): Damage => ({
      ...{ type: 'AWS::EKS::AccessEntry', stack },
      remove: (settings, id) =>
        new EKSClient(settings).send(
          new DeleteAccessEntryCommand({ clusterName: cluster, principalArn: id.slice(0, id.indexOf('|')) }),
        ),
    }),
  ),
  {
    ...{ type: 'AWS::EKS::PodIdentityAssociation', stack: 'cluster' },
    remove: (settings, arn) => {
      const associationId = arn.slice(arn.lastIndexOf('/') + 1);
      return new EKSClient(settings).send(
        new DeletePodIdentityAssociationCommand({ clusterName: cluster, associationId }),
      );
    },
  },
  {
    ...{ type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', stack: 'cluster' },
    remove: (settings, LoadBalancerArn) =>
      new ElasticLoadBalancingV2Client(settings).send(new DeleteLoadBalancerCommand({ LoadBalancerArn })),
  },
  {
    ...{ type: 'AWS::ElasticLoadBalancingV2::Listener', stack: 'cluster' },
    remove: (settings, ListenerArn) =>
      new ElasticLoadBalancingV2Client(settings).send(new DeleteListenerCommand({ ListenerArn })),
  },
  { type: 'AWS::ElasticLoadBalancingV2::TargetGroup', stack: 'cluster', remove: removeTargetGroup },
  {
    ...{ type: 'AWS::EC2::LaunchTemplate', stack: 'cluster' },
    remove: (settings, LaunchTemplateId) =>
      new EC2Client(settings).send(new DeleteLaunchTemplateCommand({ LaunchTemplateId })),
  },
  ...(['container', 'jupyterhub', 'cluster-pipeline'] as const).map(
    (stack): Damage => ({ type: 'AWS::IAM::Role', stack, remove: removeRole }),
  ),
  ...(['container', 'cluster', 'jupyterhub'] as const).map(
    (stack): Damage => ({
      ...{ type: 'AWS::Logs::LogGroup', stack },
      remove: (settings, logGroupName) =>
        new CloudWatchLogsClient(settings).send(new DeleteLogGroupCommand({ logGroupName })),
    }),
  ),
  { type: 'AWS::Cognito::UserPool', stack: 'cognito', remove: removePool },
  { type: 'AWS::Cognito::UserPoolDomain', stack: 'cognito', remove: removeDomain },
  ...(['container', 'jupyterhub'] as const).map(
    (stack): Damage => ({
      ...{ type: 'AWS::CodeBuild::Project', stack },
      remove: (settings, name) => new CodeBuildClient(settings).send(new DeleteProjectCommand({ name })),
    }),
  ),
  ...(['container', 'cluster-pipeline'] as const).map(
    (stack): Damage => ({
      ...{ type: 'AWS::CodePipeline::Pipeline', stack },
      remove: (settings, name) => new CodePipelineClient(settings).send(new DeletePipelineCommand({ name })),
    }),
  ),
  {
    ...{ type: 'AWS::S3::Bucket', stack: 'cluster-pipeline' },
    remove: (settings, Bucket) =>
      new S3Client({ ...settings, forcePathStyle: true }).send(new DeleteBucketCommand({ Bucket })),
  },
  {
    ...{ type: 'AWS::ECR::Repository', stack: 'jupyterhub' },
    remove: (settings, repositoryName) =>
      new ECRClient(settings).send(new DeleteRepositoryCommand({ repositoryName, force: true })),
  },
];

let account: TestAccount;
let declared: Declared;
beforeEach(async () => {
  account = await openReadyAccount();
  declared = { text: declaration(account) };
  await deploy(account, declared, undefined);
}, 60_000);
afterEach(() => account.close());

async function oneOf(stack: StackKind, type: string): Promise<StackResource> {
  const resources = await account.connect().cloudFormation.listResources(`example-${stack}`);
  const found = resources.find((resource) => resource.type === type);
  if (found === undefined) throw new RangeError(type);
  return found;
}

/** How a deployment of this moment ends; nothing where all stacks are as declared. */
async function failureOfDeploy(plan: Plan): Promise<Failure | undefined> {
  try {
    await deploy(account, declared, plan);
    return undefined;
  } catch (error) {
    return toFailure(error);
  }
}

it('finds everything at first, in few requests', async () => {
  const ports = account.connect();
  const names = stackKinds.map((kind) => `example-${kind}`);
  const reader = presenceReader(names, ports);
  for (const name of names) expect(await reader(name)).toEqual({ gone: [], unasked: [], unverifiable: [] });
  // Five lists of what the stacks hold, and 24 requests to the owners; each type of node adds one, paging more.
  expect(ports.callCount()).toBeLessThanOrEqual(29);
  const plan = await planOf(account, declared);
  expect(plan.stacks.map(({ action, detail }) => detail ?? action)).toEqual(Array(5).fill('unchanged'));
  expect(await failureOfDeploy(plan)).toBeUndefined();
});

it.each(rows)('$type of stack $stack, deleted, is found by plan and deploy', async ({ type, stack, remove }) => {
  const resource = await oneOf(stack, type);
  await remove(account.settings, resource.physicalId);
  await account.sandbox.world.settle();

  const plan = await planOf(account, declared);
  const found = plan.stacks.find(({ kind }) => kind === stack);
  expect(found?.action).toBe('blocked');
  const gone = found?.gone?.find(({ physicalId }) => physicalId === resource.physicalId);
  expect(gone).toMatchObject({ type, logicalId: resource.logicalId });
  expect(gone?.title.startsWith(`${resourceTypes[type].noun} `)).toBe(true);
  expect(found?.detail).toContain(gone?.title);
  expect(found?.detail).toMatch(/deleted outside of this repository\. Put back what is gone: /);

  const failure = await failureOfDeploy(plan);
  expect(failure?.code).toBe('ResourcesGone');
  expect(`${failure?.message} ${failure?.hint}`).toBe(found?.detail);
});
