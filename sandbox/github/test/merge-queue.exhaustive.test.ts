import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WorkflowEvent } from '../workflow-event.ts';
import {
  enforce,
  failureOf,
  type GitHubFixture,
  proposeChange,
  pushBranch,
  requireChecks,
  rulesetOf,
  startFixture,
} from './github-fixture.ts';

const NAME = 'radar-lab/deployments';

let fixture: GitHubFixture;
let clone: string;
beforeAll(async () => {
  fixture = await startFixture();
  clone = await fixture.clone('work');
});
beforeEach(() => fixture.github.rulesets(NAME).clear());
afterAll(() => fixture.close());

function queue(parameters: Record<string, unknown> = {}): void {
  enforce(fixture, rulesetOf([requireChecks('gate'), { type: 'merge_queue', parameters }]));
}

/** A pull request whose own check has passed, in the queue. */
async function enqueue(name: string, files = { [`${name}.txt`]: '1\n' }): Promise<number> {
  const { number, head } = await proposeChange(fixture, clone, name, files);
  pass(head);
  await fixture.github.enqueue(NAME, { number, by: 'ada' });
  return number;
}

function pass(sha: string | undefined, conclusion: 'success' | 'failure' = 'success'): void {
  fixture.github.recordCheckRun(NAME, { name: 'gate', headSha: sha ?? '', status: 'completed', conclusion });
}

const groups = (): WorkflowEvent[] => fixture.events.filter(({ name }) => name === 'merge_group');
const main = (): Promise<string> => fixture.git(fixture.repository.gitFolder, 'rev-parse', 'main');

describe('a merge queue', () => {
  test('builds a group on its own branch, waits for the required check of the group, then moves main by one push', async () => {
    const { octokit, at, github, git, repository, events } = fixture;
    queue();
    const before = await main();
    const number = await enqueue('queued');
    const group = groups().at(-1);
    const [entry] = github.mergeQueue(NAME);
    expect(entry).toMatchObject({ number, headRef: `refs/heads/gh-readonly-queue/main/pr-${number}-${before}` });
    expect(group).toMatchObject({ action: 'checks_requested', ref: entry?.headRef, sha: entry?.headSha });
    expect(group?.payload['merge_group']).toMatchObject({
      head_sha: entry?.headSha,
      head_ref: entry?.headRef,
      base_sha: before,
      base_ref: 'refs/heads/main',
    });
    const direct = await failureOf(octokit.rest.pulls.merge({ ...at, pull_number: number }));
    expect(direct).toMatchObject({ status: 405, message: expect.stringContaining('through the merge queue') });
    expect(await main()).toBe(before);
    const start = events.length;
    pass(entry?.headSha);
    await github.settle();
    expect(await main()).toBe(entry?.headSha);
    const pushes = events.slice(start).filter(({ name, ref }) => name === 'push' && ref === 'refs/heads/main');
    expect(pushes).toMatchObject([{ actor: { login: 'github-merge-queue[bot]' }, causedByJobToken: false }]);
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(data).toMatchObject({ merged: true, merge_commit_sha: entry?.headSha });
    expect(await git(repository.gitFolder, 'for-each-ref', 'refs/heads/gh-readonly-queue/')).toBe('');
  });

  test('merges several by one push, each with a merge commit that leads to it', async () => {
    const { octokit, at, github, events } = fixture;
    queue({ min_entries_to_merge: 3, max_entries_to_merge: 3 });
    const numbers = [await enqueue('one'), await enqueue('two'), await enqueue('three')];
    const entries = github.mergeQueue(NAME);
    expect(groups().at(-1)?.payload['merge_group']).toMatchObject({ base_sha: entries[1]?.headSha });
    const start = events.length;
    for (const { headSha } of entries) pass(headSha);
    await github.settle();
    const pushes = events.slice(start).filter(({ name, ref }) => name === 'push' && ref === 'refs/heads/main');
    expect(pushes).toHaveLength(1);
    expect(await main()).toBe(entries[2]?.headSha);
    for (const [index, { headSha }] of entries.entries()) {
      const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({
        ...at,
        commit_sha: headSha ?? '',
      });
      expect(data.map((pull) => pull.number)).toEqual([numbers[index]]);
    }
  });

  test('waits for more entries only so long', async () => {
    const { github } = fixture;
    queue({ min_entries_to_merge: 2, min_entries_to_merge_wait_minutes: 5 });
    const number = await enqueue('alone');
    pass(github.mergeQueue(NAME)[0]?.headSha);
    await github.settle();
    expect(github.mergeQueue(NAME)).toMatchObject([{ number }]);
    github.passTime(5 * 60_000);
    await github.settle();
    expect(github.mergeQueue(NAME)).toEqual([]);
  });

  test('takes out what fails, is pushed to or never reports, and builds the rest anew', async () => {
    const { github, octokit, at } = fixture;
    queue({ min_entries_to_merge: 9, min_entries_to_merge_wait_minutes: 600, check_response_timeout_minutes: 30 });
    const failing = await enqueue('failing');
    const behind = await enqueue('behind');
    const first = github.mergeQueue(NAME);
    pass(first[0]?.headSha, 'failure');
    await github.settle();
    const rebuilt = github.mergeQueue(NAME);
    expect(rebuilt.map(({ number }) => number)).toEqual([behind]);
    expect(rebuilt[0]?.headSha).not.toBe(first[1]?.headSha);
    const { data: events } = await octokit.rest.issues.listEvents({ ...at, issue_number: failing });
    expect(events.map(({ event }) => event)).toEqual(['added_to_merge_queue', 'removed_from_merge_queue']);
    await fixture.git(clone, 'checkout', '--quiet', 'behind');
    await pushBranch(fixture, clone, 'behind', { 'more.txt': '1\n' });
    await github.settle();
    expect(github.mergeQueue(NAME)).toEqual([]);
    await enqueue('silent');
    github.passTime(31 * 60_000);
    await github.settle();
    expect(github.mergeQueue(NAME)).toEqual([]);
  });

  test('takes nothing that may not be merged', async () => {
    queue();
    const { number } = await proposeChange(fixture, clone, 'unchecked', { 'unchecked.txt': '1\n' });
    await expect(fixture.github.enqueue(NAME, { number, by: 'ada' })).rejects.toThrow('"gate" is expected');
    fixture.github.rulesets(NAME).clear();
    await expect(fixture.github.enqueue(NAME, { number, by: 'ada' })).rejects.toThrow('has no merge queue');
  });

  test('keeps its branches for itself', async () => {
    const refused = fixture.git(clone, 'push', 'origin', 'HEAD:refs/heads/gh-readonly-queue/main/mine');
    await expect(refused).rejects.toThrow('Cannot update this protected ref.');
  });
});
