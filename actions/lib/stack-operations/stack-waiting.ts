import { type Patience, pollUntil } from '../engine/poll.ts';
import { mayBeUnseen, untilVisible, type Watching } from '../engine/visibility.ts';
import { Failure, toFailure } from '../failure.ts';
import type { ChangeSetState, CloudFormation, StackEvent, StackState } from '../ports/cloudformation.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Stack } from '../stacks/stack.ts';
import { describeCause } from './stack-failure.ts';

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
 * @returns the last state; undefined when there never was such a stack, because by its id a deleted one is found too
 */
export function waitForStack(
  name: string,
  stackId: string,
  waiting: StackWaiting,
  isOver: (state: StackState) => boolean = ({ status }) => isSettled(status),
): Promise<StackState | undefined> {
  let reported = '';
  const { clock } = waiting.patience;
  const since = clock.now();
  let unseen = 0;
  return pollUntil(`stack ${name}`, waiting.patience, async () => {
    const state = await waiting.cloudFormation.findStack(stackId);
    if (state === undefined) {
      unseen += 1;
      if (unseen === 1) waiting.reporter.info(`Stack ${name}: AWS does not show it yet`);
      return mayBeUnseen(since, clock, unseen) ? undefined : { value: undefined };
    }
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
  const cause = describeCause(await waiting.cloudFormation.lastOperationEvents(stackId));
  if (cause !== undefined) waiting.reporter.warning(`Stack ${name} rolls back: ${cause}`);
}

/** Template bodies above this size have to be uploaded to S3 first (CreateChangeSet, TemplateBody). */
const maxTemplateBytes = 51_200;

/** CloudFormation has no own status for "nothing to change": the set fails with one of these reasons. */
const noChanges = [/didn't contain changes/i, /No updates are to be performed/i];

/**
 * Waits until CloudFormation has worked out a change set. A failed one is an answer, not an error.
 * @throws Failure `ChangeSetNotFound…` when it is gone, with its stack or after it could not be seen for long
 */
export function waitForChangeSet(
  cloudFormation: CloudFormation,
  { changeSetId, stackId }: { changeSetId: string; stackId: string },
  stackName: string,
  patience: Patience,
): Promise<ChangeSetState> {
  const since = patience.clock.now();
  let unseen = 0;
  return pollUntil(`the change set of stack ${stackName}`, patience, async () => {
    try {
      const state = await cloudFormation.describeChangeSet(changeSetId);
      return state.status === 'CREATE_COMPLETE' || state.status === 'FAILED' ? { value: state } : undefined;
    } catch (error) {
      unseen += 1;
      if (!isChangeSetUnseen(toFailure(error).code) || !mayBeUnseen(since, patience.clock, unseen)) throw error;
      // With an empty stack that somebody removed its change set went as well.
      const stack = await cloudFormation.findStack(stackId);
      if (stack?.status.startsWith('DELETE_')) throw error;
      return undefined;
    }
  });
}

/** Whether a failure's code says that there is no such change set (API reference, DescribeChangeSet, errors). */
export function isChangeSetUnseen(code: string): boolean {
  return code.startsWith('ChangeSetNotFound');
}

/**
 * The events of a stack's last operation, once its end is among them: the list may lag behind the stack's own status.
 * @param end StackStatus of that end
 */
export async function endedEvents(
  name: string,
  stackId: string,
  end: string,
  { cloudFormation }: Pick<StackWaiting, 'cloudFormation'>,
  watching: Watching,
): Promise<StackEvent[]> {
  let events: StackEvent[] = [];
  await untilVisible(`the last events of stack ${name}`, watching, async () => {
    events = await cloudFormation.lastOperationEvents(stackId);
    return events.at(-1)?.status === end ? events : undefined;
  });
  return events;
}

/** True when a failed change set failed because there is nothing to change. */
export function isWithoutChanges(changeSet: ChangeSetState): boolean {
  return changeSet.status === 'FAILED' && noChanges.some((pattern) => pattern.test(changeSet.statusReason ?? ''));
}

/** @throws Failure `TemplateTooLarge` when CloudFormation would not take the template in a request */
export function checkTemplateSize(stack: Stack): void {
  const bytes = Buffer.byteLength(stack.templateBody);
  if (bytes <= maxTemplateBytes) return;
  throw new Failure({
    code: 'TemplateTooLarge',
    source: 'product',
    message: `The template of stack ${stack.name} has ${bytes} bytes; CloudFormation takes ${maxTemplateBytes}.`,
    hint: 'Declare fewer nodes or profiles in one deployment.',
  });
}

/** True when CloudFormation has stopped working on the stack. */
export function isSettled(status: string): boolean {
  return !status.endsWith('_IN_PROGRESS');
}
