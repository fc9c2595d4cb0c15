import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { newSub, type PoolGroup, type PoolUser, type UserPool } from './cognito-state.ts';

/** Names in a case-insensitive pool are kept in lower case (developer guide, user-pool-case-sensitivity.html). */
const canonical = (pool: UserPool, username: string): string =>
  pool.caseSensitive ? username : username.toLowerCase();

export type NewUser = {
  username: string;
  attributes: Record<string, string>;
  suppressMessage: boolean;
  media: string[];
};

/**
 * AdminCreateUser: the user must change the temporary password, and gets an invitation unless that is suppressed
 * (API_AdminCreateUser.html).
 * @throws AwsError InvalidParameterException, UsernameExistsException
 */
export function createUser(world: AwsWorld, pool: UserPool, made: NewUser): PoolUser {
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(made.username)) {
    throw new AwsError(
      'InvalidParameterException',
      `Value '${made.username}' at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+`,
    );
  }
  const attributes = new Map(Object.entries(made.attributes));
  const signsInByMail = pool.usernameAttributes.includes('email');
  if (signsInByMail && !made.username.includes('@')) {
    throw new AwsError('InvalidParameterException', 'Username should be an email.');
  }
  const sub = newSub();
  if (signsInByMail) attributes.set('email', made.username);
  attributes.set('sub', sub);
  const mail = attributes.get('email');
  const mailTaken =
    signsInByMail &&
    [...pool.users.values()].some(
      (user) => canonical(pool, user.attributes.get('email') ?? '') === canonical(pool, mail ?? ''),
    );
  const username = signsInByMail ? sub : canonical(pool, made.username);
  if (mailTaken || pool.users.has(username))
    throw new AwsError('UsernameExistsException', 'User account already exists');
  const now = world.clock.now();
  const user: PoolUser = {
    username,
    attributes,
    enabled: true,
    status: 'FORCE_CHANGE_PASSWORD',
    createdAt: now,
    modifiedAt: now,
  };
  pool.users.set(username, user);
  if (!made.suppressMessage) pool.invitations.push({ username, media: made.media });
  return user;
}

/** @throws AwsError UserNotFoundException */
export function findUser(pool: UserPool, username: string | undefined): PoolUser {
  const name = canonical(pool, username ?? '');
  const byAlias = [...pool.usernameAttributes, ...pool.aliasAttributes];
  const user =
    pool.users.get(name) ??
    [...pool.users.values()].find((each) =>
      byAlias.some((alias) => canonical(pool, each.attributes.get(alias) ?? '') === name),
    );
  if (!user) throw new AwsError('UserNotFoundException', 'User does not exist.');
  return user;
}

/** Takes a user out of a pool and its groups. */
export function removeUser(pool: UserPool, username: string): void {
  pool.users.delete(username);
  for (const { usernames } of pool.groups.values()) usernames.delete(username);
}

/** @throws AwsError GroupExistsException, InvalidParameterException */
export function createGroup(
  world: AwsWorld,
  pool: UserPool,
  made: Pick<PoolGroup, 'name' | 'description' | 'precedence' | 'roleArn'>,
): PoolGroup {
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(made.name)) {
    throw new AwsError(
      'InvalidParameterException',
      `Value '${made.name}' at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+`,
    );
  }
  if (pool.groups.has(made.name)) throw new AwsError('GroupExistsException', 'A group with the name already exists.');
  const group: PoolGroup = { ...made, createdAt: world.clock.now(), usernames: new Set() };
  pool.groups.set(group.name, group);
  return group;
}

/** @throws AwsError ResourceNotFoundException */
export function findPoolGroup(pool: UserPool, name: string | undefined): PoolGroup {
  const group = pool.groups.get(name ?? '');
  if (!group) throw new AwsError('ResourceNotFoundException', 'Group not found.');
  return group;
}
