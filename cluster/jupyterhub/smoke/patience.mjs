// Waiting that ends: with a deadline, and at once when the test is told to stop.
import { setTimeout as sleep } from 'node:timers/promises';

const pause = Number(process.env.SMOKE_POLL_SECONDS ?? 5) * 1000;

/** Neither yes nor no: whoever was asked is restarting or busy, and is asked again. */
export class Again extends Error {
  name = 'Again';
}

/** Whoever was asked had nothing to say all the time; that is no verdict on what the question was about. */
export class NoAnswer extends Error {
  name = 'NoAnswer';
}

/**
 * Calls `probe` until it returns something. What throws {@link Again} is asked again, anything else ends it.
 * @throws NoAnswer when the last answer before the deadline was none; Error when it only was not so far yet
 */
export async function until(what, milliseconds, probe, signal) {
  const deadline = Date.now() + milliseconds;
  let silence;
  do {
    signal?.throwIfAborted();
    try {
      const found = await probe();
      if (found !== undefined) return found;
      silence = undefined;
    } catch (error) {
      if (!(error instanceof Again)) throw error;
      silence = error;
    }
    await sleep(pause, undefined, { signal });
  } while (Date.now() < deadline);
  const limit = `${milliseconds / 1000} s`;
  if (silence !== undefined) throw new NoAnswer(`${what}: no answer within ${limit}, at the end ${silence.message}`);
  throw new Error(`${what} took longer than ${limit}.`);
}
