import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  eventsDuring as during,
  failureOf,
  type GitHubFixture,
  proposeChange,
  pushBranch,
  startFixture,
} from './github-fixture.ts';

let fixture: GitHubFixture;
let clone: string;
beforeAll(async () => {
  fixture = await startFixture();
  clone = await fixture.clone('work');
});
afterAll(() => fixture.close());

const eventsDuring = (action: () => Promise<unknown>) => during(fixture, action);
const propose = (branch: string, files: Record<string, string>) => proposeChange(fixture, clone, branch, files);

describe('a pull request', () => {
  test('shows its files, commits and the test merge', async () => {
    const { octokit, at, git, repository } = fixture;
    const events = await eventsDuring(() =>
      propose('files', { 'deployments/new/opensarlab.yaml': 'b: 2\n', 'README.md': '# Labs\n' }),
    );
    const opened = events.find((event) => event.action === 'opened');
    const number = Number(opened?.payload['number']);
    const files = await octokit.paginate(octokit.rest.pulls.listFiles, { ...at, pull_number: number, per_page: 1 });
    expect(files.map(({ filename, status }) => [filename, status])).toEqual([
      ['README.md', 'modified'],
      ['deployments/new/opensarlab.yaml', 'added'],
    ]);
    expect(files[0]?.patch).toBe('@@ -1 +1 @@\n-# Deployments\n+# Labs');
    const { data: commits } = await octokit.rest.pulls.listCommits({ ...at, pull_number: number });
    expect(commits.map(({ author }) => author?.login)).toEqual(['ada']);
    const { data: pull } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(pull).toMatchObject({
      mergeable: true,
      mergeable_state: 'clean',
      changed_files: 2,
      additions: 2,
      deletions: 1,
    });
    expect(await git(repository.gitFolder, 'rev-parse', `refs/pull/${number}/merge`)).toBe(pull.merge_commit_sha);
    expect(await git(repository.gitFolder, 'rev-parse', `refs/pull/${number}/head`)).toBe(pull.head.sha);
    expect(opened).toMatchObject({
      name: 'pull_request',
      ref: `refs/pull/${number}/merge`,
      sha: pull.merge_commit_sha,
      headRef: 'files',
      baseRef: 'main',
      actor: { login: 'ada', id: 1815 },
      causedByJobToken: false,
    });
    const { data: diff } = await octokit.rest.pulls.get({ ...at, pull_number: number, mediaType: { format: 'diff' } });
    expect(String(diff)).toContain('diff --git a/README.md b/README.md');
  });

  test('is synchronized by a push to its branch', async () => {
    const { number, head } = await propose('sync', { 'sync.txt': '1\n' });
    const events = await eventsDuring(() => pushBranch(fixture, clone, 'sync', { 'sync.txt': '2\n' }));
    const [push, synchronize] = events;
    expect(push).toMatchObject({ name: 'push', ref: 'refs/heads/sync', payload: { before: head, forced: false } });
    expect(push?.payload['commits']).toMatchObject([{ message: 'Change sync.txt', added: [], modified: ['sync.txt'] }]);
    expect(synchronize).toMatchObject({ name: 'pull_request', action: 'synchronize' });
    expect(synchronize?.payload).toMatchObject({ number, before: head, after: push?.sha });
  });

  test('comes as pull_request_target too, on the default branch', async () => {
    const { git, repository, events } = fixture;
    const { number } = await propose('target', { 'target.txt': '1\n' });
    const main = await git(repository.gitFolder, 'rev-parse', 'refs/heads/main');
    expect(events.findLast(({ name }) => name === 'pull_request_target')).toMatchObject({
      ...{ action: 'opened', ref: 'refs/heads/main', sha: main, headRef: 'target', baseRef: 'main' },
      payload: { number },
    });
  });

  test('is labeled, unlabeled and edited with one event each', async () => {
    const { octokit, at } = fixture;
    const { number } = await propose('labels', { 'labels.txt': '1\n' });
    const issue = { ...at, issue_number: number };
    const events = await eventsDuring(async () => {
      await octokit.rest.issues.addLabels({ ...issue, labels: ['destroy', 'bug'] });
      await octokit.rest.issues.addLabels({ ...issue, labels: ['Destroy'] });
      await octokit.rest.issues.removeLabel({ ...issue, name: 'bug' });
      await octokit.rest.pulls.update({ ...at, pull_number: number, title: 'Other title' });
    });
    const label = (event: (typeof events)[number]): unknown => Reflect.get(Object(event.payload['label']), 'name');
    expect(events.map((event) => [event.action, label(event)])).toEqual([
      ['labeled', 'destroy'],
      ['labeled', 'bug'],
      ['unlabeled', 'bug'],
      ['edited', undefined],
    ]);
    expect(events[3]?.payload['changes']).toEqual({ title: { from: 'labels' } });
  });

  test('from a fork brings the commits into the repository', async () => {
    const { github, octokit, at, git, folder, repository } = fixture;
    const forkToken = github.createUser({ login: 'grace', id: 1906, permission: 'read' });
    const fork = await github.createFork({ repository: repository.fullName, owner: 'grace' });
    const url = fork.cloneUrl.replace('://', `://grace:${forkToken}@`);
    await git(folder, 'clone', '--quiet', url, 'fork');
    const head = await pushBranch(fixture, `${folder}/fork`, 'idea', { 'idea.txt': '1\n' });
    const grace = fixture.octokitFor(forkToken);
    const create = { ...at, title: 'Idea', head: 'grace:idea', base: 'main' };
    const { data: pull } = await grace.rest.pulls.create(create);
    expect(pull.head.repo?.full_name).toBe('grace/deployments');
    expect(await git(repository.gitFolder, 'rev-parse', `refs/pull/${pull.number}/head`)).toBe(head);
    const events = await eventsDuring(() => pushBranch(fixture, `${folder}/fork`, 'idea', { 'idea.txt': '2\n' }));
    expect(events.map((event) => [event.repository, event.action ?? event.name])).toEqual([
      ['grace/deployments', 'push'],
      ['radar-lab/deployments', 'synchronize'],
    ]);
    const refused = await failureOf(grace.rest.pulls.merge({ ...at, pull_number: pull.number }));
    expect(refused.status).toBe(403);
    await octokit.rest.pulls.merge({ ...at, pull_number: pull.number });
  });

  test('is refused without commits, twice, and for branches that do not exist', async () => {
    const { octokit, at } = fixture;
    await propose('twice', { 'twice.txt': '1\n' });
    const create = (head: string, base = 'main'): Promise<unknown> =>
      octokit.rest.pulls.create({ ...at, title: 'Again', head, base });
    expect((await failureOf(create('twice'))).data).toMatchObject({
      message: 'Validation Failed',
      errors: [{ code: 'custom', message: 'A pull request already exists for radar-lab:twice.' }],
      status: '422',
    });
    expect((await failureOf(create('main'))).message).toContain('No commits between main and main');
    expect((await failureOf(create('missing'))).data).toMatchObject({ errors: [{ field: 'head', code: 'invalid' }] });
    expect((await failureOf(create('twice', 'nowhere'))).data).toMatchObject({ errors: [{ field: 'base' }] });
  });
});
