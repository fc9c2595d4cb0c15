import { describe, expect, it } from 'vitest';
import { parseTemplateBody } from './template-body.ts';
import { imitatedAccount, template } from './test/imitated-account.ts';

async function refusal(body: string): Promise<{ code: string; message: string }> {
  const error: unknown = await imitatedAccount()
    .call('ValidateTemplate', { TemplateBody: body })
    .catch((thrown: unknown) => thrown);
  return error as { code: string; message: string };
}

const bucket = { Type: 'AWS::S3::Bucket' };
const named = (name: unknown): string => template({ A: { ...bucket, Properties: { BucketName: name } } });

describe('a template’s text (template-formats.html)', () => {
  it('is JSON, or YAML with short forms', () => {
    const yaml = `
Resources:
  A:
    Type: AWS::S3::Bucket
    Properties:
      Ref: !Ref Name
      Att: !GetAtt Endpoint.Address.Host
      AttList: !GetAtt [A, Arn]
      Sub: !Sub "\${A}-x"
      SubWith: !Sub ["\${v}", {v: !Ref Name}]
      Join: !Join ["-", [a, !Ref Name]]
      If: !If [Big, 1, !Ref AWS::NoValue]
      Nested: !Base64 {Fn::Sub: text}
      Version: 2012-10-17
      Enabled: on
      Mode: 0755
`;
    const root = parseTemplateBody(yaml) as { Resources: { A: { Properties: unknown } } };
    expect(root.Resources.A.Properties).toEqual({
      Ref: { Ref: 'Name' },
      Att: { 'Fn::GetAtt': ['Endpoint', 'Address.Host'] },
      AttList: { 'Fn::GetAtt': ['A', 'Arn'] },
      Sub: { 'Fn::Sub': `\${A}-x` },
      SubWith: { 'Fn::Sub': [`\${v}`, { v: { Ref: 'Name' } }] },
      Join: { 'Fn::Join': ['-', ['a', { Ref: 'Name' }]] },
      If: { 'Fn::If': ['Big', 1, { Ref: 'AWS::NoValue' }] },
      Nested: { 'Fn::Base64': { 'Fn::Sub': 'text' } },
      Version: '2012-10-17',
      Enabled: true,
      Mode: 755,
    });
    expect(parseTemplateBody('{"Resources": {"A": {"Type": "T"}}}')).toEqual({ Resources: { A: { Type: 'T' } } });
  });

  it.each([
    ['{"Resources": }', 'Template format error: JSON not well-formed.'],
    ['Resources:\n\t- x', 'Template format error: YAML not well-formed. (line 2, column 1)'],
    ['Resources: {A: 1, A: 2}', 'Template format error: YAML not well-formed. (line 1,'],
    ['just text', 'Template format error: unsupported structure.'],
    ['Resources: !Unknown x', 'Template format error: YAML not well-formed. (line 1,'],
    ['A: &a {x: 1}\nB: *a', 'Template format error: YAML aliases are not allowed in CloudFormation templates'],
  ])('%s is refused', async (body, message) => {
    expect(await refusal(body)).toMatchObject({ code: 'ValidationError', message: expect.stringContaining(message) });
  });
});

describe('a template’s sections (template-anatomy.html)', () => {
  it.each([
    [template({ A: bucket }, { Ressources: {} }), 'Invalid template property or properties [Ressources]'],
    ['{"Resources": {}}', 'Template format error: At least one Resources member must be defined.'],
    [template({ A: {} }), 'Template format error: [/Resources/A] Every Resources object must contain a Type member.'],
    [template({ 'A-B': bucket }), 'Template format error: Resource name A-B is non alphanumeric.'],
    [template({ A: { ...bucket, Propertys: {} } }), "Invalid template resource property 'Propertys'"],
    [
      template({ A: { ...bucket, DeletionPolicy: 'Keep' } }),
      'Template format error: Unrecognized DeletionPolicy Keep for resource A',
    ],
    [
      template({ A: bucket }, { Outputs: { O: {} } }),
      'Template format error: [/Outputs/O] Every Outputs member must contain a Value object',
    ],
    [
      template({ A: bucket }, { Parameters: { P: { Type: 'Text' } } }),
      'Template format error: Unrecognized parameter type: Text',
    ],
    [
      'Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n',
      "Template format error: [/Resources/A/Properties] 'null' values are not allowed in templates",
    ],
  ])('%s is refused', async (body, message) => {
    expect(await refusal(body)).toMatchObject({ code: 'ValidationError', message });
  });

  it('Transform and Rules are not imitated, and the error says so', async () => {
    expect(await refusal(template({ A: bucket }, { Transform: 'AWS::Serverless-2016-10-31' }))).toMatchObject({
      code: 'NotImplemented',
      message: "The sandbox's CloudFormation does not support the template section Transform.",
    });
  });

  it.each([
    { ...bucket, UpdatePolicy: { AutoScalingRollingUpdate: {} } },
    { ...bucket, CreationPolicy: {} },
    { Type: 'AWS::AutoScaling::AutoScalingGroup', UpdatePolicy: { AutoScalingReplacingUpdate: { WillReplace: true } } },
  ])('policies that would have no effect are named: %j', async (resource) => {
    expect(await refusal(template({ A: resource }))).toMatchObject({
      code: 'NotImplemented',
      message: expect.stringMatching(/(Update|Creation)Policy.*resource A/),
    });
  });

  it('may hold 500 resources, not more (cloudformation-limits.html)', async () => {
    const many = (count: number): string =>
      template(Object.fromEntries(Array.from({ length: count }, (_unused, index) => [`B${index}`, bucket])));
    expect(await refusal(many(500))).toMatchObject({ Parameters: [] });
    expect(await refusal(many(501))).toMatchObject({
      message: expect.stringContaining('greater than maximum allowed, 500'),
    });
  });
});

