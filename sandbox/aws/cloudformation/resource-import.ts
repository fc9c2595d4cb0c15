import { specOf } from '../service-spec/service-spec.ts';
import type { Engine } from './engine.ts';
import { existingRequest, requireAccess } from './provisioning.ts';
import { failureReason } from './provisioning-failure.ts';
import type { ResourceState } from './resource-type.ts';
import { type Run, setResourceStatus } from './stack-events.ts';
import type { ModelResource } from './stack-model.ts';
import { cloudFormationState, type StackResource } from './stack-state.ts';

/**
 * The existing resource that a change set with ImportExistingResources takes over instead of making a new one: the
 * template gives it a custom name and keeps it on delete, and no other stack has it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
export function importable(
  engine: Engine,
  resource: ModelResource,
  properties: Record<string, unknown>,
): ResourceState | undefined {
  const { type, deletionPolicy } = resource.declaration;
  const nameProperty = specOf(type)?.nameProperty;
  const kept = deletionPolicy === 'Retain' || deletionPolicy === 'RetainExceptOnCreate';
  if (!kept || nameProperty === undefined || properties[nameProperty] === undefined) return undefined;
  const { world, region, resourceTypes } = engine;
  const state = resourceTypes.get(type)?.existing?.({ world, region, properties });
  return state === undefined || isInStack(engine, type, state.physicalId) ? undefined : state;
}

function isInStack(engine: Engine, type: string, physicalId: string): boolean {
  const { stacks } = engine.world.state(cloudFormationState, engine.region);
  return stacks
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .flatMap((stack) => [...stack.resources.values()])
    .some((resource) => resource.type === type && resource.state?.physicalId === physicalId);
}

/** Takes over an existing resource and puts the stack's tags on it. */
export async function importResource(run: Run, resource: StackResource, state: ResourceState): Promise<boolean> {
  const handler = run.engine.resourceTypes.get(resource.type);
  resource.state = state;
  resource.imported = true;
  setResourceStatus(run, resource, 'IMPORT_IN_PROGRESS', 'Resource import started.');
  setResourceStatus(run, resource, 'IMPORT_COMPLETE', 'Resource import completed.');
  const tagged = 'Apply stack-level tags to imported resource if applicable.';
  setResourceStatus(run, resource, 'UPDATE_IN_PROGRESS', tagged);
  try {
    requireAccess(run, resource, 'update');
    const request = existingRequest(run, resource);
    resource.state = (await handler?.update?.({ ...request, previousProperties: request.properties })) ?? state;
  } catch (error) {
    if (run.engine.world.closing.aborted) throw error;
    setResourceStatus(run, resource, 'CREATE_FAILED', failureReason(resource.type, error));
    return false;
  }
  setResourceStatus(run, resource, 'UPDATE_COMPLETE', tagged);
  return true;
}
