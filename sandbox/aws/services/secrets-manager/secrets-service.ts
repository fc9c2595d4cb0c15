import type {
  CreateSecretCommandInput,
  CreateSecretCommandOutput,
  DeleteSecretCommandInput,
  DeleteSecretCommandOutput,
  DescribeSecretCommandInput,
  DescribeSecretCommandOutput,
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
  ListSecretsCommandInput,
  ListSecretsCommandOutput,
  PutSecretValueCommandInput,
  PutSecretValueCommandOutput,
  RestoreSecretCommandInput,
  RestoreSecretCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import rules from '../../../../schemas/aws-rules.json' with { type: 'json' };
import { membersRead } from '../../members/members-read.ts';
import { AwsError, type CallContext, type ServiceModule } from '../../service.ts';
import { requestedTags } from '../requested-tags.ts';
import { tokenPage } from '../token-page.ts';
import {
  deleteSecret,
  existingSecrets,
  findSecret,
  makeSecret,
  putSecretValue,
  type Secret,
  usableSecret,
} from './secrets-state.ts';

const { minimumDays, maximumDays, defaultDays } = rules.secretRecovery;

type Output<T> = Omit<T, '$metadata'>;

function createOne(input: CreateSecretCommandInput, { world, region }: CallContext): Output<CreateSecretCommandOutput> {
  const secret = makeSecret(world, region, {
    name: input.Name ?? '',
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    tags: requestedTags(input.Tags, { invalid: 'InvalidParameterException' }),
  });
  const { SecretString: value, SecretBinary: binary } = input;
  if (value === undefined && binary === undefined) return { ARN: secret.arn, Name: secret.name };
  const version = putSecretValue(world, secret, { value, binary }, input.ClientRequestToken);
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id };
}

function putValue(
  input: PutSecretValueCommandInput,
  { world, region }: CallContext,
): Output<PutSecretValueCommandOutput> {
  const secret = usableSecret(world, region, input.SecretId);
  const { SecretString: value, SecretBinary: binary } = input;
  const version = putSecretValue(world, secret, { value, binary }, input.ClientRequestToken);
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: ['AWSCURRENT'] };
}

function getValue(
  input: GetSecretValueCommandInput,
  { world, region }: CallContext,
): Output<GetSecretValueCommandOutput> {
  const secret = usableSecret(world, region, input.SecretId);
  const stage = input.VersionStage ?? 'AWSCURRENT';
  const version =
    input.VersionId === undefined
      ? secret.versions.get(stage)
      : [...secret.versions.values()].find(({ id }) => id === input.VersionId);
  if (!version) {
    const wanted = input.VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${input.VersionId}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${wanted}`,
    );
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: [...secret.versions].flatMap(([label, each]) => (each === version ? [label] : [])),
    CreatedDate: version.createdAt,
    ...(version.value === undefined ? {} : { SecretString: version.value }),
    ...(version.binary === undefined ? {} : { SecretBinary: version.binary }),
  };
}

/** A secret marked for deletion is still described, with `DeletedDate` (API_DescribeSecret.html). */
const describeOne = (
  input: DescribeSecretCommandInput,
  { world, region }: CallContext,
): Output<DescribeSecretCommandOutput> => {
  const secret = findSecret(world, region, input.SecretId);
  return { ...summary(secret), VersionIdsToStages: stagesById(secret) };
};

function deleteOne(input: DeleteSecretCommandInput, { world, region }: CallContext): Output<DeleteSecretCommandOutput> {
  const { ForceDeleteWithoutRecovery: force, RecoveryWindowInDays: days } = input;
  if (force && days !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < minimumDays || days > maximumDays)) {
    throw new AwsError(
      'InvalidParameterException',
      `The RecoveryWindowInDays value must be between ${minimumDays} and ${maximumDays} days (inclusive).`,
    );
  }
  const secret = force ? findSecret(world, region, input.SecretId) : usableSecret(world, region, input.SecretId);
  const DeletionDate = deleteSecret(world, region, secret, force ? 0 : (days ?? defaultDays));
  return { ARN: secret.arn, Name: secret.name, DeletionDate };
}

function restore(input: RestoreSecretCommandInput, { world, region }: CallContext): Output<RestoreSecretCommandOutput> {
  const secret = findSecret(world, region, input.SecretId);
  Object.assign(secret, { deletedAt: undefined, goneAt: undefined });
  return { ARN: secret.arn, Name: secret.name };
}

/** 100 secrets a page; filtered by the beginning of their names (API_ListSecrets.html). */
function list(input: ListSecretsCommandInput, { world, region }: CallContext): Output<ListSecretsCommandOutput> {
  const other = input.Filters?.find(({ Key }) => Key !== 'name');
  if (other) throw new AwsError('NotImplemented', `The sandbox does not filter secrets by ${other.Key}.`, 501);
  const secrets = [...existingSecrets(world, region).values()]
    .filter(({ deletedAt }) => input.IncludePlannedDeletion || deletedAt === undefined)
    .filter(({ name }) =>
      (input.Filters ?? []).every(({ Values = [] }) => Values.some((each) => name.startsWith(each))),
    );
  const { page, nextToken } = tokenPage(secrets, {
    size: input.MaxResults ?? 100,
    token: input.NextToken,
    errorCode: 'InvalidNextTokenException',
  });
  const SecretList = page.map((secret) => ({ ...summary(secret), SecretVersionsToStages: stagesById(secret) }));
  return { SecretList, ...(nextToken ? { NextToken: nextToken } : {}) };
}

const summary = (secret: Secret): object => ({
  ARN: secret.arn,
  Name: secret.name,
  CreatedDate: secret.createdAt,
  LastChangedDate: secret.changedAt,
  Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
  ...(secret.description === undefined ? {} : { Description: secret.description }),
  ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
  ...(secret.deletedAt === undefined ? {} : { DeletedDate: secret.deletedAt }),
});

function stagesById(secret: Secret): Record<string, string[]> {
  const stages: Record<string, string[]> = {};
  for (const [label, { id }] of secret.versions) stages[id] = [...(stages[id] ?? []), label];
  return stages;
}

/** AWS Secrets Manager (docs.aws.amazon.com/secretsmanager/latest/apireference). */
export const secretsManagerService: ServiceModule = {
  signingName: 'secretsmanager',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-secrets-manager'),
  members: membersRead('secretsmanager'),
  operations: {
    CreateSecret: createOne,
    PutSecretValue: putValue,
    GetSecretValue: getValue,
    DescribeSecret: describeOne,
    DeleteSecret: deleteOne,
    RestoreSecret: restore,
    ListSecrets: list,
  },
};
