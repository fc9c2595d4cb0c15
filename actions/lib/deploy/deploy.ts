import type { Deployment } from '../deployment/deployment.ts';
import type { StepResult } from '../engine/outcome.ts';
import type { Patience } from '../engine/poll.ts';
import { outcomeOfSteps, type PoolStep, runReadyPool } from '../engine/ready-pool.ts';
import { requestTokens } from '../engine/request-token.ts';
import { recordStep } from '../engine/step-record.ts';
import type { Approval } from '../plan/approval.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import { creationRows } from '../plan/planned-rows.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter } from '../ports/reporter.ts';
import { roleArn } from '../ports/role-arn.ts';
import { type Durations, typicalSeconds } from '../records/durations.ts';
import { checkAccount } from '../stack-operations/account-check.ts';
import { inTheEnd } from '../stack-operations/kept-parameters.ts';
import { type PresenceReader, presenceReader } from '../stack-operations/stack-presence.ts';
import { desiredResources } from '../stacks/desired-values.ts';
import type { Stack } from '../stacks/stack.ts';
import { buildHubImages, buildImages, type Delivery, hasHub, installHub, smokeTest } from './delivery-steps.ts';
import type { DeployContext } from './deploy-context.ts';
import { followSteps } from './deploy-progress.ts';
import { type DeployRecord, emptyTimeline } from './deploy-record.ts';
import { deployStack } from './stack-deployment.ts';
import { collectOutputs } from './stack-outputs.ts';

/** Stacks and pipelines at work at the same time; the graph never allows more than this. */
const concurrency = 8;

export type DeployOptions = Patience & {
  deployment: Deployment;
  stacks: readonly Stack[];
  /** Commits of `main` in the two CodeCommit repositories; deploy waits for pipelines of exactly these. */
  mirrored: { container: string; cluster: string };
  /** What may be done; whatever goes further is refused. */
  approval: Approval;
  /** Values that were looked up for the approved plans, by `stack parameter`. */
  lookedUp: Readonly<Record<string, string>>;
  ports: AwsPorts;
  reporter: Reporter;
  /** A number in [0, 1). */
  random: () => number;
  /** What the owners of the stacks' resources say; asked anew when not given. */
  presence?: PresenceReader;
  /** How long steps took in earlier runs. */
  durations?: Durations;
  /** Told, once everything is deployed, what the stacks are: a row for each value of their resources. */
  onDeployed?: (rows: readonly PlanRow[]) => void;
};

/**
 * Deploys all stacks of a deployment, builds its images, installs its hub and tests its profiles; each step starts the
 * moment what it needs is ready. Interrupted anywhere and run again, it converges.
 * @returns the record; failures of steps are in it
 * @throws Failure `WrongAccount` before anything is done, when the credentials belong to another account
 */
export async function deployDeployment(options: DeployOptions): Promise<DeployRecord> {
  const { deployment, ports, reporter, clock } = options;
  const startedAt = clock.now();
  await checkAccount(deployment, ports.account);
  const upgrade = await hasHub(options);
  const steps = deploySteps(options.stacks, { upgrade });
  const typical = (id: string): number | undefined => typicalSeconds(options.durations ?? {}, id, !upgrade);
  const progress = followSteps({ steps, typical, clock, reporter });
  const context = makeContext(options, startedAt, progress.clock);
  const results = await runReadyPool(steps, context, {
    clock,
    concurrency,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onStarted: progress.started,
    onFinished: progress.finished,
  });
  const outputs = await collectOutputs(context);
  if (outcomeOfSteps(results) === 'succeeded') options.onDeployed?.(rowsOfStacks(context));
  const unchanged = results.every(({ change }) => change === 'unchanged');
  return {
    deployment: deployment.name,
    accountId: deployment.aws.account_id,
    region: deployment.aws.region,
    outcome: outcomeOfSteps(results),
    unchanged,
    message: messageOf(results, unchanged),
    startedAt: startedAt.toISOString(),
    finishedAt: clock.now().toISOString(),
    steps: results.map(recordStep),
    stacks: options.stacks.map(
      (stack) => context.timelines.get(stack.kind) ?? emptyTimeline(stack, 'skipped', clock.now()),
    ),
    outputs,
    refused: context.refused,
    calls: ports.callCount(),
  };
}

function makeContext(options: DeployOptions, now: Date, clock: Clock): DeployContext {
  const { deployment, mirrored, ports, reporter, pollMilliseconds, deadline, signal } = options;
  return {
    deployment,
    mirrored,
    ports,
    reporter,
    patience: { clock, pollMilliseconds, deadline, ...(signal === undefined ? {} : { signal }) },
    cloudFormationRoleArn: roleArn(
      deployment.aws.account_id,
      deployment.aws.cloudformation_role,
      deployment.aws.region,
    ),
    approval: options.approval,
    lookedUp: options.lookedUp,
    presence:
      options.presence ??
      presenceReader(
        options.stacks.map(({ name }) => name),
        ports,
      ),
    random: options.random,
    token: requestTokens(now, options.random),
    finished: new Map(),
    timelines: new Map(),
    refused: [],
    images: [],
  };
}

function rowsOfStacks({ deployment, finished }: DeployContext): PlanRow[] {
  const { account_id: accountId, region } = deployment.aws;
  return [...finished.values()].flatMap(({ settled }) => {
    const desired = desiredResources(inTheEnd(settled), { deployment: deployment.name, accountId, region });
    return creationRows({ place: settled.name, desired, tags: settled.tags });
  });
}

/**
 * What a deployment does, and what waits for what. Images need no cluster, so they are built from the beginning.
 * @param options.upgrade whether people use a hub already: that one is changed only when every image is there. A first hub,
 *   which nobody uses, is installed while images are still being built
 */
export function deploySteps(stacks: readonly Stack[], { upgrade }: { upgrade: boolean }): PoolStep<DeployContext>[] {
  const delivery: Delivery = {};
  const complete = stacks.map(({ kind }) => `stack ${kind}`);
  return [
    ...stacks.map((stack) => ({
      id: `stack ${stack.kind}`,
      title: `stack ${stack.name}`,
      needs: stack.dependsOn.map((kind) => `stack ${kind}`),
      run: (context: DeployContext) => deployStack(stack, context),
    })),
    { id: 'hub-images', title: 'build images of the hub', needs: ['stack container'], run: buildHubImages },
    {
      id: 'images',
      title: 'build images',
      needs: ['stack container'],
      run: (context) => buildImages(context, delivery),
    },
    {
      id: 'hub',
      title: 'install hub',
      needs: [...complete, 'hub-images', ...(upgrade ? ['images'] : [])],
      run: (context) => installHub(context, delivery),
    },
    { id: 'smoke', title: 'test profiles', needs: ['hub', 'images'], run: (context) => smokeTest(context, delivery) },
  ];
}

function messageOf(results: readonly StepResult[], unchanged: boolean): string {
  const failed = results.find(({ outcome }) => outcome === 'failed') ?? results.find(({ failure }) => failure);
  if (failed?.failure !== undefined) return failed.failure.message;
  if (outcomeOfSteps(results) === 'unknown') return 'The run was cancelled before everything was started.';
  if (unchanged) {
    const notes = results.flatMap(({ id, detail }) =>
      id.startsWith('stack ') && detail !== undefined ? [detail] : [],
    );
    return ['Everything is as declared; nothing was changed.', ...notes].join(' ');
  }
  const changed = results
    .filter(({ change }) => change !== 'unchanged')
    .map(({ title, change }) => `${title} ${change}`);
  return `Deployed: ${changed.join(', ')}.`;
}
