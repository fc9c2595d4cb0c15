import { mayBeUnseen } from '../engine/visibility.ts';
import { Failure } from '../failure.ts';
import type { StackResource, StackState } from '../ports/cloudformation.ts';
import type { Stack } from '../stacks/stack.ts';
import { stackFailure } from './stack-failure.ts';
import { isSettled, type StackWaiting, waitForStack } from './stack-waiting.ts';
import { describeStuck, stuckResources } from './stuck-rollback.ts';

/**
 * What to do with a stack in the state it is found in, to get it to its declared state:
 * - `create`: there is none, or only the shell that a plan's change set made, which the next change set fills;
 * - `update`: it can be updated, or is already as declared;
 * - `wait`: CloudFormation is at work; look again when it has finished;
 * - `remove`: a half-made stack of which only deletion is possible; what lives in it goes with it. Then create;
 * - `continue rollback`: a failed update's rollback is stuck; CloudFormation tries it again. Then update;
 * - `refuse`: nothing that a program may decide.
 */
export type WayForward =
  | { kind: 'create' }
  | { kind: 'update' }
  | { kind: 'wait' }
  | { kind: 'remove'; why: string }
  | { kind: 'continue rollback'; why: string }
  | { kind: 'refuse'; why: string; hint: string };

/** All states of docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html (StackStatus). */
const ways: Readonly<Record<string, WayForward>> = {
  NONE: { kind: 'create' },
  DELETE_COMPLETE: { kind: 'create' },

  CREATE_COMPLETE: { kind: 'update' },
  UPDATE_COMPLETE: { kind: 'update' },
  UPDATE_ROLLBACK_COMPLETE: { kind: 'update' },
  IMPORT_COMPLETE: { kind: 'update' },
  IMPORT_ROLLBACK_COMPLETE: { kind: 'update' },
  // Left by an update that was told not to roll back; CloudFormation takes a new update from here.
  UPDATE_FAILED: { kind: 'update' },

  CREATE_IN_PROGRESS: { kind: 'wait' },
  ROLLBACK_IN_PROGRESS: { kind: 'wait' },
  DELETE_IN_PROGRESS: { kind: 'wait' },
  UPDATE_IN_PROGRESS: { kind: 'wait' },
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: { kind: 'wait' },
  UPDATE_ROLLBACK_IN_PROGRESS: { kind: 'wait' },
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: { kind: 'wait' },
  IMPORT_IN_PROGRESS: { kind: 'wait' },
  IMPORT_ROLLBACK_IN_PROGRESS: { kind: 'wait' },

  // Other plans may have their change sets in it, so it is not removed.
  REVIEW_IN_PROGRESS: { kind: 'create' },
  CREATE_FAILED: { kind: 'remove', why: 'its creation failed' },
  ROLLBACK_COMPLETE: { kind: 'remove', why: 'its creation failed and was rolled back' },
  ROLLBACK_FAILED: { kind: 'remove', why: 'its creation failed and could not be rolled back' },
  DELETE_FAILED: { kind: 'remove', why: 'its deletion did not finish' },

  UPDATE_ROLLBACK_FAILED: { kind: 'continue rollback', why: 'the rollback of a failed update is stuck' },

  IMPORT_ROLLBACK_FAILED: {
    kind: 'refuse',
    why: 'an import into it failed and could not be rolled back',
    hint: 'Finish the import in the CloudFormation console, then run again.',
  },
};

/**
 * @param status StackStatus, or `NONE` when there is no stack
 * @returns `refuse` for a status that CloudFormation did not have when this was written
 */
export function wayForward(status: string): WayForward {
  const way = Object.hasOwn(ways, status) ? ways[status] : undefined;
  return (
    way ?? {
      kind: 'refuse',
      why: `its state ${status} is not known to this program`,
      hint: 'Bring the stack into a *_COMPLETE state in the CloudFormation console, then run again.',
    }
  );
}

