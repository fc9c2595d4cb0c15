import {
  CloudFormationClient,
  CreateStackCommand,
  paginateListChangeSets,
  paginateListStacks,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { type DeployOptions, deployDeployment } from '../actions/lib/deploy/deploy.ts';
import type { DeployRecord } from '../actions/lib/deploy/deploy-record.ts';
import type { Deployment } from '../actions/lib/deployment/deployment.ts';
import { physicalName } from '../actions/lib/deployment/names.ts';
import type { Patience } from '../actions/lib/engine/poll.ts';
import type { Plan } from '../actions/lib/plan/plan.ts';
import { planDeployment } from '../actions/lib/plan/plan-deployment.ts';
import type { PlanRow } from '../actions/lib/plan/plan-row.ts';
import type { Clock } from '../actions/lib/ports/clock.ts';
import { quietReporter } from '../actions/lib/ports/test/fake-aws.ts';
import { sampleDeployment } from '../actions/lib/ports/test/sample-deployment.ts';
import type { Stack } from '../actions/lib/stacks/stack.ts';
import { openTestAccount, pushFiles, type TestAccount } from './deploy-account.ts';
import { hubRepositories, lifecycleStacks } from './deploy-lifecycle-stacks.ts';

/** So fast that a deployment takes half a second, and so slow that an outage of 30 seconds outlasts a request. */
const scale = 1_000;

const buildspec = 'version: 0.2\nphases: {build: {commands: ["true"]}}\n';
const pipelines = ['sar-Container-Pipeline', 'sar-Pipeline'];

/** What is played: a lab that is made, one that is changed, and one that an earlier deployment left in pieces. */
export type Act = 'create' | 'update' | 'recover';

/** A small lab in an account of its own, approved and about to be deployed. */
export type WeatherLab = {
  account: TestAccount;
  /** What the runs have said. */
  lines: string[];
  /** What the plan shows and its merge approves. */
  plan: { rows: readonly PlanRow[]; details: readonly string[] };
  /**
   * A run of the deployment; each has connections of its own.
   * @param options.isApproved leaves rows of the plan out of what was approved
   */
  deploy(options?: { signal?: AbortSignal; isApproved?: (row: PlanRow) => boolean }): Promise<DeployRecord>;
  /** Makes the log group again that the stuck rollback needs. */
  mend(): Promise<void>;
  /** What stands in the account and what ran in it, without what differs between any two accounts. */
  endState(): Promise<EndState>;
  close(): Promise<void>;
};

type EndState = {
  stacks: Record<string, string>;
  /** Change sets that nobody has executed. */
  changeSets: string[];
  /** How many resources there are, by service and type. */
  resources: Record<string, number>;
  /** Pipeline executions and how they ended, newest first. */
  executions: Record<string, string[]>;
  /** Tests of the profiles, which are no part of a pipeline. */
  tests: number;
};

/** @param isMended whether the stuck rollback of a lab in pieces finds again what it needs */
export async function openWeatherLab(act: Act, isMended = true): Promise<WeatherLab> {
  const account = await openTestAccount(['*'], scale);
  const lab = await prepare(account);
  if (act === 'recover') {
    const stacks = lab.stacks.map(withLog);
    const { approval } = await lab.approve(stacks);
    await leaveInPieces(account, stacks.find(({ kind }) => kind === 'cluster')?.templateBody ?? '');
    if (isMended) await mend(account);
    return weatherLab(lab, await lab.approve(stacks, approval.rows));
  }
  const made = await lab.approve(lab.stacks);
  if (act !== 'update') return weatherLab(lab, made);
  await lab.run(made);
  lab.mirrored.cluster = pushFiles(account, 'sar-cluster', { 'buildspec.yml': `${buildspec}#\n` });
  await pushHubImages(account, lab.deployment, lab.mirrored.cluster);
  return weatherLab(lab, await lab.approve(lab.stacks.map(changed)));
}

/** The images of the hub are there already: building them takes programs, whose time is no weather. */
async function pushHubImages(account: TestAccount, deployment: Deployment, commit: string): Promise<void> {
  const ecr = new ECRClient(account.settings);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  for (const id of hubRepositories) {
    const repositoryName = physicalName(deployment, id);
    const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, layers: [], annotations: { commit } });
    await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: commit.slice(0, 7) }));
  }
}

