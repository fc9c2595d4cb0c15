import { existsSync, readFileSync } from 'node:fs';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';

// A row of the threat model whose test was renamed or is gone holds nothing.

/** A row of one of the tables, with the tests that it names. */
type Row = { attack: string; tests: { file: string; title: string }[] };

const rows = readRows(readFileSync('docs/threat-model.md', 'utf8'));

/** Rows of all tables that say what holds a guard: their last cell is a list of files, each with titles in “ and ”. */
function readRows(markdown: string): Row[] {
  const tokens = new MarkdownIt().parse(markdown, {});
  const found: Row[] = [];
  let cells: string[] = [];
  let isGuards = false;
  for (const [index, { type }] of tokens.entries()) {
    if (type === 'tr_open') cells = [];
    if (type === 'th_open' || type === 'td_open') cells.push(tokens[index + 1]?.content ?? '');
    if (type === 'thead_close') isGuards = cells.at(-1) === 'held by';
    if (type === 'tr_close' && isGuards) found.push({ attack: cells[0] ?? '', tests: readTests(cells.at(-1) ?? '') });
    if (type === 'table_close') isGuards = false;
  }
  return found;
}

function readTests(cell: string): Row['tests'] {
  const tests: Row['tests'] = [];
  let file = '';
  for (const [, path, title] of cell.matchAll(/`([^`]+)`|“([^”]+)”/g)) {
    if (path !== undefined) file = path;
    if (title !== undefined) tests.push({ file, title });
  }
  return tests;
}

/** Whether a file has a test, or a group of tests, of this title that is not skipped. */
function hasTest(file: string, title: string): boolean {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  const name = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (file.endsWith('.py')) return new RegExp(`^(?:async )?def ${name}\\(`, 'm').test(text);
  const calls = [...text.matchAll(new RegExp(`\\(\\s*(['"\`])${name}\\1,`, 'g'))];
  return calls.some(({ index }) => !/\.(?:skip|todo|only)(?:\.each)?$/.test(text.slice(0, index)));
}

describe('the threat model', () => {
  it('has a row for each guard, and no attack twice', () => {
    expect(rows.length).toBeGreaterThan(70);
    expect(new Set(rows.map(({ attack }) => attack)).size).toBe(rows.length);
  });

  it.each(rows)('$attack: its tests are there', ({ tests }) => {
    expect(tests).not.toEqual([]);
    expect(tests.filter(({ file, title }) => !hasTest(file, title))).toEqual([]);
  });

  it('would miss a test that is renamed, skipped or gone', () => {
    const [file, title] = ['test/docs/threat-model.test.ts', 'has a row for each guard, and no attack twice'];
    expect(hasTest(file, title)).toBe(true);
    expect(hasTest(file, `${title}!`)).toBe(false);
    expect(hasTest('test/docs/none.test.ts', title)).toBe(false);
    expect(hasTest('test/hub/real/test_session.py', 'test_nothing')).toBe(false);
  });
});
