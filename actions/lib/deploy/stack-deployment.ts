import { outcomeOf } from '../engine/outcome.ts';
import type { StepDone } from '../engine/ready-pool.ts';
import { isTokenFor } from '../engine/request-token.ts';
import { onceVisible, untilVisible } from '../engine/visibility.ts';
import { Failure, toFailure } from '../failure.ts';
import { difference, UnapprovedChange } from '../plan/approval.ts';
import { destructiveChanges } from '../plan/destructive-changes.ts';
import type { DestructiveChange } from '../plan/plan.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import { administratorRows, changeRows, protectionRows, recoveryRows, skipRows } from '../plan/planned-rows.ts';
import type { ChangeSetState, StackResource, StackState } from '../ports/cloudformation.ts';
import { isOf, type TypesWith } from '../resources/resource-types.ts';
import { declaredResources } from '../stack-operations/declared-comparison.ts';
import { inTheEnd, isMadeInTwo, type SettledStack, settleParameters } from '../stack-operations/kept-parameters.ts';
import { kubernetesStepProblem } from '../stack-operations/kubernetes-step.ts';
import { nextAdministrator } from '../stack-operations/next-administrator.ts';
import { nodeGroupStepProblem } from '../stack-operations/node-group-step.ts';
import { hasRetainedLogs } from '../stack-operations/retained-logs.ts';
import { changeSetRefusal, stackFailure } from '../stack-operations/stack-failure.ts';
import { hasReferencedValues, resolveParameters } from '../stack-operations/stack-parameters.ts';
import {
  changedAfter,
  changedFailure,
  goneFailure,
  isAsMade,
  missingAfter,
  presenceReader,
  type StackPresence,
  unaskedFailure,
  unverifiableNote,
} from '../stack-operations/stack-presence.ts';
import {
  clearTheWay,
  hiddenFailure,
  isGood,
  recoveryRefusal,
  showsItsTemplate,
} from '../stack-operations/stack-recovery.ts';
import { operationTimes, resourceTimes } from '../stack-operations/stack-timeline.ts';
import {
  checkTemplateSize,
  endedEvents,
  isChangeSetUnseen,
  isSettled,
  isWithoutChanges,
  type StackWaiting,
  waitForChangeSet,
  waitForStack,
} from '../stack-operations/stack-waiting.ts';
import { type DesiredPlace, desiredResources } from '../stacks/desired-values.ts';
import { fingerprintOutput, type Stack } from '../stacks/stack.ts';
import { changeAdministrator } from './administrator-change.ts';
import { type DeployContext, watchingOf } from './deploy-context.ts';
import { emptyTimeline, type StackTimeline } from './deploy-record.ts';

/**
 * Brings one stack to its declared state, from whatever state it is found in.
 * @throws Failure `StackFailed` with the root cause in one line; `UnreviewedReplacement`; `StackStuck`; and what
 *   waiting throws
 */
export async function deployStack(stack: Stack, context: DeployContext): Promise<StepDone> {
  const timeline = timelineOf(stack, context);
  try {
    return await bringToDeclaration(stack, timeline, context);
  } catch (error) {
    const failure = toFailure(error);
    timeline.change = outcomeOf(failure);
    throw failure;
  }
}

