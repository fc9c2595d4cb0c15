import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { evaluatePolicies, readPolicyDocument } from '@opensarlab/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Keys, openRecordsAccount, type RecordsAccount } from '../records-account.ts';

/** Who writes where; nobody else writes anywhere. */
const writers: Readonly<Record<string, readonly string[]>> = {
  cases: ['opensarlab-audit'],
  durations: ['opensarlab-deploy'],
  exports: ['opensarlab-destroy'],
  ledgers: ['opensarlab-destroy'],
  locks: ['opensarlab-deploy', 'opensarlab-destroy'],
  plans: ['opensarlab-plan'],
  receipts: ['opensarlab-destroy'],
  records: ['opensarlab-deploy'],
};

/** What each role reads with its own policies. */
const readers: Readonly<Record<string, readonly string[]>> = {
  'opensarlab-plan': ['locks', 'plans', 'receipts', 'records'],
  'opensarlab-deploy': ['durations', 'ledgers', 'locks', 'plans', 'receipts', 'records'],
  'opensarlab-destroy': ['exports', 'ledgers', 'locks', 'plans', 'receipts', 'records'],
  'opensarlab-audit': ['cases', 'receipts', 'records'],
};

const folders = Object.keys(writers);
/** Written once, whoever writes. */
const once = ['plans', 'receipts', 'records'];
const places = [...folders, 'elsewhere', 'Plans', 'plans-of-mine'];

const workflows = ['opensarlab-plan', 'opensarlab-deploy', 'opensarlab-destroy', 'opensarlab-audit'];
const stacks = ['opensarlab-cloudformation', 'opensarlab-cloudformation-powerless', 'sar-hub', 'sar-unbounded'];
/** A role of the account that has nothing to do with us. */
const others = ['payroll'];
const roles = [...workflows, ...stacks, ...others];

let account: RecordsAccount;
let administrator: S3Client;
let foreigner: S3Client;
/** One object in each folder, with its version. */
const seeded: Record<string, { key: string; etag: string; version: string }> = {};
let count = 0;

function client(keys: Keys): S3Client {
  return new S3Client({ region: account.region, credentials: keys, forcePathStyle: true, maxAttempts: 1 });
}

const put = (key: string, condition: Partial<PutObjectCommandInput>): PutObjectCommand =>
  new PutObjectCommand({ Bucket: account.bucket, Key: key, Body: '{}', ...condition });

/** A key that nothing has yet. */
function fresh(folder: string): string {
  count += 1;
  return `${folder}/sar/${count}`;
}

beforeAll(async () => {
  account = await openRecordsAccount();
  administrator = client(account.sandbox.administrator);
  foreigner = client(account.sandbox.setup.createForeignKey());
  await account.makeRole('sar-hub', { path: '/opensarlab/', boundary: true });
  await account.makeRole('sar-unbounded', { path: '/opensarlab/' });
  await account.makeRole('payroll', {});
  for (const [folder, [writer = '']] of Object.entries(writers)) {
    const key = `${folder}/seed`;
    const { ETag = '', VersionId = '' } = await client(account.session(writer)).send(put(key, { IfNoneMatch: '*' }));
    seeded[folder] = { key, etag: ETag, version: VersionId };
  }
});

afterAll(() => account.close());

/** Whether AWS lets a client do something. Everything but a clear refusal is told as it is. */
async function outcome(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'allowed';
  } catch (error) {
    const { name, $metadata } = Object(error) as { name: string; $metadata?: { httpStatusCode?: number } };
    return $metadata?.httpStatusCode === 403 ? 'denied' : `${$metadata?.httpStatusCode} ${name}`;
  }
}

