import { describe, expect, it } from 'vitest';
import { AwsError } from '../service.ts';
import { type ImitatedAccount, imitatedAccount, template } from './test/imitated-account.ts';

const kept = { Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate', Properties: { BucketName: 'data' } };
const body = template({
  Data: kept,
  Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Data' }, PolicyDocument: {} } },
});

/** An account in which an earlier stack has left the bucket `data` behind. */
async function withLeftBucket(): Promise<ImitatedAccount> {
  const account = imitatedAccount();
  await account.finish('CreateStack', { StackName: 'earlier', TemplateBody: template({ Data: kept }) });
  await account.finish('DeleteStack', { StackName: 'earlier' });
  account.resources.calls.length = 0;
  return account;
}

const request = { StackName: 'lab', ChangeSetType: 'CREATE', TemplateBody: body };

describe('ImportExistingResources (import-resources-automatically.html)', () => {
  it('takes over a kept resource of the same name and tags it', async () => {
    const account = await withLeftBucket();
    const plan = await account.changeSet({ ...request, ImportExistingResources: true });
    expect(plan).toMatchObject({
      Status: 'CREATE_COMPLETE',
      ImportExistingResources: true,
      Changes: [
        { ResourceChange: { Action: 'Import', LogicalResourceId: 'Data', PhysicalResourceId: 'data' } },
        { ResourceChange: { Action: 'Add', AfterContext: '{"Properties":{"Bucket":"data","PolicyDocument":{}}}' } },
      ],
    });
    const stack = await account.finish('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(account.resources.calls).toEqual(['update Data', 'create Policy', 'created Policy']);
    expect(account.resources.existing.get('data')?.stackTags['aws:cloudformation:stack-name']).toBe('lab');
    expect(await account.history('lab')).toContain('Data IMPORT_COMPLETE: Resource import completed.');
  });

  it('is needed: without it the name is taken', async () => {
    const account = await withLeftBucket();
    expect((await account.changeSet(request)).StatusReason).toContain('ResourceExistenceCheck');
  });

  it('does not touch what belongs to another stack', async () => {
    const account = imitatedAccount();
    await account.finish('CreateStack', { StackName: 'other', TemplateBody: template({ Data: kept }) });
    const plan = await account.changeSet({ ...request, ImportExistingResources: true });
    expect(plan.StatusReason).toContain('ResourceExistenceCheck');
  });

  it('leaves the resource behind when the creation fails', async () => {
    const account = await withLeftBucket();
    account.resources.failures.set('create Policy', new AwsError('AccessDenied', 'no', 403));
    await account.changeSet({ ...request, ImportExistingResources: true });
    const stack = await account.finish('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect([...account.resources.existing.keys()]).toEqual(['data']);
    expect(await account.history('lab')).toContain('Data DELETE_SKIPPED');
  });
});
