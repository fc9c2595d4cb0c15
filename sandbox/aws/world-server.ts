import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsWorld, StateKey } from './world.ts';

/** A server on loopback that belongs to a world, beside the one that speaks AWS's APIs. */
export type WorldServer = (world: AwsWorld, region: string) => Promise<string>;

/**
 * A server that starts to listen when its URL is asked for the first time, once for each region, and stops with the world.
 * @param id of the world's state that keeps the URL
 * @param answer must end the response, whatever happens
 */
export function worldServer(
  id: string,
  answer: (world: AwsWorld, region: string, request: IncomingMessage, response: ServerResponse) => void,
): WorldServer {
  const key: StateKey<{ url: Promise<string> | undefined }> = { id, create: () => ({ url: undefined }) };
  return (world, region) => {
    const address = world.state(key, region);
    address.url ??= listen(world, (request, response) => answer(world, region, request, response));
    return address.url;
  };
}

function listen(
  world: AwsWorld,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  world.closing.addEventListener('abort', () => server.close(() => undefined).closeAllConnections());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
