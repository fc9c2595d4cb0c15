import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountSetup } from '../../account-setup.ts';
import { testAccountId } from '../../endpoint-fixture.ts';
import { AwsError } from '../../service.ts';
import { allBuckets } from './s3-state.ts';
import { outcome, type S3WireFixture, startS3Wire } from './s3-wire-fixture.ts';

let fixture: S3WireFixture;
beforeAll(async () => {
  fixture = await startS3Wire();
});
afterAll(() => fixture.close());

const Bucket = 'conditions';
beforeAll(async () => {
  await fixture.bucket(Bucket);
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await fixture.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
});

const put = (Key: string, Body: string, conditions: { IfMatch?: string; IfNoneMatch?: string } = {}) =>
  fixture.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...conditions }));
const text = async (Key: string): Promise<string | undefined> =>
  (await fixture.s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('conditional writes', () => {
  it('write once, also when many try at the same time', async () => {
    const tries = Array.from({ length: 8 }, (_, index) => outcome(put('once', `${index}`, { IfNoneMatch: '*' })));
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((each) => each === 'done')).toHaveLength(1);
    expect(outcomes.filter((each) => each === '412 PreconditionFailed')).toHaveLength(7);
    const listed = await fixture.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'once' }));
    expect(listed.Versions).toHaveLength(1);
  });

  it('take a delete marker for nothing', async () => {
    await put('again', 'first');
    await fixture.s3.send(new DeleteObjectCommand({ Bucket, Key: 'again' }));
    await put('again', 'second', { IfNoneMatch: '*' });
    expect(await text('again')).toBe('second');
  });

  it('replace exactly the content that was read', async () => {
    const { ETag = '' } = await put('lock', 'free');
    expect(ETag).toBe('"aa2d6e4f578eb0cfaba23beef76c2194"');
    expect(await outcome(put('lock', 'mine', { IfMatch: ETag }))).toBe('done');
    expect(await outcome(put('lock', 'yours', { IfMatch: ETag }))).toBe('412 PreconditionFailed');
    expect(await text('lock')).toBe('mine');
    expect(await outcome(put('nothing', 'x', { IfMatch: ETag }))).toBe('404 NoSuchKey');
    expect(await outcome(put('lock', 'x', { IfNoneMatch: ETag }))).toBe('501 NotImplemented');
  });

  it('lose a race as AWS says, when a fault makes them', async () => {
    const error = new AwsError('ConditionalRequestConflict', 'Please retry', 409);
    fixture.faults.inject({ service: 's3', operation: 'PutObject', fault: { kind: 'error', error } });
    expect(await outcome(put('raced', 'x', { IfNoneMatch: '*' }))).toBe('409 ConditionalRequestConflict');
  });
});

describe('conditional deletes', () => {
  const remove = (Key: string, IfMatch: string) =>
    outcome(fixture.s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch })));

  it('delete what is unchanged', async () => {
    const { ETag = '' } = await put('gone', 'a');
    await put('gone', 'b');
    expect(await remove('gone', ETag)).toBe('412 PreconditionFailed');
    expect(await remove('gone', '*')).toBe('done');
    expect(await remove('gone', '*')).toBe('412 PreconditionFailed');
    expect(await remove('never', '*')).toBe('404 NoSuchKey');
  });

  it('count for each key of many', async () => {
    const { ETag = '' } = await put('many', 'a');
    const Objects = [
      { Key: 'many', ETag: '"0"' },
      { Key: 'never', ETag: '"0"' },
    ];
    const refused = await fixture.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(refused.Errors).toMatchObject([
      { Key: 'many', Code: 'PreconditionFailed' },
      { Key: 'never', Code: 'NoSuchKey' },
    ]);
    const done = await fixture.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'many', ETag }] } }),
    );
    expect(done.Deleted).toMatchObject([{ Key: 'many', DeleteMarker: true }]);
  });
});

