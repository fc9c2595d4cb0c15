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
  test('merges into a merge commit, with a push event and a closed event on the base branch', async () => {
    const { octokit, at, git, repository } = fixture;
    const { number, head } = await propose('merged', { 'merged.txt': '1\n' });
    const before = await git(repository.gitFolder, 'rev-parse', 'main');
    const events = await eventsDuring(() => octokit.rest.pulls.merge({ ...at, pull_number: number, sha: head }));
    const main = await git(repository.gitFolder, 'rev-parse', 'main');
    expect(await git(repository.gitFolder, 'show', '--no-patch', '--format=%P|%s|%b|%cn', main)).toBe(
      `${before} ${head}|Merge pull request #${number} from radar-lab/merged|merged\n|GitHub`,
    );
    const push = events.find((event) => event.name === 'push');
    const closed = events.find((event) => event.action === 'closed');
    expect(events).toHaveLength(2);
    expect(push).toMatchObject({ ref: 'refs/heads/main', sha: main, payload: { before, after: main } });
    expect(closed).toMatchObject({ ref: 'refs/heads/main', sha: main });
    expect(closed?.payload['pull_request']).toMatchObject({ merged: true, merge_commit_sha: main, state: 'closed' });
    await expect(octokit.rest.pulls.checkIfMerged({ ...at, pull_number: number })).resolves.toMatchObject({
      status: 204,
    });
    const { data: found } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: main });
    expect(found.map((pull) => pull.number)).toEqual([number]);
    const ofHead = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: head });
    expect(ofHead.data.map((pull) => pull.number)).toEqual([number]);
    const again = await failureOf(octokit.rest.pulls.merge({ ...at, pull_number: number }));
    expect(again.status).toBe(405);
  });

  test('squashes into one commit on the base branch', async () => {
    const { octokit, at, git, repository } = fixture;
    const { number } = await propose('squashed', { 'one.txt': '1\n' });
    await pushBranch(fixture, clone, 'squashed', { 'two.txt': '2\n' });
    await fixture.github.settle();
    const { data } = await octokit.rest.pulls.merge({ ...at, pull_number: number, merge_method: 'squash' });
    const shown = await git(repository.gitFolder, 'show', '--name-only', '--format=%P %s', data.sha);
    const [subject, , ...files] = shown.split('\n');
    expect(subject).toMatch(new RegExp(`^[0-9a-f]{40} squashed \\(#${number}\\)$`));
    expect(files).toEqual(['one.txt', 'two.txt']);
  });

  test('starts no workflow of its own code while it conflicts, and cannot be merged', async () => {
    const { octokit, at } = fixture;
    const first = await propose('conflict-1', { 'deployments/sar/opensarlab.yaml': 'a: 2\n' });
    await fixture.git(clone, 'checkout', '--quiet', '--detach', 'origin/main');
    await pushBranch(fixture, clone, 'conflict-2', { 'deployments/sar/opensarlab.yaml': 'a: 3\n' });
    await octokit.rest.pulls.merge({ ...at, pull_number: first.number });
    const events = await eventsDuring(() =>
      octokit.rest.pulls.create({ ...at, title: 'Conflict', head: 'conflict-2', base: 'main' }),
    );
    expect(events).toEqual([]);
    expect(fixture.events.at(-1)).toMatchObject({ name: 'pull_request_target', headRef: 'conflict-2' });
    const { data } = await octokit.rest.pulls.list({ ...at, head: 'radar-lab:conflict-2' });
    const number = data[0]?.number ?? 0;
    const { data: pull } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(pull).toMatchObject({ mergeable: false, mergeable_state: 'dirty', merge_commit_sha: null });
    const refused = await failureOf(octokit.rest.pulls.merge({ ...at, pull_number: number }));
    expect(refused).toMatchObject({ status: 405, message: expect.stringContaining('not mergeable') });
  });

  test('becomes merged when its head is pushed to the base branch, and closed when its branch is deleted', async () => {
    const { octokit, at, git } = fixture;
    const byHand = await propose('by-hand', { 'by-hand.txt': '1\n' });
    const pushed = await eventsDuring(() => git(clone, 'push', '--quiet', 'origin', 'by-hand:main'));
    expect(pushed.map(({ name, action }) => action ?? name)).toEqual(['push', 'closed']);
    const { data: merged } = await octokit.rest.pulls.get({ ...at, pull_number: byHand.number });
    expect(merged).toMatchObject({ merged: true, merge_commit_sha: byHand.head });
    const dropped = await propose('dropped', { 'dropped.txt': '1\n' });
    const deleted = await eventsDuring(() => octokit.rest.git.deleteRef({ ...at, ref: 'heads/dropped' }));
    expect(deleted.map(({ name, action }) => action ?? name)).toEqual(['push', 'closed']);
    const { data: closed } = await octokit.rest.pulls.get({ ...at, pull_number: dropped.number });
    expect(closed).toMatchObject({ merged: false, state: 'closed' });
    const reopen = await failureOf(octokit.rest.pulls.update({ ...at, pull_number: dropped.number, state: 'open' }));
    expect(reopen.status).toBe(422);
  });
});
