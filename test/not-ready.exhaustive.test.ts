import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { PreflightFinding } from '../actions/lib/plan/plan.ts';
import { type ExampleCheckout, exampleCheckout } from '../scripts/cli/test/example-checkout.ts';
import { openTestAccount, type TestAccount } from './deploy-account.ts';
import { makeUpstream } from './mirror/mirror-scene.ts';

// Ways in which an account is not ready. Each is named by doctor and by plan, and neither has changed anything then.

type Scene = TestAccount & { checkout: ExampleCheckout; file: string };
type Row = {
  title: string;
  /** The check that says it; of the declaration the code of the finding that stops plan and doctor before they ask AWS. */
  check: string;
  outcome?: PreflightFinding['outcome'];
  says: RegExp;
  account?: (scene: Scene) => unknown;
  /** Changes of the declaration; each must occur. */
  declare?: (scene: Scene) => readonly (readonly [from: string | RegExp, to: string])[];
  /** Further files of the checkout. */
  files?: (scene: Scene) => unknown;
  /** Said by doctor alone, where CloudFormation's change sets have the same in their own words in a plan. */
  only?: 'doctor';
};

const file = 'deployments/sar/opensarlab.yaml';
const region = 'us-west-2';
let upstream: string;
let scene: Scene | undefined;
beforeAll(() => {
  upstream = mkdtempSync(join(tmpdir(), 'not-ready-'));
  makeUpstream(join(upstream, 'repository'));
});
afterAll(() => rmSync(upstream, { recursive: true, force: true }));
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const iam = ({ settings }: Scene): IAMClient => new IAMClient(settings);
const quota =
  (service: string, code: string, value: number) =>
  ({ sandbox }: Scene): void =>
    sandbox.setup.grantQuota(region, service, code, value);
const deny =
  (service: string, operation: string, kind: 'denied' | 'throttled' = 'denied') =>
  ({ sandbox }: Scene): void =>
    sandbox.faults.inject({ service, operation, times: 10_000, fault: { kind } });
const certificate =
  (settings: Parameters<Scene['sandbox']['setup']['importCertificate']>[1]) =>
  ({ sandbox }: Scene) =>
    [[/certificate_arn: \S+/, `certificate_arn: ${sandbox.setup.importCertificate(region, settings).arn}`]] as const;
const provider = async (scene: Scene): Promise<string> => {
  const { OpenIDConnectProviderList = [] } = await iam(scene).send(new ListOpenIDConnectProvidersCommand({}));
  return OpenIDConnectProviderList[0]?.Arn ?? '';
};
const withoutProvider = async (scene: Scene): Promise<void> => {
  const OpenIDConnectProviderArn = await provider(scene);
  await iam(scene).send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
};
const withoutRole =
  (...names: string[]) =>
  async (scene: Scene): Promise<void> => {
    for (const RoleName of names) {
      if (RoleName === 'opensarlab-cloudformation') {
        await iam(scene).send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }));
      }
      await iam(scene).send(new DeleteRoleCommand({ RoleName }));
    }
  };
