import { expect, test } from 'vitest';
import { matchesRefPattern } from './ref-pattern.ts';

test.each([
  ['refs/heads/main', 'refs/heads/main', true],
  ['refs/heads/*', 'refs/heads/main', true],
  ['refs/heads/*', 'refs/heads/release/1', false],
  ['refs/heads/**/*', 'refs/heads/release/1', true],
  ['refs/heads/**/*', 'refs/heads/main', true],
  ['refs/heads/release?', 'refs/heads/release1', true],
  ['.github/workflows/*.yml', '.github/workflows/plan.yml', true],
  ['.github/workflows/*.yml', '.github/workflows/plan.yaml', false],
])('%s matches %s: %s', (pattern, name, expected) => {
  expect(matchesRefPattern(pattern, name)).toBe(expected);
});

test('a pattern that would have many ways to match takes no time', () => {
  expect(matchesRefPattern(`refs/heads/${'*a'.repeat(200)}b`, `refs/heads/${'a'.repeat(2_000)}`)).toBe(false);
});
