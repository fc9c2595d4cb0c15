import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import { commit, git, type MirrorScene, openMirrorScene, overlay } from './mirror-scene.ts';

let scene: MirrorScene;
beforeAll(async () => {
  scene = await openMirrorScene({ local: true });
});
beforeEach(() => scene.empty());
afterAll(() => scene.close());

describe('what CodeCommit has afterwards', () => {
  it('upstream with its history, main as one commit on it, one mark, and nothing else', async () => {
    const layers = [overlay({ 'opensarlab/opensarlab.yaml': 'a: 1\n' })];
    const record = await mirrorRepository(scene.request({ layers }));
    expect(record).toMatchObject({
      change: 'created',
      files: { added: ['opensarlab/opensarlab.yaml'], changed: [], deleted: [] },
    });
    expect(scene.refs().map((line) => line.replace(/[0-9a-f]{32,40}/g, '…'))).toEqual([
      'refs/heads/main …',
      'refs/heads/upstream …',
      'refs/tags/opensarlab/mirror/1-…-…-… …',
    ]);
    expect(git(scene.stored, 'rev-list', 'upstream')).toBe(git(scene.upstream, 'rev-list', 'v2.0'));
    expect(git(scene.stored, 'rev-list', 'upstream..main')).toBe(record.commit);
    expect(git(scene.stored, 'ls-tree', '-r', '--name-only', 'main').split('\n')).toContain(
      String.raw`"odd name \303\274 \"quoted\".txt"`,
    );
  });

  it('a commit that says what it was made from', async () => {
    const record = await mirrorRepository(scene.request());
    const lines = git(scene.stored, 'log', '-1', '--format=%an <%ae> %cI%n%B', 'main').split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'OpenSARlab deployments <deployments@opensarlab.invalid> 2023-11-14T22:13:20+00:00',
      'Customize v2.0 for sar',
    ]);
    expect(lines.slice(-5)).toEqual([
      'Opensarlab-Deployment: sar',
      `Source-Repository: ${scene.upstream}`,
      `Source-Commit: ${record.upstreamCommit}`,
      expect.stringMatching(/^Configuration-Digest: [0-9a-f]{64}$/),
      `Result-Tree: ${git(scene.stored, 'rev-parse', 'main^{tree}')}`,
    ]);
  });

  it('the same commit from the same inputs, and every earlier one kept', async () => {
    const one = { layers: [overlay({ a: '1\n' })] };
    const first = await mirrorRepository(scene.request(one));
    const second = await mirrorRepository(scene.request({ layers: [overlay({ a: '2\n' })] }));
    const third = await mirrorRepository(scene.request(one));
    expect(third.commit).toBe(first.commit);
    expect(git(scene.stored, 'rev-parse', 'main')).toBe(first.commit);
    expect(git(scene.stored, 'for-each-ref', '--contains', second.commit, '--format=%(refname)')).toMatch(/mirror\/2-/);
  });
});

describe('odd upstreams', () => {
  /** Another commit on the upstream's main, tagged. */
  function tagged(tag: string, change: () => void): void {
    change();
    git(scene.upstream, 'add', '--all');
    git(scene.upstream, 'commit', '--quiet', '--allow-empty', '--message', tag);
    git(scene.upstream, 'tag', '--force', tag);
  }

  it('names that are no UTF-8 survive the overlay and its next change', async () => {
    const name = Buffer.from('latin-\xe9.txt', 'latin1');
    tagged('odd', () => writeFileSync(Buffer.concat([Buffer.from(`${scene.upstream}/`), name]), 'x\n'));
    for (const content of ['1\n', '2\n']) {
      await mirrorRepository(scene.request({ source: { ref: 'odd' }, layers: [overlay({ a: content })] }));
      const listing = execFileSync('git', ['-C', scene.stored, 'ls-tree', '-z', '--name-only', 'main']);
      expect(listing.includes(name)).toBe(true);
    }
  });

  it('Git LFS pointers and links that lead out are reported each time something is mirrored', async () => {
    tagged('notes', () => {
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;
      commit(scene.upstream, { '.gitattributes': '*.nc filter=lfs\n', 'data/big.nc': pointer }, 'LFS');
      symlinkSync('/usr/share/zoneinfo', join(scene.upstream, 'zoneinfo'));
      symlinkSync('README.md', join(scene.upstream, 'fine'));
    });
    const source = { ref: 'notes' };
    const expected = [
      '"data/big.nc": only a Git LFS pointer: the content is not in the repository and is not mirrored.',
      '"zoneinfo": a link to something outside the repository: it leads nowhere in a build.',
    ];
    const first = await mirrorRepository(scene.request({ source }));
    const second = await mirrorRepository(scene.request({ source, layers: [overlay({ a: '1\n' })] }));
    for (const { notes } of [first, second]) expect(notes).toEqual(expected);
    const third = await mirrorRepository(scene.request({ source, layers: [overlay({}, { delete: ['zoneinfo'] })] }));
    expect(third.notes).toEqual(expected.slice(0, 1));
    expect(git(scene.stored, 'ls-tree', 'main', 'fine')).toMatch(/^120000/);
  });

  it('submodules stay references, and are reported', async () => {
    const id = '1'.repeat(40);
    git(scene.upstream, 'update-index', '--add', '--cacheinfo', `160000,${id},vendor/lib`);
    const tree = git(scene.upstream, 'write-tree');
    git(scene.upstream, 'reset', '--quiet', '--hard');
    git(
      scene.upstream,
      'tag',
      '--force',
      'sub',
      git(scene.upstream, 'commit-tree', tree, '-p', 'v2.0^{commit}', '-m', 'Sub'),
    );
    const { notes } = await mirrorRepository(
      scene.request({ source: { ref: 'sub' }, layers: [overlay({ a: '1\n' })] }),
    );
    expect(notes).toContain('"vendor/lib": a submodule: CodeCommit gets the reference, not its content.');
    expect(git(scene.stored, 'ls-tree', 'main', 'vendor/lib')).toBe(`160000 commit ${id}\tvendor/lib`);
  });
});
