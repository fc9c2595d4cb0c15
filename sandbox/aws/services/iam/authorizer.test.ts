import { CloudFormationClient, DescribeStacksCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import {
  BatchGetRepositoriesCommand,
  CodeCommitClient,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
} from '@aws-sdk/client-codecommit';
import {
  CodePipelineClient,
  DisableStageTransitionCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { AdminCreateUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DeleteRepositoryCommand as DeleteImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeClusterCommand, EKSClient, ListPodIdentityAssociationsCommand } from '@aws-sdk/client-eks';
import { CreateRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectServices } from '../../account-wiring.ts';
import { services } from '../../catalogue.ts';
import { type EndpointFixture, startEndpointFixture, type TestKeys, testAccountId } from '../../endpoint-fixture.ts';
import { createRoleSession } from '../../signature/credential-store.ts';
import { outcome } from '../s3/s3-wire-fixture.ts';
import { createAuthorizer } from './authorizer.ts';
import { createPolicy } from './policy-changes.ts';
import { attachPolicy, createRole, putInlinePolicy } from './role-changes.ts';

const statement = (Effect: string, Action: string | string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource: '*' }],
});
const trustPolicy = { Statement: { Effect: 'Allow', Principal: { AWS: testAccountId }, Action: 'sts:AssumeRole' } };

let endpoint: EndpointFixture;
beforeAll(async () => {
  endpoint = await startEndpointFixture(services, {
    authorize: (world) => createAuthorizer(world, { enforceIdentityPolicies: true }),
  });
  connectServices(endpoint.world);
});
afterAll(() => endpoint.close());

let roles = 0;
/** A session of a new role with these statements. */
function sessionOf(...Statement: object[]): TestKeys {
  roles += 1;
  const role = createRole(endpoint.world, { name: `role-${roles}`, path: '/', trustPolicy });
  putInlinePolicy(endpoint.world, role.name, 'own', { Version: '2012-10-17', Statement });
  return createRoleSession(endpoint.world, role, { name: 'job', seconds: 900 });
}
const allow = (Action: string | string[], Resource: string | string[], Condition?: object): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

