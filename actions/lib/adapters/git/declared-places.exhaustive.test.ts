import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { earlierPlace, usesAccount } from './declared-places.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opensarlab-places-'));
  run('init', '--quiet', '--initial-branch=main');
  commit({ 'README.md': '# Labs\n' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' }).trim();
}

function commit(files: Record<string, string | null>, links: Record<string, string> = {}): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    rmSync(file, { recursive: true, force: true });
    if (content === null) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  for (const [path, target] of Object.entries(links)) {
    rmSync(join(folder, path), { recursive: true, force: true });
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
  run('add', '--all');
  run('commit', '--quiet', '--allow-empty', '--message', 'a change');
  return run('rev-parse', 'HEAD');
}

const [one, two, three] = ['111111111111', '222222222222', '333333333333'];
const sar = 'deployments/sar/opensarlab.yaml';
const declared = (account: string, region = 'us-west-2'): string =>
  `aws:\n  account_id: "${account}"\n  region: ${region}\n`;

describe('whether a lab on the default branch uses an account', () => {
  it('is so where any declaration names it, and nowhere else', async () => {
    const tip = commit({ [sar]: declared(one), 'deployments/other/opensarlab.yaml': declared(two) });
    expect(await Promise.all([one, two, three].map((account) => usesAccount(folder, tip, account)))).toEqual([
      ...[true, true, false],
    ]);
  });

  it.each<[string, Record<string, string>]>([
    ['an example or a draft', { 'deployments/_example/opensarlab.yaml': declared(one) }],
    ['another file of a folder', { 'deployments/sar/container/opensarlab.yaml': declared(one) }],
    ['a file beside the folders', { 'deployments/opensarlab.yaml': declared(one) }],
    ['a comment', { [sar]: `# ${one}\n${declared(two)}` }],
    ['another field', { [sar]: `${declared(two)}owner: "${one}"\n` }],
    ['no YAML', { [sar]: `${declared(one)}\t: [\n` }],
    ['an account said twice', { [sar]: `${declared(two)}${declared(one)}` }],
    ['more than a declaration may hold', { [sar]: `${declared(one)}#${'x'.repeat(256 * 1024)}\n` }],
    ['a number of another length', { [sar]: declared(`${one}1`) }],
  ])('is not so by %s', async (_, files) => {
    expect(await usesAccount(folder, commit(files), one)).toBe(false);
  });

  it('is not so by a link to a declaration, nor by a link in place of the folder', async () => {
    const draft = { 'deployments/_draft/opensarlab.yaml': declared(one) };
    const links = { [sar]: '../../_draft/opensarlab.yaml', 'deployments/other': '_draft' };
    expect(await usesAccount(folder, commit(draft, links), one)).toBe(false);
  });

  it('is told by no commit that is not there', async () => {
    await expect(usesAccount(folder, 'f'.repeat(40), one)).rejects.toMatchObject({ code: 'GitFailed' });
  });
});

describe('where a deployment was declared before', () => {
  const here = { accountId: one, region: 'us-west-2' };
  const placed = (until: string, since?: string) => earlierPlace(folder, 'sar', here, { since, until });

  it('is nowhere else while it stays, and when it is new', async () => {
    expect(await placed(commit({ 'deployments/sar-test/opensarlab.yaml': declared(two) }))).toBeUndefined();
    commit({ [sar]: declared(one) });
    expect(await placed(commit({ [sar]: `${declared(one)}# more\n` }))).toBeUndefined();
  });

  it('is another account or region, however long ago', async () => {
    const first = commit({ [sar]: declared(two) });
    commit({ 'README.md': '# More\n' });
    const tip = commit({ [sar]: declared(one) });
    expect(await placed(tip)).toEqual({ commit: first, what: 'account', before: two, now: one });
    const moved = commit({ [sar]: declared(one, 'us-east-1') });
    expect(await placed(moved)).toMatchObject({ commit: moved, what: 'region', before: 'us-east-1' });
  });

  it('is not hidden by a declaration in between that cannot be read, or by a link', async () => {
    const first = commit({ [sar]: declared(two) });
    expect(await placed(commit({ [sar]: 'aws: [\n' }))).toMatchObject({ commit: first });
    expect(await placed(commit({}, { [sar]: '../../../README.md' }))).toMatchObject({ commit: first });
    expect(await placed(commit({ [sar]: declared(one) }))).toMatchObject({ commit: first });
  });

  it('is forgotten where the declaration was gone in between', async () => {
    commit({ [sar]: declared(two) });
    commit({ [sar]: null });
    expect(await placed(commit({ [sar]: declared(one) }))).toBeUndefined();
  });

  it('counts from the last deployment on, that included', async () => {
    const first = commit({ [sar]: declared(two) });
    const deployed = commit({ [sar]: declared(one) });
    const tip = commit({ [sar]: `${declared(one)}# more\n` });
    expect(await placed(tip, deployed)).toBeUndefined();
    expect(await placed(tip, first)).toMatchObject({ commit: first, what: 'account' });
  });

  it('is not asked of a history from which a forced push has taken the deployed commit', async () => {
    commit({ [sar]: declared(two) });
    expect(await placed(commit({ [sar]: declared(one) }), 'f'.repeat(40))).toBeUndefined();
  });

  it('is seen through merges, by the default branch’s own line', async () => {
    const first = commit({ [sar]: declared(two) });
    run('checkout', '--quiet', '-b', 'move');
    commit({ [sar]: declared(one) });
    run('checkout', '--quiet', 'main');
    run('merge', '--quiet', '--no-ff', '--message', 'Merge', 'move');
    expect(await placed(run('rev-parse', 'HEAD'))).toMatchObject({ commit: first, before: two });
  });
});
