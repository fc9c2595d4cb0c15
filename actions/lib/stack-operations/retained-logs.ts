import type { Deployment } from '../deployment/deployment.ts';
import { physicalName } from '../deployment/names.ts';
import type { LogGroups } from '../ports/log-groups.ts';
import type { StackKind } from '../stacks/stack.ts';

/** The log groups that a teardown keeps, by the stack whose template declares them. */
const logGroupIds: Partial<Record<StackKind, string>> = {
  container: 'log-images',
  cluster: 'log-eks',
  jupyterhub: 'log-hub',
};

/**
 * True when an earlier life of the deployment has left a log group that the stack is about to make. CloudFormation then
 * has to take it over (CreateChangeSet, ImportExistingResources), or it would refuse the name as taken.
 */
export async function hasRetainedLogs(
  kind: StackKind,
  deployment: Deployment,
  logGroups: Pick<LogGroups, 'find'>,
): Promise<boolean> {
  const id = logGroupIds[kind];
  return id !== undefined && (await logGroups.find(physicalName(deployment, id))) !== undefined;
}