describe('identity policies of a role session', () => {
  let credentials: TestKeys;
  beforeAll(() => {
    const { world } = endpoint;
    const document = statement('Allow', ['logs:*', 'iam:*']);
    const boundary = createPolicy(world, { name: 'boundary', path: '/', document });
    const role = createRole(world, { name: 'deploy', path: '/', trustPolicy, permissionsBoundary: boundary.arn });
    putInlinePolicy(world, 'deploy', 'own', statement('Allow', ['logs:Describe*', 's3:ListAllMyBuckets']));
    putInlinePolicy(world, 'deploy', 'never', statement('Deny', 'iam:GetRole'));
    attachPolicy(world, 'deploy', 'arn:aws:iam::aws:policy/ReadOnlyAccess');
    credentials = createRoleSession(world, role, { name: 'job', seconds: 900 });
  });

  it('allow what they name', async () => {
    const logs = new CloudWatchLogsClient(endpoint.client({ credentials }));
    await expect(logs.send(new DescribeLogGroupsCommand({}))).resolves.toMatchObject({ logGroups: [] });
    await expect(logs.send(new DeleteLogGroupCommand({ logGroupName: 'a' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/deploy/job is not authorized to perform: logs:DeleteLogGroup on ' +
        'resource: arn:aws:logs:us-west-2:123456789012:log-group:a:log-stream: ' +
        'because no identity-based policy allows the logs:DeleteLogGroup action',
    });
  });

  it('are overruled by a Deny and by the permissions boundary', async () => {
    const iam = new IAMClient(endpoint.client({ credentials }));
    await expect(iam.send(new GetRoleCommand({ RoleName: 'deploy' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
      $metadata: { httpStatusCode: 403 },
    });
    const s3 = new S3Client(endpoint.client({ credentials }));
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('because no permissions boundary allows the s3:ListAllMyBuckets action'),
    });
  });

  it('do not concern GetCallerIdentity or the administrator', async () => {
    const sts = new STSClient(endpoint.client({ credentials }));
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
    await expect(new S3Client(endpoint.client()).send(new ListBucketsCommand({}))).resolves.toBeDefined();
  });
});

describe('an Allow on some resources', () => {
  const arn = (service: string, rest: string): string => `arn:aws:${service}:us-west-2:${testAccountId}:${rest}`;
  const settings = (credentials: TestKeys) => endpoint.client({ credentials });

  // What is asked, and the one ARN pattern that covers it; with any other the call is refused before it is looked at.
  const calls: [string, string, (credentials: TestKeys) => Promise<unknown>][] = [
    [
      'cloudformation:DescribeStacks',
      arn('cloudformation', 'stack/lab-cluster/*'),
      (keys) => new CloudFormationClient(settings(keys)).send(new DescribeStacksCommand({ StackName: 'lab-cluster' })),
    ],
    [
      'codebuild:StartBuild',
      arn('codebuild', 'project/lab-images'),
      (keys) => new CodeBuildClient(settings(keys)).send(new StartBuildCommand({ projectName: 'lab-images' })),
    ],
    [
      'codecommit:DeleteRepository',
      arn('codecommit', 'lab-container'),
      (keys) =>
        new CodeCommitClient(settings(keys)).send(new DeleteRepositoryCommand({ repositoryName: 'lab-container' })),
    ],
    [
      'codecommit:BatchGetRepositories',
      arn('codecommit', '*-container'),
      (keys) =>
        new CodeCommitClient(settings(keys)).send(
          new BatchGetRepositoriesCommand({ repositoryNames: ['lab-container'] }),
        ),
    ],
    [
      'codepipeline:StartPipelineExecution',
      arn('codepipeline', 'lab-Pipeline'),
      (keys) =>
        new CodePipelineClient(settings(keys)).send(new StartPipelineExecutionCommand({ name: 'lab-Pipeline' })),
    ],
    [
      'codepipeline:DisableStageTransition',
      arn('codepipeline', 'lab-Pipeline/*'),
      (keys) =>
        new CodePipelineClient(settings(keys)).send(
          new DisableStageTransitionCommand({
            pipelineName: 'lab-Pipeline',
            stageName: 'Build',
            transitionType: 'Inbound',
            reason: 'x',
          }),
        ),
    ],
    [
      'cognito-idp:AdminCreateUser',
      arn('cognito-idp', 'userpool/us-west-2_1'),
      (keys) =>
        new CognitoIdentityProviderClient(settings(keys)).send(
          new AdminCreateUserCommand({ UserPoolId: 'us-west-2_1', Username: 'jdoe' }),
        ),
    ],
    [
      'ecr:DeleteRepository',
      arn('ecr', 'repository/lab-container/*'),
      (keys) => new ECRClient(settings(keys)).send(new DeleteImagesCommand({ repositoryName: 'lab-container/sar' })),
    ],
    [
      'eks:DescribeCluster',
      arn('eks', 'cluster/*-cluster'),
      (keys) => new EKSClient(settings(keys)).send(new DescribeClusterCommand({ name: 'lab-cluster' })),
    ],
    [
      'eks:ListPodIdentityAssociations',
      arn('eks', 'cluster/lab-cluster'),
      (keys) =>
        new EKSClient(settings(keys)).send(new ListPodIdentityAssociationsCommand({ clusterName: 'lab-cluster' })),
    ],
    [
      'iam:GetRole',
      `arn:aws:iam::${testAccountId}:role/lab*`,
      (keys) => new IAMClient(settings(keys)).send(new GetRoleCommand({ RoleName: 'lab-hub' })),
    ],
    [
      'logs:DeleteLogGroup',
      arn('logs', 'log-group:/aws/codebuild/*'),
      (keys) =>
        new CloudWatchLogsClient(settings(keys)).send(
          new DeleteLogGroupCommand({ logGroupName: '/aws/codebuild/lab-images' }),
        ),
    ],
    [
      'secretsmanager:GetSecretValue',
      arn('secretsmanager', 'secret:dockerhub/creds-*'),
      (keys) =>
        new SecretsManagerClient(settings(keys)).send(new GetSecretValueCommand({ SecretId: 'dockerhub/creds' })),
    ],
    [
      'ec2:DeleteVolume',
      arn('ec2', 'volume/vol-0123456789abcdef0'),
      (keys) => new EC2Client(settings(keys)).send(new DeleteVolumeCommand({ VolumeId: 'vol-0123456789abcdef0' })),
    ],
  ];
  const refusal = /^(400 AccessDenied|403 (AccessDenied|UnauthorizedOperation))/;

  it.each(calls)('%s on %s covers those only', async (action, resource, call) => {
    expect(await outcome(call(sessionOf(allow(action, resource))))).not.toMatch(refusal);
    const elsewhere = resource.replace(/[^:/]+$/, 'payroll');
    expect(await outcome(call(sessionOf(allow(action, elsewhere))))).toMatch(refusal);
    expect(await outcome(call(sessionOf(allow(action, '*'))))).not.toMatch(refusal);
  });

  it.each([
    ['ec2:DescribeVolumes', (keys: TestKeys) => new EC2Client(settings(keys)).send(new DescribeVolumesCommand({}))],
    [
      'cloudformation:ListStacks',
      (keys: TestKeys) => new CloudFormationClient(settings(keys)).send(new ListStacksCommand({})),
    ],
  ])('does not give %s, which knows no resources', async (action, call) => {
    expect(await outcome(call(sessionOf(allow(action, arn(action.split(':')[0] ?? '', 'x/*')))))).toMatch(refusal);
    expect(await outcome(call(sessionOf(allow(action, '*'))))).toBe('done');
  });
});

describe('tags', () => {
  const own = { StringLike: { 'aws:ResourceTag/opensarlab:deployment': '?*' } };

  it('of a resource decide about it', async () => {
    const administrator = new EC2Client(endpoint.client());
    const TagSpecifications = [
      { ResourceType: 'volume' as const, Tags: [{ Key: 'opensarlab:deployment', Value: 'lab' }] },
    ];
    const make = { AvailabilityZone: 'us-west-2a', Size: 1 };
    const { VolumeId: tagged } = await administrator.send(new CreateVolumeCommand({ ...make, TagSpecifications }));
    const { VolumeId: foreign } = await administrator.send(new CreateVolumeCommand(make));
    const ec2 = new EC2Client(endpoint.client({ credentials: sessionOf(allow('ec2:DeleteVolume', '*', own)) }));
    expect(await outcome(ec2.send(new DeleteVolumeCommand({ VolumeId: foreign })))).toBe('403 UnauthorizedOperation');
    expect(await outcome(ec2.send(new DeleteVolumeCommand({ VolumeId: tagged })))).toBe('done');
  });

  it('of a request, and what may set them', async () => {
    const { VolumeId } = await new EC2Client(endpoint.client()).send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-west-2a', Size: 1 }),
    );
    const snapshot = `arn:aws:ec2:*::snapshot/*`;
    const requested = { StringLike: { 'aws:RequestTag/opensarlab:deployment': '?*' } };
    const making = { StringEquals: { 'ec2:CreateAction': 'CreateSnapshot' } };
    const volumes = allow('ec2:CreateSnapshot', `arn:aws:ec2:*:${testAccountId}:volume/*`);
    const clientOf = (...statements: object[]) =>
      new EC2Client(endpoint.client({ credentials: sessionOf(...statements) }));
    const full = clientOf(
      volumes,
      allow('ec2:CreateSnapshot', snapshot, requested),
      allow('ec2:CreateTags', snapshot, making),
    );
    const create = (ec2: EC2Client, Key?: string) =>
      outcome(
        ec2.send(
          new CreateSnapshotCommand({
            VolumeId,
            ...(Key ? { TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key, Value: 'lab' }] }] } : {}),
          }),
        ),
      );
    expect(await create(full, 'opensarlab:deployment')).toBe('done');
    expect(await create(full, 'other')).toBe('403 UnauthorizedOperation');
    expect(await create(full)).toBe('403 UnauthorizedOperation');
    expect(await create(clientOf(volumes), 'opensarlab:deployment')).toBe('403 UnauthorizedOperation');
    const tag = new CreateTagsCommand({ Resources: ['snap-1'], Tags: [{ Key: 'opensarlab:deployment', Value: 'x' }] });
    expect(await outcome(full.send(tag))).toBe('403 UnauthorizedOperation');
  });

  it('on what is made are a permission of their own', async () => {
    const create = (...actions: string[]) =>
      outcome(
        new CodeCommitClient(endpoint.client({ credentials: sessionOf(allow(actions, '*')) })).send(
          new CreateRepositoryCommand({ repositoryName: 'tagged', tags: { own: 'yes' } }),
        ),
      );
    expect(await create('codecommit:CreateRepository')).toBe('400 AccessDeniedException');
    expect(await create('codecommit:CreateRepository', 'codecommit:TagResource')).toBe('done');
  });
});

