import { randomBytes } from 'node:crypto';
import type {
  AbortMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
  GetObjectCommandInput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { checkedChecksums } from './checksums.ts';
import { type Retention, readMode } from './object-lock.ts';
import { findVersion, requireKey, versionField } from './object-version.ts';
import { checkRead, checkWrite } from './preconditions.ts';
import { notUnderstood, s3Operation } from './s3-operation.ts';
import { type Bucket, findBucket, type ObjectVersion, storeObject } from './s3-state.ts';
import { readTaggingHeader } from './tag-set.ts';

type Output<T> = Omit<T, '$metadata'>;

/** Headers that S3 keeps with an object and gives back (UsingMetadata.html, "System-defined object metadata"). */
const KEPT_HEADERS = ['CacheControl', 'ContentDisposition', 'ContentEncoding', 'ContentLanguage'] as const;

async function putObject(input: PutObjectCommandInput, context: CallContext): Promise<Output<PutObjectCommandOutput>> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const key = requireKey(input.Key);
  const body = await bytesOf(input.Body);
  const checksums = checkedChecksums(body, input);
  refuseForeignStorage(bucket, input);
  const retention = statedRetention(bucket, input, context.world.clock.now());
  const legalHold = input.ObjectLockLegalHoldStatus === 'ON';
  requireIntegrity(bucket, input, { checksums, locks: retention !== undefined || legalHold });
  const tags = readTaggingHeader(input.Tagging);
  // From here on nothing waits, so that of two conditional writes at once exactly one succeeds.
  checkWrite(bucket, key, input);
  const version = storeObject(context.world, bucket, {
    ...{ key, body, checksums, tags, legalHold, retention },
    headers: keptHeaders(input),
    contentType: input.ContentType,
    metadata: input.Metadata ?? {},
  });
  return { ETag: version.etag, ...checksums, ...encryptionOf(bucket), ...versionField(version) };
}

function keptHeaders(input: PutObjectCommandInput): ObjectVersion['headers'] {
  const kept = KEPT_HEADERS.flatMap((name) => {
    // S3 takes the transfer's own encoding off (sigv4-streaming.html).
    const value = input[name]?.replace(/(^|,\s*)aws-chunked\b/, '');
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(kept);
}

/** One storage class, and the bucket's encryption. */
function refuseForeignStorage(bucket: Bucket, { StorageClass, ServerSideEncryption }: PutObjectCommandInput): void {
  if (StorageClass !== undefined && StorageClass !== 'STANDARD') throw notUnderstood(`StorageClass ${StorageClass}`);
  if (ServerSideEncryption !== undefined && ServerSideEncryption !== bucket.encryption.algorithm) {
    throw notUnderstood(`ServerSideEncryption ${ServerSideEncryption} in a bucket with ${bucket.encryption.algorithm}`);
  }
}

/** API_PutObject.html, ObjectLockMode: mode and date belong together and need a bucket that can lock. */
function statedRetention(bucket: Bucket, input: PutObjectCommandInput, now: Date): Retention | undefined {
  const { ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus } = input;
  const stated = [ObjectLockMode, ObjectLockRetainUntilDate].filter((value) => value !== undefined);
  if (stated.length + (ObjectLockLegalHoldStatus === undefined ? 0 : 1) > 0 && !bucket.objectLock) {
    throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  }
  if (stated.length === 0) return undefined;
  const mode = readMode(ObjectLockMode);
  if (stated.length === 1) {
    const message = 'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied';
    throw new AwsError('InvalidArgument', message);
  }
  if (mode === undefined || !ObjectLockRetainUntilDate)
    throw new AwsError('InvalidArgument', 'Unknown wormMode directive.');
  if (ObjectLockRetainUntilDate <= now) {
    throw new AwsError('InvalidArgument', 'The retain until date must be in the future!');
  }
  return { mode, until: ObjectLockRetainUntilDate };
}

/**
 * "The Content-MD5 or x-amz-sdk-checksum-algorithm header is required for any request to upload an object with a
 * retention period configured using Amazon S3 Object Lock" (API_PutObject.html), by the bucket's default too
 * (github.com/versity/versitygw/issues/1740).
 */
function requireIntegrity(
  { objectLock }: Bucket,
  { ContentMD5 }: PutObjectCommandInput,
  { checksums, locks }: { checksums: object; locks: boolean },
): void {
  const retained = locks || objectLock?.defaultRetention !== undefined;
  if (!retained || ContentMD5 !== undefined || Object.keys(checksums).length > 0) return;
  throw new AwsError(
    'InvalidRequest',
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  );
}

function getObject(input: GetObjectCommandInput, context: CallContext): object {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const version = findVersion(bucket, input.Key, input.VersionId);
  checkRead(version, input);
  return { ...describe(bucket, version, input), Body: version.body };
}

/** HEAD answers have no body, so a missing key is the bare code 404 (API_HeadObject.html). */
function headObject(input: HeadObjectCommandInput, context: CallContext): Output<HeadObjectCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  try {
    const version = findVersion(bucket, input.Key, input.VersionId);
    checkRead(version, input);
    return describe(bucket, version, input);
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) throw new AwsError('NotFound', 'Not Found', 404);
    throw error;
  }
}

