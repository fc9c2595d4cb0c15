import { randomInt, randomUUID } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';
import { checkSender, type PoolSettings, withDefaults } from './pool-settings.ts';

export type PoolUser = {
  username: string;
  attributes: Map<string, string>;
  enabled: boolean;
  /** `FORCE_CHANGE_PASSWORD`, `CONFIRMED`, `UNCONFIRMED` … (API_UserType.html) */
  status: string;
  createdAt: Date;
  modifiedAt: Date;
};
export type PoolGroup = {
  name: string;
  description: string | undefined;
  precedence: number | undefined;
  roleArn: string | undefined;
  createdAt: Date;
  usernames: Set<string>;
};
export type PoolClient = {
  id: string;
  name: string;
  secret: string | undefined;
  settings: Record<string, unknown>;
  createdAt: Date;
};

export type UserPool = {
  readonly id: string;
  readonly arn: string;
  name: string;
  settings: PoolSettings;
  /** Fixed at creation. */
  schema: Record<string, unknown>[];
  usernameAttributes: string[];
  aliasAttributes: string[];
  caseSensitive: boolean;
  tags: Record<string, string>;
  domain: string | undefined;
  createdAt: Date;
  modifiedAt: Date;
  users: Map<string, PoolUser>;
  groups: Map<string, PoolGroup>;
  clients: Map<string, PoolClient>;
  /** Invitations that were sent to new users, oldest first. */
  invitations: { username: string; media: string[] }[];
};

export type CognitoState = {
  pools: Map<string, UserPool>;
  /** Prefix domains to pool ids; an empty id stands for a pool of another account. */
  domains: Map<string, string>;
};

const cognitoStateKey: StateKey<CognitoState> = {
  id: 'cognito',
  create: () => ({ pools: new Map(), domains: new Map() }),
};

export const cognitoState = (world: AwsWorld, region: string): CognitoState => world.state(cognitoStateKey, region);

/** @throws AwsError ResourceNotFoundException */
export function findPool(world: AwsWorld, region: string, poolId: string | undefined): UserPool {
  const pool = cognitoState(world, region).pools.get(poolId ?? '');
  if (!pool) throw new AwsError('ResourceNotFoundException', `User pool ${poolId} does not exist.`);
  return pool;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const randomText = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/**
 * CreateUserPool (API_CreateUserPool.html).
 * @throws AwsError InvalidParameterException
 */
export function makePool(
  world: AwsWorld,
  region: string,
  made: Pick<UserPool, 'name' | 'schema' | 'usernameAttributes' | 'aliasAttributes' | 'caseSensitive' | 'tags'> & {
    settings: Partial<PoolSettings>;
  },
): UserPool {
  if (!/^[\w\s+=,.@-]{1,128}$/.test(made.name)) {
    throw new AwsError(
      'InvalidParameterException',
      `1 validation error detected: Value '${made.name}' at 'poolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+`,
    );
  }
  const settings = withDefaults(made.settings);
  checkSender(world, settings);
  const id = `${region}_${randomText(LETTERS, 9)}`;
  const pool: UserPool = {
    ...made,
    id,
    arn: `arn:aws:cognito-idp:${region}:${world.accountId}:userpool/${id}`,
    settings,
    domain: undefined,
    createdAt: world.clock.now(),
    modifiedAt: world.clock.now(),
    users: new Map(),
    groups: new Map(),
    clients: new Map(),
    invitations: [],
  };
  cognitoState(world, region).pools.set(id, pool);
  return pool;
}

/**
 * DeleteUserPool (API_DeleteUserPool.html; developer guide, user-pool-settings-deletion-protection.html).
 * @throws AwsError InvalidParameterException under deletion protection or while a domain is left
 */
export function removePool(world: AwsWorld, region: string, poolId: string): void {
  const pool = findPool(world, region, poolId);
  if (pool.settings.DeletionProtection === 'ACTIVE') {
    throw new AwsError(
      'InvalidParameterException',
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    );
  }
  if (pool.domain !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'User pool cannot be deleted. It has a domain configured that should be deleted first.',
    );
  }
  cognitoState(world, region).pools.delete(poolId);
}

/** Words no prefix may contain (developer guide, cognito-user-pools-assign-domain-prefix.html). */
const RESERVED_WORDS = ['aws', 'amazon', 'cognito'];

/**
 * CreateUserPoolDomain for a prefix: unique among all accounts of the region (API_CreateUserPoolDomain.html).
 * @throws AwsError InvalidParameterException
 */
export function makeDomain(world: AwsWorld, region: string, pool: UserPool, domain: string): void {
  const { domains } = cognitoState(world, region);
  const refuse = (message: string): never => {
    throw new AwsError('InvalidParameterException', message);
  };
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(domain)) {
    refuse(
      `1 validation error detected: Value '${domain}' at 'domain' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$`,
    );
  }
  const reserved = RESERVED_WORDS.find((word) => domain.includes(word));
  if (reserved !== undefined) refuse(`Domain cannot contain reserved word: ${reserved}`);
  if (domains.has(domain)) refuse('Domain already associated with another user pool.');
  if (pool.domain !== undefined) refuse('User pool already has a domain configured.');
  domains.set(domain, pool.id);
  pool.domain = domain;
}

/** Lets another account hold a prefix domain, so that creating it here is refused. */
export function claimDomain(world: AwsWorld, region: string, domain: string): void {
  cognitoState(world, region).domains.set(domain, '');
}

/** Gives a prefix domain up; what is not there is no error. */
export function removeDomain(world: AwsWorld, region: string, domain: string): void {
  const { domains, pools } = cognitoState(world, region);
  const pool = pools.get(domains.get(domain) ?? '');
  if (!pool) return;
  pool.domain = undefined;
  domains.delete(domain);
}

export const newClientId = (): string => randomText('abcdefghijklmnopqrstuvwxyz0123456789', 26);
export const newClientSecret = (): string => randomText('abcdefghijklmnopqrstuvwxyz0123456789', 51);
export const newSub = (): string => randomUUID();
