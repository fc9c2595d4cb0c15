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
