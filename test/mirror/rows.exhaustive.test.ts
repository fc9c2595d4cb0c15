import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mirrorRepository, prepareMirror } from '../../actions/lib/mirror/mirror.ts';
import type { MirrorRecord } from '../../actions/lib/mirror/mirror-record.ts';
import { mirrorRows } from '../../actions/lib/mirror/mirror-rows.ts';
import type { Overlay } from '../../actions/lib/mirror/overlay.ts';
import type { PlanRow } from '../../actions/lib/plan/plan-row.ts';
import type { RenderedFile } from '../../actions/lib/stacks/render.ts';
import { commit, git, type MirrorScene, openMirrorScene, overlay, type SceneRequest } from './mirror-scene.ts';

let scene: MirrorScene;
beforeAll(async () => {
  scene = await openMirrorScene();
});
beforeEach(() => scene.empty());
afterAll(() => scene.close());

const values = (number: number): Record<string, string> => ({
  'opensarlab/values.yaml': `custom:\n  number: ${number}\n  list:\n    - a\n`,
});

/** Fifty files that stay, and configuration with one number. */
function version(number: number, more: Record<string, string> = {}, lists: Partial<Overlay> = {}): SceneRequest {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`cluster/${index}.txt`, `${index}\n`]));
  return {
    layers: [overlay({ ...files, ...values(number), ...more }, lists)],
    configuration: new Set(['opensarlab/values.yaml']),
  };
}

/** What a proposal's plan has of the mirror. */
async function plan(request: SceneRequest): Promise<{ record: MirrorRecord; rows: PlanRow[] }> {
  const prepared = await prepareMirror(scene.request({ ...request, dryRun: true }));
  try {
    if (prepared.divergence !== undefined) throw new Error('Somebody worked in CodeCommit.');
    const [text] = (request.layers ?? []).flatMap(({ files }) =>
      files.filter(({ path }) => path.endsWith('values.yaml')),
    );
    const rendered: RenderedFile[] = text
      ? [{ path: text.path, text: text.content.toString(), mode: '100644', form: 'yaml' }]
      : [];
    return { record: prepared.record, rows: prepared.difference ? mirrorRows(prepared.difference, rendered) : [] };
  } finally {
    await prepared.close();
  }
}

const about = { place: 'sar-cluster', item: 'opensarlab/values.yaml', type: 'configuration' };
const numberRow = (number: number): PlanRow => ({
  ...about,
  property: '/custom/number',
  act: 'change',
  after: String(number),
});

function dropMarks(): void {
  for (const line of scene.refs()) {
    if (line.includes('/mirror/')) git(scene.stored, 'update-ref', '-d', line.split(' ')[0] ?? '');
  }
}

describe('a proposal’s files and rows are what changes in CodeCommit', () => {
  it('one number: one file, one row, and a handful of objects', async () => {
    await mirrorRepository(scene.request(version(1)));
    scene.restore(scene.refs());
    const { record, rows } = await plan(version(2));
    expect(record.files).toEqual({ added: [], changed: ['opensarlab/values.yaml'], deleted: [] });
    expect(rows).toEqual([numberRow(2)]);
    expect(scene.upstreamProxy.traffic()).toMatchObject({ objectsDown: 0, requests: { length: 1 } });
    // The mark: commit, root, two listings; the folder with the configuration's content, and that.
    expect(scene.codeCommitProxy.traffic()).toMatchObject({ objectsDown: 4 + 2, objectsUp: 0 });
  });

  it('unchanged: nothing, and no object moved', async () => {
    await mirrorRepository(scene.request(version(1)));
    scene.restore(scene.refs());
    expect(await plan(version(1))).toMatchObject({ record: { change: 'unchanged' }, rows: [] });
    const [upstream, codeCommit] = [scene.upstreamProxy.traffic(), scene.codeCommitProxy.traffic()];
    expect(upstream.requests.length + codeCommit.requests.length).toBe(2);
    expect(upstream.objectsDown + codeCommit.objectsDown).toBe(0);
  });

  it('no repository content yet: the upstream commit, and what is laid over it', async () => {
    const request = { layers: [overlay({ 'new.sh': 'x\n', ...values(1) }, { delete: ['pipeline'] })] };
    const { record, rows } = await plan({ ...request, configuration: new Set(['opensarlab/values.yaml']) });
    const commit = git(scene.upstream, 'rev-parse', 'v2.0^{}');
    const url = scene.request().source.url;
    expect(record.files).toEqual({
      added: ['new.sh', 'opensarlab/values.yaml'],
      changed: [],
      deleted: ['pipeline/cf.yaml'],
    });
    expect(rows.map(({ item, property, act }) => `${item} ${property} ${act}`)).toEqual([
      'upstream  change',
      'new.sh  change',
      'opensarlab/values.yaml  change',
      'opensarlab/values.yaml /custom change',
      'opensarlab/values.yaml /custom/list change',
      expect.stringMatching(/^opensarlab\/values\.yaml \/custom\/list\/\[[0-9a-f]{32}\] change$/),
      'opensarlab/values.yaml /custom/number change',
      'pipeline/cf.yaml  remove',
    ]);
    expect(JSON.parse(rows[0]?.after ?? '')).toEqual({ commit, url });
    const gone = await plan({ ...request, configuration: new Set(), target: undefined });
    expect(gone.record.change).toBe('created');
  });

  it('another upstream: its commit is one row; every file that changes is listed', async () => {
    await mirrorRepository(scene.request(version(1)));
    const { record, rows } = await plan({ ...version(1), source: { ref: 'v2.1' } });
    expect(record.files).toEqual({ added: ['new.txt'], changed: ['README.md'], deleted: [] });
    expect(rows).toMatchObject([{ item: 'upstream', type: 'upstream', act: 'change' }]);
    const elsewhere = await plan({ ...version(1), source: { url: scene.upstream } });
    expect(elsewhere.record.files).toEqual({ added: [], changed: [], deleted: [] });
    expect(elsewhere.rows.map(({ after }) => JSON.parse(after ?? ''))).toMatchObject([{ url: scene.upstream }]);
  });

  it('a file that goes uncovers upstream’s: that is what is approved', async () => {
    await mirrorRepository(scene.request(version(1, { 'README.md': 'ours\n' })));
    const { rows } = await plan(version(1));
    const blob = git(scene.upstream, 'rev-parse', 'v2.0:README.md');
    expect(rows).toMatchObject([
      { item: 'README.md', type: 'file', act: 'change', after: `{"blob":"${blob}","mode":"100644"}` },
    ]);
  });
});