function describe(
  bucket: Bucket,
  version: ObjectVersion,
  { ChecksumMode }: Pick<HeadObjectCommandInput, 'ChecksumMode'>,
): Output<HeadObjectCommandOutput> {
  const { retention, legalHold, tags, checksums } = version;
  const hasChecksum = ChecksumMode === 'ENABLED' && Object.keys(checksums).length > 0;
  const tagCount = Object.keys(tags).length;
  return {
    ETag: version.etag,
    LastModified: version.lastModified,
    ContentLength: version.body.byteLength,
    ContentType: version.contentType ?? 'binary/octet-stream',
    Metadata: { ...version.metadata },
    ...version.headers,
    ...encryptionOf(bucket),
    ...(hasChecksum ? { ...checksums, ChecksumType: 'FULL_OBJECT' as const } : {}),
    ...(tagCount > 0 ? { TagCount: tagCount } : {}),
    ...(retention ? { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.until } : {}),
    ...(legalHold ? { ObjectLockLegalHoldStatus: 'ON' as const } : {}),
    ...versionField(version),
  };
}

function encryptionOf({ encryption: { algorithm, keyId } }: Bucket): Partial<PutObjectCommandOutput> {
  return { ServerSideEncryption: algorithm, ...(keyId === undefined ? {} : { SSEKMSKeyId: keyId }) };
}

function createMultipartUpload(
  input: CreateMultipartUploadCommandInput,
  context: CallContext,
): Output<CreateMultipartUploadCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const key = requireKey(input.Key);
  const UploadId = randomBytes(16).toString('hex');
  bucket.uploads.set(UploadId, { key, initiated: context.world.clock.now() });
  return { Bucket: bucket.name, Key: key, UploadId };
}

function abortMultipartUpload(input: AbortMultipartUploadCommandInput, context: CallContext): object {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const upload = bucket.uploads.get(input.UploadId ?? '');
  if (upload?.key !== input.Key || !bucket.uploads.delete(input.UploadId ?? '')) {
    throw new AwsError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or ' +
        'completed.',
      404,
    );
  }
  return {};
}

/** A request body as the codec or a direct caller hands it over: bytes, text, or a stream of bytes. */
async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** S3's operations that write and read objects, and those on multipart uploads, which here never become objects. */
export const objectOperations = {
  PutObject: s3Operation(putObject),
  GetObject: s3Operation(getObject),
  HeadObject: s3Operation(headObject),
  CreateMultipartUpload: s3Operation(createMultipartUpload),
  AbortMultipartUpload: s3Operation(abortMultipartUpload),
} satisfies Record<string, Operation>;
