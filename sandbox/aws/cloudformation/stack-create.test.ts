import { describe, expect, it } from 'vitest';
import { AwsError } from '../service.ts';
import { imitatedAccount, template } from './test/imitated-account.ts';

const policy = { Bucket: { Ref: 'Data' }, PolicyDocument: { Statement: [] } };
const twoSteps = template(
  { Data: { Type: 'AWS::S3::Bucket' }, Policy: { Type: 'AWS::S3::BucketPolicy', Properties: policy } },
  { Outputs: { Name: { Value: { Ref: 'Data' }, Export: { Name: { 'Fn::Sub': `\${AWS::StackName}-data` } } } } },
);

describe('CreateStack', () => {
  it('makes resources in dependency order with the events AWS documents (view-stack-events.html)', async () => {
    const account = imitatedAccount();
    const stack = await account.finish('CreateStack', { StackName: 'lab', TemplateBody: twoSteps });
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(await account.history('lab')).toEqual([
      'lab CREATE_IN_PROGRESS: User Initiated',
      'Data CREATE_IN_PROGRESS',
      'Data CREATE_IN_PROGRESS: Resource creation Initiated',
      'Data CREATE_COMPLETE',
      'Policy CREATE_IN_PROGRESS',
      'Policy CREATE_IN_PROGRESS: Resource creation Initiated',
      'Policy CREATE_COMPLETE',
      'lab CREATE_COMPLETE',
    ]);
  });

  it('resolves Ref to the physical id, gives it to dependents and to outputs', async () => {
    const account = imitatedAccount();
    const stack = await account.finish('CreateStack', { StackName: 'lab', TemplateBody: twoSteps });
    const [bucket] = [...account.resources.existing].filter(([, { type }]) => type === 'AWS::S3::Bucket');
    const made = [...account.resources.existing.values()].find(({ type }) => type === 'AWS::S3::BucketPolicy');
    expect(bucket?.[0]).toMatch(/^lab-Data-[A-Za-z0-9]{12}$/);
    expect(made?.properties['Bucket']).toBe(bucket?.[0]);
    expect(stack.Outputs).toEqual([{ OutputKey: 'Name', OutputValue: bucket?.[0], ExportName: 'lab-data' }]);
  });

  it('passes stack tags and the aws:cloudformation tags on (aws-properties-resource-tags.html)', async () => {
    const account = imitatedAccount();
    const stack = await account.finish('CreateStack', {
      StackName: 'lab',
      TemplateBody: template({ Data: { Type: 'AWS::S3::Bucket' } }),
      Tags: [{ Key: 'cost', Value: 'sar' }],
    });
    const [data] = account.resources.existing.values();
    expect(data?.stackTags).toEqual({
      cost: 'sar',
      'aws:cloudformation:stack-name': 'lab',
      'aws:cloudformation:stack-id': stack.StackId,
      'aws:cloudformation:logical-id': 'Data',
    });
  });

  it('gives handlers values of the schema’s primitive types', async () => {
    const account = imitatedAccount();
    const body = template(
      { Disk: { Type: 'AWS::EC2::Volume', Properties: { AvailabilityZone: 'us-west-2a', Size: { Ref: 'Size' } } } },
      { Parameters: { Size: { Type: 'Number', Default: '20' } } },
    );
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body });
    const [disk] = account.resources.existing.values();
    expect(disk?.properties['Size']).toBe(20);
  });

  it('refuses a second stack of the same name, but repeats a request with the same token (API_CreateStack)', async () => {
    const account = imitatedAccount();
    const request = { StackName: 'lab', TemplateBody: twoSteps, ClientRequestToken: 'once' };
    const first = await account.call('CreateStack', request);
    const again = await account.call('CreateStack', request);
    expect(again).toMatchObject({ StackId: (first as { StackId: string }).StackId });
    await expect(account.call('CreateStack', { ...request, ClientRequestToken: 'other' })).rejects.toMatchObject({
      code: 'AlreadyExistsException',
      message: 'Stack [lab] already exists',
    });
    await account.world.settle();
  });

  it('asks for capabilities as IAM resources need them (API_CreateStack, Capabilities)', async () => {
    const account = imitatedAccount();
    const role = (properties: object): string =>
      template({ Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties } } });
    const create = (body: string, capabilities: string[]): Promise<object> =>
      account.call('CreateStack', { StackName: 'lab', TemplateBody: body, Capabilities: capabilities });
    await expect(create(role({}), [])).rejects.toMatchObject({
      code: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_IAM]',
    });
    await expect(create(role({ RoleName: 'r' }), ['CAPABILITY_IAM'])).rejects.toMatchObject({
      message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    });
    await expect(create(role({ RoleName: 'r' }), ['CAPABILITY_NAMED_IAM'])).resolves.toBeDefined();
    await account.world.settle();
  });

  it('refuses a service role that does not exist', async () => {
    const account = imitatedAccount({ roleExists: (_world, arn) => arn.endsWith('/real') });
    const request = { StackName: 'lab', TemplateBody: twoSteps, RoleARN: 'arn:aws:iam::123456789012:role/none' };
    await expect(account.call('CreateStack', request)).rejects.toMatchObject({ code: 'ValidationError' });
  });

  it('publishes each stack status as an event (eventbridge-events.html)', async () => {
    const account = imitatedAccount();
    const statuses: unknown[] = [];
    account.world.subscribe((event) => {
      if (event.source === 'aws.cloudformation') statuses.push(event.detail['status-details']);
    });
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: twoSteps });
    expect(statuses).toEqual([
      { status: 'CREATE_IN_PROGRESS', 'status-reason': 'User Initiated' },
      { status: 'CREATE_COMPLETE', 'status-reason': '' },
    ]);
  });
});

