import { resourceTypes } from './catalogue.ts';
import type { ResourceType } from './cloudformation/resource-type.ts';
import { cloudFormationState, requireStack, type StackResource } from './cloudformation/stack-state.ts';
import type { AwsWorld } from './world.ts';

/** What people do in an account behind CloudFormation's back: the service changes, no stack knows of it. */
export type OutsideChanges = {
  /**
   * Changes a resource of a stack in its service, also in services of which the sandbox has no API.
   * @param change gives the new values, in CloudFormation's form, of the properties that the stack gave it
   * @throws AwsError when the service would refuse; Error when the resource cannot be changed in place
   */
  changeOutside(
    region: string,
    stackName: string,
    logicalId: string,
    change: (properties: Readonly<Record<string, unknown>>) => Record<string, unknown>,
  ): Promise<void>;
  /** Deletes a resource of a stack in its service. @throws AwsError when the service would refuse */
  deleteOutside(region: string, stackName: string, logicalId: string): Promise<void>;
};

/** The changes that can be made in one world's account. */
export function outsideChanges(world: AwsWorld): OutsideChanges {
  const find = (region: string, stackName: string, logicalId: string) => {
    const stack = requireStack(world.state(cloudFormationState, region), stackName);
    const resource = stack.resources.get(logicalId);
    const handler = resourceTypes.find(({ type }) => type === resource?.type);
    if (resource?.state === undefined || handler === undefined) {
      throw new Error(`Stack ${stackName} has no resource ${logicalId}.`);
    }
    return { handler, request: requestFor(world, region, stack, { ...resource, state: resource.state }) };
  };
  return {
    async changeOutside(region, stackName, logicalId, change) {
      const { handler, request } = find(region, stackName, logicalId);
      await updateOf(handler)({
        ...request,
        properties: change(structuredClone(request.properties)),
        previousProperties: request.properties,
      });
    },
    async deleteOutside(region, stackName, logicalId) {
      const { handler, request } = find(region, stackName, logicalId);
      await handler.delete(request);
    },
  };
}

function updateOf({ type, update }: ResourceType): NonNullable<ResourceType['update']> {
  if (update === undefined) throw new Error(`The sandbox cannot change resources of type ${type} in place.`);
  return update;
}

function requestFor(
  world: AwsWorld,
  region: string,
  { id, name }: { id: string; name: string },
  { logicalId, properties, stackTags, state }: StackResource & { state: { physicalId: string } },
) {
  return {
    ...{ world, region, stackName: name, stackId: id, logicalId },
    ...{ physicalId: state.physicalId, stackTags: { ...stackTags }, properties: structuredClone(properties) },
  };
}
