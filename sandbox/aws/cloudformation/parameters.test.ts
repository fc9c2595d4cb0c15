import { describe, expect, it } from 'vitest';
import { imitatedAccount, template } from './test/imitated-account.ts';

const logs = (ref: unknown = { Ref: 'P' }): Record<string, unknown> => ({
  L: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: ref } },
});

async function create(declaration: object, value?: string): Promise<unknown> {
  const account = imitatedAccount({ ssmParameter: (name) => (name === '/public/ami' ? 'ami-1' : undefined) });
  await account.finish('CreateStack', {
    StackName: 'lab',
    TemplateBody: template(logs(), { Parameters: { P: declaration } }),
    ...(value === undefined ? {} : { Parameters: [{ ParameterKey: 'P', ParameterValue: value }] }),
  });
  return { made: [...account.resources.existing.keys()], parameters: (await account.describe('lab')).Parameters };
}

describe('parameters (parameters-section-structure.html)', () => {
  it.each<[object, string | undefined, string]>([
    [{ Type: 'String' }, undefined, 'Parameters: [P] must have values'],
    [{ Type: 'String', AllowedValues: ['a'] }, 'b', "Parameter 'P' must be one of AllowedValues"],
    [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'ab1', "Parameter 'P' must match pattern [a-z]+"],
    [
      { Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'lower case only' },
      'A',
      'Parameter P failed to satisfy constraint: lower case only',
    ],
    [{ Type: 'String', MinLength: 2 }, 'a', "Parameter 'P' must contain at least 2 characters"],
    [{ Type: 'String', MaxLength: 2 }, 'abc', "Parameter 'P' must contain at most 2 characters"],
    [{ Type: 'Number' }, 'x', "Parameter 'P' must be a number"],
    [{ Type: 'Number', MinValue: 3 }, '2', "Parameter 'P' must be a number not less than 3"],
    [{ Type: 'Number', MaxValue: 3 }, '4', "Parameter 'P' must be a number not greater than 3"],
    [{ Type: 'CommaDelimitedList', AllowedValues: ['a'] }, 'a,b', "Parameter 'P' must be one of AllowedValues"],
    [
      { Type: 'AWS::SSM::Parameter::Value<String>' },
      '/public/none',
      'Unable to fetch parameters [/public/none] from parameter store for this account.',
    ],
  ])('%j does not take %j', async (declaration, value, message) => {
    await expect(create(declaration, value)).rejects.toMatchObject({ code: 'ValidationError', message });
  });

  it('take the default', async () => {
    expect(await create({ Type: 'String', Default: 'd' })).toMatchObject({ made: ['d'] });
  });

  it('take a value from Parameter Store and show both', async () => {
    expect(await create({ Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>' }, '/public/ami')).toEqual({
      made: ['ami-1'],
      parameters: [{ ParameterKey: 'P', ParameterValue: '/public/ami', ResolvedValue: 'ami-1' }],
    });
  });

  it('give a list where the type is one', async () => {
    const account = imitatedAccount();
    const body = template(logs({ 'Fn::Select': [1, { Ref: 'P' }] }), { Parameters: { P: { Type: 'List<String>' } } });
    await account.finish('CreateStack', {
      StackName: 'lab',
      TemplateBody: body,
      Parameters: [{ ParameterKey: 'P', ParameterValue: 'a, b' }],
    });
    expect([...account.resources.existing.keys()]).toEqual(['b']);
  });

  it('that the template does not declare are refused', async () => {
    const request = {
      StackName: 'lab',
      TemplateBody: template(logs('l')),
      Parameters: [{ ParameterKey: 'Q', ParameterValue: '1' }],
    };
    await expect(imitatedAccount().call('CreateStack', request)).rejects.toMatchObject({
      message: 'Parameters: [Q] do not exist in the template',
    });
  });

  it('have no previous value in a new stack', async () => {
    const body = template(logs(), { Parameters: { P: { Type: 'String' } } });
    const request = {
      StackName: 'lab',
      TemplateBody: body,
      Parameters: [{ ParameterKey: 'P', UsePreviousValue: true }],
    };
    await expect(imitatedAccount().call('CreateStack', request)).rejects.toMatchObject({
      message: expect.stringContaining('Cannot specify usePreviousValue as true'),
    });
  });
});

describe('NoEcho (parameters-section-structure.html)', () => {
  it('masks the value where the stack is described, but not in its outputs', async () => {
    const account = imitatedAccount();
    const stack = await account.finish('CreateStack', {
      StackName: 'lab',
      TemplateBody: template(logs(), {
        Parameters: { P: { Type: 'String', NoEcho: true } },
        Outputs: { O: { Value: { Ref: 'P' } } },
      }),
      Parameters: [{ ParameterKey: 'P', ParameterValue: 'hunter2' }],
    });
    expect(stack.Parameters).toEqual([{ ParameterKey: 'P', ParameterValue: '****' }]);
    expect(stack.Outputs?.[0]?.OutputValue).toBe('hunter2');
    const [shown] = (await account.events('lab')).flatMap(({ ResourceProperties }) => ResourceProperties ?? []);
    expect(shown).toBe('{"LogGroupName":"****"}');
  });
});

describe('pseudo parameters (pseudo-parameter-reference.html)', () => {
  it('say where the stack is', async () => {
    const account = imitatedAccount();
    const text = `\${AWS::AccountId} \${AWS::Region} \${AWS::Partition} \${AWS::URLSuffix} \${AWS::StackName} \${AWS::StackId}`;
    const stack = await account.finish('CreateStack', {
      StackName: 'lab',
      TemplateBody: template(logs('l'), { Outputs: { O: { Value: { 'Fn::Sub': text } } } }),
    });
    expect(stack.Outputs?.[0]?.OutputValue).toBe(`123456789012 us-west-2 aws amazonaws.com lab ${stack.StackId}`);
  });
});
