import type {
  CreateBucketCommandInput,
  CreateBucketCommandOutput,
  DeleteBucketCommandInput,
  GetBucketLocationCommandInput,
  GetBucketLocationCommandOutput,
  GetBucketPolicyCommandInput,
  GetBucketPolicyCommandOutput,
  GetBucketTaggingCommandInput,
  GetBucketTaggingCommandOutput,
  GetBucketVersioningCommandInput,
  GetBucketVersioningCommandOutput,
  HeadBucketCommandInput,
  HeadBucketCommandOutput,
  ListBucketsCommandInput,
  ListBucketsCommandOutput,
  PutBucketTaggingCommandInput,
  PutBucketVersioningCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { allBuckets, findBucket, makeBucket, removeBucket } from './s3-state.ts';

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
  const bucket = makeBucket(context.world, context.region, input.Bucket ?? '');
  return { Location: context.region === 'us-east-1' ? `/${bucket.name}` : `http://${bucket.name}.s3.amazonaws.com/` };
}

/** HEAD answers have no body, so a missing bucket is the bare code 404 (API_HeadBucket.html). */
function headBucket(input: HeadBucketCommandInput, context: CallContext): Output<HeadBucketCommandOutput> {
  if (!allBuckets(context.world).has(input.Bucket ?? '')) throw new AwsError('NotFound', 'Not Found', 404);
  const bucket = findBucket(context.world, context.region, input.Bucket);
  return { BucketRegion: bucket.region };
}

/** Buckets of all regions by name, in pages when `MaxBuckets` is given (API_ListBuckets.html). */
function listBuckets(input: ListBucketsCommandInput, context: CallContext): Output<ListBucketsCommandOutput> {
  const matching = [...allBuckets(context.world).values()]
    .filter((bucket) => bucket.name.startsWith(input.Prefix ?? ''))
    .filter((bucket) => input.BucketRegion === undefined || bucket.region === input.BucketRegion)
    .filter((bucket) => input.ContinuationToken === undefined || bucket.name > input.ContinuationToken)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const page = matching.slice(0, input.MaxBuckets ?? 10_000);
  return {
    Buckets: page.map((bucket) => ({
      Name: bucket.name,
      CreationDate: bucket.createdAt,
      BucketRegion: bucket.region,
      BucketArn: `arn:aws:s3:::${bucket.name}`,
    })),
    Owner: { ID: context.world.accountId },
    ...(page.length < matching.length ? { ContinuationToken: page.at(-1)?.name } : {}),
  };
}

function deleteBucket(input: DeleteBucketCommandInput, context: CallContext): object {
  removeBucket(context.world, findBucket(context.world, context.region, input.Bucket));
  return {};
}

function getBucketVersioning(
  input: GetBucketVersioningCommandInput,
  context: CallContext,
): Output<GetBucketVersioningCommandOutput> {
  const { versioning } = findBucket(context.world, context.region, input.Bucket);
  return versioning ? { Status: versioning } : {};
}

function putBucketVersioning(input: PutBucketVersioningCommandInput, context: CallContext): object {
  const status = input.VersioningConfiguration?.Status;
  if (status === undefined) {
    throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified.');
  }
  findBucket(context.world, context.region, input.Bucket).versioning = status;
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
  return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** Replaces the whole set (API_PutBucketTagging.html). */
function putBucketTagging(input: PutBucketTaggingCommandInput, context: CallContext): object {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  bucket.tags = Object.fromEntries((input.Tagging?.TagSet ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
  return {};
}

function getBucketPolicy(
  input: GetBucketPolicyCommandInput,
  context: CallContext,
): Output<GetBucketPolicyCommandOutput> {
  const { policy } = findBucket(context.world, context.region, input.Bucket);
  if (policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
  return { Policy: policy };
}

/** S3's operations on buckets themselves. */
export const bucketOperations = {
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  ListBuckets: listBuckets,
  DeleteBucket: deleteBucket,
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
  GetBucketLocation: getBucketLocation,
  GetBucketTagging: getBucketTagging,
  PutBucketTagging: putBucketTagging,
  GetBucketPolicy: getBucketPolicy,
} satisfies Record<string, Operation>;
