import { ListStacksCommand, CloudFormationClient, ListChangeSetsCommand } from '@aws-sdk/client-cloudformation';
import { deployDeployment } from '../actions/lib/deploy/deploy.ts';
import type { DeployRecord } from '../actions/lib/deploy/deploy-record.ts';
import { approvedPlan } from '../actions/lib/deploy/test/approved-plan.ts';
import { connectAws } from '../actions/lib/adapters/aws/aws-account.ts';
import type { Patience } from '../actions/lib/engine/poll.ts';
import { quietReporter } from '../actions/lib/ports/test/fake-aws.ts';
import { sampleDeployment } from '../actions/lib/ports/test/sample-deployment.ts';
import { openTestAccount, pushFiles, type TestAccount } from './deploy-account.ts';
import { lifecycleStacks } from './deploy-lifecycle-stacks.ts';

const buildspec = 'version: 0.2\nphases: {build: {commands: ["true"]}}\n';

/** What is played: a lab that is made, one that is changed, and one whose earlier deployment ended badly. */
export type Act = 'create' | 'update' | 'recover';

/** A small lab in an account of its own, approved and about to be deployed. */
export type WeatherLab = {
  account: TestAccount;
  lines: string[];
  deploy(signal?: AbortSignal): Promise<DeployRecord>;
  /** What stands in the account and how often things were started, without what differs between any two accounts. */
  endState(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

export async function openWeatherLab(act: Act): Promise<WeatherLab> {
  const account = await openTestAccount(['*'], 5_000);
  const sample = sampleDeployment();
  const deployment = sampleDeployment({ name: 'sar', aws: { ...sample.aws, account_id: account.accountId } });
  const { region, accountId, sandbox } = account;
  const reporter = quietReporter();
  const clock = {
    now: () => sandbox.world.clock.now(),
    sleep: (milliseconds: number, signal?: AbortSignal) => sandbox.world.clock.sleep(milliseconds / 1_000, signal),
  };
  const patience = (signal?: AbortSignal): Patience => ({
    clock,
    pollMilliseconds: 5_000,
    deadline: new Date(clock.now().getTime() + 6 * 3_600_000),
    ...(signal && { signal }),
  });
  const ports = () => connectAws({ region, accountId, credentials: account.sandbox.administrator });
  const surroundings = (signal?: AbortSignal) => ({ ...patience(signal), deployment, ports: ports(), reporter, random: Math.random });
  const mirrored = { container: '', cluster: '' };
  for (const kind of ['container', 'cluster'] as const) {
    await ports().repositories.create(`sar-${kind}`, 'Mirror', {});
    mirrored[kind] = pushFiles(account, `sar-${kind}`, { 'buildspec.yml': buildspec });
  }
  let stacks = lifecycleStacks(deployment);
  const approve = () => approvedPlan({ ...surroundings(), stacks });
  let approved = await approve();
  const deploy = (signal?: AbortSignal) =>
    deployDeployment({ ...surroundings(signal), stacks, mirrored, ...approved });
  if (act === 'update') {
    await deploy();
    mirrored.cluster = pushFiles(account, 'sar-cluster', { 'buildspec.yml': `${buildspec}#\n` });
    stacks = stacks.map((stack) =>
      stack.kind === 'cluster'
        ? { ...stack, fingerprint: 'cluster-2', templateBody: stack.templateBody.replace('cluster-1', 'cluster-2').replace('10.0.0.0/24', '10.0.1.0/24') }
        : stack,
    );
    approved = await approve();
  }
  const begun = sandbox.journal.length;
  const client = new CloudFormationClient(account.settings);
  return {
    account,
    lines: reporter.lines,
    deploy,
    async endState() {
      const { StackSummaries = [] } = await client.send(new ListStacksCommand({}));
      const live = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
      const changeSets: string[] = [];
      for (const { StackName } of live) {
        const { Summaries = [] } = await client.send(new ListChangeSetsCommand({ StackName }));
        changeSets.push(...Summaries.map(({ ChangeSetName }) => `${StackName} ${ChangeSetName}`));
      }
      const types: Record<string, number> = {};
      for (const { arn } of [...sandbox.resources(region), ...sandbox.resources('us-east-1')]) {
        const type = arn.split(':').slice(2, 3).concat(arn.split(':').slice(5).join(':').replace(/[/:].*/, '')).join(' ');
        types[type] = (types[type] ?? 0) + 1;
      }
      const pipelines = Object.fromEntries(
        await Promise.all(
          ['sar-Container-Pipeline', 'sar-Pipeline'].map(async (name) => {
            const found = await ports().pipelines.recentExecutions(name, 50);
            return [name, found.map(({ status }) => status)] as const;
          }),
        ),
      );
      return {
        stacks: Object.fromEntries(live.map(({ StackName = '', StackStatus }) => [StackName, StackStatus]).sort()),
        changeSets,
        types,
        pipelines,
        calls: sandbox.journal.length - begun,
      };
    },
    close: () => account.close(),
  };
}
