import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeBetween, proposedChange } from './deployment-trees.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opensarlab-trees-'));
  git('init', '--quiet', '--initial-branch=main');
  write('README.md', 'a');
  write('deployments/_example/opensarlab.yaml', 'example');
  write('deployments/sar/opensarlab.yaml', 'sar\n'.repeat(30));
  write('deployments/sar/cluster/hook.sh', 'hook');
  write('deployments/sar-test/opensarlab.yaml', 'sar-test\n'.repeat(30));
  commit('start');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'core.symlinks=true'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function commit(message: string): string {
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', message);
  return git('rev-parse', 'HEAD');
}

/** What a branch that starts at `from` would do to main as it is now. */
async function propose(change: () => void, from = 'main') {
  git('checkout', '--quiet', '--detach', from);
  change();
  const head = commit('proposal');
  git('checkout', '--quiet', 'main');
  return await proposedChange(folder, git('rev-parse', 'main'), head);
}

describe('proposedChange', () => {
  it('sees a whole folder go, and what else goes with it', async () => {
    const remove = () => rmSync(join(folder, 'deployments/sar'), { recursive: true });
    expect(await propose(remove)).toEqual({ removed: [{ name: 'sar', how: 'is removed' }], wholeRemoval: 'sar' });
    const more = await propose(() => {
      remove();
      write('README.md', 'b');
    });
    expect(more).toEqual({ removed: [{ name: 'sar', how: 'is removed' }], wholeRemoval: undefined });
  });

  it('sees links, drafts, case, and an emptied folder', async () => {
    const sar = join(folder, 'deployments/sar');
    const hows = async (change: () => void) => (await propose(change)).removed.map(({ how }) => how);
    expect(
      await hows(() => {
        rmSync(sar, { recursive: true });
        symlinkSync('sar-test', sar);
      }),
    ).toEqual(['is a link in place of a folder']);
    expect(await hows(() => renameSync(sar, join(folder, 'deployments/_sar')))).toEqual([
      'is renamed to deployments/_sar',
    ]);
    expect(await hows(() => renameSync(sar, join(folder, 'deployments/SAR')))).toEqual([
      'is renamed to deployments/SAR',
    ]);
    expect(await hows(() => renameSync(sar, join(folder, 'archived')))).toEqual(['is removed']);
    expect(await hows(() => rmSync(join(sar, 'opensarlab.yaml')))).toEqual(['has no opensarlab.yaml any more']);
    expect(
      await hows(() => {
        rmSync(join(sar, 'opensarlab.yaml'));
        symlinkSync('../../_example/opensarlab.yaml', join(sar, 'opensarlab.yaml'));
      }),
    ).toEqual(['has a link in place of opensarlab.yaml']);
    expect(
      await hows(() => {
        rmSync(join(folder, 'deployments'), { recursive: true });
        symlinkSync('elsewhere', join(folder, 'deployments'));
      }),
    ).toEqual(['is gone: deployments is a link', 'is gone: deployments is a link']);
  });

  it('does not blame a proposal from an old base for what it never knew', async () => {
    const old = git('rev-parse', 'main');
    write('deployments/late/opensarlab.yaml', 'late');
    commit('a new deployment');
    expect(await propose(() => write('README.md', 'b'), old)).toEqual({ removed: [], wholeRemoval: undefined });
  });

  it('calls no removal whole that leaves a file which came meanwhile', async () => {
    const old = git('rev-parse', 'main');
    write('deployments/sar/container/Dockerfile', 'FROM x');
    commit('one more file');
    const change = await propose(() => rmSync(join(folder, 'deployments/sar'), { recursive: true }), old);
    expect(change).toEqual({
      removed: [{ name: 'sar', how: 'has no opensarlab.yaml any more' }],
      wholeRemoval: undefined,
    });
  });

  it('compares a proposal that conflicts with where it started', async () => {
    const old = git('rev-parse', 'main');
    write('deployments/sar/opensarlab.yaml', 'changed');
    commit('changed meanwhile');
    const change = await propose(() => rmSync(join(folder, 'deployments/sar'), { recursive: true }), old);
    expect(change).toMatchObject({ removed: [{ name: 'sar' }], conflicts: true });
  });

  it('takes names with wildcards and colons as they are', async () => {
    write('deployments/:(top)x/opensarlab.yaml', 'x');
    write('deployments/s*/opensarlab.yaml', 'x');
    const before = commit('odd names');
    rmSync(join(folder, 'deployments/s*'), { recursive: true });
    const after = commit('one gone');
    expect(await changeBetween(folder, before, after)).toEqual({
      removed: [{ name: 's*', how: 'is removed' }],
      wholeRemoval: 's*',
    });
  });

  it('names a commit that is not there', async () => {
    await expect(proposedChange(folder, 'main', '0123456789'.repeat(4))).rejects.toMatchObject({
      code: 'HistoryMissing',
    });
  });
});
