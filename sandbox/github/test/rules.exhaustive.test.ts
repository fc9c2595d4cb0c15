import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ruleset } from '../github-sandbox.ts';
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

const PULL_REQUEST: Ruleset['rules'][number] = {
  type: 'pull_request',
  parameters: {
    required_approving_review_count: 0,
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  },
};

let fixture: GitHubFixture;
let clone: string;
beforeAll(async () => {
  fixture = await startFixture();
  clone = await fixture.clone('work');
});
beforeEach(() => fixture.github.rulesets(fixture.repository.fullName).clear());
afterAll(() => fixture.close());

async function mergeFailure(number: number): Promise<{ status: number; message: string }> {
  return failureOf(fixture.octokit.rest.pulls.merge({ ...fixture.at, pull_number: number }));
}

function check(name: string, sha: string, conclusion?: 'success' | 'skipped' | 'failure'): void {
  fixture.github.recordCheckRun(fixture.repository.fullName, {
    name,
    headSha: sha,
    ...(conclusion === undefined ? { status: 'in_progress' } : { status: 'completed', conclusion }),
  });
}

describe('required status checks', () => {
  test('hold a merge until they have passed; a skipped one has', async () => {
    const { octokit, at } = fixture;
    enforce(fixture, rulesetOf([requireChecks('gate', 'plan')]));
    const { number, head } = await proposeChange(fixture, clone, 'checked', { 'checked.txt': '1\n' });
    expect(await mergeFailure(number)).toMatchObject({
      status: 405,
      message: expect.stringContaining('Repository rule violations found\n\nRequired status check "gate" is expected.'),
    });
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(data.mergeable_state).toBe('blocked');
    check('gate', head);
    check('plan', head, 'failure');
    const refused = await mergeFailure(number);
    expect(refused.message).toContain('Required status check "gate" is in progress.');
    expect(refused.message).toContain('Required status check "plan" is failing.');
    check('gate', head, 'success');
    check('plan', head, 'skipped');
    expect((await octokit.rest.pulls.merge({ ...at, pull_number: number })).status).toBe(200);
  });

  test('of a workflow that never reports are waited for without end, and another app cannot answer for it', async () => {
    const { github, repository, octokitFor, at } = fixture;
    enforce(fixture, rulesetOf([requireChecks('docs')]));
    const { number, head } = await proposeChange(fixture, clone, 'unreported', { 'unreported.txt': '1\n' });
    const app = { id: 990_002, slug: 'other', name: 'Other' };
    const token = github.createAppToken({ repository: repository.fullName, app, permissions: { checks: 'write' } });
    await octokitFor(token).rest.checks.create({ ...at, name: 'docs', head_sha: head, conclusion: 'success' });
    expect((await mergeFailure(number)).message).toContain('"docs" is expected');
  });

  test('can ask that the branch is up to date', async () => {
    const { octokit, at } = fixture;
    const strict = rulesetOf([
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: true, required_status_checks: [{ context: 'gate' }] },
      },
    ]);
    const { number, head } = await proposeChange(fixture, clone, 'behind', { 'behind.txt': '1\n' });
    const other = await proposeChange(fixture, clone, 'ahead', { 'ahead.txt': '1\n' });
    await octokit.rest.pulls.merge({ ...at, pull_number: other.number });
    enforce(fixture, strict);
    check('gate', head, 'success');
    expect((await mergeFailure(number)).message).toContain('out-of-date');
    const { data } = await octokit.rest.pulls.get({ ...at, pull_number: number });
    expect(data.mergeable_state).toBe('behind');
  });
});

describe('required reviews', () => {
  test('are of people with write access, on the present head, and not of the author', async () => {
    const { octokit, at, github, octokitFor } = fixture;
    const rule = { ...PULL_REQUEST, parameters: { ...PULL_REQUEST.parameters, required_approving_review_count: 1 } };
    enforce(fixture, rulesetOf([rule]));
    const { number } = await proposeChange(fixture, clone, 'reviewed', { 'reviewed.txt': '1\n' });
    const own = octokit.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
    expect(await failureOf(own)).toMatchObject({ status: 422 });
    const reader = octokitFor(github.createUser({ login: 'reader', id: 31, permission: 'read' }));
    await reader.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
    expect((await mergeFailure(number)).message).toContain('At least 1 approving review is required');
    const grace = octokitFor(github.createUser({ login: 'grace', id: 32, permission: 'write' }));
    await grace.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
    await pushBranch(fixture, clone, 'reviewed', { 'reviewed.txt': '2\n' });
    await github.settle();
    expect((await mergeFailure(number)).message).toContain('At least 1 approving review is required');
    const job = fixture.job({ 'pull-requests': 'write' });
    const byJob = job.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
    expect((await failureOf(byJob)).message).toContain('not permitted to create or approve pull requests');
    await grace.rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' });
    expect((await octokit.rest.pulls.merge({ ...at, pull_number: number })).status).toBe(200);
  });
});

