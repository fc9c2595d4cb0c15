import type {
  CreateBucketCommandInput,
  CreateBucketCommandOutput,
  DeleteBucketCommandInput,
  DeleteBucketPolicyCommandInput,
  DeleteBucketTaggingCommandInput,
  GetBucketLocationCommandInput,
  GetBucketLocationCommandOutput,
  GetBucketPolicyCommandInput,
  GetBucketPolicyCommandOutput,
  GetBucketTaggingCommandInput,
  GetBucketTaggingCommandOutput,
  HeadBucketCommandInput,
  HeadBucketCommandOutput,
  ListBucketsCommandInput,
  ListBucketsCommandOutput,
  PutBucketPolicyCommandInput,
  PutBucketTaggingCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { accountOf, bucketPolicy, setBucketPolicy } from './bucket-policy.ts';
import { pageTokens } from './page-token.ts';
import { s3Operation } from './s3-operation.ts';
import { allBuckets, bucketsOf, findBucket, makeBucket, removeBucket } from './s3-state.ts';
import { replaceBucketTags, tagSet } from './tag-set.ts';

type Output<T> = Omit<T, '$metadata'>;

/** us-east-1 has no location constraint, every other region must be named (API_CreateBucket.html). */
function createBucket(input: CreateBucketCommandInput, context: CallContext): Output<CreateBucketCommandOutput> {
  const constraint = input.CreateBucketConfiguration?.LocationConstraint;
  const expected = context.region === 'us-east-1' ? undefined : context.region;
  if (constraint !== expected) {
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint ` +
        'this request was sent to.',
    );
  }
  const existing = allBuckets(context.world).get(input.Bucket ?? '');
  // Only us-east-1 lets its owner make a bucket again (API_CreateBucket.html, "BucketAlreadyOwnedByYou").
  const again =
    existing?.region === 'us-east-1' && context.region === 'us-east-1' && existing.owner === accountOf(context);
  if (again) return { Location: `/${existing.name}`, BucketArn: `arn:aws:s3:::${existing.name}` };
  const bucket = makeBucket(context.world, context.region, input.Bucket ?? '', accountOf(context));
  if (input.ObjectOwnership !== undefined) bucket.ownership = input.ObjectOwnership;
  if (input.ObjectLockEnabledForBucket) {
    // "If you enable Object Lock on a bucket, versioning is enabled" (object-lock-configure.html).
    bucket.versioning = 'Enabled';
    bucket.objectLock = { defaultRetention: undefined };
  }
  return {
    Location: context.region === 'us-east-1' ? `/${bucket.name}` : `http://${bucket.name}.s3.amazonaws.com/`,
    BucketArn: `arn:aws:s3:::${bucket.name}`,
  };
}

/** HEAD answers have no body, so a missing bucket is the bare code 404 (API_HeadBucket.html). */
function headBucket(input: HeadBucketCommandInput, context: CallContext): Output<HeadBucketCommandOutput> {
  if (!allBuckets(context.world).has(input.Bucket ?? '')) throw new AwsError('NotFound', 'Not Found', 404);
  const bucket = findBucket(context.world, context.region, input.Bucket);
  return { BucketRegion: bucket.region };
}

const tokens = pageTokens('buckets');

/** The caller's buckets of all regions by name, in pages when `MaxBuckets` is given (API_ListBuckets.html). */
function listBuckets(input: ListBucketsCommandInput, context: CallContext): Output<ListBucketsCommandOutput> {
  const after = input.ContinuationToken === undefined ? '' : tokens.read(input.ContinuationToken);
  const matching = bucketsOf(context.world, accountOf(context))
    .filter((bucket) => bucket.name.startsWith(input.Prefix ?? ''))
    .filter((bucket) => input.BucketRegion === undefined || bucket.region === input.BucketRegion)
    .filter((bucket) => bucket.name > after)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const page = matching.slice(0, input.MaxBuckets ?? 10_000);
  return {
    Buckets: page.map((bucket) => ({
      Name: bucket.name,
      CreationDate: bucket.createdAt,
      BucketRegion: bucket.region,
      BucketArn: `arn:aws:s3:::${bucket.name}`,
    })),
    Owner: { ID: accountOf(context) },
    ...(page.length < matching.length ? { ContinuationToken: tokens.make(page.at(-1)?.name ?? '') } : {}),
  };
}

function deleteBucket(input: DeleteBucketCommandInput, context: CallContext): object {
  removeBucket(context.world, findBucket(context.world, context.region, input.Bucket));
  return {};
}

/** us-east-1 is the empty location (API_GetBucketLocation.html). */
function getBucketLocation(
  input: GetBucketLocationCommandInput,
  context: CallContext,
): Output<GetBucketLocationCommandOutput> {
  const bucket = allBuckets(context.world).get(input.Bucket ?? '') ?? findBucket(context.world, '', input.Bucket);
  return bucket.region === 'us-east-1'
    ? {}
    : { LocationConstraint: bucket.region as NonNullable<GetBucketLocationCommandOutput['LocationConstraint']> };
}

function getBucketTagging(
  input: GetBucketTaggingCommandInput,
  context: CallContext,
): Output<GetBucketTaggingCommandOutput> {
  const { tags } = findBucket(context.world, context.region, input.Bucket);
  if (Object.keys(tags).length === 0) throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', 404);
  return { TagSet: tagSet(tags) };
}

/** Replaces the whole set (API_PutBucketTagging.html). */
function putBucketTagging(input: PutBucketTaggingCommandInput, context: CallContext): object {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  bucket.tags = replaceBucketTags(bucket.tags, input.Tagging?.TagSet ?? []);
  return {};
}

function deleteBucketTagging(input: DeleteBucketTaggingCommandInput, context: CallContext): object {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  bucket.tags = replaceBucketTags(bucket.tags, []);
  return {};
}

const getBucketPolicy = (
  input: GetBucketPolicyCommandInput,
  context: CallContext,
): Output<GetBucketPolicyCommandOutput> => ({
  Policy: bucketPolicy(findBucket(context.world, context.region, input.Bucket)),
});

function putBucketPolicy(input: PutBucketPolicyCommandInput, context: CallContext): object {
  setBucketPolicy(context.world, findBucket(context.world, context.region, input.Bucket), input.Policy ?? '');
  return {};
}

/** Succeeds without a policy too (API_DeleteBucketPolicy.html names no error for that). */
function deleteBucketPolicy(input: DeleteBucketPolicyCommandInput, context: CallContext): object {
  findBucket(context.world, context.region, input.Bucket).policy = undefined;
  return {};
}

/** S3's operations on buckets themselves. */
export const bucketOperations = {
  CreateBucket: s3Operation(createBucket),
  HeadBucket: s3Operation(headBucket),
  ListBuckets: s3Operation(listBuckets),
  DeleteBucket: s3Operation(deleteBucket),
  GetBucketLocation: s3Operation(getBucketLocation),
  GetBucketTagging: s3Operation(getBucketTagging),
  PutBucketTagging: s3Operation(putBucketTagging),
  DeleteBucketTagging: s3Operation(deleteBucketTagging),
  GetBucketPolicy: s3Operation(getBucketPolicy),
  PutBucketPolicy: s3Operation(putBucketPolicy),
  DeleteBucketPolicy: s3Operation(deleteBucketPolicy),
} satisfies Record<string, Operation>;
