import { diagnoseWords } from '../diagnosis/diagnose.ts';
import type { CloudFormation, StackResource, StackState } from '../ports/cloudformation.ts';

/** The update of a resource that was stopped because of another one: CloudFormation does not skip it. */
const cancelled = /cancell?ed/i;

/**
 * The resources that CloudFormation can skip when it continues the rollback of an update: those in UPDATE_FAILED because
 * their rollback failed, not because an update was cancelled (API reference, ContinueUpdateRollback, `ResourcesToSkip`).
 * @param state of a stack in UPDATE_ROLLBACK_FAILED
 */
export async function stuckResources(
  { id }: Pick<StackState, 'id'>,
  cloudFormation: Pick<CloudFormation, 'listResources'>,
): Promise<StackResource[]> {
  const resources = await cloudFormation.listResources(id);
  return resources.filter(({ status, reason = '' }) => status === 'UPDATE_FAILED' && !cancelled.test(reason));
}

/** For people: each stuck resource with CloudFormation's words. */
export function describeStuck(resources: readonly StackResource[]): string {
  return resources
    .map(({ logicalId, type, reason }) => {
      const { said } = diagnoseWords(reason ?? '');
      return `${logicalId} (${type})${said === '' ? '' : `: ${said}`}`;
    })
    .join('; ');
}
