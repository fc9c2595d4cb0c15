import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { HeadBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../catalogue.ts';
import { type EndpointFixture, startEndpointFixture, type TestKeys, testAccountId } from '../endpoint-fixture.ts';
import { createAuthorizer } from '../services/iam/authorizer.ts';
import { createRole, putInlinePolicy } from '../services/iam/role-changes.ts';
import { outcome } from '../services/s3/s3-wire-fixture.ts';
import { createRoleSession } from '../signature/credential-store.ts';

const roleArn = (name: string): string => `arn:aws:iam::${testAccountId}:role/${name}`;
const stackArn = (name: string): string => `arn:aws:cloudformation:*:${testAccountId}:stack/${name}/*`;
const passes = (name: string): object => ({
  Effect: 'Allow',
  Action: 'iam:PassRole',
  Resource: roleArn(name),
  Condition: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
});
const under = (action: string, role: string): object => ({
  Effect: 'Allow',
  Action: `cloudformation:${action}`,
  Resource: stackArn('*-cluster'),
  Condition: { StringEquals: { 'cloudformation:RoleArn': roleArn(role) } },
});
const bucketTemplate = (BucketName: string, more: object = {}): string =>
  JSON.stringify({ Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName } }, ...more } });

let endpoint: EndpointFixture;
let administrator: CloudFormationClient;
let s3: S3Client;
/** Plans: change sets under the service role, and the removal of stacks under a role that may do nothing. */
let plan: CloudFormationClient;
beforeAll(async () => {
  endpoint = await startEndpointFixture(services, {
    authorize: (world) => createAuthorizer(world, { enforceIdentityPolicies: true }),
  });
  administrator = new CloudFormationClient(endpoint.client());
  s3 = new S3Client({ ...endpoint.client(), forcePathStyle: true });
  serviceRole('worker', [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::lab-*' }]);
  serviceRole('powerless', []);
  plan = new CloudFormationClient(
    endpoint.client({
      credentials: session('plan', [
        under('CreateChangeSet', 'worker'),
        under('DeleteStack', 'powerless'),
        passes('worker'),
        passes('powerless'),
      ]),
    }),
  );
});
afterAll(() => endpoint.close());

function serviceRole(name: string, Statement: object[]): void {
  const Principal = { Service: 'cloudformation.amazonaws.com' };
  const trustPolicy = { Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } };
  createRole(endpoint.world, { name, path: '/', trustPolicy });
  if (Statement.length > 0) putInlinePolicy(endpoint.world, name, 'own', { Statement });
}

function session(name: string, Statement: object[]): TestKeys {
  const trustPolicy = { Statement: { Effect: 'Allow', Principal: { AWS: testAccountId }, Action: 'sts:AssumeRole' } };
  const role = createRole(endpoint.world, { name, path: '/', trustPolicy });
  putInlinePolicy(endpoint.world, name, 'own', { Statement });
  return createRoleSession(endpoint.world, role, { name: 'job', seconds: 900 });
}

async function statusOf(StackName: string): Promise<string | undefined> {
  await endpoint.world.settle();
  const { Stacks } = await administrator.send(new DescribeStacksCommand({ StackName }));
  return Stacks?.[0]?.StackStatus;
}

/** Why the first resource of a stack failed. */
async function reasonOf(StackName: string): Promise<string | undefined> {
  const { StackEvents = [] } = await administrator.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.findLast(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'))?.ResourceStatusReason;
}

describe('CloudFormation under a service role', () => {
  it('makes what the role may, and nothing else', async () => {
    const RoleARN = roleArn('worker');
    await administrator.send(
      new CreateStackCommand({ StackName: 'good-cluster', TemplateBody: bucketTemplate('lab-good'), RoleARN }),
    );
    expect(await statusOf('good-cluster')).toBe('CREATE_COMPLETE');
    await administrator.send(
      new CreateStackCommand({ StackName: 'bad-cluster', TemplateBody: bucketTemplate('payroll'), RoleARN }),
    );
    expect(await statusOf('bad-cluster')).toBe('ROLLBACK_COMPLETE');
    expect(await reasonOf('bad-cluster')).toMatch(
      /assumed-role\/worker\/AWSCloudFormation is not authorized to perform: s3:CreateBucket on resource: "?arn:aws:s3:::payroll/,
    );
  });

  it('removes nothing under a role that may do nothing', async () => {
    await administrator.send(
      new CreateStackCommand({
        StackName: 'full-cluster',
        TemplateBody: bucketTemplate('lab-full'),
        RoleARN: roleArn('worker'),
      }),
    );
    expect(await statusOf('full-cluster')).toBe('CREATE_COMPLETE');
    await plan.send(new DeleteStackCommand({ StackName: 'full-cluster', RoleARN: roleArn('powerless') }));
    expect(await statusOf('full-cluster')).toBe('DELETE_FAILED');
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'lab-full' }))).resolves.toBeDefined();
    const { StackResources } = await administrator.send(
      new DescribeStackResourcesCommand({ StackName: 'full-cluster' }),
    );
    expect(StackResources).toMatchObject([{ ResourceStatus: 'DELETE_FAILED' }]);
    // Without a role in the request the stack's own does it.
    await administrator.send(new DeleteStackCommand({ StackName: 'full-cluster' }));
    await endpoint.world.settle();
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'lab-full' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('removes an empty stack under a role that may do nothing', async () => {
    const { StackId } = await plan.send(
      new CreateChangeSetCommand({
        ...{ StackName: 'new-cluster', ChangeSetName: 'plan', ChangeSetType: 'CREATE' },
        ...{ TemplateBody: bucketTemplate('lab-new'), RoleARN: roleArn('worker') },
      }),
    );
    await endpoint.world.settle();
    await plan.send(new DeleteStackCommand({ StackName: 'new-cluster', RoleARN: roleArn('powerless') }));
    expect(await statusOf(StackId ?? '')).toBe('DELETE_COMPLETE');
  });

  it('is refused without the role, with another, and for another stack', async () => {
    const make = (StackName: string, RoleARN?: string) =>
      outcome(
        plan.send(
          new CreateChangeSetCommand({
            ...{ StackName, ChangeSetName: 'plan', ChangeSetType: 'CREATE', TemplateBody: bucketTemplate('lab-x') },
            ...(RoleARN ? { RoleARN } : {}),
          }),
        ),
      );
    expect(await make('x-cluster')).toBe('403 AccessDenied');
    expect(await make('x-cluster', roleArn('powerless'))).toBe('403 AccessDenied');
    expect(await make('payroll', roleArn('worker'))).toBe('403 AccessDenied');
    expect(await make('x-cluster', roleArn('worker'))).toBe('done');
    const remove = plan.send(new DeleteStackCommand({ StackName: 'good-cluster' }));
    expect(await outcome(remove)).toBe('403 AccessDenied');
  });

  it.each([
    ['a network without a tag', {}, {}, 'ec2:CreateVpc'],
    ['a network whose tags it may not set', { lab: 'sar' }, { 'ec2:CreateAction': 'RunInstances' }, 'ec2:CreateTags'],
    ['a network', { lab: 'sar' }, { 'ec2:CreateAction': 'CreateVpc' }, undefined],
  ])('makes %s as its tags and their permission say', async (title, tags, tagging, refused) => {
    const name = `network-${title.length}`;
    const may = (action: string, condition: object) => ({
      ...{ Effect: 'Allow', Action: action, Resource: '*', Condition: { StringLike: condition } },
    });
    serviceRole(name, [
      may('ec2:CreateVpc', { 'aws:RequestTag/lab': '?*' }),
      may('ec2:CreateTags', Object.keys(tagging).length > 0 ? tagging : { 'ec2:CreateAction': '?*' }),
    ]);
    await administrator.send(
      new CreateStackCommand({
        ...{ StackName: `${name}-cluster`, RoleARN: roleArn(name) },
        TemplateBody: JSON.stringify({
          Resources: { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.7.0.0/16' } } },
        }),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    expect(await statusOf(`${name}-cluster`)).toBe(refused === undefined ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE');
    if (refused !== undefined) expect(await reasonOf(`${name}-cluster`)).toContain(`to perform: ${refused}`);
  });

  it('does with a key what the policy of the key allows, whatever its own says', async () => {
    serviceRole('locksmith', [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }]);
    const make = async (StackName: string, principal: string): Promise<string | undefined> => {
      const Statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: 'kms:*', Resource: '*' };
      const Properties = { EnableKeyRotation: true, KeyPolicy: { Version: '2012-10-17', Statement } };
      const TemplateBody = JSON.stringify({ Resources: { Key: { Type: 'AWS::KMS::Key', Properties } } });
      await administrator.send(new CreateStackCommand({ StackName, TemplateBody, RoleARN: roleArn('locksmith') }));
      return statusOf(StackName);
    };
    expect(await make('own-key', roleArn('locksmith'))).toBe('CREATE_COMPLETE');
    expect(await make('account-key', `arn:aws:iam::${testAccountId}:root`)).toBe('CREATE_COMPLETE');
    expect(await make('foreign-key', roleArn('worker'))).toBe('ROLLBACK_COMPLETE');
    expect(await reasonOf('foreign-key')).toContain(
      'because no resource-based policy allows the kms:EnableKeyRotation action',
    );
  });

  it('takes a role only from who may pass it', async () => {
    const credentials = session('careless', [under('CreateChangeSet', 'worker')]);
    const client = new CloudFormationClient(endpoint.client({ credentials }));
    const call = client.send(
      new CreateChangeSetCommand({
        ...{ StackName: 'y-cluster', ChangeSetName: 'plan', ChangeSetType: 'CREATE' },
        ...{ TemplateBody: bucketTemplate('lab-y'), RoleARN: roleArn('worker') },
      }),
    );
    await expect(call).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('iam:PassRole on resource: arn:aws:iam::123456789012:role/worker'),
    });
    const ghost = new DeleteStackCommand({ StackName: 'good-cluster', RoleARN: roleArn('ghost') });
    expect(await outcome(administrator.send(ghost))).toBe('400 ValidationError');
  });

  it('works with what its caller may do where there is no role', async () => {
    const credentials = session('direct', [{ Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' }]);
    const client = new CloudFormationClient(endpoint.client({ credentials }));
    await client.send(new CreateStackCommand({ StackName: 'direct', TemplateBody: bucketTemplate('lab-direct') }));
    expect(await statusOf('direct')).toBe('ROLLBACK_COMPLETE');
    expect(await reasonOf('direct')).toMatch(/assumed-role\/direct\/job is not authorized to perform: s3:CreateBucket/);
  });

  it('passes roles on only where its own role may', async () => {
    serviceRole('builder', [{ Effect: 'Allow', Action: 'codebuild:*', Resource: '*' }]);
    const project = {
      Type: 'AWS::CodeBuild::Project',
      Properties: {
        ...{ Name: 'p', ServiceRole: roleArn('worker'), Source: { Type: 'NO_SOURCE', BuildSpec: '{}' } },
        Artifacts: { Type: 'NO_ARTIFACTS' },
        Environment: {
          Type: 'LINUX_CONTAINER',
          ComputeType: 'BUILD_GENERAL1_SMALL',
          Image: 'aws/codebuild/standard:7.0',
        },
      },
    };
    const TemplateBody = JSON.stringify({ Resources: { Project: project } });
    const create = new CreateStackCommand({ StackName: 'passing', TemplateBody, RoleARN: roleArn('builder') });
    await administrator.send(create);
    expect(await statusOf('passing')).toBe('ROLLBACK_COMPLETE');
    expect(await reasonOf('passing')).toContain(`iam:PassRole on resource: ${roleArn('worker')}`);
  });
});

describe('a bucket policy', () => {
  it('counts for CloudFormation, in a role and for the administrator', async () => {
    const RoleARN = roleArn('worker');
    const keep = {
      Keep: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: {
            Statement: {
              Effect: 'Deny',
              Principal: '*',
              Action: ['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:PutBucketPolicy'],
              Resource: 'arn:aws:s3:::lab-kept',
            },
          },
        },
      },
    };
    await administrator.send(
      new CreateStackCommand({ StackName: 'kept', TemplateBody: bucketTemplate('lab-kept', keep), RoleARN }),
    );
    expect(await statusOf('kept')).toBe('CREATE_COMPLETE');
    await administrator.send(new DeleteStackCommand({ StackName: 'kept' }));
    expect(await statusOf('kept')).toBe('DELETE_FAILED');
    expect(await reasonOf('kept')).toContain('with an explicit deny in a resource-based policy');
    const open = new PutBucketPolicyCommand({ Bucket: 'lab-kept', Policy: '{}' });
    expect(await outcome(s3.send(open))).toBe('403 AccessDenied');
  });

  it('and its bucket stay where the template says so', async () => {
    const TemplateBody = JSON.stringify({
      Resources: {
        Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'lab-retained' } },
      },
    });
    const RoleARN = roleArn('worker');
    await administrator.send(new CreateStackCommand({ StackName: 'retained', TemplateBody, RoleARN }));
    await endpoint.world.settle();
    await administrator.send(new DeleteStackCommand({ StackName: 'retained' }));
    await endpoint.world.settle();
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'lab-retained' }))).resolves.toBeDefined();
  });
});
