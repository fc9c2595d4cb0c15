import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CodeCommitClient, CreateRepositoryCommand, GetRepositoryCommand } from '@aws-sdk/client-codecommit';
import { CodePipelineClient, ListPipelineExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createVirtualClock } from '../clock.ts';
import { codepipelineState } from './services/codepipeline/codepipeline-state.ts';
import { sha256, signingKey, signWithKey } from './signature/canonical-request.ts';
import { type AwsSandbox, startAws } from './start-aws.ts';

const run = promisify(execFile);
const region = 'us-west-2';
let folder: string;
let aws: AwsSandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-aws-'));
  aws = await startAws({ accountId: '123456789012', clock: createVirtualClock(10_000), folder: join(folder, 'aws') });
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const settings = () => ({ endpoint: aws.url, region, credentials: aws.administrator, maxAttempts: 1 });

const role = (service: string, name: string): object => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
    },
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  },
});

const pipeline = {
  Type: 'AWS::CodePipeline::Pipeline',
  Properties: {
    Name: 'sar',
    PipelineType: 'V2',
    RoleArn: { 'Fn::GetAtt': ['PipelineRole', 'Arn'] },
    ArtifactStore: { Type: 'S3', Location: { Ref: 'Artifacts' } },
    Stages: [
      stage('Source', 'CodeCommit', {
        Configuration: { RepositoryName: 'sar', BranchName: 'main', PollForSourceChanges: 'false' },
        OutputArtifacts: [{ Name: 'SourceArtifact' }],
      }),
      stage('Build', 'CodeBuild', {
        Configuration: { ProjectName: { Ref: 'Project' } },
        InputArtifacts: [{ Name: 'SourceArtifact' }],
      }),
    ],
  },
};

function stage(Name: string, Provider: string, action: object): object {
  const Category = Name;
  return { Name, Actions: [{ Name, ActionTypeId: { Category, Owner: 'AWS', Provider, Version: '1' }, ...action }] };
}

const project = {
  Type: 'AWS::CodeBuild::Project',
  Properties: {
    Name: 'sar',
    ServiceRole: { 'Fn::GetAtt': ['BuildRole', 'Arn'] },
    Artifacts: { Type: 'CODEPIPELINE' },
    Environment: { Type: 'LINUX_CONTAINER', ComputeType: 'BUILD_GENERAL1_SMALL', Image: 'aws/codebuild/standard:8.0' },
    Source: { Type: 'CODEPIPELINE', BuildSpec: 'version: 0.2\nphases: {build: {commands: ["true"]}}\n' },
  },
};

/** Starts the pipeline for exactly the commit that was pushed. */
const rule = {
  Type: 'AWS::Events::Rule',
  Properties: {
    EventPattern: { source: ['aws.codecommit'], detail: { referenceName: ['main'], repositoryName: ['sar'] } },
    Targets: [
      {
        Id: 'pipeline',
        Arn: { 'Fn::Sub': `arn:aws:codepipeline:\${AWS::Region}:\${AWS::AccountId}:\${Pipeline}` },
        RoleArn: { 'Fn::GetAtt': ['EventsRole', 'Arn'] },
        InputTransformer: {
          InputPathsMap: { revisionValue: '$.detail.commitId' },
          InputTemplate:
            '{"sourceRevisions":[{"actionName":"Source","revisionType":"COMMIT_ID","revisionValue":"<revisionValue>"}]}',
        },
      },
    ],
  },
};

const template = {
  Resources: {
    EventsRole: role('events', 'events'),
    PipelineRole: role('codepipeline', 'pipeline'),
    BuildRole: role('codebuild', 'build'),
    Artifacts: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'codepipeline-us-west-2-sar' } },
    Project: project,
    Pipeline: pipeline,
    Rule: rule,
  },
};

