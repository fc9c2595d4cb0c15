import { estimateCost } from '../cost/cost-estimate.ts';
import { deployDeployment } from '../deploy/deploy.ts';
import { type DeployMemory, writeMemory } from '../deploy/deploy-memory.ts';
import type { DeployRecord } from '../deploy/deploy-record.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure, toFailure } from '../failure.ts';
import type { MirrorRecord, RepositoryKind } from '../mirror/mirror-record.ts';
import { type Approval, approvedAfter, difference, UnapprovedChange } from '../plan/approval.ts';
import type { Plan } from '../plan/plan.ts';
import { planDeployment } from '../plan/plan-deployment.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import type { ReadinessFacts } from '../plan/preflight-check.ts';
import { addDurations, type Durations, readDurations } from '../records/durations.ts';
import { whileFree, whileLocked } from '../records/lock.ts';
import type { RunIdentity } from '../records/record-keys.ts';
import { renderDeployRecord } from '../report/deploy-report.ts';
import { type PresenceReader, presenceReader } from '../stack-operations/stack-presence.ts';
import { declaredStacks } from './declared-stacks.ts';
import { refuseDestroyOnly } from './find-deployment.ts';
import { mirror } from './mirror.ts';
import { containerCommit, readinessFacts } from './readiness-facts.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Longest run, 170 minutes: EKS, node groups, images and hub need about 40; the job's own limit is 180. */
const longestRunMilliseconds = 170 * 60_000;

/** Longest comparison with what is approved, 20 minutes, as for a plan. */
const longestPlanMilliseconds = 20 * 60_000;

/** What a run may do, from whoever decides that: the sealed plans in a workflow, the person at the terminal. */
export type Permission = {
  approval: Approval;
  /** Values that were looked up for the plans; undefined ones are looked up now. */
  lookedUp: Readonly<Record<string, string>>;
};

export type DeployRequest = RunIdentity & {
  /** The commit that is deployed. */
  commit: string;
  /** Called once the lock is held, so that nothing is deployed meanwhile. @throws Failure when nothing may be done */
  permission: (plan: () => Promise<Plan>) => Promise<Permission>;
  cache?: string | undefined;
  /**
   * A person at a terminal, with credentials of their own. The records are the workflows' alone to write, so nothing is
   * locked and nothing recorded: what was done by hand has to be reviewed before a workflow goes on from it.
   */
  byHand?: true;
  /** Aborted when the run is cancelled. */
  signal?: AbortSignal;
};

/**
 * Deploys one deployment as far as it is approved. The whole plan is made again and held against the approval before
 * anything is written, the mirror too, and each change set once more before it is executed.
 * @throws UnapprovedChange with the rows that go further; nothing was changed then
 */
export async function deploy(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  request: DeployRequest,
): Promise<DeployRecord> {
  refuseDestroyOnly(deployment);
  const { clock, reporter, pollMilliseconds } = surroundings;
  const { run, attempt, signal: cancelled } = request;
  const deadline = new Date(clock.now().getTime() + longestRunMilliseconds);
  const { records } = connection.aws;
  const patience = { clock, pollMilliseconds, deadline, ...(cancelled && { signal: cancelled }) };
  const work = (signal?: AbortSignal): Promise<DeployRecord> =>
    deployApproved(surroundings, deployment, connection, request, { ...patience, ...(signal && { signal }) });
  const holder = { run, attempt, verb: 'deploy' as const };
  const locking = { records, deployment: deployment.name, holder, patience, reporter };
  const record = request.byHand ? await whileFree(locking, work) : await whileLocked(locking, work);
  reporter.summary(renderDeployRecord(record));
  reporter.info(`${record.message} (${record.calls} requests to AWS)`);
  return record;
}

type Patience = { clock: Surroundings['clock']; pollMilliseconds: number; deadline: Date; signal?: AbortSignal };

async function deployApproved(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  request: DeployRequest,
  patience: Patience,
): Promise<DeployRecord> {
  const stacks = await declaredStacks(surroundings, deployment);
  let permission: Permission | undefined;
  const ask = (): PresenceReader =>
    presenceReader(
      stacks.map(({ name }) => name),
      connection.aws,
    );
  // What the last plan was told of the resources counts for the deployment, which follows at once.
  let presence = ask();
  const mirrored = await mirror(surroundings, deployment, connection, false, {
    cache: request.cache,
    approve: async (mirrorRows, records) => {
      const facts = await readinessFacts(surroundings, deployment, connection.aws, containerCommit(records));
      const planOf = (lookedUp: Readonly<Record<string, string>> | undefined): Promise<Plan> => {
        presence = ask();
        return planAgain(surroundings, deployment, connection, {
          stacks,
          mirrorRows,
          lookedUp,
          presence,
          facts,
          patience,
        });
      };
      permission = await request.permission(() => planOf(undefined));
      const plan = await planOf(permission.lookedUp);
      refuseBlockers(plan);
      const further = difference(plan.rows, permission.approval);
      if (further.length > 0) throw new UnapprovedChange(deployment.name, further);
    },
  });
  if (permission === undefined) throw new Error('The mirror was made without asking for permission.');
  let declared: readonly PlanRow[] = [];
  const record = await deployDeployment({
    ...{ deployment, stacks, ...patience },
    mirrored: { container: commitOf(mirrored, 'container'), cluster: commitOf(mirrored, 'cluster') },
    ...{ approval: permission.approval, lookedUp: permission.lookedUp },
    ports: connection.aws,
    reporter: surroundings.reporter,
    random: surroundings.random,
    presence,
    durations: request.byHand ? {} : await earlierDurations(surroundings, deployment, connection),
    onDeployed: (rows) => {
      declared = rows;
    },
  });
  if (request.byHand) return record;
  await remember(surroundings, connection, request, permission, { record, declared });
  await rememberDurations(surroundings, connection, record);
  return record;
}

