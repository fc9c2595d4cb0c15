import type { Deployment } from '../deployment/deployment.ts';
import { physicalName } from '../deployment/names.ts';
import type { LogGroups } from '../ports/aws-ports.ts';
import type { StackKind } from '../stacks/stack.ts';

/** The log groups that a teardown keeps, by the stack whose template declares them. */
const logGroupIds: Partial<Record<StackKind, string>> = {
  container: 'log-images',
  cluster: 'log-eks',
  cognito: 'log-sign-up',
  jupyterhub: 'log-hub',
};

/** Stacks whose log group comes and goes while they live: that of sign-ups is there only while people may sign up. */
const changing: ReadonlySet<StackKind> = new Set(['cognito']);

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
  const id = isNew || changing.has(kind) ? logGroupIds[kind] : undefined;
  return id !== undefined && (await logGroups.find(physicalName(deployment, id))) !== undefined;
}