/**
 * Why a half-made stack is not removed to be made again, although that is the only way forward: recovery never switches
 * termination protection off.
 * @param wanted the declared stack; where its protection is taken off, that is a decision of its own that a plan shows
 * @returns undefined when nothing is in the way
 */
export function recoveryRefusal(
  state: Pick<StackState, 'name' | 'status' | 'terminationProtection'>,
  wanted: Pick<Stack, 'terminationProtection'>,
): Failure | undefined {
  if (!state.terminationProtection || !wanted.terminationProtection) return undefined;
  return new Failure({
    code: 'StackProtected',
    source: 'user',
    message: `Stack ${state.name} is in ${state.status} and can only be removed and made again, but it is protected.`,
    hint: 'Open a pull request with `protected: false`; its plan shows what would be lost.',
  });
}

/** True when the last operation on the stack did what it was asked to. */
export function isGood(status: string): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE' || status === 'IMPORT_COMPLETE';
}

/**
 * Statuses in which the outputs of a stack tell what its resources are: the last operation ended, and ended with all of
 * one template. A rolled-back update is the template from before it. Not among them: `UPDATE_FAILED`, where some resources
 * are new, some old (user guide, "Stack failure options"); an import, which compares nothing of what it takes over with the
 * template, and its rollback (user guide, "Import AWS resources into a CloudFormation stack"); and what CloudFormation did
 * not have when this was written.
 */
const showingTemplate: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
]);

/** True when a stack's outputs, with the fingerprint among them, say what its resources are. */
export function showsItsTemplate(status: string): boolean {
  return showingTemplate.has(status);
}

/**
 * Why a stack is not as declared although a change set has nothing to change: what a failed update left cannot be seen.
 * @returns undefined when CloudFormation's answer is to be believed
 */
export function hiddenFailure({ name, status }: Pick<StackState, 'name' | 'status'>): Failure | undefined {
  if (!status.endsWith('_FAILED')) return undefined;
  return new Failure({
    code: 'StackStuck',
    source: 'aws',
    message: `Stack ${name} is in ${status}, and CloudFormation finds nothing to change in it.`,
    hint: `Roll it back (aws cloudformation rollback-stack --stack-name ${name}), then run again.`,
  });
}

/** More turns than this means that a stack goes round in circles. */
const maxTurns = 8;

/** How CloudFormation is to be asked: with which role, and by which request token. */
type StackRequest = {
  roleArn: string | undefined;
  token: (what: string) => string;
  /**
   * Asked before a half-made stack is removed, with all that lives in it. A protected one cannot be deleted as it is.
   * @throws Failure when that was not approved; the stack stays as it is then
   */
  mayRemove: (state: StackState) => Promise<void>;
  /**
   * Asked before CloudFormation leaves resources as they are because their rollback fails again.
   * @throws Failure when that was not approved; the stack stays as it is then
   */
  maySkip: (state: StackState, stuck: readonly StackResource[]) => void;
};

/**
 * Gets a stack into a state from which it can be created or updated: waits for what is at work, continues a stuck rollback,
 * removes what is half-made as far as that was approved. A protection is never switched off for it.
 * @returns the state to update, or undefined when the stack is to be created
 * @throws Failure `StackStuck` when there is no way forward; `StackFailed` when removing it fails
 */
export async function clearTheWay(
  stack: Pick<Stack, 'name'>,
  waiting: StackWaiting,
  request: StackRequest,
): Promise<{ state: StackState | undefined; recovered: boolean }> {
  let recovered = false;
  for (let turn = 0; turn < maxTurns; turn += 1) {
    const state = await waiting.cloudFormation.findStack(stack.name);
    const way = wayForward(state?.status ?? 'NONE');
    if (way.kind === 'create' || state === undefined) return { state: undefined, recovered };
    if (way.kind === 'update') return { state, recovered };
    if (way.kind === 'refuse') throw stuck(stack.name, way.why, way.hint);
    if (way.kind === 'wait') {
      await waitForStack(stack.name, state.id, waiting);
      continue;
    }
    waiting.reporter.warning(`Stack ${stack.name} is in ${state.status}, because ${way.why}: ${way.kind}.`);
    recovered = true;
    if (way.kind === 'remove') await removeStack(state, waiting, request);
    else await continueRollback(state, waiting, request);
  }
  throw stuck(stack.name, 'it keeps changing its state', 'Look whether something else works on it, then run again.');
}

