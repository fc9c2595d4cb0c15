import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mirrorRepository, prepareMirror } from '../../actions/lib/git/mirror.ts';
import type { Interference } from '../../scripts/bench/mirror/counting-proxy.ts';
import { git, type MirrorScene, openMirrorScene, overlay, type SceneRequest } from './mirror-scene.ts';

const before: SceneRequest = { layers: [overlay({ a: '1\n' })] };
/** Moves all three refs. */
const after: SceneRequest = { layers: [overlay({ a: '2\n' })], source: { ref: 'v2.1' } };

/** What a push does, as the proxy sees it. */
const isPush = (request: { method: string; path: string }): boolean =>
  request.method === 'POST' && request.path.endsWith('/git-receive-pack');

describe.each([
  ['all refs at once', true],
  ['one ref after the other', false],
])('CodeCommit moves %s', (_, atomic) => {
  let scene: MirrorScene;
  beforeAll(async () => {
    scene = await openMirrorScene({ atomic });
  });
  beforeEach(async () => {
    scene.empty();
    await mirrorRepository(scene.request(before));
  });
  afterAll(() => scene.close());

  /** Lets the n-th push fail and says how the run ended. */
  async function cutShort(push: number, how: Interference, request = after): Promise<'done' | 'failed'> {
    let pushes = 0;
    scene.codeCommitProxy.interfere((each) => (isPush(each) && ++pushes === push ? how : undefined));
    const ended = await mirrorRepository(scene.request(request)).then(
      () => 'done' as const,
      () => 'failed' as const,
    );
    scene.codeCommitProxy.interfere(() => undefined);
    return ended;
  }

  const moments: [number, Interference][] = atomic
    ? [
        [1, 'drop before'],
        [1, 'drop after'],
      ]
    : [
        [1, 'drop before'],
        [1, 'drop after'],
        [2, 'drop before'],
        [2, 'drop after'],
      ];

  it.each(moments)('cut short at push %i, %s: the next run ends where a whole one does', async (push, how) => {
    const earlier = scene.refs();
    await cutShort(push, how);
    const record = await mirrorRepository(scene.request(after));
    const settled = scene.refs();
    // One mark for each finished mirror, whatever happened on the way.
    expect(settled.map((line) => line.split(' ')[0]?.replace(/-.*/, ''))).toEqual([
      'refs/heads/main',
      'refs/heads/upstream',
      'refs/tags/opensarlab/mirror/1',
      'refs/tags/opensarlab/mirror/2',
    ]);
    expect(settled).toContain(`refs/heads/main ${record.commit}`);
    expect(settled).toContain(`refs/heads/upstream ${record.upstreamCommit}`);
    expect(settled).toContain(earlier.find((line) => line.includes('/mirror/1-')));
    expect(await mirrorRepository(scene.request(after))).toMatchObject({ change: 'unchanged', commit: record.commit });
  });

  it('cut short, and then asked for something else: no false alarm', async () => {
    await cutShort(1, 'drop after');
    const other = await mirrorRepository(scene.request({ layers: [overlay({ a: '3\n' })] }));
    expect(git(scene.stored, 'rev-parse', 'main')).toBe(other.commit);
    expect(git(scene.stored, 'rev-parse', 'upstream')).toBe(other.upstreamCommit);
    expect(scene.refs().filter((line) => line.includes('/adopted/') || line.includes('/discarded/'))).toEqual([]);
  });

  it('an answer that gets lost after everything arrived is no failure', async () => {
    expect(await cutShort(atomic ? 1 : 2, 'drop after')).toBe('done');
  });

  it('two at once with the same inputs: both end well at the same commit', async () => {
    const runs = [scene.request(after), scene.request(after)];
    const prepared = await Promise.all(runs.map((run) => prepareMirror(run)));
    const records = await Promise.all(prepared.map((mirror) => mirror.apply({ discard: false })));
    await Promise.all(prepared.map((mirror) => mirror.close()));
    expect(records[0]?.commit).toBe(records[1]?.commit);
    expect(scene.refs().filter((line) => line.includes('/mirror/'))).toHaveLength(2);
    expect(await mirrorRepository(scene.request(after))).toMatchObject({ change: 'unchanged' });
  });

  it('two at once with different inputs: one wins, the other says so and has overwritten nothing', async () => {
    const winner = await prepareMirror(scene.request(after));
    const loser = await prepareMirror(scene.request({ layers: [overlay({ a: 'other\n' })] }));
    const { commit } = await winner.apply({ discard: false });
    const settled = scene.refs();
    await expect(loser.apply({ discard: false })).rejects.toMatchObject({
      code: 'MirrorRaced',
      message: expect.stringContaining(`another run mirrored other inputs (${commit.slice(0, 7)})`),
    });
    expect(scene.refs()).toEqual(settled);
    await Promise.all([winner.close(), loser.close()]);
  });

  it('somebody who pushes while the mirror is at it loses nothing', async () => {
    const prepared = await prepareMirror(scene.request(after));
    const head = scene.pushByHand({ 'hotfix.txt': 'x\n' });
    await expect(prepared.apply({ discard: false })).rejects.toMatchObject({ code: 'MirrorRaced' });
    await prepared.close();
    expect(git(scene.stored, 'rev-parse', 'main')).toBe(head);
  });
});
