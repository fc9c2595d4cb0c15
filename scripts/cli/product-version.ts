import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../setup/install.mjs';

/** `opensarlab 0.1.0, Node 24.21.0`, for bug reports. */
export async function productVersion(): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return `opensarlab ${version}, Node ${process.versions.node}`;
}
