import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import type { Traffic } from '../../scripts/bench/mirror/counting-proxy.ts';
import { git, type MirrorScene, openMirrorScene, overlay } from './mirror-scene.ts';

let scene: MirrorScene;
beforeAll(async () => {
  scene = await openMirrorScene();
});
beforeEach(() => scene.empty());
afterAll(() => scene.close());

/** Answered listings of refs; a request without credentials that is only told to sign in is none. */
const listings = ({ requests }: Traffic): number =>
  requests.filter(({ path, status }) => path.includes('/info/refs') && status === 200).length;

const reset = (): void => {
  scene.upstreamProxy.reset();
  scene.codeCommitProxy.reset();
};

describe('what goes over the wire', () => {
  it('unchanged: one listing of refs at each side and nothing else', async () => {
    const layers = [overlay({ 'opensarlab/opensarlab.yaml': 'a: 1\n' })];
    const first = await mirrorRepository(scene.request({ layers }));
    reset();
    const second = await mirrorRepository(scene.request({ layers }));
    expect(second).toMatchObject({ change: 'unchanged', commit: first.commit });
    const upstream = scene.upstreamProxy.traffic();
    const codeCommit = scene.codeCommitProxy.traffic();
    expect(upstream.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 200']);
    expect(codeCommit.requests).toEqual([
      { method: 'GET', path: '/v1/repos/sar-cluster/info/refs?service=git-upload-pack', status: 200 },
    ]);
    expect(listings(upstream) + listings(codeCommit)).toBe(2);
    for (const { objectsUp, objectsDown } of [upstream, codeCommit]) expect(objectsUp + objectsDown).toBe(0);
  });

  it('first: upstream’s objects once, and no other branch’s or pull request’s', async () => {
    await mirrorRepository(scene.request());
    const objects = git(scene.upstream, 'rev-list', '--objects', 'v2.0^{commit}').split('\n').length;
    // The annotated tag itself comes along and is not passed on.
    expect(scene.upstreamProxy.traffic().objectsDown).toBe(objects + 1);
    // The overlay commit has upstream's tree; the mark is a commit, a tree and two files.
    expect(scene.codeCommitProxy.traffic().objectsUp).toBe(objects + 1 + 4);
    expect(scene.codeCommitProxy.traffic().objectsDown).toBe(0);
  });

  it('overlay only: nothing of upstream but its refs, and only new objects to CodeCommit', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`opensarlab/${index}.yaml`, `${index}\n`]),
    );
    await mirrorRepository(scene.request({ layers: [overlay({ ...files, 'opensarlab/a.yaml': 'before\n' })] }));
    reset();
    await mirrorRepository(scene.request({ layers: [overlay({ ...files, 'opensarlab/a.yaml': 'after\n' })] }));
    expect(scene.upstreamProxy.traffic()).toMatchObject({ objectsDown: 0 });
    expect(listings(scene.upstreamProxy.traffic())).toBe(1);
    expect(scene.upstreamProxy.traffic().requests).toHaveLength(1);
    // Down: the last mark with its two listings. Up: commit, root tree, folder, file; mark, its tree, the new listing.
    expect(scene.codeCommitProxy.traffic()).toMatchObject({ objectsDown: 4, objectsUp: 4 + 3 });
    expect(git(scene.stored, 'show', 'main:opensarlab/a.yaml')).toBe('after');
    expect(git(scene.stored, 'fsck', '--full', '--no-dangling')).not.toMatch(/missing|error/);
  });

  it('overlay only: moves and deletes of upstream files need none of their contents', async () => {
    await mirrorRepository(scene.request());
    reset();
    const layers = [overlay({}, { rename: [{ from: 'deep/er', to: 'flat' }], delete: ['images/sar'] })];
    const record = await mirrorRepository(scene.request({ layers }));
    expect(record.files).toEqual({
      added: ['flat/est/file'],
      changed: [],
      deleted: ['deep/er/est/file', 'images/sar/Dockerfile'],
    });
    expect(scene.upstreamProxy.traffic().objectsDown).toBe(0);
    expect(scene.codeCommitProxy.traffic()).toMatchObject({ objectsDown: 4, objectsUp: 2 + 3 });
    expect(git(scene.stored, 'show', 'main:flat/est/file')).toBe('d');
  });

  it('overlay only with the marks deleted: the files from CodeCommit instead, still nothing from upstream', async () => {
    await mirrorRepository(scene.request());
    for (const line of scene.refs()) {
      if (line.includes('/mirror/')) git(scene.stored, 'update-ref', '-d', line.split(' ')[0] ?? '');
    }
    reset();
    const record = await mirrorRepository(scene.request({ layers: [overlay({ a: '1\n' })] }));
    expect(record.change).toBe('updated');
    expect(scene.upstreamProxy.traffic().objectsDown).toBe(0);
    expect(scene.refs().filter((line) => line.includes('/mirror/1-'))).toHaveLength(1);
  });

  it('a mark whose listing somebody tampered with is not believed', async () => {
    const first = await mirrorRepository(scene.request());
    const mark =
      scene
        .refs()
        .find((line) => line.includes('/mirror/'))
        ?.split(' ')[0] ?? '';
    const clone = join(scene.folder, 'tamper');
    git(scene.folder, 'clone', '--quiet', scene.stored, clone);
    git(clone, 'checkout', '--quiet', '--detach', mark.replace('refs/tags/', ''));
    const listing = readFileSync(join(clone, 'upstream'), 'latin1').replace('README.md', 'README.xx');
    writeFileSync(join(clone, 'upstream'), listing, 'latin1');
    git(clone, 'commit', '--quiet', '--all', '--message', 'Tampered');
    git(clone, 'push', '--quiet', '--force', 'origin', `HEAD:${mark}`);
    const record = await mirrorRepository(scene.request({ layers: [overlay({ a: '1\n' })] }));
    expect(git(scene.stored, 'ls-tree', '--name-only', record.commit).split('\n')).toContain('README.md');
    expect(git(scene.stored, 'rev-parse', `${record.commit}^`)).toBe(first.upstreamCommit);
  });

  it('upstream moved: what is new from upstream, and only that to CodeCommit', async () => {
    await mirrorRepository(scene.request());
    reset();
    const record = await mirrorRepository(scene.request({ source: { ref: 'v2.1' } }));
    const files = git(scene.upstream, 'rev-list', '--objects', '--no-walk', 'v2.0^{commit}').split('\n').length;
    // Third: commit, root tree, README.md, new.txt.
    expect(scene.upstreamProxy.traffic().objectsDown).toBe(4);
    // Down: the files of the commit it has, which what is new builds on, and the mark, which says what `main` has. Up: also the
    // overlay commit, and the mark with its tree and listings.
    expect(scene.codeCommitProxy.traffic()).toMatchObject({ objectsDown: files + 4, objectsUp: 4 + 1 + 4 });
    expect(git(scene.stored, 'rev-list', '--count', 'upstream')).toBe('3');
    expect(git(scene.stored, 'rev-parse', 'upstream')).toBe(record.upstreamCommit);
    expect(git(scene.stored, 'fsck', '--full', '--no-dangling')).not.toMatch(/missing|error|shallow/);
  });

  it('upstream merged what had left the release long before: all of its history arrives', async () => {
    const first = git(scene.upstream, 'rev-parse', 'v2.0~1');
    const side = git(scene.upstream, 'commit-tree', `${first}^{tree}`, '-p', first, '-m', 'Side');
    const merge = git(scene.upstream, 'commit-tree', 'v2.1^{tree}', '-p', 'v2.1', '-p', side, '-m', 'Merge');
    git(scene.upstream, 'tag', '--force', 'merged', merge);
    await mirrorRepository(scene.request());
    reset();
    await mirrorRepository(scene.request({ source: { ref: 'merged' } }));
    // Third with its tree and two files, Side, Merge; then the overlay commit, and the mark with its tree and listings.
    expect(scene.codeCommitProxy.traffic().objectsUp).toBe(4 + 2 + 1 + 4);
    expect(git(scene.stored, 'rev-list', '--topo-order', 'upstream')).toBe(
      git(scene.upstream, 'rev-list', '--topo-order', 'merged'),
    );
    expect(git(scene.stored, 'fsck', '--full', '--no-dangling')).not.toMatch(/missing|error|shallow/);
  });

  it('upstream moved away from the commit CodeCommit has: all of it again, and right', async () => {
    const apart = git(scene.upstream, 'commit-tree', 'v2.0^{tree}', '-m', 'Start over');
    git(scene.upstream, 'tag', '--force', 'v3.0', apart);
    await mirrorRepository(scene.request({ source: { ref: 'v2.1' } }));
    const record = await mirrorRepository(scene.request({ source: { ref: 'v3.0' } }));
    expect(git(scene.stored, 'rev-list', 'upstream')).toBe(apart);
    const back = await mirrorRepository(scene.request({ source: { ref: 'v2.0' } }));
    expect(git(scene.stored, 'rev-list', '--count', 'upstream')).toBe('2');
    expect([record.upstreamCommit, back.upstreamCommit]).toEqual([apart, git(scene.upstream, 'rev-parse', 'v2.0^{}')]);
    expect(git(scene.stored, 'fsck', '--full', '--no-dangling')).not.toMatch(/missing|error/);
  });

  it('a preview of the first mirror takes the files without history and writes nothing', async () => {
    const record = await mirrorRepository(scene.request({ dryRun: true, layers: [overlay({ a: '1\n' })] }));
    expect(record).toMatchObject({ change: 'created', files: { added: ['a'], changed: [], deleted: [] } });
    expect(scene.refs()).toEqual([]);
    const files = git(scene.upstream, 'rev-list', '--objects', '--no-walk', 'v2.0^{commit}').split('\n').length;
    expect(scene.upstreamProxy.traffic().objectsDown).toBe(files + 1);
    const applied = await mirrorRepository(scene.request({ layers: [overlay({ a: '1\n' })] }));
    expect(applied.commit).toBe(record.commit);
  });
});
