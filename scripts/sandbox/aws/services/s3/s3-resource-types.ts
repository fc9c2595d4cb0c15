import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { allBuckets, type Bucket, findBucket, makeBucket, removeBucket } from './s3-state.ts';

function createBucket(request: CreateRequest): ResourceState {
  refusePublicAcl(request.properties);
  const { BucketName } = request.properties;
  const name = typeof BucketName === 'string' ? BucketName : request.generateName({ maxLength: 63, lowerCase: true });
  return bucketState(configure(makeBucket(request.world, request.region, name), request));
}

function updateBucket(request: UpdateRequest): ResourceState {
  refusePublicAcl(request.properties);
  return bucketState(configure(findBucket(request.world, request.region, request.physicalId), request));
}

/** A bucket that still holds objects, versions or delete markers fails the deletion with BucketNotEmpty. */
function deleteBucket(request: ExistingRequest): void {
  const bucket = allBuckets(request.world).get(request.physicalId);
  if (bucket) removeBucket(request.world, bucket);
}

/** Takes over what the bucket shows through its API; the specification has already checked the other properties. */
function configure(bucket: Bucket, request: CreateRequest | UpdateRequest): Bucket {
  const versioning = request.properties['VersioningConfiguration'] as { Status?: Bucket['versioning'] } | undefined;
  // A bucket that once kept versions can only be suspended, never unversioned (AmazonS3 userguide, Versioning.html).
  bucket.versioning = versioning?.Status ?? (bucket.versioning === undefined ? undefined : 'Suspended');
  bucket.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return bucket;
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

/** Sets the policy of an existing bucket; `Ref` returns the bucket's name. */
function putPolicy(request: CreateRequest | UpdateRequest): ResourceState {
  const bucket = findBucket(request.world, request.region, String(request.properties['Bucket']));
  const document = request.properties['PolicyDocument'];
  bucket.policy = typeof document === 'string' ? document : JSON.stringify(document);
  return { physicalId: bucket.name, attributes: {} };
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
    delete: deleteBucket,
  },
  {
    type: 'AWS::S3::BucketPolicy',
    seconds: { create: 2, update: 2, delete: 1 },
    create: putPolicy,
    update: putPolicy,
    delete: deletePolicy,
  },
];
