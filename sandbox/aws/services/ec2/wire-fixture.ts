import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceTypes } from '../../catalogue.ts';
import { startAws } from '../../start-aws.ts';
import { type AccountFixture, createSteppedClock, openAccount } from './account-fixture.ts';

/** An account that is also reached through its HTTP endpoint. */
export type WireAccount = AccountFixture & {
  /** Settings for an SDK client. */
  client: {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** Errors of the sandbox itself. */
  bugs: readonly Error[];
  stop(): Promise<void>;
};

export async function openWireAccount(): Promise<WireAccount> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-wire-'));
  const clock = createSteppedClock();
  const sandbox = await startAws({ accountId: '123456789012', clock, folder });
  const account = openAccount(resourceTypes, { world: sandbox.world, clock });
  return {
    ...account,
    client: { region: account.region, endpoint: sandbox.url, credentials: sandbox.administrator, maxAttempts: 1 },
    bugs: sandbox.bugs,
    async stop() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
