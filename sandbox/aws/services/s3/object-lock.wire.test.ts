import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome, type S3WireFixture, startS3Wire } from './s3-wire-fixture.ts';

const everything = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const bypass = { Effect: 'Deny', Action: 's3:BypassGovernanceRetention', Resource: '*' };

let fixture: S3WireFixture;
let mayBypass: S3Client;
let mayNot: S3Client;
beforeAll(async () => {
  fixture = await startS3Wire();
  mayBypass = fixture.role('keeper', [everything]);
  mayNot = fixture.role('deploy', [everything, bypass]);
});
afterAll(() => fixture.close());

/** A bucket whose new versions are locked, with one object. */
async function lockedBucket(name: string, Mode: 'GOVERNANCE' | 'COMPLIANCE', retention: object = { Days: 400 }) {
  const Bucket = await fixture.bucket(name, { lock: true });
  const Rule = { DefaultRetention: { Mode, ...retention } };
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
  await fixture.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  const { VersionId } = await fixture.s3.send(new PutObjectCommand({ Bucket, Key: 'plans/seal', Body: 'sealed' }));
  return { Bucket, Key: 'plans/seal', VersionId };
}

const remove = (client: S3Client, version: object, BypassGovernanceRetention?: boolean) =>
  outcome(
    client.send(
      new DeleteObjectCommand({
        Bucket: '',
        Key: '',
        ...version,
        ...(BypassGovernanceRetention ? { BypassGovernanceRetention } : {}),
      }),
    ),
  );

describe('a version locked in governance mode', () => {
  it('goes only with a bypass by who may', async () => {
    const version = await lockedBucket('governed', 'GOVERNANCE');
    expect(await remove(fixture.s3, version)).toBe('403 AccessDenied');
    expect(await remove(mayNot, version, true)).toBe('403 AccessDenied');
    expect(await remove(mayBypass, version)).toBe('403 AccessDenied');
    const Objects = [{ Key: version.Key, VersionId: version.VersionId }];
    const many = await mayNot.send(
      new DeleteObjectsCommand({ Bucket: 'governed', Delete: { Objects }, BypassGovernanceRetention: true }),
    );
    expect(many.Errors).toMatchObject([{ Key: version.Key, Code: 'AccessDenied' }]);
    expect(await outcome(fixture.s3.send(new GetObjectCommand(version)))).toBe('done');
    expect(await remove(mayBypass, version, true)).toBe('done');
    expect(await outcome(fixture.s3.send(new GetObjectCommand(version)))).toBe('404 NoSuchVersion');
  });

  it('stays below a delete marker and below a new version', async () => {
    const version = await lockedBucket('covered', 'GOVERNANCE');
    const { Bucket, Key } = version;
    expect(await remove(mayNot, { Bucket, Key })).toBe('done');
    expect(await outcome(fixture.s3.send(new GetObjectCommand({ Bucket, Key })))).toBe('404 NoSuchKey');
    const { DeleteMarkers = [] } = await fixture.s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(await remove(mayNot, { Bucket, Key, VersionId: DeleteMarkers[0]?.VersionId })).toBe('done');
    await mayNot.send(new PutObjectCommand({ Bucket, Key, Body: 'forged' }));
    const old = await fixture.s3.send(new GetObjectCommand(version));
    expect(await old.Body?.transformToString()).toBe('sealed');
    expect(await outcome(fixture.s3.send(new DeleteBucketCommand({ Bucket })))).toBe('409 BucketNotEmpty');
  });

  it('is kept longer by anybody who may set it, and shorter only with a bypass', async () => {
    const version = await lockedBucket('prolonged', 'GOVERNANCE', { Days: 1 });
    const { Retention } = await fixture.s3.send(new GetObjectRetentionCommand(version));
    const later = (days: number): Date => new Date((Retention?.RetainUntilDate?.getTime() ?? 0) + days * 86_400_000);
    const set = (client: S3Client, RetainUntilDate: Date, BypassGovernanceRetention?: boolean) =>
      outcome(
        client.send(
          new PutObjectRetentionCommand({
            ...version,
            Retention: { Mode: 'GOVERNANCE', RetainUntilDate },
            ...(BypassGovernanceRetention ? { BypassGovernanceRetention } : {}),
          }),
        ),
      );
    expect(await set(mayNot, later(10))).toBe('done');
    expect(await set(mayNot, later(5))).toBe('403 AccessDenied');
    expect(await set(mayNot, later(5), true)).toBe('403 AccessDenied');
    expect(await set(mayBypass, later(5), true)).toBe('done');
    const head = await fixture.s3.send(new HeadObjectCommand(version));
    expect(head).toMatchObject({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: later(5) });
  });
});

