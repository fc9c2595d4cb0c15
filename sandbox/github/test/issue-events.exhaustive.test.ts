import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf, type GitHubFixture, proposeChange, pushBranch, startFixture } from './github-fixture.ts';

let fixture: GitHubFixture;
let clone: string;
beforeAll(async () => {
  fixture = await startFixture();
  clone = await fixture.clone('work');
});
afterAll(() => fixture.close());

/** `event actor label`, oldest first. */
async function eventsOf(number: number): Promise<string[]> {
  const { octokit, at } = fixture;
  const events = await octokit.paginate(octokit.rest.issues.listEvents, { ...at, issue_number: number, per_page: 2 });
  return events.map((entry) =>
    [entry.event, entry.actor?.login, 'label' in entry ? entry.label.name : ''].filter(Boolean).join(' '),
  );
}

describe('the events of a pull request', () => {
  test('tell who put a label on and took it off, and survive the merge', async () => {
    const { octokit, at } = fixture;
    const { number } = await proposeChange(fixture, clone, 'labels', { 'a.txt': '1\n' });
    const job = fixture.job({ 'pull-requests': 'write' });
    await octokit.rest.issues.addLabels({ ...at, issue_number: number, labels: ['destroy', 'bug'] });
    await job.rest.issues.removeLabel({ ...at, issue_number: number, name: 'destroy' });
    await octokit.rest.issues.setLabels({ ...at, issue_number: number, labels: ['destroy'] });
    const { data: merge } = await octokit.rest.pulls.merge({ ...at, pull_number: number });
    await octokit.rest.issues.removeAllLabels({ ...at, issue_number: number });
    expect(await eventsOf(number)).toEqual([
      'labeled ada destroy',
      'labeled ada bug',
      'unlabeled github-actions[bot] destroy',
      'unlabeled ada bug',
      'labeled ada destroy',
      'merged ada',
      'closed ada',
      'unlabeled ada destroy',
    ]);
    const { data: pull } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(pull).toMatchObject({ merged: true, labels: [], merge_commit_sha: merge.sha, merged_by: { login: 'ada' } });
    const { data: timeline } = await octokit.rest.issues.listEventsForTimeline({ ...at, issue_number: number });
    const merged = timeline.find((entry) => entry.event === 'merged');
    expect(merged).toMatchObject({ commit_id: merge.sha, created_at: expect.stringMatching(/Z$/) });
  });

  test('tell of force pushes, a new base, closing, reopening and the loss of the branch', async () => {
    const { octokit, at, git, github } = fixture;
    const { number, head } = await proposeChange(fixture, clone, 'events', { 'b.txt': '1\n' });
    const main = (await octokit.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
    await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/other', sha: main });
    await octokit.rest.pulls.update({ ...at, pull_number: number, base: 'other' });
    await git(clone, 'commit', '--quiet', '--amend', '--message', 'Amended');
    await git(clone, 'push', '--quiet', '--force', 'origin', 'events');
    await github.settle();
    const amended = await git(clone, 'rev-parse', 'HEAD');
    await octokit.rest.issues.update({ ...at, issue_number: number, state: 'closed' });
    await octokit.rest.issues.update({ ...at, issue_number: number, state: 'open' });
    await octokit.rest.git.deleteRef({ ...at, ref: 'heads/events' });
    expect(await eventsOf(number)).toEqual([
      'base_ref_changed ada',
      'head_ref_force_pushed ada',
      'closed ada',
      'reopened ada',
      'head_ref_deleted ada',
      'closed ada',
    ]);
    const { data: timeline } = await octokit.rest.issues.listEventsForTimeline({ ...at, issue_number: number });
    const forced = timeline.find((entry) => entry.event === 'head_ref_force_pushed');
    expect(forced).toMatchObject({ commit_id: amended });
    const commits = timeline.filter((entry) => entry.event === 'committed');
    expect(commits).toMatchObject([{ sha: amended }]);
    expect(head).not.toBe(amended);
  });

  test('do not follow a closed pull request, whose head stays what it was', async () => {
    const { octokit, at, github, git } = fixture;
    const { number, head } = await proposeChange(fixture, clone, 'frozen', { 'c.txt': '1\n' });
    await octokit.rest.pulls.update({ ...at, pull_number: number, state: 'closed' });
    await git(clone, 'commit', '--quiet', '--amend', '--message', 'Amended');
    await git(clone, 'push', '--quiet', '--force', 'origin', 'frozen');
    await github.settle();
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(data.head.sha).toBe(head);
    const reopen = await failureOf(octokit.rest.pulls.update({ ...at, pull_number: number, state: 'open' }));
    expect(reopen.status).toBe(422);
    expect(JSON.stringify(reopen.data)).toContain('force-pushed or recreated');
  });

  test('is closed by a job, and a merged one keeps its head while the branch goes on', async () => {
    const { octokit, at, github } = fixture;
    const bot = await proposeChange(fixture, clone, 'closed-by-bot', { 'd.txt': '1\n' });
    const job = fixture.job({ 'pull-requests': 'write' });
    const closed = await job.rest.issues.update({ ...at, issue_number: bot.number, state: 'closed' });
    expect(closed.data).toMatchObject({ state: 'closed', closed_by: { login: 'github-actions[bot]' } });
    const { number, head } = await proposeChange(fixture, clone, 'goes-on', { 'e.txt': '1\n' });
    await octokit.rest.pulls.merge({ ...at, pull_number: number, merge_method: 'squash' });
    await pushBranch(fixture, clone, 'goes-on', { 'f.txt': '1\n' });
    await github.settle();
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(data.head.sha).toBe(head);
    const { data: commits } = await octokit.rest.pulls.listCommits({ ...at, pull_number: number });
    expect(commits.map(({ sha }) => sha)).toEqual([head]);
  });
});
