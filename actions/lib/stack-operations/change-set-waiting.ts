import { type Patience, pollUntil } from '../engine/poll.ts';
import { Failure } from '../failure.ts';
import type { ChangeSetState, CloudFormation } from '../ports/cloudformation.ts';
import type { Stack } from '../stacks/stack.ts';

/** Template bodies above this size have to be uploaded to S3 first (CreateChangeSet, TemplateBody). */
export const maxTemplateBytes = 51_200;

/** CloudFormation has no own status for "nothing to change": the set fails with one of these reasons. */
const noChanges = [/didn't contain changes/i, /No updates are to be performed/i];

/** Waits until CloudFormation has worked out a change set. A failed one is an answer, not an error. */
export function waitForChangeSet(
  cloudFormation: CloudFormation,
  changeSetId: string,
  stackName: string,
  patience: Patience,
): Promise<ChangeSetState> {
  return pollUntil(`the change set of stack ${stackName}`, patience, async () => {
    const state = await cloudFormation.describeChangeSet(changeSetId);
    return state.status === 'CREATE_COMPLETE' || state.status === 'FAILED' ? { value: state } : undefined;
  });
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
