import { describe, expect, it } from 'vitest';
import { ignoreRule } from './overlay-ignore.ts';

describe('ignoreRule', () => {
  it.each(['Dockerfile~', 'hub/.values.yaml.swp', 'a/.DS_Store', 'a/__pycache__/b.pyc', 'x.orig', '.#lock'])(
    'leaves out the leftover %s',
    (path) => expect(ignoreRule([])(path)).toBe(true),
  );

  it.each(['Dockerfile', '.gitignore', '.bashrc', 'original', 'a/~b', 'swp', 'Thumbs.db.md'])('keeps %s', (path) =>
    expect(ignoreRule([])(path)).toBe(false),
  );

  it.each([
    ['*.test.ts', 'deep/down/a.test.ts', true],
    ['*.test.ts', 'a.test.tsx', false],
    ['__snapshots__/', 'a/__snapshots__/b.snap', true],
    ['docs/*.md', 'docs/a.md', true],
    ['docs/*.md', 'docs/deep/a.md', false],
    ['docs/*.md', 'other/docs/a.md', false],
    ['docs/drafts', 'docs/drafts/a/b', true],
    ['/only.txt', 'only.txt', true],
    ['/only.txt', 'a/only.txt', false],
    ['a?.txt', 'ab.txt', true],
    ['a.txt', 'abtxt', false],
    ['(a|b)+[c]', '(a|b)+[c]', true],
  ])('with %j, %s: %s', (pattern, path, expected) => expect(ignoreRule([pattern])(path)).toBe(expected));
});
