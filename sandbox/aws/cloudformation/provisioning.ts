import { randomInt } from 'node:crypto';
import type { ResourceStatus } from '@aws-sdk/client-cloudformation';
import { specOf } from '../service-spec/service-spec.ts';
import { wait } from './operation.ts';
import { checkProperties } from './property-check.ts';
import {
  failureReason,
  invalidPropertiesReason,
  OperationCancelled,
  ProvisioningFailure,
} from './provisioning-failure.ts';
import type { ExistingRequest, ResourceType, ResourceVerb, UpdateRequest } from './resource-type.ts';
import { type Run, setResourceStatus } from './stack-events.ts';
import type { StackResource } from './stack-state.ts';
import { notImitated } from './validation-error.ts';

function handlerOf(run: Run, resource: StackResource): ResourceType {
  const handler = run.engine.resourceTypes.get(resource.type);
  if (handler === undefined) throw notImitated(`the resource type ${resource.type}`);
  return handler;
}

function baseRequest(run: Run, resource: StackResource) {
  const { engine, stack } = run;
  const { updatePolicy } = resource.declaration;
  return {
    world: engine.world,
    region: engine.region,
    stackName: stack.name,
    stackId: stack.id,
    logicalId: resource.logicalId,
    properties: structuredClone(resource.properties),
    stackTags: { ...resource.stackTags },
    ...(updatePolicy === undefined ? {} : { updatePolicy }),
  };
}

/** What a handler gets for a resource that exists. */
export function existingRequest(run: Run, resource: StackResource): ExistingRequest {
  return { ...baseRequest(run, resource), physicalId: resource.state?.physicalId ?? '' };
}

function refuseInvalidProperties(resource: StackResource): void {
  const spec = specOf(resource.type);
  if (spec === undefined) throw notImitated(`the resource type ${resource.type}`);
  const violations = checkProperties(spec, resource.properties);
  if (violations.length > 0) {
    throw new ProvisioningFailure(invalidPropertiesReason(resource.logicalId, resource.type, violations));
  }
}

/**
 * CloudFormation works in its service role, or with what its caller may do
 * (AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html).
 */
export function requireAccess(run: Run, resource: StackResource, verb: ResourceVerb): void {
  const { engine, stack, operation } = run;
  engine.options.requireAccess?.({
    type: resource.type,
    verb,
    request: { ...baseRequest(run, resource), physicalId: resource.state?.physicalId },
    roleArn: operation.roleArn ?? stack.settings.roleArn,
    caller: engine.caller,
  });
}

/** Passes on what ends the whole sandbox; everything else is the resource's failure. */
function rethrowWhenClosing(run: Run, error: unknown): void {
  if (run.engine.world.closing.aborted) throw error;
}

/**
 * Makes a resource and waits until it is ready, with the events of
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-resource-configuration-complete.html.
 *
 * @param verb `CREATE`, or `UPDATE` when it replaces another one
 * @returns whether it was made; the resource carries status and reason either way
 */
export async function createResource(run: Run, resource: StackResource, verb: 'CREATE' | 'UPDATE'): Promise<boolean> {
  const handler = handlerOf(run, resource);
  const progress: ResourceStatus = `${verb}_IN_PROGRESS`;
  setResourceStatus(
    run,
    resource,
    progress,
    verb === 'UPDATE'
      ? 'Requested update requires the creation of a new physical resource; hence creating one.'
      : undefined,
  );
  try {
    refuseInvalidProperties(resource);
    requireAccess(run, resource, 'create');
    resource.state = await handler.create({
      ...baseRequest(run, resource),
      generateName: (options) => generatePhysicalName(run.stack.name, resource.logicalId, options),
    });
    setResourceStatus(run, resource, progress, 'Resource creation Initiated');
    await wait(run, handler.seconds.create);
    await handler.created?.(existingRequest(run, resource));
  } catch (error) {
    rethrowWhenClosing(run, error);
    const cancelled = error instanceof OperationCancelled;
    // A cancelled creation is still finished by the service before CloudFormation can delete the resource.
    if (cancelled) await settleCancelled(run, handler, resource);
    const reason = cancelled ? 'Resource creation cancelled' : failureReason(resource.type, error);
    setResourceStatus(run, resource, `${verb}_FAILED`, reason);
    return false;
  }
  setResourceStatus(run, resource, `${verb}_COMPLETE`);
  return true;
}

