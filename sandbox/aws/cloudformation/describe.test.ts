import type {
  DescribeEventsOutput,
  DescribeStackEventsOutput,
  ListStackResourcesOutput,
  ListStacksOutput,
} from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../service.ts';
import { imitatedAccount, template } from './test/imitated-account.ts';

const buckets = (...names: string[]): string =>
  template(Object.fromEntries(names.map((name) => [name, { Type: 'AWS::S3::Bucket' }])));

describe('reading stacks', () => {
  it('DescribeStacks and ListStacks page; deleted stacks are only in ListStacks', async () => {
    const account = imitatedAccount({ pageSize: 2 });
    for (const name of ['a', 'b', 'c'])
      await account.finish('CreateStack', { StackName: name, TemplateBody: buckets('X') });
    await account.finish('DeleteStack', { StackName: 'b' });
    const described = await account.call<{ Stacks: { StackName: string }[] }>('DescribeStacks');
    expect(described.Stacks.map(({ StackName }) => StackName)).toEqual(['c', 'a']);
    const first = await account.call<ListStacksOutput>('ListStacks');
    const second = await account.call<ListStacksOutput>('ListStacks', { NextToken: first.NextToken });
    const names = [...(first.StackSummaries ?? []), ...(second.StackSummaries ?? [])].map(({ StackName }) => StackName);
    expect(names).toEqual(['c', 'b', 'a']);
    const filtered = await account.call<ListStacksOutput>('ListStacks', { StackStatusFilter: ['DELETE_COMPLETE'] });
    expect(filtered.StackSummaries?.map(({ StackName }) => StackName)).toEqual(['b']);
  });

  it('shows settings, parameters and the last operation', async () => {
    const account = imitatedAccount();
    const { OperationId: id } = await account.call<{ OperationId: string }>('CreateStack', {
      StackName: 'lab',
      TemplateBody: template(
        { X: { Type: 'AWS::S3::Bucket' } },
        { Description: 'A lab', Parameters: { P: { Type: 'String' } } },
      ),
      Parameters: [{ ParameterKey: 'P', ParameterValue: 'v' }],
      Tags: [{ Key: 'k', Value: 'v' }],
      EnableTerminationProtection: true,
    });
    await account.world.settle();
    expect(await account.describe('lab')).toMatchObject({
      Description: 'A lab',
      Parameters: [{ ParameterKey: 'P', ParameterValue: 'v' }],
      Tags: [{ Key: 'k', Value: 'v' }],
      EnableTerminationProtection: true,
      LastOperations: [{ OperationType: 'CREATE_STACK', OperationId: id }],
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-west-2:123456789012:stack\/lab\/[0-9a-f-]{36}$/),
    });
  });

  it('keeps stacks of different regions apart', async () => {
    const account = imitatedAccount();
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: buckets('X') });
    const describeStacks = account.service.operations['DescribeStacks'] as unknown as (
      input: object,
      context: object,
    ) => object;
    const elsewhere = { world: account.world, region: 'eu-west-1', principal: undefined, requestId: 'test' };
    expect(describeStacks({}, elsewhere)).toMatchObject({ Stacks: [] });
  });
});

describe('reading resources', () => {
  it('ListStackResources pages; DescribeStackResource shows metadata', async () => {
    const account = imitatedAccount({ pageSize: 2 });
    const body = template({
      A: { Type: 'AWS::S3::Bucket', Metadata: { note: 'x' }, Properties: { BucketName: 'a' } },
      B: { Type: 'AWS::S3::Bucket' },
      C: { Type: 'AWS::S3::Bucket' },
    });
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body });
    const first = await account.call<ListStackResourcesOutput>('ListStackResources', { StackName: 'lab' });
    const second = await account.call<ListStackResourcesOutput>('ListStackResources', {
      StackName: 'lab',
      NextToken: first.NextToken,
    });
    expect([...(first.StackResourceSummaries ?? []), ...(second.StackResourceSummaries ?? [])]).toHaveLength(3);
    expect(await account.call('DescribeStackResource', { StackName: 'lab', LogicalResourceId: 'A' })).toMatchObject({
      StackResourceDetail: { PhysicalResourceId: 'a', ResourceStatus: 'CREATE_COMPLETE', Metadata: '{"note":"x"}' },
    });
    await expect(
      account.call('DescribeStackResource', { StackName: 'lab', LogicalResourceId: 'Z' }),
    ).rejects.toMatchObject({ message: 'Resource Z does not exist for stack lab' });
  });

  it('DescribeStackResources finds a stack by physical id', async () => {
    const account = imitatedAccount();
    const body = template({ A: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'a' } } });
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body });
    expect(await account.call('DescribeStackResources', { PhysicalResourceId: 'a' })).toMatchObject({
      StackResources: [{ StackName: 'lab', LogicalResourceId: 'A' }],
    });
    await expect(account.call('DescribeStackResources', {})).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

