import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { setBucketPolicy } from './bucket-policy.ts';
import { type EncryptionRule, setEncryption, setPublicAccessBlock, setVersioning } from './bucket-settings.ts';
import { lockBucket, type ObjectLockSettings, readObjectLock } from './object-lock.ts';
import { allBuckets, type Bucket, findBucket, makeBucket, removeBucket } from './s3-state.ts';

function createBucket(request: CreateRequest): ResourceState {
  refuseProperties('AWS::S3::Bucket', request.properties, UNSUPPORTED);
  refusePublicAcl(request.properties);
  const { BucketName } = request.properties;
  const name = typeof BucketName === 'string' ? BucketName : request.generateName({ maxLength: 63, lowerCase: true });
  const bucket = makeBucket(request.world, request.region, name);
  try {
    return bucketState(configure(bucket, request));
  } catch (error) {
    // CloudFormation removes a bucket that it could not finish.
    removeBucket(request.world, bucket);
    throw error;
  }
}

function updateBucket(request: UpdateRequest): ResourceState {
  refuseProperties('AWS::S3::Bucket', request.properties, UNSUPPORTED);
  refusePublicAcl(request.properties);
  return bucketState(configure(findBucket(request.world, request.region, request.physicalId), request));
}

/** A bucket that still holds objects, versions or delete markers fails the deletion with BucketNotEmpty. */
function deleteBucket(request: ExistingRequest): void {
  const bucket = allBuckets(request.world).get(request.physicalId);
  if (!bucket) return;
  if (bucket.owner !== request.world.accountId) throw new AwsError('AccessDenied', 'Access Denied', 403);
  removeBucket(request.world, bucket);
}

/** What S3 has and the sandbox's has not. */
const UNSUPPORTED = [
  ...['AbacStatus', 'AccelerateConfiguration', 'AnalyticsConfigurations', 'BucketNamePrefix', 'BucketNamespace'],
  ...['CorsConfiguration', 'IntelligentTieringConfigurations', 'InventoryConfigurations', 'LoggingConfiguration'],
  ...['MetadataConfiguration', 'MetadataTableConfiguration', 'MetricsConfigurations', 'NotificationConfiguration'],
  ...['ReplicationConfiguration', 'WebsiteConfiguration'],
];

type Properties = Readonly<Record<string, unknown>>;

/** Sets everything that the properties say; the specification has already checked their shapes. */
function configure(bucket: Bucket, { properties, stackTags }: CreateRequest | UpdateRequest): Bucket {
  configureVersions(bucket, properties);
  const encryption = properties['BucketEncryption'] as { ServerSideEncryptionConfiguration?: CfnRule[] } | undefined;
  setEncryption(bucket, encryption?.ServerSideEncryptionConfiguration?.map(encryptionRule) ?? [sseS3]);
  const block = properties['PublicAccessBlockConfiguration'] as Properties | undefined;
  if (block !== undefined) setPublicAccessBlock(bucket, block);
  const ownership = properties['OwnershipControls'] as { Rules?: { ObjectOwnership?: string }[] } | undefined;
  bucket.ownership = ownership?.Rules?.[0]?.ObjectOwnership ?? 'BucketOwnerEnforced';
  const lifecycle = properties['LifecycleConfiguration'] as { Rules?: Properties[] } | undefined;
  bucket.lifecycle = lifecycle?.Rules?.map(lifecycleRule);
  bucket.tags = mergeResourceTags(properties['Tags'], stackTags);
  return bucket;
}

function configureVersions(bucket: Bucket, properties: Properties): void {
  const versioning = properties['VersioningConfiguration'] as { Status?: 'Enabled' | 'Suspended' } | undefined;
  const lock = properties['ObjectLockConfiguration'] as ObjectLockSettings | undefined;
  if (String(properties['ObjectLockEnabled']) === 'true' && !bucket.objectLock) {
    bucket.versioning = 'Enabled';
    bucket.objectLock = { defaultRetention: undefined };
  }
  if (versioning?.Status !== undefined) setVersioning(bucket, versioning.Status);
  // A bucket that once kept versions can only be suspended, never unversioned (AmazonS3 userguide, Versioning.html).
  else if (bucket.versioning !== undefined && !bucket.objectLock) bucket.versioning = 'Suspended';
  if (lock !== undefined) lockBucket(bucket, readObjectLock(lock));
  else if (bucket.objectLock) bucket.objectLock = { defaultRetention: undefined };
}

type CfnRule = {
  BucketKeyEnabled?: unknown;
  ServerSideEncryptionByDefault?: { SSEAlgorithm?: string; KMSMasterKeyID?: string };
};
const sseS3: EncryptionRule = { algorithm: 'AES256', keyId: undefined, bucketKey: false };
const encryptionRule = ({ BucketKeyEnabled, ServerSideEncryptionByDefault: rule }: CfnRule): EncryptionRule => ({
  algorithm: rule?.SSEAlgorithm,
  keyId: rule?.KMSMasterKeyID,
  bucketKey: String(BucketKeyEnabled) === 'true',
});

