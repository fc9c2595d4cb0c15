import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checks } from './checks/checks.ts';
import { type CodeEntry, diagnosticCodes } from './diagnostic-codes.ts';

const entries: [string, CodeEntry][] = Object.entries(diagnosticCodes);

/** The library's sources, of whatever part gives findings, without tests and the catalogue itself. */
function sources(): string {
  const folder = new URL('../', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('deployment/codes'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
}

describe('the catalogue of codes', () => {
  test.each(entries)('%s has a rule, a cause and a remedy in whole sentences', (code, { rule, cause, remedy }) => {
    expect(code).toMatch(/^OSL[0-9]{3}$/);
    for (const text of [rule, cause, remedy]) expect(text).toMatch(/^[^a-z].*[.]$|^[a-z`_]\w*.* .*[.]$/);
  });

  test('has every code that is used, and none that is not', () => {
    const used = new Set([...sources().matchAll(/'(OSL[0-9]{3})'/g)].map(([, code]) => code));
    expect([...used].sort()).toEqual(entries.map(([code]) => code).sort());
  });

  test('has every check', () => {
    for (const { code } of checks) expect(diagnosticCodes).toHaveProperty(code);
  });
});
