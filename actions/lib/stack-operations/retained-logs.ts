import type { Deployment } from '../deployment/deployment.ts';
import { physicalName } from '../deployment/names.ts';
import type { LogGroups } from '../ports/aws-ports.ts';
import { stackDefinitions } from '../stacks/catalogue.ts';
import type { StackKind } from '../stacks/stack.ts';

/**
 * True when an earlier life of the deployment, or of a part of it, has left a log group that the stack may be about to make.
 * CloudFormation then has to take it over (CreateChangeSet, ImportExistingResources), or it would refuse the name as taken.
 * @param isNew whether the stack is to be created
 */
export async function hasRetainedLogs(
  kind: StackKind,
  isNew: boolean,
  deployment: Deployment,
  logGroups: Pick<LogGroups, 'find'>,
): Promise<boolean> {
  const { logGroups: made, inLife } = stackDefinitions[kind].makes;
  if (!isNew && inLife !== true) return false;
  const found = await Promise.all(made.map((id) => logGroups.find(physicalName(deployment, id))));
  return found.some((group) => group !== undefined);
}
