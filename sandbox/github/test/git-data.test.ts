import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsDuring, failureOf, type GitHubFixture, startFixture } from './github-fixture.ts';

let fixture: GitHubFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

async function tip(branch: string): Promise<string> {
  return (await fixture.octokit.rest.git.getRef({ ...fixture.at, ref: `heads/${branch}` })).data.object.sha;
}

describe('the Git database', () => {
  test('builds a commit from blobs and trees, and a ref update pushes it', async () => {
    const { octokit, at } = fixture;
    const parent = await tip('main');
    const { data: blob } = await octokit.rest.git.createBlob({ ...at, content: 'aGk=', encoding: 'base64' });
    const { data: tree } = await octokit.rest.git.createTree({
      ...at,
      base_tree: parent,
      tree: [
        { path: 'bin/run', mode: '100755', type: 'blob', sha: blob.sha },
        { path: 'notes.md', mode: '100644', type: 'blob', content: 'Notes\n' },
        { path: 'deployments/sar/opensarlab.yaml', mode: '100644', type: 'blob', sha: null },
      ],
    });
    const { data: commit } = await octokit.rest.git.createCommit({
      ...at,
      message: 'Built',
      tree: tree.sha,
      parents: [parent],
    });
    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/built/by-api', sha: parent });
    const events = await eventsDuring(fixture, () =>
      octokit.rest.git.updateRef({ ...at, ref: 'heads/built/by-api', sha: commit.sha }),
    );
    expect(events).toMatchObject([
      {
        name: 'push',
        ref: 'refs/heads/built/by-api',
        payload: {
          before: parent,
          after: commit.sha,
          commits: [
            {
              message: 'Built',
              added: ['bin/run', 'notes.md'],
              removed: ['deployments/sar/opensarlab.yaml'],
              author: { username: 'ada' },
            },
          ],
        },
      },
    ]);
    const { data: files } = await octokit.rest.git.getTree({ ...at, tree_sha: 'built/by-api', recursive: '1' });
    expect(files.tree.filter(({ type }) => type === 'blob').map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100644 README.md',
      '100755 bin/run',
      '100644 notes.md',
    ]);
    const { data: read } = await octokit.rest.git.getBlob({ ...at, file_sha: blob.sha });
    expect(Buffer.from(read.content, 'base64').toString()).toBe('hi');
    const { data: compared } = await octokit.rest.repos.compareCommitsWithBasehead({
      ...at,
      basehead: 'main...built/by-api',
    });
    expect(compared).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0, total_commits: 1 });
    expect(compared.files?.map(({ status }) => status)).toEqual(['added', 'removed', 'added']);
  });

  test('refuses what GitHub refuses', async () => {
    const { octokit, at } = fixture;
    const sha = await tip('main');
    const create = (ref: string, commit = sha): Promise<unknown> =>
      octokit.rest.git.createRef({ ...at, ref, sha: commit });
    expect((await failureOf(create('refs/heads/main'))).message).toContain('Reference already exists');
    expect((await failureOf(create('heads/x'))).status).toBe(422);
    expect((await failureOf(create('refs/pull/1/head'))).status).toBe(422);
    expect((await failureOf(create('refs/heads/x', 'f'.repeat(40)))).message).toContain('Object does not exist');
    expect((await failureOf(octokit.rest.git.deleteRef({ ...at, ref: 'heads/none' }))).status).toBe(422);
    const { data: tree } = await octokit.rest.git.getTree({ ...at, tree_sha: sha });
    const { data: orphan } = await octokit.rest.git.createCommit({ ...at, message: 'Orphan', tree: tree.sha });
    const move = { ...at, ref: 'heads/main', sha: orphan.sha };
    expect((await failureOf(octokit.rest.git.updateRef(move))).message).toContain('Update is not a fast forward');
    const badTree = { ...at, tree: [{ path: '../x', mode: '100644' as const, content: '' }] };
    expect((await failureOf(octokit.rest.git.createTree(badTree))).status).toBe(422);
  });
});

describe('contents', () => {
  test('are read as file, folder and raw text, and changed with the blob they replace', async () => {
    const { octokit, at } = fixture;
    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/contents', sha: await tip('main') });
    const file = { ...at, path: 'deployments/sar/opensarlab.yaml', branch: 'contents' };
    const read = (): Promise<{ data: unknown }> => octokit.rest.repos.getContent({ ...file, ref: 'contents' });
    const content = Buffer.from('a: 2\n').toString('base64');
    const blind = await failureOf(
      octokit.rest.repos.createOrUpdateFileContents({ ...file, message: 'Change', content }),
    );
    expect(blind.message).toContain(`"sha" wasn't supplied.`);
    const { data: before } = await read();
    const sha = String(Reflect.get(Object(before), 'sha'));
    const { data: changed } = await octokit.rest.repos.createOrUpdateFileContents({
      ...file,
      message: 'Change',
      content,
      sha,
    });
    expect(changed.commit).toMatchObject({
      message: 'Change',
      committer: { name: 'GitHub' },
      author: { name: 'Ada Lovelace' },
    });
    const raw = await octokit.rest.repos.getContent({ ...file, ref: 'contents', mediaType: { format: 'raw' } });
    expect(raw.data).toBe('a: 2\n');
    const stale = await failureOf(octokit.rest.repos.deleteFile({ ...file, message: 'Delete', sha }));
    expect(stale.status).toBe(409);
    await octokit.rest.repos.deleteFile({ ...file, message: 'Delete', sha: String(changed.content?.sha) });
    expect((await failureOf(read())).status).toBe(404);
    const { data: root } = await octokit.rest.repos.getContent({ ...at, path: '', ref: 'main' });
    expect(Array.isArray(root) ? root.map(({ type, name }) => `${type} ${name}`) : root).toEqual([
      'file README.md',
      'dir deployments',
    ]);
  });
});

describe('branches and commits', () => {
  test('are listed and read', async () => {
    const { octokit, at } = fixture;
    const { data: branches } = await octokit.rest.repos.listBranches(at);
    expect(branches.map(({ name }) => name)).toContain('main');
    const { data: branch } = await octokit.rest.repos.getBranch({ ...at, branch: 'main' });
    const { data: commit } = await octokit.rest.repos.getCommit({ ...at, ref: 'heads/main' });
    expect(commit.sha).toBe(branch.commit.sha);
    expect(commit).toMatchObject({ stats: { additions: 2, deletions: 0 }, commit: { message: 'First files' } });
    const { data: touching } = await octokit.rest.repos.listCommits({ ...at, path: 'README.md', sha: 'main' });
    expect(touching.map(({ sha }) => sha)).toEqual([commit.sha]);
    expect((await failureOf(octokit.rest.repos.getBranch({ ...at, branch: 'none' }))).status).toBe(404);
    expect((await failureOf(octokit.rest.repos.getCommit({ ...at, ref: 'f'.repeat(40) }))).status).toBe(422);
  });
});
