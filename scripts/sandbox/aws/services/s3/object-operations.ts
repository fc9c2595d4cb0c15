import { randomBytes } from 'node:crypto';
import type {
  AbortMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  CreateMultipartUploadCommandOutput,
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
  GetObjectCommandInput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { type Bucket, currentObject, deleteObject, findBucket, type ObjectVersion, storeObject } from './s3-state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** API_DeleteObjects.html: "up to 1000 keys" */
const MAXIMUM_BATCH = 1000;

async function putObject(input: PutObjectCommandInput, context: CallContext): Promise<Output<PutObjectCommandOutput>> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const key = requireKey(input.Key);
  if (input.IfNoneMatch === '*' && currentObject(bucket, key)) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
  const version = storeObject(context.world, bucket, {
    key,
    body: await bytesOf(input.Body),
    contentType: input.ContentType,
    metadata: input.Metadata ?? {},
  });
  return { ETag: version.etag, ...versionField(version) };
}

function getObject(input: GetObjectCommandInput, context: CallContext): object {
  if (input.Range !== undefined) throw new AwsError('NotImplemented', 'The sandbox has no ranged GetObject.', 501);
  const version = findVersion(findBucket(context.world, context.region, input.Bucket), input.Key, input.VersionId);
  return { ...describe(version), Body: version.body };
}

/** HEAD answers have no body, so a missing key is the bare code 404 (API_HeadObject.html). */
function headObject(input: HeadObjectCommandInput, context: CallContext): Output<HeadObjectCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  try {
    return describe(findVersion(bucket, input.Key, input.VersionId));
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) throw new AwsError('NotFound', 'Not Found', 404);
    throw error;
  }
}

function deleteOne(input: DeleteObjectCommandInput, context: CallContext): Output<DeleteObjectCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const deletion = deleteObject(context.world, bucket, requireKey(input.Key), input.VersionId);
  return {
    ...(deletion.deleteMarker ? { DeleteMarker: true } : {}),
    ...(deletion.versionId === undefined ? {} : { VersionId: deletion.versionId }),
  };
}

/** At most 1,000 keys a call; more, or none, is a malformed request (API_DeleteObjects.html). */
function deleteMany(input: DeleteObjectsCommandInput, context: CallContext): Output<DeleteObjectsCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > MAXIMUM_BATCH) {
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const deleted = objects.map((object) => {
    const deletion = deleteObject(context.world, bucket, requireKey(object.Key), object.VersionId);
    return {
      Key: object.Key,
      ...(object.VersionId === undefined ? {} : { VersionId: object.VersionId }),
      ...(deletion.deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: deletion.versionId } : {}),
    };
  });
  return input.Delete?.Quiet ? {} : { Deleted: deleted };
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

function findVersion(bucket: Bucket, key: string | undefined, versionId: string | undefined): ObjectVersion {
  const versions = bucket.objects.get(requireKey(key)) ?? [];
  const version = versionId === undefined ? versions[0] : versions.find((each) => each.versionId === versionId);
  if (versionId !== undefined && !version) {
    throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
  }
  if (versionId !== undefined && version?.deleteMarker) {
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  }
  if (!version || version.deleteMarker) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  return version;
}

function describe(version: ObjectVersion): Output<HeadObjectCommandOutput> {
  return {
    ETag: version.etag,
    LastModified: version.lastModified,
    ContentLength: version.body.byteLength,
    ContentType: version.contentType ?? 'binary/octet-stream',
    Metadata: { ...version.metadata },
    ...versionField(version),
  };
}

const versionField = (version: ObjectVersion): { VersionId?: string } =>
  version.versionId === 'null' ? {} : { VersionId: version.versionId };

/** Object keys are 1 to 1,024 bytes of UTF-8 (AmazonS3 userguide, object-keys.html). */
function requireKey(key: string | undefined): string {
  const length = Buffer.byteLength(key ?? '');
  if (key === undefined || length === 0) throw new AwsError('InvalidArgument', 'The object key is missing.');
  if (length > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
  return key;
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

/** S3's operations on objects and multipart uploads. */
export const objectOperations = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteOne,
  DeleteObjects: deleteMany,
  CreateMultipartUpload: createMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
} satisfies Record<string, Operation>;