describe('a version locked in compliance mode', () => {
  it('goes for nobody until its day', async () => {
    const version = await lockedBucket('complied', 'COMPLIANCE', { Days: 1 });
    expect(await remove(fixture.s3, version, true)).toBe('403 AccessDenied');
    expect(await remove(mayBypass, version, true)).toBe('403 AccessDenied');
    const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: new Date('2100-01-01') } as const;
    const weaken = new PutObjectRetentionCommand({ ...version, Retention, BypassGovernanceRetention: true });
    expect(await outcome(mayBypass.send(weaken))).toBe('403 AccessDenied');
    // A day and an hour on the sandbox's clock, which runs a thousand times as fast, is a minute and a half.
    const key = await fixture.s3.send(
      new PutObjectCommand({
        Bucket: version.Bucket,
        Key: 'short',
        Body: 'x',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: new Date(fixture.world.clock.now().getTime() + 600_000),
      }),
    );
    const short = { Bucket: version.Bucket, Key: 'short', VersionId: key.VersionId };
    expect(await remove(fixture.s3, short)).toBe('403 AccessDenied');
    await fixture.world.clock.sleep(700);
    expect(await remove(fixture.s3, short)).toBe('done');
  });
});

describe('a bucket that can lock', () => {
  it('keeps versions and cannot stop', async () => {
    const Bucket = await fixture.bucket('lockable', { lock: true });
    const read = await fixture.s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
    expect(read.ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' });
    const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } });
    expect(await outcome(fixture.s3.send(suspend))).toBe('409 InvalidBucketState');
    await fixture.s3.send(new PutObjectCommand({ Bucket, Key: 'free', Body: 'x' }));
    expect(await outcome(fixture.s3.send(new GetObjectRetentionCommand({ Bucket, Key: 'free' })))).toBe(
      '404 NoSuchObjectLockConfiguration',
    );
  });

  it('must keep versions first', async () => {
    const Bucket = await fixture.bucket('plain');
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' } as const;
    const lock = () => fixture.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    expect(await outcome(lock())).toBe('409 InvalidBucketState');
    expect(await outcome(fixture.s3.send(new GetObjectLockConfigurationCommand({ Bucket })))).toBe(
      '404 ObjectLockConfigurationNotFoundError',
    );
    const early = new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ObjectLockLegalHoldStatus: 'ON' });
    expect(await outcome(fixture.s3.send(early))).toBe('400 InvalidRequest');
    await fixture.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect(await outcome(lock())).toBe('done');
  });

  it('takes what it locks only with a checksum', async () => {
    const { Bucket } = await lockedBucket('checked', 'GOVERNANCE');
    // A client that computes no checksums of its own.
    const bare = fixture.clientOf(fixture.administrator);
    bare.config.requestChecksumCalculation = async () => 'WHEN_REQUIRED';
    const put = (changes: object) =>
      outcome(bare.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ...changes })));
    expect(await put({})).toBe('400 InvalidRequest');
    expect(await put({ ContentMD5: 'ndTkYSaMgDT1yFZOFVxnpg==' })).toBe('done');
  });

  it.each([
    ['days and years', { Days: 1, Years: 1 }],
    ['neither', {}],
  ])('has no default retention of %s', async (_, period) => {
    const Bucket = await fixture.bucket(`period-${Object.keys(period).length}`, { lock: true });
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', ...period } } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
    const call = fixture.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    expect(await outcome(call)).toBe('400 MalformedXML');
  });
});
