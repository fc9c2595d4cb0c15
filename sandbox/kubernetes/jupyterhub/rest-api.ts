import { ApiError } from '../api-error.ts';
import type { Hub } from './hub.ts';
import { addUser, type HubUser } from './hub-database.ts';
import { type Requester, requesterOf, signIn } from './hub-identity.ts';
import { holdsScope } from './hub-scopes.ts';
import { hubServices } from './hub-values.ts';
import { deleteForever, pendingOf, startServer, stopServer, updateServers } from './spawner.ts';
import { userModel } from './user-model.ts';

export type HubRequest = {
  method: string;
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
};
export type HubReply = { status: number; body?: unknown };

/** What the hub answers instead, as `{status, message}`. */
class HubError extends Error {
  override readonly name = 'HubError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Call = { hub: Hub; request: HubRequest; requester: Requester | undefined; parameters: string[] };
type Route = { method: string; pattern: RegExp; run: (call: Call) => HubReply };

/** The part of JupyterHub's REST API that is imitated (jupyterhub.readthedocs.io/en/stable/reference/rest-api.html). */
const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: /^\/$/, run: () => ({ status: 200, body: { version: '5.5.0' } }) },
  { method: 'GET', pattern: /^\/info$/, run: info },
  { method: 'GET', pattern: /^\/user$/, run: self },
  { method: 'GET', pattern: /^\/users$/, run: listUsers },
  { method: 'GET', pattern: /^\/users\/([^/]+)$/, run: getUser },
  { method: 'POST', pattern: /^\/users\/([^/]+)$/, run: createUser },
  { method: 'DELETE', pattern: /^\/users\/([^/]+)$/, run: deleteUser },
  { method: 'POST', pattern: /^\/users\/([^/]+)\/tokens$/, run: createToken },
  { method: 'POST', pattern: /^\/users\/([^/]+)\/server$/, run: start },
  { method: 'DELETE', pattern: /^\/users\/([^/]+)\/server$/, run: stop },
  { method: 'GET', pattern: /^\/users\/([^/]+)\/server\/progress$/, run: progress },
  { method: 'GET', pattern: /^\/services$/, run: services },
];

/**
 * Answers a call below `/hub/api`.
 * @param request.path without `/hub/api`, decoded parts separated by slashes
 */
export function callHubApi(hub: Hub, request: HubRequest): HubReply {
  try {
    updateServers(hub);
    const path = request.path === '' ? '/' : request.path.replace(/(.)\/$/, '$1');
    const matching = ROUTES.filter(({ pattern }) => pattern.test(path));
    const route = matching.find(({ method }) => method === request.method);
    if (!route)
      throw new HubError(matching.length > 0 ? 405 : 404, matching.length > 0 ? 'Method Not Allowed' : 'Not Found');
    const parameters = (route.pattern.exec(path) ?? []).slice(1).map(decodeURIComponent);
    return route.run({ hub, request, requester: requesterOf(hub, request.authorization), parameters });
  } catch (error) {
    if (error instanceof HubError)
      return { status: error.status, body: { status: error.status, message: error.message } };
    if (error instanceof ApiError)
      return { status: error.status, body: { status: error.status, message: error.message } };
    throw error;
  }
}

/**
 * The requester, if it has a scope. Without any credentials the API answers 403; with credentials that do not reach a
 * particular user, 404, so that nobody finds out who exists (jupyterhub/scopes.py, `needs_scope`).
 */
function need({ requester }: Call, scope: string, user?: string): Requester {
  if (!requester) throw new HubError(403, 'Missing or invalid credentials.');
  if (holdsScope(requester.scopes, scope, user)) return requester;
  // Held for somebody else (jupyterhub/scopes.py, `_check_scope_access`).
  const isHeld = [...requester.scopes].some((held) => held.startsWith(`${scope}!`));
  if (user !== undefined && isHeld) throw new HubError(404, 'No access to resources or resources not found');
  throw new HubError(403, `Action is not authorized with current scopes; requires any of [${scope}]`);
}

function findUser({ hub }: Call, name: string): HubUser {
  const user = hub.database.users.get(name);
  if (!user) throw new HubError(404, 'No access to resources or resources not found');
  return user;
}

const userName = (call: Call): string => (call.parameters[0] ?? '').toLowerCase();

function info(call: Call): HubReply {
  need(call, 'read:hub');
  return {
    status: 200,
    body: { version: '5.5.0', python: '3.12', spawner: { class: 'kubespawner.spawner.KubeSpawner', version: '7.0.0' } },
  };
}

