import { type Patience, pollUntil, throwIfCancelled } from '../engine/poll.ts';
import { toFailure } from '../failure.ts';
import type { ChangeSetState, CloudFormation } from '../ports/cloudformation.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { SettledStack } from '../stack-operations/kept-parameters.ts';
import { checkTemplateSize, isChangeSetUnseen, waitForChangeSet } from '../stack-operations/stack-waiting.ts';
import type { StackKind } from '../stacks/stack.ts';
import type { PlannedParameters } from './planned-parameters.ts';

/** The beginning of the names of all change sets that plans make; deployments use another one. */
const planChangeSetPrefix = 'opensarlab-plan-';

/** Older than this, anybody's plan has left it when it was interrupted: no plan takes longer than 20 minutes. */
const oldestMilliseconds = 60 * 60_000;

/** How often another plan may take the empty stack away in which this one's change set is. */
const maxAttempts = 5;

/** How long removing a change set waits for CloudFormation to finish computing it. */
const removalMilliseconds = 60_000;

export type ChangeSetPlanning = {
  cloudFormation: CloudFormation;
  reporter: Reporter;
  patience: Patience;
  roleArn: string;
  /** Role without permissions, under which the empty stacks are removed that plans leave. */
  powerlessRoleArn: string;
  token: (what: string) => string;
  /**
   * Whose plan this is, e.g. `pr-17`, where no two plans of one owner run at the same time: what an earlier one of the same
   * owner has left is then removed at once, and not only when it is old.
   */
  owner?: string;
  /** Whether a stack of this kind, new or not, has to take over log groups that exist. */
  hasRetainedLogs: (kind: StackKind, isNew: boolean) => Promise<boolean>;
};

/**
 * Makes the change set of a stack, reads it, and removes it with the empty stack that it leaves, whatever happens in
 * between, a cancellation too. Nothing that another run has made is touched: an empty stack in which something else is
 * stays. Another plan that looked a moment earlier may still have taken it away; then the change set is made again.
 * @param isNew whether there is no stack yet, or only an empty one
 * @throws Failure `Cancelled`; what CloudFormation refuses; `TemplateTooLarge`
 */
export async function describePlannedChanges(
  stack: SettledStack,
  isNew: boolean,
  parameters: PlannedParameters,
  planning: ChangeSetPlanning,
): Promise<ChangeSetState> {
  checkTemplateSize(stack);
  const importExisting = await planning.hasRetainedLogs(stack.kind, isNew);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await describeOnce(stack, isNew, { parameters, importExisting }, planning);
    } catch (error) {
      const failure = toFailure(error);
      const wasTaken = isNew && isChangeSetUnseen(failure.code);
      if (!wasTaken || attempt >= maxAttempts) throw failure;
    }
  }
}

/**
 * Removes the change sets in a stack that interrupted plans have left.
 * @param own this plan's change set, which stays, and by which AWS's clock is known
 */
export async function removeOldChangeSets(
  stack: { name: string; id: string },
  planning: ChangeSetPlanning,
  own?: string,
): Promise<void> {
  const { cloudFormation, patience } = planning;
  await attempt(stack.name, planning, async () => {
    const found = await cloudFormation.listChangeSets(stack.id);
    const times = [patience.clock.now(), ...found.filter(({ id }) => id === own).map(({ createdAt }) => createdAt)];
    const now = Math.max(...times.map((time) => time.getTime()));
    for (const { id, name, createdAt } of found) {
      const isOld = now - createdAt.getTime() > oldestMilliseconds && name.startsWith(planChangeSetPrefix);
      const isLeft = planning.owner !== undefined && name.startsWith(prefixOf(planning));
      if (id !== own && (isOld || isLeft)) await cloudFormation.deleteChangeSet(id);
    }
  });
}

/** `opensarlab-plan-pr-17-`; names of change sets have at most 128 characters (API reference, CreateChangeSet). */
function prefixOf({ owner }: ChangeSetPlanning): string {
  return owner === undefined ? planChangeSetPrefix : `${planChangeSetPrefix}${owner.slice(0, 40)}-`;
}

async function describeOnce(
  stack: SettledStack,
  isNew: boolean,
  { parameters, importExisting }: { parameters: PlannedParameters; importExisting: boolean },
  planning: ChangeSetPlanning,
): Promise<ChangeSetState> {
  const { cloudFormation, patience } = planning;
  throwIfCancelled(`the change set of stack ${stack.name}`, patience.signal);
  const { changeSetId, stackId } = await cloudFormation.createChangeSet({
    stackName: stack.name,
    changeSetName: `${prefixOf(planning)}${planning.token(stack.kind)}`,
    type: isNew ? 'CREATE' : 'UPDATE',
    templateBody: stack.templateBody,
    parameters: parameters.values,
    tags: stack.tags,
    roleArn: planning.roleArn,
    description: `plan of fingerprint ${stack.fingerprint}`,
    importExisting,
    revertsDrift: !isNew,
  });
  try {
    return await waitForChangeSet(cloudFormation, { changeSetId, stackId }, stack.name, patience);
  } finally {
    await removeOldChangeSets({ name: stack.name, id: stackId }, planning, changeSetId);
    await attempt(stack.name, planning, async () => {
      await removeChangeSet(changeSetId, stack.name, planning);
      if (isNew) await removeEmptyStack(stackId, planning);
    });
  }
}

/** One that is still being computed cannot be deleted (API reference, DeleteChangeSet, `InvalidChangeSetStatus`). */
async function removeChangeSet(changeSetId: string, stackName: string, planning: ChangeSetPlanning): Promise<void> {
  const { clock, pollMilliseconds } = planning.patience;
  // Without the signal of the plan: what was cancelled is removed as well.
  const patience: Patience = {
    clock,
    pollMilliseconds: Math.min(pollMilliseconds, 1000),
    deadline: new Date(clock.now().getTime() + removalMilliseconds),
  };
  await pollUntil(`the change set of stack ${stackName} to be removed`, patience, async () => {
    try {
      await planning.cloudFormation.deleteChangeSet(changeSetId);
      return { value: undefined };
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code.startsWith('InvalidChangeSetStatus')) return undefined;
      throw failure;
    }
  });
}

/** By id, and only when nothing is in it: no change set of anybody, no resource. */
async function removeEmptyStack(stackId: string, planning: ChangeSetPlanning): Promise<void> {
  const { cloudFormation, powerlessRoleArn, token } = planning;
  const left = await cloudFormation.findStack(stackId);
  if (left?.status !== 'REVIEW_IN_PROGRESS') return;
  if ((await cloudFormation.listChangeSets(stackId)).length > 0) return;
  if ((await cloudFormation.listResources(stackId)).length > 0) return;
  await cloudFormation.deleteStack(stackId, { roleArn: powerlessRoleArn, requestToken: token('remove-empty') });
}

/** What cannot be removed is reported and left to the next plan, which removes it. */
async function attempt(stackName: string, { reporter }: ChangeSetPlanning, remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    reporter.warning(`The plan's traces in stack ${stackName} could not be removed: ${toFailure(error).message}`);
  }
}
