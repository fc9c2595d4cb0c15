import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANY_EVENT, failureOf, type GitHubFixture, startFixture } from './github-fixture.ts';

let fixture: GitHubFixture;
beforeAll(async () => {
  fixture = await startFixture({ private: true });
});
afterAll(() => fixture.close());

describe('permissions', () => {
  const REFUSED = { status: 403, message: expect.stringContaining('Resource not accessible by integration') };

  test('a job can do what its permissions say and nothing else', async () => {
    const { at } = fixture;
    const job = fixture.job({ contents: 'read', issues: 'write' });
    await expect(job.rest.repos.getContent({ ...at, path: 'README.md' })).resolves.toMatchObject({ status: 200 });
    const { data: issue } = await job.rest.issues.create({
      ...at,
      title: 'Leftovers',
      body: 'None',
      labels: ['audit'],
    });
    expect(issue).toMatchObject({ number: 1, user: { login: 'github-actions[bot]', type: 'Bot' } });
    expect(await failureOf(job.rest.pulls.list({ ...at }))).toMatchObject(REFUSED);
    const write = { ...at, path: 'x', message: 'x', content: '' };
    expect(await failureOf(job.rest.repos.createOrUpdateFileContents(write))).toMatchObject(REFUSED);
    expect(await failureOf(job.rest.actions.listRepoVariables({ ...at }))).toMatchObject(REFUSED);
    expect(await failureOf(job.rest.users.getAuthenticated())).toMatchObject(REFUSED);
  });

  test('a private repository does not exist for others', async () => {
    const { github, at } = fixture;
    const other = await github.createRepository({ owner: 'others', ownerId: 99, name: 'secret', private: true });
    const job = fixture.job({ contents: 'write' });
    expect((await failureOf(job.rest.repos.get({ owner: 'others', repo: 'secret' }))).status).toBe(404);
    expect(other.fullName).toBe('others/secret');
    const anonymous = await fetch(`${github.apiUrl}/repos/${at.owner}/${at.repo}`);
    expect(anonymous.status).toBe(404);
  });

  test('Actions may create pull requests only when the repository allows it', async () => {
    const { octokit, at } = fixture;
    const main = await octokit.rest.git.getRef({ ...at, ref: 'heads/main' });
    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/by-job', sha: main.data.object.sha });
    await octokit.rest.repos.createOrUpdateFileContents({
      ...at,
      branch: 'by-job',
      path: 'by-job.txt',
      message: 'By a job',
      content: Buffer.from('1').toString('base64'),
    });
    const job = fixture.job({ 'pull-requests': 'write' });
    const create = { ...at, title: 'By a job', head: 'by-job', base: 'main' };
    const refused = await failureOf(job.rest.pulls.create(create));
    expect(refused.message).toContain('GitHub Actions is not permitted to create or approve pull requests.');
    await octokit.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository({
      ...at,
      can_approve_pull_request_reviews: true,
    });
    const { data } = await job.rest.pulls.create(create);
    await fixture.github.settle();
    const opened = fixture.events.find((event) => event.action === 'opened' && event.name === 'pull_request');
    expect(opened).toMatchObject({ causedByJobToken: true, payload: { number: data.number } });
  });

  test('a job cannot change workflows', async () => {
    const { at } = fixture;
    const job = fixture.job({ contents: 'write' });
    const refused = await failureOf(
      job.rest.repos.createOrUpdateFileContents({
        ...at,
        path: '.github/workflows/evil.yml',
        message: 'x',
        content: 'eA==',
      }),
    );
    expect(refused.status).toBe(403);
    expect(refused.message).toContain('without `workflows` permission');
  });

  test('a revoked token is no token', async () => {
    const { github, at, repository } = fixture;
    const token = github.createJobToken({
      repository: repository.fullName,
      permissions: { contents: 'read' },
      event: ANY_EVENT,
    });
    const job = fixture.octokitFor(token);
    await job.rest.repos.get(at);
    github.revokeToken(token);
    expect(await failureOf(job.rest.repos.get(at))).toMatchObject({
      status: 401,
      data: { message: 'Bad credentials' },
    });
  });

  test('tells what a person may do', async () => {
    const { github, octokit, at } = fixture;
    github.createUser({ login: 'reader', id: 7, permission: 'read' });
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'reader' });
    expect(data).toMatchObject({ permission: 'read', user: { login: 'reader' } });
  });
});

