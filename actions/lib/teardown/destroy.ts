import type { Deployment } from '../deployment/deployment.ts';
import { type Outcome, type StepResult, worstOutcome } from '../engine/outcome.ts';
import type { Patience } from '../engine/poll.ts';
import { outcomeOfSteps, runReadyPool } from '../engine/ready-pool.ts';
import { requestTokens } from '../engine/request-token.ts';
import { recordStep } from '../engine/step-record.ts';
import { Failure } from '../failure.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { Reporter } from '../ports/reporter.ts';
import { powerlessRole, roleArn } from '../ports/role-arn.ts';
import { checkAccount } from '../stack-operations/account-check.ts';
import { isKeptStack } from '../stacks/catalogue.ts';
import type { Stack } from '../stacks/stack.ts';
import { takeInventory } from './inventory.ts';
import type { Receipt } from './receipt.ts';
import { noteUse, openConsent, type SealedConsent, type TeardownConsent } from './sealed-consent.ts';
import type { Sweeping } from './storage-sweep.ts';
import { teardownSteps } from './teardown-steps.ts';
import type { Verdict } from './verdict.ts';
import { verifyInventory } from './verification.ts';

/** Steps at work at the same time; the graph never allows more than this. */
const concurrency = 6;

export type DestroyOptions = Patience & {
  /** As last declared, before its folder was removed. */
  deployment: Deployment;
  /** Of the same declaration; their names, order and whether they are kept count. */
  stacks: readonly Pick<Stack, 'kind' | 'name' | 'dependsOn' | 'retained'>[];
  ports: AwsPorts;
  reporter: Reporter;
  /** A number in [0, 1). */
  random: () => number;
  /** What was approved to be lost; undefined when a person at a shell answers for it. */
  consent?: TeardownConsent;
};

/**
 * Tears a deployment down in order and proves it: each resource that belonged to it is asked of its own service at the
 * end, whatever happened before. Interrupted anywhere and run again, it goes on; run once more, it proves the same.
 * @returns the receipt; `succeeded` only when every step did and nothing unexplained is left
 * @throws Failure `Protected` or `WrongAccount` before anything is done
 */
export async function destroyDeployment(options: DestroyOptions): Promise<Receipt> {
  const { ports, reporter, clock } = options;
  const startedAt = clock.now();
  if (options.deployment.protected) throw refusal(options.deployment.name);
  const consent = options.consent === undefined ? undefined : await openConsent(options.consent);
  const deployment = keepingEither(options.deployment, consent);
  const stacks = options.stacks.map((stack) => {
    return { ...stack, retained: stack.retained || isKeptStack(stack.kind, deployment) };
  });
  await checkAccount(deployment, ports.account);
  const inventory = await takeInventory(deployment, stacks, ports);
  reporter.info(`${inventory.items.length} resources to account for`);
  if (consent !== undefined && options.consent !== undefined) {
    const { items } = inventory;
    const volumes = items.flatMap(({ volume }) => volume ?? []);
    await noteUse(
      consent,
      options.consent.usedHomes,
      volumes,
      items.flatMap(({ snapshot }) => snapshot ?? []),
    );
  }
  const context: Sweeping = {
    ...contextOf({ ...options, deployment }, startedAt),
    inventory,
    ...(consent === undefined ? {} : { consent }),
  };
  const steps = await runReadyPool(teardownSteps(stacks), context, {
    clock,
    concurrency,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onStarted: ({ title }) => reporter.info(`${title}: started`),
    onFinished: (result) => report(result, reporter),
  });
  const verdicts = await verifyInventory(context);
  return writeReceipt(options, startedAt, steps, verdicts);
}

/** What either the declaration or the approved plan keeps is kept. */
function keepingEither(deployment: Deployment, consent: SealedConsent | undefined): Deployment {
  if (consent === undefined) return deployment;
  const { retain } = deployment;
  const { options } = consent;
  return {
    ...deployment,
    retain: {
      cognito: retain.cognito || options.cognito,
      logs: retain.logs || options.logs,
      code_commit: retain.code_commit || options.code_commit,
      final_snapshots: retain.final_snapshots || options.final_snapshots,
    },
  };
}

function contextOf(options: DestroyOptions, now: Date): Omit<Sweeping, 'inventory'> {
  const { deployment, ports, reporter, clock, pollMilliseconds, deadline, signal, random } = options;
  const { account_id, cloudformation_role, region } = deployment.aws;
  return {
    deployment,
    ports,
    reporter,
    patience: { clock, pollMilliseconds, deadline, ...(signal === undefined ? {} : { signal }) },
    cloudFormationRoleArn: roleArn(account_id, cloudformation_role, region),
    powerlessRoleArn: roleArn(account_id, powerlessRole(cloudformation_role), region),
    token: requestTokens(now, random),
    random,
  };
}

function writeReceipt(
  { deployment, ports, clock }: DestroyOptions,
  startedAt: Date,
  steps: readonly StepResult[],
  verdicts: readonly Verdict[],
): Receipt {
  const gone = verdicts.flatMap((verdict) => (verdict.kind === 'gone' ? [verdict.resource] : []));
  const retained = verdicts.flatMap((verdict) => (verdict.kind === 'retained' ? [verdict.resource] : []));
  const leftover = verdicts.flatMap((verdict) => (verdict.kind === 'leftover' ? [verdict.resource] : []));
  const unverified = verdicts.flatMap((verdict) => (verdict.kind === 'unverified' ? [verdict.resource] : []));
  const outcome = receiptOutcome(steps, leftover.length, unverified.length);
  return {
    deployment: deployment.name,
    accountId: deployment.aws.account_id,
    region: deployment.aws.region,
    outcome,
    message: messageOf(outcome, steps, { leftover: leftover.length, unverified: unverified.length }),
    startedAt: startedAt.toISOString(),
    finishedAt: clock.now().toISOString(),
    steps: steps.map(recordStep),
    gone,
    retained,
    leftover,
    unverified,
    calls: ports.callCount(),
  };
}

/** One leftover is a failure; something that could not be asked leaves the outcome unknown at best. */
export function receiptOutcome(steps: readonly StepResult[], leftover: number, unverified: number): Outcome {
  return worstOutcome([
    outcomeOfSteps(steps),
    leftover > 0 ? 'failed' : 'succeeded',
    unverified > 0 ? 'unknown' : 'succeeded',
  ]);
}

function messageOf(
  outcome: Outcome,
  steps: readonly StepResult[],
  open: { leftover: number; unverified: number },
): string {
  if (outcome === 'succeeded') return 'Everything is gone or kept by a rule.';
  const failed = steps.find((step) => step.outcome === 'failed') ?? steps.find(({ failure }) => failure !== undefined);
  if (failed?.failure !== undefined) return failed.failure.message;
  if (open.leftover > 0) return `${open.leftover} resources are left over without a rule that keeps them.`;
  if (open.unverified > 0) return `${open.unverified} resources could not be verified.`;
  return 'The run was cancelled before everything was started.';
}

function report(result: StepResult, reporter: Reporter): void {
  if (result.failure === undefined) reporter.info(`${result.title}: ${result.change}`);
  else reporter.warning(`${result.title}: ${result.failure.message}`);
}

function refusal(name: string): Failure {
  return new Failure({
    code: 'Protected',
    source: 'user',
    message: `${name} is declared \`protected: true\`, so it is not destroyed.`,
    hint: 'Bring its folder back with `protected: false`, deploy that, and then remove it.',
  });
}
