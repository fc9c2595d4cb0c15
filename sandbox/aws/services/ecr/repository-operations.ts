import type {
  CreateRepositoryCommandInput,
  CreateRepositoryCommandOutput,
  DeleteRepositoryCommandInput,
  DeleteRepositoryCommandOutput,
  DescribeRepositoriesCommandInput,
  DescribeRepositoriesCommandOutput,
  GetAuthorizationTokenCommandInput,
  GetAuthorizationTokenCommandOutput,
  GetLifecyclePolicyCommandInput,
  GetLifecyclePolicyCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  PutLifecyclePolicyCommandInput,
  PutLifecyclePolicyCommandOutput,
  Repository,
} from '@aws-sdk/client-ecr';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { requestedTags } from '../requested-tags.ts';
import { tokenPage } from '../token-page.ts';
import {
  type EcrRepository,
  ecrState,
  findEcrRepository,
  issueRegistryPassword,
  makeEcrRepository,
  registryHost,
  removeEcrRepository,
} from './ecr-state.ts';

type Output<T> = Omit<T, '$metadata'>;

function createRepository(
  input: CreateRepositoryCommandInput,
  context: CallContext,
): Output<CreateRepositoryCommandOutput> {
  const tags = requestedTags(
    input.tags?.map(({ Key, Value }) => ({ Key, Value })),
    { invalid: 'InvalidTagParameterException' },
  );
  const repository = makeEcrRepository(context.world, context.region, input.repositoryName ?? '');
  repository.tagMutability = input.imageTagMutability ?? 'MUTABLE';
  repository.mutabilityExclusions = (input.imageTagMutabilityExclusionFilters ?? []).map((each) => each.filter ?? '');
  repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
  repository.tags = tags;
  return { repository: describe(context, repository) };
}

/** All repositories, or the named ones; a page holds up to 1,000, 100 by default (API_DescribeRepositories.html). */
function describeRepositories(
  input: DescribeRepositoriesCommandInput,
  context: CallContext,
): Output<DescribeRepositoriesCommandOutput> {
  const { world, region } = context;
  const chosen = input.repositoryNames?.length
    ? input.repositoryNames.map((name) => findEcrRepository(world, region, name))
    : [...world.state(ecrState, region).repositories.values()];
  chosen.sort((one, other) => (one.name < other.name ? -1 : 1));
  const { page, nextToken } = tokenPage(chosen, {
    size: input.maxResults ?? 100,
    token: input.nextToken,
    errorCode: 'InvalidParameterException',
  });
  return { repositories: page.map((each) => describe(context, each)), ...(nextToken ? { nextToken } : {}) };
}

function deleteRepository(
  input: DeleteRepositoryCommandInput,
  context: CallContext,
): Output<DeleteRepositoryCommandOutput> {
  const { world, region } = context;
  const removed = removeEcrRepository(world, region, input.repositoryName ?? '', input.force ?? false);
  return { repository: describe(context, removed) };
}

/** `base64("AWS:" + password)` for `docker login` (API_GetAuthorizationToken.html). */
function getAuthorizationToken(
  input: GetAuthorizationTokenCommandInput,
  context: CallContext,
): Output<GetAuthorizationTokenCommandOutput> {
  if (input.registryIds?.some((id) => id !== context.world.accountId)) {
    throw new AwsError('InvalidParameterException', 'The sandbox has only the registry of its own account.');
  }
  const { password, expiresAt } = issueRegistryPassword(context.world, context.region);
  return {
    authorizationData: [
      {
        authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
        expiresAt,
        proxyEndpoint: `https://${registryHost(context.world, context.region)}`,
      },
    ],
  };
}

function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  context: CallContext,
): Output<ListTagsForResourceCommandOutput> {
  const name = /^arn:aws:ecr:[^:]+:\d{12}:repository\/(.+)$/.exec(input.resourceArn ?? '')?.[1];
  if (name === undefined) throw new AwsError('InvalidParameterException', `Invalid ARN: ${input.resourceArn}`);
  const { tags } = findEcrRepository(context.world, context.region, name);
  return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

function putLifecyclePolicy(
  input: PutLifecyclePolicyCommandInput,
  context: CallContext,
): Output<PutLifecyclePolicyCommandOutput> {
  const repository = findEcrRepository(context.world, context.region, input.repositoryName);
  const text = input.lifecyclePolicyText ?? '';
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError('InvalidParameterException', 'The lifecycle policy text is not valid JSON.');
  }
  repository.lifecyclePolicy = text;
  return { registryId: context.world.accountId, repositoryName: repository.name, lifecyclePolicyText: text };
}

function getLifecyclePolicy(
  input: GetLifecyclePolicyCommandInput,
  context: CallContext,
): Output<GetLifecyclePolicyCommandOutput> {
  const repository = findEcrRepository(context.world, context.region, input.repositoryName);
  if (repository.lifecyclePolicy === undefined) {
    throw new AwsError(
      'LifecyclePolicyNotFoundException',
      `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id ` +
        `'${context.world.accountId}'`,
    );
  }
  return {
    registryId: context.world.accountId,
    repositoryName: repository.name,
    lifecyclePolicyText: repository.lifecyclePolicy,
  };
}

const describe = (context: CallContext, repository: EcrRepository): Repository => ({
  repositoryArn: repository.arn,
  registryId: context.world.accountId,
  repositoryName: repository.name,
  repositoryUri: repository.uri,
  createdAt: repository.createdAt,
  imageTagMutability: repository.tagMutability,
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: repository.encryption,
});

/** ECR's operations on repositories and on the registry. */
export const repositoryOperations = {
  CreateRepository: createRepository,
  DescribeRepositories: describeRepositories,
  DeleteRepository: deleteRepository,
  GetAuthorizationToken: getAuthorizationToken,
  ListTagsForResource: listTagsForResource,
  PutLifecyclePolicy: putLifecyclePolicy,
  GetLifecyclePolicy: getLifecyclePolicy,
} satisfies Record<string, Operation>;
