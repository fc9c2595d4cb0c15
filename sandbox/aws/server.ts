import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from './endpoint.ts';
import { splitTarget, type WireReply, type WireRequest } from './protocol/wire.ts';

export type AwsServer = { url: string; close(): Promise<void> };

/** No request of the control plane is anywhere near this size; S3 takes up to 5 GB in one PutObject. */
const MAXIMUM_BODY_BYTES = 512 * 1024 * 1024;

/** Serves an endpoint over HTTP on a free port of 127.0.0.1. */
export async function startServer(endpoint: Endpoint): Promise<AwsServer> {
  const server = createServer((request, response) => {
    answer(endpoint, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = await endpoint.handle(await readRequest(request));
  if (reply === undefined) response.destroy();
  else send(request, response, reply);
}

async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAXIMUM_BODY_BYTES) throw new Error(`The request body is larger than ${MAXIMUM_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return {
    method: request.method ?? 'GET',
    ...splitTarget(request.url ?? '/'),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    body: Buffer.concat(chunks),
  };
}

/** An answer to HEAD has the headers of one to GET but no body (RFC 9110, 9.3.2). */
function send(request: IncomingMessage, response: ServerResponse, reply: WireReply): void {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  // 204 has no length (RFC 9110, 8.6).
  const length = reply.status === 204 ? {} : { 'content-length': body.byteLength };
  response.writeHead(reply.status, { ...length, ...reply.headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}
