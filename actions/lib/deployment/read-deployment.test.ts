import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readDeployment } from './read-deployment.ts';

const read = (text: string) => readDeployment({ file: 'deployments/x/opensarlab.yaml', text, name: '_x' });

/** Code and place of each finding, with the text that the place points at. */
function pointed(text: string, diagnostics: readonly Diagnostic[]): string[] {
  const lines = text.split('\n');
  return diagnostics.map(({ code, line, column }) => {
    const word = /^[^\s:,}\]]*/.exec((lines[line - 1] ?? '').slice(column - 1))?.[0];
    return `${code} ${word}`;
  });
}

describe('a valid file', () => {
  test('the example is valid, with its images and hooks', () => {
    const reading = readDeployment({
      file: 'deployments/_example/opensarlab.yaml',
      text: exampleText,
      name: '_example',
      images: ['helloworld', 'sar'],
      hooks: ['helloworld.sh', 'sar.sh'],
    });
    expect(reading.diagnostics).toEqual([]);
    expect(reading.deployment).toMatchObject({
      name: 'example',
      aws: { account_id: '123456789012', deploy_role: 'opensarlab-deploy', cluster_admin_arns: [] },
      parameters: { container_namespace: 'example-container' },
      network: { second_az_suffix: 'b' },
      sources: { cluster: { ref: 'v2.0' } },
    });
    expect(reading.deployment?.nodes[0]).toMatchObject({ instance: ['t3a.xlarge', 't3.xlarge'], is_hub: true });
  });

  test('YAML 1.2 words stay text, and a deployment per reading is its own value', () => {
    const text = exampleWith(['admin_user_name: jdoe', 'admin_user_name: no']);
    expect(read(text).deployment?.parameters.admin_user_name).toBe('no');
    expect(read(text).deployment).not.toBe(read(text).deployment);
  });
});

describe('findings of the schema', () => {
  test('all are found in one run and point at the key, the value or the parent', () => {
    const text = exampleWith(
      ['account_id: "123456789012"', 'account_id: 123456789012'],
      ['    node_name: sar1', '    node_nam: sar1'],
      ['sign_up: closed', 'sign_up: shut'],
      ['max_number: 20', 'max_number: 0'],
      ['retain:', '__proto__: {a: 1}\nretain:'],
    );
    expect(pointed(text, read(text).diagnostics)).toEqual([
      'OSL012 123456789012',
      'OSL014 0',
      'OSL010 name',
      'OSL011 node_nam',
      'OSL015 shut',
      'OSL011 __proto__',
    ]);
  });

  test.each([
    ['a number where text belongs', ['"123456789012"', '123456789012'], 'Put it in quotes: "123456789012".'],
    ['a typing mistake', ['cost_tag_key:', 'cost_tag_kye:'], 'Did you mean cost_tag_key?'],
    ['a field of upstream', ['parameters:', 'parameters:\n  vpc_id: x'], 'the deployment has its own VPC'],
    ['a missing field', ['  az_suffix: a ', '  # az_suffix: a '], 'Letter of the availability zone'],
  ] as const)('%s has a hint that says what to do', (_, replacement, hint) => {
    const { deployment, diagnostics } = read(exampleWith([replacement[0], replacement[1]]));
    expect(deployment).toBeUndefined();
    expect(diagnostics.map((diagnostic) => diagnostic.hint).join('\n')).toContain(hint);
  });
});

describe('findings of YAML', () => {
  test('duplicate keys do not hide other mistakes', () => {
    const text = exampleWith(['protected: false', 'owner: a\nowner: b\nprotected: perhaps']);
    expect(pointed(text, read(text).diagnostics)).toEqual(['OSL003 owner', 'OSL012 perhaps']);
  });

  test.each([
    ['empty', '', 'OSL002'],
    ['not closed', 'aws: {a: [1', 'OSL002'],
    ['two documents', 'a: 1\n---\nb: 1\n', 'OSL002'],
    ['too deep', `a: ${'['.repeat(100_000)}`, 'OSL002'],
    ['too large', `a: ${'x'.repeat(1024 * 1024)}`, 'OSL001'],
    ['a list', '- 1', 'OSL012'],
  ])('%s: refused with a diagnostic', (_, text, code) => {
    const { deployment, diagnostics } = read(text);
    expect(deployment).toBeUndefined();
    expect(diagnostics[0]?.code).toBe(code);
  });

  test('an alias bomb is refused at once', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let i = 0; i < 30; i++)
      bomb.push(`${'b'.repeat(i + 1)}: &${'b'.repeat(i + 1)} [${Array(9).fill(`*${i === 0 ? 'a' : 'b'.repeat(i)}`)}]`);
    const started = performance.now();
    expect(read(bomb.join('\n')).diagnostics[0]?.message).toMatch(/alias/i);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('aliases within the limit are read', () => {
    const text = exampleWith(
      ['memory_limit: 3G', 'memory_limit: &m 3G'],
      ['memory_limit: 30G', 'memory_limit: 30G\n    cpu_guarantee: *m'],
      ['    cpu_guarantee: 1\n', ''],
    );
    expect(pointed(text, read(text).diagnostics)).toEqual(['OSL012 *m']);
  });
});

describe('hostile input', () => {
  test('values come back printable and on one line', () => {
    const text = exampleWith(['node_name: small', 'node_name: "a\\r\\n::set-output name=x::\\u001b[31m\\u202e"']);
    const [finding] = read(text).diagnostics;
    expect(finding?.message).toBe('There is no node called "a\\u{d}\\u{a}::set-output name=x::\\u{1b}[31m\\u{202e}".');
  });

  test('no text makes it throw, and no diagnostic has control characters', () => {
    const lines = exampleText.split('\n');
    const broken = fc.tuple(fc.nat(lines.length - 1), fc.string({ unit: 'binary' })).map(([at, junk]) => {
      return [...lines.slice(0, at), junk, ...lines.slice(at)].join('\n');
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), broken), (text) => {
        for (const diagnostic of read(text).diagnostics) {
          expect(diagnostic.line).toBeGreaterThan(0);
          expect(diagnostic.column).toBeGreaterThan(0);
          expect(`${diagnostic.path}${diagnostic.message}${diagnostic.hint ?? ''}`).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 200 },
    );
  });
});
