import { createHash } from 'node:crypto';
import type { Stack } from './stack.ts';

/**
 * SHA-256 over what a stack is made of, 64 hex digits: template (without the output that carries the fingerprint),
 * parameters and tags. Parameters and tags count by content, not by order.
 */
export function fingerprintOf(stack: Pick<Stack, 'templateBody' | 'parameters' | 'tags'>): string {
  const parts = [stack.templateBody, sorted(stack.parameters), sorted(stack.tags)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
