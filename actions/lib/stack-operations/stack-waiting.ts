import { type Patience, pollUntil } from '../engine/poll.ts';
import type { CloudFormation, StackState } from '../ports/cloudformation.ts';
import type { Reporter } from '../ports/reporter.ts';
import { findRootCause } from './root-cause.ts';
import { isSettled } from './stack-recovery.ts';

/** What waiting for a stack takes; both deploy and teardown have it. */
export type StackWaiting = {
  cloudFormation: CloudFormation;
  reporter: Reporter;
  patience: Patience;
};

/**
 * Waits until CloudFormation has stopped working on a stack.
 * @param stackId the id, because a deleted stack cannot be found by name
 * @param isOver tells the wanted end from the state before the operation began, which AWS may still show for a moment
 * @returns the last state; undefined when there is no such stack any more
 */
export function waitForStack(
  name: string,
  stackId: string,
  waiting: StackWaiting,
  isOver: (state: StackState) => boolean = ({ status }) => isSettled(status),
): Promise<StackState | undefined> {
  let reported = '';
  return pollUntil(`stack ${name}`, waiting.patience, async () => {
    const state = await waiting.cloudFormation.findStack(stackId);
    if (state === undefined) return { value: undefined };
    if (state.status !== reported) {
      reported = state.status;
      waiting.reporter.info(`Stack ${name}: ${state.status}`);
      if (state.status.includes('ROLLBACK_IN_PROGRESS')) await reportCause(name, stackId, waiting);
    }
    return isOver(state) ? { value: state } : undefined;
  });
}

/** Says why a stack rolls back while it still does, which can take longer than what failed. */
async function reportCause(name: string, stackId: string, waiting: StackWaiting): Promise<void> {
  const cause = findRootCause(await waiting.cloudFormation.lastOperationEvents(stackId));
  if (cause === undefined) return;
  waiting.reporter.warning(`Stack ${name} rolls back: ${cause.type} ${cause.logicalId}: ${cause.reason ?? ''}`);
}