type Prepared = Awaited<ReturnType<typeof prepare>>;
type Approved = Pick<DeployOptions, 'approval' | 'lookedUp' | 'stacks'> & { plan: Plan };

/** A lab's repositories, and how it is planned and deployed. */
export async function prepare(account: TestAccount, name = 'sar') {
  const { sandbox, accountId } = account;
  const sample = sampleDeployment();
  const deployment = sampleDeployment({
    ...{ name, aws: { ...sample.aws, account_id: accountId } },
    parameters: { ...sample.parameters, container_namespace: `${name}-container` },
  });
  const reporter = quietReporter();
  const mirrored = { container: '', cluster: '' };
  for (const kind of ['container', 'cluster'] as const) {
    await account.connect().repositories.create(`${name}-${kind}`, 'Mirror', {});
    mirrored[kind] = pushFiles(account, `${name}-${kind}`, { 'buildspec.yml': buildspec });
  }
  const ecr = new ECRClient(account.settings);
  for (const id of hubRepositories)
    await ecr.send(new CreateRepositoryCommand({ repositoryName: physicalName(deployment, id) }));
  await pushHubImages(account, deployment, mirrored.cluster);
  const surroundings = (signal?: AbortSignal) => ({
    ...patienceOf(account, signal),
    ...{
      deployment,
      ports: account.connect({ clock: clockOf(account), random: Math.random, say: reporter.info }),
      reporter,
    },
    random: Math.random,
  });
  return {
    ...{ account, sandbox, deployment, mirrored, reporter, stacks: lifecycleStacks(deployment, undefined, false) },
    approve: async (stacks: readonly Stack[], baseline: PlanRow[] = []): Promise<Approved> => {
      const plan = await planDeployment({ ...surroundings(), stacks });
      const approval = { baseline, rows: plan.rows, lookedUp: plan.lookedUp };
      return { plan, stacks, approval, lookedUp: plan.lookedUp };
    },
    run: ({ stacks, approval, lookedUp }: Omit<Approved, 'plan'>, signal?: AbortSignal) =>
      deployDeployment({ ...surroundings(signal), mirrored, stacks, approval, lookedUp }),
  };
}

/** Time of the sandbox, in which AWS works. */
function clockOf({ sandbox: { world } }: TestAccount): Clock {
  return {
    now: () => world.clock.now(),
    sleep: (milliseconds, signal) => world.clock.sleep(milliseconds / 1_000, signal),
  };
}

function patienceOf(account: TestAccount, signal?: AbortSignal): Patience {
  const clock = clockOf(account);
  const deadline = new Date(clock.now().getTime() + 12 * 3_600_000);
  return { clock, pollMilliseconds: 5_000, deadline, ...(signal && { signal }) };
}

/** Another subnet in the network of the cluster, which replaces the first. */
function changed(stack: Stack): Stack {
  if (stack.kind !== 'cluster') return stack;
  const templateBody = stack.templateBody.replace('cluster-1', 'cluster-2').replace('10.0.0.0/24', '10.0.1.0/24');
  return { ...stack, fingerprint: 'cluster-2', templateBody };
}

/** A cluster stack with what can be taken away from it and given back. */
function withLog(stack: Stack): Stack {
  const log = 'Resources:\n  Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: stuck, RetentionInDays: 7}}';
  if (stack.kind !== 'cluster') return stack;
  return { ...stack, templateBody: stack.templateBody.replace('Resources:', log) };
}

