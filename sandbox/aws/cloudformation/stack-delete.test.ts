import { describe, expect, it } from 'vitest';
import { AwsError } from '../service.ts';
import { type ImitatedAccount, imitatedAccount, template } from './test/imitated-account.ts';

const body = template({
  Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } },
  Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Data' }, PolicyDocument: {} } },
  Logs: { Type: 'AWS::Logs::LogGroup' },
});

async function created(templateBody: string, extra: object = {}): Promise<ImitatedAccount> {
  const account = imitatedAccount();
  await account.finish('CreateStack', { StackName: 'lab', TemplateBody: templateBody, ...extra });
  account.resources.calls.length = 0;
  return account;
}

const notEmpty = new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);

describe('DeleteStack', () => {
  it('deletes dependents first; afterwards only the id finds the stack (API_DescribeStacks)', async () => {
    const account = await created(body);
    const stack = await account.finish('DeleteStack', { StackName: 'lab' });
    expect(stack).toMatchObject({ StackStatus: 'DELETE_COMPLETE', DeletionTime: expect.any(Date) });
    const { calls } = account.resources;
    expect(calls.indexOf('delete Policy')).toBeLessThan(calls.indexOf('delete Data'));
    expect(account.resources.existing.size).toBe(0);
    await expect(account.call('DescribeStacks', { StackName: 'lab' })).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Stack with id lab does not exist',
    });
  });

  it('succeeds for a stack that does not exist (API_DeleteStack)', async () => {
    await expect(imitatedAccount().call('DeleteStack', { StackName: 'none' })).resolves.toEqual({});
  });

  it('refuses while termination protection is on (using-cfn-protect-stacks.html)', async () => {
    const account = await created(body, { EnableTerminationProtection: true });
    await expect(account.call('DeleteStack', { StackName: 'lab' })).rejects.toMatchObject({
      message: 'Stack [lab] cannot be deleted while TerminationProtection is enabled',
    });
    await account.call('UpdateTerminationProtection', { StackName: 'lab', EnableTerminationProtection: false });
    expect((await account.finish('DeleteStack', { StackName: 'lab' })).StackStatus).toBe('DELETE_COMPLETE');
  });

  it('keeps Retain and RetainExceptOnCreate resources with DELETE_SKIPPED', async () => {
    const account = await created(
      template({
        Kept: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'kept' } },
        Also: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate', Properties: { BucketName: 'also' } },
        Gone: { Type: 'AWS::S3::Bucket' },
      }),
    );
    const stack = await account.finish('DeleteStack', { StackName: 'lab' });
    expect([...account.resources.existing.keys()]).toEqual(['kept', 'also']);
    expect(await account.history(stack.StackId ?? '')).toEqual(
      expect.arrayContaining([
        'Kept DELETE_SKIPPED',
        'Also DELETE_SKIPPED',
        'Gone DELETE_COMPLETE',
        'lab DELETE_COMPLETE',
      ]),
    );
  });

  it('fails for Snapshot when the type has no snapshots here, and says so', async () => {
    const account = await created(
      template({
        Disk: { Type: 'AWS::EC2::Volume', DeletionPolicy: 'Snapshot', Properties: { AvailabilityZone: 'us-west-2a' } },
      }),
    );
    expect((await account.finish('DeleteStack', { StackName: 'lab' })).StackStatus).toBe('DELETE_FAILED');
    expect((await account.history('lab')).join('\n')).toContain(
      'The sandbox cannot keep a snapshot of resources of type AWS::EC2::Volume.',
    );
  });

  it('repeats nothing for the same ClientRequestToken', async () => {
    const account = await created(body);
    account.resources.failures.set('delete Data', notEmpty);
    await account.finish('DeleteStack', { StackName: 'lab', ClientRequestToken: 'once' });
    account.resources.failures.clear();
    const stack = await account.finish('DeleteStack', { StackName: 'lab', ClientRequestToken: 'once' });
    expect(stack.StackStatus).toBe('DELETE_FAILED');
  });

  it('takes over from a creation in progress', async () => {
    const account = imitatedAccount();
    await account.call('CreateStack', { StackName: 'lab', TemplateBody: body });
    const stack = await account.finish('DeleteStack', { StackName: 'lab' });
    expect(stack.StackStatus).toBe('DELETE_COMPLETE');
    expect(account.resources.existing.size).toBe(0);
  });

  it('cannot interrupt an update', async () => {
    const account = await created(body);
    await account.call('UpdateStack', {
      StackName: 'lab',
      TemplateBody: template({ New: { Type: 'AWS::S3::Bucket' } }),
    });
    await expect(account.call('DeleteStack', { StackName: 'lab' })).rejects.toMatchObject({
      message: expect.stringContaining('cannot be deleted while in status UPDATE_IN_PROGRESS'),
    });
    await account.world.settle();
  });
});

