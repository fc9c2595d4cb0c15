import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { allBuckets } from './s3-state.ts';

/** What a request looks like to an operation, beside its own members. */
type Common = { Bucket?: string | undefined; ExpectedBucketOwner?: string | undefined };

/**
 * An operation before which the bucket's owner is compared with the one that the request expects
 * (AmazonS3 userguide, bucket-owner-condition.html).
 */
export function s3Operation<Input extends object, Output extends object>(
  run: (input: Input, context: CallContext) => Output | Promise<Output>,
): Operation<Input, Output> {
  return (input, context) => {
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
