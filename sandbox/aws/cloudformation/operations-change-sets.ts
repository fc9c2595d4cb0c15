import type {
  ChangeSetSummary,
  CreateChangeSetInput,
  CreateChangeSetOutput,
  DeleteChangeSetInput,
  DeleteChangeSetOutput,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  ExecuteChangeSetInput,
  ExecuteChangeSetOutput,
  ListChangeSetsInput,
  ListChangeSetsOutput,
} from '@aws-sdk/client-cloudformation';
import { AwsError, type CallContext } from '../service.ts';
import { importedStates } from './change-preview.ts';
import { createChangeSet } from './change-set-creation.ts';
import { describeChange } from './change-set-description.ts';
import { findChangeSet } from './change-set-lookup.ts';
import type { Engine } from './engine.ts';
import { existingStack } from './operations-stacks.ts';
import { pageOf } from './page.ts';
import { describeParameters } from './parameters.ts';
import { checkUpdatable, startCreation, startUpdate } from './stack-lifecycle.ts';
import type { ChangeSet, Stack } from './stack-state.ts';
import { validationError } from './validation-error.ts';

type EngineOf = (context: CallContext) => Engine;

/** The operations on change sets. */
export function changeSetOperations(engineOf: EngineOf) {
  return {
    CreateChangeSet: (input: CreateChangeSetInput, context: CallContext): Promise<CreateChangeSetOutput> =>
      createChangeSet(engineOf(context), input),
    DescribeChangeSet: (input: DescribeChangeSetInput, context: CallContext) =>
      describeChangeSet(engineOf(context), input),
    ListChangeSets: (input: ListChangeSetsInput, context: CallContext) => listChangeSets(engineOf(context), input),
    ExecuteChangeSet: (input: ExecuteChangeSetInput, context: CallContext) =>
      executeChangeSet(engineOf(context), input),
    DeleteChangeSet: (input: DeleteChangeSetInput, context: CallContext) => deleteChangeSet(engineOf(context), input),
  };
}

function describeChangeSet(engine: Engine, input: DescribeChangeSetInput): DescribeChangeSetOutput {
  const { stack, changeSet } = findChangeSet(engine, input.ChangeSetName, input.StackName);
  const { model, settings } = changeSet;
  const { items, nextToken } = pageOf(changeSet.changes, input.NextToken, engine.options.pageSize ?? 100);
  return {
    ...summary(stack, changeSet),
    Parameters: describeParameters(model.parameters),
    NotificationARNs: [...settings.notificationArns],
    RollbackConfiguration: {},
    Capabilities: [...settings.capabilities],
    Tags: Object.entries(settings.tags).map(([Key, Value]) => ({ Key, Value })),
    Changes: items.map((change) =>
      describeChange(change, input.IncludePropertyValues === true, changeSet.creationTime),
    ),
    ImportExistingResources: changeSet.importExisting,
    ...(changeSet.revertsDrift ? { DeploymentMode: 'REVERT_DRIFT' } : {}),
    ...(changeSet.onStackFailure === undefined ? {} : { OnStackFailure: changeSet.onStackFailure }),
    NextToken: nextToken,
  };
}

function summary(stack: Stack, changeSet: ChangeSet): ChangeSetSummary {
  const { statusReason, description } = changeSet;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    CreationTime: changeSet.creationTime,
    IncludeNestedStacks: false,
    ...(statusReason === undefined ? {} : { StatusReason: statusReason }),
    ...(description === undefined ? {} : { Description: description }),
  };
}

function listChangeSets(engine: Engine, input: ListChangeSetsInput): ListChangeSetsOutput {
  const stack = existingStack(engine, input.StackName);
  const { items, nextToken } = pageOf([...stack.changeSets.values()], input.NextToken, engine.options.pageSize ?? 100);
  return {
    Summaries: items.map((changeSet) => summary(stack, changeSet)),
    NextToken: nextToken,
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html */
function executeChangeSet(engine: Engine, input: ExecuteChangeSetInput): ExecuteChangeSetOutput {
  const { stack, changeSet } = findChangeSet(engine, input.ChangeSetName, input.StackName);
  if (changeSet.executionStatus !== 'AVAILABLE') {
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`,
    );
  }
  if (input.DisableRollback !== undefined && changeSet.onStackFailure !== undefined) {
    throw validationError('DisableRollback cannot be specified for a change set created with OnStackFailure.');
  }
  if (changeSet.type === 'UPDATE') checkUpdatable(stack);
  const disableRollback = input.DisableRollback ?? changeSet.onStackFailure === 'DO_NOTHING';
  const wanted = { model: changeSet.model, settings: changeSet.settings };
  const token = input.ClientRequestToken;
  const imports = importedStates(changeSet.changes);
  stack.retainExceptOnCreate = input.RetainExceptOnCreate ?? false;
  stack.changeSetId = changeSet.id;
  if (changeSet.type === 'CREATE') {
    const onFailure = disableRollback ? 'DO_NOTHING' : (changeSet.onStackFailure ?? 'ROLLBACK');
    stack.disableRollback = disableRollback;
    startCreation(engine, stack, wanted, { token, onFailure, findings: [], imports });
  } else {
    startUpdate(engine, stack, wanted, { token, disableRollback, findings: [], imports, actual: changeSet.actual });
  }
  changeSet.executionStatus = 'EXECUTE_IN_PROGRESS';
  followExecution(engine, stack, changeSet);
  // The others are no longer valid for the stack as it will be.
  stack.changeSets = new Map([[changeSet.id, changeSet]]);
  return {};
}

function followExecution(engine: Engine, stack: Stack, changeSet: ChangeSet): void {
  const done = stack.running.then(() => {
    const succeeded = stack.status === 'CREATE_COMPLETE' || stack.status === 'UPDATE_COMPLETE';
    changeSet.executionStatus = succeeded ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
  });
  engine.world.background(done);
}

/** Succeeds whether or not there is such a change set: API_DeleteChangeSet.html names no error for it. */
function deleteChangeSet(engine: Engine, input: DeleteChangeSetInput): DeleteChangeSetOutput {
  try {
    const { stack, changeSet } = findChangeSet(engine, input.ChangeSetName, input.StackName);
    if (changeSet.status === 'CREATE_IN_PROGRESS' || changeSet.executionStatus === 'EXECUTE_IN_PROGRESS') {
      throw new AwsError(
        'InvalidChangeSetStatus',
        `An operation on ChangeSet [${changeSet.id}] is currently in progress.`,
      );
    }
    stack.changeSets.delete(changeSet.id);
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ChangeSetNotFound')) throw error;
  }
  return {};
}
