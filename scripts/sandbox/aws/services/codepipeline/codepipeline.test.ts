import type { ActionExecutionDetail, PipelineExecutionSummary, StageState } from '@aws-sdk/client-codepipeline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServiceRole, logMessages } from '../codebuild/build-fixture.ts';
import { codebuildResourceTypes } from '../codebuild/codebuild-resource-types.ts';
import { codecommitService } from '../codecommit/codecommit-service.ts';
import { commitFiles } from '../codecommit/commit-fixture.ts';
import { iamResourceTypes } from '../iam/iam-resource-types.ts';
import { s3ResourceTypes } from '../s3/s3-resource-types.ts';
import { s3Service } from '../s3/s3-service.ts';
import { openServiceFixture, resourceType, type ServiceFixture } from '../service-fixture.ts';
import { codepipelineResourceTypes } from './codepipeline-resource-types.ts';
import { codepipelineService } from './codepipeline-service.ts';

const pipelineType = resourceType(codepipelineResourceTypes, 'AWS::CodePipeline::Pipeline');
const projectType = resourceType(codebuildResourceTypes, 'AWS::CodeBuild::Project');
const bucketType = resourceType(s3ResourceTypes, 'AWS::S3::Bucket');
const BUCKET = 'codepipeline-us-west-2-sar';
const ROLE = 'arn:aws:iam::123456789012:role/build';

let fixture: ReturnType<typeof openServiceFixture>;
beforeEach(async () => {
  fixture = openServiceFixture();
  await createServiceRole(fixture, 'build', 'codebuild.amazonaws.com', 'codepipeline.amazonaws.com');
  await fixture.call(codecommitService, 'CreateRepository', { repositoryName: 'sar-cluster' });
  await fixture.create(bucketType, { BucketName: BUCKET });
  await fixture.create(projectType, {
    Name: 'sar-build',
    ServiceRole: ROLE,
    Source: { Type: 'CODEPIPELINE' },
    Artifacts: { Type: 'CODEPIPELINE' },
    Environment: { Type: 'LINUX_CONTAINER', ComputeType: 'BUILD_GENERAL1_SMALL', Image: 'image' },
  });
});
afterEach(async () => {
  fixture.close();
  await fixture.world.settle();
});

const call = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  fixture.call(codepipelineService, operation, { name: 'sar-pipeline', pipelineName: 'sar-pipeline', ...input });

const buildspec = (command: string): Record<string, string> => ({
  'buildspec.yml': `version: 0.2\nphases: { build: { commands: ['${command}'] } }\n`,
  'run.sh': 'echo run',
});
const push = (command: string): Promise<string> => commitFiles(fixture, 'sar-cluster', buildspec(command));

const source = (configuration: Record<string, unknown> = {}) => ({
  Name: 'Source',
  ActionTypeId: { Category: 'Source', Owner: 'AWS', Provider: 'CodeCommit', Version: '1' },
  Configuration: {
    RepositoryName: 'sar-cluster',
    BranchName: 'main',
    PollForSourceChanges: false,
    ...configuration,
  },
  OutputArtifacts: [{ Name: 'SourceArtifact' }],
  Namespace: 'SourceVariables',
});
const build = (changes: Record<string, unknown> = {}) => ({
  Name: 'Build',
  ActionTypeId: { Category: 'Build', Owner: 'AWS', Provider: 'CodeBuild', Version: '1' },
  Configuration: { ProjectName: 'sar-build' },
  InputArtifacts: [{ Name: 'SourceArtifact' }],
  ...changes,
});
const properties = (changes: Record<string, unknown> = {}) => ({
  Name: 'sar-pipeline',
  RoleArn: ROLE,
  ArtifactStore: { Type: 'S3', Location: BUCKET },
  Stages: [
    { Name: 'Source', Actions: [source()] },
    { Name: 'Build', Actions: [build()] },
  ],
  ...changes,
});
const createPipeline = (changes: Record<string, unknown> = {}) => fixture.create(pipelineType, properties(changes));

async function executions(): Promise<PipelineExecutionSummary[]> {
  await fixture.world.settle();
  return (await call('ListPipelineExecutions'))['pipelineExecutionSummaries'] as PipelineExecutionSummary[];
}
async function actions(): Promise<ActionExecutionDetail[]> {
  return (await call('ListActionExecutions'))['actionExecutionDetails'] as ActionExecutionDetail[];
}

