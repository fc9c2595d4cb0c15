import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AwsWorld, StateKey } from '../../aws/world.ts';
import type { KubernetesCluster } from '../cluster-state.ts';
import { reconcile } from '../reconcile.ts';
import { componentPods, type Hub, runningHub } from './hub.ts';
import { signIn } from './hub-identity.ts';
import { authenticatorOf, record, valueAt } from './hub-values.ts';
import { callHubApi } from './rest-api.ts';
import { callKernels, isKernelPath, kernelAnswers, refusedChannel } from './user-server.ts';
import { acceptWebSocket } from './web-socket.ts';

const addressesKey: StateKey<Map<string, Promise<number>>> = { id: 'jupyterhub-servers', create: () => new Map() };

/**
 * The loopback port on which the hub of a namespace answers, as behind its proxy. It starts to listen on the first call
 * and stops with the world.
 */
export function hubPort(world: AwsWorld, cluster: KubernetesCluster, namespace: string): Promise<number> {
  const addresses = world.state(addressesKey, cluster.eks.region);
  const key = `${cluster.eks.id}/${namespace}`;
  const existing = addresses.get(key) ?? listen(world, cluster, namespace);
  addresses.set(key, existing);
  return existing;
}

/** What goes back to the client; without a page the connection is closed. */
type Page = { status: number; headers?: Record<string, string>; body?: unknown };

function listen(world: AwsWorld, cluster: KubernetesCluster, namespace: string): Promise<number> {
  const server = createServer((request, response) => {
    answer(world, cluster, namespace, request)
      .catch(
        (error: unknown): Page => ({
          status: 500,
          body: { status: 500, message: `The sandbox failed: ${String(error)}` },
        }),
      )
      .then((page) => send(response, page));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) =>
    upgrade(world, cluster, namespace, request, socket),
  );
  world.closing.addEventListener('abort', () => server.close(() => undefined).closeAllConnections());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Without the proxy nothing answers; without the hub the proxy says 503 (configurable-http-proxy). */
async function answer(
  world: AwsWorld,
  cluster: KubernetesCluster,
  namespace: string,
  request: IncomingMessage,
): Promise<Page | undefined> {
  const body = await readBody(request);
  reconcile(world, cluster);
  if (componentPods(world, cluster, namespace, 'proxy').length === 0) return undefined;
  const hub = runningHub(world, cluster, namespace);
  if (!hub) return { status: 503, body: 'Service Unavailable' };
  const { pathname } = new URL(request.url ?? '/', 'http://hub');
  if (pathname === '/hub/health') return { status: 200, body: '' };
  if (pathname === '/hub/api' || pathname.startsWith('/hub/api/')) return apiPage(hub, request, pathname, body);
  if (isKernelPath(pathname)) return callKernels(hub, kernelRequest(request, pathname));
  if (pathname === '/hub/login') return loginPage(hub, request, body);
  if (pathname === '/' || pathname === '/hub' || pathname === '/hub/') return redirect('/hub/login');
  return { status: 404, body: '404 : Not Found' };
}

const kernelRequest = (request: IncomingMessage, pathname: string) => ({
  method: request.method ?? 'GET',
  pathname,
  authorization: request.headers.authorization,
});

/** A WebSocket to a kernel; all others are refused as the hub refuses unknown pages. */
function upgrade(
  world: AwsWorld,
  cluster: KubernetesCluster,
  namespace: string,
  request: IncomingMessage,
  socket: Duplex,
): void {
  reconcile(world, cluster);
  const hub = runningHub(world, cluster, namespace);
  const { pathname } = new URL(request.url ?? '/', 'http://hub');
  const key = request.headers['sec-websocket-key'];
  const refusal = !hub
    ? { status: 503 }
    : isKernelPath(pathname) && key !== undefined
      ? refusedChannel(hub, kernelRequest(request, pathname))
      : { status: 404 };
  if (refusal || key === undefined) {
    socket.end(
      `HTTP/1.1 ${refusal?.status ?? 400} ${STATUS_CODES[refusal?.status ?? 400]}\r\nConnection: close\r\n\r\n`,
    );
    return;
  }
  acceptWebSocket(socket, key, kernelAnswers);
}

function apiPage(hub: Hub, request: IncomingMessage, pathname: string, body: string): Page {
  const parsed = body === '' ? {} : parseJson(body);
  if (parsed === undefined) return { status: 400, body: { status: 400, message: 'Invalid JSON in body of request' } };
  const cookie = /(?:^|;\s*)jupyterhub-session-id=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1];
  const authorization = request.headers.authorization ?? (cookie === undefined ? undefined : `token ${cookie}`);
  const path = pathname.slice('/hub/api'.length);
  return callHubApi(hub, { method: request.method ?? 'GET', path, authorization, body: parsed });
}

/**
 * The login page. OAuth authenticators send people to their provider; `dummy` asks for a name; `null` lets nobody in
 * (jupyterhub/handlers/login.py, oauthenticator). Real forms also carry an XSRF token, which the sandbox leaves out.
 */
function loginPage(hub: Hub, request: IncomingMessage, body: string): Page {
  const authenticator = authenticatorOf(hub.values);
  if (authenticator.endsWith('oauth') || authenticator.toLowerCase().endsWith('oauthenticator')) {
    const { authorize_url, client_id } = record(valueAt(hub.values, 'hub', 'config', 'GenericOAuthenticator'));
    if (!authorize_url || !client_id) return { status: 500, body: '500 : Internal Server Error' };
    return redirect(`${String(authorize_url)}?response_type=code&client_id=${encodeURIComponent(String(client_id))}`);
  }
  if (request.method !== 'POST')
    return { status: 200, body: authenticator === 'dummy' ? '<form method="post"></form>' : '' };
  const form = new URLSearchParams(body);
  const signedIn = signIn(hub, form.get('username') ?? '', form.get('password') ?? '');
  if (!signedIn) return { status: 403, body: 'Invalid username or password' };
  return redirect('/hub/home', { 'set-cookie': `jupyterhub-session-id=${signedIn.token}; Path=/; HttpOnly` });
}

const redirect = (location: string, headers: Record<string, string> = {}): Page => ({
  status: 302,
  headers: { location, ...headers },
});

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return record(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, page: Page | undefined): void {
  if (!page) {
    response.destroy();
    return;
  }
  const { status, headers = {}, body } = page;
  const isText = body === undefined || typeof body === 'string';
  response.writeHead(status, {
    ...(status === 204 ? {} : { 'content-type': isText ? 'text/html' : 'application/json' }),
    ...headers,
  });
  response.end(status === 204 ? undefined : isText ? (body ?? '') : JSON.stringify(body));
}
