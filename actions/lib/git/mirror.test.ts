import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mirrorRepository } from './mirror.ts';
import type { MirrorRecord } from './mirror-record.ts';
import { mergeLayers, type Overlay } from './overlay.ts';
import { readLayer } from './overlay-folder.ts';

let folder: string;
let upstream: string;
let target: string;

const identity = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

function run(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...identity },
    stdio: ['pipe', 'pipe', 'pipe'],
  }).trim();
}

async function commitFiles(cwd: string, files: Record<string, string>, message: string): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(cwd, path, '..'), { recursive: true });
    await writeFile(join(cwd, path), content);
  }
  run(cwd, 'add', '--all');
  run(cwd, 'commit', '--quiet', '--message', message);
  return run(cwd, 'rev-parse', 'HEAD');
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mirror-test-'));
  upstream = join(folder, 'upstream');
  target = join(folder, 'target.git');
  run(folder, 'init', '--quiet', '--initial-branch=main', upstream);
  run(folder, 'init', '--quiet', '--bare', target);
  await commitFiles(
    upstream,
    { 'README.md': 'one', 'images/sar/Dockerfile': 'FROM a', 'pipeline/cf.yaml': 'x' },
    'first',
  );
  await commitFiles(upstream, { 'README.md': 'two', 'odd name ü.txt': 'odd' }, 'second');
  run(upstream, 'tag', '--annotate', 'v2.0', '--message', 'v2.0');
  run(upstream, 'branch', 'other');
  run(upstream, 'update-ref', 'refs/pull/1/head', 'HEAD');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const noOverlay: Overlay = { files: [], delete: [], rename: [] };
const file = (path: string, content: string): Overlay['files'][number] => ({
  path,
  mode: '100644',
  content: Buffer.from(content),
});

function mirror(
  overlay: Overlay | Overlay[],
  options: { ref?: string; commit?: string; dryRun?: boolean; url?: string } = {},
): Promise<MirrorRecord> {
  const { ref = 'v2.0', commit, dryRun = false, url = upstream } = options;
  return mirrorRepository({
    deployment: 'sar',
    kind: 'cluster',
    repository: 'sar-cluster',
    source: { url, ref, ...(commit === undefined ? {} : { commit }) },
    layers: Array.isArray(overlay) ? overlay : mergeLayers([overlay]),
    target: { name: 'sar-cluster', url: target, credentials: () => ({ username: 'u', password: 'p' }) },
    dryRun,
    now: () => new Date('2026-11-23T06:40:00Z'),
  });
}

const refs = (): string[] =>
  run(target, 'for-each-ref', '--format=%(refname)')
    .split('\n')
    .filter((name) => name !== '' && !name.includes('/opensarlab/'));

