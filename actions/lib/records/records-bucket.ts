/** Tag of the role `plan` that names the account's bucket of records (`cluster/cloudformation/bootstrap.yaml`). */
export const recordsBucketTag = 'opensarlab:records-bucket';

/** The region in the name of an account's bucket of records; undefined for the name of any other bucket. */
export function recordsRegion(bucket: string, accountId: string): string | undefined {
  const [, owner, region] = /^opensarlab-records-(\d{12})-([a-z]{2}(?:-[a-z]+){1,2}-\d)$/.exec(bucket) ?? [];
  return owner === accountId ? region : undefined;
}
