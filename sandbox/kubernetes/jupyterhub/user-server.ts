import { randomUUID } from 'node:crypto';
import type { Hub } from './hub.ts';
import type { HubServer } from './hub-database.ts';
import { requesterOf } from './hub-identity.ts';
import { holdsScope } from './hub-scopes.ts';
import { isServerReady, updateServers } from './spawner.ts';

type Request = { method: string; pathname: string; authorization: string | undefined };
type Reply = { status: number; body: unknown };

const pattern = /^\/user\/([^/]+)\/api\/kernels(?:\/([^/]+)\/channels)?$/;

/** Whether a path belongs to the kernels of a user's server. */
export const isKernelPath = (pathname: string): boolean => pattern.test(pathname);

/**
 * The kernels of a user's server (jupyter-server.readthedocs.io, "The REST API"). Without a server the hub answers 424
 * (JupyterHub, "Upgrading to 2.0"), and the server lets in who has `access:servers` for it (JupyterHub, "Scopes").
 */
export function callKernels(hub: Hub, request: Request): Reply {
  const server = accessibleServer(hub, request);
  if ('status' in server) return server;
  if (request.method !== 'POST') return { status: 405, body: { message: 'Method Not Allowed' } };
  const id = randomUUID();
  server.kernels.add(id);
  return { status: 201, body: { id, name: 'python3', execution_state: 'starting', connections: 0 } };
}

/** What refuses a WebSocket to a kernel; undefined when it is let in. */
export function refusedChannel(hub: Hub, request: Request): Reply | undefined {
  const server = accessibleServer(hub, request);
  if ('status' in server) return server;
  const id = pattern.exec(request.pathname)?.[2] ?? '';
  return server.kernels.has(id) ? undefined : { status: 404, body: { message: `Kernel does not exist: ${id}` } };
}

function accessibleServer(hub: Hub, { pathname, authorization }: Request): HubServer | Reply {
  updateServers(hub);
  const name = decodeURIComponent(pattern.exec(pathname)?.[1] ?? '').toLowerCase();
  const user = hub.database.users.get(name);
  if (!user?.server || !isServerReady(hub, user))
    return { status: 424, body: { message: `Server at /user/${name}/ is not running.` } };
  const requester = requesterOf(hub, authorization);
  if (!requester || !holdsScope(requester.scopes, 'access:servers', name))
    return { status: 403, body: { message: 'Forbidden' } };
  return user.server;
}

type Message = { header: { msg_id: string; msg_type: string }; content: { code?: string } };

/**
 * What a kernel answers to a message (jupyter-client.readthedocs.io, "Messaging in Jupyter"), as JSON without a sub-protocol
 * (Jupyter Server, "WebSocket kernel wire protocols"). Python is not run here: only the product of two numbers is printed.
 */
export function kernelAnswers(text: string): string[] {
  const { header, content } = JSON.parse(text) as Message;
  if (header.msg_type !== 'execute_request') return [];
  const [, left, right] = /^print\((\d+)\*(\d+)\)$/.exec(content.code ?? '') ?? [];
  const message = (channel: string, msg_type: string, inner: object): string =>
    JSON.stringify({
      header: { msg_id: randomUUID(), msg_type, version: '5.3' },
      parent_header: header,
      metadata: {},
      content: inner,
      channel,
      buffers: [],
    });
  const outcome =
    left === undefined
      ? message('iopub', 'error', {
          ename: 'NotImplementedError',
          evalue: 'The sandbox runs no Python.',
          traceback: [],
        })
      : message('iopub', 'stream', { name: 'stdout', text: `${Number(left) * Number(right)}\n` });
  return [
    message('iopub', 'status', { execution_state: 'busy' }),
    outcome,
    message('shell', 'execute_reply', { status: left === undefined ? 'error' : 'ok', execution_count: 1 }),
    message('iopub', 'status', { execution_state: 'idle' }),
  ];
}