type Again = {
  stacks: Awaited<ReturnType<typeof declaredStacks>>;
  mirrorRows: readonly PlanRow[];
  lookedUp: Readonly<Record<string, string>> | undefined;
  presence: PresenceReader;
  facts: ReadinessFacts;
  patience: Patience;
};

async function planAgain(
  { workspace, reporter, clock, random }: Surroundings,
  deployment: Deployment,
  { aws }: Connection,
  { stacks, mirrorRows, lookedUp, presence, facts, patience }: Again,
): Promise<Plan> {
  return await planDeployment({
    ...{ deployment, stacks, mirrorRows, reporter, presence, facts },
    ...(lookedUp === undefined ? {} : { lookedUp }),
    ports: aws,
    random,
    cost: estimateCost(deployment, { versions: await workspace.versions() }),
    ...patience,
    deadline: new Date(clock.now().getTime() + longestPlanMilliseconds),
  });
}

/** Blockers are found anew: what was ready when it was reviewed may not be so any more. */
function refuseBlockers({ deployment, stacks, preflight }: Plan): void {
  const [blocker] = preflight.filter(({ outcome }) => outcome === 'blocker');
  const [blocked] = stacks.filter(({ action }) => action === 'blocked');
  const message = blocker?.detail ?? blocked?.detail;
  if (message === undefined) return;
  throw new Failure({
    code: 'NotReady',
    source: 'user',
    message: `${deployment} was not changed: ${message}`,
    hint: blocker?.hint ?? 'Mend that, then run this again; the approval stays.',
  });
}

/** What was done, and what the stacks are after it; no rows when they are not all as declared. */
export type Deployed = { record: DeployRecord; declared: readonly PlanRow[] };

/** What a run leaves for later approvals to start from: after a success, every approved value that the stacks still have. */
export function memoryOf(
  { run, attempt, commit }: Pick<DeployRequest, 'run' | 'attempt' | 'commit'>,
  { approval, lookedUp }: Permission,
  { record, declared }: Deployed,
): DeployMemory {
  const succeeded = record.outcome === 'succeeded';
  return {
    ...{ version: 1, run, attempt, deployment: record.deployment, commit, record },
    approved: succeeded ? approvedAfter(approval, declared) : approval.baseline,
    lookedUp: succeeded ? { ...lookedUp } : {},
  };
}

/** Only a hint for people: where it cannot be had, the deployment goes on without. */
async function earlierDurations(
  { reporter }: Surroundings,
  { aws: { region } }: Deployment,
  { aws }: Connection,
): Promise<Durations> {
  try {
    return await readDurations(aws.records, region);
  } catch (error) {
    reporter.warning(`How long earlier runs took cannot be read: ${toFailure(error).message}`);
    return {};
  }
}

async function rememberDurations(
  { reporter }: Surroundings,
  { aws }: Connection,
  { region, steps }: DeployRecord,
): Promise<void> {
  try {
    await addDurations(aws.records, region, steps);
  } catch (error) {
    const failure = toFailure(error);
    // Another lab's run wrote at the same moment; what this one took is no loss.
    if (failure.code !== 'RecordChanged')
      reporter.warning(`How long this run took could not be noted: ${failure.message}`);
  }
}

/** The record is what later approvals start from; a run whose record is lost is not a successful one. */
async function remember(
  { clock }: Surroundings,
  { aws }: Connection,
  request: DeployRequest,
  permission: Permission,
  deployed: Deployed,
): Promise<void> {
  const memory = memoryOf(request, permission, deployed);
  const { deployment } = memory;
  try {
    await writeMemory(aws.records, memory, clock.now());
  } catch (error) {
    const failure = toFailure(error);
    throw new Failure({
      code: 'RecordNotWritten',
      source: failure.source,
      message: `${deployment} was deployed, but the record of it could not be written: ${failure.message}`,
      hint: 'Run this again: it finds everything as declared and writes the record.',
      cause: failure,
    });
  }
}

function commitOf(records: readonly MirrorRecord[], kind: RepositoryKind): string {
  const record = records.find((candidate) => candidate.kind === kind);
  if (record !== undefined) return record.commit;
  throw new Failure({
    code: 'NotMirrored',
    source: 'user',
    message: `The ${kind} repository was not mirrored.`,
    hint: 'Run the mirror first and pass its record.',
  });
}
