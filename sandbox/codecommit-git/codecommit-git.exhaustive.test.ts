import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../aws/service.ts';
import { codecommitService } from '../aws/services/codecommit/codecommit-service.ts';
import { openServiceFixture } from '../aws/services/service-fixture.ts';
import { credentialStore } from '../aws/signature/credential-store.ts';
import { type AwsEvent, GLOBAL } from '../aws/world.ts';
import { type CodeCommitGit, startCodeCommitGit } from './codecommit-git.ts';

const run = promisify(execFile);
const KEYS = { id: 'ASIAEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG', token: 'session%2F/token+=' };

let fixture: ReturnType<typeof openServiceFixture>;
let endpoint: CodeCommitGit;
let folder: string;
let events: AwsEvent[];
let denied: Set<string>;

beforeEach(async () => {
  fixture = openServiceFixture();
  events = [];
  fixture.world.subscribe((event) => {
    events.push(event);
  });
  denied = new Set();
  endpoint = await startCodeCommitGit({
    world: fixture.world,
    authorize: (_service, { operation, context }) => {
      if (denied.has(operation))
        throw new AwsError('AccessDeniedException', `User: ${context.principal?.arn} may not ${operation}`);
    },
    credentials: (id, token) => {
      if (id !== KEYS.id) return { refused: 'unknown key' };
      return token === KEYS.token ? { secretAccessKey: KEYS.secret } : { refused: 'wrong token' };
    },
  });
  fixture.world.state(credentialStore, GLOBAL).keys.set(KEYS.id, {
    accessKeyId: KEYS.id,
    secretAccessKey: KEYS.secret,
    sessionToken: KEYS.token,
    expiresAt: undefined,
    principal: {
      arn: 'arn:aws:sts::123456789012:assumed-role/x/y',
      accountId: '123456789012',
      userId: 'X',
      accessKeyId: KEYS.id,
    },
  });
  await fixture.call(codecommitService, 'CreateRepository', { repositoryName: 'sar-cluster' });
  folder = await mkdtemp(join(tmpdir(), 'codecommit-client-'));
  await git('init', '--quiet', '--initial-branch=main');
});
afterEach(async () => {
  await endpoint.close();
  fixture.close();
  await rm(folder, { recursive: true, force: true });
});

/** The client's side of the signature, step by step as AWS documents Signature Version 4. */
function sign(url: string, changes: { time?: Date; region?: string; secret?: string; token?: string } = {}): string {
  const { time = new Date(), region = 'us-west-2', secret = KEYS.secret, token = KEYS.token } = changes;
  const { host, pathname } = new URL(url);
  const timestamp = time.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '');
  const day = timestamp.slice(0, 8);
  const hash = createHash('sha256').update(`GIT\n${pathname}\n\nhost:${host}\n\nhost\n`).digest('hex');
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of [day, region, 'codecommit', 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  const text = `AWS4-HMAC-SHA256\n${timestamp}\n${day}/${region}/codecommit/aws4_request\n${hash}`;
  const signed = new URL(url);
  signed.username = encodeURIComponent(`${KEYS.id}%${token}`);
  signed.password = `${timestamp}Z${createHmac('sha256', key).update(text).digest('hex')}`;
  return signed.href;
}

const url = (name = 'sar-cluster'): string => `${endpoint.url}/v1/repos/${name}`;

async function git(...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'credential.helper='];
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const { stdout } = await run('git', ['-C', folder, ...identity, ...args], { env });
  return stdout.trim();
}

async function commit(name: string): Promise<string> {
  await writeFile(join(folder, name), name);
  await git('add', '.');
  await git('commit', '--quiet', '-m', name);
  return git('rev-parse', 'HEAD');
}

