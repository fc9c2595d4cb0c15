import { AwsError } from '../../service.ts';
import type { Bucket, PublicAccessBlock } from './s3-state.ts';

/**
 * A bucket that can lock versions keeps them for ever (AmazonS3 userguide, object-lock-configure.html: "you can't disable
 * Object Lock or suspend versioning for that bucket").
 * @throws AwsError InvalidBucketState
 */
export function setVersioning(bucket: Bucket, status: 'Enabled' | 'Suspended'): void {
  if (bucket.objectLock && status !== 'Enabled') {
    const message =
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.';
    throw new AwsError('InvalidBucketState', message, 409);
  }
  bucket.versioning = status;
}

export type EncryptionRule = { algorithm: string | undefined; keyId: string | undefined; bucketKey: boolean };

/**
 * Exactly one rule, SSE-S3 or SSE-KMS (API_PutBucketEncryption.html). The sandbox asks no key for permission.
 * @throws AwsError MalformedXML, NotImplemented
 */
export function setEncryption(bucket: Bucket, rules: readonly EncryptionRule[]): void {
  const [rule] = rules;
  if (!rule || rules.length > 1) {
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const { algorithm, keyId, bucketKey } = rule;
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms') {
    throw new AwsError('NotImplemented', `The sandbox's S3 does not implement the encryption ${algorithm}.`, 501);
  }
  bucket.encryption = { algorithm, keyId, bucketKey };
}

/** Switches that are not given are off (API_PublicAccessBlockConfiguration.html). */
export function setPublicAccessBlock(
  bucket: Bucket,
  settings: Partial<Record<keyof PublicAccessBlock, unknown>>,
): void {
  const on = (name: keyof PublicAccessBlock): boolean => String(settings[name]) === 'true';
  bucket.publicAccessBlock = {
    BlockPublicAcls: on('BlockPublicAcls'),
    IgnorePublicAcls: on('IgnorePublicAcls'),
    BlockPublicPolicy: on('BlockPublicPolicy'),
    RestrictPublicBuckets: on('RestrictPublicBuckets'),
  };
}
