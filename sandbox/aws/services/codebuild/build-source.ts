import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { AwsWorld } from '../../world.ts';
import { hasCommit, isolatedGitEnvironment, listReferences } from '../codecommit/bare-repository.ts';
import { type CodeCommitRepository, cloneUrlHttp, codecommitState } from '../codecommit/codecommit-state.ts';
import { allBuckets, currentObject } from '../s3/s3-state.ts';
import type { BuildSource, PipelineArtifact } from './codebuild-state.ts';
import { readZip } from './zip-archive.ts';

const run = promisify(execFile);

/** The source cannot be had; ends the phase DOWNLOAD_SOURCE with the status code CLIENT_ERROR. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/**
 * Puts a build's source into an empty folder.
 * @returns the commit that was checked out; undefined when the source is no commit
 * @throws SourceError
 */
export async function downloadSource(
  world: AwsWorld,
  region: string,
  source: BuildSource,
  folder: string,
): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  switch (source.type) {
    case 'NO_SOURCE':
      return undefined;
    case 'CODECOMMIT': {
      const repository = repositoryAt(world, region, source.location);
      const commitId = await resolveVersion(repository, source.version);
      await cloneCommit(world, repository, commitId, folder);
      return commitId;
    }
    case 'CODEPIPELINE':
      return downloadArtifact(world, region, source.primary, folder);
    default:
      return source satisfies never;
  }
}

/**
 * Puts one artifact of a pipeline into a folder: its ZIP file unpacked, or a full clone for CODEBUILD_CLONE_REF.
 * A ZIP artifact has no `.git` folder and no executable bits
 * (docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html).
 * @throws SourceError
 */
export async function downloadArtifact(
  world: AwsWorld,
  region: string,
  artifact: PipelineArtifact,
  folder: string,
): Promise<string | undefined> {
  const bucket = allBuckets(world).get(artifact.bucket);
  const object = bucket && currentObject(bucket, artifact.key);
  if (!object) {
    throw new SourceError(
      `NoSuchKey: The specified key does not exist. arn:aws:s3:::${artifact.bucket}/${artifact.key}`,
    );
  }
  if (artifact.cloneRepository !== undefined && artifact.commitId !== undefined) {
    const repository = world.state(codecommitState, region).get(artifact.cloneRepository);
    if (!repository) throw new SourceError(`repository not found for primary source ${artifact.cloneRepository}`);
    await cloneCommit(world, repository, artifact.commitId, folder);
    return artifact.commitId;
  }
  for (const entry of readZip(object.body)) {
    const path = join(folder, entry.path);
    await mkdir(dirname(path), { recursive: true });
    if (entry.symbolicLink) await symlink(Buffer.from(entry.content).toString(), path);
    else await writeFile(path, entry.content);
  }
  return artifact.commitId;
}

/** The repository a source location means: its HTTPS clone URL, exactly. */
function repositoryAt(world: AwsWorld, region: string, location: string): CodeCommitRepository {
  const repositories = [...world.state(codecommitState, region).values()];
  const official = (name: string): string => `https://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`;
  const repository = repositories.find(
    ({ name }) => location === cloneUrlHttp(world, region, name) || location === official(name),
  );
  if (repository) return repository;
  throw new SourceError(`repository not found for primary source ${location}`);
}

/** A commit id, branch or tag; nothing means the default branch (API_StartBuild.html, sourceVersion). */
async function resolveVersion(repository: CodeCommitRepository, version: string | undefined): Promise<string> {
  const wanted = version ?? repository.defaultBranch ?? '';
  const references = await listReferences(repository.folder);
  const found = [`refs/heads/${wanted}`, `refs/tags/${wanted}`, wanted].flatMap(
    (name) => references.get(name) ?? [],
  )[0];
  const commitId = found ?? wanted;
  if (await hasCommit(repository.folder, commitId)) return commitId;
  throw new SourceError(`reference not found for primary source and source version ${wanted}`);
}

async function cloneCommit(
  world: AwsWorld,
  repository: CodeCommitRepository,
  commitId: string,
  folder: string,
): Promise<void> {
  const env = isolatedGitEnvironment();
  await run('git', ['clone', '--quiet', '--no-local', '--no-checkout', repository.folder, folder], { env });
  const url = cloneUrlHttp(world, repository.region, repository.name);
  await run('git', ['-C', folder, 'remote', 'set-url', 'origin', url], { env });
  await run('git', ['-C', folder, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--detach', commitId], {
    env,
  });
}
