import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsError } from '../../service.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../../world.ts';
import { initializeBareRepository } from './bare-repository.ts';

export type CodeCommitRepository = {
  repositoryId: string;
  name: string;
  arn: string;
  region: string;
  description: string | undefined;
  createdAt: Date;
  lastModified: Date;
  /** The first branch that was pushed, until UpdateDefaultBranch changes it. */
  defaultBranch: string | undefined;
  tags: Record<string, string>;
  /** The bare Git repository. */
  folder: string;
};

/** Repositories of one region by name. */
export const codecommitState: StateKey<Map<string, CodeCommitRepository>> = {
  id: 'codecommit',
  create: (world, region) => {
    world.state(codecommitEndpoint, GLOBAL).regions.add(region);
    return new Map();
  },
};

/** Where Git reaches the repositories, once the Git endpoint listens, and which regions have any. */
export const codecommitEndpoint: StateKey<{ url: string | undefined; regions: Set<string> }> = {
  id: 'codecommit-endpoint',
  create: () => ({ url: undefined, regions: new Set() }),
};

/** Path of a repository in clone URLs and in the signature of Git credentials. */
export const repositoryPath = (name: string): string => `/v1/repos/${name}`;

/** The HTTPS clone URL; on loopback when the Git endpoint runs. */
export function cloneUrlHttp(world: AwsWorld, region: string, name: string): string {
  const { url } = world.state(codecommitEndpoint, GLOBAL);
  return `${url ?? `https://git-codecommit.${region}.amazonaws.com`}${repositoryPath(name)}`;
}

/**
 * @throws AwsError RepositoryNameRequiredException, RepositoryDoesNotExistException
 */
export function findCodeCommitRepository(
  world: AwsWorld,
  region: string,
  name: string | undefined,
): CodeCommitRepository {
  if (!name) throw new AwsError('RepositoryNameRequiredException', 'A repository name is required.');
  const repository = world.state(codecommitState, region).get(name);
  if (repository) return repository;
  throw new AwsError('RepositoryDoesNotExistException', `${name} does not exist`);
}

/** Up to 100 letters, digits, `_`, `.`, `-`, and not ending in `.git` (codecommit userguide, limits.html). */
function checkName(name: string): void {
  if (/^[\w.-]{1,100}$/.test(name) && !name.endsWith('.git')) return;
  throw new AwsError(
    'InvalidRepositoryNameException',
    'The repository name is not valid. Repository names can be any valid combination of letters, numbers, periods, ' +
      'underscores, and dashes between 1 and 100 characters in length. Names are case sensitive and cannot end in .git',
  );
}

/**
 * Makes an empty repository.
 * @throws AwsError InvalidRepositoryNameException, RepositoryNameExistsException
 */
export async function makeCodeCommitRepository(
  world: AwsWorld,
  region: string,
  options: { name: string; description: string | undefined; tags: Record<string, string> },
): Promise<CodeCommitRepository> {
  checkName(options.name);
  const repositories = world.state(codecommitState, region);
  checkNameIsFree(repositories, options.name);
  const repositoryId = randomUUID();
  const repository: CodeCommitRepository = {
    repositoryId,
    name: options.name,
    arn: `arn:aws:codecommit:${region}:${world.accountId}:${options.name}`,
    region,
    description: options.description,
    createdAt: world.clock.now(),
    lastModified: world.clock.now(),
    defaultBranch: undefined,
    tags: options.tags,
    folder: join(world.folder, 'codecommit', region, options.name),
  };
  repositories.set(options.name, repository);
  try {
    await mkdir(repository.folder, { recursive: true });
    await initializeBareRepository(repository.folder);
  } catch (error) {
    repositories.delete(options.name);
    throw error;
  }
  return repository;
}

function checkNameIsFree(repositories: Map<string, CodeCommitRepository>, name: string): void {
  if (!repositories.has(name)) return;
  throw new AwsError('RepositoryNameExistsException', `Repository named ${name} already exists`);
}

/** Gives a repository another name; its content, id and tags stay (AWS::CodeCommit::Repository, RepositoryName). */
export async function renameCodeCommitRepository(
  world: AwsWorld,
  repository: CodeCommitRepository,
  name: string,
): Promise<void> {
  if (repository.name === name) return;
  checkName(name);
  const repositories = world.state(codecommitState, repository.region);
  checkNameIsFree(repositories, name);
  const folder = join(world.folder, 'codecommit', repository.region, name);
  await rename(repository.folder, folder);
  repositories.delete(repository.name);
  repositories.set(name, repository);
  Object.assign(repository, { name, folder, arn: repository.arn.replace(/[^:]+$/, name) });
}

/** Removes a repository with all its content; AWS asks for no emptiness (API_DeleteRepository.html). */
export async function removeCodeCommitRepository(world: AwsWorld, repository: CodeCommitRepository): Promise<void> {
  world.state(codecommitState, repository.region).delete(repository.name);
  await rm(repository.folder, { recursive: true, force: true });
}
