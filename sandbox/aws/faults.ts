import type { AwsError } from './service.ts';
import type { AwsWorld } from './world.ts';

/** What a faulty call does instead of being served, or, for a delay, before it. */
export type Fault =
  | { kind: 'error'; error: AwsError }
  /** The service's own answer to too many calls, which SDKs repeat. */
  | { kind: 'throttled' }
  /** The service's own 5xx. */
  | { kind: 'unavailable' }
  /** The service's own refusal, as when no policy allows what the call needs. */
  | { kind: 'denied' }
  /** The caller's credentials are over: for this call and for every later one with them. */
  | { kind: 'expired' }
  /** A reading call that does not know yet of the service's latest change, nor of what came of it since. Others are served. */
  | { kind: 'stale' }
  /** Real seconds, because the client's time-outs run in real time. */
  | { kind: 'delay'; seconds: number }
  /** Closes the connection without an answer, before the operation runs. */
  | { kind: 'drop' }
  /** Runs the operation, then closes the connection: the client cannot know what happened. */
  | { kind: 'lost-answer' }
  /** Ends the client before the operation runs or after it, e.g. `() => child.kill('SIGKILL')`, and closes the connection. */
  | { kind: 'killed'; kill: () => void; when: 'before' | 'after' };

export type FaultOrder = {
  /** Signing name of the service, e.g. `cloudformation`; of every service when absent. */
  service?: string;
  /** All operations when absent. */
  operation?: string;
  /** Name of the role whose sessions are hit; everybody when absent. */
  role?: string;
  /** How many calls are hit; default 1. */
  times?: number;
  /** Instead of `times`: all calls for so many virtual seconds, from the first one that is hit. */
  seconds?: number;
  /** So many matching calls are served first; default 0. */
  after?: number;
  fault: Fault;
};

/** A call that may be hit. */
type FaultyCall = { service: string; operation: string; role: string | undefined };

/** A fault that hits, with the world that a stale reader sees. */
export type Hit = Exclude<Fault, { kind: 'stale' }> | { kind: 'stale'; past: AwsWorld };

/** Failures that a test asks for. */
export type Faults = {
  inject(order: FaultOrder): void;
  /** The fault that hits this call; counts it. Call it for every call, before it is served. */
  next(call: FaultyCall): Hit | undefined;
  /** Removes all orders. */
  clear(): void;
  /** Calls that a fault has hit so far. */
  readonly hits: number;
};

/** Operations that only read, by AWS's names for them. */
const reading = /^(BatchGet|Describe|Filter|Get|Head|List|Lookup|Search|Simulate|Validate)/;

export const isRead = (operation: string): boolean => reading.test(operation);

type Pending = { order: FaultOrder; skip: number; left: number; until: number | undefined; past: AwsWorld | undefined };

/**
 * Makes an empty list of faults. Of several orders that match a call, the oldest that is not used up hits it.
 * @param world is kept as it is now for whoever reads it later; its clock ends orders
 */
export function createFaults(world: Pick<AwsWorld, 'snapshot' | 'clock'>): Faults {
  let orders: Pending[] = [];
  let hits = 0;
  return {
    inject(order) {
      const past = order.fault.kind === 'stale' ? world.snapshot() : undefined;
      const left = order.seconds === undefined ? (order.times ?? 1) : Number.POSITIVE_INFINITY;
      orders.push({ order, skip: order.after ?? 0, left, until: undefined, past });
    },
    next(call) {
      const onlyReads = isRead(call.operation);
      const at = world.clock.now().getTime();
      const waiting = orders.filter(({ left, until }) => left > 0 && (until === undefined || at < until));
      if (!onlyReads) {
        const stale = waiting.filter(({ order }) => order.fault.kind === 'stale' && isOf(order, call));
        const past = stale.length > 0 ? world.snapshot() : undefined;
        for (const each of stale) each.past = past;
      }
      const match = waiting.find(
        ({ order }) =>
          isOf(order, call) &&
          (order.operation === undefined || order.operation === call.operation) &&
          (order.fault.kind !== 'stale' || onlyReads),
      );
      if (!match) return undefined;
      if (match.skip > 0) {
        match.skip -= 1;
        return undefined;
      }
      match.left -= 1;
      if (match.order.seconds !== undefined) match.until ??= at + match.order.seconds * 1_000;
      hits += 1;
      const { fault } = match.order;
      return fault.kind === 'stale' ? { kind: 'stale', past: match.past ?? world.snapshot() } : fault;
    },
    clear() {
      orders = [];
    },
    get hits() {
      return hits;
    },
  };
}

const isOf = ({ service, role }: FaultOrder, call: FaultyCall): boolean =>
  (service === undefined || service === call.service) && (role === undefined || role === call.role);