describe('conditional reads', () => {
  it('compare ETag and date', async () => {
    await put('read', 'content');
    const { ETag = '', LastModified = new Date(0) } = await fixture.s3.send(
      new HeadObjectCommand({ Bucket, Key: 'read' }),
    );
    expect(LastModified.getUTCMilliseconds()).toBe(0);
    const get = (conditions: object) =>
      outcome(fixture.s3.send(new GetObjectCommand({ Bucket, Key: 'read', ...conditions })));
    const [before, after] = [new Date(LastModified.getTime() - 1000), new Date(LastModified.getTime() + 1000)];
    expect(await get({ IfMatch: ETag })).toBe('done');
    expect(await get({ IfMatch: '"0"' })).toBe('412 PreconditionFailed');
    expect(await get({ IfNoneMatch: ETag })).toMatch(/^304/);
    expect(await get({ IfNoneMatch: '"0"' })).toBe('done');
    expect(await get({ IfModifiedSince: after })).toMatch(/^304/);
    expect(await get({ IfModifiedSince: before })).toBe('done');
    expect(await get({ IfUnmodifiedSince: before })).toBe('412 PreconditionFailed');
    expect(await get({ IfMatch: ETag, IfUnmodifiedSince: before })).toBe('done');
    expect(await get({ IfNoneMatch: '"0"', IfModifiedSince: after })).toBe('done');
    const head = fixture.s3.send(new HeadObjectCommand({ Bucket, Key: 'read', IfMatch: '"0"' }));
    expect(await outcome(head)).toMatch(/^412/);
  });
});

describe('content', () => {
  it('arrives as it was sent, or not at all', async () => {
    const send = (changes: object) =>
      outcome(fixture.s3.send(new PutObjectCommand({ Bucket, Key: 'checked', Body: '123456789', ...changes })));
    // Check values of the CRC catalogue (reveng.sourceforge.io/crc-catalogue) for the digits 1 to 9, in base64.
    expect(await send({ ChecksumCRC32: 'y/Q5Jg==' })).toBe('done');
    expect(await send({ ChecksumCRC32C: '4waSgw==' })).toBe('done');
    expect(await send({ ChecksumCRC64NVME: 'rosUhgp5mIg=' })).toBe('done');
    expect(await send({ ChecksumSHA256: 'FeKw09MzLQ9rNn+GDLR0ZFp4EXc7Ptl3nLNqqVGrH/o=' })).toMatch(/400 BadDigest/);
    expect(await send({ ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })).toBe('400 BadDigest');
    const read = await fixture.s3.send(new GetObjectCommand({ Bucket, Key: 'checked' }));
    expect(read.ChecksumCRC64NVME).toBe('rosUhgp5mIg=');
  });

  it('keeps headers and tags, and counts those', async () => {
    const Tagging = 'kind=seal&lab=sar';
    const put = new PutObjectCommand({ Bucket, Key: 'tagged', Body: 'x', Tagging, CacheControl: 'no-store' });
    await fixture.s3.send(put);
    const head = await fixture.s3.send(new HeadObjectCommand({ Bucket, Key: 'tagged' }));
    expect(head).toMatchObject({ CacheControl: 'no-store', TagCount: 2, ServerSideEncryption: 'AES256' });
    const { TagSet } = await fixture.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }));
    expect(TagSet).toEqual([
      { Key: 'kind', Value: 'seal' },
      { Key: 'lab', Value: 'sar' },
    ]);
  });

  it.each([
    ['a member of the request that it does not understand', { ACL: 'public-read' }],
    ['another storage class', { StorageClass: 'GLACIER' }],
    ['another encryption', { ServerSideEncryption: 'aws:kms' }],
    ['a redirection', { WebsiteRedirectLocation: '/x' }],
  ] as const)('is refused with %s', async (_, changes) => {
    const call = fixture.s3.send(new PutObjectCommand({ Bucket, Key: 'odd', Body: 'x', ...changes }));
    expect(await outcome(call)).toBe('501 NotImplemented');
  });
});

describe('listings', () => {
  it('page with tokens that only they give out', async () => {
    for (const Key of ['p/1', 'p/2', 'p/3']) await put(Key, Key);
    const keys: (string | undefined)[] = [];
    const pages = paginateListObjectsV2({ client: fixture.s3, pageSize: 1 }, { Bucket, Prefix: 'p/' });
    for await (const { Contents = [] } of pages) keys.push(...Contents.map(({ Key }) => Key));
    expect(keys).toEqual(['p/1', 'p/2', 'p/3']);
    const first = await fixture.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }));
    const changed = `${first.NextContinuationToken?.slice(0, -2)}AA`;
    for (const ContinuationToken of ['garbage', '', changed, Buffer.from('p/1').toString('base64')]) {
      const call = fixture.s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
      expect(await outcome(call), ContinuationToken).toBe('400 InvalidArgument');
    }
    expect(await outcome(fixture.s3.send(new ListBucketsCommand({ ContinuationToken: 'garbage' })))).toBe(
      '400 InvalidArgument',
    );
  });

  it('of nothing are complete', async () => {
    const none = await fixture.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
    expect(none.NextContinuationToken).toBeUndefined();
    const versions = await fixture.s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 0 }));
    expect(versions).toMatchObject({ IsTruncated: false });
    expect(await outcome(fixture.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: -1 })))).toBe(
      '400 InvalidArgument',
    );
  });
});

