import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type AwsSandbox, createVirtualClock, startAws } from '@opensarlab/sandbox';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assumeRoleWithWebIdentity } from '../actions/lib/adapters/aws/assume-role.ts';
import { connectAws } from '../actions/lib/adapters/aws/aws-account.ts';
import { toFailure } from '../actions/lib/failure.ts';

const accountId = '123456789012';
const region = 'us-west-2';
const issuer = 'https://token.actions.githubusercontent.com';
const subject = 'repo:example/labs:environment:deploy';
let folder: string;
let sandbox: AwsSandbox;
let signKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  signKey = privateKey;
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
  folder = mkdtempSync(join(tmpdir(), 'deploy-credentials-'));
  const oidcIssuers = { [issuer]: async () => keys };
  sandbox = await startAws({ accountId, clock: createVirtualClock(1000), folder: join(folder, 'aws'), oidcIssuers });
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.url);
  const iam = new IAMClient({ region, credentials: sandbox.administrator });
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ['sts.amazonaws.com'] }));
  const statement = {
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com` },
    Condition: {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': subject,
      },
    },
  };
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new CreateRoleCommand({ RoleName: 'opensarlab-deploy', AssumeRolePolicyDocument: trust }));
  const looks = { Effect: 'Allow', Action: 'codecommit:ListRepositories', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [looks] });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'opensarlab-deploy', PolicyName: 'looks', PolicyDocument }));
});

afterAll(async () => {
  await sandbox.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function token(sub: string): Promise<string> {
  return new SignJWT({ sub })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(issuer)
    .setAudience('sts.amazonaws.com')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(signKey);
}

function session(sub: string, now = () => new Date(), roleName = 'opensarlab-deploy') {
  const tokens: string[] = [];
  const masked: string[] = [];
  const counter = { count: 0 };
  const credentials = assumeRoleWithWebIdentity({
    region,
    accountId,
    roleName,
    sessionName: 'opensarlab-deploy-sar',
    durationSeconds: 3600,
    token: async () => {
      tokens.push(sub);
      return token(sub);
    },
    secret: (value) => void masked.push(value),
    waiting: { clock: { now, sleep: async () => undefined }, random: () => 0, say: () => undefined },
    counter,
  });
  return { credentials, tokens, counter, masked };
}

describe('assumeRoleWithWebIdentity', () => {
  it('gives credentials that AWS accepts as the role, one session for all requests', async () => {
    const { credentials, tokens, counter } = session(subject);
    const aws = connectAws({ region, accountId, credentials, counter });
    const [one, two] = await Promise.all([aws.account.identity(), aws.repositories.list()]);
    expect(one).toEqual({
      accountId,
      arn: `arn:aws:sts::${accountId}:assumed-role/opensarlab-deploy/opensarlab-deploy-sar`,
    });
    expect(two).toEqual([]);
    expect(tokens).toHaveLength(1);
    expect(aws.callCount()).toBe(3);
  });

  it('has the log mask token and keys before anybody gets them', async () => {
    const { credentials, masked } = session(subject);
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
    expect(masked).toHaveLength(4);
    expect(masked).toEqual(expect.arrayContaining([accessKeyId, secretAccessKey, sessionToken]));
    const untrusted = session('repo:example/labs:environment:plan');
    await expect(untrusted.credentials()).rejects.toMatchObject({ code: 'RoleNotAssumed' });
    expect(untrusted.masked).toHaveLength(1);
  });

  it('gets a new session with a new token shortly before the old one ends', async () => {
    let now = new Date();
    const { credentials, tokens } = session(subject, () => now);
    const first = await credentials();
    now = new Date(now.getTime() + 54 * 60_000);
    expect(await credentials()).toBe(first);
    now = new Date(now.getTime() + 2 * 60_000);
    expect((await credentials()).accessKeyId).not.toBe(first.accessKeyId);
    expect(tokens).toHaveLength(2);
  });

  it.each([
    ['a subject that the role does not trust', 'repo:example/labs:environment:plan', 'opensarlab-deploy'],
    ['a role that does not exist', subject, 'opensarlab-nothing'],
  ])('says what to check for %s, and tries again when asked again', async (_case, sub, roleName) => {
    const { credentials, tokens } = session(sub, () => new Date(), roleName);
    const failure = await credentials().catch(toFailure);
    expect(failure).toMatchObject({
      code: 'RoleNotAssumed',
      source: 'aws',
      message: expect.stringContaining(`role/${roleName}`),
      hint: expect.stringContaining('repository_id'),
    });
    await expect(credentials()).rejects.toMatchObject({ code: 'RoleNotAssumed' });
    expect(tokens).toHaveLength(2);
  });
});
