import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServiceFixture, resourceType } from '../service-fixture.ts';
import { s3ResourceTypes } from './s3-resource-types.ts';
import { s3Service } from './s3-service.ts';

const bucketType = resourceType(s3ResourceTypes, 'AWS::S3::Bucket');
const policyType = resourceType(s3ResourceTypes, 'AWS::S3::BucketPolicy');

let fixture: ReturnType<typeof openServiceFixture>;
beforeEach(() => {
  fixture = openServiceFixture();
});
afterEach(() => fixture.close());

const call = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  fixture.call(s3Service, operation, { Bucket: 'data', ...input });
const put = (Key: string, text = Key) => call('PutObject', { Key, Body: Buffer.from(text) });
const createBucket = (Bucket = 'data') =>
  call('CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } });

describe('buckets', () => {
  it('need the location constraint of their region', async () => {
    await expect(call('CreateBucket')).rejects.toMatchObject({ code: 'IllegalLocationConstraintException' });
    await createBucket();
    expect(await call('GetBucketLocation')).toEqual({ LocationConstraint: 'us-west-2' });
    await expect(createBucket()).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou', status: 409 });
  });

  it.each(['Upper', 'ab', 'a..b', '-a-b', '10.0.0.1'])('are not named %s', async (name) => {
    await expect(createBucket(name)).rejects.toMatchObject({ code: 'InvalidBucketName' });
  });

  it('answer another region with a redirect and an unknown name with a bare 404', async () => {
    await createBucket();
    await expect(call('HeadBucket', { Bucket: 'other' })).rejects.toMatchObject({ code: 'NotFound', status: 404 });
    await expect(call('GetObject', { Bucket: 'other', Key: 'a' })).rejects.toMatchObject({ code: 'NoSuchBucket' });
    fixture.context.region = 'eu-west-1';
    await expect(call('HeadBucket')).rejects.toMatchObject({ code: 'PermanentRedirect', status: 301 });
  });

  it('are listed in pages', async () => {
    for (const name of ['ccc', 'aaa', 'bbb']) await createBucket(name);
    const first = await fixture.call(s3Service, 'ListBuckets', { MaxBuckets: 2 });
    expect((first['Buckets'] as { Name: string }[]).map((bucket) => bucket.Name)).toEqual(['aaa', 'bbb']);
    const second = await fixture.call(s3Service, 'ListBuckets', { ContinuationToken: first['ContinuationToken'] });
    expect((second['Buckets'] as { Name: string }[]).map((bucket) => bucket.Name)).toEqual(['ccc']);
    expect(second['ContinuationToken']).toBeUndefined();
  });
});

describe('deleting a bucket', () => {
  it('fails while it holds objects', async () => {
    await createBucket();
    await put('a');
    await expect(call('DeleteBucket')).rejects.toMatchObject({
      code: 'BucketNotEmpty',
      status: 409,
      message: 'The bucket you tried to delete is not empty.',
    });
    await call('DeleteObject', { Key: 'a' });
    await call('DeleteBucket');
    await expect(call('HeadBucket')).rejects.toMatchObject({ status: 404 });
  });

  it('fails while it holds versions or delete markers, although no object is listed', async () => {
    await createBucket();
    await call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    await put('a');
    expect(await call('DeleteObject', { Key: 'a' })).toMatchObject({ DeleteMarker: true });
    expect(await call('ListObjectsV2')).toMatchObject({ KeyCount: 0 });
    await expect(call('DeleteBucket')).rejects.toMatchObject({
      message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    });
  });

  it('fails in a stack in the same way, and a bucket that is gone counts as deleted', async () => {
    await fixture.create(bucketType, { BucketName: 'data' });
    await put('a');
    await expect(fixture.remove(bucketType, 'data')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
    await call('DeleteObject', { Key: 'a' });
    await fixture.remove(bucketType, 'data');
    await expect(fixture.remove(bucketType, 'data')).resolves.toBeUndefined();
  });
});

describe('objects', () => {
  beforeEach(() => createBucket());

  it('come back with their bytes, type and metadata', async () => {
    await call('PutObject', { Key: 'a', Body: 'text', ContentType: 'text/plain', Metadata: { by: 'me' } });
    const object = await call('GetObject', { Key: 'a' });
    expect(Buffer.from(object['Body'] as Uint8Array).toString()).toBe('text');
    expect(object).toMatchObject({ ContentType: 'text/plain', ContentLength: 4, Metadata: { by: 'me' } });
    await expect(call('GetObject', { Key: 'b' })).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 });
  });

  it('are listed in pages of at most 1,000 in binary order', async () => {
    for (let index = 0; index < 1001; index += 1) await put(`k${String(index).padStart(4, '0')}`);
    const first = await call('ListObjectsV2', { MaxKeys: 5000 });
    expect(first).toMatchObject({ KeyCount: 1000, IsTruncated: true });
    const second = await call('ListObjectsV2', { ContinuationToken: first['NextContinuationToken'] });
    expect(second).toMatchObject({ KeyCount: 1, IsTruncated: false, Contents: [{ Key: 'k1000' }] });
  });

  it('are rolled up to common prefixes by a delimiter', async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c/3']) await put(key);
    expect(await call('ListObjectsV2', { Delimiter: '/' })).toMatchObject({
      Contents: [{ Key: 'b' }],
      CommonPrefixes: [{ Prefix: 'a/' }, { Prefix: 'c/' }],
    });
  });

  it('are deleted in batches of at most 1,000', async () => {
    const objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }));
    await expect(call('DeleteObjects', { Delete: { Objects: objects } })).rejects.toMatchObject({
      code: 'MalformedXML',
    });
    await put('k1');
    const answer = await call('DeleteObjects', { Delete: { Objects: objects.slice(0, 1000) } });
    expect((answer['Deleted'] as object[]).length).toBe(1000);
    expect(await call('ListObjectsV2')).toMatchObject({ KeyCount: 0 });
  });
});

