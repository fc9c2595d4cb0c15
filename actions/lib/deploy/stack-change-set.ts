import { Failure } from '../failure.ts';
import { describeDestructiveChange, destructiveChanges, unreviewedChanges } from '../plan/destructive-changes.ts';
import type { DestructiveChange } from '../plan/plan.ts';
import type { ChangeSetState } from '../ports/cloudformation.ts';
import { checkTemplateSize, isWithoutChanges, waitForChangeSet } from '../stack-operations/change-set-waiting.ts';
import { hasRetainedLogs } from '../stack-operations/retained-logs.ts';
import type { Stack } from '../stacks/stack.ts';
import type { DeployContext } from './deploy-context.ts';

/** A change set that can be executed, or the fact that there is nothing to change. */
export type PreparedChangeSet =
  | { kind: 'no changes' }
  | { kind: 'ready'; changeSetId: string; stackId: string; destroys: DestructiveChange[] };

/**
 * Makes the change set of a stack and holds it against the reviewed plan.
 * @throws Failure `UnreviewedReplacement` when it would remove or replace what the reviewed plan did not;
 *   `ChangeSetFailed` when CloudFormation refuses it. In both cases the change set is deleted.
 */
export async function prepareChangeSet(
  stack: Stack,
  parameters: Record<string, string>,
  type: 'CREATE' | 'UPDATE',
  context: DeployContext,
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
  });
  const changeSet = await waitForChangeSet(cloudFormation, changeSetId, stack.name, context.patience);
  const destroys = destructiveChanges(stack.name, changeSet.changes);
  const problem = refusalOf(stack, changeSet, unreviewedChanges(destroys, context.reviewed));
  if (problem === undefined) return { kind: 'ready', changeSetId, stackId, destroys };
  await cloudFormation.deleteChangeSet(changeSetId);
  if (problem === 'no changes') return { kind: 'no changes' };
  throw problem;
}

function refusalOf(
  stack: Stack,
  changeSet: ChangeSetState,
  unreviewed: readonly DestructiveChange[],
): Failure | 'no changes' | undefined {
  if (isWithoutChanges(changeSet)) return 'no changes';
  if (changeSet.status === 'FAILED') {
    return new Failure({
      code: 'ChangeSetFailed',
      source: 'aws',
      message: `CloudFormation refuses the change of stack ${stack.name}: ${changeSet.statusReason ?? 'no reason given'}`,
    });
  }
  if (unreviewed.length === 0) return undefined;
  const listed = unreviewed.map(describeDestructiveChange).join('; ');
  return new Failure({
    code: 'UnreviewedReplacement',
    source: 'user',
    message: `Stack ${stack.name} was not changed, because the reviewed plan does not contain this: ${listed}.`,
    hint: 'Open a pull request with the change again, so that its plan shows this, and merge that.',
  });
}