describe('what a template names', () => {
  it.each([
    [
      template({ A: { Type: 'AWS::S3::Buckets' } }),
      'Template format error: Unrecognized resource types: [AWS::S3::Buckets]',
    ],
    [
      named({ Ref: 'B' }),
      'Template format error: Unresolved resource dependencies [B] in the Resources block of the template',
    ],
    [
      named({ 'Fn::Sub': `\${B}` }),
      'Template format error: Unresolved resource dependencies [B] in the Resources block of the template',
    ],
    [named({ 'Fn::GetAtt': ['B', 'Arn'] }), 'Template error: instance of Fn::GetAtt references undefined resource B'],
    [
      named({ 'Fn::GetAtt': ['A', 'Size'] }),
      'Template error: resource A does not support attribute type Size in Fn::GetAtt',
    ],
    [
      named({ 'Fn::If': ['C', 'a', 'b'] }),
      'Template format error: Unresolved condition dependency C in the Resources block of the template',
    ],
    [
      named({ 'Fn::FindInMap': ['M', 'a', 'b'] }),
      "Template error: Mapping named 'M' is not present in the 'Mappings' section of template.",
    ],
    [
      template({ A: { ...bucket, DependsOn: 'B' } }),
      'Template format error: Unresolved resource dependencies [B] in the Resources block of the template',
    ],
    [
      template({ A: bucket }, { Outputs: { O: { Value: { Ref: 'B' } } } }),
      'Template format error: Unresolved resource dependencies [B] in the Outputs block of the template',
    ],
    [
      template({ A: bucket }, { Conditions: { C: { 'Fn::Equals': [{ Ref: 'A' }, 'x'] } } }),
      'Template format error: Unresolved dependencies [A]. Cannot reference resources in the Conditions block of the template',
    ],
  ])('%s is refused', async (body, message) => {
    expect(await refusal(body)).toMatchObject({ code: 'ValidationError', message });
  });

  it('a type that AWS has and the sandbox lacks is named', async () => {
    expect(await refusal(template({ A: { Type: 'AWS::Neptune::DBCluster' } }))).toMatchObject({
      code: 'NotImplemented',
      message: expect.stringContaining('[AWS::Neptune::DBCluster]'),
    });
  });

  it('a circle is refused with the resources in it (troubleshooting.html)', async () => {
    const body = template({
      A: { ...bucket, DependsOn: 'B' },
      B: { ...bucket, Properties: { BucketName: { Ref: 'A' } } },
      C: { ...bucket, DependsOn: 'A' },
    });
    await expect(imitatedAccount().call('CreateStack', { StackName: 'lab', TemplateBody: body })).rejects.toMatchObject(
      { message: 'Circular dependency between resources: [A, B]' },
    );
  });

  it('a resource that its condition leaves out cannot be referred to, but may be in DependsOn', async () => {
    const conditions = { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } };
    const out = { ...bucket, Condition: 'Never' };
    const account = imitatedAccount();
    const referring = template({ Out: out, A: { ...bucket, Properties: { BucketName: { Ref: 'Out' } } } }, conditions);
    await expect(account.call('CreateStack', { StackName: 'lab', TemplateBody: referring })).rejects.toMatchObject({
      message: 'Template format error: Unresolved resource dependencies [Out] in the Resources block of the template',
    });
    const depending = template({ Out: out, A: { ...bucket, DependsOn: 'Out' } }, conditions);
    await account.finish('CreateStack', { StackName: 'lab', TemplateBody: depending });
    expect(account.resources.calls).toEqual(['create A', 'created A']);
  });
});
