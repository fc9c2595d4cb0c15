import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BatchGetBuildsCommand, BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import {
  CodeCommitClient,
  CreateRepositoryCommand,
  GetCommitCommand,
  GetDifferencesCommand,
  GetFileCommand,
  GetRepositoryCommand,
} from '@aws-sdk/client-codecommit';
import {
  CodePipelineClient,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import {
  CreateRepositoryCommand as CreateEcrRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeCommitCredentials } from '../../actions/lib/adapters/git/codecommit-credentials.ts';
import { createServiceRole, logMessages } from '../aws/services/codebuild/build-fixture.ts';
import { codebuildResourceTypes } from '../aws/services/codebuild/codebuild-resource-types.ts';
import { codebuildService } from '../aws/services/codebuild/codebuild-service.ts';
import { codecommitService } from '../aws/services/codecommit/codecommit-service.ts';
import { codepipelineResourceTypes } from '../aws/services/codepipeline/codepipeline-resource-types.ts';
import { codepipelineService } from '../aws/services/codepipeline/codepipeline-service.ts';
import { ecrService } from '../aws/services/ecr/ecr-service.ts';
import { eventsResourceTypes } from '../aws/services/events/events-resource-types.ts';
import { s3ResourceTypes } from '../aws/services/s3/s3-resource-types.ts';
import { fixtureOf, resourceType, type ServiceFixture } from '../aws/services/service-fixture.ts';
import { stsService } from '../aws/services/sts/sts-service.ts';
import { type AwsSandbox, startAws } from '../aws/start-aws.ts';
import { createVirtualClock } from '../clock.ts';

const IMAGE = 'sar-container/sar';
const BUILDSPEC = `
version: 0.2
env:
  shell: bash
phases:
  pre_build:
    commands:
      - REGISTRY="$(aws sts get-caller-identity --query Account --output text).dkr.ecr.$AWS_REGION.amazonaws.com"
      - aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
  build:
    on-failure: ABORT
    commands:
      - docker build --tag "$REGISTRY/${IMAGE}:\${CODEBUILD_RESOLVED_SOURCE_VERSION:0:7}" image
      - docker push "$REGISTRY/${IMAGE}:\${CODEBUILD_RESOLVED_SOURCE_VERSION:0:7}"
`;

let sandbox: AwsSandbox;
let folder: string;
let fixture: ServiceFixture;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-to-image-'));
  sandbox = await startAws({
    accountId: '123456789012',
    clock: createVirtualClock(100_000),
    folder: join(folder, 'world'),
    services: [codecommitService, codebuildService, codepipelineService, ecrService, stsService],
  });
  fixture = fixtureOf(sandbox.world);
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const client = () => ({ region: 'us-west-2', endpoint: sandbox.url, credentials: sandbox.administrator });

/** The rule of action-reference-CodeCommit.html: a push starts the pipeline with exactly the pushed commit. */
async function createRule(): Promise<void> {
  await createServiceRole(fixture, 'rule', 'events.amazonaws.com');
  await fixture.create(resourceType(eventsResourceTypes, 'AWS::Events::Rule'), {
    Name: 'images',
    EventPattern: {
      source: ['aws.codecommit'],
      'detail-type': ['CodeCommit Repository State Change'],
      resources: ['arn:aws:codecommit:us-west-2:123456789012:sar-container'],
      detail: { event: ['referenceCreated', 'referenceUpdated'], referenceType: ['branch'], referenceName: ['main'] },
    },
    Targets: [
      {
        Id: 'pipeline',
        Arn: 'arn:aws:codepipeline:us-west-2:123456789012:images',
        RoleArn: 'arn:aws:iam::123456789012:role/rule',
        InputTransformer: {
          InputPathsMap: { commit: '$.detail.commitId' },
          InputTemplate:
            '{"sourceRevisions":[{"actionName":"Source","revisionType":"COMMIT_ID","revisionValue":"<commit>"}]}',
        },
      },
    ],
  });
}

async function createPipeline(): Promise<void> {
  await createServiceRole(fixture, 'build', 'codebuild.amazonaws.com', 'codepipeline.amazonaws.com');
  const RoleArn = 'arn:aws:iam::123456789012:role/build';
  await fixture.create(resourceType(s3ResourceTypes, 'AWS::S3::Bucket'), { BucketName: 'artifacts' });
  await fixture.create(resourceType(codebuildResourceTypes, 'AWS::CodeBuild::Project'), {
    Name: 'images',
    ServiceRole: RoleArn,
    Source: { Type: 'CODEPIPELINE' },
    Artifacts: { Type: 'CODEPIPELINE' },
    Environment: { Type: 'LINUX_CONTAINER', ComputeType: 'BUILD_GENERAL1_SMALL', Image: 'image' },
  });
  const type = (Category: string, Provider: string) => ({ Category, Owner: 'AWS', Provider, Version: '1' });
  const source = {
    Name: 'Source',
    ActionTypeId: type('Source', 'CodeCommit'),
    Configuration: { RepositoryName: 'sar-container', BranchName: 'main', PollForSourceChanges: false },
    OutputArtifacts: [{ Name: 'SourceArtifact' }],
  };
  const build = {
    Name: 'Build',
    ActionTypeId: type('Build', 'CodeBuild'),
    Configuration: { ProjectName: 'images' },
    InputArtifacts: [{ Name: 'SourceArtifact' }],
  };
  await fixture.create(resourceType(codepipelineResourceTypes, 'AWS::CodePipeline::Pipeline'), {
    Name: 'images',
    RoleArn,
    ArtifactStore: { Type: 'S3', Location: 'artifacts' },
    Stages: [
      { Name: 'Source', Actions: [source] },
      { Name: 'Build', Actions: [build] },
    ],
  });
}

/** Commits an image folder and pushes it with the product's own signer. */
async function pushImageFolder(): Promise<string> {
  const clone = join(folder, 'clone');
  await mkdir(join(clone, 'image'), { recursive: true });
  await writeFile(join(clone, 'buildspec.yml'), BUILDSPEC);
  await writeFile(join(clone, 'image', 'Dockerfile'), 'FROM quay.io/jupyter/base-notebook:2026-10\nCOPY notes /\n');
  await writeFile(join(clone, 'image', 'notes'), 'notes');
  const codecommit = new CodeCommitClient(client());
  const { repositoryMetadata } = await codecommit.send(new GetRepositoryCommand({ repositoryName: 'sar-container' }));
  const url = new URL(repositoryMetadata?.cloneUrlHttp ?? '');
  const { username, password } = codeCommitCredentials(url.href, 'us-west-2', sandbox.administrator, new Date());
  Object.assign(url, { username, password });
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
  const run = async (...args: string[]): Promise<string> => {
    const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'credential.helper='];
    return (await promisify(execFile)('git', ['-C', clone, ...identity, ...args], { env })).stdout.trim();
  };
  await run('init', '--quiet', '--initial-branch=main');
  await run('add', '.');
  await run('commit', '--quiet', '-m', 'image');
  await run('push', '--quiet', url.href, 'main');
  return run('rev-parse', 'HEAD');
}