function self(call: Call): HubReply {
  const { hub, requester } = call;
  if (!requester) throw new HubError(403, 'Missing or invalid credentials.');
  if (requester.kind === 'service')
    return { status: 200, body: { kind: 'service', name: requester.name, scopes: [...requester.scopes] } };
  return { status: 200, body: { ...userModel(hub, findUser(call, requester.name)), scopes: [...requester.scopes] } };
}

function listUsers(call: Call): HubReply {
  need(call, 'list:users');
  return { status: 200, body: [...call.hub.database.users.values()].map((user) => userModel(call.hub, user)) };
}

function getUser(call: Call): HubReply {
  need(call, 'read:users', userName(call));
  return { status: 200, body: userModel(call.hub, findUser(call, userName(call))) };
}

function createUser(call: Call): HubReply {
  const name = userName(call);
  need(call, 'admin:users', name);
  const { hub } = call;
  if (hub.database.users.has(name)) throw new HubError(409, `User ${name} already exists`);
  const user = addUser(hub.database, name, hub.world.clock.now(), call.request.body['admin'] === true);
  return { status: 201, body: userModel(hub, user) };
}

/** The user's server is stopped first; only when that is over does the user go. */
function deleteUser(call: Call): HubReply {
  need(call, 'delete:users', userName(call));
  const { hub } = call;
  const user = findUser(call, userName(call));
  // Names alone are compared, a service's too (jupyterhub/apihandlers/users.py, UserAPIHandler.delete).
  if (call.requester?.name === user.name) throw new HubError(400, 'Cannot delete yourself!');
  if (pendingOf(hub, user) === 'stop') {
    throw new HubError(400, `${user.name}'s server is in the process of stopping, please wait.`);
  }
  deleteForever(hub, user);
  hub.database.users.delete(user.name);
  return { status: 204 };
}

/** A token for a user, on the word of somebody who may give it, or for a name and a password (`auth`). */
function createToken(call: Call): HubReply {
  const { hub, request } = call;
  const auth = request.body['auth'] as { username?: unknown; password?: unknown } | undefined;
  if (!call.requester && auth) {
    const signedIn = signIn(hub, String(auth.username ?? ''), String(auth.password ?? ''));
    if (!signedIn || signedIn.user.name !== userName(call)) throw new HubError(403, 'Invalid username or password');
    return { status: 201, body: { token: signedIn.token, user: signedIn.user.name } };
  }
  need(call, 'tokens', userName(call));
  throw new HubError(501, 'The sandbox gives out tokens for a name and a password only.');
}

/** The body is the user's options; the chart sets `slow_spawn_timeout` to 0, so the answer is always 202. */
function start(call: Call): HubReply {
  need(call, 'servers', userName(call));
  const user = findUser(call, userName(call));
  const pending = pendingOf(call.hub, user);
  if (pending === 'spawn') return { status: 202 };
  if (pending === 'stop') throw new HubError(400, `${user.name} is pending stop`);
  if (user.server) throw new HubError(400, `${user.name} is already running`);
  startServer(call.hub, user, call.request.body);
  return { status: 202 };
}

function stop(call: Call): HubReply {
  need(call, 'delete:servers', userName(call));
  const user = findUser(call, userName(call));
  if (!user.server) return { status: 204 };
  if (pendingOf(call.hub, user) === 'spawn') throw new HubError(400, `${user.name} is pending spawn, please wait`);
  stopServer(call.hub, user);
  return { status: 202 };
}

/** Only the last message; the hub sends a stream of them. */
function progress(call: Call): HubReply {
  need(call, 'read:servers', userName(call));
  const user = findUser(call, userName(call));
  if (user.server) {
    const ready = pendingOf(call.hub, user) === null;
    return {
      status: 200,
      body: ready
        ? { progress: 100, ready: true, message: `Server ready at /user/${user.name}/`, url: `/user/${user.name}/` }
        : { progress: 50, message: 'Server requested' },
    };
  }
  return {
    status: 200,
    body: { progress: 100, failed: true, message: user.lastFailure ?? 'Spawn failed: Server is stopped' },
  };
}

function services(call: Call): HubReply {
  need(call, 'list:services');
  const all = hubServices(call.hub.values).map(({ name }) => [name, { kind: 'service', name, admin: false }]);
  return { status: 200, body: Object.fromEntries(all) };
}
