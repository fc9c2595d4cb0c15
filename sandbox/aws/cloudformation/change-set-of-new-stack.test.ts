import type { DescribeChangeSetOutput, ResourceChange } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { type ImitatedAccount, imitatedAccount, template } from './test/imitated-account.ts';

const bucket = (properties: object = {}): object => ({ Type: 'AWS::S3::Bucket', Properties: properties });

async function created(body: string, extra: object = {}): Promise<ImitatedAccount> {
  const account = imitatedAccount();
  await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body, ...extra });
  return account;
}

function changes(changeSet: DescribeChangeSetOutput): ResourceChange[] {
  return (changeSet.Changes ?? []).flatMap(({ ResourceChange: change }) => change ?? []);
}

describe('a CREATE change set (API_CreateChangeSet)', () => {
  it('passes through CREATE_PENDING and leaves a stack in REVIEW_IN_PROGRESS', async () => {
    const account = imitatedAccount();
    const request = {
      StackName: 'lab',
      ChangeSetName: 'plan',
      ChangeSetType: 'CREATE',
      TemplateBody: template({ Data: bucket() }),
    };
    await account.call('CreateChangeSet', request);
    const read = (): Promise<DescribeChangeSetOutput> =>
      account.call<DescribeChangeSetOutput>('DescribeChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    expect(await read()).toMatchObject({ Status: 'CREATE_PENDING', ExecutionStatus: 'UNAVAILABLE', Changes: [] });
    expect((await account.describe('lab')).StackStatus).toBe('REVIEW_IN_PROGRESS');
    await account.world.settle();
    expect(await read()).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
    expect(account.resources.calls).toEqual([]);
  });

  it('lists every resource as Add with what is known of it', async () => {
    const account = imitatedAccount();
    const body = template({
      Data: bucket({ BucketName: 'data' }),
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Data' }, PolicyDocument: { Version: '1' } },
      },
    });
    const changeSet = await account.changeSet({ StackName: 'lab', ChangeSetType: 'CREATE', TemplateBody: body });
    expect(changes(changeSet)).toEqual([
      {
        Action: 'Add',
        LogicalResourceId: 'Data',
        ResourceType: 'AWS::S3::Bucket',
        Scope: [],
        Details: [],
        AfterContext: '{"Properties":{"BucketName":"data"}}',
      },
      expect.objectContaining({
        LogicalResourceId: 'Policy',
        AfterContext: '{"Properties":{"Bucket":"{{changeSet:KNOWN_AFTER_APPLY}}","PolicyDocument":{"Version":"1"}}}',
      }),
    ]);
  });

  it('executes into the same stack; OnStackFailure DELETE removes it again', async () => {
    const account = imitatedAccount();
    const request = { StackName: 'lab', ChangeSetType: 'CREATE', TemplateBody: template({ Data: bucket() }) };
    const plan = await account.changeSet(request);
    const stack = await account.finish('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    expect(stack).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      StackId: plan.StackId,
      ChangeSetId: plan.ChangeSetId,
    });
    const executed = await account.call('DescribeChangeSet', { ChangeSetName: plan.ChangeSetId });
    expect(executed).toMatchObject({ ExecutionStatus: 'EXECUTE_COMPLETE' });

    account.resources.onCall = () => {
      throw new Error('broken');
    };
    await account.changeSet({ ...request, StackName: 'other', OnStackFailure: 'DELETE' });
    const other = await account.finish('ExecuteChangeSet', { StackName: 'other', ChangeSetName: 'plan' });
    expect(other.StackStatus).toBe('DELETE_COMPLETE');
  });

  it('can be deleted, which leaves the empty stack to be deleted too', async () => {
    const account = imitatedAccount();
    await account.changeSet({ StackName: 'lab', ChangeSetType: 'CREATE', TemplateBody: template({ Data: bucket() }) });
    await account.call('DeleteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    expect(await account.call('ListChangeSets', { StackName: 'lab' })).toMatchObject({ Summaries: [] });
    expect((await account.finish('DeleteStack', { StackName: 'lab' })).StackStatus).toBe('DELETE_COMPLETE');
  });

  it('is refused for a stack that exists', async () => {
    const account = await created(template({ Data: bucket() }));
    const request = {
      StackName: 'lab',
      ChangeSetName: 'plan',
      ChangeSetType: 'CREATE',
      TemplateBody: template({ Data: bucket() }),
    };
    await expect(account.call('CreateChangeSet', request)).rejects.toMatchObject({
      message: 'Stack [lab] already exists and cannot be created again with the changeSet [plan].',
    });
  });
});
