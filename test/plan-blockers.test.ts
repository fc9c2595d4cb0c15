import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterEach, expect, it } from 'vitest';
import { runPreflight } from '../actions/lib/plan/preflight.ts';
import type { AwsPorts } from '../actions/lib/ports/aws-ports.ts';
import type { StackState } from '../actions/lib/ports/cloudformation.ts';
import { quietReporter } from '../actions/lib/ports/test/fake-aws.ts';
import { settleParameters } from '../actions/lib/stack-operations/kept-parameters.ts';
import { stackFailure } from '../actions/lib/stack-operations/stack-failure.ts';
import { resolveParameters } from '../actions/lib/stack-operations/stack-parameters.ts';
import { waitForChangeSet, waitForStack } from '../actions/lib/stack-operations/stack-waiting.ts';
import { stacksOf } from '../actions/lib/stacks/catalogue.ts';
import type { Stack, StackKind } from '../actions/lib/stacks/stack.ts';
import { openTestAccount, type TestAccount, testPatience } from './deploy-account.ts';
import { catalogueSources, deploymentOf, exampleText } from './fixtures/example-deployment.ts';

// What a plan calls a blocker must fail when it is deployed all the same: otherwise plan or sandbox is wrong.

/** What is wrong with an account, what the plan says of it, and how the stack ends that meets it. */
type Row = {
  id: string;
  title: string;
  prepare?: (account: TestAccount) => unknown;
  declare?: (text: string, account: TestAccount) => string;
  stack: StackKind;
  failure: RegExp;
};

const quota =
  (service: string, code: string, value: number) =>
  ({ sandbox, region }: TestAccount): void =>
    sandbox.setup.grantQuota(region, service, code, value);

const certificate =
  (settings: { status?: 'PENDING_VALIDATION'; validDays?: number }) =>
  (text: string, { sandbox, region }: TestAccount): string => {
    const { arn } = sandbox.setup.importCertificate(region, { domainName: '*.opensarlab.example.org', ...settings });
    return text.replace(/certificate_arn: \S+/, `certificate_arn: ${arn}`);
  };

const rows: readonly Row[] = [
  {
    ...{ id: 'network-quota', title: 'five VPCs already', stack: 'cluster' },
    prepare: quota('vpc', 'L-F678F1CE', 1),
    failure: /maximum number of VPCs/,
  },
  {
    ...{ id: 'network-quota', title: 'no Elastic IP address left', stack: 'cluster' },
    prepare: quota('ec2', 'L-0263D0A3', 0),
    failure: /maximum number of addresses/,
  },
  {
    ...{ id: 'build-quota', title: 'an account without builds', stack: 'jupyterhub' },
    prepare: (account) => {
      quota('codebuild', 'L-9D07B6EF', 0)(account);
      account.sandbox.setup.verifySesIdentity(account.region, 'example.org');
    },
    declare: certificate({}),
    failure: /concurrent build limit of 0/,
  },
  {
    ...{ id: 'buckets', title: 'a bucket name that somebody else has', stack: 'container' },
    prepare: ({ sandbox, region }) =>
      void sandbox.setup.createForeignBucket(region, `opensarlab-pipeline-${region}-example-container`),
    failure: /requested bucket name is not available/,
  },
  {
    ...{ id: 'certificate', title: 'no such certificate', stack: 'cluster' },
    failure: /Certificate ARN .* is not valid/,
  },
  {
    ...{ id: 'certificate', title: 'a certificate that nobody validated', stack: 'cluster' },
    declare: certificate({ status: 'PENDING_VALIDATION' }),
    failure: /must have a fully-qualified domain name/,
  },
  {
    ...{ id: 'certificate', title: 'a certificate that is over', stack: 'cluster' },
    declare: certificate({ validDays: -1 }),
    failure: /must have a fully-qualified domain name/,
  },
  {
    ...{ id: 'mail-identity', title: 'a sender that SES does not know', stack: 'cognito' },
    failure: /not allowed to use your email identity/,
  },
  {
    ...{ id: 'instance-types', title: 'machines that there are not', stack: 'cluster' },
    declare: (text, account) => certificate({})(text, account).replace('t3a.xlarge, t3.xlarge', 'p4d.24xlarge'),
    failure: /instance types do not exist/,
  },
  {
    ...{ id: 'boundary', title: 'a boundary that is not there', stack: 'cluster' },
    declare: (text) => text.replace('  region: us-west-2', '  region: us-west-2\n  permissions_boundary: elsewhere'),
    failure: /policy\/elsewhere does not exist/,
  },
  {
    ...{ id: 'zones', title: 'a zone that the account does not have', stack: 'cluster' },
    declare: (text, account) => certificate({})(text, account).replace('az_suffix: a ', 'az_suffix: f '),
    failure: /us-west-2f/,
  },
  {
    ...{ id: 'names', title: 'an image repository that is there already', stack: 'container' },
    prepare: ({ settings }) =>
      new ECRClient(settings).send(new CreateRepositoryCommand({ repositoryName: 'example-container/sar' })),
    failure: /example-container\/sar.* already exists/,
  },
];

let account: TestAccount | undefined;
afterEach(async () => {
  await account?.close();
  account = undefined;
});

it.each(rows)('$id: $title', async ({ id, prepare, declare, stack: kind, failure }) => {
  account = await openTestAccount();
  await prepare?.(account);
  const deployment = deploymentOf(declare?.(exampleText, account) ?? exampleText);
  const stacks = stacksOf(deployment, catalogueSources());
  const ports = account.connect();
  const findings = await runPreflight({ deployment, stacks, states: new Map(), ports, now: new Date() });
  expect(findings.find((each) => each.id === id)).toMatchObject({ outcome: 'blocker' });

  const states = new Map<StackKind, StackState>();
  const failed = await deployUntil(kind, { stacks, ports, account, states });
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  const events = await ports.cloudFormation.lastOperationEvents(failed.id);
  expect(stackFailure(failed.name, failed.status, events).message).toMatch(failure);
});

type Deploying = {
  stacks: readonly Stack[];
  ports: AwsPorts;
  account: TestAccount;
  states: Map<StackKind, StackState>;
};

/** Makes a stack after those that it depends on. */
async function deployUntil(kind: StackKind, deploying: Deploying): Promise<StackState> {
  const { stacks, ports, account, states } = deploying;
  const stack = stacks.find((each) => each.kind === kind);
  if (!stack) throw new RangeError(kind);
  for (const earlier of stack.dependsOn) states.set(earlier, await deployUntil(earlier, deploying));
  const settled = await settleParameters(stack, undefined, ports);
  const { changeSetId, stackId } = await ports.cloudFormation.createChangeSet({
    ...{ stackName: stack.name, changeSetName: 'blocked', type: 'CREATE', description: '', importExisting: false },
    ...{ templateBody: stack.templateBody, tags: stack.tags },
    parameters: resolveParameters(settled, (other) => states.get(other)),
    roleArn: `arn:aws:iam::${account.accountId}:role/opensarlab-cloudformation`,
  });
  const patience = testPatience();
  await waitForChangeSet(ports.cloudFormation, { changeSetId, stackId }, stack.name, patience);
  await ports.cloudFormation.executeChangeSet(changeSetId, 'token');
  const waiting = { cloudFormation: ports.cloudFormation, reporter: quietReporter(), patience };
  const state = await waitForStack('stack', stackId, waiting);
  if (!state) throw new Error(`${stack.name} is gone`);
  return state;
}
