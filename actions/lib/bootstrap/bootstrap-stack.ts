import { Failure } from '../failure.ts';
import { destructiveChanges } from '../plan/destructive-changes.ts';
import type { DestructiveChange } from '../plan/plan.ts';
import type {
  ChangeSetChange,
  ChangeSetRequest,
  ChangeSetState,
  StackResource,
  StackState,
} from '../ports/cloudformation.ts';
import type { Records } from '../ports/records.ts';
import { recordsRegion } from '../records/record-keys.ts';
import { changeSetRefusal, stackFailure } from '../stack-operations/stack-failure.ts';
import { clearTheWay, isGood, wayForward } from '../stack-operations/stack-recovery.ts';
import {
  isSettled,
  isWithoutChanges,
  type StackWaiting,
  waitForChangeSet,
  waitForStack,
} from '../stack-operations/stack-waiting.ts';
import { describeStuck } from '../stack-operations/stuck-rollback.ts';

/** One per account, in one region; IAM itself has no regions. */
export const bootstrapStackName = 'opensarlab-bootstrap';

/** How the stack is asked for: with the caller's own permissions, because the roles do not exist yet. */
export type BootstrapRequest = {
  templateBody: string;
  parameters: Record<string, string>;
  token: (what: string) => string;
  /** Only look at the change set, then remove it. */
  dryRun: boolean;
};

/** What became of the stack; `planned`: what would. */
export type BootstrapStack = {
  change: 'created' | 'updated' | 'unchanged' | 'planned';
  changes: { logicalId: string; type: string; action: ChangeSetChange['action'] }[];
  /** What is or would be removed or replaced. */
  destroys: DestructiveChange[];
  outputs: Record<string, string>;
};

/** Tags of the stack and of the roles in it. */
const tags = { 'opensarlab:bootstrap': 'true' };

/**
 * Creates or updates the bootstrap stack by a change set; run again, it changes nothing. Ends with the stack protected
 * against deletion, because every deployment of the account needs its roles to be removed.
 * @throws Failure `StackFailed`, `ChangeSetFailed`, `StackStuck`; for a dry run `StackBusy` when no change set can be made
 */
export async function applyBootstrapStack(request: BootstrapRequest, waiting: StackWaiting): Promise<BootstrapStack> {
  const state = await startingState(request, waiting);
  const { changeSetId, stackId } = await createChangeSet(request, state, waiting);
  const changeSet = await waitForChangeSet(
    waiting.cloudFormation,
    { changeSetId, stackId },
    bootstrapStackName,
    waiting.patience,
  );
  const found = {
    changes: changeSet.changes.map(({ logicalId, type, action }) => ({ logicalId, type, action })),
    destroys: destructiveChanges(bootstrapStackName, changeSet.changes),
  };
  if (isWithoutChanges(changeSet) && state !== undefined) {
    await waiting.cloudFormation.deleteChangeSet(changeSetId);
    if (!request.dryRun) await protect(state, waiting);
    return { ...found, change: request.dryRun ? 'planned' : 'unchanged', outputs: state.outputs };
  }
  if (changeSet.status === 'FAILED' || request.dryRun) {
    await removeTraces(changeSetId, state === undefined ? stackId : undefined, request, waiting);
    if (changeSet.status === 'FAILED') throw refused(changeSet);
    return { ...found, change: 'planned', outputs: state?.outputs ?? {} };
  }
  const after = await execute(changeSetId, stackId, state, request, waiting);
  return { ...found, change: state === undefined ? 'created' : 'updated', outputs: after.outputs };
}

/**
 * Ends a bootstrap that would make a second stack: the account's bucket of records is found through its roles, in every
 * region, and its name says in which one the stack is.
 * @param before the stack in this region
 * @throws Failure `BootstrapElsewhere`
 */
export async function refuseSecondStack(
  before: StackState | undefined,
  { accountId, region }: { accountId: string; region: string },
  records: Pick<Records, 'bucket'>,
): Promise<void> {
  if (before !== undefined && wayForward(before.status).kind !== 'remove') return;
  const bucket = await records.bucket().catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'RecordsBucketMissing') return undefined;
    throw error;
  });
  const holder = bucket === undefined ? undefined : recordsRegion(bucket, accountId);
  if (holder === undefined || holder === region) return;
  throw new Failure({
    code: 'BootstrapElsewhere',
    source: 'user',
    message: `Account ${accountId} is ready already: its stack ${bootstrapStackName} is in ${holder}, with the bucket ${bucket}, and serves every region.`,
    hint: `Run bootstrap with --region ${holder}.`,
  });
}

/** A first try that was rolled back leaves nothing; whatever lives was made, and is no program's to remove. */
function refuseLiving({ name, status }: StackState, resources: readonly StackResource[]): void {
  const living = resources.filter(
    ({ physicalId, status: of }) => physicalId !== '' && !/^DELETE_(COMPLETE|SKIPPED)$/.test(of),
  );
  const [first] = living;
  if (first === undefined) return;
  throw new Failure({
    code: 'StackStuck',
    source: 'aws',
    message: `The stack ${name} is in ${status} with ${living.length} living resources, among them ${first.logicalId} (${first.type}).`,
    hint: 'Look at it in the CloudFormation console and delete it there, if nothing uses its roles; then run this again.',
  });
}