async function bringToDeclaration(stack: Stack, timeline: StackTimeline, context: DeployContext): Promise<StepDone> {
  const request = {
    roleArn: context.cloudFormationRoleArn,
    token: context.token,
    mayRemove: (found: StackState) => approveRemoval(stack, found, context),
    maySkip: (found: StackState, stuck: readonly StackResource[]) =>
      requireApproval(skipRows(found.name, stuck), context),
  };
  const { state, recovered } = await clearTheWay(stack, waitingOf(context), request);
  timeline.status = state?.status ?? 'NONE';
  const settled = await settleParameters(stack, state, { ...context.ports, lookedUp: context.lookedUp });
  const parameters = resolveParameters(settled, (kind) => context.finished.get(kind)?.state);
  const isSame = state !== undefined && isAsDeclared(settled, state, parameters);
  const declared = isSame ? declaredResources(stack, state, placeOf(context)) : undefined;
  const presence = state === undefined ? undefined : await context.presence(stack.name, declared);
  if (isSame && presence !== undefined && isAsMade(presence) && !isToBeRepaired(stack, context)) {
    return keepStack(stack, settled, state, presence, context);
  }
  const problem = kubernetesStepProblem(settled, state);
  if (problem !== undefined) throw problem;
  const type = state === undefined ? 'CREATE' : 'UPDATE';
  const prepared = await prepareChangeSet(settled, parameters, type, context, presence);
  if (prepared.kind === 'no changes') {
    if (state === undefined) throw unexpectedEnd(stack, 'NONE');
    const hidden = hiddenFailure(state);
    if (hidden !== undefined) throw hidden;
    // What a recovery has just put back may not be shown yet.
    const shown = recovered && isSame ? await askAgain(stack, state, context) : presence;
    return keepStack(stack, settled, state, shown, context);
  }
  if (state !== undefined) {
    requireApproval(administratorRows(stack.name, nextAdministrator(state, parameters)), context);
    await changeAdministrator(state, parameters, context);
  }
  const change = recovered ? 'recovered' : state === undefined ? 'created' : 'updated';
  const made = await execute(stack, state, prepared, context);
  const ended = isMadeInTwo(settled) ? await completeCreation(stack, made, context) : made;
  timelineOf(stack, context).change = change;
  if (isSame && presence !== undefined && !isAsMade(presence))
    await confirmRepair(stack, settled, ended.state, context);
  await protect(stack, ended.state, context);
  const settledAt = ended.times?.finishedAt ?? ended.state.updatedAt ?? ended.state.createdAt;
  context.finished.set(stack.kind, { state: ended.state, settled, changed: true, settledAt });
  return { change, ...ended.times };
}

/** Where an operation of CloudFormation ended, and when it was at work. */
type Executed = { state: StackState; times: { startedAt: Date; finishedAt: Date } | undefined };

/**
 * The second half of making a stack: what protects itself against deletion does so from now on. A run that is interrupted
 * in between does it the next time, because the stack does not have its values.
 */
async function completeCreation(stack: Stack, made: Executed, context: DeployContext): Promise<Executed> {
  const settled = await settleParameters(stack, made.state, { ...context.ports, lookedUp: context.lookedUp });
  const parameters = resolveParameters(settled, (kind) => context.finished.get(kind)?.state);
  const prepared = await prepareChangeSet(settled, parameters, 'UPDATE', context);
  if (prepared.kind === 'no changes') return made;
  const { state, times } = await execute(stack, made.state, prepared, context);
  const startedAt = made.times?.startedAt ?? times?.startedAt;
  if (times === undefined || startedAt === undefined) return { state, times };
  timelineOf(stack, context).startedAt = startedAt.toISOString();
  return { state, times: { ...times, startedAt } };
}

/** @throws Failure `StackFailed` when CloudFormation ends anywhere but where it was asked to */
async function execute(
  stack: Stack,
  before: StackState | undefined,
  prepared: PreparedChangeSet & { kind: 'ready' },
  context: DeployContext,
): Promise<Executed> {
  const timeline = timelineOf(stack, context);
  timeline.destroyed.push(...prepared.destroys);
  await startExecution(stack, prepared.changeSetId, context);
  const state = await waitForStack(stack.name, prepared.stackId, waitingOf(context), (found) => {
    return isSettled(found.status) && hasBegun(found, before);
  });
  const end = state?.status ?? '';
  const events = await endedEvents(stack.name, prepared.stackId, end, context.ports, watchingOf(context));
  const times = operationTimes(events);
  timeline.status = state?.status ?? 'NONE';
  const known = new Set(timeline.resources.map(({ logicalId }) => logicalId));
  timeline.resources.push(...resourceTimes(events).filter(({ logicalId }) => !known.has(logicalId)));
  if (times !== undefined) {
    timeline.startedAt = times.startedAt.toISOString();
    timeline.finishedAt = times.finishedAt.toISOString();
  }
  if (state === undefined || !isGood(state.status)) {
    throw stackFailure(`deploy stack ${stack.name}`, timeline.status, events);
  }
  if (state.outputs[fingerprintOutput] !== stack.fingerprint) throw unexpectedEnd(stack, state.status);
  return { state, times };
}

