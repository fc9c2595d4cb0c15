import { randomBytes } from 'node:crypto';
import { realNow } from '../../clock.ts';
import type { Principal } from '../service.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../world.ts';

/** An access key that the account knows. */
export type StoredKey = {
  accessKeyId: string;
  secretAccessKey: string;
  /** Present for temporary credentials only. */
  sessionToken: string | undefined;
  /** Real time, because clients reckon with it. */
  expiresAt: Date | undefined;
  principal: Principal;
};

/** Every access key of the account, and the machine's clock, which credentials live by. */
export const credentialStore: StateKey<{ keys: Map<string, StoredKey>; now: () => Date }> = {
  id: 'credentials',
  create: () => ({ keys: new Map(), now: realNow }),
};

/** Why a key is refused. */
export type KeyRefusal = 'unknown-key' | 'wrong-token' | 'expired';

/**
 * Finds a key that may be used now.
 * @param sessionToken what the client sent; undefined for long-lived keys
 */
export function findKey(
  world: AwsWorld,
  accessKeyId: string,
  sessionToken: string | undefined,
): StoredKey | { refused: KeyRefusal } {
  const { keys, now } = world.state(credentialStore, GLOBAL);
  const key = keys.get(accessKeyId);
  if (!key) return { refused: 'unknown-key' };
  if (key.sessionToken !== sessionToken) return { refused: 'wrong-token' };
  if (key.expiresAt !== undefined && key.expiresAt <= now()) return { refused: 'expired' };
  return key;
}

/**
 * Makes a long-lived key of an IAM user.
 * @param userName the user need not exist otherwise
 * @param accountId default: the world's own account
 */
export function createUserKey(world: AwsWorld, userName: string, accountId = world.accountId): StoredKey {
  const accessKeyId = makeKeyId('AKIA');
  return store(world, {
    accessKeyId,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: undefined,
    expiresAt: undefined,
    principal: {
      arn: `arn:aws:iam::${accountId}:user/${userName}`,
      accountId,
      userId: makeKeyId('AIDA'),
      accessKeyId,
    },
  });
}

/**
 * Makes temporary credentials of a role. Whether the caller may have them has been decided before.
 * @param role.id the role's unique id, `AROA…`
 * @param session.seconds real seconds until they expire
 * @param session.policies JSON texts of policies that narrow the session; undefined: none, which is not an empty list
 */
export function createRoleSession(
  world: AwsWorld,
  role: { name: string; id: string },
  session: { name: string; seconds: number; policies?: readonly string[] | undefined },
): StoredKey & { sessionToken: string; expiresAt: Date } {
  const accessKeyId = makeKeyId('ASIA');
  const { now } = world.state(credentialStore, GLOBAL);
  const key = {
    accessKeyId,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(120).toString('base64'),
    expiresAt: new Date(now().getTime() + session.seconds * 1000),
    principal: {
      arn: `arn:aws:sts::${world.accountId}:assumed-role/${role.name}/${session.name}`,
      accountId: world.accountId,
      userId: `${role.id}:${session.name}`,
      accessKeyId,
      roleName: role.name,
      ...(session.policies === undefined ? {} : { sessionPolicies: session.policies }),
    },
  };
  store(world, key);
  return key;
}

/** Ends the life of a key now. */
export function expireKey(world: AwsWorld, accessKeyId: string): void {
  const { keys, now } = world.state(credentialStore, GLOBAL);
  const key = keys.get(accessKeyId);
  if (key) key.expiresAt = now();
}

/** The secret of a key for services that check signatures of their own, such as CodeCommit's Git endpoint. */
export function lookUpSecret(
  world: AwsWorld,
): (accessKeyId: string, sessionToken: string | undefined) => { secretAccessKey: string } | { refused: string } {
  return (accessKeyId, sessionToken) => {
    const key = findKey(world, accessKeyId, sessionToken);
    return 'refused' in key ? { refused: `The credentials are not valid (${key.refused}).` } : key;
  };
}

function store(world: AwsWorld, key: StoredKey): StoredKey {
  world.state(credentialStore, GLOBAL).keys.set(key.accessKeyId, key);
  return key;
}

/**
 * A unique id with a prefix that tells its kind (IAM userguide, reference_identifiers.html, "Understanding unique ID
 * prefixes"): 4 letters and 16 of base 32.
 */
export function makeKeyId(prefix: 'AKIA' | 'ASIA' | 'AIDA' | 'AROA' | 'AIPA' | 'ANPA'): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + [...randomBytes(16)].map((byte) => alphabet[byte % 32]).join('');
}
