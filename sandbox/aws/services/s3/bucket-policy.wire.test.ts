import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountSetup } from '../../account-setup.ts';
import { testAccountId } from '../../endpoint-fixture.ts';
import { outcome, type S3WireFixture, startS3Wire } from './s3-wire-fixture.ts';

const arn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
const roleArn = (name: string): string => `arn:aws:iam::${testAccountId}:role/${name}`;
const everything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];

/** A policy as the records bucket's: one role writes seals, once; nobody else writes, nobody deletes. */
function sealsOf(bucket: string): object[] {
  const plans = `${arn(bucket)}/plans/*`;
  return [
    {
      Sid: 'OnlyPlanWrites',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject*',
      Resource: plans,
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': roleArn('opensarlab-plan') } },
    },
    {
      Sid: 'Once',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: plans,
      Condition: { Null: { 's3:if-none-match': 'true' } },
    },
    {
      Sid: 'NobodyDeletes',
      Effect: 'Deny',
      Principal: '*',
      Action: [
        's3:DeleteObject*',
        's3:PutBucketPolicy',
        's3:DeleteBucketPolicy',
        's3:PutLifecycleConfiguration',
        's3:DeleteBucket',
      ],
      Resource: [arn(bucket), `${arn(bucket)}/*`],
      Condition: { ArnNotLike: { 'aws:PrincipalArn': [`arn:aws:iam::${testAccountId}:user/administrator`] } },
    },
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [arn(bucket), `${arn(bucket)}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ];
}

describe.each([true, false])('a bucket policy, identity policies enforced: %s', (enforced) => {
  let fixture: S3WireFixture;
  let plan: S3Client;
  const Bucket = 'records';
  beforeAll(async () => {
    fixture = await startS3Wire(enforced);
    await fixture.bucket(Bucket, { lock: true });
    await fixture.policy(Bucket, ...sealsOf(Bucket));
    plan = fixture.role('opensarlab-plan', everything);
    await plan.send(new PutObjectCommand({ Bucket, Key: 'plans/sar/1', Body: 'sealed', IfNoneMatch: '*' }));
  });
  afterAll(() => fixture.close());

  it('lets one role write, once', async () => {
    const write = (client: S3Client, changes: object = { IfNoneMatch: '*' }) =>
      outcome(client.send(new PutObjectCommand({ Bucket, Key: 'plans/sar/2', Body: 'x', ...changes })));
    expect(await write(plan, {})).toBe('403 AccessDenied');
    expect(await write(plan)).toBe('done');
    expect(await write(plan)).toBe('412 PreconditionFailed');
    expect(await write(fixture.s3)).toBe('403 AccessDenied');
  });

  const attacks: [string, (client: S3Client) => Promise<unknown>][] = [
    ['write', (s3) => s3.send(new PutObjectCommand({ Bucket, Key: 'plans/sar/3', Body: 'x', IfNoneMatch: '*' }))],
    ['replace', (s3) => s3.send(new PutObjectCommand({ Bucket, Key: 'plans/sar/1', Body: 'forged' }))],
    [
      'copy over',
      (s3) => s3.send(new CopyObjectCommand({ Bucket, Key: 'plans/sar/1', CopySource: `${Bucket}/plans/sar/1` })),
    ],
    ['upload in parts', (s3) => s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'plans/sar/1' }))],
    ['tag', (s3) => s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'plans/sar/1', Tagging: { TagSet: [] } }))],
    ['open', (s3) => s3.send(new PutObjectAclCommand({ Bucket, Key: 'plans/sar/1', ACL: 'public-read' }))],
    ['delete', (s3) => s3.send(new DeleteObjectCommand({ Bucket, Key: 'plans/sar/1' }))],
    ['take the policy off', (s3) => s3.send(new DeleteBucketPolicyCommand({ Bucket }))],
    ['change the policy', (s3) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' }))],
    ['delete the bucket', (s3) => s3.send(new DeleteBucketCommand({ Bucket }))],
    [
      'let it expire',
      (s3) =>
        s3.send(
          new PutBucketLifecycleConfigurationCommand({
            Bucket,
            LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }] },
          }),
        ),
    ],
  ];

  it.each(attacks)('lets nobody else %s', async (_, attack) => {
    const outsider = fixture.clientOf(accountSetup(fixture.world).createForeignKey());
    const pod = roleOnce('pod', { path: '/opensarlab/' });
    const lookalike = roleOnce('opensarlab-plan2');
    for (const client of [outsider, pod, lookalike]) expect(await outcome(attack(client))).toBe('403 AccessDenied');
    const kept = await plan.send(new GetObjectCommand({ Bucket, Key: 'plans/sar/1' }));
    expect(await kept.Body?.transformToString()).toBe('sealed');
  });

  it('lets nobody else delete versions, one by one or together', async () => {
    const { Versions = [] } = await plan.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const answer = await roleOnce('pod').send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted).toBeUndefined();
    expect(answer.Errors?.map(({ Code }) => Code)).toEqual(Objects.map(() => 'AccessDenied'));
  });

  const made = new Map<string, S3Client>();
  function roleOnce(name: string, settings?: { path: string }): S3Client {
    const key = `${enforced}/${name}`;
    const client = made.get(key) ?? fixture.role(name, everything, settings);
    made.set(key, client);
    return client;
  }
});

describe('bucket policies and identity policies together', () => {
  let fixture: S3WireFixture;
  let conditional: S3Client;
  beforeAll(async () => {
    fixture = await startS3Wire();
    conditional = fixture.role('cond', everything, { path: '/deep/' });
    await withObject('conditional');
    await fixture.bucket('policies');
  });
  afterAll(() => fixture.close());

  const read = (client: S3Client, Bucket: string, Key = 'a') =>
    outcome(client.send(new GetObjectCommand({ Bucket, Key })));
  async function withObject(name: string, ...statements: object[]): Promise<string> {
    const Bucket = await fixture.bucket(name);
    await fixture.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    if (statements.length > 0) await fixture.policy(Bucket, ...statements);
    return Bucket;
  }
  const allow = (bucket: string, Principal: object | string, changes: object = {}) => ({
    Effect: 'Allow',
    Principal,
    Action: 's3:GetObject',
    Resource: `${arn(bucket)}/*`,
    ...changes,
  });

  it('one of both suffices within the account, if it names the caller', async () => {
    const named = fixture.role('named');
    const nameless = fixture.role('nameless');
    await withObject('named', allow('named', { AWS: roleArn('named') }));
    await withObject('account', allow('account', { AWS: `arn:aws:iam::${testAccountId}:root` }));
    expect(await read(named, 'named')).toBe('done');
    expect(await read(nameless, 'named')).toBe('403 AccessDenied');
    // The account as principal leaves it to the identity policies.
    expect(await read(nameless, 'account')).toBe('403 AccessDenied');
    const own = fixture.role('own', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn('named')}/*` }]);
    expect(await read(own, 'named')).toBe('done');
    expect(await read(own, 'account')).toBe('403 AccessDenied');
  });

  it('both are needed across accounts', async () => {
    const { createForeignBucket, createForeignKey } = accountSetup(fixture.world);
    const policy = { Statement: allow('theirs', { AWS: testAccountId }, { Action: 's3:PutObject' }) };
    createForeignBucket('us-west-2', 'theirs', { policy });
    const put = (client: S3Client, Bucket: string) =>
      outcome(client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })));
    expect(await put(fixture.role('across'), 'theirs')).toBe('403 AccessDenied');
    expect(await put(fixture.role('across-too', everything), 'theirs')).toBe('done');
    const outsider = fixture.clientOf(createForeignKey('111122223333'));
    await withObject('ours', allow('ours', { AWS: '111122223333' }));
    expect(await read(outsider, 'ours')).toBe('done');
    expect(await put(outsider, 'ours')).toBe('403 AccessDenied');
    expect(await read(fixture.clientOf(createForeignKey('111122224444')), 'ours')).toBe('403 AccessDenied');
  });

  it.each([
    ['StringNotLike', { 'aws:PrincipalArn': 'arn:aws:iam::*:role/cond*' }, '403 AccessDenied'],
    ['StringLike', { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deep/cond*' }, '403 AccessDenied'],
    ['ArnNotLike', { 'aws:PrincipalArn': `arn:aws:iam::${testAccountId}:role/deep/*` }, 'done'],
    ['ArnEquals', { 'aws:PrincipalArn': roleArn('cond') }, 'done'],
    ['StringEquals', { 'aws:PrincipalAccount': testAccountId }, '403 AccessDenied'],
    ['ForAnyValue:StringEquals', { 'aws:PrincipalArn': [roleArn('deep/cond'), roleArn('x')] }, '403 AccessDenied'],
    ['StringEqualsIfExists', { 's3:if-none-match': '*' }, '403 AccessDenied'],
    ['Null', { 's3:if-none-match': 'false' }, 'done'],
    ['Bool', { 'aws:SecureTransport': 'true' }, '403 AccessDenied'],
    ['StringNotEquals', { 's3:ResourceAccount': testAccountId }, 'done'],
  ])('a Deny under %s %j ends with %s', async (operator, condition, expected) => {
    await fixture.policy('conditional', {
      ...allow('conditional', '*'),
      Effect: 'Deny',
      Condition: { [operator]: condition },
    });
    expect(await read(conditional, 'conditional')).toBe(expected);
  });

  it('a session policy narrows what its role may do', async () => {
    await withObject('narrow-a');
    await withObject('narrow-b');
    const session = fixture.role('wide', everything, {
      sessionPolicies: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn('narrow-a')}/*` }],
    });
    expect(await read(session, 'narrow-a')).toBe('done');
    expect(await read(session, 'narrow-b')).toBe('403 AccessDenied');
  });

  it('who may not list is not told what is missing', async () => {
    const Bucket = await withObject('quiet');
    const get = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn(Bucket)}/*` };
    const list = { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn(Bucket) };
    expect(await read(fixture.role('getter', [get]), Bucket, 'missing')).toBe('403 AccessDenied');
    expect(await read(fixture.role('lister', [get, list]), Bucket, 'missing')).toBe('404 NoSuchKey');
    const head = fixture.s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' }));
    expect(await outcome(head)).toBe('404 NotFound');
    expect(await read(fixture.role('nothing'), 'no-such-bucket')).toBe('404 NoSuchBucket');
  });

  it('actions are those of the Service Authorization Reference', async () => {
    const Bucket = await withObject('actions');
    const may = (Action: string, Resource: string) =>
      fixture.role(`may-${Action.replace(/\W/g, '')}`, [{ Effect: 'Allow', Action, Resource }]);
    const list = new ListObjectsV2Command({ Bucket });
    expect(await outcome(may('s3:ListBucket', arn(Bucket)).send(list))).toBe('done');
    expect(await outcome(may('s3:ListBucketVersions', arn(Bucket)).send(list))).toBe('403 AccessDenied');
    const versions = new ListObjectVersionsCommand({ Bucket });
    expect(await outcome(may('s3:ListBucketV*', arn(Bucket)).send(versions))).toBe('done');
    const version = new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: 'null' });
    expect(await outcome(may('s3:DeleteObject', `${arn(Bucket)}/*`).send(version))).toBe('403 AccessDenied');
    const versioning = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    expect(await outcome(may('s3:PutBucketVersioning', `${arn(Bucket)}/*`).send(versioning))).toBe('403 AccessDenied');
  });

  it.each([
    ['is no JSON', '{'],
    ['has another resource', { Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: arn('other') } }],
    [
      'has actions of another service',
      { Statement: { Effect: 'Deny', Principal: '*', Action: 'ec2:*', Resource: arn('policies') } },
    ],
    ['names a role that does not exist', { Statement: allow('policies', { AWS: roleArn('ghost') }) }],
    ['names nobody', { Statement: { Effect: 'Deny', Action: 's3:*', Resource: arn('policies') } }],
  ])('a policy that %s is refused', async (_, policy) => {
    const Policy = typeof policy === 'string' ? policy : JSON.stringify(policy);
    const call = fixture.s3.send(new PutBucketPolicyCommand({ Bucket: 'policies', Policy }));
    expect(await outcome(call)).toBe('400 MalformedPolicy');
    expect(await outcome(fixture.s3.send(new GetBucketPolicyCommand({ Bucket: 'policies' })))).toBe(
      '404 NoSuchBucketPolicy',
    );
  });

  it('a new bucket takes no public policy', async () => {
    const Bucket = await withObject('private');
    const open = { Statement: allow(Bucket, '*') };
    const call = fixture.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(open) }));
    expect(await outcome(call)).toBe('403 AccessDenied');
  });
});