/**
 * Executes a change set once. When the answer was lost and the request repeated, CloudFormation may refuse the second one
 * because of the first; then the change set itself tells that it is being executed.
 */
async function startExecution({ name }: Stack, changeSetId: string, context: DeployContext): Promise<void> {
  const { cloudFormation } = context.ports;
  const token = context.token(name);
  try {
    await onceVisible(`the change set of stack ${name}`, watchingOf(context), isChangeSetUnseen, () =>
      cloudFormation.executeChangeSet(changeSetId, token),
    );
  } catch (error) {
    const failure = toFailure(error);
    if (!/^InvalidChangeSetStatus/.test(failure.code)) throw failure;
    const { executionStatus } = await cloudFormation.describeChangeSet(changeSetId);
    if (!executionStatus.startsWith('EXECUTE_')) throw failure;
  }
}

/** AWS may show the state from before the operation for a moment: an untouched update time, or an unexecuted set. */
function hasBegun(state: StackState, before: StackState | undefined): boolean {
  if (before === undefined) return state.status !== 'REVIEW_IN_PROGRESS';
  return (state.updatedAt?.getTime() ?? 0) > (before.updatedAt?.getTime() ?? 0);
}

function isAsDeclared(stack: SettledStack, state: StackState, parameters: Record<string, string>): boolean {
  if (!showsItsTemplate(state.status) || state.outputs[fingerprintOutput] !== stack.fingerprint) return false;
  return hasReferencedValues(stack, state, parameters);
}

/**
 * A stack that is as declared by what CloudFormation says.
 * @throws Failure `ResourcesGone` when a resource of it is not there any more, `ResourcesChanged` when it is not as it was
 *   made, `ResourcesUnverified` when its owner does not say
 */
async function keepStack(
  stack: Stack,
  settled: SettledStack,
  state: StackState,
  presence: StackPresence | undefined,
  context: DeployContext,
): Promise<StepDone> {
  if (presence !== undefined) requireAsMade(stack, presence);
  const note = unverifiableNote(presence?.unverifiable ?? []);
  const protectedNow = await protect(stack, state, context);
  const timeline = timelineOf(stack, context);
  timeline.status = state.status;
  timeline.change = protectedNow ? 'updated' : 'unchanged';
  const settledAt = state.updatedAt ?? state.createdAt;
  context.finished.set(stack.kind, { state, settled, changed: false, settledAt });
  return protectedNow
    ? { change: 'updated', detail: `Termination protection is now ${stack.terminationProtection ? 'on' : 'off'}.` }
    : { change: 'unchanged', ...(note === undefined ? {} : { detail: note }) };
}

/** @throws Failure as {@link keepStack} */
function requireAsMade({ name }: Stack, { gone, changed, unasked }: StackPresence): void {
  const failure = goneFailure(name, gone) ?? unaskedFailure(name, unasked) ?? changedFailure(name, changed);
  if (failure !== undefined) throw failure;
}

/**
 * Whether changes of this stack are approved although its template is deployed: a plan compares with more than the owners
 * are asked about here, so what it found may still have to be put back.
 */
function isToBeRepaired({ name }: Stack, { approval }: DeployContext): boolean {
  const rows = approval.rows.filter(({ place }) => place === name);
  const isMade = rows.some(({ type, act }) => type === 'stack' && act === 'add');
  return !isMade && rows.some(({ type }) => type.startsWith('AWS::'));
}

/** CloudFormation calls a stack complete that has put back only what it knows of. */
async function confirmRepair(
  stack: Stack,
  settled: SettledStack,
  state: StackState,
  context: DeployContext,
): Promise<void> {
  const parameters = resolveParameters(settled, (kind) => context.finished.get(kind)?.state);
  if (!isAsDeclared(settled, state, parameters)) return;
  requireAsMade(stack, await askAgain(stack, state, context));
}