describe('events', () => {
  it('page newest first, and a page is not disturbed by new events (API_DescribeStackEvents)', async () => {
    const account = imitatedAccount({ pageSize: 3 });
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: buckets('A'), ClientRequestToken: 'once' });
    const first = await account.call<DescribeStackEventsOutput>('DescribeStackEvents', { StackName: 'lab' });
    await account.finish('DeleteStack', { StackName: 'lab' });
    const stackId = first.StackEvents?.[0]?.StackId;
    const rest = await account.call<DescribeStackEventsOutput>('DescribeStackEvents', {
      StackName: stackId,
      NextToken: first.NextToken,
    });
    const read = [...(first.StackEvents ?? []), ...(rest.StackEvents ?? [])];
    expect(read.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`)).toEqual([
      'lab CREATE_COMPLETE',
      'A CREATE_COMPLETE',
      'A CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS',
      'lab CREATE_IN_PROGRESS',
    ]);
    expect(read.every(({ ClientRequestToken }) => ClientRequestToken === 'once')).toBe(true);
  });

  it('of one operation begin and end with its state; FailedEvents shows only failures (API_DescribeEvents)', async () => {
    const account = imitatedAccount();
    account.resources.failures.set('create A', new AwsError('AccessDenied', 'not you', 403));
    const { OperationId: id } = await account.call<{ OperationId: string }>('CreateStack', {
      StackName: 'lab',
      TemplateBody: buckets('A'),
    });
    await account.world.settle();
    const all = (await account.operationEvents({ OperationId: id })).reverse();
    expect(all[0]).toMatchObject({
      EventType: 'STACK_EVENT',
      OperationStatus: 'IN_PROGRESS',
      OperationType: 'CREATE_STACK',
    });
    expect(all.at(-1)).toMatchObject({
      EventType: 'STACK_EVENT',
      OperationStatus: 'FAILED',
      EndTime: expect.any(Date),
    });
    const failed = await account.operationEvents({ OperationId: id, Filters: { FailedEvents: true } });
    expect(failed).toEqual([
      expect.objectContaining({
        EventType: 'PROVISIONING_ERROR',
        LogicalResourceId: 'A',
        ResourceStatusReason: expect.stringContaining('not you'),
      }),
    ]);
    await expect(account.call<DescribeEventsOutput>('DescribeEvents', {})).rejects.toMatchObject({
      code: 'ValidationError',
    });
  });

  it('of an unknown stack are an error', async () => {
    await expect(imitatedAccount().call('DescribeStackEvents', { StackName: 'none' })).rejects.toMatchObject({
      message: 'Stack [none] does not exist',
    });
  });
});

describe('templates', () => {
  const body =
    'Parameters:\n  P: {Type: String, Default: x, NoEcho: true, Description: d}\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: {}}\n';

  it('ValidateTemplate lists parameters and capabilities (API_ValidateTemplate)', async () => {
    expect(await imitatedAccount().call('ValidateTemplate', { TemplateBody: body })).toEqual({
      Parameters: [{ ParameterKey: 'P', DefaultValue: 'x', NoEcho: true, Description: 'd' }],
      Capabilities: ['CAPABILITY_IAM'],
      CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
    });
  });

  it('GetTemplateSummary adds types and identifiers', async () => {
    expect(await imitatedAccount().call('GetTemplateSummary', { TemplateBody: body })).toMatchObject({
      Parameters: [{ ParameterKey: 'P', ParameterType: 'String' }],
      ResourceTypes: ['AWS::IAM::Role'],
      ResourceIdentifierSummaries: [{ ResourceType: 'AWS::IAM::Role', ResourceIdentifiers: ['RoleName'] }],
    });
  });

  it('GetTemplate returns the text as submitted, also of a change set', async () => {
    const account = imitatedAccount();
    const request = { StackName: 'lab', ChangeSetType: 'CREATE', TemplateBody: body, Capabilities: ['CAPABILITY_IAM'] };
    const plan = await account.changeSet(request);
    expect(await account.call('GetTemplate', { ChangeSetName: plan.ChangeSetId })).toMatchObject({
      TemplateBody: body,
    });
    await expect(account.call('GetTemplate', { StackName: 'none' })).rejects.toMatchObject({
      message: 'Stack with id none does not exist',
    });
  });

  it('may be 51,200 bytes long, not more (cloudformation-limits.html)', async () => {
    const fill = (length: number): string => `${body}#${'x'.repeat(length - body.length - 1)}`;
    const account = imitatedAccount();
    await expect(account.call('ValidateTemplate', { TemplateBody: fill(51_200) })).resolves.toBeDefined();
    await expect(account.call('ValidateTemplate', { TemplateBody: fill(51_201) })).rejects.toMatchObject({
      message: expect.stringContaining('51200'),
    });
  });
});
