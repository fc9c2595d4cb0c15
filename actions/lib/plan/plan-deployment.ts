import type { Deployment } from '../deployment/deployment.ts';
import type { Patience } from '../engine/poll.ts';
import { requestTokens } from '../engine/request-token.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { Reporter } from '../ports/reporter.ts';
import { powerlessRole, roleArn } from '../ports/role-arn.ts';
import { checkAccount } from '../stack-operations/account-check.ts';
import { settleParameters } from '../stack-operations/kept-parameters.ts';
import { hasRetainedLogs } from '../stack-operations/retained-logs.ts';
import type { Stack, StackKind } from '../stacks/stack.ts';
import { fingerprintOf } from './canonical-plan.ts';
import { destructiveChanges } from './destructive-changes.ts';
import type { CostEstimate, MirrorChange, Plan } from './plan.ts';
import { planStack } from './plan-stack.ts';
import { planParameters } from './planned-parameters.ts';
import { runPreflight } from './preflight.ts';

export type PlanOptions = Patience & {
  deployment: Deployment;
  stacks: readonly Stack[];
  ports: AwsPorts;
  reporter: Reporter;
  /** A number in [0, 1); `Math.random` outside tests. */
  random: () => number;
  mirror?: MirrorChange[];
  cost?: CostEstimate;
};

/**
 * Finds out what deploying would change, stack by stack at the same time, and whether the account is ready for it.
 * Leaves nothing behind in AWS.
 * @throws Failure when AWS cannot be asked; what CloudFormation or the preflight objects to is part of the plan
 */
export async function planDeployment(options: PlanOptions): Promise<Plan> {
  const { deployment, stacks, ports } = options;
  await checkAccount(deployment, ports.account);
  const states = new Map<StackKind, StackState | undefined>();
  await Promise.all(stacks.map(async ({ kind, name }) => states.set(kind, await ports.cloudFormation.findStack(name))));
  const { account_id: accountId, cloudformation_role: role, region } = deployment.aws;
  const planning = {
    cloudFormation: ports.cloudFormation,
    reporter: options.reporter,
    patience: options,
    roleArn: roleArn(accountId, role, region),
    powerlessRoleArn: roleArn(accountId, powerlessRole(role), region),
    token: requestTokens(options.clock.now(), options.random),
    hasRetainedLogs: (kind: StackKind, isNew: boolean) => hasRetainedLogs(kind, isNew, deployment, ports.logGroups),
  };
  const [planned, preflight] = await Promise.all([
    Promise.all(
      stacks.map(async (declared) => {
        const state = states.get(declared.kind);
        const stack = await settleParameters(declared, state, ports.clusters);
        return planStack(
          stack,
          state,
          planParameters(stack, (kind) => states.get(kind)),
          planning,
        );
      }),
    ),
    runPreflight({ deployment, stacks, states, ports, now: options.clock.now() }),
  ]);
  const mirror = options.mirror === undefined ? {} : { mirror: options.mirror };
  const changes = { deployment: deployment.name, accountId, region, stacks: planned, ...mirror };
  return {
    ...changes,
    fingerprint: fingerprintOf(changes),
    preflight,
    destructive: planned.flatMap(({ name, changes: resources }) => destructiveChanges(name, resources)),
    ...(options.cost === undefined ? {} : { cost: options.cost }),
  };
}
