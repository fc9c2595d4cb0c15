import type {
  BatchGetRepositoriesCommandInput,
  BatchGetRepositoriesCommandOutput,
  CreateRepositoryCommandInput,
  CreateRepositoryCommandOutput,
  DeleteRepositoryCommandInput,
  DeleteRepositoryCommandOutput,
  GetRepositoryCommandInput,
  GetRepositoryCommandOutput,
  ListRepositoriesCommandInput,
  ListRepositoriesCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  RepositoryMetadata,
  TagResourceCommandInput,
  UntagResourceCommandInput,
  UpdateRepositoryDescriptionCommandInput,
} from '@aws-sdk/client-codecommit';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { requestedTags } from '../requested-tags.ts';
import { tokenPage } from '../token-page.ts';
import {
  type CodeCommitRepository,
  cloneUrlHttp,
  codecommitState,
  findCodeCommitRepository,
  makeCodeCommitRepository,
  removeCodeCommitRepository,
} from './codecommit-state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** API_ListRepositories.html returns up to 1,000 names; API_BatchGetRepositories.html takes up to 100. */
const LIST_PAGE = 1000;
const MAXIMUM_BATCH = 100;

/** API_TagResource.html, Errors */
const tagErrors = { invalid: 'InvalidTagsMapException', reserved: 'InvalidSystemTagUsageException' };

async function createRepository(
  input: CreateRepositoryCommandInput,
  context: CallContext,
): Promise<Output<CreateRepositoryCommandOutput>> {
  if (!input.repositoryName) throw new AwsError('RepositoryNameRequiredException', 'A repository name is required.');
  const repository = await makeCodeCommitRepository(context.world, context.region, {
    name: input.repositoryName,
    description: input.repositoryDescription,
    tags: requestedTags(input.tags, tagErrors),
  });
  return { repositoryMetadata: describe(context, repository) };
}

function getRepository(input: GetRepositoryCommandInput, context: CallContext): Output<GetRepositoryCommandOutput> {
  const repository = findCodeCommitRepository(context.world, context.region, input.repositoryName);
  return { repositoryMetadata: describe(context, repository) };
}

/** Succeeds without an id when there is no such repository (API_DeleteRepository.html). */
async function deleteRepository(
  input: DeleteRepositoryCommandInput,
  context: CallContext,
): Promise<Output<DeleteRepositoryCommandOutput>> {
  const repository = context.world.state(codecommitState, context.region).get(input.repositoryName ?? '');
  if (!repository) return {};
  await removeCodeCommitRepository(context.world, repository);
  return { repositoryId: repository.repositoryId };
}

function listRepositories(
  input: ListRepositoriesCommandInput,
  context: CallContext,
): Output<ListRepositoriesCommandOutput> {
  const key = (repository: CodeCommitRepository): string | number =>
    input.sortBy === 'lastModifiedDate' ? repository.lastModified.getTime() : repository.name;
  const direction = input.order === 'descending' ? -1 : 1;
  const sorted = [...context.world.state(codecommitState, context.region).values()].sort((one, other) =>
    key(one) < key(other) ? -direction : direction,
  );
  const { page, nextToken } = tokenPage(sorted, {
    size: LIST_PAGE,
    token: input.nextToken,
    errorCode: 'InvalidContinuationTokenException',
  });
  return {
    repositories: page.map(({ name, repositoryId }) => ({ repositoryName: name, repositoryId })),
    ...(nextToken ? { nextToken } : {}),
  };
}

function batchGetRepositories(
  input: BatchGetRepositoriesCommandInput,
  context: CallContext,
): Output<BatchGetRepositoriesCommandOutput> {
  const names = input.repositoryNames ?? [];
  if (names.length === 0) throw new AwsError('RepositoryNamesRequiredException', 'Repository names are required.');
  if (names.length > MAXIMUM_BATCH) {
    throw new AwsError('MaximumRepositoryNamesExceededException', `At most ${MAXIMUM_BATCH} repository names.`);
  }
  const all = context.world.state(codecommitState, context.region);
  const found = names.flatMap((name) => all.get(name) ?? []);
  return {
    repositories: found.map((repository) => describe(context, repository)),
    repositoriesNotFound: names.filter((name) => !all.has(name)),
  };
}

function updateRepositoryDescription(input: UpdateRepositoryDescriptionCommandInput, context: CallContext): object {
  const repository = findCodeCommitRepository(context.world, context.region, input.repositoryName);
  repository.description = input.repositoryDescription;
  repository.lastModified = context.world.clock.now();
  return {};
}

function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  context: CallContext,
): Output<ListTagsForResourceCommandOutput> {
  return { tags: { ...byArn(context, input.resourceArn).tags } };
}

function tagResource(input: TagResourceCommandInput, context: CallContext): object {
  Object.assign(byArn(context, input.resourceArn).tags, requestedTags(input.tags, tagErrors));
  return {};
}

function untagResource(input: UntagResourceCommandInput, context: CallContext): object {
  const { tags } = byArn(context, input.resourceArn);
  for (const key of input.tagKeys ?? []) delete tags[key];
  return {};
}

function byArn(context: CallContext, arn: string | undefined): CodeCommitRepository {
  const match = /^arn:aws:codecommit:([^:]+):(\d{12}):([^:]+)$/.exec(arn ?? '');
  if (!match || match[1] !== context.region || match[2] !== context.world.accountId) {
    throw new AwsError('InvalidResourceArnException', 'The value for the resource ARN is not valid.');
  }
  return findCodeCommitRepository(context.world, context.region, match[3]);
}

const describe = (context: CallContext, repository: CodeCommitRepository): RepositoryMetadata => ({
  accountId: context.world.accountId,
  repositoryId: repository.repositoryId,
  repositoryName: repository.name,
  Arn: repository.arn,
  creationDate: repository.createdAt,
  lastModifiedDate: repository.lastModified,
  cloneUrlHttp: cloneUrlHttp(context.world, context.region, repository.name),
  cloneUrlSsh: `ssh://git-codecommit.${context.region}.amazonaws.com/v1/repos/${repository.name}`,
  ...(repository.description === undefined ? {} : { repositoryDescription: repository.description }),
  ...(repository.defaultBranch === undefined ? {} : { defaultBranch: repository.defaultBranch }),
});

/** CodeCommit's operations on repositories. */
export const repositoryOperations = {
  CreateRepository: createRepository,
  GetRepository: getRepository,
  DeleteRepository: deleteRepository,
  ListRepositories: listRepositories,
  BatchGetRepositories: batchGetRepositories,
  UpdateRepositoryDescription: updateRepositoryDescription,
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
} satisfies Record<string, Operation>;
