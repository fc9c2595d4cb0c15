import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture, testAccountId } from '../../endpoint-fixture.ts';
import { GLOBAL } from '../../world.ts';
import { createOidcProvider } from '../iam/oidc-providers.ts';
import { createRole } from '../iam/role-changes.ts';
import { assumeRoleAsService } from './role-session.ts';
import { stsService } from './sts-service.ts';
import { oidcIssuers } from './web-identity.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const prefix = 'token.actions.githubusercontent.com';
const claims = {
  sub: 'repo:uafasf@1/labs@42:environment:deploy',
  repository: 'uafasf/labs',
  repository_id: '42',
  repository_owner: 'uafasf',
  environment: 'deploy',
  ref: 'refs/heads/main',
  job_workflow_ref: 'uafasf/labs/.github/workflows/deploy.yml@refs/heads/main',
};
const providerArn = `arn:aws:iam::${testAccountId}:oidc-provider/${prefix}`;

let endpoint: EndpointFixture;
let sts: STSClient;
let keys: { trusted: CryptoKey; other: CryptoKey };
beforeAll(async () => {
  endpoint = await startEndpointFixture([stsService]);
  sts = new STSClient({ endpoint: endpoint.url, region: 'us-west-2', maxAttempts: 1 });
  const [trusted, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  keys = { trusted: trusted.privateKey, other: other.privateKey };
  const jwk = { ...(await exportJWK(trusted.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  endpoint.world.state(oidcIssuers, GLOBAL).set(issuer, async () => ({ keys: [jwk] }));
  const provider = { url: issuer, clientIds: ['sts.amazonaws.com'], thumbprints: [], tags: {} };
  createOidcProvider(endpoint.world, provider);
});
afterAll(() => endpoint.close());

/** A token as GitHub signs it, unless told otherwise. */
function token(
  changes: {
    claims?: JWTPayload;
    audience?: string;
    issuer?: string;
    key?: CryptoKey;
    expires?: string;
    kid?: string;
  } = {},
): Promise<string> {
  return new SignJWT({ ...claims, ...changes.claims })
    .setProtectedHeader({ alg: 'RS256', kid: changes.kid ?? 'one', typ: 'JWT' })
    .setIssuer(changes.issuer ?? issuer)
    .setAudience(changes.audience ?? 'sts.amazonaws.com')
    .setIssuedAt()
    .setExpirationTime(changes.expires ?? '5 min')
    .sign(changes.key ?? keys.trusted);
}

let roles = 0;
/** A role that trusts GitHub under a condition; returns its ARN. */
function roleWith(condition: object | undefined, settings: { maxSessionSeconds?: number } = {}): string {
  roles += 1;
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: providerArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    ...(condition ? { Condition: condition } : {}),
  };
  const trustPolicy = { Version: '2012-10-17', Statement: statement };
  return createRole(endpoint.world, { name: `role-${roles}`, path: '/', trustPolicy, ...settings }).arn;
}

async function assume(RoleArn: string, WebIdentityToken?: string, DurationSeconds?: number) {
  return sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn,
      RoleSessionName: 'opensarlab-deploy-sar',
      WebIdentityToken: WebIdentityToken ?? (await token()),
      ...(DurationSeconds === undefined ? {} : { DurationSeconds }),
    }),
  );
}

const notAuthorized = {
  name: 'AccessDenied',
  message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  $metadata: { httpStatusCode: 403 },
};
const on = (claim: string, value: unknown): object => ({ [`${prefix}:${claim}`]: value });

