import type { Patience } from '../engine/poll.ts';
import { outcomeOf } from '../engine/unknown-outcome.ts';
import { Failure, toFailure } from '../failure.ts';
import type { ChangeSetChange, ChangeSetState, CloudFormation, StackState } from '../ports/cloudformation.ts';
import type { Reporter } from '../ports/reporter.ts';
import { checkTemplateSize, isWithoutChanges, waitForChangeSet } from '../stack-operations/change-set-waiting.ts';
import type { SettledStack } from '../stack-operations/kept-parameters.ts';
import { kubernetesStepProblem } from '../stack-operations/kubernetes-step.ts';
import { type NextAdministrator, nextAdministrator } from '../stack-operations/next-administrator.ts';
import { hasReferencedValues } from '../stack-operations/stack-parameters.ts';
import { wayForward } from '../stack-operations/stack-recovery.ts';
import { fingerprintOutput, type StackKind } from '../stacks/stack.ts';
import type { PlannedStack, ResourceChange } from './plan.ts';
import type { PlannedParameters } from './planned-parameters.ts';

export type StackPlanning = {
  cloudFormation: CloudFormation;
  reporter: Reporter;
  patience: Patience;
  roleArn: string;
  /** Role without permissions, under which the empty stacks are removed that plans leave. */
  powerlessRoleArn: string;
  token: (what: string) => string;
  /** Whether a stack of this kind, new or not, has to take over log groups that exist. */
  hasRetainedLogs: (kind: StackKind, isNew: boolean) => Promise<boolean>;
};

/**
 * What deploying one stack would change, from a change set that is never executed and is deleted again, with the empty
 * stack that it leaves behind when there was none.
 * @throws Failure when AWS cannot be asked; what CloudFormation refuses makes the stack `blocked` instead
 */
export async function planStack(
  stack: SettledStack,
  state: StackState | undefined,
  parameters: PlannedParameters,
  planning: StackPlanning,
): Promise<PlannedStack> {
  const found = {
    kind: stack.kind,
    name: stack.name,
    stateFound: state?.status ?? 'NONE',
    changes: [],
    parametersUnknown: parameters.unknown,
  };
  const way = wayForward(found.stateFound);
  switch (way.kind) {
    case 'refuse':
      return { ...found, action: 'blocked', detail: `The stack cannot be deployed, because ${way.why}. ${way.hint}` };
    case 'wait':
      return { ...found, action: 'recover', detail: 'CloudFormation is at work on it; deploy waits for that first.' };
    case 'continue rollback':
      return { ...found, action: 'recover', detail: `Deploy continues its rollback first, because ${way.why}.` };
    case 'remove':
      if (found.stateFound === 'REVIEW_IN_PROGRESS') break;
      return { ...found, action: 'recover', detail: `Deploy removes and makes it again, because ${way.why}.` };
    case 'create':
    case 'update':
      break;
  }
  if (state !== undefined && isUnchanged(stack, state, parameters)) return { ...found, action: 'unchanged' };
  const problem = kubernetesStepProblem(stack, state);
  if (problem !== undefined) return { ...found, action: 'blocked', detail: `${problem.message} ${problem.hint}` };
  const planned = await planByChangeSet(stack, state, parameters, planning);
  const next = planned.action === 'update' ? nextAdministrator(state, parameters.values) : undefined;
  return { ...found, ...planned, ...(next === undefined ? {} : { detail: administratorNote(next) }) };
}

/** A user is none of the stack's changes, so it is said here. */
function administratorNote({ userName, address, isOther }: NextAdministrator): string {
  if (!isOther) return `Deploy gives the administrator ${userName} the address ${address}.`;
  return `Deploy makes ${userName} the administrator, and invites ${address} if there is no such user yet.`;
}

function isUnchanged(stack: SettledStack, state: StackState, { values, unknown }: PlannedParameters): boolean {
  if (unknown.length > 0 || state.outputs[fingerprintOutput] !== stack.fingerprint) return false;
  return hasReferencedValues(stack, state, values);
}

async function planByChangeSet(
  stack: SettledStack,
  state: StackState | undefined,
  parameters: PlannedParameters,
  planning: StackPlanning,
): Promise<Pick<PlannedStack, 'action' | 'changes' | 'detail'>> {
  const isNew = state === undefined || state.status === 'REVIEW_IN_PROGRESS';
  try {
    const changeSet = await describeOnce(stack, state, isNew, parameters, planning);
    if (isWithoutChanges(changeSet)) return { action: 'unchanged', changes: [] };
    if (changeSet.status === 'FAILED') throw refused(stack, changeSet.statusReason ?? 'no reason given');
    return { action: isNew ? 'create' : 'update', changes: changeSet.changes.map(toResourceChange) };
  } catch (error) {
    const failure = toFailure(error);
    if (!isRefusal(failure)) throw failure;
    return { action: 'blocked', changes: [], detail: failure.message };
  }
}

/** Makes the change set, reads it, and removes it and what it left behind, whatever happens in between. */
async function describeOnce(
  stack: SettledStack,
  state: StackState | undefined,
  isNew: boolean,
  parameters: PlannedParameters,
  planning: StackPlanning,
): Promise<ChangeSetState> {
  checkTemplateSize(stack);
  const { cloudFormation, patience } = planning;
  const { changeSetId, stackId } = await cloudFormation.createChangeSet({
    stackName: stack.name,
    changeSetName: planning.token('plan'),
    type: isNew ? 'CREATE' : 'UPDATE',
    templateBody: stack.templateBody,
    parameters: parameters.values,
    tags: stack.tags,
    roleArn: planning.roleArn,
    description: `plan of fingerprint ${stack.fingerprint}`,
    importExisting: await planning.hasRetainedLogs(stack.kind, isNew),
  });
  try {
    return await waitForChangeSet(cloudFormation, changeSetId, stack.name, patience);
  } finally {
    await removeTraces(stack, changeSetId, state === undefined ? stackId : undefined, planning);
  }
}

/**
 * The stack is deleted by id, and only when this plan made it and nothing was deployed into it meanwhile. What cannot be
 * removed is reported and left to the next deployment, which removes it.
 */
async function removeTraces(
  stack: SettledStack,
  changeSetId: string,
  emptyStackId: string | undefined,
  { cloudFormation, reporter, powerlessRoleArn, token }: StackPlanning,
): Promise<void> {
  try {
    await cloudFormation.deleteChangeSet(changeSetId);
    if (emptyStackId === undefined) return;
    const left = await cloudFormation.findStack(emptyStackId);
    if (left?.status !== 'REVIEW_IN_PROGRESS') return;
    await cloudFormation.deleteStack(emptyStackId, { roleArn: powerlessRoleArn, requestToken: token('remove-empty') });
  } catch (error) {
    reporter.warning(`The plan's traces in stack ${stack.name} could not be removed: ${toFailure(error).message}`);
  }
}

function refused(stack: SettledStack, reason: string): Failure {
  return new Failure({
    code: 'ChangeSetFailed',
    source: 'aws',
    message: `CloudFormation refuses the change of stack ${stack.name}: ${reason}`,
  });
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
    properties: change.details,
  };
}