describe('the rows are the same however CodeCommit’s content is read', () => {
  const next = version(2, { 'cluster/1.txt': 'other\n' });
  const expected = ['cluster/1.txt ', 'opensarlab/values.yaml /custom/number'];
  const names = (rows: PlanRow[]): string[] => rows.map(({ item, property }) => `${item} ${property}`);

  it('from the mark of the last mirror', async () => {
    await mirrorRepository(scene.request(version(1)));
    expect(names((await plan(next)).rows)).toEqual(expected);
  });

  it('from a mark without contents, as earlier versions wrote it', async () => {
    await mirrorRepository(scene.request({ ...version(1), configuration: new Set() }));
    expect(names((await plan(next)).rows)).toEqual(expected);
  });

  it('from the branch itself, when the marks are gone', async () => {
    await mirrorRepository(scene.request(version(1)));
    dropMarks();
    expect(names((await plan(next)).rows)).toEqual(expected);
  });

  it('from a mark that somebody tampered with: from the branch', async () => {
    await mirrorRepository(scene.request(version(1)));
    const [mark = ''] =
      scene
        .refs()
        .find((line) => line.includes('/mirror/'))
        ?.split(' ') ?? [];
    git(scene.stored, 'update-ref', mark, git(scene.stored, 'rev-parse', 'upstream'));
    expect(names((await plan(next)).rows)).toEqual(expected);
  });

  it('when the same content got there by another way: other commits, other marks', async () => {
    await mirrorRepository(scene.request(version(7)));
    await mirrorRepository(scene.request(version(1, {}, { delete: [] })));
    const { record, rows } = await plan(next);
    await mirrorRepository(scene.request({ ...next, deployment: 'else' }));
    const again = await plan({ ...version(1), deployment: 'else' });
    expect(record.commit).not.toBe(again.record.commit);
    expect(names(rows)).toEqual(expected);
    expect(names(again.rows)).toEqual(expected);
  });

  it('after a run that was cut short between its branches: what is left of it', async () => {
    await mirrorRepository(scene.request(version(1)));
    const before = scene.refs();
    const moved = { ...version(2), source: { ref: 'v2.1' } };
    const whole = (await plan(moved)).rows;
    await mirrorRepository(scene.request(moved));
    const main = scene.refs().find((line) => line.startsWith('refs/heads/main')) ?? '';
    scene.restore([...before.filter((line) => !line.startsWith('refs/heads/main')), main]);
    const rest = (await plan(moved)).rows;
    expect(rest.map(({ item }) => item)).toEqual(['upstream']);
    expect(whole).toEqual(expect.arrayContaining(rest));
  });
});