/** A stack whose creation was rolled back, one that failed and lives, and one whose rollback is stuck. */
async function leaveInPieces(account: TestAccount, cluster: string): Promise<void> {
  const client = new CloudFormationClient(account.settings);
  const bad = 'Bad: {Type: AWS::EC2::VPC, DependsOn: First, Properties: {CidrBlock: 10.0.0.0/4}}';
  const log = 'First: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: ';
  const pool = 'First: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: half}}';
  const create = async (StackName: string, resources: string, end: string, keep = false): Promise<void> => {
    const TemplateBody = `Resources:\n  ${resources}\n  ${bad}\n`;
    await client.send(new CreateStackCommand({ StackName, TemplateBody, OnFailure: keep ? 'DO_NOTHING' : 'ROLLBACK' }));
    await until(account, StackName, end);
  };
  await create('sar-container', `${log}half}}`, 'ROLLBACK_COMPLETE');
  await create('sar-cognito', pool, 'CREATE_FAILED', true);
  const stack = { StackName: 'sar-cluster', Capabilities: ['CAPABILITY_NAMED_IAM' as const] };
  const Tags = [{ Key: 'opensarlab:deployment', Value: 'sar' }];
  await client.send(new CreateStackCommand({ ...stack, Tags, TemplateBody: cluster }));
  await until(account, 'sar-cluster', 'CREATE_COMPLETE');
  await account.sandbox.outside.deleteOutside(account.region, 'sar-cluster', 'Log');
  const broken = cluster.replace('RetentionInDays: 7', 'RetentionInDays: 30');
  await client.send(new UpdateStackCommand({ ...stack, Tags, TemplateBody: broken }));
  await until(account, 'sar-cluster', 'UPDATE_ROLLBACK_FAILED');
}

async function mend(account: TestAccount): Promise<void> {
  const logs = new CloudWatchLogsClient(account.settings);
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'stuck' }));
}

async function until(account: TestAccount, stack: string, end: string): Promise<void> {
  const { cloudFormation } = account.connect();
  let status = '';
  for (let look = 0; look < 1_000 && status !== end; look += 1) {
    await account.sandbox.world.clock.sleep(5);
    status = (await cloudFormation.findStack(stack))?.status ?? '';
  }
  if (status !== end) throw new Error(`Stack ${stack} is in ${status} instead of ${end}.`);
}

function weatherLab(lab: Prepared, approved: Approved): WeatherLab {
  return {
    account: lab.account,
    lines: lab.reporter.lines,
    plan: { rows: approved.plan.rows, details: approved.plan.stacks.map(({ detail }) => detail ?? '') },
    deploy: ({ signal, isApproved = () => true } = {}) => {
      const approval = { ...approved.approval, rows: approved.approval.rows.filter(isApproved) };
      return lab.run({ ...approved, approval }, signal);
    },
    mend: () => mend(lab.account),
    endState: () => endState(lab.account),
    close: () => lab.account.close(),
  };
}

async function endState(account: TestAccount): Promise<EndState> {
  const { sandbox, region, settings } = account;
  const client = new CloudFormationClient(settings);
  const stacks: Record<string, string> = {};
  const changeSets: string[] = [];
  for await (const { StackSummaries = [] } of paginateListStacks({ client }, {})) {
    for (const { StackName = '', StackStatus = '' } of StackSummaries) {
      if (StackStatus === 'DELETE_COMPLETE') continue;
      stacks[StackName] = StackStatus;
      for await (const { Summaries = [] } of paginateListChangeSets({ client }, { StackName })) {
        const open = Summaries.filter(({ ExecutionStatus }) => ExecutionStatus !== 'EXECUTE_COMPLETE');
        changeSets.push(...open.map(({ Status }) => `${StackName} ${Status}`));
      }
    }
  }
  const resources: Record<string, number> = {};
  for (const { arn } of [...sandbox.resources(region), ...sandbox.resources('us-east-1')]) {
    const [, , service = '', , , ...rest] = arn.split(':');
    const type = `${service} ${rest.join(':').replace(/[/:].*/, '')}`;
    resources[type] = (resources[type] ?? 0) + 1;
  }
  const { pipelines: port, builds } = account.connect();
  const executions: Record<string, string[]> = {};
  for (const name of pipelines) {
    executions[name] = (await port.recentExecutions(name, 50)).map(({ status }) => status);
  }
  const recent = await builds.recent('sar-jupyterhub', 50);
  return { stacks, changeSets, resources, executions, tests: recent.filter(({ commit }) => commit).length };
}
