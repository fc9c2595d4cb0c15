import type { AwsError } from './service.ts';

/** What a faulty call does instead of being served, or, for a delay, before it. */
export type Fault =
  | { kind: 'error'; error: AwsError }
  /** Real seconds, because the client's time-outs run in real time. */
  | { kind: 'delay'; seconds: number }
  /** Closes the connection without an answer, before the operation runs. */
  | { kind: 'drop' }
  /** Runs the operation, then closes the connection: the client cannot know what happened. */
  | { kind: 'lost-answer' };

export type FaultOrder = {
  /** Signing name of the service, e.g. `cloudformation`. */
  service: string;
  /** All operations of the service when absent. */
  operation?: string;
  /** How many calls are hit; default 1. */
  times?: number;
  /** So many matching calls are served first; default 0. */
  after?: number;
  fault: Fault;
};

/** Failures that a test asks for. */
export type Faults = {
  inject(order: FaultOrder): void;
  /** The fault that hits this call; counts it. */
  next(service: string, operation: string): Fault | undefined;
  /** Removes all orders. */
  clear(): void;
  /** Calls that a fault has hit so far. */
  readonly hits: number;
};

/** Makes an empty list of faults. Of several orders that match a call, the oldest that is not used up hits it. */
export function createFaults(): Faults {
  let orders: { order: FaultOrder; skip: number; left: number }[] = [];
  let hits = 0;
  return {
    inject(order) {
      orders.push({ order, skip: order.after ?? 0, left: order.times ?? 1 });
    },
    next(service, operation) {
      const match = orders.find(
        ({ order, left }) =>
          left > 0 && order.service === service && (order.operation === undefined || order.operation === operation),
      );
      if (!match) return undefined;
      if (match.skip > 0) {
        match.skip -= 1;
        return undefined;
      }
      match.left -= 1;
      hits += 1;
      return match.order.fault;
    },
    clear() {
      orders = [];
    },
    get hits() {
      return hits;
    },
  };
}
