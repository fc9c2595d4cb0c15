import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, meet, readPattern } from './policy-pattern.ts';

describe('contains', () => {
  it.each([
    ['s3:*', 's3:GetObject', true],
    ['s3:*', 's3:Get*', true],
    ['*', '*', true],
    ['**', 'a', true],
    ['s3:Get*', 's3:*', false],
    ['s3:Get?bject', 's3:GetObject', true],
    ['s3:Get?bject', 's3:Get*bject', false],
    ['?', '?', true],
    ['', '', true],
    ['', 'a', false],
    ['a*', '', false],
    ['arn:aws:s3:::a/*', 'arn:aws:s3:::ab/*', false],
  ])('%s contains %s: %s', (outer, inner, expected) => {
    expect(contains(outer, inner)).toBe(expected);
  });
});

describe('meet', () => {
  it.each([
    ['s3:*', '*Object', true],
    ['s3:Get*', 's3:Put*', false],
    ['*', '', true],
    ['a*c', '*b*', true],
    ['a?c', 'ab?', true],
    ['a', 'ab', false],
    ['*a', 'b*', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(meet(a, b)).toBe(expected);
    expect(meet(b, a)).toBe(expected);
  });
});

describe('both', () => {
  const text = fc.stringMatching(/^[ab*?]{0,6}$/);
  const plain = fc.stringMatching(/^[ab]{0,6}$/);

  it('agree with what the patterns match', () => {
    fc.assert(
      fc.property(text, text, plain, (outer, inner, value) => {
        const [inOuter, inInner] = [matches(outer, value), matches(inner, value)];
        if (inOuter && inInner) expect(meet(outer, inner)).toBe(true);
        if (contains(outer, inner) && inInner) expect(inOuter).toBe(true);
        if (contains(outer, inner)) expect(meet(outer, inner)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('take policy variables for anything', () => {
    expect(readPattern(`arn:aws:s3:::a/\${aws:username}/x`)).toBe('arn:aws:s3:::a/*/x');
  });

  it('end soon with many wildcards', () => {
    const many = `${'*a'.repeat(500)}b`;
    expect(contains(many, 'a'.repeat(1000))).toBe(false);
    expect(meet(many, `${'a*'.repeat(500)}c`)).toBe(false);
  });
});

function matches(pattern: string, value: string): boolean {
  const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^(?:${source})$`).test(value);
}
