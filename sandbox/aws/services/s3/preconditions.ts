import { AwsError } from '../../service.ts';
import { notUnderstood } from './s3-operation.ts';
import { type Bucket, currentObject, type ObjectVersion } from './s3-state.ts';

const failed = (): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
const noSuchKey = (): AwsError => new AwsError('NoSuchKey', 'The specified key does not exist.', 404);

/** Clients may leave the quotes out. */
const sameEtag = (version: ObjectVersion, stated: string): boolean =>
  version.etag.replaceAll('"', '') === stated.trim().replaceAll('"', '');

/**
 * Conditional writes (AmazonS3 userguide, conditional-writes.html): `If-None-Match: *` asks for no current version, a
 * delete marker being none; `If-Match` asks for a current version of that ETag. S3 answers 409
 * ConditionalRequestConflict when another request wins a race meanwhile; here requests run one after the other, so only
 * an injected fault gives that answer.
 * @throws AwsError PreconditionFailed (412), NoSuchKey (404) for `If-Match` without a current version
 */
export function checkWrite(
  bucket: Bucket,
  key: string,
  { IfMatch, IfNoneMatch }: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
): void {
  const current = currentObject(bucket, key);
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') throw notUnderstood('If-None-Match with anything but * on writes, as in AWS');
    if (IfMatch !== undefined) throw notUnderstood('If-Match together with If-None-Match on writes');
    if (current) throw failed();
  }
  if (IfMatch === undefined) return;
  if (!current) throw noSuchKey();
  if (!sameEtag(current, IfMatch)) throw failed();
}

/**
 * Conditional deletes look at the current version only; `*` asks for one of any ETag (AmazonS3 userguide,
 * conditional-deletes.html). For what is not there the guide gives 404, and 412 below a delete marker is what has been
 * seen (github.com/orgs/rustfs/discussions/2602).
 * @throws AwsError PreconditionFailed (412), NoSuchKey (404)
 */
export function checkDelete(bucket: Bucket, key: string, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  const [newest] = bucket.objects.get(key) ?? [];
  if (!newest) throw noSuchKey();
  if (newest.deleteMarker || (ifMatch !== '*' && !sameEtag(newest, ifMatch))) throw failed();
}

type ReadConditions = {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: Date | undefined;
  IfUnmodifiedSince?: Date | undefined;
};

/**
 * Conditional reads: `If-Match` overrules `If-Unmodified-Since`, `If-None-Match` overrules `If-Modified-Since`
 * (API_GetObject.html, "Overriding response header values"; RFC 7232, 6).
 * @throws AwsError PreconditionFailed (412), NotModified (304)
 */
export function checkRead(version: ObjectVersion, conditions: ReadConditions): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (IfMatch !== '*' && !sameEtag(version, IfMatch)) throw failed();
  } else if (IfUnmodifiedSince !== undefined && version.lastModified > IfUnmodifiedSince) throw failed();
  const unchanged =
    IfNoneMatch === undefined
      ? IfModifiedSince !== undefined && version.lastModified <= IfModifiedSince
      : IfNoneMatch === '*' || sameEtag(version, IfNoneMatch);
  if (unchanged) throw new AwsError('NotModified', 'Not Modified', 304);
}
