import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import { git, type MirrorScene, openMirrorScene } from './mirror-scene.ts';

let scene: MirrorScene;
let cache: string;
beforeAll(async () => {
  scene = await openMirrorScene();
});
beforeEach(() => {
  scene.empty();
  cache = mkdtempSync(join(scene.folder, 'cache-'));
});
afterAll(() => scene.close());

const reset = (): void => {
  scene.upstreamProxy.reset();
  scene.codeCommitProxy.reset();
};

/** The one repository in the cache. */
const cached = (): string => join(cache, readdirSync(cache)[0] ?? '');

/** Every file below a folder of the cache. */
const filesIn = (folder: string): string[] =>
  readdirSync(join(cached(), folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(cached(), folder, name))
    .filter((path) => statSync(path).isFile());

describe('with a cache folder', () => {
  it('fills it once and then takes nothing from upstream, in other repositories neither', async () => {
    const first = await mirrorRepository(scene.request({ cache }));
    scene.empty();
    reset();
    const second = await mirrorRepository(scene.request({ cache }));
    expect(second.commit).toBe(first.commit);
    expect(scene.upstreamProxy.traffic()).toMatchObject({ objectsDown: 0 });
    expect(scene.upstreamProxy.traffic().requests).toHaveLength(1);
  });

  it('takes a folder relative to where it runs, as workflows name it', async () => {
    const first = await mirrorRepository(scene.request({ cache: relative(process.cwd(), cache) }));
    expect(first.change).toBe('created');
    scene.empty();
    reset();
    expect(await mirrorRepository(scene.request({ cache }))).toMatchObject({ commit: first.commit });
    expect(scene.upstreamProxy.traffic()).toMatchObject({ objectsDown: 0 });
  });

  it('fetches only what is new when upstream moved', async () => {
    await mirrorRepository(scene.request({ cache }));
    reset();
    await mirrorRepository(scene.request({ cache, source: { ref: 'v2.1' } }));
    expect(scene.upstreamProxy.traffic().objectsDown).toBe(4);
    // The mark of the last mirror, which says what `main` has.
    expect(scene.codeCommitProxy.traffic().objectsDown).toBe(4);
  });

  it.each([
    ['without its objects', () => rmSync(join(cached(), 'objects'), { recursive: true })],
    ['without its refs', () => rmSync(join(cached(), 'refs'), { recursive: true })],
    ['that is a file', () => [rmSync(cached(), { recursive: true }), writeFileSync(join(cache, 'x'), '')]],
    ['with rotten objects', () => filesIn('objects').forEach(rot)],
    ['cut off in the middle of its objects', () => filesIn('objects').forEach(truncate)],
    ['with a ref to nothing', () => filesIn('refs').forEach(misdirect)],
  ])('goes on without one %s', async (_, damage) => {
    const first = await mirrorRepository(scene.request({ cache }));
    damage();
    scene.empty();
    const second = await mirrorRepository(scene.request({ cache }));
    expect(second.commit).toBe(first.commit);
    expect(git(scene.stored, 'fsck', '--full', '--no-dangling')).not.toMatch(/missing|error/);
  });

  it('goes on without one that cannot be made', async () => {
    writeFileSync(join(cache, 'file'), '');
    expect(await mirrorRepository(scene.request({ cache: join(cache, 'file', 'x') }))).toMatchObject({
      change: 'created',
    });
  });

  it('takes objects from it and no orders', async () => {
    const first = await mirrorRepository(scene.request({ cache }));
    const proof = scene.path('proof');
    const orders = [
      '[core]',
      `fsmonitor = touch ${proof}`,
      `hooksPath = ${cache}`,
      `alternateRefsCommand = touch ${proof}`,
    ];
    const redirect = ['[url "https://elsewhere.invalid/"]', 'insteadOf = http://127.0.0.1'];
    appendFileSync(join(cached(), 'config'), [...orders, ...redirect].join('\n'));
    writeFileSync(join(cache, 'reference-transaction'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    const second = await mirrorRepository(scene.request({ cache, source: { ref: 'v2.1' } }));
    expect(second).toMatchObject({ change: 'updated' });
    expect(second.upstreamCommit).not.toBe(first.upstreamCommit);
    expect(() => readFileSync(proof)).toThrow(/ENOENT/);
  });

  it('is filled by two runs at once', async () => {
    const requests = ['v2.0', 'v2.1', 'v2.0'].map((ref) =>
      scene.request({ cache, source: { ref }, target: undefined }),
    );
    const ends = await Promise.allSettled(requests.map(mirrorRepository));
    // There is nowhere to write to, so each ends once it has its objects.
    for (const end of ends) expect(end).toMatchObject({ reason: { code: 'RepositoryMissing' } });
    expect(git(cached(), 'for-each-ref', '--format=%(refname)', 'refs/upstream').split('\n')).toHaveLength(2);
    expect(git(cached(), 'fsck', '--full', '--no-dangling')).not.toMatch(/missing|error/);
  });
});

/** Turns every bit in the second half of a file over. */
function rot(file: string): void {
  const content = readFileSync(file);
  rmSync(file); // Git writes objects read-only
  writeFileSync(
    file,
    content.map((byte, index) => (index > content.length / 2 ? byte ^ 0xff : byte)),
  );
}

function misdirect(file: string): void {
  writeFileSync(file, `${'1'.repeat(40)}\n`);
}

function truncate(file: string): void {
  const content = readFileSync(file);
  rmSync(file);
  writeFileSync(file, content.subarray(0, content.length / 2));
}