describe('a new pipeline', () => {
  it('runs at once and builds the head of its branch', async () => {
    const commitId = await push('echo "built $CODEBUILD_RESOLVED_SOURCE_VERSION"');
    await createPipeline();
    expect(await executions()).toMatchObject([
      {
        status: 'Succeeded',
        trigger: { triggerType: 'CreatePipeline' },
        sourceRevisions: [{ actionName: 'Source', revisionId: commitId, revisionSummary: 'message' }],
      },
    ]);
    expect(logMessages(fixture)).toContain(`built ${commitId}`);
  });

  it('fails clearly while the branch does not exist, and can be retried after the push', async () => {
    await createPipeline();
    const [failed] = await executions();
    expect(failed?.status).toBe('Failed');
    expect((await actions())[0]?.output?.executionResult?.errorDetails).toEqual({
      code: 'ConfigurationError',
      message:
        'The action failed because no branch named main was found in the selected AWS CodeCommit repository ' +
        'sar-cluster. Make sure you are using the correct branch name, and then try again. Error: null',
    });
    await push('true');
    const { pipelineExecutionId } = failed ?? {};
    await call('RetryStageExecution', { stageName: 'Source', pipelineExecutionId, retryMode: 'FAILED_ACTIONS' });
    expect(await executions()).toMatchObject([{ status: 'Succeeded', pipelineExecutionId }]);
  });

  it('leaves its artifact in the bucket, which cannot be deleted then', async () => {
    await push('true');
    await createPipeline();
    await fixture.world.settle();
    expect(await fixture.call(s3Service, 'ListObjectsV2', { Bucket: BUCKET })).toMatchObject({
      Contents: [{ Key: expect.stringMatching(/^sar-pipeline\/SourceArti\/.{7}$/) }],
    });
    await expect(fixture.remove(bucketType, BUCKET)).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  });
});