/** The header that CodeCommit's credential helper sends (git-remote-codecommit). */
function gitHeader(cloneUrl: string): string {
  const { accessKeyId, secretAccessKey } = aws.administrator;
  const { host, pathname } = new URL(cloneUrl);
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d{3}Z/g, '');
  const scope = `${timestamp.slice(0, 8)}/${region}/codecommit/aws4_request`;
  const key = signingKey(secretAccessKey, { date: timestamp.slice(0, 8), region, service: 'codecommit' });
  const request = sha256(`GIT\n${pathname}\n\nhost:${host}\n\nhost\n`);
  const signature = signWithKey(key, `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${request}`);
  return `Authorization: Basic ${Buffer.from(`${accessKeyId}:${timestamp}Z${signature}`).toString('base64')}`;
}

describe('a sandbox account', { timeout: 15_000 }, () => {
  it('says whose it is', async () => {
    const { Account } = await new STSClient(settings()).send(new GetCallerIdentityCommand({}));
    expect(Account).toBe('123456789012');
    expect(aws.world.endpointUrl).toBe(aws.url);
  });

  it('turns a signed push into an execution for that commit', async () => {
    const codecommit = new CodeCommitClient(settings());
    await codecommit.send(new CreateRepositoryCommand({ repositoryName: 'sar' }));
    const stacks = new CloudFormationClient(settings());
    const stack = { StackName: 'sar-cluster-pipeline', TemplateBody: JSON.stringify(template) };
    await stacks.send(new CreateStackCommand({ ...stack, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
    await vi.waitFor(async () => {
      const { Stacks } = await stacks.send(new DescribeStacksCommand(stack));
      expect(Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
    });
    const { repositoryMetadata } = await codecommit.send(new GetRepositoryCommand({ repositoryName: 'sar' }));
    const commit = await push(repositoryMetadata?.cloneUrlHttp ?? '');
    const { pipelineExecutionSummaries } = await new CodePipelineClient(settings()).send(
      new ListPipelineExecutionsCommand({ pipelineName: 'sar' }),
    );
    expect(pipelineExecutionSummaries?.map(({ trigger }) => trigger?.triggerType)).toContain('CloudWatchEvent');
    const [execution] = aws.world.state(codepipelineState, region).get('sar')?.runs.slice(-1) ?? [];
    expect(execution?.requestedRevisions).toEqual(new Map([['Source', commit]]));
  });

  it('lists what stacks made by its tags', async () => {
    const client = new ResourceGroupsTaggingAPIClient(settings());
    const TagFilters = [{ Key: 'aws:cloudformation:stack-name', Values: ['sar-cluster-pipeline'] }];
    const found = [];
    for await (const page of paginateGetResources({ client }, { TagFilters })) {
      found.push(...(page.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN));
    }
    expect(found).toContain('arn:aws:s3:::codepipeline-us-west-2-sar');
    expect(found).toContain('arn:aws:codepipeline:us-west-2:123456789012:sar');
    expect(aws.bugs).toEqual([]);
  });

  it('serves nobody after it was closed', async () => {
    const short = await startAws({
      accountId: '123456789012',
      clock: createVirtualClock(1),
      folder: join(folder, 'short'),
    });
    await short.close();
    await expect(fetch(short.url)).rejects.toThrow();
    expect(short.world.closing.aborted).toBe(true);
  });
});

/** Commits a file and pushes it to `main`; returns the commit. */
async function push(cloneUrl: string): Promise<string> {
  const tree = await mkdtemp(join(folder, 'tree-'));
  const identity = ['-c', 'user.name=mirror', '-c', 'user.email=mirror@example.org'];
  const git = (...args: string[]) => run('git', ['-C', tree, ...identity, ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(tree, 'README.md'), 'sar\n');
  await git('add', '.');
  await git('commit', '--quiet', '--message=mirror');
  await git('-c', `http.extraHeader=${gitHeader(cloneUrl)}`, 'push', '--quiet', cloneUrl, 'main');
  return (await git('rev-parse', 'HEAD')).stdout.trim();
}
