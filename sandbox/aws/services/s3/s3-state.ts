import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../../service.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../../world.ts';
import { defaultRetention, type ObjectLock, type Retention, refuseLocked } from './object-lock.ts';

/** One version of an object, or a delete marker (docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html). */
export type ObjectVersion = {
  /** `null` while the bucket's versioning was never enabled or is suspended (AmazonS3 userguide, Versioning). */
  versionId: string;
  deleteMarker: boolean;
  body: Uint8Array;
  /** MD5 of the content in quotes, as of an object in one part with SSE-S3 (API_Object.html, ETag). */
  etag: string;
  /** Whole seconds: the HTTP date that it is sent as has no fractions. */
  lastModified: Date;
  contentType: string | undefined;
  /** `Cache-Control` and the like, by the API's member. */
  headers: Readonly<Record<string, string | Date>>;
  metadata: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** By the API's member, e.g. `ChecksumCRC32`: base64. */
  checksums: Readonly<Record<string, string>>;
  retention: Retention | undefined;
  legalHold: boolean;
};

/** Switches of PublicAccessBlockConfiguration; all are on for new buckets since April 2023 (create-bucket-faq.html). */
export type PublicAccessBlock = {
  BlockPublicAcls: boolean;
  IgnorePublicAcls: boolean;
  BlockPublicPolicy: boolean;
  RestrictPublicBuckets: boolean;
};

export type Bucket = {
  name: string;
  region: string;
  /** Account number: names are shared by all accounts. */
  owner: string;
  createdAt: Date;
  versioning: 'Enabled' | 'Suspended' | undefined;
  tags: Record<string, string>;
  /** The bucket policy's JSON text. */
  policy: string | undefined;
  /** Undefined until the bucket can lock versions; then for ever. */
  objectLock: ObjectLock | undefined;
  publicAccessBlock: PublicAccessBlock | undefined;
  /** SSE-S3 unless told otherwise (default-bucket-encryption.html). */
  encryption: { algorithm: 'AES256' | 'aws:kms'; keyId: string | undefined; bucketKey: boolean };
  ownership: string;
  /** The rules as GetBucketLifecycleConfiguration shows them; the sandbox expires nothing. */
  lifecycle: readonly object[] | undefined;
  /** Per key, the newest version first. */
  objects: Map<string, ObjectVersion[]>;
  /** Multipart uploads that were begun and neither completed nor aborted. */
  uploads: Map<string, { key: string; initiated: Date }>;
};

/** Bucket names are unique in all regions and accounts: one state for the whole world. */
const s3State: StateKey<Map<string, Bucket>> = { id: 's3', create: () => new Map() };

/** All buckets there are, by name; a test may have given some to other accounts. */
export const allBuckets = (world: AwsWorld): Map<string, Bucket> => world.state(s3State, GLOBAL);

/** The buckets of an account. */
export const bucketsOf = (world: AwsWorld, owner: string): Bucket[] =>
  [...allBuckets(world).values()].filter((bucket) => bucket.owner === owner);

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
 * @param owner account number
 * @throws AwsError InvalidBucketName, BucketAlreadyOwnedByYou, BucketAlreadyExists (API_CreateBucket.html, "Errors")
 */
export function makeBucket(world: AwsWorld, region: string, name: string, owner = world.accountId): Bucket {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..') || /^\d+(\.\d+){3}$/.test(name)) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  }
  refuseTaken(allBuckets(world).get(name), owner);
  const bucket: Bucket = {
    ...{ name, region, owner, createdAt: world.clock.now() },
    ...{ versioning: undefined, tags: {}, policy: undefined, objectLock: undefined, lifecycle: undefined },
    publicAccessBlock: blockAll,
    encryption: { algorithm: 'AES256', keyId: undefined, bucketKey: false },
    ownership: 'BucketOwnerEnforced',
    objects: new Map(),
    uploads: new Map(),
  };
  allBuckets(world).set(name, bucket);
  return bucket;
}

const blockAll: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

function refuseTaken(existing: Bucket | undefined, owner: string): void {
  if (existing === undefined) return;
  if (existing.owner === owner) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new AwsError('BucketAlreadyOwnedByYou', message, 409);
  }
  throw new AwsError(
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please ' +
      'select a different name and try again.',
    409,
  );
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

/** What a writer says about a new object; the rest is the bucket's. */
export type NewObject = { key: string; body: Uint8Array } & Partial<
  Pick<ObjectVersion, 'contentType' | 'headers' | 'metadata' | 'tags' | 'checksums' | 'retention' | 'legalHold'>
>;

/** Stores one object, as a new version when the bucket keeps versions, locked as the bucket's default says. */
export function storeObject(world: AwsWorld, bucket: Bucket, object: NewObject): ObjectVersion {
  const now = world.clock.now();
  const version: ObjectVersion = {
    versionId: newVersionId(bucket),
    deleteMarker: false,
    body: object.body,
    etag: `"${createHash('md5').update(object.body).digest('hex')}"`,
    lastModified: wholeSeconds(now),
    contentType: object.contentType,
    headers: object.headers ?? {},
    metadata: object.metadata ?? {},
    tags: object.tags ?? {},
    checksums: object.checksums ?? {},
    retention: object.retention ?? defaultRetention(bucket, now),
    legalHold: object.legalHold ?? false,
  };
  addVersion(bucket, object.key, version);
  return version;
}

const wholeSeconds = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** The current version of an object; undefined when there is none or it is a delete marker. */
export function currentObject(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = bucket.objects.get(key)?.[0];
  return newest?.deleteMarker ? undefined : newest;
}

/** What a delete did, as DeleteObject and DeleteObjects report it. */
export type Deletion = { deleteMarker: boolean; versionId: string | undefined };

/**
 * Deletes one version, or without `versionId` the object: in a bucket with versioning that only adds a delete marker,
 * whether or not the version below it is locked. Deleting what does not exist succeeds (API_DeleteObject.html).
 * @param options.bypassGovernance the request says so, and its permission has been checked
 * @throws AwsError AccessDenied when the version is locked
 */
export function deleteObject(
  world: AwsWorld,
  bucket: Bucket,
  key: string,
  options: { versionId?: string | undefined; bypassGovernance?: boolean } = {},
): Deletion {
  const { versionId, bypassGovernance = false } = options;
  if (versionId !== undefined) {
    const removed = removeVersion(bucket, key, versionId, (version) =>
      refuseLocked(version, world.clock.now(), bypassGovernance),
    );
    return { deleteMarker: removed?.deleteMarker ?? false, versionId };
  }
  if (!bucket.versioning) {
    bucket.objects.delete(key);
    return { deleteMarker: false, versionId: undefined };
  }
  const marker: ObjectVersion = {
    ...{ versionId: newVersionId(bucket), deleteMarker: true, body: new Uint8Array(), etag: '' },
    lastModified: wholeSeconds(world.clock.now()),
    ...{ contentType: undefined, headers: {}, metadata: {}, tags: {}, checksums: {} },
    ...{ retention: undefined, legalHold: false },
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

function removeVersion(
  bucket: Bucket,
  key: string,
  versionId: string,
  check: (version: ObjectVersion) => void,
): ObjectVersion | undefined {
  const versions = bucket.objects.get(key) ?? [];
  const removed = versions.find((version) => version.versionId === versionId);
  if (removed && !removed.deleteMarker) check(removed);
  const rest = versions.filter((version) => version !== removed);
  if (rest.length === 0) bucket.objects.delete(key);
  else bucket.objects.set(key, rest);
  return removed;
}
