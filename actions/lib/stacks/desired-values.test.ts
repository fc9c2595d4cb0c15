import { describe, expect, it } from 'vitest';
import { desiredResources, isFunction, sourcesOf } from './desired-values.ts';
import type { OutputReference } from './stack.ts';

const place = { deployment: 'sar', accountId: '111122223333', region: 'us-gov-west-1' };

function desired(resources: string, parameters: Record<string, string | OutputReference> = {}, more = '') {
  const declared = Object.keys(parameters).map(
    (name) => `  ${name}: {Type: ${name.endsWith('List') ? 'CommaDelimitedList' : 'String'}}`,
  );
  const templateBody = `Parameters:\n  Given: {Type: Number, Default: 7}\n${declared.join('\n')}\n${more}\nResources:\n${resources}\n`;
  return desiredResources({ name: 'sar-hub', templateBody, parameters }, place);
}

/** The value of one property, written as in a template. */
function value(text: string, parameters: Record<string, string | OutputReference> = {}, more = '') {
  return desired(`  Thing: {Type: T, Properties: {P: ${text}}}`, parameters, more).get('Thing')?.properties.P;
}

const vpc: OutputReference = { stack: 'cluster', output: 'VpcId' };

describe('a desired value', () => {
  it.each([
    ['1', '1'],
    ['true', 'true'],
    ['!Ref Given', '7'],
    ['!Ref AWS::Region', 'us-gov-west-1'],
    [
      `!Sub "arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/\${AWS::StackName}"`,
      'arn:aws-us-gov:iam::111122223333:role/sar-hub',
    ],
    [`!Sub "\${!Literal} \${Given"`, `\${Literal} \${Given`],
    [`!Sub ["\${A}-\${Given}", {A: x}]`, 'x-7'],
    ['!Join ["-", [a, !Ref Given]]', 'a-7'],
    ['!Ref Vpc', { Ref: 'Vpc' }],
    ['!GetAtt Role.Arn', { 'Fn::GetAtt': ['Role', 'Arn'] }],
    [`!Sub "\${Role.Arn}/x"`, { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Role', 'Arn'] }, '/x']] }],
    ['{Fn::Base64: !Ref Given}', { 'Fn::Base64': '7' }],
    ['{Key: {Ref: Given, Other: 1}}', { Key: { Ref: 'Given', Other: '1' } }],
    ['[a, !Ref AWS::NoValue, b]', ['a', 'b']],
    ['!Ref AWS::NoValue', undefined],
  ])('%s', (text, expected) => expect(value(text)).toEqual(expected));

  it('from another stack is its reference, whatever is around it', () => {
    const reference = { $from: 'sar-cluster.VpcId' };
    expect(value('!Ref V', { V: vpc })).toEqual(reference);
    const text = value(`!Sub "vpc/\${V}/\${Given}"`, { V: vpc });
    expect(text).toEqual({ 'Fn::Join': ['', ['vpc/', reference, '/7']] });
    expect([sourcesOf(text ?? null), sourcesOf('x'), isFunction(reference)]).toEqual([['sar-cluster'], [], true]);
  });

  it('of a list parameter is a list', () => {
    expect(value('!Ref CidrList', { CidrList: '10.0.0.0/8, 192.168.0.0/16' })).toEqual([
      '10.0.0.0/8',
      '192.168.0.0/16',
    ]);
  });

  it('cannot pass for one from another stack, nor change what objects are', () => {
    expect(value('!Ref N', { N: '{"$from":"sar-cluster.VpcId"}' })).toBe('{"$from":"sar-cluster.VpcId"}');
    expect(Object.keys(value('{__proto__: {a: b}}') ?? {})).toEqual(['__proto__']);
  });
});

describe('a condition', () => {
  const conditions = `
Conditions:
  Is7: !Equals [!Ref Given, 7]
  Not7: !Not [!Condition Is7]
  Both: !And [!Condition Is7, !Condition Not7]
  Either: !Or [!Condition Is7, !Condition Open]
  Open: !Equals [!Ref V, x]
  Circle: !Not [!Condition Circle]`;
  it.each([
    ['Is7', 'a'],
    ['Not7', 'b'],
    ['Both', 'b'],
    ['Either', 'a'],
    ['Open', { 'Fn::If': ['Open', 'a', 'b'] }],
    ['Circle', { 'Fn::If': ['Circle', 'a', 'b'] }],
    ['Unknown', { 'Fn::If': ['Unknown', 'a', 'b'] }],
  ])('%s chooses as far as it is known', (name, expected) => {
    expect(value(`!If [${name}, a, b]`, { V: vpc }, conditions)).toEqual(expected);
  });

  it('that only AWS knows leaves the resource there, one that is false does not', () => {
    const resources = ['Is7', 'Not7', 'Open'].map((name) => `  R${name}: {Type: T, Condition: ${name}}`).join('\n');
    expect([...desired(resources, { V: vpc }, conditions).keys()]).toEqual(['RIs7', 'ROpen']);
  });

  it('that refers to others twice each, many times over, is worked out once', () => {
    const chain = Array.from(
      { length: 60 },
      (_, index) => `  C${index + 1}: !And [!Condition C${index}, !Condition C${index}]`,
    );
    const deep = ['Conditions:', '  C0: !Equals [!Ref V, x]', ...chain].join('\n');
    expect(value('!If [C60, a, b]', { V: vpc }, deep)).toEqual({ 'Fn::If': ['C60', 'a', 'b'] });
  });
});

it('what becomes of a resource is there, and a template without sections is empty', () => {
  const resource = desired('  Thing: {Type: T, DeletionPolicy: Retain, Metadata: {a: 1}}').get('Thing');
  expect(resource).toEqual({ type: 'T', properties: {}, attributes: { DeletionPolicy: 'Retain' } });
  expect(desiredResources({ name: 'x', templateBody: '{}', parameters: {} }, place).size).toBe(0);
});
