/** What the verbs need of Amazon S3. */
export type Buckets = {
  /** True when the bucket exists and this account owns it. */
  exists(bucket: string): Promise<boolean>;
  /**
   * Deletes every object, version, delete marker and unfinished upload; the bucket itself stays, because its stack
   * deletes it. A bucket that is gone is no error.
   * @returns how many entries were deleted
   */
  empty(bucket: string): Promise<number>;
};
