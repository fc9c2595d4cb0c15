import type {
  BucketLifecycleConfiguration,
  DeleteBucketLifecycleCommandInput,
  DeletePublicAccessBlockCommandInput,
  GetBucketEncryptionCommandInput,
  GetBucketEncryptionCommandOutput,
  GetBucketLifecycleConfigurationCommandInput,
  GetBucketLifecycleConfigurationCommandOutput,
  GetBucketOwnershipControlsCommandInput,
  GetBucketOwnershipControlsCommandOutput,
  GetBucketVersioningCommandInput,
  GetBucketVersioningCommandOutput,
  GetObjectLockConfigurationCommandInput,
  GetObjectLockConfigurationCommandOutput,
  GetPublicAccessBlockCommandInput,
  GetPublicAccessBlockCommandOutput,
  ObjectOwnership,
  PutBucketEncryptionCommandInput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketVersioningCommandInput,
  PutObjectLockConfigurationCommandInput,
  PutPublicAccessBlockCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { type EncryptionRule, setEncryption, setPublicAccessBlock, setVersioning } from './bucket-settings.ts';
import { lockBucket, readObjectLock } from './object-lock.ts';
import { s3Operation } from './s3-operation.ts';
import { type Bucket, findBucket } from './s3-state.ts';

type Output<T> = Omit<T, '$metadata'>;

const bucketOf = ({ Bucket }: { Bucket: string | undefined }, { world, region }: CallContext): Bucket =>
  findBucket(world, region, Bucket);

function getVersioning(
  input: GetBucketVersioningCommandInput,
  context: CallContext,
): Output<GetBucketVersioningCommandOutput> {
  const { versioning } = bucketOf(input, context);
  return versioning ? { Status: versioning } : {};
}

function putVersioning(input: PutBucketVersioningCommandInput, context: CallContext): object {
  const status = input.VersioningConfiguration?.Status;
  if (status === undefined) {
    throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified.');
  }
  setVersioning(bucketOf(input, context), status);
  return {};
}

function getObjectLock(
  input: GetObjectLockConfigurationCommandInput,
  context: CallContext,
): Output<GetObjectLockConfigurationCommandOutput> {
  const { objectLock } = bucketOf(input, context);
  if (!objectLock) {
    const message = 'Object Lock configuration does not exist for this bucket';
    throw new AwsError('ObjectLockConfigurationNotFoundError', message, 404);
  }
  const rule = objectLock.defaultRetention;
  return {
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      ...(rule ? { Rule: { DefaultRetention: { Mode: rule.mode, [rule.unit]: rule.count } } } : {}),
    },
  };
}

function putObjectLock(input: PutObjectLockConfigurationCommandInput, context: CallContext): object {
  lockBucket(bucketOf(input, context), readObjectLock(input.ObjectLockConfiguration ?? {}));
  return {};
}

function getEncryption(
  input: GetBucketEncryptionCommandInput,
  context: CallContext,
): Output<GetBucketEncryptionCommandOutput> {
  const { algorithm, keyId, bucketKey } = bucketOf(input, context).encryption;
  const byDefault = { SSEAlgorithm: algorithm, ...(keyId === undefined ? {} : { KMSMasterKeyID: keyId }) };
  const rule = { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucketKey };
  return { ServerSideEncryptionConfiguration: { Rules: [rule] } };
}

function putEncryption(input: PutBucketEncryptionCommandInput, context: CallContext): object {
  const rules = input.ServerSideEncryptionConfiguration?.Rules ?? [];
  setEncryption(
    bucketOf(input, context),
    rules.map(
      ({ ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled }): EncryptionRule => ({
        algorithm: rule?.SSEAlgorithm,
        keyId: rule?.KMSMasterKeyID,
        bucketKey: BucketKeyEnabled ?? false,
      }),
    ),
  );
  return {};
}

function getPublicAccessBlock(
  input: GetPublicAccessBlockCommandInput,
  context: CallContext,
): Output<GetPublicAccessBlockCommandOutput> {
  const { publicAccessBlock } = bucketOf(input, context);
  if (publicAccessBlock) return { PublicAccessBlockConfiguration: { ...publicAccessBlock } };
  const message = 'The public access block configuration was not found';
  throw new AwsError('NoSuchPublicAccessBlockConfiguration', message, 404);
}

function putPublicAccessBlock(input: PutPublicAccessBlockCommandInput, context: CallContext): object {
  setPublicAccessBlock(bucketOf(input, context), input.PublicAccessBlockConfiguration ?? {});
  return {};
}

function deletePublicAccessBlock(input: DeletePublicAccessBlockCommandInput, context: CallContext): object {
  bucketOf(input, context).publicAccessBlock = undefined;
  return {};
}

const getOwnership = (
  input: GetBucketOwnershipControlsCommandInput,
  context: CallContext,
): Output<GetBucketOwnershipControlsCommandOutput> => ({
  OwnershipControls: { Rules: [{ ObjectOwnership: bucketOf(input, context).ownership as ObjectOwnership }] },
});

function getLifecycle(
  input: GetBucketLifecycleConfigurationCommandInput,
  context: CallContext,
): Output<GetBucketLifecycleConfigurationCommandOutput> {
  const { lifecycle } = bucketOf(input, context);
  if (lifecycle) return { Rules: lifecycle as NonNullable<BucketLifecycleConfiguration['Rules']> };
  throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', 404);
}

function putLifecycle(input: PutBucketLifecycleConfigurationCommandInput, context: CallContext): object {
  bucketOf(input, context).lifecycle = input.LifecycleConfiguration?.Rules ?? [];
  return {};
}

function deleteLifecycle(input: DeleteBucketLifecycleCommandInput, context: CallContext): object {
  bucketOf(input, context).lifecycle = undefined;
  return {};
}

/** S3's operations on the settings of buckets. */
export const bucketSettingsOperations = {
  GetBucketVersioning: s3Operation(getVersioning),
  PutBucketVersioning: s3Operation(putVersioning),
  GetObjectLockConfiguration: s3Operation(getObjectLock),
  PutObjectLockConfiguration: s3Operation(putObjectLock),
  GetBucketEncryption: s3Operation(getEncryption),
  PutBucketEncryption: s3Operation(putEncryption),
  GetPublicAccessBlock: s3Operation(getPublicAccessBlock),
  PutPublicAccessBlock: s3Operation(putPublicAccessBlock),
  DeletePublicAccessBlock: s3Operation(deletePublicAccessBlock),
  GetBucketOwnershipControls: s3Operation(getOwnership),
  GetBucketLifecycleConfiguration: s3Operation(getLifecycle),
  PutBucketLifecycleConfiguration: s3Operation(putLifecycle),
  DeleteBucketLifecycle: s3Operation(deleteLifecycle),
} satisfies Record<string, Operation>;
