import type { StackEvent } from '../ports/cloudformation.ts';

/** When the work on one resource began and ended; ISO 8601, by AWS's clock. */
export type ResourceTimes = {
  logicalId: string;
  type: string;
  /** The last one, e.g. `CREATE_COMPLETE`. */
  status: string;
  startedAt: string;
  finishedAt: string;
};

/**
 * When the work on each resource began and ended, from the events of one operation.
 * @param events oldest first; those of the stack itself are left out
 */
export function resourceTimes(events: readonly StackEvent[]): ResourceTimes[] {
  const times = new Map<string, ResourceTimes>();
  for (const { logicalId, type, status, at } of events) {
    if (type === 'AWS::CloudFormation::Stack') continue;
    const known = times.get(logicalId);
    if (known === undefined) {
      times.set(logicalId, { logicalId, type, status, startedAt: at.toISOString(), finishedAt: at.toISOString() });
    } else {
      known.status = status;
      known.finishedAt = at.toISOString();
    }
  }
  return [...times.values()];
}

/** AWS's times of the first and last event of an operation. */
export function operationTimes(events: readonly StackEvent[]): { startedAt: Date; finishedAt: Date } | undefined {
  const first = events[0];
  const last = events.at(-1);
  return first === undefined || last === undefined ? undefined : { startedAt: first.at, finishedAt: last.at };
}
