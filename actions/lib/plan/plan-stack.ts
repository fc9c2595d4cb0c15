import { outcomeOf } from '../engine/outcome.ts';
import { type Failure, toFailure } from '../failure.ts';
import type { ChangeSetChange, StackState } from '../ports/cloudformation.ts';
import { declaredResources } from '../stack-operations/declared-comparison.ts';
import {
  inTheEnd,
  type SettledStack,
  settleParameters,
  type ValueSources,
} from '../stack-operations/kept-parameters.ts';
import { kubernetesStepProblem } from '../stack-operations/kubernetes-step.ts';
import { type NextAdministrator, nextAdministrator } from '../stack-operations/next-administrator.ts';
import { nodeGroupStepProblem } from '../stack-operations/node-group-step.ts';
import { changeSetRefusal } from '../stack-operations/stack-failure.ts';
import { hasReferencedValues } from '../stack-operations/stack-parameters.ts';
import {
  changedAfter,
  changedFailure,
  goneFailure,
  isAsMade,
  missingAfter,
  nothing,
  type PresenceReader,
  repairNote,
  type StackPresence,
  unaskedFailure,
  unverifiableNote,
} from '../stack-operations/stack-presence.ts';
import { hiddenFailure, recoveryRefusal, showsItsTemplate, wayForward } from '../stack-operations/stack-recovery.ts';
import { isWithoutChanges } from '../stack-operations/stack-waiting.ts';
import { describeStuck, stuckResources } from '../stack-operations/stuck-rollback.ts';
import { type DesiredPlace, desiredResources } from '../stacks/desired-values.ts';
import { fingerprintOutput, type Stack, type StackKind } from '../stacks/stack.ts';
import type { OutsideChange, PlannedStack, ResourceChange } from './plan.ts';
import { type ChangeSetPlanning, describePlannedChanges, removeOldChangeSets } from './plan-change-set.ts';
import type { PlanRow } from './plan-row.ts';
import { type PlannedParameters, planParameters } from './planned-parameters.ts';
import {
  administratorRows,
  changeRows,
  creationRows,
  protectionRows,
  type RowsOfStack,
  recoveryRows,
  skipRows,
  stackRow,
} from './planned-rows.ts';

export type StackPlanning = ChangeSetPlanning & {
  /** Whose stacks these are, and where. */
  place: DesiredPlace;
  presence: PresenceReader;
  /**
   * Has CloudFormation compare stacks that are as declared with all that is there, which takes a change set each. Otherwise
   * only where the owners say that something is not as it was made.
   */
  isThorough?: boolean;
};

/** A stack as it is planned: what a person reads of it, and what is approved. */
export type StackPlan = {
  planned: PlannedStack;
  rows: PlanRow[];
  /** True while CloudFormation works on it. */
  busy?: boolean;
  /** Values that were looked up for it and that it does not have yet. */
  lookedUp?: Record<string, string>;
};

/**
 * Plans a stack as it is declared: looks up what only AWS knows, and takes what other stacks have made already.
 * @throws Failure when AWS cannot be asked; what it refuses makes the stack `blocked` instead
 */
export async function planDeclared(
  declared: Stack,
  state: StackState | undefined,
  stateOf: (kind: StackKind) => StackState | undefined,
  planning: StackPlanning & { sources: ValueSources },
): Promise<StackPlan> {
  try {
    // What is removed first is made with first values again.
    const isRemoved = wayForward(state?.status ?? 'NONE').kind === 'remove';
    const stack = await settleParameters(declared, isRemoved ? undefined : state, planning.sources);
    const plan = await planStack(stack, state, planParameters(stack, stateOf), planning);
    const { action } = plan.planned;
    const isMade = action === 'create' || action === 'update' || plan.rows.length > 0;
    return isMade ? { ...plan, lookedUp: stack.lookedUp } : plan;
  } catch (error) {
    const failure = toFailure(error);
    if (!isRefusal(failure)) throw failure;
    const hint = failure.hint === undefined ? '' : ` ${failure.hint}`;
    return blocked(foundStack(declared, state, []), `${failure.message}${hint}`);
  }
}

