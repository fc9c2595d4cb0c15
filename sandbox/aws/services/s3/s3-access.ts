import type { AccessRequest, PlannedCall } from '../../service.ts';
import { resourcePolicyOf } from './bucket-policy.ts';
import { allBuckets, type Bucket, currentObject } from './s3-state.ts';

/**
 * Operations whose action has another name (Service Authorization Reference, "Actions, resources, and condition keys for
 * Amazon S3"). An operation that is not here is checked as the action of its own name.
 */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadBucket: 'ListBucket',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  DeleteBucketTagging: 'PutBucketTagging',
  GetBucketReplication: 'GetReplicationConfiguration',
  PutBucketReplication: 'PutReplicationConfiguration',
  HeadObject: 'GetObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListParts: 'ListMultipartUploadParts',
};

/** Actions that have another name when the request is about one version (same reference). */
const OF_A_VERSION: ReadonlySet<string> = new Set([
  ...['GetObject', 'DeleteObject', 'GetObjectTagging', 'PutObjectTagging', 'DeleteObjectTagging'],
  ...['GetObjectAcl', 'PutObjectAcl', 'GetObjectAttributes'],
]);
const versioned = (action: string): string => action.replace(/^((?:Get|Put|Delete)Object)/, '$1Version');

/** Requests of these complete an object; the others of a multipart upload take no conditions (conditional-writes-enforce.html). */
const CREATING: ReadonlySet<string> = new Set(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);

const READING: ReadonlySet<string> = new Set(['GetObject', 'HeadObject', 'GetObjectTagging', 'GetObjectRetention']);

/** Request members that are condition keys (same reference, "Condition keys for Amazon S3"). */
const CONDITION_KEYS: Readonly<Record<string, string>> = {
  ACL: 's3:x-amz-acl',
  Delimiter: 's3:delimiter',
  MaxKeys: 's3:max-keys',
  Prefix: 's3:prefix',
  IfMatch: 's3:if-match',
  IfNoneMatch: 's3:if-none-match',
  ObjectLockMode: 's3:object-lock-mode',
  ObjectLockLegalHoldStatus: 's3:object-lock-legal-hold',
  ServerSideEncryption: 's3:x-amz-server-side-encryption',
  SSEKMSKeyId: 's3:x-amz-server-side-encryption-aws-kms-key-id',
  StorageClass: 's3:x-amz-storage-class',
  VersionId: 's3:VersionId',
};

const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;
const objectArn = (bucket: string, key: string): string => `${bucketArn(bucket)}/${key}`;

/**
 * What IAM and the bucket's policy are asked before an operation. A bucket that does not exist, or is in another region,
 * is told even to those who may do nothing, so nothing is asked then.
 */
export function s3Access(call: PlannedCall): AccessRequest[] {
  const { operation, input, context } = call;
  if (operation === 'ListBuckets') return [{ action: 's3:ListAllMyBuckets', resource: bucketArn('*') }];
  const name = text(input['Bucket']) ?? '';
  if (operation === 'CreateBucket') return creationAccess(name, input, context.region);
  const bucket = allBuckets(context.world).get(name);
  if (!bucket || bucket.region !== context.region) return [];
  // Asked for each key by the operation itself: one that is refused does not stop the others.
  if (operation === 'DeleteObjects') return [];
  const key = text(input['Key']);
  if (key === undefined) {
    return [on(bucket, ACTIONS[operation] ?? operation, undefined, conditionsOf(call))];
  }
  if (operation === 'DeleteObject') {
    const [versionId, ifMatch, bypass] = [
      text(input['VersionId']),
      text(input['IfMatch']),
      input['BypassGovernanceRetention'] === true,
    ];
    return deletionAccess(bucket, { key, versionId, ifMatch, bypass });
  }
  return objectAccess(bucket, key, call);
}

/** With a lock, its configuration and versioning are set as well (API_CreateBucket.html, "Permissions"). */
function creationAccess(name: string, input: PlannedCall['input'], region: string): AccessRequest[] {
  const actions = [
    'CreateBucket',
    ...(input['ObjectLockEnabledForBucket'] === true
      ? ['PutBucketObjectLockConfiguration', 'PutBucketVersioning']
      : []),
    ...(input['ObjectOwnership'] === undefined ? [] : ['PutBucketOwnershipControls']),
  ];
  const context = { 's3:locationconstraint': region };
  return actions.map((action) => ({ action: `s3:${action}`, resource: bucketArn(name), context }));
}

