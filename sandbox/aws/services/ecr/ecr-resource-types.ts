import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import {
  type EcrRepository,
  ecrState,
  findEcrRepository,
  makeEcrRepository,
  removeEcrRepository,
  type TagMutability,
} from './ecr-state.ts';

function createRepository(request: CreateRequest): ResourceState {
  const { RepositoryName } = request.properties;
  const name =
    typeof RepositoryName === 'string' ? RepositoryName : request.generateName({ maxLength: 256, lowerCase: true });
  return configure(makeEcrRepository(request.world, request.region, name), request);
}

function updateRepository(request: UpdateRequest): ResourceState {
  return configure(findEcrRepository(request.world, request.region, request.physicalId), request);
}

/** Images in the repository fail the deletion, unless `EmptyOnDelete` is true (AWS::ECR::Repository, EmptyOnDelete). */
function deleteRepository(request: ExistingRequest): void {
  const { world, region, physicalId } = request;
  if (!world.state(ecrState, region).repositories.has(physicalId)) return;
  removeEcrRepository(world, region, physicalId, String(request.properties['EmptyOnDelete']) === 'true');
}

function configure(repository: EcrRepository, request: CreateRequest | UpdateRequest): ResourceState {
  const { properties } = request;
  const scanning = properties['ImageScanningConfiguration'] as { ScanOnPush?: unknown } | undefined;
  const lifecycle = properties['LifecyclePolicy'] as { LifecyclePolicyText?: string } | undefined;
  const exclusions = (properties['ImageTagMutabilityExclusionFilters'] ?? []) as {
    ImageTagMutabilityExclusionFilterValue?: string;
  }[];
  const encryption = properties['EncryptionConfiguration'] as
    | { EncryptionType: EcrRepository['encryption']['encryptionType']; KmsKey?: string }
    | undefined;
  if (encryption) {
    repository.encryption = {
      encryptionType: encryption.EncryptionType,
      ...(encryption.KmsKey === undefined ? {} : { kmsKey: encryption.KmsKey }),
    };
  }
  repository.tagMutability = (properties['ImageTagMutability'] as TagMutability | undefined) ?? 'MUTABLE';
  repository.mutabilityExclusions = exclusions.map((each) => each.ImageTagMutabilityExclusionFilterValue ?? '');
  repository.scanOnPush = String(scanning?.ScanOnPush) === 'true';
  repository.lifecyclePolicy = lifecycle?.LifecyclePolicyText;
  repository.tags = mergeResourceTags(properties['Tags'], request.stackTags);
  return { physicalId: repository.name, attributes: { Arn: repository.arn, RepositoryUri: repository.uri } };
}

function readRepository({ world, region, physicalId }: ExistingRequest): Record<string, unknown> | undefined {
  const repository = world.state(ecrState, region).repositories.get(physicalId);
  if (repository === undefined) return undefined;
  const { lifecyclePolicy } = repository;
  return {
    ImageTagMutability: repository.tagMutability,
    ImageScanningConfiguration: { ScanOnPush: repository.scanOnPush },
    LifecyclePolicy: lifecyclePolicy === undefined ? undefined : { LifecyclePolicyText: lifecyclePolicy },
  };
}

/** The CloudFormation types of Amazon ECR that the sandbox has. */
export const ecrResourceTypes: ResourceType[] = [
  {
    type: 'AWS::ECR::Repository',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createRepository,
    update: updateRepository,
    read: readRepository,
    delete: deleteRepository,
  },
];
