import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBareRepository, treeOfFolder } from './bare-repository.ts';
import { mergeTrees } from './merge.ts';
import { gitText } from './run-git.ts';

let folder: string;
let repository: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'merge-'));
  repository = join(folder, 'r.git');
  await createBareRepository(repository, 'main');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const author = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a' };

async function commit(files: Record<string, string>, ...parents: string[]): Promise<string> {
  const work = await mkdtemp(join(folder, 'work-'));
  for (const [path, content] of Object.entries(files)) await writeFile(join(work, path), content);
  const tree = await treeOfFolder(repository, work);
  const flags = parents.flatMap((parent) => ['-p', parent]);
  return await gitText(repository, ['commit-tree', tree, ...flags, '-m', 'x'], { env: author });
}

test('two changes of one history become one tree, unless they conflict', async () => {
  const base = await commit({ a: '1\n' });
  const [one, other] = [await commit({ a: '2\n' }, base), await commit({ a: '1\n', b: '1\n' }, base)];
  const merged = await mergeTrees(repository, one, other);
  expect(await gitText(repository, ['ls-tree', '--name-only', merged ?? ''])).toBe('a\nb');
  expect(await mergeTrees(repository, one, await commit({ a: '3\n' }, base))).toBeUndefined();
});

test('histories that have nothing in common cannot be merged', async () => {
  expect(await mergeTrees(repository, await commit({ a: '1\n' }), await commit({ b: '1\n' }))).toBeUndefined();
});
