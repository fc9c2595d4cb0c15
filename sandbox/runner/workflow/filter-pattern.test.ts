import { describe, expect, it } from 'vitest';
import { filterPattern, matchesFilter } from './filter-pattern.ts';

// The examples of the filter pattern cheat sheet (workflow syntax for GitHub Actions).
describe('filterPattern', () => {
  it.each([
    ['feature/*', 'feature/my-branch', true],
    ['feature/*', 'feature/beta-a/my-branch', false],
    ['feature/**', 'feature/beta-a/my-branch', true],
    ['*', 'main', true],
    ['*', 'releases/10', false],
    ['**', 'all/the/branches', true],
    ['*feature', 'ver-10-feature', true],
    ['v2*', 'v2.9', true],
    ['v[12].[0-9]+.[0-9]+', 'v1.10.1', true],
    ['v[12].[0-9]+.[0-9]+', 'v3.1.0', false],
    ['*.jsx?', 'page.js', true],
    ['*.jsx?', 'page.jsx', true],
    ['**.js', 'src/js/app.js', true],
    ['docs/*', 'docs/a/b.md', false],
    ['docs/**/*.md', 'docs/README.md', true],
    ['docs/**/*.md', 'docs/a/markdown/file.md', true],
    ['**/docs/**', 'docs/hello.md', true],
    ['**/docs/**', 'dir/docs/my-file.txt', true],
    ['**/*src/**', 'my-src/code/js/app.js', true],
    ['**/*-post.md', 'path/2005-10-10-post.md', true],
    ['**/README.md', 'README.md', true],
    ['*.ts', 'a/b.ts', false],
    ['a.b', 'aXb', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
  ])('%s on %s: %s', (pattern, value, matches) => {
    expect(filterPattern(pattern).test(value)).toBe(matches);
  });
});

describe('matchesFilter', () => {
  it('lets the last matching pattern decide', () => {
    expect(matchesFilter(['sub/**', '!sub/docs/**'], 'sub/docs/a.md')).toBe(false);
    expect(matchesFilter(['sub/**', '!sub/docs/**', 'sub/docs/keep.md'], 'sub/docs/keep.md')).toBe(true);
    expect(matchesFilter(['!sub/docs/**', 'sub/**'], 'sub/docs/a.md')).toBe(true);
    expect(matchesFilter(['!docs/**'], 'src/a.ts')).toBe(false);
  });
});