describe('versions', () => {
  beforeEach(async () => {
    await createBucket();
    await call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
  });

  it('are listed newest first, in pages, with delete markers apart', async () => {
    await put('a', '1');
    await put('a', '2');
    await put('b', '1');
    await call('DeleteObject', { Key: 'a' });
    const first = await call('ListObjectVersions', { MaxKeys: 2 });
    expect(first).toMatchObject({
      IsTruncated: true,
      DeleteMarkers: [{ Key: 'a', IsLatest: true }],
      Versions: [{ Key: 'a', IsLatest: false }],
    });
    const second = await call('ListObjectVersions', {
      KeyMarker: first['NextKeyMarker'],
      VersionIdMarker: first['NextVersionIdMarker'],
    });
    expect(second).toMatchObject({ IsTruncated: false, DeleteMarkers: [], Versions: [{ Key: 'a' }, { Key: 'b' }] });
  });

  it('empty the bucket once every version and marker was deleted', async () => {
    await put('a', '1');
    await call('DeleteObject', { Key: 'a' });
    const listed = await call('ListObjectVersions');
    const entries = [...(listed['Versions'] as object[]), ...(listed['DeleteMarkers'] as object[])] as {
      Key: string;
      VersionId: string;
    }[];
    await call('DeleteObjects', { Delete: { Objects: entries.map(({ Key, VersionId }) => ({ Key, VersionId })) } });
    await expect(call('DeleteBucket')).resolves.toEqual({});
  });
});

it('multipart uploads stay until they are aborted', async () => {
  await createBucket();
  const { UploadId } = await call('CreateMultipartUpload', { Key: 'big' });
  expect(await call('ListMultipartUploads')).toMatchObject({ Uploads: [{ Key: 'big', UploadId }] });
  await expect(call('AbortMultipartUpload', { Key: 'other', UploadId })).rejects.toMatchObject({
    code: 'NoSuchUpload',
  });
  await call('AbortMultipartUpload', { Key: 'big', UploadId });
  expect(await call('ListMultipartUploads')).toMatchObject({ Uploads: [] });
});