async function removeStack(state: StackState, waiting: StackWaiting, request: StackRequest): Promise<void> {
  await request.mayRemove(state);
  await waiting.cloudFormation.deleteStack(state.id, {
    roleArn: request.roleArn,
    requestToken: request.token(`remove-${state.name}`),
  });
  const hasBegun = hasLeft(state.status, waiting);
  const after = await waitForStack(state.name, state.id, waiting, ({ status }) => {
    return hasBegun(status) && (status === 'DELETE_COMPLETE' || status === 'DELETE_FAILED');
  });
  if (after === undefined || after.status === 'DELETE_COMPLETE') return;
  const events = await waiting.cloudFormation.lastOperationEvents(state.id);
  throw stackFailure(`remove the half-made stack ${state.name}`, after.status, events);
}

/** Without leaving anything out, because what was in the way may be gone; then without what is stuck, if that was approved. */
async function continueRollback(state: StackState, waiting: StackWaiting, request: StackRequest): Promise<void> {
  if (await endsRollback(state, waiting, request)) return;
  const { cloudFormation, reporter } = waiting;
  const failure = async (): Promise<Failure> => {
    const events = await cloudFormation.lastOperationEvents(state.id);
    return stackFailure(`finish the rollback of stack ${state.name}`, 'UPDATE_ROLLBACK_FAILED', events, 'rollback');
  };
  const stuckOnes = await stuckResources(state, cloudFormation);
  if (stuckOnes.length === 0) throw await failure();
  reporter.warning((await failure()).message);
  request.maySkip(state, stuckOnes);
  reporter.warning(`Stack ${state.name}: leaves as it is what cannot be rolled back: ${describeStuck(stuckOnes)}`);
  const skip = stuckOnes.map(({ logicalId }) => logicalId);
  if (!(await endsRollback(state, waiting, request, skip))) throw await failure();
}

/** @returns false when the rollback is stuck again */
async function endsRollback(
  state: StackState,
  waiting: StackWaiting,
  request: StackRequest,
  skip: readonly string[] = [],
): Promise<boolean> {
  const { roleArn, token } = request;
  await waiting.cloudFormation.continueRollback(state.id, {
    ...{ roleArn, requestToken: token(`continue-${state.name}`) },
    ...(skip.length === 0 ? {} : { skip }),
  });
  const hasBegun = hasLeft(state.status, waiting);
  const after = await waitForStack(
    state.name,
    state.id,
    waiting,
    ({ status }) => isSettled(status) && hasBegun(status),
  );
  return after?.status !== 'UPDATE_ROLLBACK_FAILED';
}

/**
 * AWS may show the status from before an operation for a moment, which may also be the one that it ends in.
 * @returns whether the operation is known to have begun; after the time in which everybody sees it, that is taken for sure
 */
function hasLeft(before: string, { patience: { clock } }: StackWaiting): (status: string) => boolean {
  const since = clock.now();
  let looks = 0;
  let left = false;
  return (status) => {
    looks += 1;
    left ||= status !== before;
    return left || !mayBeUnseen(since, clock, looks);
  };
}

function stuck(name: string, why: string, hint: string): Failure {
  return new Failure({
    code: 'StackStuck',
    source: 'aws',
    message: `Stack ${name} cannot be deployed, because ${why}.`,
    hint,
  });
}
