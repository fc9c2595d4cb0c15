import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MirrorDiverged } from '../../actions/lib/mirror/divergence.ts';
import { mirrorRepository, prepareMirror } from '../../actions/lib/mirror/mirror.ts';
import type { MirrorRecord } from '../../actions/lib/mirror/mirror-record.ts';
import { renderDivergences, renderMirrorRecords } from '../../actions/lib/report/mirror-report.ts';
import { commit, git, type MirrorScene, openMirrorScene, overlay, type SceneRequest } from './mirror-scene.ts';

let scene: MirrorScene;
let first: MirrorRecord;
let mirrored: string[];
beforeAll(async () => {
  scene = await openMirrorScene({ local: true });
  first = await mirrorRepository(scene.request(version('1')));
  mirrored = scene.refs();
});
beforeEach(() => scene.restore(mirrored));
afterAll(() => scene.close());

const version = (content: string): SceneRequest => ({ layers: [overlay({ a: `${content}\n` })] });
const head = (branch: string): string => git(scene.stored, 'rev-parse', branch);

async function divergenceOf(request = version('2')): Promise<MirrorDiverged> {
  const failure = await mirrorRepository(scene.request(request)).catch((error: unknown) => error);
  if (failure instanceof MirrorDiverged) return failure;
  throw new Error(`It did not diverge: ${String(failure)}`);
}

async function discard(request = version('2')): Promise<MirrorRecord> {
  const prepared = await prepareMirror(scene.request(request));
  try {
    return await prepared.apply({ discard: true });
  } finally {
    await prepared.close();
  }
}

describe('work on main', () => {
  it('is reported with who, when, which files and the difference, and stays', async () => {
    const theirs = scene.pushByHand({ 'hotfix.txt': 'x\n', 'README.md': 'two, mended\n' }, { message: 'Fix at night' });
    const failure = await divergenceOf();
    expect(failure).toMatchObject({ code: 'CodeCommitDiverged', source: 'user' });
    expect(failure.message).toBe(
      `Somebody committed to main of sar-cluster in CodeCommit: ${theirs.slice(0, 7)} by Ada <ada@example.org> on ` +
        '2023-11-14T22:13:20+00:00: Fix at night (2 files: "hotfix.txt", "README.md").',
    );
    expect(head('main')).toBe(theirs);
    expect(head('upstream')).toBe(first.upstreamCommit);
    const summary = renderDivergences(failure.divergences);
    expect(summary).toContain(`| \`${theirs.slice(0, 7)}\` | Ada &lt;ada@&#8203;example.org&gt; |`);
    expect(summary).toContain('- added `hotfix.txt`\n- changed `README.md`');
    expect(summary).toContain('-two\n+two, mended');
  });

  it('is reported by a preview too, and when nothing else changed', async () => {
    scene.pushByHand({ 'hotfix.txt': 'x\n' });
    await expect(divergenceOf({ ...version('2'), dryRun: true })).resolves.toBeInstanceOf(MirrorDiverged);
    await expect(divergenceOf(version('1'))).resolves.toBeInstanceOf(MirrorDiverged);
  });

  it('discarded: kept on a branch of its own, and the mirror goes on', async () => {
    const theirs = scene.pushByHand({ 'hotfix.txt': 'x\n' });
    const record = await discard();
    expect(record.kept).toEqual([{ branch: 'discarded/2026-11-23T06-40-00Z', commit: theirs }]);
    expect(head('discarded/2026-11-23T06-40-00Z')).toBe(theirs);
    expect(head('main')).toBe(record.commit);
    expect(renderMirrorRecords([record])).toContain(`${theirs.slice(0, 7)}\` is kept as \`discarded/2026-11-23`);
    expect(await mirrorRepository(scene.request(version('2')))).toMatchObject({ change: 'unchanged' });
  });

  it('discarded twice: each is kept, neither in the place of the other', async () => {
    const one = scene.pushByHand({ 'hotfix.txt': '1\n' });
    await discard(version('2'));
    const two = scene.pushByHand({ 'hotfix.txt': '2\n' });
    await discard(version('3'));
    expect(head('discarded/2026-11-23T06-40-00Z')).toBe(one);
    expect(head('discarded/2026-11-23T06-40-00Z-2')).toBe(two);
  });

  it('adopted: once the overlay has all of it the mirror goes on, and their commits are kept', async () => {
    const theirs = scene.pushByHand({ 'hotfix.txt': 'x\n', 'README.md': 'two, mended\n' });
    const part = { layers: [overlay({ a: '2\n', 'hotfix.txt': 'x\n' })] };
    await expect(divergenceOf(part)).resolves.toBeInstanceOf(MirrorDiverged);
    const whole = { layers: [overlay({ a: '2\n', 'hotfix.txt': 'x\n', 'README.md': 'two, mended\n' })] };
    const record = await mirrorRepository(scene.request(whole));
    expect(record.kept).toEqual([{ branch: 'adopted/2026-11-23T06-40-00Z', commit: theirs }]);
    expect(head('main')).toBe(record.commit);
    expect(git(scene.stored, 'show', 'main:hotfix.txt')).toBe('x');
  });

  it('an amended mirror commit is somebody’s work, even with its message untouched', async () => {
    const clone = scene.path('amend');
    git(scene.folder, 'clone', '--quiet', '--branch', 'main', scene.stored, clone);
    commit(clone, { a: 'amended\n' }, 'x');
    git(clone, 'reset', '--quiet', '--soft', 'HEAD~1');
    git(clone, 'commit', '--quiet', '--amend', '--no-edit');
    git(clone, 'push', '--quiet', '--force', 'origin', 'main');
    const { message } = await divergenceOf();
    expect(message).toContain('(1 file: "a"');
  });

  it('set back to what an earlier mirror wrote: reported as such', async () => {
    await mirrorRepository(scene.request(version('2')));
    git(scene.stored, 'update-ref', 'refs/heads/main', first.commit);
    const { message } = await divergenceOf(version('3'));
    expect(message).toBe(
      `Somebody set main of sar-cluster in CodeCommit back to ${first.commit.slice(0, 7)}, which an earlier mirror wrote.`,
    );
    expect(head('main')).toBe(first.commit);
    expect(await discard(version('3'))).toMatchObject({ change: 'updated' });
  });

  it('deleted: nothing is lost, so it is made again', async () => {
    git(scene.stored, 'update-ref', '-d', 'refs/heads/main');
    expect(await mirrorRepository(scene.request(version('1')))).toMatchObject({ commit: first.commit });
    expect(head('main')).toBe(first.commit);
  });
});