/** Members that CloudFormation and the API spell alike (AWS::S3::Bucket Rule, API_LifecycleRule.html). */
const SAME = ['Status', 'AbortIncompleteMultipartUpload', 'NoncurrentVersionExpiration'];

function lifecycleRule(rule: Properties): object {
  const { Id, ExpirationInDays, ExpiredObjectDeleteMarker, Prefix, ...rest } = rule;
  const others = Object.keys(rest).filter((name) => !SAME.includes(name));
  refuseProperties('the lifecycle rules of AWS::S3::Bucket', rest, others);
  const expiration = {
    ...(ExpirationInDays === undefined ? {} : { Days: Number(ExpirationInDays) }),
    ...(ExpiredObjectDeleteMarker === undefined
      ? {}
      : { ExpiredObjectDeleteMarker: String(ExpiredObjectDeleteMarker) === 'true' }),
  };
  return {
    ...(Id === undefined ? {} : { ID: Id }),
    ...(Object.keys(expiration).length > 0 ? { Expiration: expiration } : {}),
    Filter: { Prefix: Prefix ?? '' },
    ...rest,
  };
}

/**
 * New buckets block public access and have ACLs disabled, so a canned ACL that grants anything fails
 * (AmazonS3 userguide, create-bucket-faq.html; in force since April 2023).
 */
function refusePublicAcl(properties: Record<string, unknown>): void {
  const acl = properties['AccessControl'];
  if (acl === undefined || acl === 'Private' || acl === 'BucketOwnerFullControl') return;
  if (properties['OwnershipControls'] === undefined) {
    throw new AwsError(
      'InvalidBucketAclWithObjectOwnership',
      'Bucket cannot have ACLs set with ObjectOwnership’s BucketOwnerEnforced setting',
    );
  }
  const block = (properties['PublicAccessBlockConfiguration'] ?? {}) as Record<string, unknown>;
  const blocked =
    properties['PublicAccessBlockConfiguration'] === undefined || String(block['BlockPublicAcls']) === 'true';
  if (blocked && acl !== 'LogDeliveryWrite' && acl !== 'AwsExecRead') {
    throw new AwsError(
      'InvalidBucketAclWithBlockPublicAccessError',
      'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
    );
  }
}

function bucketState({ name, region }: Bucket): ResourceState {
  return {
    physicalId: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
    },
  };
}

function readBucket({ world, physicalId }: ExistingRequest): Record<string, unknown> | undefined {
  const bucket = allBuckets(world).get(physicalId);
  if (bucket === undefined || bucket.owner !== world.accountId) return undefined;
  const { algorithm, keyId, bucketKey } = bucket.encryption;
  const byDefault = { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId };
  return {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucketKey }],
    },
    VersioningConfiguration: bucket.versioning === undefined ? undefined : { Status: bucket.versioning },
    OwnershipControls: { Rules: [{ ObjectOwnership: bucket.ownership }] },
    PublicAccessBlockConfiguration: bucket.publicAccessBlock,
    // The API's rules have another form; the sandbox tells only that there are none any more.
    ...(bucket.lifecycle === undefined ? { LifecycleConfiguration: undefined } : {}),
  };
}

/** `Ref` returns the bucket's name. A bucket has one policy, and one that is there is not overwritten. */
function createPolicy(request: CreateRequest): ResourceState {
  const bucket = policyBucket(request);
  if (bucket.policy !== undefined) {
    throw new AwsError('AlreadyExists', `The bucket policy already exists on bucket ${bucket.name}.`, 409);
  }
  return updatePolicy(request);
}

function updatePolicy(request: CreateRequest | UpdateRequest): ResourceState {
  const bucket = policyBucket(request);
  setBucketPolicy(request.world, bucket, request.properties['PolicyDocument']);
  return { physicalId: bucket.name, attributes: {} };
}

function policyBucket({ world, region, properties }: CreateRequest | UpdateRequest): Bucket {
  const bucket = findBucket(world, region, String(properties['Bucket']));
  if (bucket.owner !== world.accountId) throw new AwsError('AccessDenied', 'Access Denied', 403);
  return bucket;
}

function deletePolicy(request: ExistingRequest): void {
  const bucket = allBuckets(request.world).get(request.physicalId);
  if (bucket) bucket.policy = undefined;
}

/** The CloudFormation types of Amazon S3 that the sandbox has. */
export const s3ResourceTypes: ResourceType[] = [
  {
    type: 'AWS::S3::Bucket',
    // CloudFormation waits about 20 seconds after it made a bucket.
    seconds: { create: 20, update: 5, delete: 2 },
    create: createBucket,
    update: updateBucket,
    read: readBucket,
    delete: deleteBucket,
  },
  {
    type: 'AWS::S3::BucketPolicy',
    seconds: { create: 2, update: 2, delete: 1 },
    create: createPolicy,
    update: updatePolicy,
    read({ world, physicalId }) {
      const bucket = allBuckets(world).get(physicalId);
      return bucket?.policy === undefined ? undefined : { PolicyDocument: bucket.policy };
    },
    delete: deletePolicy,
  },
];
