import type { WorkflowEvent } from '../workflow-event.ts';

/** Gives events to listeners in order, without making the request that caused them wait. */
export type EventBus = {
  emit(event: WorkflowEvent): void;
  subscribe(listener: (event: WorkflowEvent) => void | Promise<void>): () => void;
  /** Work that will still emit events, such as a push being received. Its failure reaches `settle`. */
  track(work: Promise<unknown>): void;
  /** Resolves when nothing is under way; rejects with the first failure since the last call. */
  settle(): Promise<void>;
};

export function createEventBus(): EventBus {
  const listeners = new Set<(event: WorkflowEvent) => void | Promise<void>>();
  const pending = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const track = (work: Promise<unknown>): void => {
    const tracked = work
      .then(
        () => undefined,
        (error: unknown) => {
          failures.push(error);
        },
      )
      .finally(() => pending.delete(tracked));
    pending.add(tracked);
  };

  return {
    track,
    emit(event) {
      for (const listener of listeners) track(new Promise((resolve) => resolve(listener(event))));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async settle() {
      while (pending.size > 0) await Promise.all(pending);
      if (failures.length > 0) throw failures.splice(0)[0];
    },
  };
}
