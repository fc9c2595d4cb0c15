import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_EVENT, eventsDuring, type GitHubFixture, pushBranch, startFixture, writeFiles } from './github-fixture.ts';

let fixture: GitHubFixture;
beforeAll(async () => {
  fixture = await startFixture({ private: true });
});
afterAll(() => fixture.close());

const jobToken = (contents: 'read' | 'write' | 'none'): string =>
  fixture.github.createJobToken({
    repository: fixture.repository.fullName,
    permissions: { contents },
    event: ANY_EVENT,
  });

describe('Git over HTTP', () => {
  test('a private repository needs a token that may read', async () => {
    const { git, folder, repository, github } = fixture;
    await expect(git(folder, 'clone', repository.cloneUrl, 'anonymous')).rejects.toThrow(
      /terminal prompts disabled|401/,
    );
    const wrong = fixture.remote('ghp_wrong');
    await expect(git(folder, 'ls-remote', wrong)).rejects.toThrow(/Authentication failed/);
    await expect(git(folder, 'ls-remote', fixture.remote(jobToken('none')))).rejects.toThrow(/not found/);
    expect(await git(folder, 'ls-remote', fixture.remote(jobToken('read')), 'refs/heads/main')).toContain(
      'refs/heads/main',
    );
    const missing = await fetch(`${github.serverUrl}/radar-lab/none.git/info/refs?service=git-upload-pack`);
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="GitHub"']);
  });

  test('anybody reads a public repository and nobody pushes without a token', async () => {
    const { git, folder, github } = fixture;
    const open = await github.createRepository({
      owner: 'radar-lab',
      ownerId: 4711,
      name: 'open',
      seed: { folder: `${folder}/seed`, message: 'Open', author: { name: 'A', email: 'a@example.org' } },
    });
    await git(folder, 'clone', '--quiet', '--depth', '1', '--filter=blob:none', open.cloneUrl, 'open');
    await writeFiles(`${folder}/open`, { 'x.txt': 'x' });
    await git(`${folder}/open`, 'add', '--all');
    await git(`${folder}/open`, 'commit', '--quiet', '--message', 'x');
    await expect(git(`${folder}/open`, 'push', '--quiet')).rejects.toThrow(/terminal prompts disabled|401/);
  });

  test('a push with a large pack becomes push events of every branch, a deletion too', async () => {
    const clone = await fixture.clone('large');
    const before = await fixture.git(clone, 'rev-parse', 'HEAD');
    // More than http.postBuffer, so that Git sends the pack in chunks.
    const noise = Array.from({ length: 40_000 }, (_, index) => `${Math.sin(index)}`).join('\n');
    const created = await eventsDuring(fixture, () => pushBranch(fixture, clone, 'large', { noise }));
    expect(created).toMatchObject([
      { name: 'push', causedByJobToken: false, payload: { created: true, commits: [{ added: ['noise'] }] } },
    ]);
    const several = await eventsDuring(fixture, () =>
      fixture.git(clone, 'push', '--quiet', 'origin', ':large', `${before}:refs/heads/a`, `${before}:refs/tags/v1`),
    );
    expect(several.map(({ ref, payload }) => [ref, payload['created'], payload['deleted']]).sort()).toEqual([
      ['refs/heads/a', true, false],
      ['refs/heads/large', false, true],
      ['refs/tags/v1', true, false],
    ]);
  });

  test('a job pushes with contents: write, without starting workflows, and never to workflows or pull request refs', async () => {
    const { git } = fixture;
    const clone = await fixture.clone('by-job', jobToken('write'));
    const events = await eventsDuring(fixture, () => pushBranch(fixture, clone, 'by-job', { 'x.txt': 'x' }));
    expect(events).toMatchObject([{ causedByJobToken: true, actor: { login: 'github-actions[bot]' } }]);
    await expect(pushBranch(fixture, clone, 'evil', { '.github/workflows/evil.yml': 'on: push' })).rejects.toThrow(
      /refusing to allow a GitHub App to create or update workflow `.github\/workflows\/evil.yml`/,
    );
    await expect(git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/pull/1/head')).rejects.toThrow(/hidden ref/);
    const reader = await fixture.clone('by-reader', jobToken('read'));
    await expect(pushBranch(fixture, reader, 'refused', { 'x.txt': 'x' })).rejects.toThrow(/403/);
  });
});