it('a push becomes an image in ECR, tagged with its commit', async () => {
  await new CodeCommitClient(client()).send(new CreateRepositoryCommand({ repositoryName: 'sar-container' }));
  await new ECRClient(client()).send(new CreateEcrRepositoryCommand({ repositoryName: IMAGE }));
  await createPipeline();
  await createRule();
  await sandbox.world.settle();
  const commitId = await pushImageFolder();
  await sandbox.world.settle();
  const codepipeline = new CodePipelineClient(client());
  const { pipelineExecutionSummaries } = await codepipeline.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'images' }),
  );
  expect(logMessages(fixture)).toContain('Login Succeeded');
  expect(pipelineExecutionSummaries).toMatchObject([
    {
      status: 'Succeeded',
      trigger: { triggerType: 'CloudWatchEvent' },
      sourceRevisions: [{ revisionId: commitId }],
    },
    { status: 'Failed', trigger: { triggerType: 'CreatePipeline' } },
  ]);
  const { imageDetails } = await new ECRClient(client()).send(new DescribeImagesCommand({ repositoryName: IMAGE }));
  expect(imageDetails).toMatchObject([{ imageTags: [commitId.slice(0, 7)] }]);
  const { actionExecutionDetails = [] } = await codepipeline.send(
    new ListActionExecutionsCommand({ pipelineName: 'images' }),
  );
  const id = actionExecutionDetails[0]?.output?.executionResult?.externalExecutionId ?? '';
  const { builds } = await new CodeBuildClient(client()).send(new BatchGetBuildsCommand({ ids: [id] }));
  expect(builds).toMatchObject([{ buildStatus: 'SUCCEEDED', initiator: 'codepipeline/images' }]);
  const [latest] = pipelineExecutionSummaries ?? [];
  await readEverything(codepipeline, latest?.pipelineExecutionId, commitId);
  expect(sandbox.bugs).toEqual([]);
});

/** The remaining shapes, through the real clients. */
async function readEverything(codepipeline: CodePipelineClient, id: string | undefined, commitId: string) {
  const { stageStates } = await codepipeline.send(new GetPipelineStateCommand({ name: 'images' }));
  expect(stageStates?.map(({ latestExecution }) => latestExecution?.status)).toEqual(['Succeeded', 'Succeeded']);
  const execution = { pipelineName: 'images', pipelineExecutionId: id };
  expect((await codepipeline.send(new GetPipelineExecutionCommand(execution))).pipelineExecution).toMatchObject({
    artifactRevisions: [{ name: 'SourceArtifact', revisionId: commitId }],
  });
  const { pipeline } = await codepipeline.send(new GetPipelineCommand({ name: 'images' }));
  expect(pipeline).toMatchObject({ version: 1, pipelineType: 'V1' });
  const { projects } = await new CodeBuildClient(client()).send(new BatchGetProjectsCommand({ names: ['images'] }));
  expect(projects?.[0]?.created).toBeInstanceOf(Date);
  const codecommit = new CodeCommitClient(client());
  const repositoryName = 'sar-container';
  const { commit } = await codecommit.send(new GetCommitCommand({ repositoryName, commitId }));
  expect(commit).toMatchObject({ message: 'image\n' });
  const file = { repositoryName, commitSpecifier: 'main', filePath: 'image/notes' };
  const { fileContent } = await codecommit.send(new GetFileCommand(file));
  expect(Buffer.from(fileContent ?? []).toString()).toBe('notes');
  const differences = await codecommit.send(
    new GetDifferencesCommand({ repositoryName, afterCommitSpecifier: commitId, MaxResults: 2 }),
  );
  expect(differences).toMatchObject({ differences: [{ changeType: 'A' }, { changeType: 'A' }] });
}