/** Nobody has seen a plan of it, so nobody can have agreed to it. */
function refuseSkipping({ name }: StackState, stuck: readonly StackResource[]): void {
  const skip = stuck.map(({ logicalId }) => logicalId).join(' ');
  throw new Failure({
    code: 'StackStuck',
    source: 'aws',
    message: `The rollback of the stack ${name} is stuck on ${describeStuck(stuck)}.`,
    hint:
      'Put right what is in the way and run this again, or leave it as it is: ' +
      `aws cloudformation continue-update-rollback --stack-name ${name} --resources-to-skip ${skip}`,
  });
}

async function startingState(request: BootstrapRequest, waiting: StackWaiting): Promise<StackState | undefined> {
  if (!request.dryRun) {
    const { cloudFormation } = waiting;
    const asking = {
      roleArn: undefined,
      token: request.token,
      mayRemove: async (state: StackState) => refuseLiving(state, await cloudFormation.listResources(state.id)),
      maySkip: refuseSkipping,
    };
    return (await clearTheWay({ name: bootstrapStackName }, waiting, asking)).state;
  }
  const state = await waiting.cloudFormation.findStack(bootstrapStackName);
  const way = wayForward(state?.status ?? 'NONE').kind;
  if (way === 'create') return undefined;
  if (way === 'update') return state;
  throw new Failure({
    code: 'StackBusy',
    source: 'aws',
    message: `The stack ${bootstrapStackName} is in ${state?.status ?? ''}: what would change cannot be told.`,
    hint: 'Run without --dry-run; that waits for it or repairs it first.',
  });
}

function createChangeSet(
  request: BootstrapRequest,
  state: StackState | undefined,
  { cloudFormation }: StackWaiting,
): Promise<{ changeSetId: string; stackId: string }> {
  const changeSet: ChangeSetRequest = {
    stackName: bootstrapStackName,
    changeSetName: request.token('bootstrap'),
    type: state === undefined ? 'CREATE' : 'UPDATE',
    templateBody: request.templateBody,
    parameters: request.parameters,
    tags,
    roleArn: undefined,
    description: 'opensarlab bootstrap',
    importExisting: false,
  };
  return cloudFormation.createChangeSet(changeSet);
}

async function execute(
  changeSetId: string,
  stackId: string,
  before: StackState | undefined,
  request: BootstrapRequest,
  waiting: StackWaiting,
): Promise<StackState> {
  const { cloudFormation } = waiting;
  await cloudFormation.executeChangeSet(changeSetId, request.token('execute'));
  const after = await waitForStack(bootstrapStackName, stackId, waiting, (state) => {
    return isSettled(state.status) && (before === undefined || hasBegun(state, before));
  });
  if (after === undefined || !isGood(after.status)) {
    const events = await cloudFormation.lastOperationEvents(stackId);
    throw explain(stackFailure(`deploy stack ${bootstrapStackName}`, after?.status ?? 'NONE', events));
  }
  await protect(after, waiting);
  return after;
}

/** AWS may show the state from before the operation for a moment. */
function hasBegun(state: StackState, before: StackState): boolean {
  return (state.updatedAt?.getTime() ?? 0) > (before.updatedAt?.getTime() ?? 0);
}

async function protect(state: StackState, { cloudFormation }: StackWaiting): Promise<void> {
  if (!state.terminationProtection) await cloudFormation.setTerminationProtection(bootstrapStackName, true);
}

/** A change set for a new stack leaves an empty one behind; it is deleted by id, and only while it is empty. */
async function removeTraces(
  changeSetId: string,
  emptyStackId: string | undefined,
  request: BootstrapRequest,
  { cloudFormation }: StackWaiting,
): Promise<void> {
  await cloudFormation.deleteChangeSet(changeSetId);
  if (emptyStackId === undefined) return;
  const left = await cloudFormation.findStack(emptyStackId);
  if (left?.status !== 'REVIEW_IN_PROGRESS') return;
  await cloudFormation.deleteStack(emptyStackId, { roleArn: undefined, requestToken: request.token('remove-empty') });
}

function refused({ statusReason }: ChangeSetState): Failure {
  return explain(changeSetRefusal(bootstrapStackName, statusReason));
}

/** Names that are taken are most likely the stack's own in another region; those must not be deleted. */
function explain(failure: Failure): Failure {
  if (!/already ?exists|not available|already own/i.test(failure.message)) return failure;
  const { code, source, message } = failure;
  if (/\bRecordsBucket\b|opensarlab-records-/.test(message)) {
    const hint =
      'Another account has a bucket of this name, or it was kept when the stack was deleted. Make the stack in another --region: its bucket serves them all.';
    return new Failure({ code, source, message, hint, cause: failure });
  }
  const hint = `The stack belongs into one region only. Is there one called ${bootstrapStackName} in another? Use that --region.`;
  return new Failure({ code, source, message, hint, cause: failure });
}