describe('mirrorRepository', () => {
  it('pushes the tagged history as upstream and one overlay commit as main, and no other ref', async () => {
    const record = await mirror({ ...noOverlay, files: [file('opensarlab/opensarlab.yaml', 'a: 1')] });
    expect(record.change).toBe('created');
    expect(record.files).toEqual({ added: ['opensarlab/opensarlab.yaml'], changed: [], deleted: [] });
    expect(refs()).toEqual(['refs/heads/main', 'refs/heads/upstream']);
    expect(run(target, 'rev-parse', 'upstream')).toBe(run(upstream, 'rev-parse', 'v2.0^{commit}'));
    expect(run(target, 'rev-list', '--count', 'upstream..main')).toBe('1');
    expect(run(target, 'show', 'main:opensarlab/opensarlab.yaml')).toBe('a: 1');
    expect(run(target, 'log', '-1', '--format=%B', 'main')).toContain(`Source-Commit: ${record.upstreamCommit}`);
  });

  it('makes the same commit from the same inputs, and nothing when nothing changed', async () => {
    const overlay = { ...noOverlay, files: [file('a', '1')] };
    const preview = await mirror(overlay, { dryRun: true });
    expect(refs()).toEqual([]);
    const first = await mirror(overlay);
    expect(first.commit).toBe(preview.commit);
    const second = await mirror(overlay);
    expect(second).toMatchObject({ change: 'unchanged', commit: first.commit });
  });

  it('replaces the overlay commit, and keeps the earlier one reachable', async () => {
    const first = await mirror({ ...noOverlay, files: [file('a', '1')] });
    const second = await mirror({ ...noOverlay, files: [file('a', '2')] });
    expect(second.change).toBe('updated');
    expect(run(target, 'rev-parse', 'main')).toBe(second.commit);
    expect(run(target, 'rev-parse', 'main^')).toBe(second.upstreamCommit);
    expect(run(target, 'for-each-ref', '--contains', first.commit, '--format=%(refname)')).toContain(
      'opensarlab/mirror/',
    );
  });

  it('deletes and renames upstream paths as listed', async () => {
    const record = await mirror({ files: [], delete: ['images/sar'], rename: [{ from: 'pipeline', to: 'pipes' }] });
    expect(record.files).toEqual({
      added: ['pipes/cf.yaml'],
      changed: [],
      deleted: ['images/sar/Dockerfile', 'pipeline/cf.yaml'],
    });
    await expect(mirror({ ...noOverlay, delete: ['images/none'] })).rejects.toMatchObject({
      code: 'OverlayPathMissing',
    });
  });

  it('keeps executable bits and links of a layer', async () => {
    const layer = join(folder, 'layer');
    await mkdir(join(layer, 'bin'), { recursive: true });
    await writeFile(join(layer, 'bin/run.sh'), '#!/bin/sh\n');
    await chmod(join(layer, 'bin/run.sh'), 0o755);
    await symlink('run.sh', join(layer, 'bin/alias'));
    await mirror(mergeLayers([await readLayer(layer, { prefix: 'tools/' })]));
    const tree = run(target, 'ls-tree', '-r', 'main', 'tools/');
    expect(tree).toMatch(/^120000 .*tools\/bin\/alias$/m);
    expect(tree).toMatch(/^100755 .*tools\/bin\/run\.sh$/m);
  });

  it('stops at somebody’s commit on main, names it, and changes nothing', async () => {
    await mirror({ ...noOverlay, files: [file('a', '1')] });
    const clone = join(folder, 'clone');
    run(folder, 'clone', '--quiet', '--branch', 'main', target, clone);
    await commitFiles(clone, { 'hotfix.txt': 'x' }, 'Fix at night');
    run(clone, 'push', '--quiet', 'origin', 'main');
    const head = run(target, 'rev-parse', 'main');
    const failure = await mirror({ ...noOverlay, files: [file('a', '2')] }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CodeCommitDiverged', source: 'user' });
    expect(String(failure)).toMatch(/A <a@example\.org>.*Fix at night.*1 file: "hotfix\.txt"/);
    expect(run(target, 'rev-parse', 'main')).toBe(head);
  });

  it.each([
    ['a branch', { ref: 'other' }, 'RefIsBranch'],
    ['a missing ref', { ref: 'v9' }, 'RefNotFound'],
    ['a moved tag', { commit: '1'.repeat(40) }, 'RefMoved'],
    ['an unknown commit', { ref: '2'.repeat(40) }, 'FetchFailed'],
    ['an unreachable upstream', { url: '/nonexistent/repository.git' }, 'RepositoryUnreachable'],
  ])('refuses %s in one sentence and changes nothing', async (_, options, code) => {
    await expect(mirror(noOverlay, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^[^\n]+$/),
    });
    expect(refs()).toEqual([]);
  });
});

describe('mergeLayers', () => {
  it('lets the later layer win', () => {
    const merged = mergeLayers([
      { ...noOverlay, files: [file('a', '1'), file('b', '1')] },
      { ...noOverlay, files: [file('a', '2')] },
    ]);
    expect(merged[0]?.files.map(({ path, content }) => `${path}=${content}`)).toEqual(['a=2', 'b=1']);
  });

  it.each(['../x', 'a/../../x', '/x', 'a//b', '.git/config', 'sub/.GIT/hooks'])('refuses the path %s', (path) => {
    expect(() => mergeLayers([{ ...noOverlay, files: [file(path, '')] }])).toThrow(/not a path inside/);
  });
});
