import { cloudFormationState } from '../../cloudformation/stack-state.ts';
import { GLOBAL } from '../../world.ts';
import { acmState } from '../acm/acm-state.ts';
import { codebuildState } from '../codebuild/codebuild-state.ts';
import { codecommitState } from '../codecommit/codecommit-state.ts';
import { codepipelineState } from '../codepipeline/codepipeline-state.ts';
import { cognitoState } from '../cognito/cognito-state.ts';
import { lifecyclePolicies } from '../dlm/dlm-resource-types.ts';
import type { Ec2Kind, Ec2Resource } from '../ec2/ec2-resource.ts';
import { ec2Arn, ec2State } from '../ec2/ec2-state.ts';
import { ecrState } from '../ecr/ecr-state.ts';
import { eksClusters } from '../eks/eks-state.ts';
import { elbv2State } from '../elbv2/elbv2-state.ts';
import { eventsState } from '../events/events-state.ts';
import { iamState } from '../iam/iam-state.ts';
import { kmsState } from '../kms/kms-resource-types.ts';
import { lambdaState } from '../lambda/lambda-resource-types.ts';
import { logsState } from '../logs/logs-state.ts';
import { bucketsOf } from '../s3/s3-state.ts';
import { existingSecrets } from '../secrets-manager/secrets-state.ts';
import type { TaggedResource, TaggedResourceSource } from './tagged-resources.ts';

type Tagged = { arn: string; tags: Record<string, string> };

const plain = (resources: Iterable<Tagged>): TaggedResource[] => [...resources].map(({ arn, tags }) => ({ arn, tags }));

const asRecord = (
  tags: readonly { key?: string | undefined; value?: string | undefined }[] = [],
): Record<string, string> => Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));

/** EKS and what belongs to each cluster. */
const eks: TaggedResourceSource = (world, region) =>
  [...eksClusters(world, region).values()].flatMap((cluster) =>
    plain([
      cluster,
      ...cluster.nodegroups.values(),
      ...cluster.addons.values(),
      ...cluster.accessEntries.values(),
      ...cluster.podIdentities.values(),
    ]),
  );

const ec2: TaggedResourceSource = (world, region) => {
  const kinds = Object.entries(ec2State(world, region)) as [Ec2Kind, Map<string, Ec2Resource>][];
  return kinds.flatMap(([kind, resources]) =>
    [...resources.values()].map(({ id, tags }) => ({ arn: ec2Arn(world, region, kind, id), tags })),
  );
};

const elbv2: TaggedResourceSource = (world, region) => {
  const { loadBalancers, targetGroups, listeners } = elbv2State(world, region);
  return plain([...loadBalancers.values(), ...targetGroups.values(), ...listeners.values()]);
};

/** IAM is listed in us-east-1, and without its roles (resourcegroupstagging, supported-services.html). */
const iam: TaggedResourceSource = (world, region) => {
  if (region !== 'us-east-1') return [];
  const { policies, instanceProfiles, oidcProviders } = world.state(iamState, GLOBAL);
  return plain([...policies.values(), ...instanceProfiles.values(), ...oidcProviders.values()]);
};

const cloudFormation: TaggedResourceSource = (world, region) =>
  world
    .state(cloudFormationState, region)
    .stacks.filter(({ status }) => status !== 'DELETE_COMPLETE')
    .map(({ id, settings }) => ({ arn: id, tags: { ...settings.tags } }));

/** What GetResources lists of each service that it supports; Auto Scaling groups are not among them. */
export const taggedResourceSources: readonly TaggedResourceSource[] = [
  cloudFormation,
  ec2,
  eks,
  elbv2,
  iam,
  (world, region) =>
    bucketsOf(world, world.accountId)
      .filter((bucket) => bucket.region === region)
      .map(({ name, tags }) => ({ arn: `arn:aws:s3:::${name}`, tags })),
  (world, region) => plain(world.state(acmState, region).values()),
  (world, region) =>
    [...world.state(codebuildState, region).projects.values()].map(({ arn, tags }) => ({ arn, tags: asRecord(tags) })),
  (world, region) => plain(world.state(ecrState, region).repositories.values()),
  (world, region) => plain(world.state(codecommitState, region).values()),
  (world, region) => plain(world.state(codepipelineState, region).values()),
  (world, region) => plain(cognitoState(world, region).pools.values()),
  (world, region) => plain(lifecyclePolicies(world, region).values()),
  (world, region) => plain(world.state(eventsState, region).values()),
  (world, region) => plain(world.state(kmsState, region).keys.values()),
  (world, region) => plain(world.state(lambdaState, region).values()),
  (world, region) => plain(world.state(logsState, region).values()),
  (world, region) => plain(existingSecrets(world, region).values()),
];
