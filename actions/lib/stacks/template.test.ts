import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, type Tags, type YAMLSeq } from 'yaml';
import { repositoryText } from '../../../test/fixtures/example-deployment.ts';
import { stackKinds } from './stack.ts';
import { logicalId, readTemplate, type Template, type TemplateValue } from './template.ts';
import { largestTemplateBody, packTemplate, requestText, writeTemplate } from './template-text.ts';

const wrap = (resource: string): string =>
  `Parameters: {}\nOutputs: {}\nResources:\n  A:\n    Type: X\n    Properties:\n${resource}`;
const properties = (yaml: string): unknown => readTemplate(wrap(yaml), 'test').Resources.A?.Properties;

/** Short forms as objects, for a reader of YAML that is not ours. */
const longForms = ['Ref', 'GetAtt', 'Sub', 'If', 'Equals', 'Not', 'And'].flatMap((name): Tags => {
  const tag = `!${name}`;
  const seq = { tag, collection: 'seq', resolve: (node: YAMLSeq) => ({ [tag]: node.toJSON() }) } as const;
  return [{ tag, resolve: (value: string) => ({ [tag]: value }) }, seq];
});

describe('reading', () => {
  test.each([
    ['a: !Ref B', { a: { Ref: 'B' } }],
    ['a: !GetAtt B.C.D', { a: { 'Fn::GetAtt': ['B', 'C.D'] } }],
    ['a: !GetAtt [B, C]', { a: { 'Fn::GetAtt': ['B', 'C'] } }],
    [`a: !Sub '\${B}-c'`, { a: { 'Fn::Sub': `\${B}-c` } }],
    ['a: !If [C, !Ref D, !Ref AWS::NoValue]', { a: { 'Fn::If': ['C', { Ref: 'D' }, { Ref: 'AWS::NoValue' }] } }],
    ['a: {Fn::Base64: !Sub x}', { a: { 'Fn::Base64': { 'Fn::Sub': 'x' } } }],
    ['a: 2012-10-17', { a: '2012-10-17' }],
  ])('%s', (yaml, expected) => {
    expect(properties(`      ${yaml}`)).toEqual(expected);
  });

  test.each([
    ['an unknown short form', wrap('      a: !Reff B')],
    ['no resources', 'Parameters: {}\nOutputs: {}'],
    ['a list', '- 1'],
  ])('%s is refused by name', (_, text) => {
    expect(() => readTemplate(text, 'cluster.yaml')).toThrow(/^cluster\.yaml is not a CloudFormation template: /);
  });
});

describe('writing', () => {
  test.each([...stackKinds, 'bootstrap'])('%s comes back as it was', (kind) => {
    const template = readTemplate(repositoryText(`cluster/cloudformation/${kind}.yaml`), kind);
    const text = writeTemplate(template);
    expect(readTemplate(text, kind)).toEqual(template);
    expect(writeTemplate(readTemplate(text, kind))).toBe(text);
  });

  test('short forms are used where YAML can say them', () => {
    const template: Template = {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'x',
      Parameters: {},
      Resources: {
        A: { Type: 'X', Properties: { a: { 'Fn::GetAtt': ['B', 'C'] }, b: { 'Fn::Base64': { Ref: 'D' } } } },
      },
      Outputs: {},
    };
    expect(writeTemplate(template)).toContain('Properties: {a: !GetAtt B.C, b: {Fn::Base64: !Ref D}}');
  });

  test('a dense text says the same on fewer, longer lines', () => {
    const template = readTemplate(repositoryText('cluster/cloudformation/cluster.yaml'), 'cluster');
    const dense = writeTemplate(template, 'dense');
    expect(readTemplate(dense, 'cluster')).toEqual(template);
    expect(dense.length).toBeLessThan(0.93 * writeTemplate(template).length);
  });

  test('what readers of YAML 1.1 take for a key inside a line is quoted', () => {
    const template = readTemplate(wrap('      x: 1'), 'test');
    template.Resources.A = {
      Type: 'X',
      Properties: { any: '?*', some: 'a?b', name: ':b', url: 'http://c', number: -1 },
    };
    expect(writeTemplate(template)).toContain("{any: '?*', some: 'a?b', name: ':b', url: http://c, number: -1}");
  });

  test('any values survive', () => {
    const value = fc.letrec<{ node: TemplateValue }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.record({ Ref: fc.stringMatching(/^[A-Z][a-z]{0,8}$/) }),
        fc.array(tie('node'), { minLength: 3, maxLength: 3 }).map((list) => ({ 'Fn::If': list })),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,12}$/), tie('node'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).node;
    fc.assert(
      fc.property(value, (node) => {
        const template = readTemplate(wrap('      x: 1'), 'test');
        template.Resources.A = { Type: 'X', Properties: { node } };
        expect(readTemplate(writeTemplate(template), 'test')).toEqual(template);
        expect(readTemplate(packTemplate(template), 'test')).toEqual(template);
      }),
      { numRuns: 300 },
    );
  });

  test.each([...stackKinds, 'bootstrap'])(
    '%s packed into a line for each section says the same, to readers of YAML 1.1 too',
    (kind) => {
      const template = readTemplate(repositoryText(`cluster/cloudformation/${kind}.yaml`), kind);
      const packed = packTemplate(template);
      expect(packed.trimEnd().split('\n')).toHaveLength(Object.keys(template).length);
      // CloudFormation takes what begins with a brace for JSON.
      expect(packed).toMatch(/^AWSTemplateFormatVersion: /);
      expect(readTemplate(packed, kind)).toEqual(template);
      const asWritten = { version: '1.1', customTags: longForms } as const;
      expect(parse(packed, asWritten)).toEqual(parse(writeTemplate(template), asWritten));
      expect(Buffer.byteLength(packed)).toBeLessThan(0.95 * Buffer.byteLength(JSON.stringify(template)));
    },
  );

  test('what is sent is the most readable text that fits', () => {
    const template = readTemplate(repositoryText('cluster/cloudformation/cognito.yaml'), 'cognito');
    const filled = (bytes: number): Template => ({ ...template, Description: 'x'.repeat(bytes) });
    const room = largestTemplateBody - Buffer.byteLength(writeTemplate(template));
    expect(requestText(filled(room - 500))).toBe(writeTemplate(filled(room - 500)));
    expect(requestText(filled(room + 500))).toBe(writeTemplate(filled(room + 500), 'dense'));
    expect(requestText(filled(room + 9000))).toBe(packTemplate(filled(room + 9000)));
  });
});

describe('logical ids', () => {
  test.each([
    ['sar1', 'NodeSar1'],
    ['SAR_1', expect.stringMatching(/^NodeSAR1[0-9a-f]{6}$/)],
    ['Sar1', expect.stringMatching(/^NodeSar1[0-9a-f]{6}$/)],
  ])('%s', (name, expected) => {
    expect(logicalId('Node', name)).toEqual(expected);
  });

  test('are alphanumeric, and different names have different ones', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(logicalId('Node', a)).toMatch(/^[A-Za-z0-9]+$/);
        if (a !== b) expect(logicalId('Node', a)).not.toBe(logicalId('Node', b));
      }),
    );
  });
});
