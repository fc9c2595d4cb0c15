import { describe, expect, it } from 'vitest';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import type { Account } from '../ports/aws-ports.ts';
import { FakeAws } from '../ports/test/fake-aws.ts';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import type { PreflightFinding } from './plan.ts';
import { runPreflight } from './preflight.ts';
import { judgeCertificate } from './preflight-account.ts';
import { judgePermissions } from './preflight-permissions.ts';

const now = new Date('2026-11-23T10:00:00Z');

async function findingsOf(account: Partial<Account>, changes: Partial<Deployment>): Promise<PreflightFinding[]> {
  const deployment = sampleDeployment(changes);
  const ports = new FakeAws().ports();
  return runPreflight({
    deployment,
    stacks: sampleStacks(deployment),
    states: new Map(),
    ports: { ...ports, account: { ...ports.account, ...account } },
    now,
  });
}

async function preflight(
  account: Partial<Account> = {},
  changes: Partial<Deployment> = {},
): Promise<Record<string, PreflightFinding['outcome']>> {
  const findings = await findingsOf(account, changes);
  return Object.fromEntries(findings.map(({ id, outcome }) => [id, outcome]));
}

const withMail = {
  ...sampleDeployment().parameters,
  admin_email_address_sns_arn: 'arn:aws:ses:us-west-2:1:identity/a@b.org',
};

