import type { ImportedStates } from './change-preview.ts';
import { runInDependencyOrder } from './dependency-graph.ts';
import { earlyValidationReason } from './early-validation.ts';
import { beginPhase, cancelPhase, cancelReason, wait } from './operation.ts';
import { createResource } from './provisioning.ts';
import { importResource } from './resource-import.ts';
import type { ResourceState } from './resource-type.ts';
import { buildResource, existingValues } from './resource-values.ts';
import {
  type Run,
  recordValidationFinding,
  setResourceStatus,
  setStackStatus,
  type ValidationFinding,
} from './stack-events.ts';
import type { StackModel } from './stack-model.ts';
import { deleteResources, markDeleted, nameList } from './stack-operation-delete.ts';
import { evaluateOutputs, refuseDuplicateExports } from './stack-outputs.ts';
import type { Stack, StackResource } from './stack-state.ts';

export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';

/**
 * Creates a stack's resources, in parallel as far as dependencies allow; the stack is in CREATE_IN_PROGRESS.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 *
 * @param findings of pre-deployment validation; any stops the creation before the first resource
 */
export async function runCreation(
  run: Run,
  model: StackModel,
  options: { onFailure: OnFailure; findings: readonly ValidationFinding[]; imports: ImportedStates },
): Promise<'SUCCEEDED' | 'FAILED'> {
  const { stack } = run;
  if (options.findings.length > 0) {
    for (const finding of options.findings) recordValidationFinding(run, finding);
    return await endFailedCreation(run, `${earlyValidationReason(options.findings)} `, options.onFailure);
  }
  const imports = new Set<string>();
  stack.imports = imports;
  const limit = limitDuration(run);
  await runInDependencyOrder(
    model.dependencies,
    async (logicalId) => {
      const succeeded = await addOne(run, model, logicalId, imports, options.imports);
      if (!succeeded) cancelPhase(run.operation, 'another resource failed');
      return succeeded;
    },
    { stopAtFailure: true },
  );
  limit.abort();
  // DeleteStack on a stack in creation takes over from here.
  if (stack.status !== 'CREATE_IN_PROGRESS') return 'FAILED';
  const failed = [...stack.resources.values()].filter(({ status }) => status === 'CREATE_FAILED');
  if (failed.length > 0 || run.operation.phase.signal.aborted) {
    const reason =
      cancelReason(run.operation) === 'timeout'
        ? 'Stack creation time exceeded the specified timeout. '
        : `The following resource(s) failed to create: ${nameList(failed)}. `;
    return await endFailedCreation(run, reason, options.onFailure);
  }
  const wrongOutputs = setOutputs(run, model, imports);
  if (wrongOutputs !== undefined) return await endFailedCreation(run, `${wrongOutputs} `, options.onFailure);
  setStackStatus(run, 'CREATE_COMPLETE');
  return 'SUCCEEDED';
}

/** Gives the stack the outputs of a model, or returns why they cannot be given. */
export function setOutputs(run: Run, model: StackModel, imports: Set<string>): string | undefined {
  const { stack, engine } = run;
  try {
    const outputs = evaluateOutputs(model, existingValues(engine, stateIn(stack), imports));
    refuseDuplicateExports(engine, stack.id, outputs);
    stack.outputs = outputs;
    return undefined;
  } catch (error) {
    return failureReasonOfStack(error);
  }
}

/** The text of an error that concerns the stack as a whole, not one resource. */
export function failureReasonOfStack(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The states of a stack's resources by logical id, always the current ones. */
export function stateIn(stack: Stack): (logicalId: string) => ResourceState | undefined {
  return (logicalId) => stack.resources.get(logicalId)?.state;
}

/** Makes one resource that the stack does not have yet, or takes it over. */
export async function addOne(
  run: Run,
  model: StackModel,
  logicalId: string,
  imports: Set<string>,
  imported: ImportedStates,
): Promise<boolean> {
  const resource = addResource(run, model, logicalId, imports);
  if (resource === undefined) return false;
  const state = imported.get(logicalId);
  return state === undefined
    ? await createResource(run, resource, 'CREATE')
    : await importResource(run, resource, state);
}

/** Puts a resource with resolved properties into the stack; undefined when its properties cannot be resolved. */
function addResource(run: Run, model: StackModel, logicalId: string, imports: Set<string>): StackResource | undefined {
  const { stack, engine } = run;
  const modelResource = model.resources.get(logicalId);
  if (modelResource === undefined) return undefined;
  const values = existingValues(engine, stateIn(stack), imports);
  try {
    const resource = buildResource(run, model, stack.settings, modelResource, values);
    stack.resources.set(logicalId, resource);
    return resource;
  } catch (error) {
    const unresolved = buildResource(run, model, stack.settings, { ...modelResource, properties: {} }, values);
    stack.resources.set(logicalId, unresolved);
    setResourceStatus(run, unresolved, 'CREATE_FAILED', failureReasonOfStack(error));
    return undefined;
  }
}

/** TimeoutInMinutes of CreateStack; abort the result when the creation has ended. */
function limitDuration(run: Run): AbortController {
  const done = new AbortController();
  const minutes = run.stack.timeoutInMinutes;
  if (minutes === undefined) return done;
  const { world } = run.engine;
  const timer = world.clock.sleep(minutes * 60, AbortSignal.any([done.signal, world.closing])).then(
    () => cancelPhase(run.operation, 'timeout'),
    () => undefined,
  );
  world.background(timer);
  return done;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html */
async function endFailedCreation(run: Run, reason: string, onFailure: OnFailure): Promise<'FAILED'> {
  beginPhase(run);
  switch (onFailure) {
    case 'DO_NOTHING':
      setStackStatus(run, 'CREATE_FAILED', reason);
      return 'FAILED';
    case 'DELETE':
      setStackStatus(run, 'DELETE_IN_PROGRESS', `${reason}Delete requested by user.`);
      return await undoCreation(run, 'DELETE');
    case 'ROLLBACK':
      setStackStatus(run, 'ROLLBACK_IN_PROGRESS', `${reason}Rollback requested by user.`);
      return await undoCreation(run, 'ROLLBACK');
  }
}

/**
 * Deletes what a failed creation made. `Retain` is honoured, `RetainExceptOnCreate` and the stack's own
 * RetainExceptOnCreate are not: that is their meaning.
 */
export async function undoCreation(run: Run, how: 'DELETE' | 'ROLLBACK'): Promise<'FAILED'> {
  const { stack } = run;
  await wait(run, 1);
  const failed = await deleteResources(run, [...stack.resources.values()], (resource) => {
    const { deletionPolicy } = resource.declaration;
    if (resource.imported) return 'Retain';
    if (deletionPolicy === 'RetainExceptOnCreate' || stack.retainExceptOnCreate) return 'Delete';
    return deletionPolicy;
  });
  if (failed.length > 0) {
    const reason = `The following resource(s) failed to delete: ${nameList(failed)}. `;
    setStackStatus(run, how === 'DELETE' ? 'DELETE_FAILED' : 'ROLLBACK_FAILED', reason);
  } else if (how === 'DELETE') {
    markDeleted(run);
  } else {
    setStackStatus(run, 'ROLLBACK_COMPLETE');
  }
  return 'FAILED';
}
