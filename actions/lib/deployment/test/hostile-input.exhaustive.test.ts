import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../../test/fixtures/example-deployment.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { readDeployment } from '../read-deployment.ts';
import { readDeployments } from '../read-deployments.ts';

const file = 'deployments/x/opensarlab.yaml';
const read = (text: string): Diagnostic[] =>
  readDeployment({ file, text, name: 'x', images: [], hooks: [] }).diagnostics;

/** Largest text that is read. */
const size = 256 * 1024;
const fill = (text: string, most = size - 4000): string => text.repeat(Math.floor(most / text.length));
const listed = (entry: string): string => fill(entry, size / 2);

/** Every finding is at a place, in words, and harmless wherever it is printed. */
function expectPresentable(diagnostics: readonly Diagnostic[], text: string): void {
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const { line, column, path, message, hint, code } of diagnostics) {
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThan(0);
    expect(code).toMatch(/^OSL[0-9]{3}$/);
    const words = `${path}${message}${hint}`;
    expect(words).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
    expect(words.length).toBeLessThan(4000);
    expect(message).toMatch(/[.]$/);
    expect(hint ?? '').toMatch(/[.?]$/);
  }
}

const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
for (let level = 1; level < 30; level++)
  bomb.push(`a${level}: &a${level} [${Array(9).fill(`*a${level > 1 ? level - 1 : ''}`)}]`);

/** Texts that are meant to stall a reader, by what they abuse. */
const stalling: Readonly<Record<string, string>> = {
  'a bomb of aliases': bomb.join('\n'),
  'a section begun again and again': Array.from({ length: 4900 }, (_, index) => `a: {b${index}: 1}`).join('\n'),
  'an alias inside of its anchor': 'a: &a [*a, *a]',
  'open brackets': `a: ${fill('[')}`,
  'open braces': `a: ${fill('{')}`,
  'explicit keys': fill('? '),
  'nested lists': fill('- '),
  anchors: `a: ${fill('&a ')}`,
  aliases: `a: [${fill('*a,')}`,
  'pairs in a list': `a: [${fill('a: 1,')}`,
  'an open quote': `a: "${fill('\n x')}`,
  'open quotes': fill('a: "x\n'),
  'open brackets in lines': `aws:\n${fill('  a: [1\n')}`,
  'lines without colons': `aws:\n${fill('  foo bar\n')}`,
  documents: fill('---\n'),
  'carriage returns': fill('\r'),
  spaces: fill(' '),
  'invisible characters': `a: ${fill('\u202e x')}`,
  'unknown fields': Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n'),
  'fields with long names': Array.from({ length: 4_000 }, (_, index) => `${'parameter'.repeat(5)}${index}: 1`).join(
    '\n',
  ),
  'the same field': fill('aws: 1\n'),
  'empty entries': `nodes:\n${fill('-\n')}`,
  'empty entries with tags': `nodes:\n${fill('- !!str\n')}`,
  'empty names': `nodes: [${fill('{: 1, : 2},')}]`,
  'fields of other sections': `aws:\n${fill('  sign_up: 1\n  az_suffix: 1\n')}`,
  'entries of another list': `nodes:\n${fill('- image_name: x\n')}`,
  'actions of the wrong type': `service_accounts: [{permissions: [{Action: [${fill('{},')}]}]}]`,
  nodes: `nodes:\n${fill('  - name: x\n')}`,
  profiles: `profiles:\n${fill('- name: x\n  foo: 1\n')}`,
};

/** Values that are meant to stall the regular expression of their field. */
const backtracking: Readonly<Record<string, string>> = {
  instances: exampleWith(['m6a.large, m5a.large', listed('a.a , ')]),
  'spaces for instances': exampleWith(['m6a.large, m5a.large', `"${listed(' ')}"`]),
  name: exampleWith(['cost_tag_value: example', `cost_tag_value: ${listed('a-')}`]),
  mail: exampleWith(['jdoe@example.org', listed('a@a.')]),
  url: exampleWith(['https://example.opensarlab.example.org', `https://${listed('a.')}`]),
  source: exampleWith([
    'retain:',
    `sources: {cluster: {url: "https://${listed('a/.')}", ref: "${fill('a./', 60_000)}"}}\nretain:`,
  ]),
  profile: exampleWith(['name: SAR 1', `name: ${listed('a- ')}`]),
  account: exampleWith(['groups:', `service_accounts: [{name: "${listed('a.')}!", permissions: []}]\ngroups:`]),
  number: exampleWith(['max_number: 5', `max_number: ${listed('1')}`]),
  ranges: exampleWith([
    '# eks_public_access_cidrs: [203.0.113.0/24]',
    `eks_public_access_cidrs: [${listed('1.1.1.1/1,')}]`,
  ]),
};

