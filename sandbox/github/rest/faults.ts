import type { ServedOperation } from '../openapi/served-operations.ts';
import { ApiError } from './api-error.ts';

/** A failure that GitHub is to answer with, as on a bad day. */
export type Fault = {
  operation: ServedOperation;
  /** e.g. 502, or 429 for the secondary rate limit. */
  status: number;
  message: string;
  /** Seconds for a `retry-after` header. */
  retryAfter?: number;
  /** How many requests fail; default 1. */
  times?: number;
  /** True: GitHub does what was asked and fails to say so, as when a gateway gives up on it. */
  afterActing?: boolean;
};

/** When a failure comes: instead of the operation, or after it. */
export type FaultMoment = 'before' | 'after';

/** Failures still to be given out. */
export type Faults = {
  add(fault: Fault): void;
  /** @throws ApiError when a failure waits for this operation at this moment; it is used up by that */
  raise(operation: ServedOperation, moment: FaultMoment): void;
};

export function createFaults(): Faults {
  const waiting: Fault[] = [];
  return {
    add: (fault) => void waiting.push({ ...fault }),
    raise(operation, moment) {
      const fault = waiting.find(
        (each) => each.operation === operation && (each.afterActing === true) === (moment === 'after'),
      );
      if (fault === undefined) return;
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times <= 0) waiting.splice(waiting.indexOf(fault), 1);
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      throw new ApiError(fault.status, fault.message, undefined, headers);
    },
  };
}
