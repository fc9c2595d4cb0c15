import { type AwsWorld, GLOBAL } from '../../world.ts';
import { worldServer } from '../../world-server.ts';

const clockServer = worldServer('clock-address', (world, _, request, response) => {
  const seconds = Number(new URL(request.url ?? '/', 'http://clock').searchParams.get('seconds'));
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  world.clock.sleep(seconds, gone.signal).then(
    () => response.writeHead(204).end(),
    () => response.destroy(),
  );
});

/**
 * The loopback URL at which stand-ins, which are processes of their own, wait on the sandbox's clock: `GET ?seconds=90` is
 * answered when 90 virtual seconds have passed.
 */
export function clockUrl(world: AwsWorld): Promise<string> {
  return clockServer(world, GLOBAL);
}
