import { recordFailure } from '../engine/step-record.ts';
import { Failure } from '../failure.ts';
import type { Presence } from '../ports/aws-ports.ts';
import { isOf } from '../resources/resource-types.ts';
import type { InventoryItem } from './inventory.ts';
import type {
  GoneResource,
  LeftoverResource,
  ReceiptResource,
  RetainedResource,
  UnverifiedResource,
} from './receipt.ts';
import type { Retention } from './retention.ts';

/** What was found out about one item of the inventory. */
export type Finding = {
  item: InventoryItem;
  /** What its own service says, or the failure to ask. */
  presence: Presence | Failure;
  /** CloudFormation's last word on it, e.g. `DELETE_COMPLETE`; absent outside of stacks. */
  stackStatus?: string;
  retention?: Retention;
};

export type Verdict =
  | { kind: 'gone'; resource: GoneResource }
  | { kind: 'retained'; resource: RetainedResource }
  | { kind: 'leftover'; resource: LeftoverResource }
  | { kind: 'unverified'; resource: UnverifiedResource };

/**
 * The verdict on one resource. Whatever is there must have a rule that keeps it; what nobody can be asked about is taken
 * for gone only when CloudFormation says that it deleted it.
 */
export function verdictOf({ item, presence, stackStatus, retention }: Finding): Verdict {
  const resource: ReceiptResource = { arn: item.arn, type: item.type, foundIn: item.foundIn };
  if (presence instanceof Failure) {
    return { kind: 'unverified', resource: { ...resource, failure: recordFailure(presence) } };
  }
  switch (presence) {
    case 'gone':
      return { kind: 'gone', resource: { ...resource, confirmedBy: 'service' } };
    case 'unverifiable':
      if (stackStatus === 'DELETE_COMPLETE') return { kind: 'gone', resource: { ...resource, confirmedBy: 'stack' } };
      if (retention !== undefined) return { kind: 'retained', resource: { ...resource, ...retention } };
      return { kind: 'unverified', resource: { ...resource, failure: recordFailure(notAskable(item)) } };
    case 'exists':
    case 'going':
      if (retention !== undefined) return { kind: 'retained', resource: { ...resource, ...retention } };
      return { kind: 'leftover', resource: { ...resource, ...explain(item, presence, stackStatus) } };
  }
}

function explain(
  item: InventoryItem,
  presence: 'exists' | 'going',
  stackStatus: string | undefined,
): { reason: string; hint: string } {
  if (presence === 'going') {
    return { reason: 'AWS is still deleting it.', hint: 'Run the teardown again in a few minutes.' };
  }
  if (stackStatus === 'DELETE_FAILED') {
    return {
      reason: `CloudFormation could not delete it with stack ${item.foundIn}.`,
      hint: 'The failed step says why; remove what holds it and run the teardown again.',
    };
  }
  if (stackStatus === 'DELETE_COMPLETE' || stackStatus === 'DELETE_SKIPPED') {
    return {
      reason: `Stack ${item.foundIn} is deleted, but its service still has it.`,
      hint: 'The stack kept it by its deletion policy, or it was made again. Delete it by hand, then run again.',
    };
  }
  if (isOf(item.type, 'data', 'stacks')) {
    return { reason: 'The stack is not deleted.', hint: 'The failed step says why; run the teardown again.' };
  }
  if (stackStatus !== undefined) {
    return { reason: `Stack ${item.foundIn} still has it.`, hint: 'Run the teardown again.' };
  }
  return {
    reason: `It was found by its ${item.foundIn === 'names' ? 'name' : 'tags'} and no rule keeps it.`,
    hint: 'If it belongs to the deployment, delete it; otherwise take the tag or name off it. Then run again.',
  };
}

function notAskable({ type }: InventoryItem): Failure {
  return new Failure({
    code: 'NoVerifier',
    source: 'product',
    message: `Nobody can tell whether this ${type} is gone: its service is not asked, and no deleted stack lists it.`,
    hint: 'Look for it in the console.',
  });
}
