import type { Values } from '../helm/release.ts';

/** A map, empty when the value is none. */
export const record = (value: unknown): Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};

/** A list, empty when the value is none. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The value under a path of keys; undefined when there is none. */
export const valueAt = (values: Values, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => record(value)[key], values);

/** `name:tag` of an image in the values. */
export function imageOf(values: Values, ...path: readonly string[]): string {
  const { name, tag } = record(valueAt(values, ...path));
  return `${String(name)}:${String(tag)}`;
}

/** Authenticators that `authenticator_class` may name in short (jupyterhub, pyproject.toml and the packages in k8s-hub). */
const KNOWN_AUTHENTICATORS: readonly string[] = [
  'auth0',
  'azuread',
  'bitbucket',
  'cilogon',
  'default',
  'dummy',
  'generic-oauth',
  'github',
  'gitlab',
  'globus',
  'google',
  'ldap',
  'lti13',
  'mediawiki',
  'native',
  'null',
  'okpy',
  'openshift',
  'pam',
  'shared-password',
  'tmp',
];

/** The authenticator the hub's values name; the chart's default lets anybody in. */
export const authenticatorOf = (values: Values): string =>
  String(valueAt(values, 'hub', 'config', 'JupyterHub', 'authenticator_class') ?? 'dummy');

/** Why a hub with these values ends right after its start; undefined when it runs. */
export function hubStartFailure(values: Values, unknownScopes: readonly string[]): string | undefined {
  const authenticator = authenticatorOf(values);
  const isClassPath = authenticator.includes('.');
  if (!isClassPath && !KNOWN_AUTHENTICATORS.includes(authenticator)) {
    return `traitlets.traitlets.TraitError: Could not load authenticator class ${authenticator}`;
  }
  const [scope] = unknownScopes;
  return scope === undefined ? undefined : `jupyterhub.scopes.ScopeNotFound: Scope '${scope}' does not exist`;
}

export type HubService = { name: string; apiToken: string | undefined };

/** Services of the hub; the chart makes a token for each that has none (values `hub.services`). */
export function hubServices(values: Values): HubService[] {
  return Object.entries(record(valueAt(values, 'hub', 'services'))).map(([key, given]) => {
    const { name, apiToken, api_token } = record(given);
    const token = apiToken ?? api_token;
    return { name: String(name ?? key), apiToken: token === undefined || token === null ? undefined : String(token) };
  });
}

export type HubRole = { name: string; scopes: string[]; services: string[]; users: string[]; groups: string[] };

/** Roles of the hub (values `hub.loadRoles`). */
export function hubRoles(values: Values): HubRole[] {
  return Object.entries(record(valueAt(values, 'hub', 'loadRoles'))).map(([key, given]) => {
    const role = record(given);
    const texts = (name: string): string[] => list(role[name]).map(String);
    return {
      name: String(role['name'] ?? key),
      scopes: texts('scopes'),
      services: texts('services'),
      users: texts('users'),
      groups: texts('groups'),
    };
  });
}
