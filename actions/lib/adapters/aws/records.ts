import { Readable } from 'node:stream';
import { GetRoleCommand, IAMClient, type Role } from '@aws-sdk/client-iam';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Failure } from '../../failure.ts';
import type { RecordContent, RecordEntry, Records } from '../../ports/records.ts';
import { recordsBucketTag, recordsRegion } from '../../records/record-keys.ts';
import { findInAws, isAwsError, toAwsFailure } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** Largest object that is written or read, 16 MiB; a sealed plan of a large lab has some 200 KiB. */
const largestBody = 16 * 1024 * 1024;

/** Most objects in a list. */
const mostEntries = 20_000;

/** Most answers to one list; each has up to 1,000 objects, but may have fewer (Amazon S3 API, ListObjectsV2). */
const mostPages = 200;

/** Longest time that the content of an object may take, in milliseconds. */
const longestBody = 60_000;

const noRole = ['NoSuchEntity', 'NoSuchEntityException'];
const noBucket = ['NoSuchBucket', 'NotFound'];

/** Whose records, and which role of the account knows where they are. */
export type RecordsOwner = { accountId: string; planRole: string };

/** The bucket, and a client for the region that it is in. */
type Place = { bucket: string; owner: string; client: S3Client };

/**
 * The port to the account's bucket of records, which may be in another region than the deployment. The bucket is looked
 * for when it is first needed, and remembered.
 */
export function connectRecords(settings: ClientSettings, owner: RecordsOwner, counter: CallCounter): Records {
  const iam = counted(new IAMClient(settings), counter);
  const place = remembered(() => findPlace(iam, settings, owner, counter));
  return {
    bucket: async () => (await place()).bucket,
    writeOnce: async (key, body) => {
      if ((await put(await place(), key, body, { IfNoneMatch: '*' })) === undefined) throw exists(key);
    },
    read: async (key) => get(await place(), key),
    list: async (prefix) => list(await place(), prefix),
    replace: async (key, body, etag) => {
      const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
      const written = await put(await place(), key, body, condition);
      if (written === undefined) throw changed(key);
      return written;
    },
  };
}

/** The same answer for everybody who asks; a failure is asked for again. */
function remembered<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

async function findPlace(
  iam: IAMClient,
  settings: ClientSettings,
  { accountId, planRole }: RecordsOwner,
  counter: CallCounter,
): Promise<Place> {
  const role = await findInAws(`look up the role ${planRole}`, noRole, async (): Promise<Role | undefined> => {
    return (await iam.send(new GetRoleCommand({ RoleName: planRole }))).Role;
  });
  if (role === undefined) {
    throw bucketMissing(`Account ${accountId} has no role ${planRole}, which knows the bucket of records.`);
  }
  const bucket = role.Tags?.find(({ Key }) => Key === recordsBucketTag)?.Value;
  if (bucket === undefined) {
    throw bucketMissing(`The role ${planRole} of account ${accountId} has no tag ${recordsBucketTag}.`);
  }
  const region = recordsRegion(bucket, accountId);
  if (region === undefined) {
    throw foreign(`The tag ${recordsBucketTag} of the role ${planRole} names ${bucket}, no bucket of ${accountId}.`);
  }
  const client = counted(new S3Client({ ...settings, region, forcePathStyle: true }), counter);
  return { bucket, owner: accountId, client };
}

/**
 * Writes under a condition; S3 answers 412 when it does not hold, 409 when another write got in between, and 404 when there
 * is nothing to replace (Amazon S3 user guide, "How to prevent object overwrites with conditional writes").
 * @returns the content's etag; undefined when the condition did not hold
 */
async function put(
  place: Place,
  key: string,
  body: string,
  condition: { IfNoneMatch: string } | { IfMatch: string },
): Promise<string | undefined> {
  const bytes = Buffer.from(body, 'utf8');
  if (bytes.byteLength > largestBody) throw tooLarge(key, bytes.byteLength);
  const { bucket: Bucket, owner: ExpectedBucketOwner, client } = place;
  return inBucket(place, `write ${key}`, async () => {
    const input = { Bucket, ExpectedBucketOwner, Key: key, Body: bytes, ContentType: 'application/json', ...condition };
    try {
      const { ETag } = await client.send(new PutObjectCommand(input));
      if (ETag === undefined) throw unreadable(key, 'AWS gave no etag');
      return ETag;
    } catch (error) {
      const unheld = ['PreconditionFailed', 'ConditionalRequestConflict', 'OperationAborted', 'NoSuchKey'];
      if (!isAwsError(error, ...unheld)) throw error;
      // The answer to an earlier try of this very request may have been lost; then the content is ours.
      const found = attemptsOf(error) > 1 ? await get(place, key) : undefined;
      return found?.body === body ? found.etag : undefined;
    }
  });
}

function attemptsOf(error: unknown): number {
  if (!(error instanceof Error)) return 1;
  const details: { name: string; $metadata?: { attempts?: unknown } } = error;
  return typeof details.$metadata?.attempts === 'number' ? details.$metadata.attempts : 1;
}

async function get(place: Place, key: string): Promise<RecordContent | undefined> {
  const { bucket: Bucket, owner: ExpectedBucketOwner, client } = place;
  return inBucket(place, `read ${key}`, async () => {
    try {
      const answer = await client.send(new GetObjectCommand({ Bucket, ExpectedBucketOwner, Key: key }));
      return await contentOf(key, answer);
    } catch (error) {
      if (isAwsError(error, 'NoSuchKey')) return undefined;
      throw error;
    }
  });
}

