import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleActions } from '../build/bundle.ts';
import { root } from '../setup/install.mjs';

/** All bundles together; GitHub loads them at every step. */
const sizeLimit = 3_500_000;

const committed = join(root, 'actions', 'dist');
const fresh = await mkdtemp(join(tmpdir(), 'opensarlab-dist-'));
try {
  await bundleActions(fresh);
  const names = [...new Set([...(await readdir(committed)), ...(await readdir(fresh))])].sort();
  const problems: string[] = [];
  let size = 0;
  for (const name of names) {
    const [before, after] = await Promise.all(
      [readFile(join(committed, name)), readFile(join(fresh, name))].map(orNone),
    );
    if (before === undefined || after === undefined || !before.equals(after))
      problems.push(`${name} is not what the sources build`);
    if (name.endsWith('.map')) problems.push(`${name} is a source map`);
    if (after !== undefined) size += (await stat(join(fresh, name))).size;
  }
  if (size >= sizeLimit) problems.push(`the bundles have ${size} bytes, more than ${sizeLimit}`);
  for (const problem of problems) process.stderr.write(`actions/dist: ${problem}\n`);
  if (problems.length > 0) process.stderr.write('Run `npm run build` and commit the result.\n');
  else process.stdout.write(`actions/dist is fresh: ${names.length} files, ${size} bytes.\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}

async function orNone(content: Promise<Buffer>): Promise<Buffer | undefined> {
  try {
    return await content;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
