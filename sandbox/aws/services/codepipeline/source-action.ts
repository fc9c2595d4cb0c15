import { randomBytes } from 'node:crypto';
import type { AwsWorld } from '../../world.ts';
import type { PipelineArtifact } from '../codebuild/codebuild-state.ts';
import { branchHead, gitBytes, hasCommit, readCommit } from '../codecommit/bare-repository.ts';
import { type CodeCommitRepository, codecommitState } from '../codecommit/codecommit-state.ts';
import { allBuckets, storeObject } from '../s3/s3-state.ts';
import { ActionFailure } from './action-variables.ts';
import type { ActionRun, PipelineRun, StoredPipeline } from './codepipeline-state.ts';

/** Virtual seconds of a CodeCommit source action. */
const SOURCE_SECONDS = 5;

/**
 * Runs a CodeCommit source action: takes the requested commit or the branch's head, and puts the artifact into the
 * pipeline's bucket: a ZIP file of the tree, or for CODEBUILD_CLONE_REF a reference to the repository
 * (docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html).
 * @throws ActionFailure
 */
export async function runSourceAction(
  world: AwsWorld,
  pipeline: StoredPipeline,
  run: PipelineRun,
  action: ActionRun,
): Promise<void> {
  await world.clock.sleep(SOURCE_SECONDS, AbortSignal.any([run.abandon.signal, world.closing]));
  const { RepositoryName = '', BranchName = '' } = action.resolvedConfiguration;
  const repository = world.state(codecommitState, pipeline.region).get(RepositoryName);
  if (!repository) {
    throw new ActionFailure(
      'ConfigurationError',
      `The action failed because the AWS CodeCommit repository named ${RepositoryName} does not exist. Make sure you ` +
        'are using the correct repository name, and then try again.',
    );
  }
  const commitId = await chooseCommit(repository, BranchName, run.requestedRevisions.get(action.action.name));
  const commit = await readCommit(repository.folder, commitId);
  action.externalExecutionId = commitId;
  action.summary = commit.message.trim();
  action.variables = {
    BranchName,
    CommitId: commitId,
    CommitMessage: commit.message.trim(),
    RepositoryName,
    AuthorDate: isoDate(commit.author.date),
    CommitterDate: isoDate(commit.committer.date),
  };
  run.sourceRevisions.push({
    actionName: action.action.name,
    revisionId: commitId,
    revisionSummary: commit.message.trim(),
    revisionUrl: `https://console.aws.amazon.com/codecommit/home?region=${pipeline.region}#/repository/${RepositoryName}/commit/${commitId}`,
  });
  for (const { name } of action.action.outputArtifacts) {
    action.outputs.push(await storeArtifact(world, pipeline, { name, repository, commitId, action }));
  }
}

async function chooseCommit(
  repository: CodeCommitRepository,
  branch: string,
  requested: string | undefined,
): Promise<string> {
  if (requested !== undefined) {
    if (await hasCommit(repository.folder, requested)) return requested;
    throw new ActionFailure(
      'ConfigurationError',
      `The action failed because no commit ${requested} was found in the selected AWS CodeCommit repository ` +
        `${repository.name}.`,
    );
  }
  const head = await branchHead(repository.folder, branch);
  if (head !== undefined) return head;
  throw new ActionFailure(
    'ConfigurationError',
    `The action failed because no branch named ${branch} was found in the selected AWS CodeCommit repository ` +
      `${repository.name}. Make sure you are using the correct branch name, and then try again. Error: null`,
  );
}

async function storeArtifact(
  world: AwsWorld,
  pipeline: StoredPipeline,
  source: { name: string; repository: CodeCommitRepository; commitId: string; action: ActionRun },
): Promise<PipelineArtifact> {
  const { name, repository, commitId } = source;
  const clone = source.action.resolvedConfiguration['OutputArtifactFormat'] === 'CODEBUILD_CLONE_REF';
  const location = artifactLocation(pipeline, name);
  const body = clone
    ? Buffer.from(JSON.stringify({ RepositoryName: repository.name, CommitId: commitId }))
    : await gitBytes(repository.folder, ['archive', '--format=zip', commitId]);
  const bucket = allBuckets(world).get(location.bucket);
  if (!bucket) {
    throw new ActionFailure('ConfigurationError', `The artifact bucket ${location.bucket} does not exist.`);
  }
  storeObject(world, bucket, { key: location.key, body });
  return { name, ...location, commitId, cloneRepository: clone ? repository.name : undefined };
}

/**
 * A new object in the pipeline's bucket. Folder names are cut to 20 and 10 characters
 * (codepipeline userguide, troubleshooting.html: "A pipeline artifact folder name appears to be truncated").
 */
export function artifactLocation(pipeline: StoredPipeline, name: string): { bucket: string; key: string } {
  const file = randomBytes(6).toString('base64url').slice(0, 7);
  return {
    bucket: pipeline.declaration.artifactStore.location,
    key: `${pipeline.declaration.name.slice(0, 20)}/${name.slice(0, 10)}/${file}`,
  };
}

const isoDate = (gitDate: string): string => new Date(Number(gitDate.split(' ')[0]) * 1000).toISOString();
