/**
 * Time inside the sandbox. It starts at the real time and runs `scale` times as fast, so that an EKS cluster that takes
 * ten minutes in AWS takes ten seconds here at scale 60. Everything with a creation time or a duration reads this clock;
 * only signatures, tokens and credentials live in real time, because clients compute them with their own clock.
 */
export type VirtualClock = {
  /** Virtual seconds per real second, > 0. */
  readonly scale: number;
  /** The virtual time now. */
  now(): Date;
  /** Resolves after `seconds` of virtual time; rejects with the signal's reason when aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
};

/** The real time, which clients reckon with who sign requests and hold tokens and credentials. */
export const realNow = (): Date => new Date();

/**
 * @param scale virtual seconds per real second, e.g. 60: one real second is one virtual minute
 * @param start the virtual time at creation; default: the real time
 */
export function createVirtualClock(scale: number, start: Date = realNow()): VirtualClock {
  if (!(scale > 0)) throw new RangeError(`The clock's scale must be greater than 0, not ${scale}.`);
  const realStart = performance.now();
  const now = (): Date => new Date(start.getTime() + (performance.now() - realStart) * scale);
  const sleep = (seconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
        (seconds * 1000) / scale,
      );
      signal?.addEventListener('abort', abort, { once: true });
    });
  return { scale, now, sleep };
}

/** Real milliseconds between two looks of a patient clock; what it counts when nobody works is one of these. */
const LOOK_MILLISECONDS = 4;

/**
 * A clock that does not charge for the machine's own work: it goes on only while nobody computes, so that what a stand-in, the
 * sandbox or the program under test takes to compute costs no virtual time. Waiting, and nothing else, takes time on it.
 * A busy event loop is known by looks that come late, other processes by asking.
 * @param scale virtual seconds per real second in which nobody works
 * @param isBusy whether another process of interest computes at this moment
 */
export function createPatientClock(
  scale: number,
  isBusy: () => boolean,
  start: Date = realNow(),
): VirtualClock & { close(): void } {
  let virtualMilliseconds = 0;
  const sleepers = new Set<{ due: number; wake: () => void }>();
  const timer = setInterval(() => {
    if (isBusy()) return;
    virtualMilliseconds += LOOK_MILLISECONDS * scale;
    for (const sleeper of [...sleepers]) if (sleeper.due <= virtualMilliseconds) sleeper.wake();
  }, LOOK_MILLISECONDS);
  timer.unref();
  const sleep = (seconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = (settle: () => void): void => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const abort = (): void => end(() => reject(signal?.reason));
      const sleeper = { due: virtualMilliseconds + seconds * 1000, wake: () => end(resolve) };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  return {
    scale,
    now: () => new Date(start.getTime() + virtualMilliseconds),
    sleep,
    close: () => clearInterval(timer),
  };
}
