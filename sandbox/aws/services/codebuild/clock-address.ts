import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsWorld, StateKey } from '../../world.ts';
import { GLOBAL } from '../../world.ts';

const clockAddress: StateKey<{ url: Promise<string> | undefined }> = {
  id: 'clock-address',
  create: () => ({ url: undefined }),
};

/**
 * The loopback URL at which stand-ins, which are processes of their own, wait on the sandbox's clock: `GET ?seconds=90` is
 * answered when 90 virtual seconds have passed. It starts to listen on the first call and stops with the world.
 */
export function clockUrl(world: AwsWorld): Promise<string> {
  const address = world.state(clockAddress, GLOBAL);
  address.url ??= listen(world);
  return address.url;
}

function listen(world: AwsWorld): Promise<string> {
  const server = createServer((request, response) => {
    const seconds = Number(new URL(request.url ?? '/', 'http://clock').searchParams.get('seconds'));
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    world.clock.sleep(seconds, gone.signal).then(
      () => response.writeHead(204).end(),
      () => response.destroy(),
    );
  });
  world.closing.addEventListener('abort', () => server.close(() => undefined).closeAllConnections());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
