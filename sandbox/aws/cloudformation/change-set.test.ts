import type { DescribeChangeSetOutput, ResourceChange } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { type ImitatedAccount, imitatedAccount, template } from './test/imitated-account.ts';

const bucket = (properties: object = {}): object => ({ Type: 'AWS::S3::Bucket', Properties: properties });
const group = (properties: object): object => ({ Type: 'AWS::EC2::SecurityGroup', Properties: properties });

async function created(body: string, extra: object = {}): Promise<ImitatedAccount> {
  const account = imitatedAccount();
  await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body, ...extra });
  return account;
}

function changes(changeSet: DescribeChangeSetOutput): ResourceChange[] {
  return (changeSet.Changes ?? []).flatMap(({ ResourceChange: change }) => change ?? []);
}

describe('an UPDATE change set', () => {
  it('fails when nothing would change (using-cfn-updating-stacks-changesets-create.html)', async () => {
    const account = await created(template({ Data: bucket() }));
    const plan = await account.changeSet({ StackName: 'lab', TemplateBody: template({ Data: bucket() }) });
    expect(plan).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    await expect(account.call('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' })).rejects.toMatchObject({
      code: 'InvalidChangeSetStatus',
    });
  });

  it('shows a direct modification with its path and values', async () => {
    const account = await created(template({ Data: bucket({ Tags: [{ Key: 'Purpose', Value: 'testing' }] }) }));
    const [change] = changes(
      await account.changeSet({
        StackName: 'lab',
        TemplateBody: template({ Data: bucket({ Tags: [{ Key: 'Purpose', Value: 'live' }] }) }),
      }),
    );
    expect(change).toMatchObject({
      Action: 'Modify',
      Replacement: 'False',
      Scope: ['Tags'],
      Details: [
        {
          Target: {
            Attribute: 'Tags',
            RequiresRecreation: 'Never',
            Path: '/Properties/Tags/0/Value',
            BeforeValue: 'testing',
            AfterValue: 'live',
            AttributeChangeType: 'Modify',
          },
          Evaluation: 'Static',
          ChangeSource: 'DirectModification',
        },
      ],
      BeforeContext: '{"Properties":{"Tags":[{"Key":"Purpose","Value":"testing"}]}}',
    });
    expect(change?.PolicyAction).toBeUndefined();
  });

  it('shows a changed parameter twice, dynamically and by its name (changesets-samples.html)', async () => {
    const body = template(
      { Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: { Ref: 'Days' } } } },
      { Parameters: { Days: { Type: 'Number', Default: '7' } } },
    );
    const account = await created(body);
    const plan = await account.changeSet({
      StackName: 'lab',
      UsePreviousTemplate: true,
      Parameters: [{ ParameterKey: 'Days', ParameterValue: '30' }],
    });
    const target = expect.objectContaining({ Name: 'RetentionInDays', BeforeValue: '7', AfterValue: '30' });
    expect(changes(plan)[0]?.Details).toEqual([
      { Target: target, Evaluation: 'Dynamic', ChangeSource: 'DirectModification' },
      { Target: target, Evaluation: 'Static', ChangeSource: 'ParameterReference', CausingEntity: 'Days' },
    ]);
  });

  it('announces a replacement, its dependents and what happens to the old resource', async () => {
    const body = (description: string): string =>
      template({
        Group: { ...group({ GroupDescription: description }), UpdateReplacePolicy: 'Retain' },
        Rule: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Type: 'String', Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } },
        },
      });
    const account = await created(body('old'));
    const [first, second] = changes(await account.changeSet({ StackName: 'lab', TemplateBody: body('new') }));
    expect(first).toMatchObject({
      LogicalResourceId: 'Group',
      Replacement: 'True',
      PolicyAction: 'ReplaceAndRetain',
      Details: [{ Target: { Name: 'GroupDescription', RequiresRecreation: 'Always' }, Evaluation: 'Static' }],
    });
    expect(second).toMatchObject({
      LogicalResourceId: 'Rule',
      Replacement: 'False',
      Details: [
        {
          Target: { Name: 'Value', AfterValue: '{{changeSet:KNOWN_AFTER_APPLY}}' },
          ChangeSource: 'ResourceAttribute',
          CausingEntity: 'Group.GroupId',
        },
      ],
    });
  });

  it('calls a replacement Conditional when it hangs on an attribute of a resource modified in place', async () => {
    const body = (text: string): string =>
      template({
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { AssumeRolePolicyDocument: {}, Description: text },
        },
        Group: group({ GroupDescription: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
      });
    const capabilities = { Capabilities: ['CAPABILITY_IAM'] };
    const account = await created(body('a'), capabilities);
    const plan = await account.changeSet({ StackName: 'lab', TemplateBody: body('b'), ...capabilities });
    expect(changes(plan)[1]).toMatchObject({
      LogicalResourceId: 'Group',
      Replacement: 'Conditional',
      Details: [{ Evaluation: 'Dynamic', ChangeSource: 'ResourceAttribute', CausingEntity: 'Role.Arn' }],
    });
    account.resources.calls.length = 0;
    await account.finish('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    // The ARN did not change after all.
    expect(account.resources.calls).toEqual(['update Role']);
  });

  it('lists removals with their policy', async () => {
    const account = await created(
      template({ Stay: bucket(), Gone: bucket(), Kept: { ...bucket(), DeletionPolicy: 'RetainExceptOnCreate' } }),
    );
    const plan = await account.changeSet({ StackName: 'lab', TemplateBody: template({ Stay: bucket() }) });
    expect(
      changes(plan).map(({ LogicalResourceId, Action, PolicyAction }) => [LogicalResourceId, Action, PolicyAction]),
    ).toEqual([
      ['Gone', 'Remove', 'Delete'],
      ['Kept', 'Remove', 'Retain'],
    ]);
  });

  it('reports changed stack tags, metadata and policies with their scope', async () => {
    const account = await created(template({ Data: bucket() }));
    const body = template({ Data: { ...bucket(), Metadata: { a: 1 }, DeletionPolicy: 'Retain' } });
    const plan = await account.changeSet({ StackName: 'lab', TemplateBody: body, Tags: [{ Key: 'k', Value: 'v' }] });
    expect(changes(plan)[0]?.Scope).toEqual(['Tags', 'Metadata', 'DeletionPolicy']);
  });

  it('never shows a NoEcho value', async () => {
    const body = template(
      {
        Secret: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Type: 'String', Value: { 'Fn::Sub': `user:\${Password}` } },
        },
      },
      { Parameters: { Password: { Type: 'String', NoEcho: true } } },
    );
    const password = (value: string): object => ({ Parameters: [{ ParameterKey: 'Password', ParameterValue: value }] });
    const account = await created(body, password('hunter2'));
    const plan = await account.changeSet({ StackName: 'lab', TemplateBody: body, ...password('swordfish') });
    const everything = JSON.stringify([plan, await account.describe('lab'), await account.events('lab')]);
    expect(everything).not.toMatch(/hunter2|swordfish/);
    expect(plan.Parameters).toEqual([{ ParameterKey: 'Password', ParameterValue: '****' }]);
    expect(changes(plan)[0]?.Action).toBe('Modify');
  });

  it('shows one detail per property without IncludePropertyValues', async () => {
    const account = await created(template({ Data: bucket({ Tags: [{ Key: 'a', Value: '1' }] }) }));
    const body = template({ Data: bucket({ Tags: [{ Key: 'b', Value: '2' }] }) });
    await account.changeSet({ StackName: 'lab', TemplateBody: body });
    const plan = await account.call<DescribeChangeSetOutput>('DescribeChangeSet', {
      StackName: 'lab',
      ChangeSetName: 'plan',
    });
    expect(changes(plan)[0]?.Details).toEqual([
      {
        Target: { Attribute: 'Tags', RequiresRecreation: 'Never' },
        Evaluation: 'Static',
        ChangeSource: 'DirectModification',
      },
    ]);
    expect(changes(plan)[0]?.BeforeContext).toBeUndefined();
  });

  it('is invalid once the stack has been updated otherwise', async () => {
    const account = await created(template({ Data: bucket() }));
    const tagged = template({ Data: bucket({ Tags: [{ Key: 'a', Value: '1' }] }) });
    await account.changeSet({ StackName: 'lab', TemplateBody: tagged });
    await account.finish('UpdateStack', { StackName: 'lab', TemplateBody: tagged });
    await expect(account.call('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' })).rejects.toMatchObject({
      code: 'ChangeSetNotFound',
      message: 'ChangeSet [plan] does not exist',
    });
  });

  it('pages its changes', async () => {
    const account = imitatedAccount({ pageSize: 2 });
    const body = template({ A: bucket(), B: bucket(), C: bucket() });
    await account.changeSet({ StackName: 'lab', ChangeSetType: 'CREATE', TemplateBody: body });
    const read = (NextToken?: string): Promise<DescribeChangeSetOutput> =>
      account.call<DescribeChangeSetOutput>('DescribeChangeSet', {
        StackName: 'lab',
        ChangeSetName: 'plan',
        NextToken,
      });
    const first = await read();
    const second = await read(first.NextToken);
    expect([...changes(first), ...changes(second)].map(({ LogicalResourceId }) => LogicalResourceId)).toEqual([
      'A',
      'B',
      'C',
    ]);
    expect(second.NextToken).toBeUndefined();
  });
});
