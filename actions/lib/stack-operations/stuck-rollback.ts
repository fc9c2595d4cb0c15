import { diagnoseWords } from '../diagnosis/diagnose.ts';
import type { CloudFormation, StackEvent, StackResource, StackState } from '../ports/cloudformation.ts';

/** A resource on which the rollback of an update is stuck, and what CloudFormation says about it. */
export type StuckResource = StackResource & { reason: string };

/** The update of a resource that was stopped because of another one: CloudFormation does not skip it. */
const cancelled = /cancell?ed/i;

/**
 * The resources that CloudFormation can skip when it continues the rollback of an update: those in UPDATE_FAILED because
 * their rollback failed, not because an update was cancelled (API reference, ContinueUpdateRollback, `ResourcesToSkip`).
 * @param state of a stack in UPDATE_ROLLBACK_FAILED
 */
export async function stuckResources(
  { id }: Pick<StackState, 'id'>,
  cloudFormation: Pick<CloudFormation, 'listResources' | 'lastOperationEvents'>,
): Promise<StuckResource[]> {
  const failed = (await cloudFormation.listResources(id)).filter(({ status }) => status === 'UPDATE_FAILED');
  if (failed.length === 0) return [];
  const events = await cloudFormation.lastOperationEvents(id);
  return failed
    .map((resource) => ({ ...resource, reason: reasonOf(resource, events) }))
    .filter(({ reason }) => !cancelled.test(reason));
}

/** For people: each stuck resource with CloudFormation's words. */
export function describeStuck(resources: readonly StuckResource[]): string {
  return resources
    .map(({ logicalId, type, reason }) => {
      const { said } = diagnoseWords(reason);
      return `${logicalId} (${type})${said === '' ? '' : `: ${said}`}`;
    })
    .join('; ');
}

function reasonOf({ logicalId }: StackResource, events: readonly StackEvent[]): string {
  const last = events.findLast((event) => event.logicalId === logicalId && event.status === 'UPDATE_FAILED');
  return last?.reason ?? '';
}