describe('runPreflight', () => {
  it('finds an account that is ready in order', async () => {
    expect(await preflight({}, { parameters: withMail })).toEqual({
      account: 'ok',
      bootstrap: 'ok',
      'github-trust': 'ok',
      zones: 'ok',
      'image-tags': 'ok',
      certificate: 'ok',
      'docker-hub': 'ok',
      'cost-tag': 'ok',
      'mail-identity': 'ok',
      'mail-account': 'ok',
      'instance-types': 'ok',
      'vcpu-quota': 'ok',
      buckets: 'ok',
      'code-commit': 'warning',
      // Said of every deployment until something acts on it.
      'storage-lifecycle': 'warning',
    });
  });

  it('does not ask for a Docker Hub account, which only some images need', async () => {
    expect(await preflight({ secretExists: async () => false })).not.toHaveProperty('docker-hub');
  });

  it('asks for no certificate that the stack requests itself', async () => {
    const { certificate_arn: _, ...parameters } = sampleDeployment().parameters;
    const network = { ...sampleDeployment().network, hosted_zone_id: 'Z0123456789ABCDEFGHIJ' };
    const missing = { certificate: async () => undefined };
    expect(await preflight(missing, { parameters, network })).toMatchObject({ certificate: 'ok' });
    expect(await preflight(missing, { network })).toMatchObject({ certificate: 'blocker' });
  });

  it('blocks a load balancer that speaks plain HTTP, unless HTTPS is declared to be in front of it', async () => {
    const { certificate_arn: _, ...parameters } = sampleDeployment().parameters;
    expect(await preflight({}, { parameters })).toMatchObject({ certificate: 'blocker' });
    const network = { ...sampleDeployment().network, https_in_front: true };
    expect(await preflight({}, { parameters, network })).toMatchObject({ certificate: 'warning' });
  });

  it('blocks on the SES sandbox only when people sign up by themselves', async () => {
    const account = { mailAccount: async () => ({ productionAccess: false, sendingEnabled: true }) };
    expect(await preflight(account, { parameters: withMail })).toMatchObject({ 'mail-account': 'blocker' });
    const closed = {
      parameters: withMail,
      users: { sign_up: 'closed' as const, allowed_email_domains: [], allowed_emails: [] },
    };
    expect(await preflight(account, closed)).toMatchObject({ 'mail-account': 'warning' });
  });

  it('says that without an SES identity nobody is told of accounts that wait', async () => {
    const detailOf = async (sign_up: 'approval' | 'open'): Promise<string> => {
      const { admin_email_address_sns_arn: _, ...parameters } = sampleDeployment().parameters;
      const users = { ...sampleDeployment().users, sign_up };
      const findings = await findingsOf({}, { parameters, users });
      return findings.find(({ id }) => id === 'mail-identity')?.detail ?? '';
    };
    expect(await detailOf('approval')).toContain('accounts wait for approval');
    expect(await detailOf('open')).not.toContain('approval');
  });

  it('blocks when a node has no instance type in its zone, and warns when another one is left', async () => {
    const offering = (...types: string[]) => ({ offeredInstanceTypes: async () => types });
    expect(await preflight(offering('t3.medium', 'm6a.xlarge'))).toMatchObject({ 'instance-types': 'warning' });
    expect(await preflight(offering('t3.medium'))).toMatchObject({ 'instance-types': 'blocker' });
  });

  it('counts the vCPUs of every node group at its maximum', async () => {
    expect(await preflight({ quota: async () => 80 })).toMatchObject({ 'vcpu-quota': 'ok' });
    expect(await preflight({ quota: async () => 79 })).toMatchObject({ 'vcpu-quota': 'warning' });
  });

  it('tells what the boundary takes from service accounts', async () => {
    const aws = { ...sampleDeployment().aws, permissions_boundary: 'opensarlab-boundary' };
    const declared = (Action: string | string[]): Partial<Deployment> => ({
      aws,
      service_accounts: [
        { name: 'reader', namespace: 'jupyter', permissions: [{ Effect: 'Allow', Action, Resource: '*' }] },
      ],
    });
    expect(await preflight({}, declared('s3:GetObject'))).toMatchObject({ 'service-accounts': 'ok' });
    expect(await preflight({}, declared(['s3:GetObject', '*']))).toMatchObject({ 'service-accounts': 'warning' });
    expect(await preflight({}, declared('dynamodb:GetItem'))).toMatchObject({ 'service-accounts': 'blocker' });
    const huge = Array.from({ length: 600 }, (_, index) => `s3:GetObject${index}`);
    expect(await preflight({}, declared(huge))).toMatchObject({ 'service-accounts': 'blocker' });
    const none = { policyDocument: async () => undefined };
    const without = await preflight(none, declared('s3:GetObject'));
    expect(without).toMatchObject({ boundary: 'blocker' });
    expect(without).not.toHaveProperty('service-accounts');
    expect(await preflight(none, { aws })).toMatchObject({ boundary: 'blocker' });
    expect(await preflight({}, { aws })).toMatchObject({ boundary: 'ok' });
    expect(await preflight(none)).not.toHaveProperty('boundary');
  });

  it('names the action, the service account and the boundary', () => {
    const deployment = sampleDeployment({
      aws: { ...sampleDeployment().aws, permissions_boundary: 'limit' },
      service_accounts: [
        {
          name: 'reader',
          namespace: 'jupyter',
          permissions: [{ Effect: 'Allow', Action: ['s3:GetObject', 'dynamodb:GetItem'], Resource: '*' }],
        },
      ],
    });
    const boundary = [{ Effect: 'Allow' as const, Action: 's3:*', Resource: '*' }];
    expect(judgePermissions(deployment, boundary).detail).toBe(
      'The boundary limit allows nothing of this: dynamodb:GetItem (reader).',
    );
  });

  it('shows a check that cannot be made as unknown, and makes the others', async () => {
    const failing = async () => {
      throw new Failure({ code: 'AccessDenied', source: 'aws', message: 'no' });
    };
    expect(await preflight({ certificate: failing })).toMatchObject({ certificate: 'unknown', buckets: 'ok' });
  });
});

describe('judgeCertificate', () => {
  const certificate = { arn: 'arn:1', status: 'ISSUED', names: ['*.example.org'], expiresAt: new Date('2027-06-01') };
  it.each([
    ['sar.example.org', {}, 'ok'],
    ['SAR.Example.org', {}, 'ok'],
    ['a.sar.example.org', {}, 'blocker'],
    ['example.org', {}, 'blocker'],
    ['sarexample.org', {}, 'blocker'],
    ['sar.example.org', { status: 'PENDING_VALIDATION' }, 'blocker'],
    ['sar.example.org', { expiresAt: new Date('2026-12-10') }, 'warning'],
    ['sar.example.org', { expiresAt: new Date('2026-11-01') }, 'blocker'],
  ])('%s with %o: %s', (host, changes, outcome) => {
    expect(judgeCertificate({ ...certificate, ...changes }, 'arn:1', host, now).outcome).toBe(outcome);
  });

  it('blocks when there is none', () => {
    expect(judgeCertificate(undefined, 'arn:1', 'sar.example.org', now).outcome).toBe('blocker');
  });
});