it('a role without permissions fails the action with the missing one', async () => {
  await fixture.create(resourceType(iamResourceTypes, 'AWS::IAM::Role'), {
    RoleName: 'weak',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'codepipeline.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  });
  await push('true');
  await createPipeline({ RoleArn: 'arn:aws:iam::123456789012:role/weak' });
  expect(await executions()).toMatchObject([{ status: 'Failed' }]);
  expect((await actions())[0]?.output?.executionResult?.errorDetails).toEqual({
    code: 'PermissionError',
    message: expect.stringMatching(/assumed-role\/weak\/.* is not authorized to perform: codecommit:GetBranch/),
  });
});

describe('a build in a pipeline', () => {
  it('gets the tree without Git and without executable bits, and with a clone reference both', async () => {
    await push('test ! -d .git && test ! -x run.sh && echo plain');
    await createPipeline();
    expect(await executions()).toMatchObject([{ status: 'Succeeded' }]);
    await push('git log -1 --format=%s && test -x run.sh && echo clone');
    await fixture.update(pipelineType, 'sar-pipeline', {
      ...properties({
        Stages: [
          { Name: 'Source', Actions: [source({ OutputArtifactFormat: 'CODEBUILD_CLONE_REF' })] },
          { Name: 'Build', Actions: [build()] },
        ],
      }),
      RestartExecutionOnUpdate: true,
    });
    expect(await executions()).toMatchObject([{ status: 'Succeeded' }, { status: 'Succeeded' }]);
    expect(logMessages(fixture)).toEqual(expect.arrayContaining(['plain', 'clone']));
  });

  it('that fails, fails the execution with phase, code and command', async () => {
    await push('exit 7');
    await createPipeline();
    expect(await executions()).toMatchObject([{ status: 'Failed' }]);
    const { stageStates } = await call('GetPipelineState');
    expect(stageStates).toMatchObject([
      { stageName: 'Source', latestExecution: { status: 'Succeeded' } },
      {
        stageName: 'Build',
        latestExecution: { status: 'Failed' },
        actionStates: [
          {
            latestExecution: {
              status: 'Failed',
              errorDetails: {
                code: 'JobFailed',
                message:
                  'Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: Error ' +
                  'while executing command: exit 7. Reason: exit status 7',
              },
            },
          },
        ],
      },
    ]);
  });

  it('passes its artifacts and variables on to the next action', async () => {
    await commitFiles(fixture, 'sar-cluster', {
      'buildspec.yml':
        "version: 0.2\nphases: { build: { commands: ['mkdir out && echo made > out/file'] } }\nartifacts: { files: ['out/**/*'] }",
      'second.yml':
        'version: 0.2\nphases: { build: { commands: [\'echo "$(cat "$CODEBUILD_SRC_DIR_Made/out/file") by $REPOSITORY"\'] } }',
    });
    const second = build({
      Name: 'Second',
      RunOrder: 2,
      Configuration: {
        ProjectName: 'sar-build',
        PrimarySource: 'SourceArtifact',
        BuildspecOverride: 'second.yml',
        EnvironmentVariables: '[{"name":"REPOSITORY","value":"#{SourceVariables.RepositoryName}"}]',
      },
      InputArtifacts: [{ Name: 'SourceArtifact' }, { Name: 'Made' }],
    });
    await createPipeline({
      Stages: [
        { Name: 'Source', Actions: [source()] },
        { Name: 'Build', Actions: [build({ OutputArtifacts: [{ Name: 'Made' }] }), second] },
      ],
    });
    expect(await executions()).toMatchObject([{ status: 'Succeeded' }]);
    expect(logMessages(fixture)).toContain('made by sar-cluster');
  });
});

describe('StartPipelineExecution', () => {
  const revision = (revisionValue: string) => ({
    sourceRevisions: [{ actionName: 'Source', revisionType: 'COMMIT_ID', revisionValue }],
  });

  it('builds exactly the requested commit, not the head', async () => {
    const wanted = await push('echo wanted');
    await push('echo head');
    await createPipeline();
    await fixture.world.settle();
    await call('StartPipelineExecution', revision(wanted));
    const [latest] = await executions();
    expect(latest).toMatchObject({ status: 'Succeeded', sourceRevisions: [{ revisionId: wanted }] });
    const lines = logMessages(fixture);
    expect(lines.indexOf('wanted')).toBeGreaterThan(lines.indexOf('head'));
  });

  it('with the same token starts one execution', async () => {
    await push('true');
    await createPipeline();
    const first = await call('StartPipelineExecution', { clientRequestToken: 'token' });
    expect(await call('StartPipelineExecution', { clientRequestToken: 'token' })).toEqual(first);
  });

  it('refuses an unknown pipeline, action or revision', async () => {
    await createPipeline();
    await expect(call('StartPipelineExecution', { name: 'sar' })).rejects.toMatchObject({
      code: 'PipelineNotFoundException',
    });
    await expect(
      call('StartPipelineExecution', {
        sourceRevisions: [{ actionName: 'Sourc', revisionType: 'COMMIT_ID', revisionValue: '0'.repeat(40) }],
      }),
    ).rejects.toMatchObject({ code: 'ValidationException' });
    await call('StartPipelineExecution', revision('0'.repeat(40)));
    await executions();
    expect((await actions())[0]?.output?.executionResult?.errorDetails?.message).toMatch(/no commit 0{40} was found/);
  });
});

describe('stages', () => {
  const disable = (stageName = 'Build') =>
    call('DisableStageTransition', { stageName, transitionType: 'Inbound', reason: 'teardown' });

  it('hold executions while the transition is disabled; a newer one supersedes the one that waits', async () => {
    await push('true');
    await createPipeline();
    await fixture.world.settle();
    await disable();
    const older = await call('StartPipelineExecution');
    await fixture.world.settle();
    const newer = await call('StartPipelineExecution');
    expect(await executions()).toMatchObject([
      { ...newer, status: 'InProgress' },
      { ...older, status: 'Superseded' },
      { status: 'Succeeded' },
    ]);
    const states = (await call('GetPipelineState'))['stageStates'] as StageState[];
    expect(states[1]).toMatchObject({
      inboundTransitionState: { enabled: false, disabledReason: 'teardown' },
      inboundExecution: newer,
    });
    await call('EnableStageTransition', { stageName: 'Build', transitionType: 'Inbound' });
    expect((await executions())[0]).toMatchObject({ ...newer, status: 'Succeeded' });
  });

  it('let queued executions through one after the other', async () => {
    await push('true');
    await createPipeline({ PipelineType: 'V2', ExecutionMode: 'QUEUED' });
    await fixture.world.settle();
    await disable();
    await call('StartPipelineExecution');
    await call('StartPipelineExecution');
    expect((await executions()).map(({ status }) => status)).toEqual(['InProgress', 'InProgress', 'Succeeded']);
    await call('EnableStageTransition', { stageName: 'Build', transitionType: 'Inbound' });
    expect((await executions()).map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  });

  it('are not retried unless they failed last', async () => {
    await push('true');
    await createPipeline();
    const [done] = await executions();
    await expect(
      call('RetryStageExecution', {
        stageName: 'Build',
        pipelineExecutionId: done?.pipelineExecutionId,
        retryMode: 'FAILED_ACTIONS',
      }),
    ).rejects.toMatchObject({ code: 'StageNotRetryableException' });
  });

  it('a waiting execution is stopped at once', async () => {
    await push('true');
    await createPipeline({ DisableInboundStageTransitions: [{ StageName: 'Build', Reason: 'frozen' }] });
    const [waiting] = await executions();
    const input = { pipelineExecutionId: waiting?.pipelineExecutionId, reason: 'teardown' };
    await call('StopPipelineExecution', input);
    expect(await executions()).toMatchObject([{ status: 'Stopped', stopTrigger: { reason: 'teardown' } }]);
    await expect(call('StopPipelineExecution', input)).rejects.toMatchObject({
      code: 'PipelineExecutionNotStoppableException',
    });
  });

  it('a running execution is abandoned', async () => {
    await push('sleep 600');
    await createPipeline();
    while ((await actions())[0]?.actionName !== 'Build') await new Promise((resolve) => setTimeout(resolve, 5));
    const { pipelineExecutionSummaries } = await call('ListPipelineExecutions');
    const [running] = pipelineExecutionSummaries as PipelineExecutionSummary[];
    await call('StopPipelineExecution', { pipelineExecutionId: running?.pipelineExecutionId, abandon: true });
    while ((await actions())[0]?.status === 'InProgress') await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await actions())[0]?.status).toBe('Abandoned');
  });
});

it('a polled source starts the pipeline on every push to its branch', async () => {
  const polled = source({ PollForSourceChanges: 'true' });
  await push('true');
  await createPipeline({
    Stages: [
      { Name: 'Source', Actions: [polled] },
      { Name: 'Build', Actions: [build()] },
    ],
  });
  await fixture.world.settle();
  const commitId = await push('echo again');
  await commitFiles(fixture, 'sar-cluster', buildspec('true'), 'upstream');
  expect(await executions()).toMatchObject([
    { trigger: { triggerType: 'PollForSourceChanges' }, sourceRevisions: [{ revisionId: commitId }] },
    { trigger: { triggerType: 'CreatePipeline' } },
  ]);
});

describe('AWS::CodePipeline::Pipeline', () => {
  it('has versions, tags and an ARN', async () => {
    const state = await createPipeline();
    expect(state).toEqual({
      physicalId: 'sar-pipeline',
      attributes: { Arn: 'arn:aws:codepipeline:us-west-2:123456789012:sar-pipeline', Version: '1' },
    });
    await fixture.update(pipelineType, 'sar-pipeline', properties());
    expect(await call('GetPipeline')).toMatchObject({
      pipeline: { version: 2, stages: [{ actions: [{ configuration: { PollForSourceChanges: 'false' } }] }, {}] },
    });
    expect(await call('ListTagsForResource', { resourceArn: state.attributes['Arn'] })).toEqual({
      tags: [{ key: 'osl-billing', value: 'sar' }],
    });
    expect(await executions()).toHaveLength(1);
    await fixture.remove(pipelineType, 'sar-pipeline');
    await expect(call('GetPipeline')).rejects.toMatchObject({ code: 'PipelineNotFoundException' });
  });

  const stages = (...actions: object[]) => ({
    Stages: [
      { Name: 'Source', Actions: [source()] },
      { Name: 'Build', Actions: actions },
    ],
  });
  it.each([
    ['one stage', { Stages: [{ Name: 'Source', Actions: [source()] }] }, 'InvalidStructureException'],
    ['a source later', stages(source()), 'InvalidStructureException'],
    ['no input artifact', stages(build({ InputArtifacts: [] })), 'InvalidActionDeclarationException'],
    ['an input nobody makes', stages(build({ InputArtifacts: [{ Name: 'X' }] })), 'InvalidActionDeclarationException'],
    ['an unknown setting', stages(build({ Configuration: { Project: 'x' } })), 'InvalidActionDeclarationException'],
    ['two actions of one name', stages(build(), build()), 'InvalidStageDeclarationException'],
    ['a role that cannot be assumed', { RoleArn: 'arn:aws:iam::123456789012:role/x' }, 'InvalidStructureException'],
    ['a missing bucket', { ArtifactStore: { Type: 'S3', Location: 'none' } }, 'InvalidStructureException'],
    ['a queue in a V1 pipeline', { ExecutionMode: 'QUEUED' }, 'InvalidStructureException'],
    [
      'an approval, which the sandbox has not',
      stages(build({ ActionTypeId: { Category: 'Approval', Owner: 'AWS', Provider: 'Manual', Version: '1' } })),
      'ValidationException',
    ],
  ])('refuses %s', async (_what, changes, code) => {
    await expect(createPipeline(changes)).rejects.toMatchObject({ code });
    expect(await call('ListPipelines')).toEqual({ pipelines: [] });
  });
});
