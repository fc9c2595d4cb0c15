import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../../service.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../../world.ts';

/** One version of an object, or a delete marker (docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html). */
export type ObjectVersion = {
  /** `null` while the bucket's versioning was never enabled or is suspended (AmazonS3 userguide, Versioning). */
  versionId: string;
  deleteMarker: boolean;
  body: Uint8Array;
  etag: string;
  lastModified: Date;
  contentType: string | undefined;
  metadata: Readonly<Record<string, string>>;
};

export type Bucket = {
  name: string;
  region: string;
  createdAt: Date;
  versioning: 'Enabled' | 'Suspended' | undefined;
  tags: Record<string, string>;
  /** The bucket policy's JSON text. */
  policy: string | undefined;
  /** Per key, the newest version first. */
  objects: Map<string, ObjectVersion[]>;
  /** Multipart uploads that were begun and neither completed nor aborted. */
  uploads: Map<string, { key: string; initiated: Date }>;
};

/** Bucket names are unique in all regions: one state for the whole world. */
export const s3State: StateKey<Map<string, Bucket>> = { id: 's3', create: () => new Map() };

/** All buckets of the account, by name. */
export const allBuckets = (world: AwsWorld): Map<string, Bucket> => world.state(s3State, GLOBAL);

/**
 * The bucket of that name.
 * @throws AwsError NoSuchBucket (404), or PermanentRedirect (301) when the request was signed for another region
 */
export function findBucket(world: AwsWorld, region: string, name: string | undefined): Bucket {
  const bucket = allBuckets(world).get(name ?? '');
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (bucket.region !== region) {
    throw new AwsError(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
        'Please send all future requests to this endpoint.',
      301,
    );
  }
  return bucket;
}

/**
 * Bucket naming rules (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html): 3 to 63 lower-case
 * letters, digits, dots and hyphens, letter or digit at both ends, no two dots together, no IP address.
 * @throws AwsError InvalidBucketName, BucketAlreadyOwnedByYou
 */
export function makeBucket(world: AwsWorld, region: string, name: string): Bucket {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..') || /^\d+(\.\d+){3}$/.test(name)) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  }
  if (allBuckets(world).has(name)) {
    throw new AwsError(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      409,
    );
  }
  const bucket: Bucket = {
    name,
    region,
    createdAt: world.clock.now(),
    versioning: undefined,
    tags: {},
    policy: undefined,
    objects: new Map(),
    uploads: new Map(),
  };
  allBuckets(world).set(name, bucket);
  return bucket;
}

/**
 * Removes an empty bucket. Object versions and delete markers count as content (API_DeleteBucket.html).
 * @throws AwsError BucketNotEmpty (409)
 */
export function removeBucket(world: AwsWorld, bucket: Bucket): void {
  if (bucket.objects.size > 0) {
    const hint = bucket.versioning ? ' You must delete all versions in the bucket.' : '';
    throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty.${hint}`, 409);
  }
  allBuckets(world).delete(bucket.name);
}

/** Stores one object, as a new version when the bucket keeps versions. */
export function storeObject(
  world: AwsWorld,
  bucket: Bucket,
  object: { key: string; body: Uint8Array; contentType?: string | undefined; metadata?: Record<string, string> },
): ObjectVersion {
  const version: ObjectVersion = {
    versionId: newVersionId(bucket),
    deleteMarker: false,
    body: object.body,
    etag: `"${createHash('md5').update(object.body).digest('hex')}"`,
    lastModified: world.clock.now(),
    contentType: object.contentType,
    metadata: object.metadata ?? {},
  };
  addVersion(bucket, object.key, version);
  return version;
}

/** The current version of an object; undefined when there is none or it is a delete marker. */
export function currentObject(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = bucket.objects.get(key)?.[0];
  return newest?.deleteMarker ? undefined : newest;
}

/** What a delete did, as DeleteObject and DeleteObjects report it. */
export type Deletion = { deleteMarker: boolean; versionId: string | undefined };

/**
 * Deletes one version, or without `versionId` the object: in a bucket with versioning that only adds a delete marker.
 * Deleting what does not exist succeeds (API_DeleteObject.html).
 */
export function deleteObject(world: AwsWorld, bucket: Bucket, key: string, versionId: string | undefined): Deletion {
  if (versionId !== undefined) {
    const removed = removeVersion(bucket, key, versionId);
    return { deleteMarker: removed?.deleteMarker ?? false, versionId };
  }
  if (!bucket.versioning) {
    bucket.objects.delete(key);
    return { deleteMarker: false, versionId: undefined };
  }
  const marker: ObjectVersion = {
    versionId: newVersionId(bucket),
    deleteMarker: true,
    body: new Uint8Array(),
    etag: '',
    lastModified: world.clock.now(),
    contentType: undefined,
    metadata: {},
  };
  addVersion(bucket, key, marker);
  return { deleteMarker: true, versionId: marker.versionId };
}

const newVersionId = (bucket: Bucket): string =>
  bucket.versioning === 'Enabled' ? randomBytes(16).toString('hex') : 'null';

/** A version with the id `null` replaces the one that had it. */
function addVersion(bucket: Bucket, key: string, version: ObjectVersion): void {
  const others = (bucket.objects.get(key) ?? []).filter((old) => old.versionId !== version.versionId);
  bucket.objects.set(key, [version, ...others]);
}

function removeVersion(bucket: Bucket, key: string, versionId: string): ObjectVersion | undefined {
  const versions = bucket.objects.get(key) ?? [];
  const rest = versions.filter((version) => version.versionId !== versionId);
  if (rest.length === 0) bucket.objects.delete(key);
  else bucket.objects.set(key, rest);
  return versions.find((version) => version.versionId === versionId);
}
