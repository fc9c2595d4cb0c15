import { Failure } from '../failure.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { Stack } from '../stacks/stack.ts';
import { stackFailure } from './root-cause.ts';
import { wayForward } from './stack-recovery.ts';
import { type StackWaiting, waitForStack } from './stack-waiting.ts';

/** More turns than this means that a stack goes round in circles. */
const maxTurns = 8;

/** How CloudFormation is to be asked: with which role, and by which request token. */
export type StackRequest = {
  roleArn: string | undefined;
  token: (what: string) => string;
  /**
   * Asked before a half-made stack is removed, with all that lives in it. A protected one cannot be deleted as it is.
   * @throws Failure when that was not approved; the stack stays as it is then
   */
  mayRemove: (state: StackState) => Promise<void>;
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
  const after = await waitForStack(state.name, state.id, waiting, ({ status }) => {
    return status === 'DELETE_COMPLETE' || status === 'DELETE_FAILED';
  });
  if (after === undefined || after.status === 'DELETE_COMPLETE') return;
  const events = await waiting.cloudFormation.lastOperationEvents(state.id);
  throw stackFailure(`remove the half-made stack ${state.name}`, after.status, events);
}

async function continueRollback(state: StackState, waiting: StackWaiting, request: StackRequest): Promise<void> {
  await waiting.cloudFormation.continueRollback(state.id, {
    roleArn: request.roleArn,
    requestToken: request.token(`continue-${state.name}`),
  });
  const after = await waitForStack(state.name, state.id, waiting);
  if (after?.status !== 'UPDATE_ROLLBACK_FAILED') return;
  const events = await waiting.cloudFormation.lastOperationEvents(state.id);
  throw stackFailure(`finish the rollback of stack ${state.name}`, after.status, events);
}

function stuck(name: string, why: string, hint: string): Failure {
  return new Failure({
    code: 'StackStuck',
    source: 'aws',
    message: `Stack ${name} cannot be deployed, because ${why}.`,
    hint,
  });
}