const roles = ['cloudformation', 'cloudformation-powerless', 'plan', 'deploy', 'destroy'].map(
  (name) => `opensarlab-${name}`,
);
/** The role of an environment made otherwise. */
async function remake(
  scene: Scene,
  environment: string,
  { change = (text: string) => text, tags = {} }: { change?: (text: string) => string; tags?: Record<string, string> },
): Promise<void> {
  const issuer = 'token.actions.githubusercontent.com';
  const RoleName = `opensarlab-${environment}`;
  const StringEquals = { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:environment`]: environment };
  const Principal = { Federated: await provider(scene) };
  const Action = 'sts:AssumeRoleWithWebIdentity';
  const Statement = [{ Effect: 'Allow', Principal, Action, Condition: { StringEquals } }];
  const AssumeRolePolicyDocument = change(JSON.stringify({ Version: '2012-10-17', Statement }));
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await iam(scene).send(new DeleteRoleCommand({ RoleName }));
  await iam(scene).send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }));
}
const node = (name: string, instance: string, more = ''): string =>
  `nodes:\n  - {name: ${name}, instance: "${instance}", min_number: 0, max_number: 1, node_policy: user${more}}`;

const trustNobody = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

const rows: readonly Row[] = [
  // ---- the account itself ----
  { title: 'never bootstrapped', check: 'bootstrap', says: /never bootstrapped/, account: withoutRole(...roles) },
  {
    ...{
      title: 'CloudFormation’s role is missing',
      check: 'bootstrap',
      says: /role opensarlab-cloudformation does not exist/,
    },
    account: withoutRole('opensarlab-cloudformation'),
  },
  {
    ...{
      title: 'the role without permissions is missing',
      check: 'bootstrap',
      says: /cloudformation-powerless does not exist/,
    },
    account: withoutRole('opensarlab-cloudformation-powerless'),
  },
  {
    ...{ title: 'a workflow’s role is missing', check: 'bootstrap', says: /role opensarlab-destroy does not exist/ },
    account: withoutRole('opensarlab-destroy'),
  },
  {
    ...{
      title: 'an old bootstrap version',
      check: 'bootstrap',
      outcome: 'warning',
      says: /bootstrapped with version 0ld/,
    },
    account: (scene) => remake(scene, 'plan', { tags: { 'opensarlab:bootstrap-version': '0ld' } }),
  },
  {
    title: 'no identity provider',
    check: 'github-trust',
    says: /there is no identity provider/,
    account: withoutProvider,
  },
  {
    ...{ title: 'a provider for another audience', check: 'github-trust', says: /is not for sts\.amazonaws\.com/ },
    account: async (scene) => {
      await withoutProvider(scene);
      const Url = 'https://token.actions.githubusercontent.com';
      await iam(scene).send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['elsewhere'] }));
    },
  },
  {
    ...{
      title: 'a role that trusts another environment',
      check: 'github-trust',
      says: /opensarlab-deploy trusts no job of the environment deploy/,
    },
    account: (scene) => remake(scene, 'deploy', { change: (text) => text.replace('"deploy"', '"elsewhere"') }),
  },
  {
    ...{
      title: 'a role that trusts tokens for another audience',
      check: 'github-trust',
      says: /opensarlab-deploy trusts no job/,
    },
    account: (scene) =>
      remake(scene, 'deploy', { change: (text) => text.replace(':"sts.amazonaws.com"', ':"elsewhere"') }),
  },
  {
    ...{ title: 'no permissions boundary', check: 'boundary', says: /no policy opensarlab-boundary/ },
    account: (scene) =>
      iam(scene).send(
        new DeletePolicyCommand({ PolicyArn: `arn:aws:iam::${scene.accountId}:policy/opensarlab-boundary` }),
      ),
  },
  {
    ...{
      title: 'a boundary of another name, which is not there',
      check: 'boundary',
      says: /no policy other-boundary/,
    },
    declare: () => [['  region: us-west-2', '  region: us-west-2\n  permissions_boundary: other-boundary']],
  },
  // ---- HTTPS ----
  {
    ...{ title: 'no such certificate', check: 'certificate', says: /There is no certificate/ },
    declare: () => [[/certificate\/\S+/, 'certificate/00000000-1111-2222-3333-444455556666']],
  },
  {
    ...{ title: 'a certificate that waits for validation', check: 'certificate', says: /PENDING_VALIDATION/ },
    declare: certificate({ domainName: '*.opensarlab.example.org', status: 'PENDING_VALIDATION' }),
  },
  {
    ...{ title: 'an expired certificate', check: 'certificate', says: /expired|EXPIRED/ },
    declare: certificate({ domainName: '*.opensarlab.example.org', validDays: -1 }),
  },
  {
    ...{
      title: 'a certificate of another host',
      check: 'certificate',
      says: /but not example\.opensarlab\.example\.org/,
    },
    declare: certificate({ domainName: 'other.example.org' }),
  },
  {
    ...{ title: 'a wildcard that does not cover', check: 'certificate', says: /covers \*\.example\.org, but not/ },
    declare: certificate({ domainName: '*.example.org' }),
  },
  {
    ...{ title: 'no HTTPS at all', check: 'certificate', says: /plain HTTP, and nobody could sign in/ },
    declare: () => [[/ {2}certificate_arn: \S+/, '']],
  },
  {
    ...{
      title: 'no HTTPS but what is declared to be in front',
      check: 'certificate',
      outcome: 'warning',
      says: /Something in front/,
    },
    declare: () => [
      [/ {2}certificate_arn: \S+/, ''],
      ['# https_in_front: true', 'https_in_front: true'],
    ],
  },
  {
    ...{ title: 'a region without CodeCommit', check: 'OSL108', says: /has no CodeCommit/ },
    declare: () => [[/us-west-2/, 'ca-west-1']],
  },
  {
    ...{ title: 'a calendar at a port that the network policy forbids', check: 'OSL107', says: /port 443 alone/ },
    declare: () => [['# ical_url: https://calendar.example.org/', 'ical_url: https://calendar.example.org:8443/']],
  },
  {
    ...{ title: 'a certificate of another region', check: 'OSL111', says: /region/ },
    declare: () => [[/arn:aws:acm:us-west-2/, 'arn:aws:acm:us-east-1']],
  },
  // ---- mail and images ----
  {
    ...{ title: 'a sender that is not verified', check: 'mail-identity', says: /SES knows no identity elsewhere\.org/ },
    declare: () => [
      ['identity/example.org', 'identity/elsewhere.org'],
      ['jdoe@example.org', 'jdoe@elsewhere.org'],
    ],
  },
  {
    ...{ title: 'SES in its sandbox', check: 'mail-account', says: /no production access/ },
    declare: () => [['sign_up: closed', 'sign_up: approval']],
  },
  {
    ...{ title: 'sending mail is paused', check: 'mail-account', says: /paused sending mail/ },
    account: ({ sandbox }) => sandbox.setup.pauseMail(region),
  },
  {
    ...{
      title: 'an image at Docker Hub, and no account there',
      check: 'docker-hub',
      says: /debian:13 come from Docker Hub/,
    },
    files: async ({ checkout }) => {
      const path = 'images/sar/Dockerfile';
      const text = await readFile(join(checkout.folder, path), 'utf8');
      await checkout.write(path, `FROM debian:13 AS outside\n${text}`);
    },
  },
  {
    ...{
      title: 'an image tag that nowhere exists',
      check: 'image-tags',
      says: /no image example-container\/helloworld:b1f4e84|no image sar-container\/helloworld:b1f4e84/,
    },
    declare: () => [['image_tag: latest', 'image_tag: "b1f4e84"']],
  },
  {
    ...{
      title: 'an image folder without Dockerfile',
      check: 'image-folders',
      says: /There is no images\/sar\/Dockerfile/,
    },
    files: ({ checkout }) => rm(join(checkout.folder, 'images/sar/Dockerfile')),
  },
  // ---- region, zones, machines, versions ----
  {
    ...{ title: 'a zone that the account does not have', check: 'zones', says: /there is no zone us-west-2f/ },
    declare: () => [['az_suffix: a ', 'az_suffix: f ']],
  },
  {
    ...{ title: 'a second zone that the account does not have', check: 'zones', says: /there is no zone us-west-2e/ },
    declare: () => [['# second_az_suffix: b', 'second_az_suffix: e']],
  },
  {
    ...{
      title: 'machines that the zone does not offer',
      check: 'instance-types',
      says: /does not offer p4d\.24xlarge/,
    },
    declare: () => [['m6a.2xlarge, m5a.2xlarge', 'p4d.24xlarge']],
  },
  {
    ...{ title: 'machines that do not exist', check: 'OSL121', says: /./ },
    declare: () => [['m6a.2xlarge, m5a.2xlarge', 'm6a.17xlarge']],
  },
  {
    ...{ title: 'machines of another architecture than the images', check: 'OSL1', says: /arm64/ },
    declare: () => [['m6a.2xlarge, m5a.2xlarge', 'm6g.2xlarge']],
  },
  {
    ...{ title: 'a Kubernetes version that EKS has no more', check: 'kubernetes-version', says: /no Kubernetes 1\.30/ },
    files: (scene) => versions(scene, (text) => text.replace(/version: "1\.36"/, 'version: "1.30"')),
  },
  {
    ...{
      title: 'an add-on version for another Kubernetes version',
      check: 'add-ons',
      says: /no version v0\.0\.1 of the add-on coredns/,
    },
    files: (scene) =>
      versions(scene, (text) => text.replace('coredns: {version: default', 'coredns: {version: v0.0.1')),
  },
  {
    ...{
      title: 'no add-on and no machine image for the version',
      check: 'add-ons',
      says: /no version of the add-on|no machine image/,
    },
    files: (scene) => versions(scene, (text) => text.replace(/version: "1\.36"/, 'version: "1.99"')),
  },
  // ---- names ----
  {
    ...{ title: 'a bucket name that somebody else has', check: 'buckets', says: /exists already, in another account/ },
    account: ({ sandbox }) => sandbox.setup.createForeignBucket(region, `opensarlab-pipeline-${region}-sar-container`),
  },
  {
    ...{ title: 'a taken image repository', check: 'names', says: /image repository sar-container\/sar/ },
    account: ({ settings }) =>
      new ECRClient(settings).send(new CreateRepositoryCommand({ repositoryName: 'sar-container/sar' })),
  },
  {
    ...{ title: 'a taken role', check: 'names', says: /role us-west-2-sar-cluster-user-access/ },
    account: (scene) =>
      iam(scene).send(
        new CreateRoleCommand({
          RoleName: 'us-west-2-sar-cluster-user-access',
          AssumeRolePolicyDocument: trustNobody,
        }),
      ),
  },
  // ---- cost and quotas ----
  {
    ...{
      title: 'a cost tag that is not active',
      check: 'cost-tag',
      outcome: 'warning',
      says: /not known to be active/,
    },
    account: ({ sandbox }) => sandbox.setup.showCostAllocationTag('osl-billing', 'Inactive'),
  },
  { title: 'no VPC left', check: 'network-quota', says: /vpc\/L-F678F1CE/, account: quota('vpc', 'L-F678F1CE', 1) },
  { title: 'no address left', check: 'network-quota', says: /ec2\/L-0263D0A3/, account: quota('ec2', 'L-0263D0A3', 0) },
  { title: 'no cluster left', check: 'network-quota', says: /eks\/L-1194D53C/, account: quota('eks', 'L-1194D53C', 0) },
  {
    ...{ title: 'no load balancer left', check: 'network-quota', says: /elasticloadbalancing\/L-53DA6B97/ },
    account: quota('elasticloadbalancing', 'L-53DA6B97', 0),
  },
  { title: 'no NAT gateway left', check: 'nat-quota', says: /vpc\/L-FE5A380F/, account: quota('vpc', 'L-FE5A380F', 0) },
  { title: 'no builds', check: 'build-quota', says: /may run no build/, account: quota('codebuild', 'L-9D07B6EF', 0) },
  {
    ...{
      title: 'the machines that must run exceed the quota',
      check: 'vcpu-quota',
      says: /must always run need 4 of 2 standard/,
    },
    account: quota('ec2', 'L-1216C47A', 2),
  },
  {
    ...{
      title: 'all machines together exceed the quota',
      check: 'vcpu-quota',
      outcome: 'warning',
      says: /every node group at its maximum/,
    },
    account: quota('ec2', 'L-1216C47A', 20),
  },
  {
    ...{ title: 'spot machines that must run exceed the quota', check: 'vcpu-quota', says: /8 of 5 standard spot/ },
    declare: () => [['min_number: 0\n    max_number: 20', 'min_number: 1\n    is_spot: true\n    max_number: 20']],
  },
  {
    ...{ title: 'GPU machines that must run, and no quota for them', check: 'vcpu-quota', says: /4 of 0 G and VT/ },
    declare: () => [
      ['m6a.2xlarge, m5a.2xlarge', 'g4dn.xlarge'],
      ['min_number: 0\n    max_number: 20', 'min_number: 1\n    max_number: 20'],
      ['memory_limit: 30G', 'memory_limit: 10G'],
      ['cpu_limit: 8', 'cpu_limit: 4'],
    ],
  },
  {
    ...{
      title: 'two labs of one pull request have room alone, not together',
      check: 'network-quota',
      says: /and for other beside/,
    },
    account: quota('vpc', 'L-F678F1CE', 2),
    files: (scene) => neighbour(scene),
  },
  {
    ...{
      title: 'the machines that must run in two labs exceed the quota together',
      check: 'vcpu-quota',
      says: /8 of 5 .*all 2 deployments/,
    },
    files: (scene) => neighbour(scene),
  },
  {
    ...{ title: 'more node types than a template takes', check: 'TemplateTooLarge', says: /has \d+ bytes/ },
    declare: () => [
      [
        'nodes:\n',
        `${node('more0', 'm6a.large')}\n${Array.from({ length: 26 }, (_, index) => node(`more${index + 1}`, 'm6a.large').slice('nodes:\n'.length)).join('\n')}\n`,
      ],
    ],
  },
  // ---- addresses ----
  {
    ...{ title: 'an API range that is none of the internet', check: 'OSL145', says: /not a range of the internet/ },
    declare: () => [['# eks_public_access_cidrs: [203.0.113.0/24]', 'eks_public_access_cidrs: [10.0.0.0/8]']],
  },
  // ---- what cannot be asked is unknown, never ready ----
  {
    title: 'certificates may not be looked at',
    check: 'certificate',
    outcome: 'unknown',
    says: /./,
    account: deny('acm', 'DescribeCertificate'),
  },
  {
    title: 'quotas may not be looked at',
    check: 'network-quota',
    outcome: 'unknown',
    says: /./,
    account: deny('servicequotas', 'GetServiceQuota'),
  },
  {
    title: 'SES may not be looked at',
    check: 'mail-account',
    outcome: 'unknown',
    says: /./,
    account: deny('ses', 'GetAccount'),
  },
  {
    title: 'zones may not be looked at',
    check: 'zones',
    outcome: 'unknown',
    says: /./,
    account: deny('ec2', 'DescribeAvailabilityZones'),
  },
  {
    title: 'the secret may not be looked at',
    check: 'docker-hub',
    outcome: 'unknown',
    says: /./,
    account: deny('secretsmanager', 'DescribeSecret'),
  },
  {
    title: 'roles may not be looked at',
    check: 'github-trust',
    outcome: 'unknown',
    says: /./,
    account: deny('iam', 'GetOpenIDConnectProvider'),
  },
];

async function versions({ checkout }: Scene, change: (text: string) => string): Promise<void> {
  const path = 'cluster/versions.yaml';
  const text = await readFile(join(checkout.folder, path), 'utf8');
  expect(change(text)).not.toBe(text);
  await checkout.write(path, change(text));
}

async function neighbour({ checkout }: Scene): Promise<void> {
  const text = await readFile(join(checkout.folder, file), 'utf8');
  const other = text
    .replace('cost_tag_value: sar', 'cost_tag_value: other')
    .replace('https://example.', 'https://other.');
  await checkout.write('deployments/other/opensarlab.yaml', other);
}

/** An account that is ready for the example as `sar`, but for the cost tag, which is a warning. */
async function open(): Promise<Scene> {
  const account = await openTestAccount();
  const { setup, administrator } = account.sandbox;
  setup.verifySesIdentity(region, 'example.org');
  vi.stubEnv('AWS_ACCESS_KEY_ID', administrator.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', administrator.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  const checkout = await exampleCheckout();
  const text = await readFile(join(checkout.folder, file), 'utf8');
  const { arn } = setup.importCertificate(region, { domainName: '*.opensarlab.example.org' });
  const source = `{url: "file://${join(upstream, 'repository')}", ref: v2.0}`;
  const sources = `sources: {container: ${source}, cluster: ${source}}\n`;
  await checkout.write(file, `${text.replace(/certificate_arn: \S+/, `certificate_arn: ${arn}`)}\n${sources}`);
  return { ...account, checkout, file };
}

async function prepare(row: Row): Promise<Scene> {
  const opened = await open();
  scene = opened;
  await row.account?.(opened);
  let text = await readFile(join(opened.checkout.folder, file), 'utf8');
  for (const [from, to] of row.declare?.(opened) ?? []) {
    const changed = text.replaceAll(from instanceof RegExp ? new RegExp(from, 'g') : from, to);
    expect(changed, String(from)).not.toBe(text);
    text = changed;
  }
  await opened.checkout.write(file, text);
  await row.files?.(opened);
  return opened;
}

/** What calls that change something a plan makes: change sets that nobody executes, and their empty stacks. */
const ofPlans = ['CreateChangeSet', 'DeleteChangeSet', 'DeleteStack'];
const reading = /^(BatchGet|Describe|Get|Head|List)/;

/** What stands in the account, with its tags. */
const standing = ({ sandbox }: Scene): string => JSON.stringify(sandbox.resources(region));

it.each(rows)('$title', async ({ check, outcome = 'blocker', says, ...row }) => {
  const opened = await prepare({ check, outcome, says, ...row });
  const { checkout, sandbox } = opened;
  const before = standing(opened);
  const start = sandbox.journal.length;
  const changes = (): string[] =>
    sandbox.journal.slice(start).flatMap(({ operation }) => (reading.test(operation) ? [] : [operation]));

  const diagnosed = await checkout.run('doctor', 'sar', '--json');
  expect(changes()).toEqual([]);
  const planned = await checkout.run('plan', 'sar', '--json', '--poll-seconds', '0');
  expect(changes().filter((operation) => !ofPlans.includes(operation))).toEqual([]);
  expect(standing(opened)).toBe(before);

  if (/^(OSL|Template)/.test(check)) {
    for (const { code, err } of [diagnosed, planned])
      expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) });
    expect(sandbox.journal.length).toBe(start);
    return;
  }
  const code = outcome === 'warning' ? 0 : 1;
  const finding = expect.objectContaining({ id: check, outcome, detail: expect.stringMatching(says) });
  const [{ checks }]: [{ checks: PreflightFinding[] }] = JSON.parse(diagnosed.out);
  expect(checks).toContainEqual(finding);
  expect(JSON.parse(planned.out).preflight).toContainEqual(finding);
  expect([diagnosed.code, planned.code]).toEqual([code, code]);
});

it('finds the account ready when nothing of this is the case', async () => {
  const { checkout } = await prepare({ title: '', check: '', says: /./ });
  const { code, out } = await checkout.run('doctor', 'sar', '--json');
  const [{ verdict, checks }]: [{ verdict: string; checks: PreflightFinding[] }] = JSON.parse(out);
  expect(checks.filter(({ outcome }) => outcome === 'blocker' || outcome === 'unknown')).toEqual([]);
  expect({ code, verdict }).toEqual({ code: 0, verdict: 'ready' });
});
