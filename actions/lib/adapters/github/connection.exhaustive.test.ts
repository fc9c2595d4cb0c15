import { ANY_EVENT, type GitHubFixture, proposeChange, startFixture } from '@opensarlab/sandbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFailure } from '../../failure.ts';
import { listComments, upsertComment } from './comments.ts';
import { askGitHub, connectGitHub, type GitHubConnection } from './connection.ts';
import { openProposal } from './proposal.ts';

const name = 'radar-lab/deployments';
const secondary = { status: 403, message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };

let fixture: GitHubFixture;
let github: GitHubConnection;

beforeEach(async () => {
  fixture = await startFixture({ actionsMayCreatePullRequests: true });
  const permissions = { contents: 'write', issues: 'write', 'pull-requests': 'write' } as const;
  const token = fixture.github.createJobToken({ repository: name, permissions, event: ANY_EVENT });
  github = connectGitHub(token, name, fixture.github.apiUrl);
});
afterEach(() => fixture.close());

async function pullRequest(): Promise<number> {
  const clone = await fixture.clone('clone');
  return (await proposeChange(fixture, clone, 'change', { 'a.txt': 'a' })).number;
}

/** What a request ends with. */
async function failureOf(request: () => Promise<unknown>) {
  try {
    await askGitHub('look at the repository', request);
  } catch (error) {
    return toFailure(error);
  }
  throw new Error('It succeeded.');
}

const look = () => github.octokit.rest.repos.get({ owner: github.owner, repo: github.repo });

describe('a request to GitHub', () => {
  it('is repeated when GitHub fails, and fails with its sentence when it goes on failing', async () => {
    fixture.github.injectFault({ operation: 'repos/get', status: 502, message: 'Bad gateway', times: 3 });
    expect((await look()).status).toBe(200);
    fixture.github.injectFault({ operation: 'repos/get', status: 502, message: 'Bad gateway', times: 4 });
    const { code, message, hint } = await failureOf(look);
    expect({ code, message, hint }).toMatchObject({
      code: 'GitHub502',
      message: expect.stringContaining('GitHub failed to look at the repository: Bad gateway'),
      hint: expect.stringContaining('tried several times'),
    });
  });

  it('waits when GitHub asks for fewer requests, and calls it what it is when that does not help', async () => {
    const fault = { operation: 'repos/get', ...secondary, retryAfter: 2 } as const;
    fixture.github.injectFault({ ...fault, times: 3 });
    expect((await look()).status).toBe(200);
    fixture.github.injectFault({ ...fault, status: 429, times: 4 });
    const busy = await failureOf(look);
    expect(busy.code).toBe('GitHubSlowDown');
    expect(busy.message).toContain('secondary rate limit');
    expect(`${busy.message} ${busy.hint}`).not.toContain('permission');
  });

  it('does not wait longer than three minutes at a time', async () => {
    fixture.github.injectFault({ operation: 'repos/get', ...secondary, retryAfter: 181 });
    expect((await failureOf(look)).code).toBe('GitHubSlowDown');
  });

  it('says when the hour of a token is used up', async () => {
    const anonymous = {
      operation: 'repos/get',
      status: 403,
      message: 'API rate limit exceeded for user ID 1.',
    } as const;
    fixture.github.injectFault(anonymous);
    const { code, hint } = await failureOf(look);
    expect(code).toBe('GitHubHourlyLimit');
    expect(hint).toMatch(/New ones are there at \d\d:\d\d UTC/);
  });

  it('says that GitHub cannot be reached', async () => {
    const nobody = connectGitHub('ghs_x', name, 'http://127.0.0.1:9');
    expect(await failureOf(() => nobody.octokit.rest.repos.get(fixture.at))).toMatchObject({
      code: 'GitHubUnreachable',
      message: expect.stringContaining('GitHub failed to look at the repository'),
    });
  });

  it('speaks of a permission only when that is what is missing', async () => {
    const { octokit, owner, repo } = github;
    const { code, hint } = await failureOf(() => octokit.rest.checks.create({ owner, repo, name: 'x', head_sha: 'y' }));
    expect(code).toBe('GitHub403');
    expect(hint).toContain('permission');
  });
});

describe('what must not exist twice', () => {
  const create = { operation: 'issues/create-comment', status: 502, message: 'Bad gateway' } as const;

  it('a comment is written once, whether GitHub failed before or after writing it', async () => {
    const number = await pullRequest();
    fixture.github.injectFault({ ...create, afterActing: true });
    const first = await upsertComment(github, number, 'plan', 'one');
    fixture.github.injectFault(create);
    await upsertComment(github, number, 'receipt', 'two');
    const comments = await listComments(github, number);
    expect(comments.map(({ body }) => body.split('\n')[1])).toEqual(['one', 'two']);
    expect(first.url).toBe(comments[0]?.url);
  });

  it('a comment that GitHub never takes is tried three times', async () => {
    const number = await pullRequest();
    fixture.github.injectFault({ ...create, times: 3 });
    await expect(upsertComment(github, number, 'plan', 'one')).rejects.toMatchObject({ code: 'GitHub502' });
    await upsertComment(github, number, 'plan', 'one');
    expect(await listComments(github, number)).toHaveLength(1);
  });

  it('a pull request is opened once', async () => {
    const proposal = { branch: 'new', title: 'New', body: '', changes: [{ path: 'a.txt', content: 'a' }] };
    fixture.github.injectFault({ operation: 'pulls/create', status: 504, message: 'Timeout', afterActing: true });
    fixture.github.injectFault({ operation: 'git/create-ref', status: 502, message: 'Bad gateway', afterActing: true });
    const { number } = await openProposal(github, proposal);
    const { data } = await fixture.octokit.rest.pulls.list({ ...fixture.at, state: 'all' });
    expect(data.map((pull) => pull.number)).toEqual([number]);
  });

  it('a pull request of ours is found by what it changes, never by its branch’s name', async () => {
    const proposal = { branch: 'review/7-1', title: 'New', body: '', changes: [{ path: 'a.txt', content: 'a' }] };
    const clone = await fixture.clone('clone');
    const foreign = await proposeChange(fixture, clone, 'review/7-1', { 'a.txt': 'a' });
    const own = await openProposal(github, proposal);
    expect(own).toMatchObject({ created: true });
    expect(own.number).not.toBe(foreign.number);
    expect(await openProposal(github, { ...proposal, branch: 'other' })).toEqual({ ...own, created: false });
    // Somebody pushed to the bot's branch: it is no more what the bot proposed.
    const { data } = await fixture.octokit.rest.pulls.get({ ...fixture.at, pull_number: own.number });
    const content = Buffer.from('evil').toString('base64');
    const push = { path: 'b.txt', message: 'More', content, branch: data.head.ref };
    await fixture.octokit.rest.repos.createOrUpdateFileContents({ ...fixture.at, ...push });
    const again = await openProposal(github, proposal);
    expect(again).toMatchObject({ created: true });
    expect([own.number, foreign.number]).not.toContain(again.number);
  });
});
