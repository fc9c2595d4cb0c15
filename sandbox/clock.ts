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
