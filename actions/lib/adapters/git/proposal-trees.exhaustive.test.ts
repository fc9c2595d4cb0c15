import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFailure } from '../../failure.ts';
import { decisionsAt } from './deployment-trees.ts';
import { firstParents, isAncestor, parentOf } from './first-parents.ts';
import { mergeProposal } from './merged-proposal.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opensarlab-trees-'));
  run('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' }).trim();
}

function commit(files: Record<string, string | null>, message = 'a change'): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    if (content === null) rmSync(file, { recursive: true, force: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
  run('add', '--all');
  run('commit', '--quiet', '--allow-empty', '--message', message);
  return run('rev-parse', 'HEAD');
}

const base = {
  'deployments/sar/opensarlab.yaml': 'name: sar\n',
  'deployments/sar-test/opensarlab.yaml': 'name: sar-test\n',
  'deployments/_example/opensarlab.yaml': 'name: example\n',
  'images/sar/Dockerfile': 'FROM scratch\n',
  'cluster/versions.yaml': 'kubernetes: 1\n',
  'actions/dist/opensarlab.js': '1;\n',
  'README.md': '# Read me\n',
};

describe('what decides a deployment', () => {
  it.each([
    ['its declaration', { 'deployments/sar/opensarlab.yaml': 'name: sar\n# more\n' }, ['sar']],
    ['a file of its overlay', { 'deployments/sar/cluster/hub/config.py': 'x = 1\n' }, ['sar']],
    ['an image', { 'images/sar/Dockerfile': 'FROM other\n' }, ['sar', 'sar-test']],
    ['a template or version', { 'cluster/versions.yaml': 'kubernetes: 2\n' }, ['sar', 'sar-test']],
    ['the code that runs', { 'actions/dist/opensarlab.js': '2;\n' }, ['sar', 'sar-test']],
    ['pages for people', { 'README.md': '#\n', 'deployments/sar/README.md': '#\n', 'images/sar/README.md': '#\n' }, []],
    ['the example', { 'deployments/_example/opensarlab.yaml': 'name: other\n' }, []],
    ['tests', { 'cluster/services/feed.test.ts': '//\n', 'test/a.test.ts': '//\n' }, []],
  ])('%s', async (_, change, expected) => {
    const before = await decisionsAt(folder, commit(base));
    const after = await decisionsAt(folder, commit(change));
    expect([...after.keys()].sort()).toEqual(['sar', 'sar-test']);
    const changed = [...after].filter(([name, digest]) => before.get(name) !== digest).map(([name]) => name);
    expect(changed.sort()).toEqual(expected);
  });

  it('is nothing where the declaration is missing, whatever else the folder holds', async () => {
    commit(base);
    const after = await decisionsAt(
      folder,
      commit({ 'deployments/sar/opensarlab.yaml': null, 'deployments/sar/cluster/a.py': '1\n' }),
    );
    expect([...after.keys()]).toEqual(['sar-test']);
  });

  it('is told from modes too: a file that became a link is another decision', async () => {
    const before = await decisionsAt(folder, commit(base));
    rmSync(join(folder, 'deployments/sar/opensarlab.yaml'));
    symlinkSync('../../sar-test/opensarlab.yaml', join(folder, 'deployments/sar/opensarlab.yaml'));
    const after = await decisionsAt(folder, commit({}));
    expect(after.get('sar')).not.toBe(before.get('sar'));
  });
});

describe('merging a proposal', () => {
  it('checks out exactly head on base, and nothing that only one of them had', async () => {
    const start = commit(base);
    run('checkout', '--quiet', '-b', 'proposal');
    const head = commit({
      'deployments/new/opensarlab.yaml': 'name: new\n',
      'deployments/sar-test/opensarlab.yaml': null,
    });
    run('checkout', '--quiet', 'main');
    const tip = commit({ 'cluster/versions.yaml': 'kubernetes: 2\n' });
    run('checkout', '--quiet', '--detach', head);
    writeFileSync(join(folder, 'left-over'), 'by a job before');
    const tree = await mergeProposal(folder, tip, head);
    expect(run('ls-tree', '-r', '--name-only', tree)).not.toContain('deployments/sar-test');
    expect(readFileSync(join(folder, 'cluster/versions.yaml'), 'utf8')).toBe('kubernetes: 2\n');
    expect(existsSync(join(folder, 'deployments/new/opensarlab.yaml'))).toBe(true);
    expect(existsSync(join(folder, 'deployments/sar-test'))).toBe(false);
    expect(existsSync(join(folder, 'left-over'))).toBe(false);
    expect(start).not.toBe(tip);
  });

  it('refuses a conflict and names the file', async () => {
    commit(base);
    run('checkout', '--quiet', '-b', 'proposal');
    const head = commit({ 'cluster/versions.yaml': 'kubernetes: 3\n' });
    run('checkout', '--quiet', 'main');
    const tip = commit({ 'cluster/versions.yaml': 'kubernetes: 2\n' });
    expect(await mergeProposal(folder, tip, head).catch(toFailure)).toMatchObject({
      code: 'MergeConflict',
      message: expect.stringContaining('cluster/versions.yaml'),
    });
  });

  it('runs nothing of the proposal: no hook, no filter, no merge driver', async () => {
    commit(base);
    run('checkout', '--quiet', '-b', 'proposal');
    const canary = join(folder, '..', `canary-${folder.split('-').at(-1)}`);
    const head = commit({
      '.gitattributes': '* filter=evil merge=evil\n',
      '.gitconfig': `[filter "evil"]\n\tsmudge = touch ${canary}\n[merge "evil"]\n\tdriver = touch ${canary}\n`,
      'deployments/new/opensarlab.yaml': 'name: new\n',
    });
    run('checkout', '--quiet', 'main');
    const tip = commit({ 'README.md': 'more\n' });
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true });
    writeFileSync(join(folder, '.git', 'hooks', 'post-checkout'), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    await mergeProposal(folder, tip, head);
    expect(existsSync(canary)).toBe(false);
  });

  it('says so when a commit is not there', async () => {
    const tip = commit(base);
    expect(await mergeProposal(folder, tip, 'f'.repeat(40)).catch(toFailure)).toMatchObject({ code: 'HistoryMissing' });
  });
});

describe('commits since a deployment', () => {
  it('are those of the default branch, one for each merge', async () => {
    const start = commit(base);
    run('checkout', '--quiet', '-b', 'side');
    const inner = commit({ 'README.md': '2\n' });
    run('checkout', '--quiet', 'main');
    run('merge', '--quiet', '--no-ff', '--message', 'merge', 'side');
    const merge = run('rev-parse', 'HEAD');
    const last = commit({ 'README.md': '3\n' });
    expect(await firstParents(folder, start, last)).toEqual([last, merge]);
    expect(await isAncestor(folder, inner, last)).toBe(true);
    expect(await isAncestor(folder, last, inner)).toBe(false);
    expect(await parentOf(folder, merge)).toBe(start);
    expect(await parentOf(folder, start)).toBeUndefined();
  });

  it('count from the merge base when the old commit is no ancestor, and are refused when it is gone', async () => {
    const start = commit(base);
    const gone = commit({ 'README.md': '2\n' });
    run('reset', '--quiet', '--hard', start);
    const now = commit({ 'README.md': '3\n' });
    expect(await firstParents(folder, gone, now)).toEqual([now]);
    expect(await firstParents(folder, 'e'.repeat(40), now).catch(toFailure)).toMatchObject({ code: 'HistoryMissing' });
  });
});
