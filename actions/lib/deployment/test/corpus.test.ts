import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDeployment } from '../read-deployment.ts';

const folder = new URL('corpus/', import.meta.url);

function corpus(kind: 'valid' | 'invalid'): { name: string; text: string }[] {
  return readdirSync(new URL(`${kind}/`, folder))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(`${kind}/${name}`, folder), 'utf8') }));
}

/** Line and code of every finding, one a line. */
function found(text: string): string[] {
  const name = /cost_tag_value"?: "?(a+-2026)/.exec(text)?.[1] ?? 'sar-class';
  const file = `deployments/${name}/opensarlab.yaml`;
  const { diagnostics } = readDeployment({ file, text, name, images: ['sar', 'insar'], hooks: ['sar.sh', 'insar.sh'] });
  return diagnostics.map(({ line, code }) => `${line} ${code}`).sort();
}

/** What the comments of a file expect: `# expect: OSL012 OSL013` of its own line, `# expect below: …` of the next. */
function expected(text: string): string[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const [, below, codes = ''] = /# expect( below)?: ([A-Z0-9 ]+)$/.exec(line) ?? [];
      const at = index + (below === undefined ? 1 : 2);
      return codes === '' ? [] : codes.split(' ').map((code) => `${at} ${code}`);
    })
    .sort();
}

describe('the corpus', () => {
  test.each(corpus('valid'))('$name is valid, without warnings', ({ text }) => {
    expect(found(text)).toEqual([]);
  });

  test.each(corpus('invalid'))('$name has the findings that its comments say, and no others', ({ text }) => {
    expect(expected(text)).not.toEqual([]);
    expect(found(text)).toEqual(expected(text));
  });

  test('a file per mistake and a valid one for each liberty', () => {
    expect(corpus('valid').length).toBeGreaterThanOrEqual(28);
    expect(corpus('invalid').length).toBeGreaterThanOrEqual(90);
  });
});
