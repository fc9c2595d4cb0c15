import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';

const parser = new MarkdownIt({ html: true });
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((page) => page !== '' && existsSync(page));

const parsed = new Map(
  pages.map((page) => {
    const blocks = parser.parse(readFileSync(page, 'utf8'), {});
    return [page, blocks.flatMap((token) => [token, ...(token.children ?? [])])];
  }),
);
const anchors = new Map(pages.map((page) => [page, anchorsOf(page)]));

/** All tokens of a page, those inside of paragraphs and headings too. */
function tokensOf(page: string): ReturnType<typeof parser.parse> {
  return parsed.get(page) ?? [];
}

/** Anchors as GitHub makes them of headings: lower case, no punctuation, `-1` and so on for repeated ones. */
function anchorsOf(page: string): Set<string> {
  const tokens = tokensOf(page);
  const found = new Set(
    tokens.flatMap(({ content }) => [...content.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id ?? '')),
  );
  const uses = new Map<string, number>();
  for (const [index, { type }] of tokens.entries()) {
    if (type !== 'heading_open') continue;
    const shown = (tokens[index + 1]?.children ?? []).map(({ content }) => content).join('');
    const anchor = shown
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const earlier = uses.get(anchor) ?? 0;
    uses.set(anchor, earlier + 1);
    found.add(earlier === 0 ? anchor : `${anchor}-${earlier}`);
  }
  return found;
}

/** Links and images of a page that lead to another file or heading of the repository. */
function relativeLinksOf(page: string): string[] {
  return tokensOf(page)
    .map((token) => String(token.attrGet('href') ?? token.attrGet('src') ?? ''))
    .filter((link) => link !== '' && !/^[a-z]+:/i.test(link));
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = decodeURIComponent(link).split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(target)) return true;
  return anchor !== undefined && target.endsWith('.md') && !anchors.get(target)?.has(anchor);
}

/** Paths of the repository in inline code, such as a test that holds a claim; patterns and placeholders are left out. */
function namedPathsOf(page: string): string[] {
  const folders = /^(?:\.github|actions\/(?:lib|dist)|cluster|docs|images|schemas|scripts|test)\/[\w./-]*$/;
  return tokensOf(page)
    .filter(({ type }) => type === 'code_inline')
    .map(({ content }) => content)
    .filter((path) => folders.test(path) && !path.includes('NAME'));
}

/** Files that a recipe makes: "Make `PATH`:". */
function madeBy(page: string): Set<string> {
  return new Set([...readFileSync(page, 'utf8').matchAll(/\bMake `([^`]+)`:/g)].map(([, path = '']) => path));
}

describe.each(pages)('%s', (page) => {
  it('has no broken link', () => {
    expect(relativeLinksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
  });

  it('names only files that exist', () => {
    const made = madeBy(page);
    expect(namedPathsOf(page).filter((path) => !existsSync(path) && !made.has(path))).toEqual([]);
  });
});

describe('the pages', () => {
  it('are all reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const link of relativeLinksOf(page)) {
        const target = normalize(join(dirname(page), link.replace(/#.*/, '')));
        if (pages.includes(target)) reached.add(target);
      }
    }
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });
});
