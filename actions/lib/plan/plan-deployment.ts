import type { Deployment } from '../deployment/deployment.ts';
import { type Patience, throwIfCancelled } from '../engine/poll.ts';
import { requestTokens } from '../engine/request-token.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { Reporter } from '../ports/reporter.ts';
import { powerlessRole, roleArn } from '../ports/role-arn.ts';
import { checkAccount } from '../stack-operations/account-check.ts';
import { hasRetainedLogs } from '../stack-operations/retained-logs.ts';
import { type PresenceReader, presenceReader } from '../stack-operations/stack-presence.ts';
import type { Stack, StackKind } from '../stacks/stack.ts';
import { canonicalJson, sha256 } from './canonical-json.ts';
import { destructiveRows } from './destructive-changes.ts';
import type { CostEstimate, MirrorChange, Plan } from './plan.ts';
import type { PlanRow } from './plan-row.ts';
import { planDeclared, refusedStack, type StackPlan } from './plan-stack.ts';
import { runPreflight } from './preflight.ts';
import type { ReadinessFacts } from './preflight-check.ts';
import { sortRows } from './seal-text.ts';

export type PlanOptions = Patience & {
  deployment: Deployment;
  stacks: readonly Stack[];
  ports: AwsPorts;
  reporter: Reporter;
  /** A number in [0, 1). */
  random: () => number;
  mirror?: MirrorChange[];
  /** Whose plan this is, e.g. `pr-17`, where no two plans of one owner run at the same time. */
  owner?: string;
  /** What the mirror would do, row by row. */
  mirrorRows?: readonly PlanRow[];
  cost?: CostEstimate;
  /** Values of approved plans, by `stack parameter`: then nothing newer is looked for. */
  lookedUp?: Readonly<Record<string, string>>;
  /** What the checkout says beside the declaration, for the checks of the account. */
  facts?: ReadinessFacts;
  /** What the owners of the stacks' resources say; asked anew when not given. */
  presence?: PresenceReader;
  /** Has CloudFormation compare each stack with all that is there, also those whose owners have no complaint. */
  isThorough?: boolean;
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
    roleArn: roleArn(accountId, role, region),
    powerlessRoleArn: roleArn(accountId, powerlessRole(role), region),
    token: requestTokens(options.clock.now(), options.random),
    ...(options.owner === undefined ? {} : { owner: options.owner }),
    place: { deployment: deployment.name, accountId, region },
    presence: options.presence ?? presenceReader(namesOf(states), ports, { readsSecrets: false }),
    isThorough: options.isThorough ?? false,
    hasRetainedLogs: (kind: StackKind, isNew: boolean) => hasRetainedLogs(kind, isNew, deployment, ports.logGroups),
  };
  const refusal = await refusalOfNewStacks(options, states);
  const [stackPlans, preflight] = await Promise.all([
    planTogether(stacks, options, (stack, signal) => {
      const state = states.get(stack.kind);
      if (state === undefined && refusal !== undefined) return Promise.resolve(refusedStack(stack, refusal));
      return planDeclared(stack, state, (kind) => states.get(kind), {
        ...planning,
        sources:
          options.lookedUp === undefined ? { ...ports, looksForNewer: true } : { ...ports, lookedUp: options.lookedUp },
        patience: { ...options, signal },
      });
    }),
    runPreflight({ ...options.facts, deployment, stacks, states, ports, now: options.clock.now() }),
  ]);
  // What is cancelled is no plan, however far it came.
  throwIfCancelled(`the plan of ${deployment.name}`, options.signal);
  const planned = stackPlans.map((plan) => plan.planned);
  const rows = sortRows([...stackPlans.flatMap((plan) => plan.rows), ...(options.mirrorRows ?? [])]);
  const mirror = options.mirror === undefined ? {} : { mirror: options.mirror };
  const changes = { deployment: deployment.name, accountId, region, stacks: planned, ...mirror };
  return {
    ...changes,
    fingerprint: fingerprintOf(changes),
    preflight,
    destructive: destructiveRows(rows),
    rows,
    lookedUp: Object.fromEntries(stackPlans.flatMap(({ lookedUp }) => Object.entries(lookedUp ?? {})).sort()),
    busy: stackPlans.filter(({ busy }) => busy === true).map((plan) => plan.planned.name),
    ...(options.cost === undefined ? {} : { cost: options.cost }),
  };
}

/**
 * A change set for a stack that is not there makes an empty one, which is removed under a role of its own: without the role it
 * would stay.
 * @returns why new stacks are not asked about; undefined when they can be
 */
async function refusalOfNewStacks(
  { deployment: { aws }, stacks, ports: { account } }: PlanOptions,
  states: ReadonlyMap<StackKind, StackState | undefined>,
): Promise<string | undefined> {
  if (stacks.every(({ kind }) => states.get(kind) !== undefined)) return undefined;
  const name = powerlessRole(aws.cloudformation_role);
  if ((await account.role(name)) !== undefined) return undefined;
  return `There is no role ${name}, under which a plan removes what it made: deploy the bootstrap stack first.`;
}

/** Of the stacks that exist. */
function namesOf(states: ReadonlyMap<StackKind, StackState | undefined>): string[] {
  return [...states.values()].flatMap((state) => (state === undefined ? [] : [state.name]));
}

/**
 * Plans all stacks at the same time. When one cannot be planned, or the run is cancelled, the others stop as well, and each
 * has removed what it made before this ends.
 * @throws Failure the first one that is no consequence of another
 */
async function planTogether(
  stacks: readonly Stack[],
  { signal }: PlanOptions,
  plan: (stack: Stack, signal: AbortSignal) => Promise<StackPlan>,
): Promise<StackPlan[]> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const failures: unknown[] = [];
  const results = await Promise.all(
    stacks.map(async (stack) => {
      try {
        return await plan(stack, either);
      } catch (error) {
        failures.push(error);
        stop.abort(error);
        return undefined;
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
  return results.filter((result) => result !== undefined);
}

/** The members of a plan that say what would change. */
type PlannedChanges = Pick<Plan, 'deployment' | 'accountId' | 'region' | 'stacks' | 'mirror'>;

/**
 * SHA-256 over what the plan would change, independent of the order of keys, of preflight and cost, and of the wording
 * of details and states found. For people to tell two plans apart; consent is by rows.
 */
function fingerprintOf({ deployment, accountId, region, stacks, mirror }: PlannedChanges): string {
  const changes = stacks.map(({ kind, name, action, changes: resources, parametersUnknown }) => {
    return { kind, name, action, changes: resources, parametersUnknown };
  });
  return sha256(canonicalJson({ deployment, accountId, region, stacks: changes, mirror: mirror ?? [] }));
}
