import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CostExplorerClient, ListCostAllocationTagsCommand } from '@aws-sdk/client-cost-explorer';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Readiness } from '../../actions/lib/plan/readiness.ts';
import { openTestAccount, type TestAccount } from '../../test/deploy-account.ts';
import { type ExampleCheckout, exampleCheckout } from './test/example-checkout.ts';

const file = 'deployments/sar/opensarlab.yaml';

let account: TestAccount | undefined;
afterEach(async () => {
  await account?.close();
  account = undefined;
});

/** An account without room for a VPC, whose cost tag is not active, and else ready. */
async function open(): Promise<TestAccount & { checkout: ExampleCheckout }> {
  const opened = await openTestAccount();
  account = opened;
  const { setup, administrator } = opened.sandbox;
  setup.verifySesIdentity(opened.region, 'example.org');
  setup.showCostAllocationTag('osl-billing', 'Inactive');
  setup.grantQuota(opened.region, 'vpc', 'L-F678F1CE', 1);
  vi.stubEnv('AWS_ACCESS_KEY_ID', administrator.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', administrator.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  const checkout = await exampleCheckout();
  const { arn } = setup.importCertificate(opened.region, { domainName: '*.opensarlab.example.org' });
  const text = await readFile(join(checkout.folder, file), 'utf8');
  await checkout.write(file, text.replace(/certificate_arn: \S+/, `certificate_arn: ${arn}`));
  return { ...opened, checkout };
}

async function diagnosisOf(
  checkout: ExampleCheckout,
  ...argv: string[]
): Promise<{ code: number; found: Readiness[] }> {
  const { code, out } = await checkout.run('doctor', '--json', ...argv);
  return { code, found: JSON.parse(out) };
}

describe('opensarlab doctor', () => {
  it('says of every deployment what its account lacks, what can be done, and ends with 1', async () => {
    const { checkout } = await open();
    const { code, out } = await checkout.run('doctor');
    expect(code).toBe(1);
    expect(out).toContain('Not ready: 1 blocker.');
    expect(out).toContain('ask AWS to raise vpc');
    expect((await diagnosisOf(checkout, 'deployments/sar')).found).toMatchObject([
      { deployment: 'sar', verdict: 'not ready' },
    ]);
  });

  it('changes nothing without --fix, and asks before it does', async () => {
    const { checkout, sandbox } = await open();
    await checkout.run('doctor', 'sar');
    const { code, err } = await checkout.run('doctor', 'sar', '--fix');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('nobody is at the terminal') });
    expect((await checkout.run('doctor', 'sar', '--yes')).code).toBe(2);
    expect(sandbox.journal.filter(({ operation }) => /^(Request|Update)/.test(operation))).toEqual([]);
  });

  it('asks for larger quotas and activates the tag with --fix --yes, once', async () => {
    const { checkout, settings } = await open();
    const first = await checkout.run('doctor', 'sar', '--fix', '--yes');
    expect(first.err).toContain('AWS was asked to raise vpc/L-F678F1CE to 2');
    expect(first.err).toContain('The tag osl-billing is active');
    // What was asked for is not there yet.
    expect(first.code).toBe(1);
    const costs = new CostExplorerClient({ ...settings, region: 'us-east-1' });
    const { CostAllocationTags: [tag] = [] } = await costs.send(new ListCostAllocationTagsCommand({}));
    expect(tag).toMatchObject({ TagKey: 'osl-billing', Status: 'Active' });
    const second = await checkout.run('doctor', 'sar', '--fix', '--yes');
    expect(second.err).toContain('AWS has an open request for vpc/L-F678F1CE already.');
  });

  it('ends with 0 when only warnings are left', async () => {
    const { checkout, sandbox, region } = await open();
    sandbox.setup.grantQuota(region, 'vpc', 'L-F678F1CE', 5);
    expect(await diagnosisOf(checkout)).toMatchObject({ code: 0, found: [{ verdict: 'ready' }] });
  });

  it('is unknown, and ends with 1, when the account cannot be asked', async () => {
    const { checkout, sandbox } = await open();
    sandbox.faults.inject({ service: 'sts', times: 100, fault: { kind: 'denied' } });
    expect(await diagnosisOf(checkout)).toMatchObject({ code: 1, found: [{ verdict: 'unknown' }] });
  });

  it('says of a declaration with errors that it is not valid, and looks at the others', async () => {
    const { checkout } = await open();
    const text = await readFile(join(checkout.folder, file), 'utf8');
    await checkout.write('deployments/broken/opensarlab.yaml', text.replace('az_suffix: a ', 'az_suffix: 7 '));
    const { code, out, err } = await checkout.run('doctor', '--json');
    expect(code).toBe(1);
    expect(err).toContain('deployments/broken/opensarlab.yaml has');
    expect(JSON.parse(out)).toHaveLength(1);
  });
});