describe('a deletion that fails', () => {
  async function failed(): Promise<ImitatedAccount> {
    const account = await created(body);
    account.resources.failures.set('delete Data', notEmpty);
    await account.finish('DeleteStack', { StackName: 'lab' });
    return account;
  }

  it('ends in DELETE_FAILED with everything else deleted', async () => {
    const account = await failed();
    expect(await account.describe('lab')).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: 'The following resource(s) failed to delete: [Data]. ',
    });
    expect([...account.resources.existing.keys()]).toEqual(['data']);
    expect((await account.history('lab')).join('\n')).toContain('The bucket you tried to delete is not empty');
  });

  it('completes when it is retried and the cause is gone; what is deleted is not deleted again', async () => {
    const account = await failed();
    account.resources.failures.clear();
    account.resources.calls.length = 0;
    expect((await account.finish('DeleteStack', { StackName: 'lab' })).StackStatus).toBe('DELETE_COMPLETE');
    expect(account.resources.calls).toEqual(['delete Data']);
  });

  it('completes with RetainResources, which leaves the resource behind (API_DeleteStack)', async () => {
    const account = await failed();
    const stack = await account.finish('DeleteStack', { StackName: 'lab', RetainResources: ['Data'] });
    expect(stack.StackStatus).toBe('DELETE_COMPLETE');
    expect([...account.resources.existing.keys()]).toEqual(['data']);
  });

  it('completes with FORCE_DELETE_STACK, which leaves the resource behind (API_DeleteStack)', async () => {
    const account = await failed();
    const stack = await account.finish('DeleteStack', { StackName: 'lab', DeletionMode: 'FORCE_DELETE_STACK' });
    expect(stack).toMatchObject({ StackStatus: 'DELETE_COMPLETE', DeletionMode: 'FORCE_DELETE_STACK' });
    expect([...account.resources.existing.keys()]).toEqual(['data']);
  });

  it.each([{ RetainResources: ['Data'] }, { DeletionMode: 'FORCE_DELETE_STACK' }])(
    'takes %o only in DELETE_FAILED',
    async (extra) => {
      const account = await created(body);
      await expect(account.call('DeleteStack', { StackName: 'lab', ...extra })).rejects.toMatchObject({
        code: 'ValidationError',
        message: expect.stringContaining('DELETE_FAILED state'),
      });
    },
  );

  it('leaves what a failed resource depends on', async () => {
    const account = await created(body);
    account.resources.failures.set('delete Policy', new AwsError('AccessDenied', 'no', 403));
    await account.finish('DeleteStack', { StackName: 'lab' });
    expect(account.resources.calls).not.toContain('delete Data');
    expect(account.resources.calls).toContain('delete Logs');
  });
});

describe('exports (using-cfn-stack-exports.html)', () => {
  const exporting = template(
    { Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } } },
    { Outputs: { Data: { Value: { Ref: 'Data' }, Export: { Name: 'shared' } } } },
  );
  const importing = template({
    Copy: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: { 'Fn::Sub': [`copy-\${x}`, { x: { 'Fn::ImportValue': 'shared' } }] } },
    },
  });

  it('can be imported; the exporting stack then cannot be deleted', async () => {
    const account = await created(exporting);
    await account.finish('CreateStack', { StackName: 'user', TemplateBody: importing });
    expect([...account.resources.existing.keys()]).toContain('copy-data');
    await expect(account.call('DeleteStack', { StackName: 'lab' })).rejects.toMatchObject({
      message: 'Export shared cannot be deleted as it is in use by user',
    });
    expect(await account.call('ListImports', { ExportName: 'shared' })).toMatchObject({ Imports: ['user'] });
  });

  it('are unique in a region: the second stack rolls back', async () => {
    const account = await created(exporting);
    const second = exporting.replace('"BucketName":"data"', '"BucketName":"other"');
    const stack = await account.finish('CreateStack', { StackName: 'second', TemplateBody: second });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect((await account.history('second')).join('\n')).toContain(
      'Export with name shared is already exported by stack lab.',
    );
  });
});