describe('roles', () => {
  it('are made only with the boundary that a policy asks for', async () => {
    const { arn } = createPolicy(endpoint.world, { name: 'limits', path: '/', document: statement('Allow', 's3:*') });
    const condition = { StringEquals: { 'iam:PermissionsBoundary': arn } };
    const resource = `arn:aws:iam::${testAccountId}:role/opensarlab/*`;
    const credentials = sessionOf(allow(['iam:CreateRole', 'iam:PutRolePolicy'], resource, condition));
    const iam = new IAMClient(endpoint.client({ credentials }));
    const AssumeRolePolicyDocument = JSON.stringify(trustPolicy);
    const make = (RoleName: string, Path: string, PermissionsBoundary?: string) =>
      outcome(
        iam.send(
          new CreateRoleCommand({
            ...{ RoleName, Path, AssumeRolePolicyDocument },
            ...(PermissionsBoundary ? { PermissionsBoundary } : {}),
          }),
        ),
      );
    expect(await make('limited', '/opensarlab/', arn)).toBe('done');
    expect(await make('unlimited', '/opensarlab/')).toBe('403 AccessDenied');
    expect(await make('elsewhere', '/', arn)).toBe('403 AccessDenied');
    const policy = { PolicyName: 'p', PolicyDocument: JSON.stringify(statement('Allow', '*')) };
    expect(await outcome(iam.send(new PutRolePolicyCommand({ RoleName: 'limited', ...policy })))).toBe('done');
    expect(await outcome(iam.send(new PutRolePolicyCommand({ RoleName: 'deploy', ...policy })))).toBe(
      '403 AccessDenied',
    );
  });

  it('are taken on by whom they name, or who may, within what a session policy leaves', async () => {
    const { world } = endpoint;
    const target = createRole(world, { name: 'target', path: '/', trustPolicy });
    putInlinePolicy(world, 'target', 'own', statement('Allow', 'ec2:Describe*'));
    const assume = (credentials: TestKeys, changes: object = {}) =>
      new STSClient(endpoint.client({ credentials })).send(
        new AssumeRoleCommand({ RoleArn: target.arn, RoleSessionName: 'me', ...changes }),
      );
    expect(await outcome(assume(sessionOf(allow('sts:AssumeRole', 'arn:aws:iam::*:role/other'))))).toBe(
      '403 AccessDenied',
    );
    const may = sessionOf(allow('sts:AssumeRole', target.arn));
    const Policy = JSON.stringify(statement('Allow', 'ec2:DescribeVpcs'));
    const { Credentials } = await assume(may, { Policy });
    const narrow = new EC2Client(
      endpoint.client({
        credentials: {
          accessKeyId: Credentials?.AccessKeyId ?? '',
          secretAccessKey: Credentials?.SecretAccessKey ?? '',
          sessionToken: Credentials?.SessionToken ?? '',
        },
      }),
    );
    expect(await outcome(narrow.send(new DescribeVolumesCommand({})))).toBe('403 UnauthorizedOperation');
    expect(await outcome(assume(may, { Policy: '{}' }))).toMatch(/MalformedPolicyDocument/);
  });
});
