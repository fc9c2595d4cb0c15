import { membersRead } from '../members/members-read.ts';
import type { CallContext, ServiceModule } from '../service.ts';
import type { CloudFormationOptions, Engine } from './engine.ts';
import { changeSetOperations } from './operations-change-sets.ts';
import { describeOperations } from './operations-describe.ts';
import { driftOperations } from './operations-drift.ts';
import { eventOperations } from './operations-events.ts';
import { rollbackOperations } from './operations-rollback.ts';
import { stackOperations } from './operations-stacks.ts';
import { templateOperations } from './operations-templates.ts';
import type { ResourceType } from './resource-type.ts';

/**
 * CloudFormation, API version 2010-05-15: stacks, change sets, events and templates, imitated from the API reference
 * and the user guide. Dynamic references (`{{resolve:…}}`) reach the resource handlers as they are written.
 *
 * @param resourceTypes what stacks can contain; a template with any other type is refused
 * @throws Error when two handlers claim the same type
 */
export function createCloudFormationService(
  resourceTypes: readonly ResourceType[],
  options: CloudFormationOptions = {},
): ServiceModule {
  const byType = new Map<string, ResourceType>();
  for (const resourceType of resourceTypes) {
    if (byType.has(resourceType.type)) throw new Error(`There are two handlers for ${resourceType.type}.`);
    byType.set(resourceType.type, resourceType);
  }
  const engineOf = ({ world, region, principal }: CallContext): Engine => ({
    ...{ world, region, resourceTypes: byType, options },
    caller: principal,
  });
  return {
    signingName: 'cloudformation',
    protocol: 'query',
    xmlNamespace: '2010-05-15',
    loadClient: async () => ({ ...(await import('@aws-sdk/client-cloudformation')) }),
    members: membersRead('cloudformation'),
    operations: {
      ...stackOperations(engineOf),
      ...describeOperations(engineOf),
      ...eventOperations(engineOf),
      ...templateOperations(engineOf),
      ...changeSetOperations(engineOf),
      ...rollbackOperations(engineOf),
      ...driftOperations(engineOf),
    },
  };
}
