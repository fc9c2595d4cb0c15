import { tmpdir } from 'node:os';
import { createVirtualClock } from '../clock.ts';
import { createEndpoint, type EndpointOptions } from './endpoint.ts';
import { createFaults, type Faults } from './faults.ts';
import { startServer } from './server.ts';
import type { ServiceModule } from './service.ts';
import { createUserKey, credentialStore } from './signature/credential-store.ts';
import { type AwsWorld, createWorld, GLOBAL } from './world.ts';

export const testAccountId = '123456789012';
export const testRegion = 'us-west-2';

export type TestKeys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** The endpoint with the given services only, and how an unmodified SDK client is pointed at it. */
export type EndpointFixture = {
  url: string;
  world: AwsWorld;
  administrator: TestKeys;
  faults: Faults;
  bugs: Error[];
  /** Settings for a client: one try per request, the administrator's key unless told otherwise. */
  client(settings?: { region?: string; credentials?: TestKeys }): {
    endpoint: string;
    region: string;
    credentials: TestKeys;
    maxAttempts: number;
  };
  close(): Promise<void>;
};

/**
 * Starts an endpoint whose world keeps no files.
 * @param options.now the real time as the endpoint sees it
 * @param options.authorize made for the world; default: everything is allowed
 */
export async function startEndpointFixture(
  services: readonly ServiceModule[],
  options: { now?: () => Date; authorize?: (world: AwsWorld) => EndpointOptions['authorize'] } = {},
): Promise<EndpointFixture> {
  const world = createWorld({ accountId: testAccountId, clock: createVirtualClock(1000), folder: tmpdir() });
  if (options.now) world.state(credentialStore, GLOBAL).now = options.now;
  const administrator = createUserKey(world, 'administrator');
  const [faults, bugs]: [Faults, Error[]] = [createFaults(world), []];
  const authorize = options.authorize?.(world) ?? (() => undefined);
  const endpoint = createEndpoint({ world, services, faults, authorize, onBug: (error) => bugs.push(error) });
  const server = await startServer(endpoint);
  const { accessKeyId, secretAccessKey } = administrator;
  return {
    url: server.url,
    world,
    administrator: { accessKeyId, secretAccessKey },
    faults,
    bugs,
    client: ({ region = testRegion, credentials = { accessKeyId, secretAccessKey } } = {}) => ({
      endpoint: server.url,
      region,
      credentials,
      maxAttempts: 1,
    }),
    async close() {
      world.close();
      await server.close();
    },
  };
}

/** Makes one operation remember its input and answer with a given output. */
export function recorder(output: object): {
  inputs: Record<string, unknown>[];
  operation: (input: Record<string, unknown>) => object;
} {
  const inputs: Record<string, unknown>[] = [];
  return {
    inputs,
    operation(input) {
      inputs.push(input);
      return output;
    },
  };
}