describe('pushes', () => {
  const protect = (): (() => void) =>
    enforce(fixture, rulesetOf([PULL_REQUEST, { type: 'deletion' }, { type: 'non_fast_forward' }]));

  test('to a protected branch are refused by Git and by the API, but a pull request is merged', async () => {
    const { git, octokit, at, repository } = fixture;
    const { number } = await proposeChange(fixture, clone, 'protected', { 'protected.txt': '1\n' });
    protect();
    const before = await git(repository.gitFolder, 'rev-parse', 'main');
    const pushed = await git(clone, 'push', 'origin', 'protected:main').catch((error: Error) => error.message);
    expect(pushed).toContain('GH013: Repository rule violations found for refs/heads/main.');
    expect(pushed).toContain('Changes must be made through a pull request.');
    const kept = enforce(fixture, rulesetOf([{ type: 'deletion' }], { refs: { include: ['~ALL'], exclude: [] } }));
    const deleted = await git(clone, 'push', 'origin', ':protected').catch((error: Error) => error.message);
    expect(deleted).toContain('Cannot delete this branch');
    kept();
    const written = octokit.rest.repos.createOrUpdateFileContents({ ...at, path: 'x', message: 'x', content: '' });
    expect(await failureOf(written)).toMatchObject({
      status: 409,
      message: expect.stringContaining('Changes must be made through a pull request.'),
    });
    expect(await git(repository.gitFolder, 'rev-parse', 'main')).toBe(before);
    expect((await octokit.rest.pulls.merge({ ...at, pull_number: number })).status).toBe(200);
    await git(clone, 'push', '--quiet', 'origin', ':protected');
  });

  test('that rewrite are refused, those that go on are not', async () => {
    const { git, octokit, at } = fixture;
    await git(clone, 'fetch', '--quiet', 'origin');
    await git(clone, 'checkout', '--quiet', '--detach', 'origin/main');
    await pushBranch(fixture, clone, 'kept', { 'kept.txt': '1\n' });
    enforce(
      fixture,
      rulesetOf([{ type: 'non_fast_forward' }], { refs: { include: ['refs/heads/kept'], exclude: [] } }),
    );
    const onward = await pushBranch(fixture, clone, 'kept', { 'kept.txt': '2\n' });
    await git(clone, 'commit', '--quiet', '--amend', '--message', 'Amended');
    const refused = await git(clone, 'push', '--force', 'origin', 'kept').catch((error: Error) => error.message);
    expect(refused).toContain('Cannot force-push to this branch');
    const back = await git(clone, 'rev-parse', 'kept~1');
    const moved = octokit.rest.git.updateRef({ ...at, ref: 'heads/kept', sha: back, force: true });
    expect(await failureOf(moved)).toMatchObject({ status: 422 });
    const { data } = await octokit.rest.git.getRef({ ...at, ref: 'heads/kept' });
    expect(data.object.sha).toBe(onward);
  });

  test('pass for those that a ruleset names', async () => {
    const { git, github, repository } = fixture;
    protect();
    const [ruleset] = [...github.rulesets(repository.fullName).values()];
    ruleset?.bypassActors.push({ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' });
    await git(clone, 'fetch', '--quiet', 'origin');
    await git(clone, 'checkout', '--quiet', '--detach', 'origin/main');
    await git(clone, 'commit', '--quiet', '--allow-empty', '--message', 'By an administrator');
    await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
    const writer = github.createUser({ login: 'writer', id: 33, permission: 'write' });
    const byWriter = await git(clone, 'push', fixture.remote(writer), 'HEAD~1:refs/heads/main', '--force').catch(
      (error: Error) => error.message,
    );
    expect(byWriter).toContain('Changes must be made through a pull request.');
    expect(byWriter).toContain('Cannot force-push to this branch');
  });
});