describe('work on upstream', () => {
  it('is reported, stays, and can be discarded', async () => {
    const theirs = scene.pushByHand({ 'patch.txt': 'x\n' }, { branch: 'upstream', message: 'Patch upstream' });
    const { message } = await divergenceOf();
    expect(message).toMatch(
      /^Somebody committed to upstream of sar-cluster .*Patch upstream \(1 file: "patch\.txt"\)\.$/,
    );
    expect(head('upstream')).toBe(theirs);
    expect(head('main')).toBe(first.commit);
    const record = await discard();
    expect(record.kept).toEqual([{ branch: 'discarded/2026-11-23T06-40-00Z-upstream', commit: theirs }]);
    expect(head('upstream')).toBe(first.upstreamCommit);
  });
});

describe('a repository that no mirror has written', () => {
  it('with a main of somebody’s is not taken over', async () => {
    scene.empty();
    const clone = scene.path('own');
    git(scene.folder, 'init', '--quiet', '--initial-branch=main', clone);
    const theirs = commit(clone, { 'own.txt': 'x\n' }, 'By hand');
    git(clone, 'push', '--quiet', scene.stored, 'main');
    const { message } = await divergenceOf();
    expect(message).toMatch(/By hand \(\d+ files: .*not built on a mirrored commit\)\.$/);
    expect(head('main')).toBe(theirs);
  });
});

