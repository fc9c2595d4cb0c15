import { type Patience, pollUntil } from '../engine/poll.ts';
import { Failure, toFailure } from '../failure.ts';
import type { RecordContent, Records } from '../ports/records.ts';
import type { Reporter } from '../ports/reporter.ts';
import { lockKey, type RunIdentity } from './record-keys.ts';

/** Who changes a deployment's stacks, as the lock object says it. */
export type LockHolder = RunIdentity & { verb: 'deploy' | 'destroy' };

/** The content of a lock: whose it is, and until when if it is not renewed. */
type Lease = LockHolder & { until: string; released: boolean };

/** How long a lease counts; a run that died is over after that. */
const leaseMilliseconds = 10 * 60_000;

/** Renewed well before it ends, so that one lost request does not lose it. */
const renewMilliseconds = 3 * 60_000;

/**
 * Runs the work while nobody else changes this deployment's stacks. The lock is an object that is only ever overwritten by
 * who has read exactly its last content, so two runs never have it both; it is a lease, so a run that died frees it.
 * @param options.patience how long to wait for another run's lock
 * @param work gets a signal that is aborted when the lease is lost; it must stop then
 * @throws Failure `DeadlineReached` when another run does not finish; `LockLost` when somebody took the lease; what the work throws
 */
export async function whileLocked<T>(
  options: { records: Records; deployment: string; holder: LockHolder; patience: Patience; reporter: Reporter },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { records, deployment, patience, reporter } = options;
  const lease = { etag: await acquire(options) };
  const lost = new AbortController();
  const done = new AbortController();
  const signal = patience.signal === undefined ? lost.signal : AbortSignal.any([lost.signal, patience.signal]);
  const renewing = renew(options, lease, lost, done.signal);
  try {
    const result = await work(signal);
    if (lost.signal.aborted) throw lost.signal.reason;
    return result;
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    done.abort();
    await renewing;
    if (!lost.signal.aborted) {
      await records.replace(lockKey(deployment), leaseText(options, true), lease.etag).catch((error: unknown) => {
        // The lease ends by itself; what was done is done.
        reporter.warning(`The lock of ${deployment} could not be released: ${toFailure(error).message}`);
      });
    }
  }
}

/**
 * The same for who may not write the lock: nothing is done while a run holds it, but no run is kept from taking it.
 * @throws Failure `Locked`
 */
export async function whileFree<T>(
  { records, deployment, patience, reporter }: Parameters<typeof whileLocked>[0],
  work: () => Promise<T>,
): Promise<T> {
  const holder = await lockHolder(records, deployment, patience.clock.now());
  if (holder !== undefined) {
    throw new Failure({
      code: 'Locked',
      source: 'user',
      message: `The ${holder.verb} of run ${holder.run} is at work on ${deployment}.`,
      hint: 'Wait until it has ended, then run this again.',
    });
  }
  reporter.warning(
    `Nothing keeps a workflow from working on ${deployment} at the same time, and nothing of this is recorded.`,
  );
  return await work();
}

/** Who holds the lock now, for plans, which wait for nobody. Undefined when nobody does. */
export async function lockHolder(records: Records, deployment: string, now: Date): Promise<LockHolder | undefined> {
  return holderOf(await records.read(lockKey(deployment)), now);
}

async function acquire(options: Parameters<typeof whileLocked>[0]): Promise<string> {
  const { records, deployment, holder, patience, reporter } = options;
  let told = false;
  return await pollUntil(`the lock of ${deployment}`, patience, async () => {
    const found = await records.read(lockKey(deployment));
    const other = holderOf(found, patience.clock.now());
    // The same run goes on with its own lock, as after a step that was cut short; an older attempt of it has ended.
    if (other !== undefined && other.run !== holder.run) {
      if (!told) reporter.info(`Waiting for the ${other.verb} of ${deployment} in run ${other.run}.`);
      told = true;
      return undefined;
    }
    try {
      return { value: await records.replace(lockKey(deployment), leaseText(options, false), found?.etag) };
    } catch (error) {
      if (toFailure(error).code !== 'RecordChanged') throw error;
      return undefined;
    }
  });
}

async function renew(
  options: Parameters<typeof whileLocked>[0],
  lease: { etag: string },
  lost: AbortController,
  done: AbortSignal,
): Promise<void> {
  const { records, deployment, patience, reporter } = options;
  for (;;) {
    try {
      await patience.clock.sleep(renewMilliseconds, done);
    } catch {
      return;
    }
    try {
      lease.etag = await records.replace(lockKey(deployment), leaseText(options, false), lease.etag);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'RecordChanged') {
        lost.abort(lockLost(deployment, failure));
        return;
      }
      // Tried again at the next turn; the lease outlives two of them.
      reporter.warning(`The lock of ${deployment} could not be renewed: ${failure.message}`);
    }
  }
}

function leaseText({ holder, patience }: Parameters<typeof whileLocked>[0], released: boolean): string {
  const { run, attempt, verb } = holder;
  const until = new Date(patience.clock.now().getTime() + leaseMilliseconds).toISOString();
  return JSON.stringify({ run, attempt, verb, until, released } satisfies Lease);
}

/** A lock that cannot be read is held by an unknown run: never taken for free. */
function holderOf(found: RecordContent | undefined, now: Date): LockHolder | undefined {
  if (found === undefined) return undefined;
  const lease = parseLease(found.body);
  if (lease === undefined) {
    throw new Failure({
      code: 'LockMalformed',
      source: 'product',
      message: `The lock ${found.key} has content that no run of this program writes.`,
      hint: 'Look who wrote it, then delete that object as an administrator of the account.',
    });
  }
  if (lease.released || Date.parse(lease.until) <= now.getTime()) return undefined;
  return { run: lease.run, attempt: lease.attempt, verb: lease.verb };
}

function parseLease(body: string): Lease | undefined {
  let value: Partial<Lease>;
  try {
    value = JSON.parse(body) as Partial<Lease>;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { run, attempt, verb, until, released } = value;
  if (typeof run !== 'string' || typeof attempt !== 'number' || typeof released !== 'boolean') return undefined;
  if ((verb !== 'deploy' && verb !== 'destroy') || typeof until !== 'string' || Number.isNaN(Date.parse(until))) {
    return undefined;
  }
  return { run, attempt, verb, until, released };
}

function lockLost(deployment: string, cause: Failure): Failure {
  return new Failure({
    code: 'LockLost',
    source: 'aws',
    message: `Another run took the lock of ${deployment} while this one worked.`,
    hint: 'Look at the other run; then start this one again.',
    cause,
  });
}
