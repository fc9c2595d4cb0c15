import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf, type GitHubFixture, type Octokit, pushBranch, startFixture } from './github-fixture.ts';

const APP = { id: 990_001, slug: 'radar-deployer', name: 'Radar deployer' };

let fixture: GitHubFixture;
let clone: string;
beforeAll(async () => {
  fixture = await startFixture();
  clone = await fixture.clone('work');
});
afterAll(() => fixture.close());

function app(permissions: Record<string, 'read' | 'write'>): Octokit {
  const { github, repository, octokitFor } = fixture;
  return octokitFor(github.createAppToken({ repository: repository.fullName, app: APP, permissions }));
}

describe('an installation token of a GitHub App', () => {
  test('acts as its bot, within its permissions, and its changes start workflows', async () => {
    const { at, github, events } = fixture;
    const head = await pushBranch(fixture, clone, 'by-app', { 'app.txt': '1\n' });
    const client = app({ 'pull-requests': 'write' });
    const { data } = await client.rest.pulls.create({ ...at, title: 'App', head: 'by-app', base: 'main' });
    expect(data.user).toMatchObject({ login: 'radar-deployer[bot]', type: 'Bot' });
    expect(data.head.sha).toBe(head);
    await github.settle();
    const opened = events.filter(({ action }) => action === 'opened').at(-1);
    expect(opened).toMatchObject({ causedByJobToken: false, actor: { login: 'radar-deployer[bot]' } });
    expect((await failureOf(client.rest.checks.create({ ...at, name: 'x', head_sha: head }))).status).toBe(403);
  });

  test('makes check runs of its own app, which no other app can change', async () => {
    const { at, octokit } = fixture;
    const head_sha = (await octokit.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
    const client = app({ checks: 'write' });
    const { data: own } = await client.rest.checks.create({ ...at, name: 'plan', head_sha, conclusion: 'success' });
    expect(own.app).toMatchObject({ id: APP.id, slug: APP.slug });
    const job = fixture.job({ checks: 'write' });
    const stolen = await failureOf(job.rest.checks.update({ ...at, check_run_id: own.id, conclusion: 'failure' }));
    expect(stolen).toMatchObject({ status: 403 });
    const { data: ofJob } = await job.rest.checks.create({ ...at, name: 'plan', head_sha, status: 'in_progress' });
    expect(ofJob.app).toMatchObject({ id: 15_368, slug: 'github-actions' });
    const { data: ours } = await octokit.rest.checks.listForRef({ ...at, ref: head_sha, app_id: APP.id });
    expect(ours.check_runs.map(({ id }) => id)).toEqual([own.id]);
    expect((await failureOf(octokit.rest.checks.create({ ...at, name: 'plan', head_sha }))).status).toBe(403);
    const readOnly = fixture.job({ checks: 'read' });
    expect((await failureOf(readOnly.rest.checks.create({ ...at, name: 'plan', head_sha }))).status).toBe(403);
  });

  test('changes workflow files only with `workflows: write`, which a job never has', async () => {
    const { at, octokit } = fixture;
    const sha = (await octokit.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/workflows', sha });
    const change = {
      ...at,
      path: '.github/workflows/x.yml',
      branch: 'workflows',
      message: 'x',
      content: Buffer.from('on: push\n').toString('base64'),
    };
    const without = await failureOf(app({ contents: 'write' }).rest.repos.createOrUpdateFileContents(change));
    expect(without).toMatchObject({ status: 403, message: expect.stringContaining('`workflows` permission') });
    const { status } = await app({ contents: 'write', workflows: 'write' }).rest.repos.createOrUpdateFileContents(
      change,
    );
    expect(status).toBe(201);
  });

  test('changes settings only with `administration: write`, which a job never has', async () => {
    const { at } = fixture;
    const change = { ...at, can_approve_pull_request_reviews: false };
    const set = (client: Octokit) => client.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository(change);
    expect((await failureOf(set(app({ contents: 'write' })))).status).toBe(403);
    expect((await failureOf(set(fixture.job({ administration: 'write' })))).status).toBe(403);
    expect((await set(app({ administration: 'write' }))).status).toBe(204);
  });

  test('is no person: asking for its permission is a 404', async () => {
    const { at, octokit } = fixture;
    const asked = octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'radar-deployer[bot]' });
    expect(await failureOf(asked)).toMatchObject({
      status: 404,
      message: expect.stringContaining('radar-deployer[bot] is not a user'),
    });
  });
});

describe('POST /repos/{owner}/{repo}/dispatches', () => {
  test('emits repository_dispatch on the default branch, also for a job with contents: write', async () => {
    const { at, github, events, octokit } = fixture;
    const job = fixture.job({ contents: 'write' });
    await job.rest.repos.createDispatchEvent({ ...at, event_type: 'replan', client_payload: { number: 7 } });
    await github.settle();
    const sha = (await octokit.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
    expect(events.at(-1)).toMatchObject({
      name: 'repository_dispatch',
      action: 'replan',
      ref: 'refs/heads/main',
      sha,
      payload: { client_payload: { number: 7 } },
      causedByJobToken: true,
    });
    const reader = fixture.job({ contents: 'read' });
    expect((await failureOf(reader.rest.repos.createDispatchEvent({ ...at, event_type: 'x' }))).status).toBe(403);
  });
});
