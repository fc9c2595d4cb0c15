import type { CreateChangeSetInput, CreateChangeSetOutput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../service.ts';
import { previewChanges } from './change-preview.ts';
import { earlyValidationReason, validateEarly } from './early-validation.ts';
import type { Engine } from './engine.ts';
import { newOperation } from './operation.ts';
import { type Run, recordOperation, recordValidationFinding, setStackStatus } from './stack-events.ts';
import { changesAnything, checkUpdatable, newStack, registerStack } from './stack-lifecycle.ts';
import type { StackModel } from './stack-model.ts';
import { type ChangeSet, cloudFormationState, findStack, type Stack, type StackSettings } from './stack-state.ts';
import { acceptSubmission, checkName, newArn } from './submission.ts';
import { notImitated, validationError } from './validation-error.ts';

/** Virtual seconds until a change set is ready; AWS states no figure, and small ones take a few seconds. */
const seconds = { pending: 1, computing: 4 };

/**
 * Accepts a change set and computes it in the background.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
 */
export async function createChangeSet(engine: Engine, input: CreateChangeSetInput): Promise<CreateChangeSetOutput> {
  const name = checkName('changeSetName', input.ChangeSetName);
  const type = input.ChangeSetType ?? 'UPDATE';
  if (type === 'IMPORT') throw notImitated('change sets of type IMPORT');
  if (input.DeploymentMode !== undefined && input.DeploymentMode !== 'REVERT_DRIFT') {
    throw validationError(`Value '${input.DeploymentMode}' at 'deploymentMode' is not one of [REVERT_DRIFT]`);
  }
  const stack = type === 'CREATE' ? stackToCreate(engine, input) : stackToUpdate(engine, input);
  const existing = [...stack.changeSets.values()].find((changeSet) => changeSet.name === name);
  if (existing !== undefined) return repeated(existing, input);

  const { model, settings } = await acceptSubmission(engine, stack, input);
  if (type === 'UPDATE') checkUpdatable(stack);
  const operation = newOperation(engine, 'CREATE_CHANGESET', undefined);
  const run: Run = { engine, stack, operation };
  recordOperation(run, 'IN_PROGRESS');
  if (findStack(engine.world.state(cloudFormationState, engine.region), stack.id) === undefined) {
    registerStack(engine, stack);
    setStackStatus(run, 'REVIEW_IN_PROGRESS', 'User Initiated');
  }
  const changeSet = newChangeSet(engine, { name, type, stack, operationId: operation.id, model, settings }, input);
  stack.changeSets.set(changeSet.id, changeSet);
  engine.world.background(compute(run, changeSet, input.DisableValidation === true));
  return { Id: changeSet.id, StackId: stack.id };
}

function stackToCreate(engine: Engine, input: CreateChangeSetInput): Stack {
  const name = checkName('stackName', input.StackName);
  const existing = findStack(engine.world.state(cloudFormationState, engine.region), name);
  if (existing === undefined) return newStack(engine, name);
  if (existing.status === 'REVIEW_IN_PROGRESS') return existing;
  throw validationError(
    `Stack [${name}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
  );
}

function stackToUpdate(engine: Engine, input: CreateChangeSetInput): Stack {
  if (input.OnStackFailure === 'DELETE') {
    throw validationError('OnStackFailure DELETE can only be specified for change sets of type CREATE.');
  }
  const stack = findStack(engine.world.state(cloudFormationState, engine.region), input.StackName ?? '');
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') {
    throw validationError(`Stack [${input.StackName}] does not exist`);
  }
  checkUpdatable(stack);
  return stack;
}

function repeated(existing: ChangeSet, input: CreateChangeSetInput): CreateChangeSetOutput {
  if (input.ClientToken !== undefined && input.ClientToken === existing.clientToken) {
    return { Id: existing.id, StackId: existing.stackId };
  }
  throw new AwsError('AlreadyExistsException', `ChangeSet [${existing.name}] already exists`);
}

function newChangeSet(
  engine: Engine,
  made: {
    name: string;
    type: 'CREATE' | 'UPDATE';
    stack: Stack;
    operationId: string;
    model: StackModel;
    settings: StackSettings;
  },
  input: CreateChangeSetInput,
): ChangeSet {
  const { name, type, stack, operationId, model, settings } = made;
  return {
    id: newArn(engine, 'changeSet', name),
    name,
    type,
    stackId: stack.id,
    creationTime: engine.world.clock.now(),
    description: input.Description,
    clientToken: input.ClientToken,
    onStackFailure: input.OnStackFailure,
    importExisting: input.ImportExistingResources ?? false,
    revertsDrift: input.DeploymentMode === 'REVERT_DRIFT',
    actual: new Map(),
    model,
    settings,
    operationId,
    status: 'CREATE_PENDING',
    statusReason: undefined,
    executionStatus: 'UNAVAILABLE',
    changes: [],
  };
}

async function compute(run: Run, changeSet: ChangeSet, withoutValidation: boolean): Promise<void> {
  const { world } = run.engine;
  await world.clock.sleep(seconds.pending, world.closing);
  changeSet.status = 'CREATE_IN_PROGRESS';
  await world.clock.sleep(seconds.computing, world.closing);
  try {
    evaluate(run, changeSet, withoutValidation);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    fail(run, changeSet, error.message);
  }
}

function evaluate(run: Run, changeSet: ChangeSet, withoutValidation: boolean): void {
  const { engine, stack } = run;
  const { model, settings } = changeSet;
  const preview = previewChanges(engine, stack, model, settings, changeSet);
  if (!changesAnything(stack, model, settings, preview)) {
    const reason =
      "The submitted information didn't contain changes. Submit different information to create a change set.";
    fail(run, changeSet, reason);
    return;
  }
  const findings = withoutValidation ? [] : validateEarly(engine, model, preview);
  if (findings.length > 0) {
    for (const finding of findings) recordValidationFinding(run, finding);
    fail(run, changeSet, earlyValidationReason(findings));
    return;
  }
  changeSet.changes = preview.changes;
  changeSet.actual = preview.actual;
  changeSet.status = 'CREATE_COMPLETE';
  changeSet.executionStatus = 'AVAILABLE';
  recordOperation(run, 'SUCCEEDED');
}

function fail(run: Run, changeSet: ChangeSet, reason: string): void {
  changeSet.status = 'FAILED';
  changeSet.statusReason = reason;
  recordOperation(run, 'FAILED');
}
