import { AwsError } from '../../service.ts';
import type { Bucket, ObjectVersion } from './s3-state.ts';

/**
 * The version that a request names, or the current one.
 * @throws AwsError NoSuchKey, NoSuchVersion; MethodNotAllowed when it names a delete marker (DeleteMarker.html)
 */
export function findVersion(bucket: Bucket, key: string | undefined, versionId: string | undefined): ObjectVersion {
  const versions = bucket.objects.get(requireKey(key)) ?? [];
  const version = versionId === undefined ? versions[0] : versions.find((each) => each.versionId === versionId);
  if (versionId !== undefined && !version) {
    throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
  }
  if (versionId !== undefined && version?.deleteMarker) {
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  }
  if (!version || version.deleteMarker) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  return version;
}

/** Object keys are 1 to 1,024 bytes of UTF-8 (AmazonS3 userguide, object-keys.html). */
export function requireKey(key: string | undefined): string {
  const length = Buffer.byteLength(key ?? '');
  if (key === undefined || length === 0) throw new AwsError('InvalidArgument', 'The object key is missing.');
  if (length > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
  return key;
}

/** Buckets without versioning show no version ids. */
export const versionField = (version: ObjectVersion): { VersionId?: string } =>
  version.versionId === 'null' ? {} : { VersionId: version.versionId };