/** Asks the owners anew about a stack that was just put right, until they say so or have had the time to. */
async function askAgain(stack: Stack, state: StackState, context: DeployContext): Promise<StackPresence> {
  const declared = declaredResources(stack, state, placeOf(context));
  const ask = (): Promise<StackPresence> => presenceReader([stack.name], context.ports)(stack.name, declared);
  let presence = await ask();
  await untilVisible(`what was put back in stack ${stack.name}`, watchingOf(context), async () => {
    if (isAsMade(presence)) return true;
    presence = await ask();
    return isAsMade(presence) ? true : undefined;
  });
  return presence;
}

function placeOf({ deployment }: DeployContext): DesiredPlace {
  return { deployment: deployment.name, accountId: deployment.aws.account_id, region: deployment.aws.region };
}

/** @returns whether the termination protection had to be changed */
async function protect(stack: Stack, state: StackState, context: DeployContext): Promise<boolean> {
  if (state.terminationProtection === stack.terminationProtection) return false;
  requireApproval(protectionRows(stack.name, state.terminationProtection, stack.terminationProtection), context);
  await context.ports.cloudFormation.setTerminationProtection(stack.name, stack.terminationProtection);
  return true;
}

/**
 * What lives in a half-made stack goes with it, so that was to be seen; then it is emptied. A protection that the declaration keeps is never
 * switched off for it; one that it takes off is a row of its own.
 */
async function approveRemoval(stack: Stack, state: StackState, context: DeployContext): Promise<void> {
  const refusal = recoveryRefusal(state, stack);
  if (refusal !== undefined) throw refusal;
  const { cloudFormation } = context.ports;
  const [resources, template] = [
    await cloudFormation.listResources(state.id),
    await cloudFormation.templateBody(state.id),
  ];
  const unprotecting = state.terminationProtection ? protectionRows(stack.name, true, false) : [];
  const { rows } = recoveryRows(state, resources, template);
  requireApproval([...rows, ...unprotecting], context);
  if (state.terminationProtection) await cloudFormation.setTerminationProtection(stack.name, false);
  for (const row of rows) await emptyRemoved(row, context);
}

/** CloudFormation deletes no bucket and no image repository with something in it; what is retained stays as it is. */
async function emptyRemoved(
  { type, after, policyAction }: PlanRow,
  { ports: { buckets, images }, reporter }: DeployContext,
): Promise<void> {
  if (policyAction === 'Retain' || after === undefined) return;
  const name: unknown = JSON.parse(after);
  if (typeof name !== 'string') return;
  const emptying: Record<TypesWith<'beforeDeletion', 'empty'>, () => Promise<number>> = {
    'AWS::S3::Bucket': () => buckets.empty(name),
    'AWS::ECR::Repository': () => images.empty(name),
  };
  const deleted = isOf(type, 'beforeDeletion', 'empty') ? await emptying[type]() : 0;
  if (deleted > 0) reporter.info(`Emptied ${name}: ${deleted} entries`);
}

/** @throws UnapprovedChange when a row goes further than what is approved */
function requireApproval(rows: readonly PlanRow[], { approval, deployment, refused }: DeployContext): void {
  const further = difference(rows, approval);
  if (further.length === 0) return;
  refused.push(...further);
  throw new UnapprovedChange(deployment.name, further);
}

/** The stack's entry in the record, made on first use. */
function timelineOf(stack: Stack, context: DeployContext): StackTimeline {
  const known = context.timelines.get(stack.kind);
  if (known !== undefined) return known;
  const timeline = emptyTimeline(stack, 'unknown', context.patience.clock.now());
  context.timelines.set(stack.kind, timeline);
  return timeline;
}

function waitingOf(context: DeployContext): StackWaiting {
  return { cloudFormation: context.ports.cloudFormation, reporter: context.reporter, patience: context.patience };
}

function unexpectedEnd(stack: Stack, status: string): Failure {
  return new Failure({
    code: 'StackNotAsDeclared',
    source: 'aws',
    message: `Stack ${stack.name} ended in ${status}, but is not what was deployed.`,
    hint: 'Something else changes the stack at the same time. Run again.',
  });
}

/** A change set that can be executed, or the fact that there is nothing to change. */
type PreparedChangeSet =
  | { kind: 'no changes' }
  | { kind: 'ready'; changeSetId: string; stackId: string; destroys: DestructiveChange[] };

