import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Diagnostic } from '../actions/lib/deployment/diagnostic.ts';
import { type ExampleCheckout, exampleCheckout } from '../scripts/cli/test/example-checkout.ts';
import { openTestAccount, type TestAccount } from './deploy-account.ts';

const host = 'sar.example.edu';
const file = 'deployments/sar/opensarlab.yaml';

let account: TestAccount;
beforeAll(async () => {
  account = await openTestAccount();
  const { setup } = account.sandbox;
  setup.verifySesIdentity(account.region, 'example.edu');
  setup.grantSesProductionAccess(account.region);
  setup.createSecret(account.region, 'dockerhub/creds', 'ada token');
});
afterAll(() => account.close());

/** The variables in which the shell of a person holds keys; without keys nothing else offers any. */
function useKeys(keys: { accessKeyId: string; secretAccessKey: string } | undefined): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', keys?.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys?.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
}

/** A checkout with the one deployment `sar`, made by `new`. */
async function checkoutWith(certificateArn: string, accountId = account.accountId): Promise<ExampleCheckout> {
  const checkout = await exampleCheckout({ deployment: false });
  const { code, err } = await checkout.run(
    'new',
    'sar',
    ...[
      '--account-id',
      accountId,
      '--admin-user',
      'ada',
      '--admin-email',
      'ada@example.edu',
      '--url',
      `https://${host}`,
    ],
    ...['--certificate-arn', certificateArn],
    ...['--ses-identity-arn', `arn:aws:ses:${account.region}:${accountId}:identity/example.edu`],
  );
  expect(code, err).toBe(0);
  return checkout;
}

const importedFor = (domainName: string): string =>
  account.sandbox.setup.importCertificate(account.region, { domainName }).arn;

type Printed = { valid: boolean; diagnostics: Diagnostic[] };

/** Findings of the account as `--format json` prints them. */
async function findings(checkout: ExampleCheckout, ...argv: string[]): Promise<{ code: number; found: Diagnostic[] }> {
  const { code, out } = await checkout.run('validate', '--live', '--format', 'json', ...argv);
  const { valid, diagnostics }: Printed = JSON.parse(out);
  expect(valid).toBe(code === 0);
  return { code, found: diagnostics.filter((diagnostic) => diagnostic.code.startsWith('OSL5')) };
}

describe('opensarlab validate --live', () => {
  it('finds nothing amiss that stops a deployment in an account that is ready, and says what it asked', async () => {
    useKeys(account.sandbox.administrator);
    const checkout = await checkoutWith(importedFor(host));
    const { code, out } = await checkout.run('validate', '--live');
    expect(out).toMatch(/^Accounts asked for 1 deployment: \d+ checks found nothing amiss\.$/m);
    expect(out).not.toMatch(/error OSL5/);
    expect(code).toBe(0);
  });

  it('shows what is missing at the field that asks for it, and ends with 1', async () => {
    useKeys(account.sandbox.administrator);
    const checkout = await checkoutWith(importedFor('elsewhere.example.edu'));
    const { code, found } = await findings(checkout, 'sar');
    const text = await readFile(join(checkout.folder, file), 'utf8');
    const line = text.split('\n').findIndex((candidate) => candidate.includes('  certificate_arn:')) + 1;
    expect(code).toBe(1);
    expect(found).toContainEqual(
      expect.objectContaining({
        code: 'OSL501',
        severity: 'error',
        file,
        line,
        path: '/parameters/certificate_arn',
        message: expect.stringMatching(/^Certificate: .* covers elsewhere\.example\.edu, but not sar\.example\.edu\.$/),
      }),
    );
    expect((await checkout.run('validate', 'sar')).code).toBe(0);
  });

  it('says in one finding that the credentials belong to another account', async () => {
    useKeys(account.sandbox.administrator);
    const other = '210987654321';
    const checkout = await checkoutWith(`arn:aws:acm:us-west-2:${other}:certificate/0a1b2c3d`, other);
    const { code, found } = await findings(checkout);
    expect(code).toBe(1);
    expect(found).toEqual([
      expect.objectContaining({
        code: 'OSL502',
        path: '/aws/account_id',
        message: expect.stringMatching(/^sar belongs to AWS account 210987654321, but the credentials are arn:aws:/),
      }),
    ]);
  });

  it('says in one finding that there are no credentials, in every format', async () => {
    useKeys(undefined);
    const checkout = await checkoutWith(importedFor(host));
    const { code, found } = await findings(checkout);
    expect(code).toBe(1);
    expect(found.map((diagnostic) => diagnostic.message)).toEqual([
      expect.stringMatching(/^AWS could not say who the caller is: .*credentials/),
    ]);
    const github = await checkout.run('validate', '--live', '--format', 'github');
    expect(github.out).toMatch(/^::error title=OSL502,file=deployments\/sar\/opensarlab\.yaml,line=\d+,col=\d+::AWS /m);
    const sarif = await checkout.run('validate', '--live', '--format', 'sarif');
    const [run] = JSON.parse(sarif.out).runs;
    expect(run.results).toContainEqual(expect.objectContaining({ ruleId: 'OSL502', level: 'error' }));
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toContain('OSL502');
    expect([github.code, sarif.code]).toEqual([1, 1]);
  });

  it('shows a check that the caller may not make as not made, never as fine', async () => {
    useKeys({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' });
    const { code, found } = await findings(await checkoutWith(importedFor(host)));
    expect(code).toBe(1);
    expect(found.map((diagnostic) => diagnostic.code)).toEqual(['OSL502']);
  });

  it('asks no account for drafts and for declarations with errors, and says so', async () => {
    useKeys(undefined);
    const checkout = await checkoutWith(importedFor(host));
    const text = await readFile(join(checkout.folder, file), 'utf8');
    await checkout.write(file, text.replace('node_name: small', 'node_name: smal'));
    const { code, out } = await checkout.run('validate', '--live');
    expect(code).toBe(1);
    expect(out).toContain(
      'Accounts asked for 0 deployments: 0 checks found nothing amiss. Not asked before their errors are corrected: sar.',
    );
    expect(out).not.toContain('OSL5');
    expect((await checkout.run('validate', '_example', '--live')).out).toContain(
      'No account was asked: there is no deployment, and drafts have none.',
    );
  });
});