describe('AWS::S3::Bucket', () => {
  it('has tags of the stack, attributes, and a policy', async () => {
    const state = await fixture.create(bucketType, { BucketName: 'data', Tags: [{ Key: 'own', Value: 'yes' }] });
    expect(state.attributes['Arn']).toBe('arn:aws:s3:::data');
    expect(await call('GetBucketTagging')).toEqual({
      TagSet: [
        { Key: 'osl-billing', Value: 'sar' },
        { Key: 'own', Value: 'yes' },
      ],
    });
    const PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::data' }],
    };
    await fixture.create(policyType, { Bucket: 'data', PolicyDocument });
    expect(await call('GetBucketPolicy')).toEqual({ Policy: JSON.stringify(PolicyDocument) });
    await expect(fixture.create(policyType, { Bucket: 'data', PolicyDocument })).rejects.toMatchObject({
      message: 'The bucket policy already exists on bucket data.',
    });
  });

  it('shows in its API what the template says', async () => {
    await fixture.create(bucketType, {
      BucketName: 'data',
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: 'true' },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'old',
            Status: 'Enabled',
            Prefix: 'locks/',
            NoncurrentVersionExpiration: { NoncurrentDays: 7 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
    });
    expect(await call('GetObjectLockConfiguration')).toEqual({
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } },
      },
    });
    expect(await call('GetBucketVersioning')).toEqual({ Status: 'Enabled' });
    expect(await call('GetBucketEncryption')).toMatchObject({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    expect(await call('GetPublicAccessBlock')).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: false },
    });
    expect(await call('GetBucketOwnershipControls')).toMatchObject({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(await call('GetBucketLifecycleConfiguration')).toMatchObject({
      Rules: [{ ID: 'old', Filter: { Prefix: 'locks/' }, NoncurrentVersionExpiration: { NoncurrentDays: 7 } }],
    });
  });

  it('keeps versions for ever once it can lock them', async () => {
    await fixture.create(bucketType, { BucketName: 'data', ObjectLockEnabled: true });
    const suspended = { BucketName: 'data', ObjectLockEnabled: true, VersioningConfiguration: { Status: 'Suspended' } };
    await expect(fixture.update(bucketType, 'data', suspended)).rejects.toMatchObject({ code: 'InvalidBucketState' });
    await fixture.update(bucketType, 'data', { BucketName: 'data', ObjectLockEnabled: true });
    expect(await call('GetBucketVersioning')).toEqual({ Status: 'Enabled' });
  });

  it('is not left behind half made, and refuses what the sandbox does not do', async () => {
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' };
    await expect(fixture.create(bucketType, { BucketName: 'data', ObjectLockConfiguration })).rejects.toMatchObject({
      code: 'InvalidBucketState',
    });
    await expect(
      fixture.create(bucketType, { BucketName: 'data', ReplicationConfiguration: {} }),
    ).rejects.toMatchObject({ code: 'NotImplemented' });
    await expect(call('HeadBucket')).rejects.toMatchObject({ status: 404 });
  });

  it('refuses a public canned ACL, as AWS does since April 2023', async () => {
    await expect(fixture.create(bucketType, { BucketName: 'data', AccessControl: 'PublicRead' })).rejects.toMatchObject(
      {
        code: 'InvalidBucketAclWithObjectOwnership',
      },
    );
    await expect(
      fixture.create(bucketType, { BucketName: 'data', AccessControl: 'PublicRead', OwnershipControls: { Rules: [] } }),
    ).rejects.toMatchObject({ code: 'InvalidBucketAclWithBlockPublicAccessError' });
    await expect(call('HeadBucket')).rejects.toMatchObject({ status: 404 });
  });
});

describe('listings', () => {
  it('come URL-encoded when asked for, as the AWS CLI does', async () => {
    await createBucket();
    for (const key of ['a b/ü.txt', 'plain']) await put(key);
    expect(await call('ListObjectsV2', { EncodingType: 'url', Prefix: 'a b' })).toMatchObject({
      EncodingType: 'url',
      Prefix: 'a%20b',
      Contents: [{ Key: 'a%20b/%C3%BC.txt' }],
    });
    expect((await call('ListObjectVersions', { EncodingType: 'url' }))['Versions']).toMatchObject([
      { Key: 'a%20b/%C3%BC.txt' },
      { Key: 'plain' },
    ]);
    await expect(call('ListObjectsV2', { EncodingType: 'base64' })).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});