/**
 * Makes the change set of a stack and holds it against what is approved, row by row.
 * @param presence what the owners say; with it, the change set also puts back what is not as the stack made it
 * @throws UnapprovedChange when it would go further; Failure `ChangeSetFailed` when CloudFormation refuses it,
 *   `NodeGroupStep` when EKS would, `ResourcesGone` and `ResourcesChanged` when something would not be put back,
 *   `ResourcesUnverified` when an owner does not say. In all cases the change set is deleted.
 */
async function prepareChangeSet(
  stack: SettledStack,
  parameters: Record<string, string>,
  type: 'CREATE' | 'UPDATE',
  context: DeployContext,
  presence?: StackPresence,
): Promise<PreparedChangeSet> {
  checkTemplateSize(stack);
  const { cloudFormation } = context.ports;
  const { changeSetId, stackId } = await cloudFormation.createChangeSet({
    stackName: stack.name,
    changeSetName: context.token('deploy'),
    type,
    templateBody: stack.templateBody,
    parameters,
    tags: stack.tags,
    roleArn: context.cloudFormationRoleArn,
    description: `fingerprint ${stack.fingerprint}`,
    importExisting: await hasRetainedLogs(stack.kind, type === 'CREATE', context.deployment, context.ports.logGroups),
    revertsDrift: presence !== undefined,
  });
  const changeSet = await waitForChangeSet(cloudFormation, { changeSetId, stackId }, stack.name, context.patience);
  const destroys = destructiveChanges(stack.name, changeSet.changes);
  const further = difference(rowsOf(stack, changeSet, context), context.approval);
  context.refused.push(...further);
  const refusal = refusalOf(stack, changeSet, further, context);
  const left = unrepaired(stack, changeSet, presence);
  // What nothing puts back is said first: an approval would not help.
  const problem = refusal instanceof UnapprovedChange ? (left ?? refusal) : (refusal ?? left);
  if (problem === undefined) return { kind: 'ready', changeSetId, stackId, destroys };
  await cloudFormation.deleteChangeSet(changeSetId);
  await removeInterrupted(stackId, changeSetId, context);
  if (problem === 'no changes') return { kind: 'no changes' };
  throw problem;
}

/**
 * Removes the change sets that interrupted runs have left in a stack in which nothing is to be executed; an execution would
 * take them along. No other run deploys at the same time.
 */
async function removeInterrupted(
  stackId: string,
  own: string,
  { ports: { cloudFormation } }: DeployContext,
): Promise<void> {
  for (const { id, name, executionStatus } of await cloudFormation.listChangeSets(stackId)) {
    const isLeft = isTokenFor('deploy', name) && !executionStatus.startsWith('EXECUTE_');
    if (id !== own && isLeft) await cloudFormation.deleteChangeSet(id);
  }
}

/** What the change set would leave otherwise than the stack made it. */
function unrepaired(
  { name }: SettledStack,
  { changes }: ChangeSetState,
  presence: StackPresence | undefined,
): Failure | undefined {
  if (presence === undefined) return undefined;
  const { gone, changed, unasked } = presence;
  const left = changedAfter(
    changed,
    changes.map((change) => ({ ...change, paths: change.details.map(({ path }) => path) })),
  );
  return goneFailure(name, missingAfter(gone, changes)) ?? unaskedFailure(name, unasked) ?? changedFailure(name, left);
}

function rowsOf(stack: SettledStack, { changes }: ChangeSetState, context: DeployContext): PlanRow[] {
  const desired = desiredResources(inTheEnd(stack), placeOf(context));
  return changeRows(changes, { place: stack.name, desired, tags: stack.tags });
}

function refusalOf(
  stack: SettledStack,
  changeSet: ChangeSetState,
  further: readonly PlanRow[],
  { deployment }: DeployContext,
): Failure | 'no changes' | undefined {
  if (isWithoutChanges(changeSet)) return 'no changes';
  if (changeSet.status === 'FAILED') return changeSetRefusal(stack.name, changeSet.statusReason);
  if (further.length > 0) return new UnapprovedChange(deployment.name, further);
  return nodeGroupStepProblem(stack.name, changeSet.changes);
}
