import type {
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
  GetObjectRetentionCommandInput,
  GetObjectRetentionCommandOutput,
  GetObjectTaggingCommandInput,
  GetObjectTaggingCommandOutput,
  ObjectIdentifier,
  PutObjectRetentionCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { requireAccess } from '../iam/authorizer.ts';
import { changeRetention, type Retention, readMode } from './object-lock.ts';
import { findVersion, requireKey, versionField } from './object-version.ts';
import { checkDelete } from './preconditions.ts';
import { deletionAccess } from './s3-access.ts';
import { notUnderstood, s3Operation } from './s3-operation.ts';
import { type Bucket, deleteObject, findBucket } from './s3-state.ts';
import { tagSet } from './tag-set.ts';

type Output<T> = Omit<T, '$metadata'>;

/** API_DeleteObjects.html: "up to 1000 keys" */
const MAXIMUM_BATCH = 1000;

function deleteOne(input: DeleteObjectCommandInput, context: CallContext): Output<DeleteObjectCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const deletion = deleteConditionally(bucket, context, {
    key: input.Key,
    versionId: input.VersionId,
    ifMatch: input.IfMatch,
    bypass: input.BypassGovernanceRetention,
  });
  return {
    ...(deletion.deleteMarker ? { DeleteMarker: true } : {}),
    ...(deletion.versionId === undefined ? {} : { VersionId: deletion.versionId }),
  };
}

function deleteConditionally(
  bucket: Bucket,
  { world }: CallContext,
  wanted: {
    key: string | undefined;
    versionId: string | undefined;
    ifMatch: string | undefined;
    bypass: boolean | undefined;
  },
) {
  const { versionId, ifMatch } = wanted;
  const key = requireKey(wanted.key);
  if (ifMatch !== undefined && versionId !== undefined) throw notUnderstood('If-Match on the delete of one version');
  checkDelete(bucket, key, ifMatch);
  return deleteObject(world, bucket, key, { versionId, bypassGovernance: wanted.bypass === true });
}

/**
 * At most 1,000 keys a call; more, or none, is a malformed request. Each key succeeds or fails on its own, so that the
 * answer is 200 even when all failed (API_DeleteObjects.html).
 */
function deleteMany(input: DeleteObjectsCommandInput, context: CallContext): Output<DeleteObjectsCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > MAXIMUM_BATCH) {
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const results = objects.map((object) => deleteListed(bucket, object, input, context));
  const errors = results.flatMap((result) => ('Code' in result ? [result] : []));
  const deleted = results.flatMap((result) => ('Code' in result ? [] : [result]));
  return {
    ...(input.Delete?.Quiet ? {} : { Deleted: deleted }),
    ...(errors.length > 0 ? { Errors: errors } : {}),
  };
}

function deleteListed(
  bucket: Bucket,
  object: ObjectIdentifier,
  { BypassGovernanceRetention: bypass }: DeleteObjectsCommandInput,
  context: CallContext,
) {
  const { Key, VersionId, ETag, LastModifiedTime, Size } = object;
  const version = VersionId === undefined ? {} : { VersionId };
  if (LastModifiedTime !== undefined || Size !== undefined) throw notUnderstood('conditions of directory buckets');
  try {
    const { principal, world, region } = context;
    const access = deletionAccess(bucket, { key: Key ?? '', versionId: VersionId, ifMatch: ETag, bypass });
    if (principal) requireAccess(world, principal, 'rest-xml', access, { region });
    const deletion = deleteConditionally(bucket, context, { key: Key, versionId: VersionId, ifMatch: ETag, bypass });
    const marker = deletion.deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: deletion.versionId } : {};
    return { Key, ...version, ...marker };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Key, ...version, Code: error.code, Message: error.message };
  }
}

/** API_GetObjectRetention.html */
function getRetention(
  input: GetObjectRetentionCommandInput,
  context: CallContext,
): Output<GetObjectRetentionCommandOutput> {
  const { retention } = findVersion(lockableBucket(input, context), input.Key, input.VersionId);
  if (retention) return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } };
  const message = 'The specified object does not have a ObjectLock configuration';
  throw new AwsError('NoSuchObjectLockConfiguration', message, 404);
}

/** API_PutObjectRetention.html; an empty retention takes it off. */
function putRetention(input: PutObjectRetentionCommandInput, context: CallContext): object {
  const version = findVersion(lockableBucket(input, context), input.Key, input.VersionId);
  const now = context.world.clock.now();
  changeRetention(version, wantedRetention(input, now), { now, bypass: input.BypassGovernanceRetention === true });
  return {};
}

function wantedRetention({ Retention: wanted }: PutObjectRetentionCommandInput, now: Date): Retention | undefined {
  const { Mode, RetainUntilDate } = wanted ?? {};
  if (Mode === undefined && RetainUntilDate === undefined) return undefined;
  const mode = readMode(Mode);
  if (mode === undefined || RetainUntilDate === undefined) {
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  if (RetainUntilDate <= now) throw new AwsError('InvalidArgument', 'The retain until date must be in the future!');
  return { mode, until: RetainUntilDate };
}

function lockableBucket({ Bucket }: { Bucket: string | undefined }, { world, region }: CallContext): Bucket {
  const bucket = findBucket(world, region, Bucket);
  if (!bucket.objectLock) throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  return bucket;
}

function getTagging(input: GetObjectTaggingCommandInput, context: CallContext): Output<GetObjectTaggingCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const version = findVersion(bucket, input.Key, input.VersionId);
  return { TagSet: tagSet(version.tags), ...versionField(version) };
}

/** S3's operations that delete versions, lock them and show what they carry beside their content. */
export const versionOperations = {
  DeleteObject: s3Operation(deleteOne),
  DeleteObjects: s3Operation(deleteMany),
  GetObjectRetention: s3Operation(getRetention),
  PutObjectRetention: s3Operation(putRetention),
  GetObjectTagging: s3Operation(getTagging),
} satisfies Record<string, Operation>;
