import { describe, expect, it } from 'vitest';
import { imitatedAccount, template } from './test/imitated-account.ts';

const bucket = (properties: object = {}): object => ({ Type: 'AWS::S3::Bucket', Properties: properties });

describe('pre-deployment validation (validate-stack-deployments.html)', () => {
  const invalid = template({ Data: bucket({ BucketName: 'data', Colour: 'red' }) });

  it('fails the change set and tells why through DescribeEvents', async () => {
    const account = imitatedAccount();
    const plan = await account.changeSet({ StackName: 'lab', ChangeSetType: 'CREATE', TemplateBody: invalid });
    expect(plan.Status).toBe('FAILED');
    expect(plan.StatusReason).toContain('[AWS::EarlyValidation::PropertyValidation]');
    const events = await account.operationEvents({ ChangeSetName: plan.ChangeSetId, Filters: { FailedEvents: true } });
    expect(events).toEqual([
      expect.objectContaining({
        EventType: 'VALIDATION_ERROR',
        OperationType: 'CREATE_CHANGESET',
        LogicalResourceId: 'Data',
        ValidationName: 'PROPERTY_VALIDATION',
        ValidationFailureMode: 'FAIL',
        ValidationStatusReason: '#: extraneous key [Colour] is not permitted',
        ValidationPath: '/Resources/Data/Properties',
      }),
    ]);
  });

  it('finds names that are taken', async () => {
    const account = imitatedAccount();
    const taken = template({ Data: bucket({ BucketName: 'data' }) });
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: taken });
    const body = template({ Mine: bucket({ BucketName: 'data' }) });
    const plan = await account.changeSet({ StackName: 'other', ChangeSetType: 'CREATE', TemplateBody: body });
    expect(plan.StatusReason).toContain('[AWS::EarlyValidation::ResourceExistenceCheck]');
    const [event] = await account.operationEvents({ ChangeSetName: plan.ChangeSetId, Filters: { FailedEvents: true } });
    expect(event?.ValidationStatusReason).toBe(
      "Resource of type 'AWS::S3::Bucket' with identifier 'data' already exists.",
    );
  });

  it('stops CreateStack before the first resource', async () => {
    const account = imitatedAccount();
    const stack = await account.finish('CreateStack', { StackName: 'lab', TemplateBody: invalid });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(account.resources.calls).toEqual([]);
  });

  it('can be switched off: then the resource itself fails', async () => {
    const account = imitatedAccount();
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: invalid, DisableValidation: true });
    expect(await account.history('lab')).toContain(
      'Data CREATE_FAILED: Properties validation failed for resource Data with message:\n[#: extraneous key [Colour] is not permitted]',
    );
  });

  it('leaves some types out, which fail in their own words', async () => {
    const account = imitatedAccount();
    const body = template({
      Code: { Type: 'AWS::CodeCommit::Repository', Properties: { RepositoryName: 'r', Colour: 'red' } },
    });
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body });
    expect(await account.history('lab')).toContain('Code CREATE_FAILED: Encountered unsupported property Colour');
  });
});