/** In seconds each where a pattern or a walk is not linear; some milliseconds where all are. */
describe('texts that are meant to stall', { timeout: 60_000 }, () => {
  test.each(Object.entries({ ...stalling, ...backtracking }))('%s: refused within bounds', (_, text) => {
    const diagnostics = read(text);
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    expect(diagnostics.length).toBeLessThanOrEqual(501);
    expectPresentable(diagnostics, text);
  });

  test('a file that is too large is not read at all', () => {
    expect(read(`a: ${'x'.repeat(size)}`).map(({ code }) => code)).toEqual(['OSL001']);
  });
});

describe('values that want to be something else', () => {
  test('come back printable and on one line', () => {
    const text = exampleWith(['node_name: small', 'node_name: "a\\n::set-output name=x::\\u202e"']);
    const found = read(text).find(({ code }) => code === 'OSL126');
    expect(found?.message).toBe('There is no node called "a\\u{a}::set-output name=x::\\u{202e}".');
  });

  test.each(['\\e[31m', '\\0', '\\r', '\\a', '\\x7f', '\\x9b31m', '\\ud800'])(
    'cannot hold the control character of %s',
    (control) => {
      const found = read(exampleWith(['description: 8 CPUs', `description: "x${control}" # `])).filter(({ path }) =>
        path.endsWith('/description'),
      );
      expect(found.map(({ code }) => code)).toEqual(['OSL028']);
      expectPresentable(found, exampleText);
    },
  );

  test.each([
    'https://user:hunter2@git.example.org/a.git',
    'https://hunter2@git.example.org/a',
    'ssh://git:hunter2@h.org/a',
  ])('are not repeated when they contain a password: %s', (url) => {
    const text = exampleWith(['retain:', `sources: {cluster: {url: "${url}", ref: v2.0}}\nretain:`]);
    const found = read(text).filter(({ path }) => path === '/sources/cluster/url');
    expect(found.map(({ code }) => code)).toEqual(['OSL013']);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  test('as names of fields too', () => {
    const text = exampleWith([
      'protected: false',
      '"::error::x\\n\\u0007": 1\n__proto__: {protected: true}\nconstructor: 1',
    ]);
    const found = read(text).filter(({ code }) => code === 'OSL011');
    expect(found.map(({ path }) => path).sort()).toEqual(['/::error::x\\u{a}\\u{7}', '/__proto__', '/constructor']);
    expectPresentable(found, text);
    expect(({} as Record<string, unknown>).protected).toBeUndefined();
  });

  test('as names of folders', () => {
    const { diagnostics } = readDeployments([{ name: 'a\n::error::b', file: 'deployments/a/opensarlab.yaml' }]);
    expectPresentable(diagnostics, '');
    expect(diagnostics).toHaveLength(1);
  });
});

describe('any text', () => {
  const lines = exampleText.split('\n');
  const anywhere = fc.nat(lines.length - 1);
  const junk = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...'[]{}:&*!|>"\'%@`#,?- \t\r\uFEFF\0', '<<: *a', '---'),
  );
  const inserted = fc.tuple(anywhere, junk).map(([at, text]) => lines.toSpliced(at, 0, text).join('\n'));
  const spliced = fc.tuple(anywhere, fc.nat(60), junk).map(([at, column, text]) => {
    const line = lines[at] ?? '';
    return lines.with(at, line.slice(0, column) + text + line.slice(column)).join('\n');
  });
  const removed = fc.tuple(anywhere, fc.nat(5)).map(([at, count]) => lines.toSpliced(at, count).join('\n'));
  const moved = fc.tuple(anywhere, fc.integer({ min: 0, max: 9 })).map(([at, indent]) => {
    return lines.with(at, ' '.repeat(indent) + (lines[at] ?? '').trimStart()).join('\n');
  });

  test('gets findings that can be shown, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), junk, inserted, spliced, removed, moved), (text) => {
        expectPresentable(read(text), text);
      }),
      { numRuns: 500 },
    );
  });

  test('that is YAML of any shape gets findings too', () => {
    const known = [
      'aws',
      'parameters',
      'nodes',
      'profiles',
      'groups',
      'users',
      'storage',
      'network',
      'sources',
      'retain',
    ];
    const scalar = fc.oneof(fc.constantFrom(null, true, 1, -1, 1.5, '', 'hub', 'a,b', '1Gi'), fc.string());
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('any'), { maxLength: 4 }), tie('group')),
      group: fc.dictionary(
        fc.oneof(fc.constantFrom(...known, 'name', 'instance', 'region', 'is_hub'), fc.string()),
        tie('any'),
        { maxKeys: 6 },
      ),
    })).group;
    fc.assert(
      fc.property(value, (document) => {
        const text = JSON.stringify(document);
        const diagnostics = read(text);
        expectPresentable(diagnostics, text);
        expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
