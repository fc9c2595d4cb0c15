import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectAws } from '../actions/lib/aws/aws-account.ts';
import type { AwsPorts } from '../actions/lib/ports/aws-ports.ts';
import { type AwsSandbox, startAws } from '../scripts/sandbox/aws/start-aws.ts';
import { createVirtualClock } from '../scripts/sandbox/clock.ts';

const accountId = '123456789012';
const region = 'us-west-2';
let folder: string;
let sandbox: AwsSandbox;
let aws: AwsPorts;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deploy-adapters-'));
  sandbox = await startAws({ accountId, clock: createVirtualClock(100_000), folder });
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.url);
  aws = connectAws({ region, accountId, credentials: sandbox.administrator });
});

afterAll(async () => {
  await sandbox.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('adapters', () => {
  it('says who is calling', async () => {
    expect((await aws.account.identity()).accountId).toBe(accountId);
  });
  it('finds nothing', async () => {
    expect(await aws.cloudFormation.findStack('nope')).toBeUndefined();
  });
});
