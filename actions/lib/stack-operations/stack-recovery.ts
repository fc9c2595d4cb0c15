/**
 * What to do with a stack in the state it is found in, to get it to its declared state:
 * - `create`: there is none;
 * - `update`: it can be updated, or is already as declared;
 * - `wait`: CloudFormation is at work; look again when it has finished;
 * - `remove`: a stack that never came to be; it holds nothing of value and only deletion is possible. Then create;
 * - `continue rollback`: a failed update's rollback is stuck; CloudFormation tries it again. Then update;
 * - `refuse`: nothing that a program may decide.
 */
export type WayForward =
  | { kind: 'create' }
  | { kind: 'update' }
  | { kind: 'wait' }
  | { kind: 'remove'; why: string }
  | { kind: 'continue rollback'; why: string }
  | { kind: 'refuse'; why: string; hint: string };

/** All states of docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html (StackStatus). */
const ways: Readonly<Record<string, WayForward>> = {
  NONE: { kind: 'create' },
  DELETE_COMPLETE: { kind: 'create' },

  CREATE_COMPLETE: { kind: 'update' },
  UPDATE_COMPLETE: { kind: 'update' },
  UPDATE_ROLLBACK_COMPLETE: { kind: 'update' },
  IMPORT_COMPLETE: { kind: 'update' },
  IMPORT_ROLLBACK_COMPLETE: { kind: 'update' },
  // Left by an update that was told not to roll back; CloudFormation takes a new update from here.
  UPDATE_FAILED: { kind: 'update' },

  CREATE_IN_PROGRESS: { kind: 'wait' },
  ROLLBACK_IN_PROGRESS: { kind: 'wait' },
  DELETE_IN_PROGRESS: { kind: 'wait' },
  UPDATE_IN_PROGRESS: { kind: 'wait' },
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: { kind: 'wait' },
  UPDATE_ROLLBACK_IN_PROGRESS: { kind: 'wait' },
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: { kind: 'wait' },
  IMPORT_IN_PROGRESS: { kind: 'wait' },
  IMPORT_ROLLBACK_IN_PROGRESS: { kind: 'wait' },

  REVIEW_IN_PROGRESS: { kind: 'remove', why: 'a plan left it empty' },
  CREATE_FAILED: { kind: 'remove', why: 'its creation failed' },
  ROLLBACK_COMPLETE: { kind: 'remove', why: 'its creation failed and was rolled back' },
  ROLLBACK_FAILED: { kind: 'remove', why: 'its creation failed and could not be rolled back' },
  DELETE_FAILED: { kind: 'remove', why: 'its deletion did not finish' },

  UPDATE_ROLLBACK_FAILED: { kind: 'continue rollback', why: 'the rollback of a failed update is stuck' },

  IMPORT_ROLLBACK_FAILED: {
    kind: 'refuse',
    why: 'an import into it failed and could not be rolled back',
    hint: 'Finish the import in the CloudFormation console, then run again.',
  },
};

/**
 * @param status StackStatus, or `NONE` when there is no stack
 * @returns `refuse` for a status that CloudFormation did not have when this was written
 */
export function wayForward(status: string): WayForward {
  const way = Object.hasOwn(ways, status) ? ways[status] : undefined;
  return (
    way ?? {
      kind: 'refuse',
      why: `its state ${status} is not known to this program`,
      hint: 'Bring the stack into a *_COMPLETE state in the CloudFormation console, then run again.',
    }
  );
}

/** True when CloudFormation has stopped working on the stack. */
export function isSettled(status: string): boolean {
  return !status.endsWith('_IN_PROGRESS');
}

/** True when the last operation on the stack did what it was asked to. */
export function isGood(status: string): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE' || status === 'IMPORT_COMPLETE';
}
