import type {
  CreateStackInput,
  CreateStackOutput,
  DeleteStackInput,
  UpdateStackInput,
  UpdateStackOutput,
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput,
} from '@aws-sdk/client-cloudformation';
import { AwsError, type CallContext } from '../service.ts';
import { previewChanges } from './change-preview.ts';
import { validateEarly } from './early-validation.ts';
import type { Engine } from './engine.ts';
import { beginOperation, cancelPhase, runInBackground } from './operation.ts';
import { type Run, setStackStatus } from './stack-events.ts';
import {
  changesAnything,
  checkUpdatable,
  isRepeated,
  newStack,
  registerStack,
  startCreation,
  startUpdate,
} from './stack-lifecycle.ts';
import type { OnFailure } from './stack-operation-create.ts';
import { markDeleted, runDeletion } from './stack-operation-delete.ts';
import { cloudFormationState, findStack, isInProgress, type Stack } from './stack-state.ts';
import { acceptSubmission, checkName, checkRole } from './submission.ts';
import { validationError } from './validation-error.ts';

type EngineOf = (context: CallContext) => Engine;

/** CreateStack, UpdateStack, DeleteStack, UpdateTerminationProtection. */
export function stackOperations(engineOf: EngineOf) {
  return {
    CreateStack: (input: CreateStackInput, context: CallContext) => createStack(engineOf(context), input),
    UpdateStack: (input: UpdateStackInput, context: CallContext) => updateStack(engineOf(context), input),
    DeleteStack: (input: DeleteStackInput, context: CallContext) => deleteStack(engineOf(context), input),
    UpdateTerminationProtection: (input: UpdateTerminationProtectionInput, context: CallContext) =>
      updateTerminationProtection(engineOf(context), input),
  };
}

/** The stack an operation works on, with the text these operations use when there is none. */
export function existingStack(engine: Engine, nameOrId: string | undefined): Stack {
  const stack = findStack(engine.world.state(cloudFormationState, engine.region), nameOrId ?? '');
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') {
    throw validationError(`Stack [${nameOrId}] does not exist`);
  }
  return stack;
}

async function createStack(engine: Engine, input: CreateStackInput): Promise<CreateStackOutput> {
  const name = checkName('stackName', input.StackName);
  const repeated = stackOfRepeatedCreation(engine, name, input.ClientRequestToken);
  if (repeated !== undefined) return { StackId: repeated.id };
  const stack = newStack(engine, name);
  const wanted = await acceptSubmission(engine, stack, input);
  // Somebody else may have created it while parameters were looked up.
  stackOfRepeatedCreation(engine, name, undefined);
  const onFailure = failureOption(input);
  stack.disableRollback = onFailure === 'DO_NOTHING';
  stack.timeoutInMinutes = input.TimeoutInMinutes;
  stack.terminationProtection = input.EnableTerminationProtection ?? false;
  stack.retainExceptOnCreate = input.RetainExceptOnCreate ?? false;
  const preview = previewChanges(engine, stack, wanted.model, wanted.settings);
  const findings = input.DisableValidation === true ? [] : validateEarly(engine, wanted.model, preview);
  registerStack(engine, stack);
  const run = startCreation(engine, stack, wanted, {
    token: input.ClientRequestToken,
    onFailure,
    findings,
    imports: new Map(),
  });
  return { StackId: stack.id, OperationId: run.operation.id };
}

function stackOfRepeatedCreation(engine: Engine, name: string, token: string | undefined): Stack | undefined {
  const known = findStack(engine.world.state(cloudFormationState, engine.region), name);
  if (known === undefined || isRepeated(known, token, 'CREATE_STACK')) return known;
  throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
}

function failureOption(input: CreateStackInput): OnFailure {
  const disableRollback = input.DisableRollback ?? input.DeploymentConfig?.DisableRollback;
  if (disableRollback !== undefined && input.OnFailure !== undefined) {
    throw validationError('Either DisableRollback or OnFailure can be specified, not both.');
  }
  return input.OnFailure ?? (disableRollback === true ? 'DO_NOTHING' : 'ROLLBACK');
}

