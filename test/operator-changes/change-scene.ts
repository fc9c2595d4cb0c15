import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import type { DeployContext } from '../../actions/lib/deploy/deploy-context.ts';
import { deployStack } from '../../actions/lib/deploy/stack-deployment.ts';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import { requestTokens } from '../../actions/lib/engine/request-token.ts';
import { describeDestructiveChange, destructiveChanges } from '../../actions/lib/plan/destructive-changes.ts';
import type { Plan, ResourceChange } from '../../actions/lib/plan/plan.ts';
import { type PlanOptions, planDeployment } from '../../actions/lib/plan/plan-deployment.ts';
import type { PlanRow } from '../../actions/lib/plan/plan-row.ts';
import type { StackEvent } from '../../actions/lib/ports/cloudformation.ts';
import { quietReporter } from '../../actions/lib/ports/test/fake-aws.ts';
import { presenceReader } from '../../actions/lib/stack-operations/stack-presence.ts';
import { type CatalogueSources, stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import { type Stack, type StackKind, stackKinds } from '../../actions/lib/stacks/stack.ts';
import { openTestAccount, type TestAccount, testPatience } from '../deploy-account.ts';
import { catalogueSources, deploymentOf, exampleWith } from '../fixtures/example-deployment.ts';

/** A declaration, and what differs from this repository's templates and versions. */
export type Declared = { text: string; sources?: Partial<CatalogueSources> };

/** A change as a reviewer sees it, e.g. `Modify` or `replace`. */
export type ChangeSummary = Record<string, string>;

/** What a change was planned to do, and every resource's physical id around it, by `stack/logicalId`. */
export type Change = { plan: Plan; changes: ChangeSummary; before: Resources; after: Resources };

export type Resources = ReadonlyMap<string, string>;

/** An account in which the example is deployed, changed and brought back. */
export type ChangeScene = {
  account: TestAccount;
  /** The product's plan of a declaration. */
  plan(declared: Declared): Promise<Plan>;
  /**
   * Plans a declaration and deploys its stacks as the plan shows them.
   * @throws the first failure of a stack
   */
  change(declared: Declared): Promise<Change>;
  /** Plans and deploys the example with these replacements. */
  changeTo(...replacements: readonly Replacement[]): Promise<Change>;
  /** Deploys what the scene began with. */
  restore(): Promise<void>;
  /** Events of a stack's last operation, oldest first. */
  events(stack: StackKind): Promise<StackEvent[]>;
  close(): Promise<void>;
};

export type Replacement = readonly [from: string, to: string];

const certificate = 'arn:aws:acm:us-west-2:123456789012:certificate/0a1b2c3d-1111-2222-3333-444455556666';

/** The example for an account's own certificate. */
export function declaration(account: TestAccount, ...replacements: readonly Replacement[]): string {
  const arn = certificates.get(account) ?? importCertificate(account);
  certificates.set(account, arn);
  return exampleWith(...replacements).replace(certificate, arn);
}

/** The certificate that an account's deployments use. */
const certificates = new WeakMap<TestAccount, string>();

/** @returns the ARN of another certificate for the example's host */
export function importCertificate({ sandbox, region }: TestAccount): string {
  return sandbox.setup.importCertificate(region, { domainName: '*.opensarlab.example.org' }).arn;
}

/** An account that is ready for the example, and in which nothing is deployed. */
export async function openReadyAccount(): Promise<TestAccount> {
  const account = await openTestAccount(['s3:*', 'logs:*']);
  account.sandbox.setup.verifySesIdentity(account.region, 'example.org');
  const { repositories } = account.connect();
  for (const kind of ['container', 'cluster']) await repositories.create(`example-${kind}`, 'Mirror', {});
  return account;
}

/** The product's plan of a declaration. */
export function planOf(account: TestAccount, declared: Declared, more: Partial<PlanOptions> = {}): Promise<Plan> {
  const surroundings = { ...testPatience(), reporter: quietReporter(), random: Math.random };
  return planDeployment({ ...surroundings, ...read(declared), ports: account.connect(), ...more });
}

/** @param start what is deployed first; default the example */
export async function openChangeScene(start: Omit<Declared, 'text'> = {}): Promise<ChangeScene> {
  const account = await openReadyAccount();
  const { cloudFormation } = account.connect();
  const first = { text: declaration(account), ...start };
  await deploy(account, first, undefined);
  const plan = (declared: Declared): Promise<Plan> => planOf(account, declared);
  let current: Declared = first;
  const change = async (declared: Declared): Promise<Change> => {
    // Whatever becomes of the change, it may have begun.
    current = declared;
    const before = await resourcesOf(account);
    const planned = await plan(declared);
    await deploy(account, declared, planned);
    return { plan: planned, changes: summaryOf(planned), before, after: await resourcesOf(account) };
  };
  return {
    account,
    plan,
    change,
    changeTo: (...replacements) => change({ ...first, text: declaration(account, ...replacements) }),
    restore: async () => {
      if (current.text !== first.text || current.sources !== first.sources) await change(first);
    },
    events: async (kind) => {
      const found = await cloudFormation.findStack(`example-${kind}`);
      return cloudFormation.lastOperationEvents(found?.id ?? '');
    },
    close: () => account.close(),
  };
}

/**
 * Deploys the stacks, each after those it needs, as `deployDeployment` does; images and the hub are none of theirs.
 * @param kinds only these, and those that they need must be among them or there already; default all
 * @param baseline rows that were approved before
 */
export async function deploy(
  account: TestAccount,
  declared: Declared,
  plan: Plan | undefined,
  kinds: readonly StackKind[] = stackKinds,
  baseline: readonly PlanRow[] = [],
): Promise<void> {
  const { deployment, stacks: all } = read(declared);
  const stacks = all.filter(({ kind }) => kinds.includes(kind));
  // Without a plan that somebody saw, all that a plan of this moment shows is approved.
  const context = contextOf(account, deployment, plan ?? (await planOf(account, declared)), baseline);
  const done = new Map<StackKind, Promise<unknown>>();
  const deployAfterNeeded = async (stack: Stack): Promise<void> => {
    await Promise.all(stack.dependsOn.map((kind) => done.get(kind)));
    await deployStack(stack, context);
  };
  for (const stack of stacks) done.set(stack.kind, deployAfterNeeded(stack));
  const results = await Promise.allSettled(done.values());
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function resourcesOf({ settings, connect }: TestAccount): Promise<Resources> {
  const client = new CloudFormationClient(settings);
  const { cloudFormation } = connect();
  const found = new Map<string, string>();
  for (const kind of stackKinds) {
    if ((await cloudFormation.findStack(`example-${kind}`)) === undefined) continue;
    for await (const page of paginateListStackResources({ client }, { StackName: `example-${kind}` })) {
      for (const { LogicalResourceId, PhysicalResourceId = '' } of page.StackResourceSummaries ?? []) {
        found.set(`${kind}/${LogicalResourceId}`, PhysicalResourceId);
      }
    }
  }
  return found;
}

function read({ text, sources }: Declared) {
  const deployment = deploymentOf(text);
  return { deployment, stacks: stacksOf(deployment, { ...catalogueSources(), ...sources }) };
}

function contextOf(
  account: TestAccount,
  deployment: Deployment,
  plan: Plan,
  baseline: readonly PlanRow[],
): DeployContext {
  const patience = testPatience();
  const ports = account.connect();
  return {
    deployment,
    mirrored: { container: '', cluster: '' },
    ports,
    presence: presenceReader(
      plan.stacks.map(({ name }) => name),
      ports,
    ),
    reporter: quietReporter(),
    patience,
    cloudFormationRoleArn: `arn:aws:iam::${account.accountId}:role/${deployment.aws.cloudformation_role}`,
    approval: { baseline: [...baseline], rows: plan.rows, lookedUp: plan.lookedUp },
    lookedUp: plan.lookedUp,
    refused: [],
    random: Math.random,
    token: requestTokens(patience.clock.now(), Math.random),
    finished: new Map(),
    timelines: new Map(),
    images: [],
  };
}

/** Every change of a plan by `stack/logicalId`: the action, or what becomes of a resource that does not stay. */
export function summaryOf(plan: Plan): ChangeSummary {
  return Object.fromEntries(
    plan.stacks.flatMap(({ kind, changes }) =>
      changes.map((change) => [`${kind}/${change.logicalId}`, effectOf(change)] as const),
    ),
  );
}

function effectOf({ action, replacement }: ResourceChange): string {
  if (action !== 'Modify' || replacement === 'False' || replacement === undefined) return action;
  return replacement === 'True' ? 'Replace' : 'May replace';
}

/** Types whose loss is the loss of a lab: its cluster, users, network, address, logs, images and code. */
const lasting: ReadonlySet<string> = new Set([
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::ECR::Repository',
  'AWS::EKS::Cluster',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
]);

/** What a plan would take from a lab that must last, or only might; nothing, if all is well. */
export function losses({ stacks }: Plan): string[] {
  return stacks.flatMap(({ name, changes }) => {
    // What leaves the stack and stays in the account is not lost.
    const taken = changes.filter(({ type, policyAction }) => lasting.has(type) && policyAction !== 'Retain');
    return destructiveChanges(name, taken).map(describeDestructiveChange);
  });
}

/** Resources that are another one after a change, or gone. */
export function lost({ before, after }: Pick<Change, 'before' | 'after'>): string[] {
  return [...before].filter(([id, physicalId]) => after.get(id) !== physicalId).map(([id]) => id);
}