/** A stack of which nothing is asked of CloudFormation, and why. */
export function refusedStack(stack: Stack, detail: string): StackPlan {
  return blocked(foundStack(stack, undefined, []), detail);
}

/**
 * A stack that stays, or changes, with what its owners say about its resources: `unchanged` is only what is all there, as it
 * was made. What is not is either put back by the change, which the plan then shows, or in the way.
 */
function heldAgainstOwners(plan: StackPlan, { gone, changed, unasked, unverifiable }: StackPresence): StackPlan {
  const { action, changes, detail, ...found } = plan.planned;
  if (plan.busy === true || (action !== 'unchanged' && action !== 'update')) return plan;
  const missing = missingAfter(gone, changes);
  const unrepaired = changedAfter(
    changed,
    changes.map((change) => ({ ...change, paths: change.properties.map(({ path }) => path) })),
  );
  const drift = driftOf(plan.planned, gone, changed);
  const shown = drift.length === 0 ? {} : { drift };
  const failure =
    goneFailure(found.name, missing) ?? unaskedFailure(found.name, unasked) ?? changedFailure(found.name, unrepaired);
  if (failure !== undefined) {
    const refused = blocked({ ...found, changes: [] }, sentences(failure.message, failure.hint));
    const lost = missing.length === 0 ? {} : { gone: missing.map(({ stack: _, ...resource }) => resource) };
    return { ...refused, planned: { ...refused.planned, ...lost, ...shown } };
  }
  const said = sentences(detail, repairNote(gone, changed), unverifiableNote(unverifiable));
  return { ...plan, planned: { ...plan.planned, ...(said === '' ? {} : { detail: said }), ...shown } };
}

