import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { generateSecretText, type PasswordSettings } from './generated-password.ts';
import { deleteSecret, makeSecret, putSecretValue, type Secret, secretsState, usableSecret } from './secrets-state.ts';

const TYPE = 'AWS::SecretsManager::Secret';
const UNSUPPORTED = ['ReplicaRegions', 'Type'];

function create(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties(TYPE, properties, UNSUPPORTED);
  const { Name, GenerateSecretString, SecretString } = properties;
  const secret = makeSecret(world, region, {
    name: Name === undefined ? request.generateName({ maxLength: 512 }) : String(Name),
  });
  if (GenerateSecretString !== undefined) {
    putSecretValue(world, secret, { value: generateSecretText(GenerateSecretString as PasswordSettings) });
  } else if (SecretString !== undefined) putSecretValue(world, secret, { value: String(SecretString) });
  return configure(secret, request);
}

/** A changed `GenerateSecretString` makes a new password; an unchanged one leaves the value alone. */
function update(request: UpdateRequest): ResourceState {
  const { world, region, properties, previousProperties, physicalId } = request;
  refuseProperties(TYPE, properties, UNSUPPORTED);
  const secret = usableSecret(world, region, physicalId);
  const { GenerateSecretString, SecretString } = properties;
  const changed = (name: string): boolean =>
    JSON.stringify(properties[name]) !== JSON.stringify(previousProperties[name]);
  if (GenerateSecretString !== undefined && changed('GenerateSecretString')) {
    putSecretValue(world, secret, { value: generateSecretText(GenerateSecretString as PasswordSettings) });
  } else if (SecretString !== undefined && changed('SecretString')) {
    putSecretValue(world, secret, { value: String(SecretString) });
  }
  return configure(secret, request);
}

function configure(secret: Secret, { properties, stackTags }: CreateRequest | UpdateRequest): ResourceState {
  const { Description, KmsKeyId, Tags } = properties;
  secret.description = Description === undefined ? undefined : String(Description);
  secret.kmsKeyId = KmsKeyId === undefined ? undefined : String(KmsKeyId);
  secret.tags = mergeResourceTags(Tags, stackTags);
  return { physicalId: secret.arn, attributes: { Id: secret.arn } };
}

/** CloudFormation deletes without a recovery window, so that the same template can be deployed again. */
function remove({ world, region, physicalId }: ExistingRequest): void {
  const secret = [...world.state(secretsState, region).values()].find(({ arn }) => arn === physicalId);
  if (secret) deleteSecret(world, region, secret, 0);
}

/** The CloudFormation types of Secrets Manager that the sandbox has. */
export const secretsResourceTypes: ResourceType[] = [
  { type: TYPE, seconds: { create: 3, update: 3, delete: 2 }, create, update, delete: remove },
];
