import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitObject, gitObject, treeObjects, writeObjects } from './git-objects.ts';
import { parseTree, type TreeEntry } from './tree.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-objects-'));
  execFileSync('git', ['init', '--quiet', '--bare', folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: string[]): Buffer => execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe' });

/** Names of any bytes but NUL and `/`, with the kind that sort differently as a file and as a folder. */
const name = fc.oneof(
  fc.constantFrom('a', 'a.b', 'a-', 'a0', 'A', '\xff', 'odd name', 'ü'),
  fc.string({
    minLength: 1,
    maxLength: 8,
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
  }),
);
const path = fc
  .array(
    name.filter((part) => !part.includes('/') && !['.', '..', '.git'].includes(part.toLowerCase())),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join('/'));

/** Paths of which none is a folder of another. */
const paths = fc.uniqueArray(path, { maxLength: 12 }).map((all) => {
  return all.filter((one) => !all.some((other) => other !== one && other.startsWith(`${one}/`)));
});

describe('what is written', () => {
  it('is what Git reads, whatever the names', async () => {
    const blob = gitObject('blob', Buffer.from('content'));
    await fc.assert(
      fc.asyncProperty(paths, async (all) => {
        const modes = ['100644', '100755', '120000'];
        const tree = new Map<string, TreeEntry>(
          all.map((each, index) => [each, { mode: modes[index % 3] ?? '', id: blob.id }]),
        );
        const objects = treeObjects(tree);
        await writeObjects(folder, [blob, ...objects]);
        const root = objects.at(-1)?.id ?? '';
        expect(parseTree(git('ls-tree', '-r', '-z', root))).toEqual(new Map([...tree].sort()));
        // Git itself makes the same trees from the same list.
        const listing = Buffer.from(
          [...tree].map(([each, { mode, id }]) => `${mode} ${id}\t${each}\0`).join(''),
          'latin1',
        );
        const env = { ...process.env, GIT_INDEX_FILE: join(folder, 'index') };
        rmSync(join(folder, 'index'), { force: true });
        execFileSync('git', ['-C', folder, 'update-index', '-z', '--index-info'], { env, input: listing });
        expect(execFileSync('git', ['-C', folder, 'write-tree'], { env, encoding: 'utf8' }).trim()).toBe(root);
      }),
      { numRuns: 12 },
    );
  });

  it.each([0, 15, 16, 2047, 2048, 300_000])('keeps contents of %i bytes', async (length) => {
    const blob = gitObject('blob', Buffer.alloc(length, 'x'));
    await writeObjects(folder, [blob, blob]);
    expect(git('cat-file', 'blob', blob.id).length).toBe(length);
  });

  it('passes Git’s own check, commits included', async () => {
    const trees = treeObjects(new Map());
    const commit = commitObject({ tree: trees.at(-1)?.id ?? '', parents: [], seconds: 1_700_000_000, message: 'M\n' });
    await writeObjects(folder, [...trees, commit]);
    expect(git('log', '-1', '--format=%an <%ae> %cI %s', commit.id).toString().trim()).toBe(
      'OpenSARlab deployments <deployments@opensarlab.invalid> 2023-11-14T22:13:20+00:00 M',
    );
    git('fsck', '--strict');
  });
});
