import { randomBytes } from 'node:crypto';
import type { Hub } from './hub.ts';
import { addUser, type HubUser } from './hub-database.ts';
import { expandScopes } from './hub-scopes.ts';
import { authenticatorOf, hubRoles, hubServices, list, valueAt } from './hub-values.ts';

/** Who calls the hub, and what they may do. */
export type Requester =
  | { kind: 'service'; name: string; scopes: ReadonlySet<string> }
  | { kind: 'user'; name: string; admin: boolean; scopes: ReadonlySet<string> };

/** Scopes of administrators and of users (jupyterhub, default roles `admin` and `user`). */
const ADMIN_SCOPES = [
  'admin-ui',
  'admin:users',
  'admin:servers',
  'tokens',
  'admin:groups',
  'list:services',
  'read:services',
  'read:hub',
  'proxy',
  'shutdown',
  'access:services',
  'access:servers',
  'read:roles',
  'read:metrics',
  'shares',
];
const userScopes = (name: string): string[] =>
  ['users', 'servers', 'tokens', 'access:servers', 'read:shares'].map((scope) => `${scope}!user=${name}`);

/** Finds out who a token of the header `Authorization: token …` or `Bearer …` belongs to; undefined for nobody. */
export function requesterOf(hub: Hub, authorization: string | undefined): Requester | undefined {
  const token = /^(?:token|bearer)\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const service = hubServices(hub.values).find(({ name }) => hub.secret[`hub.services.${name}.apiToken`] === token);
  if (service) {
    const roles = hubRoles(hub.values).filter(({ services }) => services.includes(service.name));
    return { kind: 'service', name: service.name, scopes: expandScopes(roles.flatMap(({ scopes }) => scopes)) };
  }
  const user = hub.database.users.get(hub.database.tokens.get(token) ?? '');
  return user && asRequester(hub, user);
}

function asRequester(hub: Hub, user: HubUser): Requester {
  const roles = hubRoles(hub.values).filter(({ users }) => users.includes(user.name));
  const own = [...userScopes(user.name), ...roles.flatMap(({ scopes }) => scopes), ...(user.admin ? ADMIN_SCOPES : [])];
  return { kind: 'user', name: user.name, admin: user.admin, scopes: expandScopes(own) };
}

/**
 * Signs somebody in with a name and a password. Of the authenticators that take passwords the sandbox has only `dummy`,
 * which lets in anybody with any password unless one is configured, or users are listed (jupyterhub.auth,
 * DummyAuthenticator: `allow_all` is true when there are no `allowed_users`).
 * @returns a token, or undefined when the hub refuses
 */
export function signIn(hub: Hub, username: string, password: string): { user: HubUser; token: string } | undefined {
  if (authenticatorOf(hub.values) !== 'dummy' || username === '') return undefined;
  const config = (section: string, name: string): unknown => valueAt(hub.values, 'hub', 'config', section, name);
  const required = config('DummyAuthenticator', 'password');
  if (required && required !== password) return undefined;
  const names = (name: string): string[] =>
    list(config('Authenticator', name) ?? config('DummyAuthenticator', name)).map((each) => String(each).toLowerCase());
  const name = username.toLowerCase();
  const [allowed, admins] = [names('allowed_users'), names('admin_users')];
  if (allowed.length > 0 && !allowed.includes(name) && !admins.includes(name)) return undefined;
  const user = hub.database.users.get(name) ?? addUser(hub.database, name, hub.world.clock.now());
  user.admin ||= admins.includes(name);
  const token = randomBytes(16).toString('hex');
  hub.database.tokens.set(token, user.name);
  return { user, token };
}