async function updateStack(engine: Engine, input: UpdateStackInput): Promise<UpdateStackOutput> {
  const stack = existingStack(engine, input.StackName);
  if (isRepeated(stack, input.ClientRequestToken, 'UPDATE_STACK')) return { StackId: stack.id };
  checkUpdatable(stack);
  const wanted = await acceptSubmission(engine, stack, input);
  checkUpdatable(stack);
  const preview = previewChanges(engine, stack, wanted.model, wanted.settings);
  if (!changesAnything(stack, wanted.model, wanted.settings, preview)) {
    throw validationError('No updates are to be performed.');
  }
  const findings = input.DisableValidation === true ? [] : validateEarly(engine, wanted.model, preview);
  const disableRollback = input.DisableRollback ?? input.DeploymentConfig?.DisableRollback ?? false;
  stack.retainExceptOnCreate = input.RetainExceptOnCreate ?? false;
  const run = startUpdate(engine, stack, wanted, {
    token: input.ClientRequestToken,
    disableRollback,
    findings,
    imports: new Map(),
  });
  stack.changeSets.clear();
  return { StackId: stack.id, OperationId: run.operation.id };
}

/**
 * A stack that does not exist is no error. The role of the request does the work, else the one that the stack was made
 * with, else the caller: API_DeleteStack.html, RoleARN.
 */
function deleteStack(engine: Engine, input: DeleteStackInput): object {
  const stack = findStack(engine.world.state(cloudFormationState, engine.region), input.StackName ?? '');
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {};
  if (isRepeated(stack, input.ClientRequestToken, 'DELETE_STACK')) return {};
  checkDeletable(engine, stack, input);
  checkRole(engine, input.RoleARN);
  const request = { retain: new Set(input.RetainResources), force: input.DeletionMode === 'FORCE_DELETE_STACK' };
  if (stack.status === 'DELETE_IN_PROGRESS') return {};
  const creating = stack.status === 'CREATE_IN_PROGRESS' ? stack.operations.at(-1) : undefined;
  const inReview = stack.status === 'REVIEW_IN_PROGRESS';
  const earlier = stack.running;
  stack.forceDeleted = request.force;
  const run = beginOperation(engine, stack, 'DELETE_STACK', input.ClientRequestToken, input.RoleARN);
  setStackStatus(run, 'DELETE_IN_PROGRESS', 'User Initiated');
  if (creating !== undefined) cancelPhase(creating, 'user');
  runInBackground(run, async () => {
    await earlier;
    return inReview ? deleteInReview(run) : await runDeletion(run, request);
  });
  return {};
}

/** A stack in review has no resources. */
function deleteInReview(run: Run): 'SUCCEEDED' {
  markDeleted(run);
  return 'SUCCEEDED';
}

function checkDeletable(engine: Engine, stack: Stack, input: DeleteStackInput): void {
  if (stack.terminationProtection) {
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  const { status } = stack;
  if (isInProgress(status) && status !== 'CREATE_IN_PROGRESS' && status !== 'DELETE_IN_PROGRESS') {
    throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${status}`);
  }
  const retain = input.RetainResources ?? [];
  if (retain.length > 0 && status !== 'DELETE_FAILED') {
    throw validationError(
      `Invalid operation on stack [${stack.id}]. RetainResources can only be specified for stacks in the DELETE_FAILED state.`,
    );
  }
  if (input.DeletionMode === 'FORCE_DELETE_STACK' && status !== 'DELETE_FAILED') {
    throw validationError(
      `Invalid operation on stack [${stack.id}]. The deletion mode FORCE_DELETE_STACK can only be specified for stacks in the DELETE_FAILED state.`,
    );
  }
  const unknown = retain.filter((logicalId) => !stack.resources.has(logicalId));
  if (unknown.length > 0) {
    throw validationError(
      `The specified resources to retain [${unknown.join(', ')}] do not exist in stack [${stack.id}].`,
    );
  }
  refuseImportedExports(engine, stack);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html */
function refuseImportedExports(engine: Engine, stack: Stack): void {
  const others = engine.world
    .state(cloudFormationState, engine.region)
    .stacks.filter((other) => other !== stack && other.status !== 'DELETE_COMPLETE');
  for (const { ExportName } of stack.outputs) {
    const importer = others.find(({ imports }) => ExportName !== undefined && imports.has(ExportName));
    if (importer === undefined) continue;
    throw validationError(`Export ${ExportName} cannot be deleted as it is in use by ${importer.name}`);
  }
}

function updateTerminationProtection(
  engine: Engine,
  input: UpdateTerminationProtectionInput,
): UpdateTerminationProtectionOutput {
  const stack = existingStack(engine, input.StackName);
  stack.terminationProtection = input.EnableTerminationProtection === true;
  return { StackId: stack.id };
}
