import type { ActualResources, ImportedStates } from './change-preview.ts';
import { runInDependencyOrder } from './dependency-graph.ts';
import { earlyValidationReason } from './early-validation.ts';
import { beginPhase, cancelPhase, cancelReason } from './operation.ts';
import { createResource, keepProperties, updateResource } from './provisioning.ts';
import { buildResource, existingValues } from './resource-values.ts';
import {
  type Run,
  recordValidationFinding,
  setResourceStatus,
  setStackStatus,
  type ValidationFinding,
} from './stack-events.ts';
import type { StackModel } from './stack-model.ts';
import { addOne, failureReasonOfStack, setOutputs, stateIn } from './stack-operation-create.ts';
import { deleteResources, nameList, whenDeleted } from './stack-operation-delete.ts';
import { rollBackUpdate } from './stack-operation-rollback.ts';
import type { StackResource, StackVersion } from './stack-state.ts';
import { howToUpdate, keepsCustomName } from './update-decision.ts';

/**
 * Changes a stack's resources to a new model; the stack is in UPDATE_IN_PROGRESS and `stack.previous` is set.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export async function runUpdate(
  run: Run,
  model: StackModel,
  previous: StackVersion,
  options: {
    disableRollback: boolean;
    findings: readonly ValidationFinding[];
    imports: ImportedStates;
    actual?: ActualResources;
  },
): Promise<'SUCCEEDED' | 'FAILED'> {
  const { stack } = run;
  if (options.findings.length > 0) {
    for (const finding of options.findings) recordValidationFinding(run, finding);
    return await endFailedUpdate(run, previous, earlyValidationReason(options.findings), options.disableRollback);
  }
  const imports = new Set<string>();
  const before = new Map(stack.resources);
  await runInDependencyOrder(
    model.dependencies,
    async (logicalId) => {
      const succeeded = await updateOne(run, model, logicalId, imports, options);
      if (!succeeded) cancelPhase(run.operation, 'another resource failed');
      return succeeded;
    },
    { stopAtFailure: true },
  );
  const reason = failedResources(run, before);
  if (reason !== undefined) return await endFailedUpdate(run, previous, reason, options.disableRollback);
  const wrongOutputs = setOutputs(run, model, imports);
  if (wrongOutputs !== undefined) return await endFailedUpdate(run, previous, wrongOutputs, options.disableRollback);
  stack.imports = imports;
  return await cleanUp(run, model);
}

function failedResources(run: Run, before: ReadonlyMap<string, StackResource>): string | undefined {
  const touched = [...run.stack.resources.values()].filter((resource) => before.get(resource.logicalId) !== resource);
  const created = touched.filter(({ status }) => status === 'CREATE_FAILED');
  const updated = touched.filter(({ status }) => status === 'UPDATE_FAILED');
  if (cancelReason(run.operation) === 'user') return 'Stack update cancelled';
  if (created.length + updated.length === 0) return undefined;
  return [
    ...(created.length > 0 ? [`The following resource(s) failed to create: ${nameList(created)}. `] : []),
    ...(updated.length > 0 ? [`The following resource(s) failed to update: ${nameList(updated)}. `] : []),
  ].join('');
}

async function endFailedUpdate(
  run: Run,
  previous: StackVersion,
  reason: string,
  disableRollback: boolean,
): Promise<'FAILED'> {
  beginPhase(run);
  if (disableRollback) {
    setStackStatus(run, 'UPDATE_FAILED', reason);
    return 'FAILED';
  }
  setStackStatus(run, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  return await rollBackUpdate(run, previous, new Set());
}

async function updateOne(
  run: Run,
  model: StackModel,
  logicalId: string,
  imports: Set<string>,
  { imports: imported, actual }: { imports: ImportedStates; actual?: ActualResources },
): Promise<boolean> {
  const { stack } = run;
  const existing = stack.resources.get(logicalId);
  const found = actual?.get(logicalId);
  // Deleted outside of CloudFormation: made again under its logical id; there is nothing to clean up.
  if (found?.status === 'DELETED') return await addOne(run, model, logicalId, imports, imported);
  if (existing?.state === undefined || existing.status === 'CREATE_FAILED') {
    if (existing?.state !== undefined) stack.replaced.set(existing, 'Delete');
    return await addOne(run, model, logicalId, imports, imported);
  }
  const resource = rebuild(run, model, existing, imports);
  if (resource === undefined) return false;
  stack.resources.set(logicalId, resource);
  const present = found === undefined ? existing : { ...existing, properties: found.properties };
  switch (howToUpdate(run, resource, present)) {
    case 'unchanged':
      return true;
    case 'in place':
      return await updateResource(run, resource, present);
    case 'replace':
      return await replace(run, resource, existing);
  }
}

function rebuild(
  run: Run,
  model: StackModel,
  existing: StackResource,
  imports: Set<string>,
): StackResource | undefined {
  const { stack, engine } = run;
  const modelResource = model.resources.get(existing.logicalId);
  if (modelResource === undefined) return undefined;
  try {
    const built = buildResource(
      run,
      model,
      stack.settings,
      modelResource,
      existingValues(engine, stateIn(stack), imports),
    );
    const { status, statusReason, timestamp, state } = existing;
    return { ...built, status, statusReason, timestamp, state };
  } catch (error) {
    const copy = { ...existing };
    stack.resources.set(existing.logicalId, copy);
    setResourceStatus(run, copy, 'UPDATE_FAILED', failureReasonOfStack(error));
    return undefined;
  }
}

async function replace(run: Run, resource: StackResource, existing: StackResource): Promise<boolean> {
  if (keepsCustomName(resource, existing)) {
    // Both copies would need the name: aws-properties-name.html.
    const name = existing.state?.physicalId ?? '';
    keepProperties(resource, existing);
    setResourceStatus(
      run,
      resource,
      'UPDATE_FAILED',
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
    );
    return false;
  }
  resource.state = undefined;
  const created = await createResource(run, resource, 'UPDATE');
  if (created) run.stack.replaced.set(existing, whenDeleted(resource.declaration.updateReplacePolicy));
  return created;
}

/** Deletes what the update replaced or removed; failures do not undo the update. */
async function cleanUp(run: Run, model: StackModel): Promise<'SUCCEEDED'> {
  const { stack } = run;
  setStackStatus(run, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const removed = [...stack.resources.values()].filter(({ logicalId }) => !model.resources.has(logicalId));
  for (const { logicalId } of removed) stack.resources.delete(logicalId);
  const failed = await deleteResources(
    run,
    [...stack.replaced.keys(), ...removed],
    (resource) => stack.replaced.get(resource) ?? whenDeleted(resource.declaration.deletionPolicy),
  );
  stack.replaced.clear();
  stack.previous = undefined;
  const reason = 'Update successful. One or more resources could not be deleted.';
  setStackStatus(run, 'UPDATE_COMPLETE', failed.length > 0 ? reason : undefined);
  return 'SUCCEEDED';
}
