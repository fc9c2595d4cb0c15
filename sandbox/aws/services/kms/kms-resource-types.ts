import { randomUUID } from 'node:crypto';
import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import type { StateKey } from '../../world.ts';
import { mergeResourceTags } from '../resource-tags.ts';

export type KmsKey = {
  id: string;
  arn: string;
  description: string;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  /** When a key that waits for deletion is gone. */
  goneAt: Date | undefined;
  rotation: boolean;
  policy: unknown;
  tags: Record<string, string>;
};

/** Keys of one region by id, aliases by name with the id they stand for. */
export const kmsState: StateKey<{ keys: Map<string, KmsKey>; aliases: Map<string, string> }> = {
  id: 'kms',
  create: () => ({ keys: new Map(), aliases: new Map() }),
};

function createKey(request: CreateRequest): ResourceState {
  const { world, region } = request;
  const id = randomUUID();
  const key: KmsKey = {
    id,
    arn: `arn:aws:kms:${region}:${world.accountId}:key/${id}`,
    ...{ description: '', state: 'Enabled', goneAt: undefined, rotation: false, policy: undefined, tags: {} },
  };
  world.state(kmsState, region).keys.set(id, key);
  return configureKey(key, request);
}

function updateKey(request: UpdateRequest): ResourceState {
  const key = request.world.state(kmsState, request.region).keys.get(request.physicalId);
  if (!key) throw new AwsError('NotFoundException', `Key '${request.physicalId}' does not exist`);
  return configureKey(key, request);
}

function configureKey(key: KmsKey, { properties, stackTags }: CreateRequest | UpdateRequest): ResourceState {
  key.description = String(properties['Description'] ?? '');
  key.state = String(properties['Enabled'] ?? true) === 'true' ? 'Enabled' : 'Disabled';
  key.rotation = String(properties['EnableKeyRotation']) === 'true';
  key.policy = properties['KeyPolicy'];
  key.tags = mergeResourceTags(properties['Tags'], stackTags);
  return { physicalId: key.id, attributes: { Arn: key.arn, KeyId: key.id } };
}

/** A key is not deleted but scheduled for it, 30 days by default (AWS::KMS::Key, PendingWindowInDays). */
function deleteKey({ world, region, physicalId, properties }: ExistingRequest): void {
  const key = world.state(kmsState, region).keys.get(physicalId);
  if (!key || key.state === 'PendingDeletion') return;
  const days = Number(properties['PendingWindowInDays'] ?? 30);
  key.state = 'PendingDeletion';
  key.goneAt = new Date(world.clock.now().getTime() + days * 86_400_000);
}

function putAlias({ world, region, properties }: CreateRequest | UpdateRequest, isNew: boolean): ResourceState {
  const { keys, aliases } = world.state(kmsState, region);
  const name = String(properties['AliasName']);
  const target = String(properties['TargetKeyId']);
  const key = [...keys.values()].find(({ id, arn }) => id === target || arn === target);
  if (!/^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/.test(name)) {
    throw new AwsError('InvalidAliasNameException', `Invalid alias name ${name}`);
  }
  if (!key) throw new AwsError('NotFoundException', `Key '${target}' does not exist`);
  if (isNew && aliases.has(name)) {
    throw new AwsError('AlreadyExistsException', `An alias with the name ${name} already exists`);
  }
  aliases.set(name, key.id);
  return { physicalId: name, attributes: {} };
}

const deleteAlias = ({ world, region, physicalId }: ExistingRequest): void => {
  world.state(kmsState, region).aliases.delete(physicalId);
};

/** The CloudFormation types of AWS KMS that the sandbox has. */
export const kmsResourceTypes: ResourceType[] = [
  {
    type: 'AWS::KMS::Key',
    // CloudFormation waits about two minutes until a new key can be used (stack events).
    seconds: { create: 120, update: 60, delete: 5 },
    create: createKey,
    update: updateKey,
    // A key that waits for its deletion is gone for CloudFormation (schema of AWS::KMS::Key, handlers).
    read({ world, region, physicalId }) {
      const key = world.state(kmsState, region).keys.get(physicalId);
      if (key === undefined || key.state === 'PendingDeletion') return undefined;
      const { description, state, rotation, policy } = key;
      return { Description: description, Enabled: state === 'Enabled', EnableKeyRotation: rotation, KeyPolicy: policy };
    },
    delete: deleteKey,
  },
  {
    type: 'AWS::KMS::Alias',
    // As above, for the alias to be known everywhere.
    seconds: { create: 60, update: 60, delete: 5 },
    create: (request) => putAlias(request, true),
    update: (request) => putAlias(request, false),
    delete: deleteAlias,
  },
];
