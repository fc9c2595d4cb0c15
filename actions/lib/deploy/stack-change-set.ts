import { Failure } from '../failure.ts';
import { difference } from '../plan/approval.ts';
import { destructiveChanges } from '../plan/destructive-changes.ts';
import type { DestructiveChange } from '../plan/plan.ts';
import { changeRows } from '../plan/planned-rows.ts';
import type { PlanRow } from '../plan/seal.ts';
import { UnapprovedChange } from '../plan/unapproved.ts';
import type { ChangeSetState } from '../ports/cloudformation.ts';
import { checkTemplateSize, isWithoutChanges, waitForChangeSet } from '../stack-operations/change-set-waiting.ts';
import { inTheEnd, type SettledStack } from '../stack-operations/kept-parameters.ts';
import { nodeGroupStepProblem } from '../stack-operations/node-group-step.ts';
import { hasRetainedLogs } from '../stack-operations/retained-logs.ts';
import { desiredResources } from '../stacks/desired-values.ts';
import type { DeployContext } from './deploy-context.ts';

/** A change set that can be executed, or the fact that there is nothing to change. */
export type PreparedChangeSet =
  | { kind: 'no changes' }
  | { kind: 'ready'; changeSetId: string; stackId: string; destroys: DestructiveChange[] };

/**
 * Makes the change set of a stack and holds it against what is approved, row by row.
 * @throws UnapprovedChange when it would go further; Failure `ChangeSetFailed` when CloudFormation refuses it,
 *   `NodeGroupStep` when EKS would. In all cases the change set is deleted.
 */
export async function prepareChangeSet(
  stack: SettledStack,
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
  const further = difference(rowsOf(stack, changeSet, context), context.approval);
  context.refused.push(...further);
  const problem = refusalOf(stack, changeSet, further, context);
  if (problem === undefined) return { kind: 'ready', changeSetId, stackId, destroys };
  await cloudFormation.deleteChangeSet(changeSetId);
  if (problem === 'no changes') return { kind: 'no changes' };
  throw problem;
}

function rowsOf(stack: SettledStack, { changes }: ChangeSetState, { deployment }: DeployContext): PlanRow[] {
  const { account_id: accountId, region } = deployment.aws;
  const desired = desiredResources(inTheEnd(stack), { deployment: deployment.name, accountId, region });
  return changeRows(changes, { place: stack.name, desired, tags: stack.tags });
}

function refusalOf(
  stack: SettledStack,
  changeSet: ChangeSetState,
  further: readonly PlanRow[],
  { deployment }: DeployContext,
): Failure | 'no changes' | undefined {
  if (isWithoutChanges(changeSet)) return 'no changes';
  if (changeSet.status === 'FAILED') {
    return new Failure({
      code: 'ChangeSetFailed',
      source: 'aws',
      message: `CloudFormation refuses the change of stack ${stack.name}: ${changeSet.statusReason ?? 'no reason given'}`,
    });
  }
  if (further.length > 0) return new UnapprovedChange(deployment.name, further);
  return nodeGroupStepProblem(stack.name, changeSet.changes);
}