async function settleCancelled(run: Run, handler: ResourceType, resource: StackResource): Promise<void> {
  try {
    await handler.created?.(existingRequest(run, resource));
  } catch (error) {
    rethrowWhenClosing(run, error);
  }
}

/**
 * Changes a resource in place from `previous` to `resource`, whose state is filled in.
 *
 * @returns whether it succeeded; on failure `resource` keeps the previous state
 */
export async function updateResource(run: Run, resource: StackResource, previous: StackResource): Promise<boolean> {
  const handler = handlerOf(run, resource);
  resource.state = previous.state;
  setResourceStatus(run, resource, 'UPDATE_IN_PROGRESS');
  try {
    refuseInvalidProperties(resource);
    if (handler.update === undefined) {
      throw new ProvisioningFailure(`The sandbox cannot update resources of type ${resource.type} in place.`);
    }
    requireAccess(run, resource, 'update');
    resource.state = await handler.update(updateRequest(run, resource, previous));
    await wait(run, handler.seconds.update);
  } catch (error) {
    rethrowWhenClosing(run, error);
    const cancelled = error instanceof OperationCancelled;
    if (error instanceof ProvisioningFailure) keepProperties(resource, previous);
    const reason = cancelled ? 'Resource update cancelled' : failureReason(resource.type, error);
    setResourceStatus(run, resource, 'UPDATE_FAILED', reason);
    return false;
  }
  setResourceStatus(run, resource, 'UPDATE_COMPLETE');
  return true;
}

/** A change that no handler has seen leaves the resource as it was. */
export function keepProperties(resource: StackResource, previous: StackResource): void {
  resource.properties = previous.properties;
  resource.shownProperties = previous.shownProperties;
  resource.stackTags = previous.stackTags;
  resource.state = previous.state;
}

/** What a handler gets to change `previous` into `resource`. */
export function updateRequest(run: Run, resource: StackResource, previous: StackResource): UpdateRequest {
  return { ...existingRequest(run, resource), previousProperties: structuredClone(previous.properties) };
}

/**
 * Deletes a resource, or ends in DELETE_SKIPPED when `policy` says to keep it. A resource that was never made needs
 * nothing but its event.
 *
 * @returns false when the service refused
 */
export async function deleteResource(
  run: Run,
  resource: StackResource,
  policy: 'Delete' | 'Retain' | 'Snapshot',
): Promise<boolean> {
  if (resource.state === undefined) {
    setResourceStatus(run, resource, 'DELETE_COMPLETE');
    return true;
  }
  if (policy === 'Retain') {
    setResourceStatus(run, resource, 'DELETE_SKIPPED');
    return true;
  }
  const handler = handlerOf(run, resource);
  setResourceStatus(run, resource, 'DELETE_IN_PROGRESS');
  try {
    const request = existingRequest(run, resource);
    requireAccess(run, resource, 'delete');
    if (policy === 'Snapshot') {
      if (handler.snapshot === undefined) {
        throw new ProvisioningFailure(`The sandbox cannot keep a snapshot of resources of type ${resource.type}.`);
      }
      await handler.snapshot(request);
    }
    await handler.delete(request);
    await wait(run, handler.seconds.delete);
  } catch (error) {
    rethrowWhenClosing(run, error);
    setResourceStatus(run, resource, 'DELETE_FAILED', failureReason(resource.type, error));
    return false;
  }
  setResourceStatus(run, resource, 'DELETE_COMPLETE');
  return true;
}

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A physical name as CloudFormation makes it, `STACK-LOGICALID-RANDOM`:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 *
 * @param options.maxLength the name's limit; the stack name and logical id are cut, never the random part
 */
function generatePhysicalName(
  stackName: string,
  logicalId: string,
  options: { maxLength?: number; lowerCase?: boolean } = {},
): string {
  const random = Array.from({ length: 12 }, () => characters[randomInt(characters.length)] ?? 'A').join('');
  const room = (options.maxLength ?? 255) - random.length - 1;
  const prefix = `${stackName}-${logicalId}`.slice(0, Math.max(room, 0)).replace(/-+$/, '');
  const name = prefix === '' ? random : `${prefix}-${random}`;
  return options.lowerCase === true ? name.toLowerCase() : name;
}
