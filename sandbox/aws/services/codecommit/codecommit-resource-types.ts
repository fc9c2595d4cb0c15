import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import {
  type CodeCommitRepository,
  cloneUrlHttp,
  codecommitState,
  makeCodeCommitRepository,
  removeCodeCommitRepository,
  renameCodeCommitRepository,
} from './codecommit-state.ts';

async function createRepository(request: CreateRequest): Promise<ResourceState> {
  refuseUnsupported(request.properties);
  const { RepositoryName, RepositoryDescription, Tags } = request.properties;
  const repository = await makeCodeCommitRepository(request.world, request.region, {
    name: String(RepositoryName),
    description: RepositoryDescription === undefined ? undefined : String(RepositoryDescription),
    tags: mergeResourceTags(Tags, request.stackTags),
  });
  return stateOf(request.world, repository);
}

async function updateRepository(request: UpdateRequest): Promise<ResourceState> {
  refuseUnsupported(request.properties);
  const repository = byId(request);
  if (!repository) throw new AwsError('RepositoryDoesNotExistException', `${request.physicalId} does not exist`);
  const { RepositoryName, RepositoryDescription, Tags } = request.properties;
  await renameCodeCommitRepository(request.world, repository, String(RepositoryName));
  repository.description = RepositoryDescription === undefined ? undefined : String(RepositoryDescription);
  repository.tags = mergeResourceTags(Tags, request.stackTags);
  return stateOf(request.world, repository);
}

/** CodeCommit deletes a repository whatever it holds. */
async function deleteRepository(request: ExistingRequest): Promise<void> {
  const repository = byId(request);
  if (repository) await removeCodeCommitRepository(request.world, repository);
}

/** The physical id is the repository id, not the name (AWS::CodeCommit::Repository, Ref). */
const byId = (request: ExistingRequest): CodeCommitRepository | undefined =>
  [...request.world.state(codecommitState, request.region).values()].find(
    (repository) => repository.repositoryId === request.physicalId,
  );

const refuseUnsupported = (properties: Record<string, unknown>): void =>
  refuseProperties('AWS::CodeCommit::Repository', properties, ['Code', 'Triggers', 'KmsKeyId']);

const stateOf = (world: AwsWorld, repository: CodeCommitRepository): ResourceState => ({
  physicalId: repository.repositoryId,
  attributes: {
    Arn: repository.arn,
    Name: repository.name,
    RepositoryId: repository.repositoryId,
    CloneUrlHttp: cloneUrlHttp(world, repository.region, repository.name),
    CloneUrlSsh: `ssh://git-codecommit.${repository.region}.amazonaws.com/v1/repos/${repository.name}`,
  },
});

/** The CloudFormation types of AWS CodeCommit that the sandbox has. */
export const codecommitResourceTypes: ResourceType[] = [
  {
    type: 'AWS::CodeCommit::Repository',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createRepository,
    update: updateRepository,
    delete: deleteRepository,
  },
];