async function contentOf(key: string, answer: GetObjectCommandOutput): Promise<RecordContent> {
  const { Body, ContentLength = 0, ETag, LastModified } = answer;
  if (!(Body instanceof Readable)) throw unreadable(key, 'AWS sent no content');
  if (ContentLength > largestBody) {
    Body.destroy();
    throw tooLarge(key, ContentLength);
  }
  if (ETag === undefined || LastModified === undefined) throw unreadable(key, 'AWS gave no etag or time');
  const bytes = await bytesOf(key, Body);
  return { key, writtenAt: LastModified, size: bytes.byteLength, body: textOf(key, bytes), etag: ETag };
}

/** What a stream gives, as long as that is not too much and does not take too long. */
async function bytesOf(key: string, stream: Readable): Promise<Buffer> {
  const late = Object.assign(new Error('The content did not come in time.'), { name: 'TimeoutError' });
  const timer = setTimeout(() => stream.destroy(late), longestBody);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > largestBody) throw tooLarge(key, size);
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
  }
}

function textOf(key: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(key, 'it is no UTF-8 text', cause);
  }
}

/** S3 lists in the order of the keys' bytes. A list that may not be whole is none. */
async function list(place: Place, prefix: string): Promise<RecordEntry[]> {
  const { bucket: Bucket, owner: ExpectedBucketOwner, client } = place;
  return inBucket(place, `list ${prefix}`, async () => {
    const entries: RecordEntry[] = [];
    let token: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const input = { Bucket, ExpectedBucketOwner, Prefix: prefix, ContinuationToken: token };
      const { Contents = [], IsTruncated, NextContinuationToken } = await client.send(new ListObjectsV2Command(input));
      for (const { Key, LastModified, Size } of Contents) {
        if (Key === undefined || LastModified === undefined) throw unreadable(prefix, 'AWS gave no key or time');
        entries.push({ key: Key, writtenAt: LastModified, size: Size ?? 0 });
      }
      if (entries.length > mostEntries) break;
      if (IsTruncated !== true) return entries;
      if (NextContinuationToken === undefined) throw unreadable(prefix, 'AWS did not say how the list goes on');
      token = NextContinuationToken;
    }
    throw new Failure({
      code: 'RecordsTooMany',
      source: 'product',
      message: `More than ${mostEntries} objects are below ${prefix} in bucket ${Bucket}.`,
      hint: 'An administrator of the account can move old ones away once their Object Lock has ended.',
    });
  });
}

/** Runs requests to the bucket and says whose fault a refusal is. */
async function inBucket<T>(place: Place, action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAwsError(error, 'NoSuchBucket')) throw bucketGone(place);
    const failure = toAwsFailure(error, `${action} in bucket ${place.bucket}`);
    throw failure.code === 'AccessDenied' ? await refusal(place, failure) : failure;
  }
}

/**
 * S3 answers 403 to everything in a bucket that has another owner than the expected one (Amazon S3 user guide, "Verifying
 * bucket ownership"), and to what the role may not. Every role of ours may at least ask whether the bucket is there.
 */
async function refusal(place: Place, denied: Failure): Promise<Failure> {
  const { bucket: Bucket, owner: ExpectedBucketOwner, client } = place;
  const asked = new HeadBucketCommand({ Bucket, ExpectedBucketOwner });
  try {
    const found = await findInAws(`look for bucket ${Bucket}`, noBucket, () => client.send(asked));
    return found === undefined ? bucketGone(place) : denied;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'AccessDenied') return denied;
    return foreign(
      `Bucket ${Bucket} does not open to account ${ExpectedBucketOwner}: it belongs to another account, or the role in use is none of those that may see it.`,
      denied,
    );
  }
}

const remedy = 'Run `npx opensarlab bootstrap` with an administrator’s credentials for the account.';

function bucketMissing(message: string): Failure {
  return new Failure({ code: 'RecordsBucketMissing', source: 'aws', message, hint: remedy });
}

function bucketGone({ bucket, owner }: Place): Failure {
  return bucketMissing(`The bucket of records ${bucket} of account ${owner} is gone.`);
}

function foreign(message: string, cause?: unknown): Failure {
  return new Failure({ code: 'RecordsBucketForeign', source: 'aws', message, hint: remedy, cause });
}

function exists(key: string): Failure {
  return new Failure({
    code: 'RecordExists',
    source: 'aws',
    message: `${key} is written already; it is written once.`,
    hint: 'Run the workflow again: a new attempt has a name of its own.',
  });
}

function changed(key: string): Failure {
  return new Failure({
    code: 'RecordChanged',
    source: 'aws',
    message: `Somebody else wrote ${key} meanwhile.`,
    hint: 'Run again; what is there now is read first.',
  });
}

function tooLarge(key: string, bytes: number): Failure {
  return new Failure({
    code: 'RecordTooLarge',
    source: 'product',
    message: `${key} has ${bytes} bytes or more; records have ${largestBody} at most.`,
  });
}

function unreadable(key: string, why: string, cause?: unknown): Failure {
  return new Failure({ code: 'RecordUnreadable', source: 'aws', message: `${key} cannot be used: ${why}.`, cause });
}