describe('what a resource needs', () => {
  const optional = (made: boolean) =>
    template(
      {
        First: { Type: 'AWS::S3::Bucket', Condition: 'Made' },
        Second: { Type: 'AWS::S3::Bucket', Metadata: { Needs: { 'Fn::If': ['Made', { Ref: 'First' }, ''] } } },
      },
      { Conditions: { Made: { 'Fn::Equals': [String(made), 'true'] } } },
    );

  it('can stand in its metadata, on a condition', async () => {
    const account = imitatedAccount();
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: optional(true) });
    const history = await account.history('lab');
    expect(history.indexOf('First CREATE_COMPLETE')).toBeLessThan(history.indexOf('Second CREATE_IN_PROGRESS'));
    const without = await account.finish('CreateStack', { StackName: 'other', TemplateBody: optional(false) });
    expect(without.StackStatus).toBe('CREATE_COMPLETE');
  });
});

describe('a creation that fails (stack-failure-options.html)', () => {
  const parallel = template({
    Good: { Type: 'AWS::S3::Bucket' },
    Bad: { Type: 'AWS::EC2::SecurityGroup', DependsOn: 'Good', Properties: { GroupDescription: 'x' } },
    Never: { Type: 'AWS::S3::Bucket', DependsOn: 'Bad' },
  });
  const failing = () => {
    const account = imitatedAccount();
    account.resources.failures.set('create Bad', new AwsError('InvalidGroup.Duplicate', 'The group exists'));
    return account;
  };

  it('rolls back: nothing is left, and the reason names every resource that failed', async () => {
    const account = failing();
    const stack = await account.finish('CreateStack', { StackName: 'lab', TemplateBody: parallel });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(account.resources.existing.size).toBe(0);
    const history = await account.history('lab');
    expect(history).toContainEqual(
      expect.stringMatching(
        /^Bad CREATE_FAILED: Resource handler returned message: "The group exists \(Service: EC2, Status Code: 400, Request ID: .+\)" \(RequestToken: .+, HandlerErrorCode: AlreadyExists\)$/,
      ),
    );
    expect(history).toContain(
      'lab ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Bad]. Rollback requested by user.',
    );
    expect(history.filter((line) => line.startsWith('Never'))).toEqual([]);
  });

  it('cancels what is still being made, and deletes it too', async () => {
    const account = imitatedAccount();
    account.resources.failures.set('create Bad', new AwsError('InternalFailure', 'broken', 500));
    const body = template({ Wait: { Type: 'AWS::Logs::LogGroup' }, Bad: { Type: 'AWS::S3::Bucket' } });
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body });
    const history = await account.history('lab');
    expect(history).toContain('Wait CREATE_FAILED: Resource creation cancelled');
    expect(history).toContain(
      'lab ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Wait, Bad]. Rollback requested by user.',
    );
    expect(history).toContain('Wait DELETE_COMPLETE');
  });

  it('stays as it is with OnFailure DO_NOTHING, and RollbackStack cleans up later (API_RollbackStack)', async () => {
    const account = failing();
    const request = { StackName: 'lab', TemplateBody: parallel, OnFailure: 'DO_NOTHING' };
    const stack = await account.finish('CreateStack', request);
    expect(stack).toMatchObject({
      StackStatus: 'CREATE_FAILED',
      StackStatusReason: 'The following resource(s) failed to create: [Bad]. ',
    });
    expect(account.resources.existing.size).toBe(1);
    const rolledBack = await account.finish('RollbackStack', { StackName: 'lab' });
    expect(rolledBack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(account.resources.existing.size).toBe(0);
  });

  it('disappears with OnFailure DELETE', async () => {
    const account = failing();
    const stack = await account.finish('CreateStack', {
      StackName: 'lab',
      TemplateBody: parallel,
      OnFailure: 'DELETE',
    });
    expect(stack.StackStatus).toBe('DELETE_COMPLETE');
    await expect(account.describe('lab')).rejects.toThrow('Stack with id lab does not exist');
  });

  it('ends in ROLLBACK_FAILED when a resource cannot be deleted', async () => {
    const account = failing();
    account.resources.failures.set('delete Good', new AwsError('BucketNotEmpty', 'The bucket is not empty', 409));
    const stack = await account.finish('CreateStack', { StackName: 'lab', TemplateBody: parallel });
    expect(stack).toMatchObject({
      StackStatus: 'ROLLBACK_FAILED',
      StackStatusReason: 'The following resource(s) failed to delete: [Good]. ',
    });
  });

  it('keeps Retain, but deletes RetainExceptOnCreate (aws-attribute-deletionpolicy.html)', async () => {
    const account = failing();
    const body = template({
      Kept: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'kept' } },
      Fresh: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate' },
      Bad: { Type: 'AWS::EC2::SecurityGroup', DependsOn: ['Kept', 'Fresh'], Properties: { GroupDescription: 'x' } },
    });
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body });
    expect([...account.resources.existing.keys()]).toEqual(['kept']);
    expect(await account.history('lab')).toContain('Kept DELETE_SKIPPED');
  });

  it('can be deleted, but not updated, in ROLLBACK_COMPLETE', async () => {
    const account = failing();
    const stack = await account.finish('CreateStack', { StackName: 'lab', TemplateBody: parallel });
    await expect(account.call('UpdateStack', { StackName: 'lab', TemplateBody: twoSteps })).rejects.toMatchObject({
      code: 'ValidationError',
      message: `Stack:${stack.StackId} is in ROLLBACK_COMPLETE state and can not be updated.`,
    });
    const deleted = await account.finish('DeleteStack', { StackName: 'lab' });
    expect(deleted.StackStatus).toBe('DELETE_COMPLETE');
  });

  it('ends after TimeoutInMinutes (API_CreateStack)', async () => {
    const account = imitatedAccount({}, 20_000);
    const chain = template(
      Object.fromEntries(
        Array.from({ length: 30 }, (_unused, index) => [
          `B${index}`,
          { Type: 'AWS::Logs::LogGroup', ...(index === 0 ? {} : { DependsOn: `B${index - 1}` }) },
        ]),
      ),
    );
    const stack = await account.finish('CreateStack', { StackName: 'lab', TemplateBody: chain, TimeoutInMinutes: 1 });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect((await account.history('lab')).join('\n')).toContain('Stack creation time exceeded the specified timeout.');
  });
});

describe('a sandbox that closes', () => {
  it('stops a creation silently where it is', async () => {
    const account = imitatedAccount({}, 1);
    await account.call('CreateStack', { StackName: 'lab', TemplateBody: twoSteps });
    account.world.close();
    await account.world.settle();
    expect(account.resources.calls).toEqual(['create Data']);
    expect((await account.describe('lab')).StackStatus).toBe('CREATE_IN_PROGRESS');
  });
});
