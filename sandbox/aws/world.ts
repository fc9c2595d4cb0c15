import type { VirtualClock } from '../clock.ts';

/**
 * One AWS account as the sandbox knows it: a place where every service keeps its own state per region, and a bus on
 * which services tell each other what happened (as EventBridge does in AWS).
 */
export type AwsWorld = {
  /** 12 digits. */
  readonly accountId: string;
  readonly clock: VirtualClock;
  /** The state of one service in one region, made on first use. Services export the key, never a global. */
  state<T>(key: StateKey<T>, region: string): T;
  /** The account as it is now, which does not change any more; its clock stands still. */
  snapshot(): AwsWorld;
  /** Publishes an event; subscribers run in order, and a subscriber's failure reaches the publisher. */
  publish(event: AwsEvent): Promise<void>;
  subscribe(listener: AwsEventListener): void;
  /** Keeps work that outlives a request (a stack operation, a build), so that `settle` can wait for it. */
  background(work: Promise<unknown>): void;
  /** Resolves when no background work is left. */
  settle(): Promise<void>;
  /** Aborted when the sandbox closes; every background wait observes it. */
  readonly closing: AbortSignal;
  /** Loopback URL of the AWS endpoint; set once the server listens. Builds pass it on as `AWS_ENDPOINT_URL`. */
  endpointUrl: string;
  /** A scratch folder for bare repositories, build checkouts and the like; removed when the sandbox closes. */
  readonly folder: string;
};

/** Names a service's state and makes an empty one. Services with global state use the region `GLOBAL`. */
export type StateKey<T> = { readonly id: string; readonly create: (world: AwsWorld, region: string) => T };

/** The region under which global services (IAM, STS, Cost Explorer, S3 bucket names) keep their state. */
export const GLOBAL = 'aws-global';

/** An event as on the default EventBridge bus: `source`, `detail-type`, `detail`, `resources`. */
export type AwsEvent = {
  source: string;
  detailType: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
};
export type AwsEventListener = (event: AwsEvent) => void | Promise<void>;

/** @param options.folder an existing empty folder that the world may fill */
export function createWorld(options: { accountId: string; clock: VirtualClock; folder: string }): AwsWorld & {
  close(): void;
} {
  const states = new Map<string, unknown>();
  const listeners: AwsEventListener[] = [];
  const pending = new Set<Promise<unknown>>();
  const closing = new AbortController();

  const world: AwsWorld & { close(): void } = {
    accountId: options.accountId,
    clock: options.clock,
    folder: options.folder,
    endpointUrl: '',
    closing: closing.signal,
    state<T>(key: StateKey<T>, region: string): T {
      const id = `${region}/${key.id}`;
      if (!states.has(id)) states.set(id, key.create(world, region));
      return states.get(id) as T;
    },
    snapshot() {
      const [at, past] = [options.clock.now(), copyOf(states)];
      const clock = { ...options.clock, now: () => at };
      const frozen: AwsWorld = {
        ...world,
        clock,
        state<T>(key: StateKey<T>, region: string): T {
          const id = `${region}/${key.id}`;
          if (!past.has(id)) past.set(id, key.create(frozen, region));
          return past.get(id) as T;
        },
      };
      return frozen;
    },
    async publish(event) {
      for (const listener of listeners) await listener(event);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
    background(work) {
      const tracked = work
        .catch((error: unknown) => {
          if (!closing.signal.aborted) throw error;
        })
        .finally(() => pending.delete(tracked));
      pending.add(tracked);
    },
    async settle() {
      while (pending.size > 0) await Promise.all(pending);
    },
    close() {
      closing.abort(new Error('The sandbox is closing.'));
    },
  };
  return world;
}

/** A deep copy of lists, maps, sets and plain objects; everything else (texts, bytes, dates, functions) is shared. */
function copyOf<T>(value: T, copies = new Map<unknown, unknown>()): T {
  if (typeof value !== 'object' || value === null) return value;
  const earlier = copies.get(value);
  if (earlier !== undefined) return earlier as T;
  const keep = <C>(copy: C): C => {
    copies.set(value, copy);
    return copy;
  };
  if (Array.isArray(value)) {
    const list = keep<unknown[]>([]);
    for (const each of value) list.push(copyOf(each, copies));
    return list as T;
  }
  if (value instanceof Map) {
    const map = keep(new Map());
    for (const [key, each] of value) map.set(key, copyOf(each, copies));
    return map as T;
  }
  if (value instanceof Set) {
    const set = keep(new Set());
    for (const each of value) set.add(copyOf(each, copies));
    return set as T;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const object = keep<Record<string, unknown>>({});
  for (const [key, each] of Object.entries(value)) object[key] = copyOf(each, copies);
  return object as T;
}
