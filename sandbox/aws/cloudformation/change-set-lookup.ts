import { AwsError } from '../service.ts';
import type { Engine } from './engine.ts';
import { type ChangeSet, cloudFormationState, findStack, type Stack } from './stack-state.ts';
import { validationError } from './validation-error.ts';

/**
 * A change set by its ARN, or by name together with its stack.
 *
 * @throws AwsError `ChangeSetNotFound`; `ValidationError` when a name comes without a stack or the stack is unknown
 */
export function findChangeSet(
  engine: Engine,
  nameOrId: string | undefined,
  stackName: string | undefined,
): { stack: Stack; changeSet: ChangeSet } {
  const state = engine.world.state(cloudFormationState, engine.region);
  if (nameOrId?.startsWith('arn:') === true) {
    const stack = state.stacks.find(({ changeSets }) => changeSets.has(nameOrId));
    const changeSet = stack?.changeSets.get(nameOrId);
    if (stack !== undefined && changeSet !== undefined) return { stack, changeSet };
    throw changeSetNotFound(nameOrId);
  }
  if (stackName === undefined) {
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  }
  const stack = findStack(state, stackName);
  if (stack === undefined) throw validationError(`Stack [${stackName}] does not exist`);
  const changeSet = [...stack.changeSets.values()].find(({ name }) => name === nameOrId);
  if (changeSet === undefined) throw changeSetNotFound(nameOrId ?? '');
  return { stack, changeSet };
}

function changeSetNotFound(nameOrId: string): AwsError {
  return new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrId}] does not exist`, 404);
}
