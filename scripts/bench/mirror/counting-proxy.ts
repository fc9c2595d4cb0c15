import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPackCounter, type PackCounter } from './pack-counter.ts';

/** One request that went through. */
export type ProxiedRequest = { method: string; path: string; status: number };

/** What went through since the start or the last `reset`. Bytes are those of bodies, without headers. */
export type Traffic = {
  requests: ProxiedRequest[];
  bytesUp: number;
  bytesDown: number;
  /** Objects of packs that the client sent and got. */
  objectsUp: number;
  objectsDown: number;
};

/**
 * What to do with a request instead of passing it on: `drop before` closes the connection, `drop after` lets the server
 * have it and closes the connection instead of answering, a number answers with that HTTP status.
 */
export type Interference = 'drop before' | 'drop after' | number | undefined;

export type CountingProxy = {
  url: string;
  traffic(): Traffic;
  reset(): void;
  /** Asked for each request with its index since the last reset. */
  interfere(decide: (request: { index: number; method: string; path: string }) => Interference): void;
  close(): Promise<void>;
};

const noTraffic = (): Traffic => ({ requests: [], bytesUp: 0, bytesDown: 0, objectsUp: 0, objectsDown: 0 });

/**
 * An HTTP proxy in front of a Git server. The Host header stays the client's, because CodeCommit's signatures cover it.
 * @param target e.g. `http://127.0.0.1:8080`
 */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  let traffic = noTraffic();
  let decide: (request: { index: number; method: string; path: string }) => Interference = () => undefined;
  const server = createServer((request, response) => {
    const entry = { method: request.method ?? 'GET', path: request.url ?? '/', status: 0 };
    const index = traffic.requests.push(entry) - 1;
    const interference = decide({ ...entry, index });
    if (interference === 'drop before') request.socket.destroy();
    else if (typeof interference === 'number') answer(request, response, entry, interference);
    else pass({ target, request, response, entry, traffic, silent: interference === 'drop after' });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traffic: () => traffic,
    reset() {
      traffic = noTraffic();
    },
    interfere(next) {
      decide = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, entry: ProxiedRequest, status: number): void {
  entry.status = status;
  request.resume();
  response.writeHead(status, { 'content-type': 'text/plain' }).end('refused\n');
}

type Passage = {
  target: string;
  request: IncomingMessage;
  response: ServerResponse;
  entry: ProxiedRequest;
  traffic: Traffic;
  /** Close the connection instead of answering, once the server has done its work. */
  silent: boolean;
};

function pass({ target, request, response, entry, traffic, silent }: Passage): void {
  const { method, headers } = request;
  const onward = sendRequest(new URL(entry.path, target), { method, headers, agent: false }, (answered) => {
    entry.status = answered.statusCode ?? 0;
    const pack = createPackCounter();
    answered.on('data', (chunk: Buffer) => {
      traffic.bytesDown += chunk.length;
      traffic.objectsDown += newlyCounted(pack, chunk);
    });
    if (silent) {
      answered.on('end', () => request.socket.destroy());
      return;
    }
    response.writeHead(entry.status, answered.headers);
    answered.pipe(response);
  });
  onward.on('error', () => request.socket.destroy());
  const pack = createPackCounter();
  request.on('data', (chunk: Buffer) => {
    traffic.bytesUp += chunk.length;
    traffic.objectsUp += newlyCounted(pack, chunk);
  });
  request.pipe(onward);
}

function newlyCounted(pack: PackCounter, chunk: Buffer): number {
  const before = pack.objects();
  pack.add(chunk);
  return pack.objects() - before;
}
