import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  eventsDuring,
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

/** A pull request of two commits, while main moves on beside it. */
async function proposeTwoCommits(name: string): Promise<{ number: number; heads: string[] }> {
  const { number, head } = await proposeChange(fixture, clone, name, { [`${name}-1.txt`]: '1\n' });
  const second = await pushBranch(fixture, clone, name, { [`${name}-2.txt`]: '2\n' });
  const other = await proposeChange(fixture, clone, `${name}-beside`, { [`${name}-beside.txt`]: '1\n' });
  await fixture.octokit.rest.pulls.merge({ ...fixture.at, pull_number: other.number });
  await fixture.github.settle();
  return { number, heads: [head, second] };
}

async function pullsOf(sha: string): Promise<number[]> {
  const { octokit, at } = fixture;
  const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha });
  return data.map(({ number }) => number);
}

describe('merging by rebase', () => {
  test('makes every commit anew on the base, with one push event of all, and each leads to the pull request', async () => {
    const { octokit, at, git, repository } = fixture;
    const { number, heads } = await proposeTwoCommits('rebased');
    const before = await git(repository.gitFolder, 'rev-parse', 'main');
    const events = await eventsDuring(fixture, () =>
      octokit.rest.pulls.merge({ ...at, pull_number: number, merge_method: 'rebase' }),
    );
    const range = await git(repository.gitFolder, 'rev-list', '--reverse', `${before}..main`);
    const commits = range.split('\n');
    expect(commits).toHaveLength(2);
    for (const sha of commits) expect(heads).not.toContain(sha);
    const parents = await git(repository.gitFolder, 'rev-list', '--parents', '--reverse', `${before}..main`);
    expect(parents.split('\n').map((line) => line.split(' ').length)).toEqual([2, 2]);
    expect(await git(repository.gitFolder, 'show', '--no-patch', '--format=%an|%cn|%s', 'main')).toBe(
      'Ada Lovelace|Ada Lovelace|Change rebased-2.txt',
    );
    const push = events.find(({ name }) => name === 'push');
    expect(push?.payload).toMatchObject({ before, after: commits[1], commits: commits.map((id) => ({ id })) });
    const { data: pull } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(pull).toMatchObject({ merged: true, merge_commit_sha: commits[1], head: { sha: heads[1] } });
    for (const sha of commits) expect(await pullsOf(sha)).toEqual([number]);
  });

  test('makes new commits even where the base has not moved, and drops merge commits of the branch', async () => {
    const { octokit, at, git, repository } = fixture;
    const { number } = await proposeChange(fixture, clone, 'straight', { 'straight.txt': '1\n' });
    await git(clone, 'checkout', '--quiet', '-b', 'side', 'origin/main');
    await pushBranch(fixture, clone, 'side', { 'side.txt': '1\n' });
    await git(clone, 'checkout', '--quiet', 'straight');
    await git(clone, 'merge', '--quiet', '--no-edit', 'side');
    await git(clone, 'push', '--quiet', 'origin', 'straight');
    await fixture.github.settle();
    const before = await git(repository.gitFolder, 'rev-parse', 'main');
    await octokit.rest.pulls.merge({ ...at, pull_number: number, merge_method: 'rebase' });
    const listed = await git(repository.gitFolder, 'log', '--format=%s', `${before}..main`);
    expect(listed.split('\n').toSorted()).toEqual(['Change side.txt', 'Change straight.txt']);
    expect(await git(repository.gitFolder, 'rev-list', '--merges', `${before}..main`)).toBe('');
  });

  test('is refused where a commit conflicts on the way', async () => {
    const { octokit, at } = fixture;
    const { number } = await proposeChange(fixture, clone, 'way', { 'way.txt': 'a\n' });
    await pushBranch(fixture, clone, 'way', { 'way.txt': 'b\n' });
    const other = await proposeChange(fixture, clone, 'way-beside', { 'way.txt': 'b\n' });
    await octokit.rest.pulls.merge({ ...at, pull_number: other.number });
    await fixture.github.settle();
    const refused = await failureOf(octokit.rest.pulls.merge({ ...at, pull_number: number, merge_method: 'rebase' }));
    expect(refused).toMatchObject({ status: 405, message: expect.stringContaining("can't be rebased") });
  });
});

describe('the pull requests of a commit', () => {
  test('are found for merge commit, squash and the commits of a branch; a closed one is not', async () => {
    const { octokit, at, git, repository } = fixture;
    const merged = await proposeTwoCommits('by-merge');
    const { data: merge } = await octokit.rest.pulls.merge({ ...at, pull_number: merged.number });
    for (const sha of [merge.sha, ...merged.heads]) expect(await pullsOf(sha)).toEqual([merged.number]);
    const squashed = await proposeTwoCommits('by-squash');
    const { data: squash } = await octokit.rest.pulls.merge({
      ...at,
      pull_number: squashed.number,
      merge_method: 'squash',
    });
    expect(await pullsOf(squash.sha)).toEqual([squashed.number]);
    const open = await proposeChange(fixture, clone, 'still-open', { 'still-open.txt': '1\n' });
    expect(await pullsOf(open.head)).toEqual([open.number]);
    await octokit.rest.pulls.update({ ...at, pull_number: open.number, state: 'closed' });
    expect(await pullsOf(open.head)).toEqual([]);
    const first = await git(repository.gitFolder, 'rev-list', '--max-parents=0', 'main');
    expect(await pullsOf(first)).toEqual([]);
  });
});
