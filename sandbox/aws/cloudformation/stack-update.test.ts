import { describe, expect, it } from 'vitest';
import { AwsError } from '../service.ts';
import { type ImitatedAccount, imitatedAccount, template } from './test/imitated-account.ts';

const group = (description: string, extra: object = {}): object => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription: description, ...extra },
});
const logs = (days: number): object => ({ Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: days } });

async function created(body: string, extra: object = {}): Promise<ImitatedAccount> {
  const account = imitatedAccount();
  await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body, ...extra });
  account.resources.calls.length = 0;
  return account;
}

const update = (account: ImitatedAccount, body: string, extra: object = {}) =>
  account.finish('UpdateStack', { StackName: 'lab', TemplateBody: body, ...extra });

describe('UpdateStack', () => {
  it('changes in place what the specification does not mark as replacement', async () => {
    const account = await created(template({ Logs: logs(7), Same: logs(1) }));
    const stack = await update(account, template({ Logs: logs(30), Same: logs(1) }));
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    expect(account.resources.calls).toEqual(['update Logs']);
    expect(stack.LastUpdatedTime).toBeInstanceOf(Date);
  });

  it('refuses an update that changes nothing', async () => {
    const account = await created(template({ Logs: logs(7) }));
    await expect(update(account, template({ Logs: logs(7) }))).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'No updates are to be performed.',
    });
  });

  it('counts outputs and tags as changes', async () => {
    const account = await created(template({ Logs: logs(7) }));
    const output = template({ Logs: logs(7) }, { Outputs: { Fingerprint: { Value: 'abc' } } });
    expect((await update(account, output)).Outputs).toEqual([{ OutputKey: 'Fingerprint', OutputValue: 'abc' }]);
    expect(account.resources.calls).toEqual([]);
    await update(account, output, { Tags: [{ Key: 'cost', Value: 'sar' }] });
    expect(account.resources.calls).toEqual(['update Logs']);
  });

  it('replaces: new resource first, dependents follow, the old one goes in cleanup (update-behaviors.html)', async () => {
    const dependent = {
      Type: 'AWS::SSM::Parameter',
      Properties: { Type: 'String', Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } },
    };
    const account = await created(template({ Group: group('old'), User: dependent }));
    const [old] = account.resources.existing.keys();
    const stack = await update(account, template({ Group: group('new'), User: dependent }));
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    expect(account.resources.calls).toEqual(['create Group', 'created Group', 'update User', 'delete Group']);
    expect(account.resources.existing.has(old ?? '')).toBe(false);
    const history = await account.history('lab');
    expect(history).toContain(
      'Group UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.',
    );
    expect(history.slice(-4)).toEqual([
      'lab UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Group DELETE_IN_PROGRESS',
      'Group DELETE_COMPLETE',
      'lab UPDATE_COMPLETE',
    ]);
  });

  it('keeps the replaced resource with UpdateReplacePolicy Retain', async () => {
    const account = await created(template({ Group: group('old') }));
    await update(account, template({ Group: { ...group('new'), UpdateReplacePolicy: 'Retain' } }));
    expect(account.resources.existing.size).toBe(2);
    expect(await account.history('lab')).toContain('Group DELETE_SKIPPED');
  });

  it('removes what left the template, honouring its DeletionPolicy', async () => {
    const account = await created(
      template({ Stay: logs(1), Gone: logs(1), Kept: { ...logs(1), DeletionPolicy: 'Retain' } }),
    );
    const stack = await update(account, template({ Stay: logs(1) }));
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    expect(account.resources.calls).toEqual(['delete Gone']);
    expect(account.resources.existing.size).toBe(2);
    const { StackResourceSummaries: left } = await account.call<{ StackResourceSummaries: object[] }>(
      'ListStackResources',
      { StackName: 'lab' },
    );
    expect(left).toEqual([expect.objectContaining({ LogicalResourceId: 'Stay' })]);
  });

  it('refuses to replace a custom-named resource (aws-properties-name.html)', async () => {
    const account = await created(template({ Group: group('old', { GroupName: 'sg' }) }));
    const stack = await update(account, template({ Group: group('new', { GroupName: 'sg' }) }));
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(account.resources.calls).toEqual([]);
    expect(await account.history('lab')).toContain(
      'Group UPDATE_FAILED: CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename sg and update the stack again.',
    );
  });

  it('replaces a custom-named resource that is renamed', async () => {
    const account = await created(template({ Group: group('old', { GroupName: 'one' }) }));
    await update(account, template({ Group: group('old', { GroupName: 'two' }) }));
    expect([...account.resources.existing.keys()]).toEqual(['two']);
  });

  it.each([
    ['default', 'dedicated', ['create Net', 'created Net', 'delete Net']],
    ['dedicated', 'default', ['update Net']],
  ])('asks the type where the specification says "may replace": %s to %s', async (from, to, calls) => {
    const net = (tenancy: string): string =>
      template({
        Net: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16', InstanceTenancy: tenancy } },
      });
    const account = await created(net(from));
    const plan = await account.changeSet({ StackName: 'lab', TemplateBody: net(to) });
    expect(plan.Changes?.[0]?.ResourceChange?.Replacement).toBe('Conditional');
    await update(account, net(to));
    expect(account.resources.calls).toEqual(calls);
  });

  it('hands UpdatePolicy to the type (aws-attribute-updatepolicy.html)', async () => {
    const nodes = (size: string): string =>
      template({
        Nodes: {
          Type: 'AWS::AutoScaling::AutoScalingGroup',
          UpdatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1 } },
          Properties: { MinSize: '1', MaxSize: size },
        },
      });
    const account = await created(nodes('1'));
    await update(account, nodes('2'));
    expect(account.resources.calls).toEqual(['update Nodes with {"AutoScalingRollingUpdate":{"MaxBatchSize":1}}']);
  });

  it('finishes although cleanup fails, and says so', async () => {
    const account = await created(template({ Stay: logs(1), Gone: logs(1) }));
    account.resources.failures.set('delete Gone', new AwsError('AccessDenied', 'no', 403));
    expect(await update(account, template({ Stay: logs(1) }))).toMatchObject({
      StackStatus: 'UPDATE_COMPLETE',
      StackStatusReason: 'Update successful. One or more resources could not be deleted.',
    });
  });

  it('refuses another resource type under the same logical id', async () => {
    const account = await created(template({ Thing: logs(1) }));
    await expect(update(account, template({ Thing: group('x') }))).rejects.toMatchObject({
      message:
        'Update of resource type is not permitted. The new template modifies resource type of the following resources: [Thing]',
    });
  });

  it('takes the previous template and previous parameter values', async () => {
    const body = template(
      { Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: { Ref: 'Days' } } } },
      { Parameters: { Days: { Type: 'Number' } } },
    );
    const account = await created(body, { Parameters: [{ ParameterKey: 'Days', ParameterValue: '7' }] });
    const previous = { StackName: 'lab', UsePreviousTemplate: true };
    await expect(
      account.call('UpdateStack', { ...previous, Parameters: [{ ParameterKey: 'Days', UsePreviousValue: true }] }),
    ).rejects.toMatchObject({ message: 'No updates are to be performed.' });
    await account.finish('UpdateStack', { ...previous, Parameters: [{ ParameterKey: 'Days', ParameterValue: '30' }] });
    expect(account.resources.calls).toEqual(['update Logs']);
  });

  it('ends in UPDATE_ROLLBACK_FAILED when the service refuses the change and its way back', async () => {
    const account = await created(template({ Logs: logs(7) }));
    account.resources.failures.set('update Logs', new AwsError('AccessDeniedException', 'no', 400));
    const stack = await update(account, template({ Logs: logs(30) }));
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  });
});

