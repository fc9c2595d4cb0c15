import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture, testRegion } from '../endpoint-fixture.ts';
import { s3Service } from '../services/s3/s3-service.ts';

const Bucket = 'codepipeline-us-west-2-sar';
let endpoint: EndpointFixture;
let client: S3Client;
beforeAll(async () => {
  endpoint = await startEndpointFixture([s3Service]);
  client = new S3Client(endpoint.client());
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: testRegion } }));
});
afterAll(() => endpoint.close());

const textOf = async (Key: string): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('the REST-XML protocol of S3', () => {
  it.each(['plain.txt', 'a b/c+d&e/ü%20(1).txt', 'double//slash/', "quotes'and!*", '?acl'])(
    'keeps the key %s',
    async (Key) => {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      expect(await textOf(Key)).toBe(Key);
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
      expect(Contents?.map((object) => object.Key)).toContain(Key);
    },
  );

  it('takes headers, prefixed headers and streams apart', async () => {
    const Body = Readable.from([Buffer.from('he'), Buffer.from('llo')]);
    const input = { Bucket, Key: 'stream', Body, ContentLength: 5, ContentType: 'text/x', Metadata: { owner: 'sar' } };
    await client.send(new PutObjectCommand(input));
    expect(await textOf('stream')).toBe('hello');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'stream' }));
    expect(head).toMatchObject({ ContentLength: 5, ContentType: 'text/x', Metadata: { owner: 'sar' } });
    expect(head.LastModified).toBeInstanceOf(Date);
  });

  it('reads and writes XML bodies', async () => {
    const TagSet = [{ Key: 'a', Value: '<&>"\'' }];
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    const output = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'stream' }, { Key: 'a & b' }] } }),
    );
    expect(output.Deleted).toEqual([{ Key: 'stream' }, { Key: 'a & b' }]);
    await expect(textOf('stream')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('answers with the location as the root element', async () => {
    const output = await client.send(new GetBucketLocationCommand({ Bucket }));
    expect(output.LocationConstraint).toBe(testRegion);
  });

  it('leaves the body out of an answer to HEAD', async () => {
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))).rejects.toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('tells operations on the same path apart', async () => {
    await expect(client.send(new GetBucketAclCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The sandbox does not implement s3 GetBucketAcl.',
      $metadata: { httpStatusCode: 501 },
    });
    const copy = new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/plain.txt` });
    await expect(client.send(copy)).rejects.toMatchObject({
      message: 'The sandbox does not implement s3 CopyObject.',
    });
  });
});