/** Role and folder, wherever the outcome is not a refusal. */
async function table(
  work: (s3: S3Client, folder: string) => Promise<unknown>,
  { where = places, who = roles }: { where?: readonly string[]; who?: readonly string[] } = {},
): Promise<string[]> {
  const found: string[] = [];
  for (const role of [...who, 'a foreigner']) {
    const s3 = role === 'a foreigner' ? foreigner : client(account.session(role));
    for (const folder of where) {
      const told = await outcome(() => work(s3, folder));
      if (told !== 'denied') found.push(`${role} ${folder}${told === 'allowed' ? '' : ` ${told}`}`);
    }
  }
  return found.sort();
}

const writing = (where: readonly string[]): string[] =>
  where.flatMap((folder) => (writers[folder] ?? []).map((role) => `${role} ${folder}`)).sort();
const seed = (folder: string) => seeded[folder] ?? { key: `${folder}/none`, etag: '"x"', version: 'none' };

async function writeNew(s3: S3Client, folder: string): Promise<void> {
  await s3.send(put(fresh(folder), { IfNoneMatch: '*' }));
}

async function replace(s3: S3Client, folder: string): Promise<void> {
  const { ETag = '' } = await s3.send(put(seed(folder).key, { IfMatch: seed(folder).etag }));
  seeded[folder] = { ...seed(folder), etag: ETag };
}

async function read(s3: S3Client, folder: string): Promise<void> {
  await s3.send(new GetObjectCommand({ Bucket: account.bucket, Key: seed(folder).key }));
}

describe('the roles, with their own policies', () => {
  test('write what is new, each in its folders', async () => {
    expect(await table(writeNew)).toEqual(writing(folders));
  });

  test('replace what they read, where that is not written once', async () => {
    // To compare is to read (Amazon S3 user guide, "How to prevent object overwrites with conditional writes").
    expect(await table(replace)).toEqual(writing(folders.filter((folder) => !once.includes(folder))));
  });

  test('read what they need', async () => {
    const expected = Object.entries(readers).flatMap(([role, folders]) => folders.map((folder) => `${role} ${folder}`));
    expect(await table(read, { where: folders })).toEqual(expected.sort());
  });
});

describe('the roles, whatever their own policies allow', () => {
  const Bucket = (): { Bucket: string } => ({ Bucket: account.bucket });
  const later = new Date(Date.now() + 1e12);

  beforeAll(async () => {
    for (const role of roles) await account.allowAllOfS3(role);
  });

  test('write in no other folders', async () => {
    expect(await table(writeNew)).toEqual(writing(folders));
  });

  test('replace nothing that is written once', async () => {
    const where = [...once, 'locks'];
    expect(await table(replace, { where })).toEqual(writing(['locks']));
  });

  test('write nothing without looking, but exports', async () => {
    expect(await table((s3, folder) => s3.send(put(fresh(folder), {})))).toEqual(['opensarlab-destroy exports']);
  });

  test('bring no retention of their own', async () => {
    const own = { IfNoneMatch: '*', ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: later } as const;
    expect(await table((s3, folder) => s3.send(put(fresh(folder), own)), { who: workflows })).toEqual([]);
  });

  test.each<[string, (key: string, version: string, s3: S3Client) => Promise<unknown>]>([
    ['delete', (Key, _, s3) => s3.send(new DeleteObjectCommand({ ...Bucket(), Key }))],
    ['delete a version of', (Key, VersionId, s3) => s3.send(new DeleteObjectCommand({ ...Bucket(), Key, VersionId }))],
    [
      'delete a locked version of',
      (Key, VersionId, s3) =>
        s3.send(new DeleteObjectCommand({ ...Bucket(), Key, VersionId, BypassGovernanceRetention: true })),
    ],
    [
      'end the retention of',
      (Key, VersionId, s3) =>
        s3.send(
          new PutObjectRetentionCommand({
            ...Bucket(),
            Key,
            VersionId,
            BypassGovernanceRetention: true,
            Retention: {},
          }),
        ),
    ],
    [
      'extend the retention of',
      (Key, _, s3) =>
        s3.send(
          new PutObjectRetentionCommand({
            ...Bucket(),
            Key,
            Retention: { Mode: 'COMPLIANCE', RetainUntilDate: later },
          }),
        ),
    ],
    ['hold', (Key, _, s3) => s3.send(new PutObjectLegalHoldCommand({ ...Bucket(), Key, LegalHold: { Status: 'ON' } }))],
  ])('%s nothing', async (_name, work) => {
    const found = await table((s3, folder) => work(seed(folder).key, seed(folder).version, s3), {
      where: folders,
      who: [...workflows, ...stacks],
    });
    expect(found).toEqual([]);
  });

  test.each<[string, (s3: S3Client) => Promise<unknown>]>([
    ['policy', (s3) => s3.send(new PutBucketPolicyCommand({ ...Bucket(), Policy: '{"Version":"2012-10-17"}' }))],
    ['policy to nothing', (s3) => s3.send(new DeleteBucketPolicyCommand(Bucket()))],
    [
      'versioning',
      (s3) =>
        s3.send(new PutBucketVersioningCommand({ ...Bucket(), VersioningConfiguration: { Status: 'Suspended' } })),
    ],
    [
      'lifecycle',
      (s3) => {
        const Rules = [{ Status: 'Enabled' as const, Filter: {}, Expiration: { Days: 1 } }];
        return s3.send(new PutBucketLifecycleConfigurationCommand({ ...Bucket(), LifecycleConfiguration: { Rules } }));
      },
    ],
    [
      'lock',
      (s3) => {
        const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const };
        return s3.send(new PutObjectLockConfigurationCommand({ ...Bucket(), ObjectLockConfiguration }));
      },
    ],
  ])('do not change the %s of the bucket', async (_name, work) => {
    expect(await table(work, { where: ['it'], who: [...workflows, ...stacks] })).toEqual([]);
  });

  test('of stacks, pods and builds read nothing', async () => {
    expect(await table(read, { where: folders, who: stacks })).toEqual([]);
  });
});

