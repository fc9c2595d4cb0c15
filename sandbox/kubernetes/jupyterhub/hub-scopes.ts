/**
 * Scopes of JupyterHub with those they contain (jupyterhub.readthedocs.io, "Scopes in JupyterHub"). A scope with a filter,
 * e.g. `servers!user=ada`, holds for that user only.
 */
const CONTAINED: Readonly<Record<string, readonly string[]>> = {
  self: [],
  inherit: [],
  'admin-ui': [],
  'admin:users': ['admin:auth_state', 'users', 'read:roles:users', 'delete:users'],
  'admin:auth_state': [],
  users: ['read:users', 'list:users', 'users:activity'],
  'delete:users': [],
  'list:users': ['read:users:name'],
  'read:users': ['read:users:name', 'read:users:groups', 'read:users:activity'],
  'read:users:name': [],
  'read:users:groups': [],
  'read:users:activity': [],
  'users:activity': ['read:users:activity'],
  'users:shares': ['read:users:shares'],
  'read:users:shares': [],
  'read:roles': ['read:roles:users', 'read:roles:services', 'read:roles:groups'],
  'read:roles:users': [],
  'read:roles:services': [],
  'read:roles:groups': [],
  'admin:servers': ['admin:server_state', 'servers'],
  'admin:server_state': [],
  servers: ['read:servers', 'delete:servers'],
  'read:servers': ['read:users:name'],
  'delete:servers': [],
  tokens: ['read:tokens'],
  'read:tokens': [],
  'admin:groups': ['groups', 'read:roles:groups', 'delete:groups'],
  groups: ['read:groups', 'list:groups'],
  'list:groups': ['read:groups:name'],
  'read:groups': ['read:groups:name'],
  'read:groups:name': [],
  'delete:groups': [],
  'admin:services': ['list:services', 'read:services', 'read:roles:services'],
  'list:services': ['read:services:name'],
  'read:services': ['read:services:name'],
  'read:services:name': [],
  'read:hub': [],
  'access:servers': [],
  'access:services': [],
  shares: ['access:servers', 'read:shares', 'users:shares', 'groups:shares'],
  'read:shares': [],
  'groups:shares': ['read:groups:shares'],
  'read:groups:shares': [],
  proxy: [],
  shutdown: [],
  'read:metrics': [],
};

/** Those of the scopes that JupyterHub does not have; it refuses to start with them. */
export const unknownScopes = (scopes: readonly string[]): string[] =>
  scopes.filter((scope) => !scope.startsWith('custom:') && !Object.hasOwn(CONTAINED, nameOf(scope)));

const nameOf = (scope: string): string => scope.split('!')[0] ?? '';

/** All scopes that come with these, filters kept. */
export function expandScopes(scopes: readonly string[]): Set<string> {
  const expanded = new Set<string>();
  const add = (scope: string): void => {
    if (expanded.has(scope)) return;
    expanded.add(scope);
    const filter = scope.slice(nameOf(scope).length);
    for (const inner of CONTAINED[nameOf(scope)] ?? []) add(`${inner}${filter}`);
  };
  for (const scope of scopes) add(scope);
  return expanded;
}

/** Whether a scope is held, for everybody or for this user. */
export const holdsScope = (held: ReadonlySet<string>, scope: string, user: string | undefined): boolean =>
  held.has(scope) ||
  (user !== undefined && (held.has(`${scope}!user=${user}`) || held.has(`${scope}!server=${user}/`)));
