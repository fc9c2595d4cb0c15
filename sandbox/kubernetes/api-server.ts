import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AwsWorld, GLOBAL } from '../aws/world.ts';
import { worldServer } from '../aws/world-server.ts';
import { ApiError } from './api-error.ts';
import { authenticate } from './authentication.ts';
import { findByEndpoint } from './cluster-state.ts';
import { helmOperations } from './helm-operations.ts';
import { objectOperations } from './object-operations.ts';
import { serveNodePorts } from './services.ts';
import type { ToolOperation } from './tool-call.ts';
import { workloadOperations } from './workload-operations.ts';

const operations: Readonly<Record<string, ToolOperation>> = {
  ...objectOperations,
  ...workloadOperations,
  ...helmOperations,
};

const apiServer = worldServer('kubernetes-api', (world, _, request, response) => {
  answer(world, request)
    .then((output) => send(response, 200, output ?? null))
    .catch((error: unknown) => sendError(response, error));
});

/**
 * The loopback URL below which every cluster of the world has its endpoint, `URL/REGION/ID`. It starts to listen on the
 * first call and stops with the world.
 *
 * This is not the Kubernetes API as it is on the wire. It is what the stand-ins for `kubectl` and `helm` need:
 * `POST ENDPOINT/OPERATION` with a JSON input and a bearer token, answered by the JSON output or `{reason, message}`.
 */
export function kubernetesEndpoint(world: AwsWorld): Promise<string> {
  return apiServer(world, GLOBAL);
}

async function answer(world: AwsWorld, request: IncomingMessage): Promise<unknown> {
  const [, region = '', id = '', name = ''] = (request.url ?? '/').split('/');
  const cluster = findByEndpoint(world, region, id);
  if (!cluster) throw new ApiError('NotFound', `There is no cluster behind ${request.url}.`);
  const caller = authenticate(world, cluster.eks, request.headers.authorization);
  const operation = request.method === 'POST' && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw new ApiError('NotImplemented', `The sandbox's clusters have no operation "${name}".`);
  serveNodePorts(world, region);
  const text = await readBody(request);
  return operation({ world, cluster, caller }, JSON.parse(text) as never);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof ApiError;
  const message = error instanceof Error ? error.message : String(error);
  send(response, known ? error.status : 500, {
    reason: known ? error.reason : 'InternalError',
    message: known ? message : `The sandbox failed: ${message}`,
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
