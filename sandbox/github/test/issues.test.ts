import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsDuring, failureOf, type GitHubFixture, startFixture } from './github-fixture.ts';

let fixture: GitHubFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

describe('an issue', () => {
  test('is opened with labels, edited, closed and reopened, with one event each', async () => {
    const { octokit, at } = fixture;
    const actions = await eventsDuring(fixture, async () => {
      const { data } = await octokit.rest.issues.create({
        ...at,
        title: 'Audit',
        body: 'v1',
        labels: ['audit', 'bug'],
      });
      const issue = { ...at, issue_number: data.number };
      await octokit.rest.issues.update({ ...issue, body: 'v2' });
      await octokit.rest.issues.update({ ...issue, state: 'closed', state_reason: 'not_planned' });
      await octokit.rest.issues.update({ ...issue, state: 'open' });
      await octokit.rest.issues.setLabels({ ...issue, labels: ['audit'] });
    });
    expect(actions.map(({ name, action }) => `${name} ${action}`)).toEqual([
      'issues opened',
      'issues labeled',
      'issues labeled',
      'issues edited',
      'issues closed',
      'issues reopened',
      'issues unlabeled',
    ]);
    expect(actions[0]).toMatchObject({ ref: 'refs/heads/main', sha: expect.stringMatching(/^[0-9a-f]{40}$/) });
    const { data: found } = await octokit.rest.issues.listForRepo({ ...at, labels: 'audit', creator: 'ada' });
    expect(found).toMatchObject([{ title: 'Audit', body: 'v2', state: 'open', state_reason: 'reopened' }]);
  });

  test('has comments that can be changed and deleted', async () => {
    const { octokit, at } = fixture;
    const { data: issue } = await octokit.rest.issues.create({ ...at, title: 'Comments' });
    const job = fixture.job({ issues: 'write' });
    const { data: comment } = await job.rest.issues.createComment({ ...at, issue_number: issue.number, body: 'Plan' });
    expect(comment.user).toMatchObject({ login: 'github-actions[bot]', id: 41898282 });
    const place = { ...at, comment_id: comment.id };
    await job.rest.issues.updateComment({ ...place, body: 'Plan 2' });
    expect((await octokit.rest.issues.getComment(place)).data.body).toBe('Plan 2');
    expect((await failureOf(job.rest.issues.updateComment({ ...place, body: ' ' }))).status).toBe(422);
    await job.rest.issues.deleteComment(place);
    expect((await failureOf(octokit.rest.issues.getComment(place))).status).toBe(404);
  });
});

describe('labels of a repository', () => {
  test('are created, renamed and deleted, and differ by more than case', async () => {
    const { octokit, at } = fixture;
    const description = 'Tears the deployment down';
    await octokit.rest.issues.createLabel({ ...at, name: 'destroy', color: 'B60205', description });
    const twice = await failureOf(octokit.rest.issues.createLabel({ ...at, name: 'Destroy' }));
    expect(twice.data).toMatchObject({ errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }] });
    await octokit.rest.issues.updateLabel({ ...at, name: 'destroy', new_name: 'tear down' });
    const { data } = await octokit.rest.issues.getLabel({ ...at, name: 'tear down' });
    expect(data).toMatchObject({ name: 'tear down', color: 'b60205', description });
    await octokit.rest.issues.deleteLabel({ ...at, name: 'tear down' });
    expect((await failureOf(octokit.rest.issues.getLabel({ ...at, name: 'tear down' }))).status).toBe(404);
    const labels = await octokit.paginate(octokit.rest.issues.listLabelsForRepo, at);
    expect(labels.map(({ name }) => name)).toContain('good first issue');
  });
});
