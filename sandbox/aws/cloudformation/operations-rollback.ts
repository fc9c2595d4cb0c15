import type {
  CancelUpdateStackInput,
  ContinueUpdateRollbackInput,
  ContinueUpdateRollbackOutput,
  RollbackStackInput,
  RollbackStackOutput,
} from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../service.ts';
import type { Engine } from './engine.ts';
import { beginOperation, cancelPhase, runInBackground } from './operation.ts';
import { existingStack } from './operations-stacks.ts';
import { type Run, setStackStatus } from './stack-events.ts';
import { isRepeated } from './stack-lifecycle.ts';
import { undoCreation } from './stack-operation-create.ts';
import { rollBackUpdate } from './stack-operation-rollback.ts';
import type { Stack, StackVersion } from './stack-state.ts';
import { checkRole } from './submission.ts';
import { validationError } from './validation-error.ts';

type EngineOf = (context: CallContext) => Engine;

/** CancelUpdateStack, ContinueUpdateRollback and RollbackStack. */
export function rollbackOperations(engineOf: EngineOf) {
  return {
    CancelUpdateStack: (input: CancelUpdateStackInput, context: CallContext) =>
      cancelUpdateStack(engineOf(context), input),
    ContinueUpdateRollback: (input: ContinueUpdateRollbackInput, context: CallContext) =>
      continueUpdateRollback(engineOf(context), input),
    RollbackStack: (input: RollbackStackInput, context: CallContext) => rollbackStack(engineOf(context), input),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html */
function cancelUpdateStack(engine: Engine, input: CancelUpdateStackInput): object {
  const stack = existingStack(engine, input.StackName);
  const operation = stack.operations.at(-1);
  if (stack.status !== 'UPDATE_IN_PROGRESS' || operation === undefined) {
    throw validationError('CancelUpdateStack cannot be called from current stack status');
  }
  cancelPhase(operation, 'user');
  return {};
}

function previousVersion(stack: Stack): StackVersion {
  if (stack.previous !== undefined) return stack.previous;
  throw validationError(`Stack:${stack.id} has no previous version to roll back to.`);
}

function continueUpdateRollback(engine: Engine, input: ContinueUpdateRollbackInput): ContinueUpdateRollbackOutput {
  const stack = existingStack(engine, input.StackName);
  if (isRepeated(stack, input.ClientRequestToken, 'CONTINUE_ROLLBACK')) return {};
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED') {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue its update rollback.`);
  }
  const skip = input.ResourcesToSkip ?? [];
  const refused = skip.filter((logicalId) => stack.resources.get(logicalId)?.status !== 'UPDATE_FAILED');
  if (refused.length > 0) {
    throw validationError(`ResourcesToSkip [${refused.join(', ')}] must be in the UPDATE_FAILED state.`);
  }
  const previous = previousVersion(stack);
  checkRole(engine, input.RoleARN);
  const run = beginOperation(engine, stack, 'CONTINUE_ROLLBACK', input.ClientRequestToken, input.RoleARN);
  setStackStatus(run, 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
  runInBackground(run, () => rollBackUpdate(run, previous, new Set(skip)));
  return {};
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html */
function rollbackStack(engine: Engine, input: RollbackStackInput): RollbackStackOutput {
  const stack = existingStack(engine, input.StackName);
  if (isRepeated(stack, input.ClientRequestToken, 'ROLLBACK')) return { StackId: stack.id };
  stack.retainExceptOnCreate = input.RetainExceptOnCreate ?? false;
  if (stack.status === 'CREATE_FAILED') {
    return startRollback(engine, stack, input, 'ROLLBACK_IN_PROGRESS', (run) => undoCreation(run, 'ROLLBACK'));
  }
  if (stack.status === 'UPDATE_FAILED') {
    const previous = previousVersion(stack);
    return startRollback(engine, stack, input, 'UPDATE_ROLLBACK_IN_PROGRESS', (run) =>
      rollBackUpdate(run, previous, new Set()),
    );
  }
  throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
}

function startRollback(
  engine: Engine,
  stack: Stack,
  input: RollbackStackInput,
  status: 'ROLLBACK_IN_PROGRESS' | 'UPDATE_ROLLBACK_IN_PROGRESS',
  body: (run: Run) => Promise<'SUCCEEDED' | 'FAILED'>,
): RollbackStackOutput {
  checkRole(engine, input.RoleARN);
  const run = beginOperation(engine, stack, 'ROLLBACK', input.ClientRequestToken, input.RoleARN);
  setStackStatus(run, status, 'User Initiated');
  runInBackground(run, body);
  return { StackId: stack.id, OperationId: run.operation.id };
}