/** All that is not as the stack made it, by what its owners say and by what a drift-aware change set compares. */
function driftOf(
  { changes }: PlannedStack,
  gone: StackPresence['gone'],
  changed: StackPresence['changed'],
): OutsideChange[] {
  const told = [
    ...gone.map(({ logicalId, type, title }): OutsideChange => ({ logicalId, type, title, property: '' })),
    ...changed.flatMap(({ resource: { logicalId, type, title }, differences }) =>
      differences.map((difference): OutsideChange => ({ logicalId, type, title, ...difference })),
    ),
  ];
  const known = new Set(told.map(({ logicalId, property }) => `${logicalId} ${property.split('/')[0]}`));
  const found = changes.flatMap(({ logicalId, type, properties, driftStatus }): OutsideChange[] => {
    const about = { logicalId, type, title: logicalId };
    if (driftStatus === 'DELETED') return [{ ...about, property: '' }];
    return properties.flatMap(({ path, drift }) =>
      drift === undefined ? [] : [{ ...about, property: path.replace(/^\/Properties\//, ''), ...drift }],
    );
  });
  return [...told, ...found.filter(({ logicalId, property }) => !known.has(`${logicalId} ${property.split('/')[0]}`))];
}

function sentences(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}

function foundStack(
  { kind, name }: Pick<Stack, 'kind' | 'name'>,
  state: StackState | undefined,
  parametersUnknown: string[],
): Found {
  return { kind, name, stateFound: state?.status ?? 'NONE', changes: [], parametersUnknown };
}

/** What deploying one stack would change. */
async function planStack(
  stack: SettledStack,
  state: StackState | undefined,
  parameters: PlannedParameters,
  planning: StackPlanning,
): Promise<StackPlan> {
  const found = foundStack(stack, state, parameters.unknown);
  const way = wayForward(found.stateFound);
  if (state !== undefined && way.kind !== 'wait') await removeOldChangeSets(state, planning);
  switch (way.kind) {
    case 'refuse':
      return blocked(found, `The stack cannot be deployed, because ${way.why}. ${way.hint}`);
    case 'wait':
      return atWork(found);
    case 'continue rollback':
      return state === undefined ? note(found, way.why) : planContinuedRollback(state, found, way.why, planning);
    case 'remove':
      if (found.stateFound !== 'REVIEW_IN_PROGRESS' && state !== undefined) {
        return planRecovery(stack, state, found, way.why, planning);
      }
      break;
    case 'create':
    case 'update':
      break;
  }
  const own = rowsOfStack(stack, planning);
  const protection = protectionRows(stack.name, state?.terminationProtection, stack.terminationProtection);
  const isSame = state !== undefined && isUnchanged(stack, state, parameters);
  const isThere = state !== undefined && state.status !== 'REVIEW_IN_PROGRESS';
  const declared = isSame ? declaredResources(stack, state, planning.place) : undefined;
  const presence = isThere ? await planning.presence(stack.name, declared) : nothing();
  if (isSame && planning.isThorough !== true && isAsMade(presence)) {
    return heldAgainstOwners({ planned: { ...found, action: 'unchanged' }, rows: protection }, presence);
  }
  const problem = kubernetesStepProblem(stack, state);
  if (problem !== undefined) return blocked(found, `${problem.message} ${problem.hint}`);
  const { changes, busy, ...planned } = await planByChangeSet(stack, state, parameters, planning);
  if (busy === true) return atWork(found);
  if (planned.action === 'blocked') {
    const drift = driftOf({ ...found, ...planned, changes: [] }, presence.gone, presence.changed);
    return { planned: { ...found, ...planned, ...(drift.length === 0 ? {} : { drift }) }, rows: [] };
  }
  const next = planned.action === 'update' ? nextAdministrator(state, parameters.values) : undefined;
  const made = planned.action === 'create' ? [stackRow(stack.name, 'add')] : [];
  const plan = {
    planned: {
      ...found,
      ...planned,
      changes: changes.map(toResourceChange),
      ...(next === undefined ? {} : { detail: administratorNote(next) }),
    },
    rows: [...made, ...changeRows(changes, own), ...protection, ...administratorRows(stack.name, next)],
  };
  return heldAgainstOwners(plan, presence);
}

type Found = Omit<PlannedStack, 'action' | 'detail'>;

function blocked(found: Found, detail: string): StackPlan {
  return { planned: { ...found, action: 'blocked', detail }, rows: [] };
}

function atWork(found: Found): StackPlan {
  return { ...note(found, 'CloudFormation is at work on it; deploy waits for that first.'), busy: true };
}

function note(found: Found, detail: string): StackPlan {
  return { planned: { ...found, action: 'recover', detail }, rows: [] };
}

function rowsOfStack(stack: SettledStack, { place }: StackPlanning): RowsOfStack {
  return { place: stack.name, desired: desiredResources(inTheEnd(stack), place), tags: stack.tags };
}

/** What CloudFormation may leave as it is, where the rollback is stuck on it again, is for people to decide. */
async function planContinuedRollback(
  state: StackState,
  found: Found,
  why: string,
  { cloudFormation }: StackPlanning,
): Promise<StackPlan> {
  const stuck = await stuckResources(state, cloudFormation);
  const detail = `Deploy continues its rollback first, because ${why}.`;
  if (stuck.length === 0) return note(found, detail);
  const skipped = `What then still cannot be rolled back is left as it is: ${describeStuck(stuck)}`;
  return { ...note(found, `${detail} ${skipped}`), rows: skipRows(state.name, stuck) };
}

/**
 * A half-made stack is removed and made again: what lives in it goes, which is an act like any other. A protected one is
 * left alone as long as the declaration protects it.
 */
async function planRecovery(
  stack: SettledStack,
  state: StackState,
  found: Found,
  why: string,
  planning: StackPlanning,
): Promise<StackPlan> {
  const refusal = recoveryRefusal(state, stack);
  if (refusal !== undefined) return blocked(found, `${refusal.message} ${refusal.hint}`);
  const { cloudFormation } = planning;
  const resources = await cloudFormation.listResources(state.id);
  const { rows, lost } = recoveryRows(state, resources, await cloudFormation.templateBody(state.id));
  const goes = lost === 0 ? '' : ` ${lost === 1 ? 'One living resource goes' : `${lost} living resources go`} with it.`;
  const planned: PlannedStack = {
    ...found,
    action: 'recover',
    detail: `Deploy removes and makes it again, because ${why}.${goes}`,
  };
  const unprotects = protectionRows(stack.name, state.terminationProtection, false);
  const protects = protectionRows(stack.name, false, stack.terminationProtection);
  return { planned, rows: [...unprotects, ...rows, ...creationRows(rowsOfStack(stack, planning)), ...protects] };
}

/** A user is none of the stack's changes, so it is said here. */
function administratorNote({ userName, address, isOther }: NextAdministrator): string {
  if (!isOther) return `Deploy gives the administrator ${userName} the address ${address}.`;
  return `Deploy makes ${userName} the administrator, and invites ${address} if there is no such user yet.`;
}

function isUnchanged(stack: SettledStack, state: StackState, { values, unknown }: PlannedParameters): boolean {
  if (unknown.length > 0 || !showsItsTemplate(state.status)) return false;
  if (state.outputs[fingerprintOutput] !== stack.fingerprint) return false;
  return hasReferencedValues(stack, state, values);
}

type ByChangeSet = Pick<PlannedStack, 'action' | 'detail'> & { changes: ChangeSetChange[]; busy?: boolean };

async function planByChangeSet(
  stack: SettledStack,
  state: StackState | undefined,
  parameters: PlannedParameters,
  planning: StackPlanning,
): Promise<ByChangeSet> {
  const isNew = state === undefined || state.status === 'REVIEW_IN_PROGRESS';
  try {
    const changeSet = await describePlannedChanges(stack, isNew, parameters, planning);
    if (isWithoutChanges(changeSet)) {
      const hidden = state === undefined ? undefined : hiddenFailure(state);
      if (hidden !== undefined) return { action: 'blocked', changes: [], detail: `${hidden.message} ${hidden.hint}` };
      return { action: 'unchanged', changes: [] };
    }
    if (changeSet.status === 'FAILED') throw changeSetRefusal(stack.name, changeSet.statusReason);
    const step = nodeGroupStepProblem(stack.name, changeSet.changes);
    if (step !== undefined) return { action: 'blocked', changes: [], detail: `${step.message} ${step.hint}` };
    return { action: isNew ? 'create' : 'update', changes: changeSet.changes };
  } catch (error) {
    const failure = toFailure(error);
    if (!isRefusal(failure)) throw failure;
    const now = await planning.cloudFormation.findStack(stack.name);
    if (wayForward(now?.status ?? 'NONE').kind === 'wait') return { action: 'recover', changes: [], busy: true };
    return { action: 'blocked', changes: [], detail: failure.message };
  }
}

/** A failure that says something about the stack, rather than about the way to AWS. */
function isRefusal(failure: Failure): boolean {
  if (failure.code === 'AccessDenied' || outcomeOf(failure) === 'unknown') return false;
  return failure.source === 'aws' || failure.code === 'TemplateTooLarge';
}

function toResourceChange(change: ChangeSetChange): ResourceChange {
  return {
    logicalId: change.logicalId,
    type: change.type,
    action: change.action,
    ...(change.physicalId === undefined ? {} : { physicalId: change.physicalId }),
    ...(change.replacement === undefined ? {} : { replacement: change.replacement }),
    ...(change.policyAction === undefined ? {} : { policyAction: change.policyAction }),
    ...(change.driftStatus === undefined || change.driftStatus === 'IN_SYNC'
      ? {}
      : { driftStatus: change.driftStatus }),
    properties: change.details.map(({ path, before, after, requiresRecreation, drift }) => ({
      path,
      ...(drift === undefined ? {} : { drift }),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      requiresRecreation,
    })),
  };
}
