import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findFiles, isBelow } from './file-pattern.ts';

/**
 * hashFiles(): one SHA-256 over the SHA-256 of every matching file below the workspace; empty when there is none
 * (docs.github.com/en/actions/reference/workflows-and-actions/expressions#hashfiles).
 */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const { files } = findFiles(workspace, patterns.join('\n'), true);
  const inside = files.filter((file) => isBelow(file, workspace));
  if (inside.length === 0) return '';
  const total = createHash('sha256');
  for (const file of inside) total.update(createHash('sha256').update(readFileSync(file)).digest());
  return total.digest('hex');
}
