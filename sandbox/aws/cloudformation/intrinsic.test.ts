import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownAfterApply, resolve, type Scope, stringify } from './intrinsic.ts';
import { noValue } from './pseudo-parameters.ts';
import { isRecord } from './template.ts';

const values: Record<string, unknown> = { Name: 'sar', List: ['a', 'b'], Gone: noValue, Later: knownAfterApply };
const scope: Scope = {
  region: 'us-west-2',
  ref: (name) => values[name],
  getAtt: (logicalId, attribute) => `${logicalId}.${attribute}`,
  condition: (name) => name === 'Yes',
  mapping: (map, top, second) => `${map}/${top}/${second}`,
  importValue: (name) => `imported ${name}`,
  availabilityZones: (region) => [`${region}a`, `${region}b`],
};
const of = (value: unknown): unknown => resolve(value, scope);

describe('intrinsic functions (intrinsic-function-reference.html)', () => {
  it.each<[unknown, unknown]>([
    [{ Ref: 'Name' }, 'sar'],
    [{ 'Fn::GetAtt': ['A', 'Endpoint.Address'] }, 'A.Endpoint.Address'],
    [{ 'Fn::GetAtt': 'A.Arn' }, 'A.Arn'],
    [{ 'Fn::Sub': `\${Name}-\${A.Arn}-\${!Literal}` }, `sar-A.Arn-\${Literal}`],
    [{ 'Fn::Sub': [`\${x}\${Name}`, { x: { Ref: 'Name' } }] }, 'sarsar'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Name' }, 1]] }, 'a-sar-1'],
    [{ 'Fn::Join': [',', { Ref: 'List' }] }, 'a,b'],
    [{ 'Fn::Join': [',', ['a', { Ref: 'Gone' }]] }, 'a'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'x/y/z'] }] }, 'y'],
    [{ 'Fn::If': ['Yes', 1, 2] }, 1],
    [{ 'Fn::If': ['No', 1, 2] }, 2],
    [{ 'Fn::Equals': [1, '1'] }, true],
    [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'a'] }] }, false],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
    [{ 'Fn::FindInMap': ['M', { Ref: 'Name' }, 'k'] }, 'M/sar/k'],
    [{ 'Fn::Base64': 'echo ü' }, Buffer.from('echo ü').toString('base64')],
    [{ 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
    [{ 'Fn::GetAZs': '' }, ['us-west-2a', 'us-west-2b']],
    [{ 'Fn::GetAZs': 'eu-west-1' }, ['eu-west-1a', 'eu-west-1b']],
    [{ 'Fn::ImportValue': 'shared' }, 'imported shared'],
    [
      { a: 1, b: { Ref: 'Gone' }, c: [{ Ref: 'Gone' }, 2] },
      { a: 1, c: [2] },
    ],
    [{ Condition: { StringEquals: { a: 'b' } } }, { Condition: { StringEquals: { a: 'b' } } }],
  ])('%j → %j', (value, expected) => {
    expect(of(value)).toEqual(expected);
  });

  it.each<[unknown, unknown]>([
    [{ 'Fn::Sub': `arn:\${Later}` }, `arn:${knownAfterApply}`],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Later' }]] }, `a-${knownAfterApply}`],
    [{ 'Fn::Select': [3, { 'Fn::Split': [',', { Ref: 'Later' }] }] }, knownAfterApply],
    [{ 'Fn::Base64': { Ref: 'Later' } }, knownAfterApply],
    [{ 'Fn::Cidr': [{ Ref: 'Later' }, 2, 8] }, knownAfterApply],
  ])('%j stays unknown until apply', (value, expected) => {
    expect(of(value)).toEqual(expected);
  });

  it.each<[unknown, string]>([
    [{ 'Fn::Length': [1] }, 'Encountered unsupported function: Fn::Length'],
    [{ 'Fn::Select': [2, ['a']] }, 'Fn::Select cannot select nonexistent value at index 2'],
    [{ 'Fn::Join': ['-', 'a'] }, 'every Fn::Join object requires two parameters'],
    [{ 'Fn::And': [true] }, 'every Fn::And object requires a list of at least 2'],
    [{ 'Fn::GetAtt': 'A' }, 'every Fn::GetAtt object requires two non-empty parameters'],
    [{ 'Fn::Sub': `\${a b}` }, 'variable names in Fn::Sub syntax'],
    [{ 'Fn::Sub': { Ref: 'Name' } }, "don't specify expected arguments"],
    [{ 'Fn::Cidr': ['10.0.0.0/24', 4, 8] }, 'Fn::Cidr cannot divide'],
  ])('%j is refused', (value, message) => {
    expect(() => of(value)).toThrow(message);
  });

  it('leave every value without functions as it is', () => {
    const hasCall = (value: unknown): boolean =>
      Array.isArray(value)
        ? value.some(hasCall)
        : isRecord(value) &&
          Object.entries(value).some(([key, member]) => /^(Ref|Condition|Fn::)/.test(key) || hasCall(member));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!hasCall(value));
        expect(JSON.stringify(of(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('Split undoes Join for any parts without the delimiter', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((text) => !text.includes('|')),
          { minLength: 1 },
        ),
        (parts) => {
          expect(of({ 'Fn::Split': ['|', { 'Fn::Join': ['|', parts] }] })).toEqual(parts);
        },
      ),
    );
  });

  it('compare values as text, whatever the order of keys', () => {
    expect(stringify({ b: 1, a: [true] })).toEqual({ a: ['true'], b: '1' });
    expect(JSON.stringify(stringify({ b: 1, a: 2 }))).toBe(JSON.stringify(stringify({ a: 2, b: 1 })));
  });
});