describe('an update that fails (using-cfn-updating-stacks-continueupdaterollback.html)', () => {
  const before = template({ Logs: logs(7), Group: group('old') });
  const after = template({
    Logs: logs(30),
    Group: group('new'),
    New: { ...logs(1), DependsOn: ['Logs', 'Group'] },
    Bad: { ...logs(1), DependsOn: 'New' },
  });
  const failing = async (): Promise<ImitatedAccount> => {
    const account = await created(before);
    account.resources.failures.set('create Bad', new AwsError('LimitExceededException', 'too many', 400));
    return account;
  };

  it('rolls back to the previous resources and removes the new ones', async () => {
    const account = await failing();
    const physical = [...account.resources.existing.keys()];
    const stack = await update(account, after);
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...account.resources.existing.keys()].sort()).toEqual(physical.sort());
    const [logGroup] = [...account.resources.existing.values()].filter(({ type }) => type === 'AWS::Logs::LogGroup');
    expect(logGroup?.properties['RetentionInDays']).toBe(7);
    const history = await account.history('lab');
    expect(history).toContain('lab UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Bad]. ');
    expect(history).toContain('lab UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  });

  it('describes the previous template afterwards and can be updated again', async () => {
    const account = await failing();
    await update(account, after);
    const { TemplateBody: body } = await account.call<{ TemplateBody: string }>('GetTemplate', { StackName: 'lab' });
    expect(body).toBe(before);
    account.resources.failures.clear();
    expect((await update(account, after)).StackStatus).toBe('UPDATE_COMPLETE');
    expect(account.resources.existing.size).toBe(4);
  });

  it('ends in UPDATE_ROLLBACK_FAILED when the rollback fails; ContinueUpdateRollback finishes it', async () => {
    const account = await failing();
    let updates = 0;
    account.resources.onCall = (call) => {
      if (call !== 'update Logs') return;
      updates += 1;
      if (updates === 2) account.resources.failures.set('update Logs', new AwsError('AccessDenied', 'no', 403));
    };
    expect(await update(account, after)).toMatchObject({
      StackStatus: 'UPDATE_ROLLBACK_FAILED',
      StackStatusReason: 'The following resource(s) failed to update: [Logs]. ',
    });
    await expect(
      account.call('DescribeStackResource', { StackName: 'lab', LogicalResourceId: 'Logs' }),
    ).resolves.toMatchObject({
      StackResourceDetail: { ResourceStatus: 'UPDATE_FAILED' },
    });
    account.resources.failures.delete('update Logs');
    const stack = await account.finish('ContinueUpdateRollback', { StackName: 'lab' });
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(account.resources.existing.size).toBe(2);
  });

  it('can skip the resource that cannot be rolled back', async () => {
    const account = await failing();
    account.resources.onCall = (call) => {
      if (call === 'create Bad') account.resources.failures.set('update Logs', new AwsError('AccessDenied', 'no', 403));
    };
    await update(account, after);
    await expect(
      account.call('ContinueUpdateRollback', { StackName: 'lab', ResourcesToSkip: ['Group'] }),
    ).rejects.toMatchObject({ code: 'ValidationError' });
    const stack = await account.finish('ContinueUpdateRollback', { StackName: 'lab', ResourcesToSkip: ['Logs'] });
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('stays with DisableRollback; RollbackStack or another update goes on from there', async () => {
    const account = await failing();
    expect((await update(account, after, { DisableRollback: true })).StackStatus).toBe('UPDATE_FAILED');
    expect((await account.finish('RollbackStack', { StackName: 'lab' })).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(account.resources.existing.size).toBe(2);
    expect((await update(account, after, { DisableRollback: true })).StackStatus).toBe('UPDATE_FAILED');
    account.resources.failures.clear();
    expect((await update(account, after)).StackStatus).toBe('UPDATE_COMPLETE');
    expect(account.resources.existing.size).toBe(4);
  });

  it('can be cancelled while it runs (API_CancelUpdateStack)', async () => {
    const account = await created(before);
    await account.call('UpdateStack', {
      StackName: 'lab',
      TemplateBody: template({ Logs: logs(30), Group: group('old') }),
    });
    const stack = await account.finish('CancelUpdateStack', { StackName: 'lab' });
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    const history = await account.history('lab');
    expect(history).toContain('Logs UPDATE_FAILED: Resource update cancelled');
    expect(history).toContain('lab UPDATE_ROLLBACK_IN_PROGRESS: Stack update cancelled');
    await expect(account.call('CancelUpdateStack', { StackName: 'lab' })).rejects.toMatchObject({
      message: 'CancelUpdateStack cannot be called from current stack status',
    });
  });
});
