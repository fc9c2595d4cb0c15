import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { allBuckets } from './s3-state.ts';

/** What a request looks like to an operation, beside its own members. */
type Common = { Bucket?: string | undefined; ExpectedBucketOwner?: string | undefined };

/**
 * An operation together with the members of its request that it understands. Any other member that a request has is
 * refused, so that none is silently without effect; and the bucket's owner is checked before anything else
 * (AmazonS3 userguide, bucket-owner-condition.html).
 * @param members beside `Bucket`, `Key` and `ExpectedBucketOwner`
 */
export function s3Operation<Input extends object, Output extends object>(
  members: readonly (keyof Input & string)[],
  run: (input: Input, context: CallContext) => Output | Promise<Output>,
): Operation<Input, Output> {
  const understood: ReadonlySet<string> = new Set(['Bucket', 'Key', 'ExpectedBucketOwner', ...members]);
  return (input, context) => {
    for (const [name, value] of Object.entries(input)) {
      if (value !== undefined && !understood.has(name)) throw notUnderstood(name);
    }
    checkOwner(input as Common, context);
    return run(input, context);
  };
}

/** 501, as S3 answers to "a header you provided implies functionality that is not implemented" (ErrorResponses.html). */
export const notUnderstood = (what: string): AwsError =>
  new AwsError('NotImplemented', `The sandbox's S3 does not implement ${what}.`, 501);

function checkOwner({ Bucket, ExpectedBucketOwner }: Common, { world }: CallContext): void {
  if (ExpectedBucketOwner === undefined) return;
  if (!/^\d{12}$/.test(ExpectedBucketOwner)) {
    throw new AwsError(
      'InvalidBucketOwnerAWSAccountID',
      'The value of the expected bucket owner parameter must be an AWS account ID',
    );
  }
  const bucket = allBuckets(world).get(Bucket ?? '');
  if (bucket && bucket.owner !== ExpectedBucketOwner) throw new AwsError('AccessDenied', 'Access Denied', 403);
}
