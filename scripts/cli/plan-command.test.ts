import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openTestAccount, type TestAccount } from '../../test/deploy-account.ts';
import { makeUpstream } from '../../test/mirror/mirror-scene.ts';
import { type ExampleCheckout, exampleCheckout } from './test/example-checkout.ts';

const file = 'deployments/sar/opensarlab.yaml';
const certificate = /certificate_arn: \S+/;

let folder: string;
let account: TestAccount;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plan-command-'));
  makeUpstream(join(folder, 'upstream'));
  account = await openTestAccount();
  const { setup } = account.sandbox;
  setup.verifySesIdentity(account.region, 'example.org');
  setup.grantSesProductionAccess(account.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', account.sandbox.administrator.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', account.sandbox.administrator.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
});
afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The example as `sar`, with an upstream on this machine and a certificate of the account. */
async function checkoutWith(status: 'ISSUED' | 'PENDING_VALIDATION'): Promise<ExampleCheckout> {
  const checkout = await exampleCheckout();
  const text = await readFile(join(checkout.folder, file), 'utf8');
  const source = `{url: "file://${join(folder, 'upstream')}", ref: v2.0}`;
  const settings = { domainName: '*.opensarlab.example.org', status };
  const { arn } = account.sandbox.setup.importCertificate(account.region, settings);
  const sources = `sources: {container: ${source}, cluster: ${source}}\n`;
  await checkout.write(file, `${text.replace(certificate, `certificate_arn: ${arn}`)}\n${sources}`);
  return checkout;
}

it('ends with 1 when it says that the account is not ready, with --json too', async () => {
  const checkout = await checkoutWith('PENDING_VALIDATION');
  const { code, out } = await checkout.run('plan', 'sar', '--poll-seconds', '0');
  expect(out).toMatch(/Not ready: \d+ blockers?\./);
  expect(code).toBe(1);
  expect((await checkout.run('plan', 'sar', '--json', '--poll-seconds', '0')).code).toBe(1);
});

it('ends with 0 when deploying can work', async () => {
  const checkout = await checkoutWith('ISSUED');
  const { code, out } = await checkout.run('plan', 'sar', '--poll-seconds', '0');
  expect(out).not.toContain('Not ready');
  expect(code).toBe(0);
});

it('ends with 1 when a check could not be made', async () => {
  const checkout = await checkoutWith('ISSUED');
  const order = { service: 'acm', operation: 'DescribeCertificate', fault: { kind: 'denied' as const } };
  account.sandbox.faults.inject(order);
  const { code, out } = await checkout.run('plan', 'sar', '--poll-seconds', '0');
  account.sandbox.faults.clear();
  expect(out).toContain('Certificate');
  expect(code).toBe(1);
});