describe('requests', () => {
  test('that contradict the description are refused with the sentence that says why', async () => {
    const { octokit, at } = fixture;
    const missing = await failureOf(
      octokit.request('POST /repos/{owner}/{repo}/issues', { ...at, body: 'x' } as never),
    );
    expect(missing.data).toMatchObject({ message: `Invalid request.\n\n"title" wasn't supplied.`, status: '422' });
    const wrong = { ...at, state: 'shut' as 'open' };
    expect((await failureOf(octokit.rest.issues.listForRepo(wrong))).status).toBe(422);
    const tooLong = { ...at, issue_number: 1, body: 'x'.repeat(65_537) };
    const refused = await failureOf(octokit.rest.issues.createComment(tooLong));
    expect(refused.data).toMatchObject({
      errors: [{ field: 'body', message: 'body is too long (maximum is 65536 characters)' }],
    });
    await octokit.rest.issues.createComment({ ...tooLong, body: 'x'.repeat(65_536) });
  });

  test('that the sandbox does not serve are named', async () => {
    const { octokit, at } = fixture;
    const unknown = await failureOf(octokit.rest.repos.listReleases(at));
    expect(unknown.status).toBe(501);
    expect(unknown.message).toContain("The sandbox's GitHub does not serve GET /repos/radar-lab/deployments/releases.");
    const graphql = await failureOf(octokit.graphql('query { viewer { login } }'));
    expect(graphql.status).toBe(501);
  });

  test('with broken JSON are a 400', async () => {
    const { github, token } = fixture;
    const response = await fetch(`${github.apiUrl}/repos/radar-lab/deployments/issues`, {
      method: 'POST',
      headers: { authorization: `token ${token}` },
      body: '{',
    });
    expect([response.status, await response.json()]).toMatchObject([400, { message: 'Problems parsing JSON' }]);
  });

  test('fail as often as they are told to', async () => {
    const { github, octokit, at } = fixture;
    github.injectFault({ operation: 'repos/get', status: 429, message: 'Slow down', retryAfter: 60, times: 2 });
    const limited = await fetch(`${github.apiUrl}/repos/${at.owner}/${at.repo}`);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await failureOf(octokit.rest.repos.get(at))).message).toContain('Slow down');
    expect((await octokit.rest.repos.get(at)).status).toBe(200);
  });

  test('are counted against the rate limit', async () => {
    const job = fixture.job({ contents: 'read' });
    const { headers } = await job.rest.repos.get(fixture.at);
    const limit = await job.rest.rateLimit.get();
    expect(headers['x-ratelimit-limit']).toBe('1000');
    expect(limit.data.rate).toMatchObject({ limit: 1000, remaining: Number(headers['x-ratelimit-remaining']) });
  });
});

describe('lists', () => {
  test('come in pages with links', async () => {
    const { octokit, at } = fixture;
    const { data: issue } = await octokit.rest.issues.create({ ...at, title: 'Many comments' });
    const place = { ...at, issue_number: issue.number };
    for (let number = 1; number <= 5; number++)
      await octokit.rest.issues.createComment({ ...place, body: `${number}` });
    const second = await octokit.rest.issues.listComments({ ...place, per_page: 2, page: 2 });
    expect(second.data.map(({ body }) => body)).toEqual(['3', '4']);
    const links = [...(second.headers.link ?? '').matchAll(/page=(\d)>; rel="(\w+)"/g)].map(([, page, name]) => [
      name,
      page,
    ]);
    expect(Object.fromEntries(links)).toEqual({ prev: '1', next: '3', last: '3', first: '1' });
    const all = await octokit.paginate(octokit.rest.issues.listComments, { ...place, per_page: 2 });
    expect(all).toHaveLength(5);
    const whole = await octokit.rest.issues.listComments(place);
    expect(whole.headers.link).toBeUndefined();
  });
});
