/**
 * Counts what is being done right now. A job that waits for a review, or a run that waits in a concurrency group, is not
 * being done: a runner with nothing but such jobs is idle.
 */
export type Work = {
  /** Something begins. @returns the function that says it has ended */
  begin(): () => void;
  /** Resolves when nothing is being done. */
  quiet(): Promise<void>;
  readonly busy: boolean;
};

export function createWork(): Work {
  let count = 0;
  const waiting: (() => void)[] = [];
  const end = (): void => {
    count -= 1;
    if (count === 0) for (const resume of waiting.splice(0)) resume();
  };
  return {
    begin() {
      count += 1;
      let ended = false;
      return () => {
        if (!ended) end();
        ended = true;
      };
    },
    quiet: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    get busy() {
      return count > 0;
    },
  };
}

/** Resolves when all that promises can still bring about has happened. */
export async function afterTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