describe('tags', () => {
  const tag = (...TagSet: { Key: string; Value: string }[]) =>
    outcome(fixture.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })));

  it('have one value each and are not those of AWS', async () => {
    expect(await tag({ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' })).toBe('400 InvalidTag');
    expect(await tag({ Key: 'aws:cloudformation:stack-name', Value: 'x' })).toBe('400 InvalidTag');
    expect(await tag({ Key: 'a', Value: '1' }, { Key: 'A', Value: '2' })).toBe('done');
    const put = new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', Tagging: 'a=1&a=2' });
    expect(await outcome(fixture.s3.send(put))).toBe('400 InvalidTag');
  });

  it('that CloudFormation set stay', async () => {
    const bucket = allBuckets(fixture.world).get(Bucket);
    Object.assign(bucket?.tags ?? {}, { 'aws:cloudformation:stack-name': 'lab' });
    expect(await tag({ Key: 'a', Value: '1' })).toBe('400 InvalidTag');
    expect(await tag({ Key: 'aws:cloudformation:stack-name', Value: 'lab' }, { Key: 'a', Value: '1' })).toBe('done');
    expect(await tag({ Key: 'aws:cloudformation:stack-name', Value: 'other' })).toBe('400 InvalidTag');
  });
});

describe('the owner of a bucket', () => {
  it('is compared with the one that a call expects', async () => {
    const outcomes = async (ExpectedBucketOwner: string): Promise<string[]> => [
      await outcome(fixture.s3.send(new PutObjectCommand({ Bucket, Key: 'owned', Body: 'y', ExpectedBucketOwner }))),
      await outcome(fixture.s3.send(new GetObjectCommand({ Bucket, Key: 'owned', ExpectedBucketOwner }))),
      await outcome(fixture.s3.send(new ListObjectsV2Command({ Bucket, ExpectedBucketOwner }))),
      await outcome(fixture.s3.send(new GetBucketLocationCommand({ Bucket, ExpectedBucketOwner }))),
      await outcome(fixture.s3.send(new DeleteObjectCommand({ Bucket, Key: 'owned', ExpectedBucketOwner }))),
    ];
    await put('owned', 'x');
    expect(new Set(await outcomes('210987654321'))).toEqual(new Set(['403 AccessDenied']));
    expect(await text('owned')).toBe('x');
    expect(new Set(await outcomes(testAccountId))).toEqual(new Set(['done']));
    const malformed = fixture.s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: 'me' }));
    expect(await outcome(malformed)).toMatch(/^400/);
    const head = fixture.s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '210987654321' }));
    expect(await outcome(head)).toMatch(/^403/);
  });

  it('may be somebody else, who got the name first', async () => {
    accountSetup(fixture.world).createForeignBucket('us-west-2', 'guessed');
    const us = { Bucket: 'guessed' };
    const make = new CreateBucketCommand({ ...us, CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } });
    expect(await outcome(fixture.s3.send(make))).toBe('409 BucketAlreadyExists');
    expect(await outcome(fixture.s3.send(new HeadBucketCommand(us)))).toMatch(/^403/);
    expect(await outcome(fixture.s3.send(new GetObjectCommand({ ...us, Key: 'a' })))).toBe('403 AccessDenied');
    expect(await outcome(fixture.s3.send(new PutObjectCommand({ ...us, Key: 'a', Body: 'x' })))).toBe(
      '403 AccessDenied',
    );
    const own = await fixture.s3.send(new ListBucketsCommand({}));
    expect(own.Buckets?.map(({ Name }) => Name)).not.toContain('guessed');
  });

  it('who lets everybody in still is not us', async () => {
    const policy = {
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::trap', 'arn:aws:s3:::trap/*'],
      },
    };
    accountSetup(fixture.world).createForeignBucket('us-west-2', 'trap', { policy });
    const write = { Bucket: 'trap', Key: 'plans/seal', Body: 'secret' };
    expect(await outcome(fixture.s3.send(new PutObjectCommand(write)))).toBe('done');
    const expecting = new PutObjectCommand({ ...write, ExpectedBucketOwner: testAccountId });
    expect(await outcome(fixture.s3.send(expecting))).toBe('403 AccessDenied');
  });
});