/**
 * The permissions to delete an object or one of its versions. To compare an ETag is to read
 * (AmazonS3 userguide, conditional-deletes.html), and to bypass a retention is a permission of its own, which a role must
 * have even where the sandbox does not enforce identity policies (object-lock.html, "Governance mode").
 */
export function deletionAccess(
  bucket: Bucket,
  wanted: { key: string; versionId: string | undefined; ifMatch: string | undefined; bypass: boolean | undefined },
): AccessRequest[] {
  const { key, versionId, ifMatch, bypass } = wanted;
  const context = { 's3:if-match': ifMatch, 's3:VersionId': versionId };
  return [
    on(bucket, versionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion', key, context),
    ...(ifMatch === undefined || ifMatch === '*' ? [] : [on(bucket, 'GetObject', key)]),
    ...(bypass ? [bypassAccess(bucket, key)] : []),
  ];
}

const bypassAccess = (bucket: Bucket, key: string): AccessRequest => ({
  ...on(bucket, 'BypassGovernanceRetention', key),
  alwaysEnforced: true,
});

function objectAccess(bucket: Bucket, key: string, call: PlannedCall): AccessRequest[] {
  const { operation, input } = call;
  const action = ACTIONS[operation] ?? operation;
  const ofVersion = input['VersionId'] !== undefined && OF_A_VERSION.has(action);
  const needed = [on(bucket, ofVersion ? versioned(action) : action, key, conditionsOf(call))];
  if (action === 'PutObject') needed.push(...writeAccess(bucket, key, call));
  if (input['BypassGovernanceRetention'] === true) needed.push(bypassAccess(bucket, key));
  // Who may not list the bucket is not told that a key is missing: 403 instead of 404 (API_GetObject.html, "Permissions").
  if (READING.has(operation) && input['VersionId'] === undefined && !currentObject(bucket, key)) {
    needed.push(on(bucket, 'ListBucket', undefined));
  }
  return needed;
}

/** What else a write needs for what it sets (API_PutObject.html, "Permissions"; conditional-writes.html). */
function writeAccess(bucket: Bucket, key: string, { operation, input, context }: PlannedCall): AccessRequest[] {
  const also = (action: string, wanted: boolean): AccessRequest[] => (wanted ? [on(bucket, action, key)] : []);
  const source = text(input['CopySource'])?.replace(/^\//, '').split('?')[0];
  const [sourceBucket = '', ...rest] = decodeURIComponent(source ?? '').split('/');
  const from = allBuckets(context.world).get(sourceBucket);
  return [
    ...also('PutObjectTagging', input['Tagging'] !== undefined),
    ...also('PutObjectAcl', input['ACL'] !== undefined),
    ...also('PutObjectRetention', input['ObjectLockMode'] !== undefined),
    ...also('PutObjectLegalHold', input['ObjectLockLegalHoldStatus'] !== undefined),
    ...also('GetObject', input['IfMatch'] !== undefined),
    ...(operation === 'CopyObject' && from ? [on(from, 'GetObject', rest.join('/'))] : []),
  ];
}

function conditionsOf({ operation, input, context }: PlannedCall): NonNullable<AccessRequest['context']> {
  const members = Object.entries(CONDITION_KEYS).flatMap(([member, key]) => {
    const value = input[member];
    return typeof value === 'string' || typeof value === 'number' ? [[key, String(value)] as const] : [];
  });
  const until = input['ObjectLockRetainUntilDate'];
  const lock =
    until instanceof Date
      ? {
          's3:object-lock-retain-until-date': until.toISOString(),
          's3:object-lock-remaining-retention-days': String(
            Math.ceil((until.getTime() - context.world.clock.now().getTime()) / 86_400_000),
          ),
        }
      : {};
  const writes = ACTIONS[operation] === 'PutObject' || operation === 'PutObject';
  return {
    ...Object.fromEntries(members),
    ...lock,
    ...(writes ? { 's3:ObjectCreationOperation': String(CREATING.has(operation)) } : {}),
  };
}

function on(
  bucket: Bucket,
  action: string,
  key: string | undefined,
  context: AccessRequest['context'] = {},
): AccessRequest {
  return {
    action: `s3:${action}`,
    resource: key === undefined ? bucketArn(bucket.name) : objectArn(bucket.name, key),
    context: { 's3:ResourceAccount': bucket.owner, ...context },
    resourcePolicy: resourcePolicyOf(bucket),
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
