import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';

export type SecretVersion = {
  id: string;
  value: string | undefined;
  binary: Uint8Array | undefined;
  createdAt: Date;
};

export type Secret = {
  name: string;
  arn: string;
  description: string | undefined;
  kmsKeyId: string | undefined;
  createdAt: Date;
  changedAt: Date;
  /** When its deletion was asked for; the name stays taken until `goneAt`. */
  deletedAt: Date | undefined;
  goneAt: Date | undefined;
  /** By staging label: `AWSCURRENT`, `AWSPREVIOUS`. */
  versions: Map<string, SecretVersion>;
  tags: Record<string, string>;
};

/** Secrets of one region by name. */
export const secretsState: StateKey<Map<string, Secret>> = { id: 'secrets-manager', create: () => new Map() };

/** The secrets that still exist, those waiting for deletion included. */
export function existingSecrets(world: AwsWorld, region: string): Map<string, Secret> {
  const secrets = world.state(secretsState, region);
  const now = world.clock.now();
  for (const [name, { goneAt }] of secrets) if (goneAt !== undefined && goneAt <= now) secrets.delete(name);
  return secrets;
}

/**
 * A secret by its name, ARN, or ARN without the six random characters (API_GetSecretValue.html, SecretId).
 * @throws AwsError ResourceNotFoundException
 */
export function findSecret(world: AwsWorld, region: string, id: string | undefined): Secret {
  const secrets = existingSecrets(world, region);
  const found =
    secrets.get(id ?? '') ??
    [...secrets.values()].find(({ arn }) => arn === id || arn.slice(0, -'-xxxxxx'.length) === id);
  if (!found) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return found;
}

/** @throws AwsError InvalidRequestException for a secret that waits for its deletion */
export function usableSecret(world: AwsWorld, region: string, id: string | undefined): Secret {
  const secret = findSecret(world, region, id);
  if (secret.deletedAt !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/**
 * API_CreateSecret.html
 * @throws AwsError ResourceExistsException, InvalidRequestException while a deleted secret holds the name
 */
export function makeSecret(
  world: AwsWorld,
  region: string,
  settings: {
    name: string;
    description?: string | undefined;
    kmsKeyId?: string | undefined;
    tags?: Record<string, string>;
  },
): Secret {
  const { name } = settings;
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
    throw new AwsError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  }
  const existing = existingSecrets(world, region).get(name);
  if (existing?.deletedAt !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (existing) {
    throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
  }
  const now = world.clock.now();
  const secret: Secret = {
    name,
    arn: `arn:aws:secretsmanager:${region}:${world.accountId}:secret:${name}-${randomBytes(3).toString('hex')}`,
    description: settings.description,
    kmsKeyId: settings.kmsKeyId,
    createdAt: now,
    changedAt: now,
    deletedAt: undefined,
    goneAt: undefined,
    versions: new Map(),
    tags: settings.tags ?? {},
  };
  world.state(secretsState, region).set(name, secret);
  return secret;
}

/** Makes a new current version; the one before becomes AWSPREVIOUS (API_PutSecretValue.html). */
export function putSecretValue(
  world: AwsWorld,
  secret: Secret,
  content: { value?: string | undefined; binary?: Uint8Array | undefined },
  id: string = randomUUID(),
): SecretVersion {
  const now = world.clock.now();
  const current = secret.versions.get('AWSCURRENT');
  if (current) secret.versions.set('AWSPREVIOUS', current);
  const version: SecretVersion = { id, value: content.value, binary: content.binary, createdAt: now };
  secret.versions.set('AWSCURRENT', version);
  secret.changedAt = now;
  return version;
}

/**
 * Marks a secret for deletion, or deletes it at once (API_DeleteSecret.html).
 * @param recoveryDays 7 to 30; 0 = at once
 */
export function deleteSecret(world: AwsWorld, region: string, secret: Secret, recoveryDays: number): Date {
  const now = world.clock.now();
  const goneAt = new Date(now.getTime() + recoveryDays * 86_400_000);
  if (recoveryDays === 0) world.state(secretsState, region).delete(secret.name);
  else Object.assign(secret, { deletedAt: now, goneAt });
  return goneAt;
}