describe('the policy of the bucket', () => {
  // Requests to the sandbox count as encrypted.
  test.each([
    ['false', 'explicit-deny'],
    ['true', 'implicit-deny'],
  ])('with encryption %s: %s for whoever reads', async (encrypted, decision) => {
    const { Policy = '' } = await administrator.send(new GetBucketPolicyCommand({ Bucket: account.bucket }));
    const request = {
      action: 's3:GetObject',
      resource: `arn:aws:s3:::${account.bucket}/plans/x`,
      principals: { AWS: ['arn:aws:iam::123456789012:role/opensarlab-plan'] },
      context: {
        'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/opensarlab-plan',
        'aws:SecureTransport': encrypted,
      },
    };
    expect(evaluatePolicies([readPolicyDocument(Policy, 'resource')], request)).toBe(decision);
  });
});

describe('an administrator of the account', () => {
  test('writes no plan either', async () => {
    expect(await outcome(() => administrator.send(put(fresh('plans'), { IfNoneMatch: '*' })))).toBe('denied');
  });

  test('can delete what is locked, but must say so', async () => {
    const { key, version } = seed('records');
    const deletion = { Bucket: account.bucket, Key: key, VersionId: version };
    expect(await outcome(() => administrator.send(new DeleteObjectCommand(deletion)))).toBe('denied');
    const { ObjectLockMode, ObjectLockRetainUntilDate, LastModified } = await administrator.send(
      new HeadObjectCommand(deletion),
    );
    const days = (Number(ObjectLockRetainUntilDate) - Number(LastModified)) / 86_400_000;
    expect([ObjectLockMode, Math.round(days)]).toEqual(['GOVERNANCE', 400]);
    const around = new DeleteObjectCommand({ ...deletion, BypassGovernanceRetention: true });
    expect(await outcome(() => administrator.send(around))).toBe('allowed');
    const { Versions = [] } = await administrator.send(
      new ListObjectVersionsCommand({ Bucket: account.bucket, Prefix: key }),
    );
    expect(Versions).toEqual([]);
  });
});