describe('never rows for what nobody could read', () => {
  it('somebody’s work in CodeCommit is an error, as ever', async () => {
    await mirrorRepository(scene.request(version(1)));
    scene.pushByHand({ 'cluster/1.txt': 'by hand\n' });
    await expect(plan(version(2))).rejects.toThrow('Somebody worked in CodeCommit.');
    await expect(mirrorRepository(scene.request({ ...version(2), dryRun: true }))).rejects.toMatchObject({
      code: 'CodeCommitDiverged',
    });
  });

  it('somebody’s work that the proposal has too is nothing to approve', async () => {
    await mirrorRepository(scene.request(version(1)));
    scene.pushByHand({ 'cluster/1.txt': 'by hand\n' });
    const { rows } = await plan(version(2, { 'cluster/1.txt': 'by hand\n' }));
    expect(rows).toEqual([numberRow(2)]);
  });

  it('a server that gives neither mark nor branch', async () => {
    await mirrorRepository(scene.request(version(1)));
    scene.codeCommitProxy.interfere(({ method }) => (method === 'POST' ? 500 : undefined));
    await expect(plan(version(2))).rejects.toMatchObject({ code: 'FetchFailed' });
  });

  it('a branch that moves between two looks', async () => {
    await mirrorRepository(scene.request({ ...version(1), configuration: new Set() }));
    let looks = 0;
    scene.codeCommitProxy.interfere(({ method, path }) => {
      if (method !== 'GET' || !path.includes('info/refs')) return undefined;
      looks += 1;
      if (looks === 3) scene.pushByHand({ 'cluster/1.txt': 'meanwhile\n' });
      return undefined;
    });
    await expect(plan(version(2))).rejects.toMatchObject({ code: 'MirrorRaced' });
  });
});

/** Tags a commit whose tree has one file, of any name. */
function tagFile(tag: string, path: string): void {
  const parts = path.split('/');
  let line = `100644 blob ${git(scene.upstream, 'rev-parse', 'v2.0:README.md')}\t${parts.pop()}\0`;
  const tree = (): string =>
    execFileSync('git', ['-C', scene.upstream, 'mktree', '-z'], { input: line, encoding: 'utf8' });
  for (const part of parts.reverse()) line = `040000 tree ${tree().trim()}\t${part}\0`;
  git(scene.upstream, 'tag', '--force', tag, git(scene.upstream, 'commit-tree', tree().trim(), '-m', tag));
}

it.each(['.GIT/config', '.g\u200cit/config', 'git~1/config', 'sub/.git./hooks/x', 'a\\.git\\config', '.git:x'])(
  'a tree with %j, which some system takes for .git, is not mirrored',
  async (path) => {
    tagFile('bad', path);
    const failure = await mirrorRepository(scene.request({ source: { ref: 'bad' } })).catch((error) => error);
    expect(failure).toMatchObject({ code: 'TreeName', source: 'user' });
    expect(String(failure.message)).not.toMatch(/\p{Cf}/u);
    expect(scene.refs()).toEqual([]);
  },
);

it.each(['.github/x', '.gitignore', 'git/x', 'x.git/config', 'a~1/.gitmodules'])('a tree with %j is', async (path) => {
  tagFile('good', path);
  expect(await mirrorRepository(scene.request({ source: { ref: 'good' } }))).toMatchObject({ change: 'created' });
});

describe('an upstream that is not all there', () => {
  it('a shallow clone', async () => {
    const shallow = scene.path('shallow');
    git(scene.folder, 'clone', '--quiet', '--depth=1', '--branch=v2.0', `file://${scene.upstream}`, shallow);
    await expect(mirrorRepository(scene.request({ source: { url: shallow } }))).rejects.toMatchObject({
      code: 'UpstreamIncomplete',
      message: `${shallow} is a shallow clone: a part of its history is missing, so that it cannot be mirrored.`,
      hint: expect.stringContaining('git fetch --unshallow'),
    });
    expect(scene.refs()).toEqual([]);
  });

  it('a partial clone', async () => {
    git(scene.upstream, 'config', 'uploadpack.allowFilter', 'true');
    const partial = scene.path('partial');
    const from = `file://${scene.upstream}`;
    git(scene.folder, 'clone', '--quiet', '--filter=blob:none', '--no-checkout', '--branch=v2.0', from, partial);
    await expect(mirrorRepository(scene.request({ source: { url: partial } }))).rejects.toMatchObject({
      code: 'UpstreamIncomplete',
      hint: expect.stringContaining('partial clone'),
    });
    expect(scene.refs()).toEqual([]);
  });
});

it('files of upstream’s that differ from ours in case alone are no warning; two of ours are', async () => {
  const beside = await mirrorRepository(scene.request({ layers: [overlay({ 'images/sar/dockerfile': 'FROM b\n' })] }));
  expect(beside.notes).toBeUndefined();
  const twins = await mirrorRepository(scene.request({ layers: [overlay({ 'a/B': '1\n', 'a/b': '2\n' })] }));
  expect(twins.notes).toEqual([
    '"a/B", "a/b": differs from another file of ours in case alone: macOS and Windows keep only one of the two.',
  ]);
});

it.each(['v1.0+build', 'v-é', '版本/1.0'])('a tag %s is a tag', async (tag) => {
  git(scene.upstream, 'tag', '--force', tag, commit(scene.upstream, { 'tagged.txt': `${tag}\n` }, tag));
  const record = await mirrorRepository(scene.request({ source: { ref: tag } }));
  expect(record.upstreamCommit).toBe(git(scene.upstream, 'rev-parse', `refs/tags/${tag}`));
});
