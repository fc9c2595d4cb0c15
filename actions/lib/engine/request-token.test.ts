import { expect, it } from 'vitest';
import { requestTokens } from './request-token.ts';

it('makes tokens that every service accepts and that differ by request and run', () => {
  const now = new Date('2026-11-23T10:00:00Z');
  const one = requestTokens(now, () => 0.1);
  const other = requestTokens(now, () => 0.9);
  const tokens = [one('stack sar-cluster'), one('stack sar-cluster'), other('x'.repeat(100))];
  expect(new Set(tokens).size).toBe(3);
  for (const token of tokens) expect(token).toMatch(/^[a-zA-Z0-9][-a-zA-Z0-9]{0,63}$/);
});