describe('whatever was done to the branches', () => {
  /** Everything that somebody's commit is still reachable from. */
  const keepers = (id: string): string =>
    git(scene.stored, 'for-each-ref', '--contains', id, '--format=%(refname:short)');

  const cloned = (): string => {
    const clone = scene.path('clone');
    git(scene.folder, 'clone', '--quiet', '--branch', 'main', scene.stored, clone);
    return clone;
  };

  async function expectKept(...theirs: string[]): Promise<void> {
    const refs = scene.refs();
    await divergenceOf(version('2'));
    expect(scene.refs()).toEqual(refs);
    const record = await discard(version('2'));
    expect(record.kept?.map(({ commit: id }) => id)).toEqual(theirs);
    for (const id of theirs) expect(keepers(id)).toMatch(/^discarded\//);
    expect(head('main')).toBe(record.commit);
    expect(head('upstream')).toBe(record.upstreamCommit);
    expect(await mirrorRepository(scene.request(version('2')))).toMatchObject({ change: 'unchanged' });
  }

  it('both branches have somebody’s commits', async () => {
    const onMain = scene.pushByHand({ 'one.txt': '1\n' });
    const onUpstream = scene.pushByHand({ 'two.txt': '2\n' }, { branch: 'upstream' });
    await expectKept(onMain, onUpstream);
  });

  it('main was rewritten from an older commit', async () => {
    const clone = cloned();
    git(clone, 'reset', '--quiet', '--hard', 'HEAD~2');
    const theirs = commit(clone, { 'rewritten.txt': 'x\n' }, 'Start again');
    git(clone, 'push', '--quiet', '--force', 'origin', 'main');
    await expectKept(theirs);
  });

  it('main is a history of its own', async () => {
    const clone = cloned();
    git(clone, 'checkout', '--quiet', '--orphan', 'own');
    const theirs = commit(clone, { 'own.txt': 'x\n' }, 'Own');
    git(clone, 'push', '--quiet', '--force', 'origin', 'own:main');
    await expectKept(theirs);
  });

  it('upstream was deleted, and main has somebody’s commits', async () => {
    const theirs = scene.pushByHand({ 'one.txt': '1\n' });
    git(scene.stored, 'update-ref', '-d', 'refs/heads/upstream');
    await expectKept(theirs);
  });

  it('the marks were deleted too', async () => {
    const theirs = scene.pushByHand({ 'one.txt': '1\n' });
    for (const line of scene.refs()) {
      if (line.startsWith('refs/tags/')) git(scene.stored, 'update-ref', '-d', line.split(' ')[0] ?? '');
    }
    await expectKept(theirs);
  });

  it('a merge of a branch of theirs', async () => {
    const clone = cloned();
    git(clone, 'checkout', '--quiet', '-b', 'feature', 'HEAD~1');
    commit(clone, { 'feature.txt': 'x\n' }, 'Feature');
    git(clone, 'checkout', '--quiet', 'main');
    git(clone, 'merge', '--quiet', '--no-edit', 'feature');
    git(clone, 'push', '--quiet', 'origin', 'main');
    await expectKept(git(clone, 'rev-parse', 'HEAD'));
  });

  it('another branch is the default, and branches of theirs are there: they stay', async () => {
    git(scene.stored, 'update-ref', 'refs/heads/theirs', first.upstreamCommit);
    git(scene.stored, 'symbolic-ref', 'HEAD', 'refs/heads/theirs');
    const record = await mirrorRepository(scene.request(version('2')));
    expect(head('main')).toBe(record.commit);
    expect(head('theirs')).toBe(first.upstreamCommit);
    git(scene.stored, 'symbolic-ref', 'HEAD', 'refs/heads/main');
    git(scene.stored, 'update-ref', '-d', 'refs/heads/theirs');
  });

  it('with so large a difference that only its beginning can be shown', async () => {
    scene.pushByHand({ 'large.txt': `${'a line of a large file\n'.repeat(100_000)}` });
    const { divergences } = await divergenceOf();
    const [branch] = divergences[0]?.branches ?? [];
    expect(branch).toMatchObject({ patchIsCut: true, files: { added: ['large.txt'] } });
    expect(branch?.patch.length).toBeLessThan(60_001);
    expect(renderDivergences(divergences)).toContain('The rest is left out');
  });

  it('with text that tries to be Markdown, HTML or a command of the log', async () => {
    const hostile = '</details>::error::x <script>alert(1)</script> @everyone | `x`';
    scene.pushByHand({ 'a|b`c<d>.md': '````\n</details>\n```\n\u001b[2J' }, { message: hostile });
    const failure = await divergenceOf();
    const summary = renderDivergences(failure.divergences);
    expect(summary).not.toMatch(/\p{Cc}(?<!\n)/u);
    const [before = '', difference = '', after = ''] = summary.split('`````');
    expect(difference).toMatch(/^diff\n.*\+<\/details>/s);
    expect(before).toMatch(/<details><summary>Difference, \d+ lines<\/summary>\n\n$/);
    expect(before).not.toMatch(/<script>|@everyone|<\/details>/);
    expect(after.match(/<\/details>/g)).toHaveLength(1);
  });
});
