import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import type { MirrorRecord } from '../../actions/lib/mirror/mirror-record.ts';
import type { Interference } from '../../scripts/bench/mirror/counting-proxy.ts';
import type { ChildOrder } from './mirror-child.ts';
import { git, type MirrorScene, openMirrorScene, overlay, type SceneRequest } from './mirror-scene.ts';

const before: SceneRequest = { layers: [overlay({ a: '1\n' })] };
/** Moves all three refs. */
const after: SceneRequest = { layers: [overlay({ a: '2\n' })], source: { ref: 'v2.1' } };

let scene: MirrorScene;

/** What a push does, as the proxy sees it. */
const isPush = (request: { method: string; path: string }): boolean =>
  request.method === 'POST' && request.path.endsWith('/git-receive-pack');

/** Lets the n-th push fail and says how the run ended. */
async function cutShort(push: number, how: Interference): Promise<'done' | 'failed'> {
  let pushes = 0;
  scene.codeCommitProxy.interfere((each) => (isPush(each) && ++pushes === push ? how : undefined));
  const ended = await mirrorRepository(scene.request(after)).then(
    () => 'done' as const,
    () => 'failed' as const,
  );
  scene.codeCommitProxy.interfere(() => undefined);
  return ended;
}

/** Both branches where the run wanted them, and one mark for each finished mirror, whatever happened on the way. */
function expectSettled(record: MirrorRecord): void {
  const refs = scene.refs();
  expect(refs.map((line) => line.split(' ')[0]?.replace(/-.*/, ''))).toEqual([
    'refs/heads/main',
    'refs/heads/upstream',
    'refs/tags/opensarlab/mirror/1',
    'refs/tags/opensarlab/mirror/2',
  ]);
  expect(refs).toContain(`refs/heads/main ${record.commit}`);
  expect(refs).toContain(`refs/heads/upstream ${record.upstreamCommit}`);
  expect(git(scene.stored, 'fsck', '--full', '--no-dangling')).not.toMatch(/missing|error/);
}

let mirrored: string[];

async function openWith(atomic: boolean): Promise<void> {
  scene = await openMirrorScene({ atomic });
  await mirrorRepository(scene.request(before));
  mirrored = scene.refs();
}

describe('CodeCommit moves one ref after the other', () => {
  beforeAll(() => openWith(false));
  beforeEach(() => scene.restore(mirrored));
  afterAll(() => scene.close());

  it.each([
    [1, 'drop before'],
    [1, 'drop after'],
    [2, 'drop before'],
  ] as const)('cut short at push %i, %s: the next run ends where a whole one does', async (push, how) => {
    expect(await cutShort(push, how)).toBe('failed');
    expectSettled(await mirrorRepository(scene.request(after)));
    expect(await mirrorRepository(scene.request(after))).toMatchObject({ change: 'unchanged' });
  });

  it('an answer that gets lost after everything arrived is no failure', async () => {
    expect(await cutShort(2, 'drop after')).toBe('done');
  });

  it('cut short, and then asked for something else: no false alarm', async () => {
    await cutShort(1, 'drop after');
    const other = await mirrorRepository(scene.request({ layers: [overlay({ a: '3\n' })] }));
    expectSettled(other);
  });

  it.each([
    ['while it reads upstream', 'upstream', 1, 'machine'],
    ['before the first push', 'push', 1, 'machine'],
    ['between the pushes', 'push', 2, 'machine'],
    ['and what it started goes on', 'push', 1, 'process'],
  ] as const)('killed %s: the next run ends where a whole one does', async (_, where, count, what) => {
    await killedAt(where, count, what);
    expectSettled(await mirrorRepository(scene.request(after)));
    expect(await mirrorRepository(scene.request(after))).toMatchObject({ change: 'unchanged' });
  });
});

type Moment = 'upstream' | 'push';

const moments: Record<Moment, (request: { method: string; path: string }) => boolean> = {
  upstream: ({ method }) => method === 'POST',
  push: isPush,
};

/**
 * Runs a mirror in a process of its own and kills it at the n-th request of a kind.
 * @param what the `process` alone, or as when the `machine` dies, with everything it started
 */
async function killedAt(moment: Moment, count: number, what: 'process' | 'machine'): Promise<void> {
  const order: ChildOrder = {
    upstreamUrl: `${scene.upstreamProxy.url}/upstream.git`,
    ref: 'v2.1',
    targetUrl: scene.request().target?.url ?? '',
    files: { a: '2\n' },
  };
  const file = scene.path('order.json');
  writeFileSync(file, JSON.stringify(order));
  const program = fileURLToPath(new URL('./mirror-child.ts', import.meta.url));
  const env = { ...process.env, TMPDIR: scene.folder };
  const child = spawn(process.execPath, [program, file], { stdio: 'ignore', detached: true, env });
  let seen = 0;
  const proxy = moment === 'upstream' ? scene.upstreamProxy : scene.codeCommitProxy;
  proxy.interfere((request) => {
    if (!moments[moment](request)) return undefined;
    seen += 1;
    if (seen === count) process.kill((what === 'machine' ? -1 : 1) * (child.pid ?? 0), 'SIGKILL');
    return undefined;
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  proxy.interfere(() => undefined);
}

describe('CodeCommit moves all refs at once', () => {
  beforeAll(() => openWith(true));
  beforeEach(() => scene.restore(mirrored));
  afterAll(() => scene.close());

  it('cut short before the push: nothing has moved, and the next run ends where a whole one does', async () => {
    const refs = scene.refs();
    expect(await cutShort(1, 'drop before')).toBe('failed');
    expect(scene.refs()).toEqual(refs);
    expectSettled(await mirrorRepository(scene.request(after)));
  });

  it('cut short after the push: everything has moved', async () => {
    expect(await cutShort(1, 'drop after')).toBe('done');
    expect(await mirrorRepository(scene.request(after))).toMatchObject({ change: 'unchanged' });
  });
});
