import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBareRepository, treeOfFolder } from './bare-repository.ts';
import { diffFiles } from './diff.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diff-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('names added, removed, modified, renamed and changed files with their lines, in order of path', async () => {
  const repository = join(folder, 'r.git');
  await createBareRepository(repository, 'main');
  const work = await mkdtemp(join(folder, 'work-'));
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
  await writeFile(join(work, 'a b.txt'), 'one\n');
  await writeFile(join(work, 'binary'), Buffer.from([0, 1, 2]));
  await writeFile(join(work, 'gone.txt'), 'gone\n');
  await writeFile(join(work, 'link'), 'no link');
  await writeFile(join(work, 'old.txt'), lines);
  const before = await treeOfFolder(repository, work);
  await writeFile(join(work, 'a b.txt'), 'one\ntwo\n');
  await writeFile(join(work, 'binary'), Buffer.from([0, 1, 3]));
  await rm(join(work, 'gone.txt'));
  await rm(join(work, 'link'));
  await symlink('a b.txt', join(work, 'link'));
  await rm(join(work, 'old.txt'));
  await writeFile(join(work, 'tänzer.txt'), `${lines}more\n`);
  const after = await treeOfFolder(repository, work);

  const files = await diffFiles(repository, before, after, { patches: true });
  const shown = files.map(({ path, previousPath, status, additions, deletions, patch }) => ({
    path: previousPath === undefined ? path : `${previousPath} -> ${path}`,
    status,
    lines: `+${additions} -${deletions}`,
    patch: patch?.split('\n')[0],
  }));
  expect(shown).toEqual([
    { path: 'a b.txt', status: 'modified', lines: '+1 -0', patch: '@@ -1 +1,2 @@' },
    { path: 'binary', status: 'modified', lines: '+0 -0', patch: undefined },
    { path: 'gone.txt', status: 'removed', lines: '+0 -1', patch: '@@ -1 +0,0 @@' },
    { path: 'link', status: 'changed', lines: '+1 -1', patch: '@@ -1 +0,0 @@' },
    { path: 'old.txt -> tänzer.txt', status: 'renamed', lines: '+1 -0', patch: expect.stringMatching(/^@@ -18,3 /) },
  ]);
  expect(await diffFiles(repository, after, after)).toEqual([]);
});