describe('AssumeRoleWithWebIdentity', () => {
  it('gives credentials that say whose they are', async () => {
    const arn = roleWith({ StringEquals: { ...on('sub', claims.sub), ...on('aud', 'sts.amazonaws.com') } });
    const output = await assume(arn, undefined, 900);
    expect(output).toMatchObject({ Provider: providerArn, SubjectFromWebIdentityToken: claims.sub });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = output.Credentials ?? {};
    expect((Expiration?.getTime() ?? 0) - Date.now()).toBeGreaterThan(880_000);
    expect((Expiration?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(900_000);
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    const caller = await new STSClient(endpoint.client({ credentials })).send(new GetCallerIdentityCommand({}));
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    expect(caller.Arn).toBe(`arn:aws:sts::${testAccountId}:assumed-role/${name}/opensarlab-deploy-sar`);
    expect(caller.UserId).toMatch(/^AROA[A-Z2-7]{16}:opensarlab-deploy-sar$/);
  });

  it.each([
    ['StringEquals', on('repository_id', '42')],
    ['StringEquals', on('sub', ['repo:uafasf/labs:environment:deploy', claims.sub])],
    ['StringLike', on('sub', 'repo:*/labs@42:environment:*')],
    ['StringEqualsIgnoreCase', on('environment', 'DEPLOY')],
    ['StringNotEquals', on('environment', 'plan')],
    ['ForAnyValue:StringEquals', on('aud', ['sts.amazonaws.com'])],
    ['Null', on('repository_id', 'false')],
    ['StringEqualsIfExists', on('enterprise_id', '7')],
    ['StringLike', { 'sts:RoleSessionName': 'opensarlab-*' }],
  ])('accepts a token for which %s holds: %j', async (operator, condition) => {
    await expect(assume(roleWith({ [operator]: condition }))).resolves.toBeDefined();
  });

  it.each([
    ['StringEquals', on('repository_id', '43')],
    ['StringEquals', on('sub', 'repo:uafasf/labs:environment:deploy')],
    ['StringEquals', on('sub', 'repo:*')],
    ['StringLike', on('sub', 'repo:uafasf/*')],
    ['StringEquals', on('ref', 'refs/heads/Main')],
    ['StringNotLike', on('environment', 'dep*')],
    ['ForAnyValue:StringLike', on('enterprise_id', '*')],
    ['Null', on('environment', 'true')],
    ['Bool', { 'aws:SecureTransport': 'true' }],
    // A claim of the token that STS makes no condition key of.
    ['StringEquals', on('repository_owner', 'uafasf')],
  ])('refuses a token for which %s does not hold: %j', async (operator, condition) => {
    await expect(assume(roleWith({ [operator]: condition }))).rejects.toMatchObject(notAuthorized);
  });

  it('asks for every condition at once', async () => {
    const both = { StringEquals: { ...on('environment', 'deploy'), ...on('ref', 'refs/heads/other') } };
    await expect(assume(roleWith(both))).rejects.toMatchObject(notAuthorized);
  });

  it('refuses what a second statement denies', async () => {
    const statement = { Principal: { Federated: providerArn }, Action: 'sts:AssumeRoleWithWebIdentity' };
    const Condition = { StringNotEquals: on('ref', 'refs/heads/release') };
    const Statement = [
      { ...statement, Effect: 'Allow' },
      { ...statement, Effect: 'Deny', Condition },
    ];
    const { arn } = createRole(endpoint.world, { name: 'denied', path: '/', trustPolicy: { Statement } });
    await expect(assume(arn)).rejects.toMatchObject(notAuthorized);
    await expect(assume(arn, await token({ claims: { ref: 'refs/heads/release' } }))).resolves.toBeDefined();
  });

  it('does not say that a role is missing', async () => {
    await expect(assume(`arn:aws:iam::${testAccountId}:role/none`)).rejects.toMatchObject(notAuthorized);
  });

  it('refuses a role that trusts somebody else', async () => {
    const Statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const { arn } = createRole(endpoint.world, { name: 'ec2', path: '/', trustPolicy: { Statement } });
    await expect(assume(arn)).rejects.toMatchObject(notAuthorized);
  });

  it.each([
    ['for another audience', () => token({ audience: 'https://github.com/uafasf' }), /^Incorrect token audience$/],
    ['signed with another key', () => token({ key: keys.other }), /could not be verified: signature/],
    ['signed with an unknown key', () => token({ kid: 'two' }), /could not be verified/],
    ['of an unknown issuer', () => token({ issuer: 'https://example.org' }), /^No OpenIDConnect provider found/],
    ['that is no token', async () => 'abc', /not a valid JWT/],
  ])('refuses a token %s', async (_what, make, message) => {
    await expect(assume(roleWith(undefined), await make())).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: expect.stringMatching(message),
    });
  });

  it('refuses an expired token', async () => {
    await expect(assume(roleWith(undefined), await token({ expires: '-1 s' }))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      message: expect.stringMatching(/^Token expired: current date\/time \d+ must be before the expiration date/),
    });
  });

  it('keeps within the longest session of the role', async () => {
    const arn = roleWith(undefined, { maxSessionSeconds: 7200 });
    await expect(assume(arn, undefined, 7200)).resolves.toBeDefined();
    await expect(assume(arn, undefined, 7201)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await expect(assume(arn, undefined, 899)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('AssumeRole', () => {
  const trust = (principal: object): object => ({
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });
  const send = (RoleArn: string, DurationSeconds?: number, credentials = endpoint.administrator) =>
    new STSClient(endpoint.client({ credentials })).send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me', ...(DurationSeconds ? { DurationSeconds } : {}) }),
    );

  it('follows the trust policy', async () => {
    const principal = { AWS: `arn:aws:iam::${testAccountId}:root` };
    const open = createRole(endpoint.world, { name: 'open', path: '/x/', trustPolicy: trust(principal) });
    await expect(send(open.arn)).resolves.toMatchObject({
      AssumedRoleUser: { Arn: expect.stringContaining('/open/me') },
    });
    const closed = createRole(endpoint.world, { name: 'closed', path: '/', trustPolicy: trust({ AWS: open.arn }) });
    await expect(send(closed.arn)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${testAccountId}:user/administrator is not authorized to perform: sts:AssumeRole on resource: ${closed.arn}`,
    });
  });

  it.each(['a', 'with space', 'ü', 'x'.repeat(65)])('checks the session name %j before anything else', async (name) => {
    const closed = createRole(endpoint.world, {
      name: `named-${name.length}-${name.codePointAt(0)}`,
      path: '/',
      trustPolicy: trust({ AWS: '*' }),
    });
    for (const RoleArn of [closed.arn, `arn:aws:iam::${testAccountId}:role/none`]) {
      const call = new STSClient(endpoint.client({ credentials: endpoint.administrator })).send(
        new AssumeRoleCommand({ RoleArn, RoleSessionName: name }),
      );
      await expect(call).rejects.toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } });
    }
  });

  it('lets a role assume another for an hour at most', async () => {
    const trustPolicy = trust({ AWS: testAccountId });
    const long = createRole(endpoint.world, { name: 'long', path: '/', trustPolicy, maxSessionSeconds: 7200 });
    const { Credentials } = await send(long.arn, 7200);
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    await expect(send(long.arn, 3600, credentials)).resolves.toBeDefined();
    await expect(send(long.arn, 3601, credentials)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('role chaining'),
    });
  });

  it('serves the services of AWS that a role trusts', () => {
    const trustPolicy = trust({ Service: 'codebuild.amazonaws.com' });
    const { arn } = createRole(endpoint.world, { name: 'build', path: '/', trustPolicy });
    const session = { roleArn: arn, service: 'codebuild.amazonaws.com', sessionName: 'AWSCodeBuild-1' };
    expect(assumeRoleAsService(endpoint.world, session)).toMatchObject({
      principal: { arn: `arn:aws:sts::${testAccountId}:assumed-role/build/AWSCodeBuild-1`, roleName: 'build' },
    });
    expect(() => assumeRoleAsService(endpoint.world, { ...session, service: 'codepipeline.amazonaws.com' })).toThrow(
      expect.objectContaining({ code: 'AccessDenied' }),
    );
  });
});