describe('a signed client', () => {
  it('pushes, and CodeCommit knows the branch and its default', async () => {
    const commitId = await commit('first');
    await git('push', '--quiet', sign(url()), 'main', 'main:upstream');
    await fixture.world.settle();
    const branch = { repositoryName: 'sar-cluster', branchName: 'upstream' };
    expect(await fixture.call(codecommitService, 'GetBranch', branch)).toEqual({
      branch: { branchName: 'upstream', commitId },
    });
    expect(await fixture.call(codecommitService, 'GetRepository', branch)).toMatchObject({
      repositoryMetadata: { defaultBranch: 'main', cloneUrlHttp: url() },
    });
  });

  it('clones what was pushed', async () => {
    const commitId = await commit('first');
    await git('push', '--quiet', sign(url()), 'main');
    await git('clone', '--quiet', sign(url()), join(folder, 'copy'));
    expect(await git('-C', join(folder, 'copy'), 'rev-parse', 'HEAD')).toBe(commitId);
  });

  it('causes one event for every branch that changed, with the commits before and after', async () => {
    const first = await commit('first');
    await git('push', '--quiet', sign(url()), 'main', 'main:upstream');
    const second = await commit('second');
    await git('push', '--quiet', sign(url()), 'main');
    await fixture.world.settle();
    expect(events.map(({ detail }) => [detail['event'], detail['referenceName'], detail['commitId']])).toEqual([
      ['referenceCreated', 'main', first],
      ['referenceCreated', 'upstream', first],
      ['referenceUpdated', 'main', second],
    ]);
    expect(events[2]).toMatchObject({
      source: 'aws.codecommit',
      detailType: 'CodeCommit Repository State Change',
      resources: ['arn:aws:codecommit:us-west-2:123456789012:sar-cluster'],
      detail: { oldCommitId: first, referenceType: 'branch', referenceFullName: 'refs/heads/main' },
    });
  });

  it('causes no event when nothing was pushed', async () => {
    await git('ls-remote', sign(url()));
    await fixture.world.settle();
    expect(events).toEqual([]);
  });

  it('is told that a repository does not exist', async () => {
    await expect(git('ls-remote', sign(url('sar-clusters')))).rejects.toThrow(/not found/);
  });
});

describe('refused', () => {
  const status = async (target: string): Promise<number> => {
    const { username, password, origin, pathname } = new URL(target);
    const basic = Buffer.from(`${decodeURIComponent(username)}:${password}`).toString('base64');
    const headers = username ? { authorization: `Basic ${basic}` } : {};
    return (await fetch(`${origin}${pathname}/info/refs?service=git-upload-pack`, { headers })).status;
  };

  it('without credentials with 401 and a challenge, with good ones not', async () => {
    expect(await status(url())).toBe(401);
    expect(await status(sign(url()))).toBe(200);
  });

  it.each([
    ['a wrong secret key', { secret: 'other' }],
    ['another session token', { token: 'other' }],
    ['a signature of another region', { region: 'eu-west-1' }],
    ['a signature older than 15 minutes', { time: new Date(Date.now() - 16 * 60_000) }],
    ['a signature from the future', { time: new Date(Date.now() + 16 * 60_000) }],
  ])('with %s', async (_what, changes) => {
    expect(await status(sign(url(), changes))).toBe(403);
  });

  it('with a signature for another repository', async () => {
    await fixture.call(codecommitService, 'CreateRepository', { repositoryName: 'sar-container' });
    const stolen = new URL(sign(url('sar-container')));
    stolen.pathname = '/v1/repos/sar-cluster';
    expect(await status(stolen.href)).toBe(403);
  });

  it('with a password of another form', async () => {
    const plain = new URL(url());
    plain.username = 'user';
    plain.password = 'password';
    expect(await status(plain.href)).toBe(403);
  });

  it('a push whose role may only pull', async () => {
    await commit('first');
    denied.add('GitPush');
    await expect(git('push', '--quiet', sign(url()), 'main')).rejects.toThrow(/403/);
    expect(await status(sign(url()))).toBe(200);
    denied.add('GitPull');
    expect(await status(sign(url()))).toBe(403);
  });

  it('a push with a bad signature changes nothing', async () => {
    await commit('first');
    await expect(git('push', '--quiet', sign(url(), { secret: 'other' }), 'main')).rejects.toThrow(/403/);
    await fixture.world.settle();
    expect(events).toEqual([]);
  });
});
