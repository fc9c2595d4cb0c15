import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logMessages } from '../codebuild/build-fixture.ts';
import { commitFiles } from '../codecommit/commit-fixture.ts';
import { iamResourceTypes } from '../iam/iam-resource-types.ts';
import { s3Service } from '../s3/s3-service.ts';
import { resourceType } from '../service-fixture.ts';
import {
  BUCKET,
  bucketType,
  build,
  openPipelineFixture,
  type PipelineFixture,
  pipelineType,
  properties,
  source,
} from './pipeline-fixture.ts';

let fixture: PipelineFixture;
beforeEach(async () => {
  fixture = await openPipelineFixture();
});
afterEach(() => fixture.close());

describe('a new pipeline', () => {
  it('runs at once and builds the head of its branch', async () => {
    const commitId = await fixture.push('echo "built $CODEBUILD_RESOLVED_SOURCE_VERSION"');
    await fixture.createPipeline();
    expect(await fixture.executions()).toMatchObject([
      {
        status: 'Succeeded',
        trigger: { triggerType: 'CreatePipeline' },
        sourceRevisions: [{ actionName: 'Source', revisionId: commitId, revisionSummary: 'message' }],
      },
    ]);
    expect(logMessages(fixture)).toContain(`built ${commitId}`);
  });

  it('fails clearly while the branch does not exist, and can be retried after the push', async () => {
    await fixture.createPipeline();
    const [failed] = await fixture.executions();
    expect(failed?.status).toBe('Failed');
    expect((await fixture.actions())[0]?.output?.executionResult?.errorDetails).toEqual({
      code: 'ConfigurationError',
      message:
        'The action failed because no branch named main was found in the selected AWS CodeCommit repository ' +
        'sar-cluster. Make sure you are using the correct branch name, and then try again. Error: null',
    });
    await fixture.push('true');
    const { pipelineExecutionId } = failed ?? {};
    await fixture.pipeline('RetryStageExecution', {
      stageName: 'Source',
      pipelineExecutionId,
      retryMode: 'FAILED_ACTIONS',
    });
    expect(await fixture.executions()).toMatchObject([{ status: 'Succeeded', pipelineExecutionId }]);
  });

  it('leaves its artifact in the bucket, which cannot be deleted then', async () => {
    await fixture.push('true');
    await fixture.createPipeline();
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
  await fixture.push('true');
  await fixture.createPipeline({ RoleArn: 'arn:aws:iam::123456789012:role/weak' });
  expect(await fixture.executions()).toMatchObject([{ status: 'Failed' }]);
  expect((await fixture.actions())[0]?.output?.executionResult?.errorDetails).toEqual({
    code: 'PermissionError',
    message: expect.stringMatching(/assumed-role\/weak\/.* is not authorized to perform: codecommit:GetBranch/),
  });
});

describe('a build in a pipeline', () => {
  it('gets the tree without Git and without executable bits, and with a clone reference both', async () => {
    await fixture.push('test ! -d .git && test ! -x run.sh && echo plain');
    await fixture.createPipeline();
    expect(await fixture.executions()).toMatchObject([{ status: 'Succeeded' }]);
    await fixture.push('git log -1 --format=%s && test -x run.sh && echo clone');
    await fixture.update(pipelineType, 'sar-pipeline', {
      ...properties({
        Stages: [
          { Name: 'Source', Actions: [source({ OutputArtifactFormat: 'CODEBUILD_CLONE_REF' })] },
          { Name: 'Build', Actions: [build()] },
        ],
      }),
      RestartExecutionOnUpdate: true,
    });
    expect(await fixture.executions()).toMatchObject([{ status: 'Succeeded' }, { status: 'Succeeded' }]);
    expect(logMessages(fixture)).toEqual(expect.arrayContaining(['plain', 'clone']));
  });

  it('that fails, fails the execution with phase, code and command', async () => {
    await fixture.push('exit 7');
    await fixture.createPipeline();
    expect(await fixture.executions()).toMatchObject([{ status: 'Failed' }]);
    const { stageStates } = await fixture.pipeline('GetPipelineState');
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
    await fixture.createPipeline({
      Stages: [
        { Name: 'Source', Actions: [source()] },
        { Name: 'Build', Actions: [build({ OutputArtifacts: [{ Name: 'Made' }] }), second] },
      ],
    });
    expect(await fixture.executions()).toMatchObject([{ status: 'Succeeded' }]);
    expect(logMessages(fixture)).toContain('made by sar-cluster');
  });
});

describe('StartPipelineExecution', () => {
  const revision = (revisionValue: string) => ({
    sourceRevisions: [{ actionName: 'Source', revisionType: 'COMMIT_ID', revisionValue }],
  });

  it('builds exactly the requested commit, not the head', async () => {
    const wanted = await fixture.push('echo wanted');
    await fixture.push('echo head');
    await fixture.createPipeline();
    await fixture.world.settle();
    await fixture.pipeline('StartPipelineExecution', revision(wanted));
    const [latest] = await fixture.executions();
    expect(latest).toMatchObject({ status: 'Succeeded', sourceRevisions: [{ revisionId: wanted }] });
    const lines = logMessages(fixture);
    expect(lines.indexOf('wanted')).toBeGreaterThan(lines.indexOf('head'));
  });

  it('with the same token starts one execution', async () => {
    await fixture.push('true');
    await fixture.createPipeline();
    const first = await fixture.pipeline('StartPipelineExecution', { clientRequestToken: 'token' });
    expect(await fixture.pipeline('StartPipelineExecution', { clientRequestToken: 'token' })).toEqual(first);
  });

  it('refuses an unknown pipeline, action or revision', async () => {
    await fixture.createPipeline();
    await expect(fixture.pipeline('StartPipelineExecution', { name: 'sar' })).rejects.toMatchObject({
      code: 'PipelineNotFoundException',
    });
    await expect(
      fixture.pipeline('StartPipelineExecution', {
        sourceRevisions: [{ actionName: 'Sourc', revisionType: 'COMMIT_ID', revisionValue: '0'.repeat(40) }],
      }),
    ).rejects.toMatchObject({ code: 'ValidationException' });
    await fixture.pipeline('StartPipelineExecution', revision('0'.repeat(40)));
    await fixture.executions();
    expect((await fixture.actions())[0]?.output?.executionResult?.errorDetails?.message).toMatch(
      /no commit 0{40} was found/,
    );
  });
});

it('a polled source starts the pipeline on every push to its branch', async () => {
  const polled = source({ PollForSourceChanges: 'true' });
  await fixture.push('true');
  await fixture.createPipeline({
    Stages: [
      { Name: 'Source', Actions: [polled] },
      { Name: 'Build', Actions: [build()] },
    ],
  });
  await fixture.world.settle();
  const commitId = await fixture.push('echo again');
  await fixture.push('true', 'upstream');
  expect(await fixture.executions()).toMatchObject([
    { trigger: { triggerType: 'PollForSourceChanges' }, sourceRevisions: [{ revisionId: commitId }] },
    { trigger: { triggerType: 'CreatePipeline' } },
  ]);
});
