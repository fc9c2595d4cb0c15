import { AwsError, type CallContext } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { roleByArn } from '../iam/iam-state.ts';
import { type PolicyDocument, readPolicyDocument } from '../iam/policy-document.ts';
import { isPublicPolicy } from '../iam/public-policy.ts';
import type { Bucket } from './s3-state.ts';

/** "Bucket policies are limited to 20 KB in size" (AmazonS3 userguide, add-bucket-policy.html). */
const MAXIMUM_BYTES = 20 * 1024;

const malformed = (message: string): AwsError => new AwsError('MalformedPolicy', message);

/**
 * Sets a bucket's policy.
 * @param document JSON text, or the object itself as CloudFormation hands it over
 * @throws AwsError MalformedPolicy, or AccessDenied for a public policy where the bucket blocks those
 */
export function setBucketPolicy(world: AwsWorld, bucket: Bucket, document: unknown): void {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const policy = readBucketPolicy(world, bucket, text);
  if (bucket.publicAccessBlock?.BlockPublicPolicy && isPublicPolicy(policy)) {
    throw new AwsError(
      'AccessDenied',
      'User is not authorized to perform: s3:PutBucketPolicy on resource: ' +
        `"arn:aws:s3:::${bucket.name}" because public policies are blocked by the BlockPublicPolicy block public access setting.`,
      403,
    );
  }
  bucket.policy = text;
}

function readBucketPolicy(world: AwsWorld, bucket: Bucket, text: string): PolicyDocument {
  if (Buffer.byteLength(text) > MAXIMUM_BYTES)
    throw malformed('Normalized size of policy exceeds the maximum allowed size');
  const policy = parse(text);
  const arn = `arn:aws:s3:::${bucket.name}`;
  for (const { actions, resources, principals } of policy.statements) {
    if (!actions.values.every((action) => action === '*' || /^s3:/i.test(action)))
      throw malformed('Policy has invalid action');
    const own = (resource: string): boolean =>
      resource === arn || resource === '*' || resource === `${arn}*` || resource.startsWith(`${arn}/`);
    if (!resources?.values.every(own)) throw malformed('Policy has invalid resource');
    for (const name of principals?.byType['AWS'] ?? []) {
      const ownRole = name.startsWith(`arn:aws:iam::${world.accountId}:role/`);
      if (ownRole && !roleByArn(world, name)) throw malformed('Invalid principal in policy');
    }
  }
  return policy;
}

/** S3 has error codes of its own for what IAM calls MalformedPolicyDocument. */
function parse(text: string): PolicyDocument {
  try {
    return readPolicyDocument(text, 'resource');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw malformed(error.message);
  }
}

/** @throws AwsError NoSuchBucketPolicy */
export function bucketPolicy({ policy }: Bucket): string {
  if (policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
  return policy;
}

/** The resource policy that counts for a bucket and everything in it. */
export const resourcePolicyOf = (bucket: Bucket) => ({
  ownerAccountId: bucket.owner,
  document: bucket.policy,
  restrictsPublicAccess: bucket.publicAccessBlock?.RestrictPublicBuckets ?? false,
});

/** What the caller's account owns of buckets is listed to it. */
export const accountOf = ({ principal, world }: CallContext): string => principal?.accountId ?? world.accountId;
