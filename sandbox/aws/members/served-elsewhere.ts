/** A member that no operation reads, and that may be sent all the same. */
export type ServedElsewhere = {
  /** Signing name. */
  service: string;
  /** Operations; all of the service that have the member when absent. */
  operations?: readonly string[];
  member: string;
  /** Who honours it, or why it changes nothing. */
  because: string;
};

const s3 = (member: string, because: string, operations?: readonly string[]): ServedElsewhere => ({
  service: 's3',
  member,
  because,
  ...(operations ? { operations } : {}),
});

/**
 * Members that clients send and no operation's code reads. Tokens of idempotency (Smithy trait idempotencyToken) are not
 * among them: the endpoint honours those of every operation.
 */
export const servedElsewhere: readonly ServedElsewhere[] = [
  s3('ExpectedBucketOwner', 'compared with the owner before any operation of S3 runs (s3-operation.ts)'),
  s3('ContentMD5', 'compared with the body of every request to S3 (checksums.ts)'),
  s3('ChecksumAlgorithm', 'says which checksum follows; that is compared with the body of every request to S3'),
  s3('ContentLength', 'the length of the HTTP message, without which the request could not be read', ['PutObject']),
  s3('ChecksumType', 'an upload never becomes an object here, so that nothing has a checksum', [
    'CreateMultipartUpload',
  ]),
  s3('ContentType', 'an upload never becomes an object here', ['CreateMultipartUpload']),
];
