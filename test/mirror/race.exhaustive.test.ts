import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mirrorRepository, prepareMirror } from '../../actions/lib/mirror/mirror.ts';
import { git, type MirrorScene, openMirrorScene, overlay, type SceneRequest } from './mirror-scene.ts';

const before: SceneRequest = { layers: [overlay({ a: '1\n' })] };
const after: SceneRequest = { layers: [overlay({ a: '2\n' })], source: { ref: 'v2.1' } };

describe.each([
  ['one ref after the other', false],
  ['all refs at once', true],
])('CodeCommit moves %s', (_, atomic) => {
  let scene: MirrorScene;
  let mirrored: string[];
  beforeAll(async () => {
    scene = await openMirrorScene({ atomic, local: true });
    await mirrorRepository(scene.request(before));
    mirrored = scene.refs();
  });
  beforeEach(() => scene.restore(mirrored));
  afterAll(() => scene.close());

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
    await expect(prepared.apply({ discard: false })).rejects.toMatchObject({
      code: 'MirrorRaced',
      message: expect.stringContaining('somebody moved a branch'),
    });
    await prepared.close();
    expect(git(scene.stored, 'rev-parse', 'main')).toBe(head);
  });

  it('somebody who goes on while their work is discarded loses nothing either', async () => {
    scene.pushByHand({ 'hotfix.txt': 'x\n' });
    const prepared = await prepareMirror(scene.request(after));
    const head = scene.pushByHand({ 'hotfix.txt': 'y\n' });
    await expect(prepared.apply({ discard: true })).rejects.toMatchObject({ code: 'MirrorRaced' });
    await prepared.close();
    expect(git(scene.stored, 'rev-parse', 'main')).toBe(head);
  });
});
