import { describe, expect, it } from 'vitest';
import { toFailure } from '../failure.ts';
import type { Clock } from '../ports/clock.ts';
import { FakeRecords } from '../ports/test/fake-records.ts';
import { type LockHolder, lockHolder, whileLocked } from './lock.ts';
import { lockKey } from './record-keys.ts';

const start = Date.parse('2026-11-23T13:00:00Z');

/** Time goes on only when a test says so; whoever sleeps waits for that. */
function steppedClock() {
  let now = start;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  const clock: Clock = {
    now: () => new Date(now),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
        if (signal?.aborted) reject(signal.reason);
      }),
  };
  return {
    clock,
    async advance(milliseconds: number) {
      now += milliseconds;
      for (const sleeper of [...sleepers]) {
        if (sleeper.at > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    },
  };
}

function scene() {
  const time = steppedClock();
  const records = new FakeRecords(() => time.clock.now());
  const said: string[] = [];
  const reporter = {
    info: (message: string) => void said.push(message),
    warning: (message: string) => void said.push(`warning: ${message}`),
    diagnostic: () => undefined,
    summary: () => undefined,
    secret: () => undefined,
  };
  const locked = <T>(holder: LockHolder, work: (signal: AbortSignal) => Promise<T>, minutes = 60): Promise<T> => {
    const deadline = new Date(start + minutes * 60_000);
    const patience = { clock: time.clock, pollMilliseconds: 5000, deadline };
    return whileLocked({ records, deployment: 'sar', holder, patience, reporter }, work);
  };
  return { time, records, said, locked };
}

const first: LockHolder = { run: '100', attempt: 1, verb: 'deploy' };
const second: LockHolder = { run: '200', attempt: 1, verb: 'destroy' };

/** A promise to be settled from outside. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe('the lock of a deployment', () => {
  it('lets one run work at a time, and the other one when the first has ended', async () => {
    const { time, locked, said } = scene();
    const order: string[] = [];
    const done = gate();
    const one = locked(first, async () => {
      order.push('first begins');
      await done.opened;
      order.push('first ends');
    });
    await time.advance(0);
    const two = locked(second, async () => void order.push('second'));
    await time.advance(5000);
    await time.advance(5000);
    expect(order).toEqual(['first begins']);
    done.open();
    await one;
    await time.advance(5000);
    await two;
    expect(order).toEqual(['first begins', 'first ends', 'second']);
    expect(said).toEqual(['Waiting for the deploy of sar in run 100.']);
  });

  it('is renewed for as long as the work takes', async () => {
    const { time, records, locked } = scene();
    const done = gate();
    const one = locked(first, () => done.opened, 600);
    for (let minutes = 0; minutes < 40; minutes += 1) await time.advance(60_000);
    expect(await lockHolder(records, 'sar', time.clock.now())).toEqual(first);
    done.open();
    await one;
    expect(await lockHolder(records, 'sar', time.clock.now())).toBeUndefined();
  });

  it('of a run that died is free after ten minutes', async () => {
    const { time, records, locked } = scene();
    const until = new Date(start + 10 * 60_000).toISOString();
    records.put(lockKey('sar'), JSON.stringify({ ...first, until, released: false }));
    const failure = await Promise.race([locked(second, async () => 'worked', 0).catch(toFailure), time.advance(0)]);
    expect(failure).toMatchObject({ code: 'DeadlineReached' });
    await time.advance(10 * 60_000);
    expect(await locked(second, async () => 'worked')).toBe('worked');
  });

  it('is taken up again by another attempt of the same run', async () => {
    const { records, locked } = scene();
    const until = new Date(start + 10 * 60_000).toISOString();
    records.put(lockKey('sar'), JSON.stringify({ ...first, until, released: false }));
    expect(await locked({ ...first, attempt: 2 }, async () => 'worked')).toBe('worked');
  });

  it('stops the work when somebody else has written it meanwhile, whatever the work says', async () => {
    const { time, records, locked } = scene();
    const result = locked(first, (signal) => {
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve('looks fine')));
    }).catch(toFailure);
    await time.advance(0);
    records.put(lockKey('sar'), JSON.stringify({ ...second, until: '2027-01-01T00:00:00.000Z', released: false }));
    await time.advance(3 * 60_000);
    expect(await result).toMatchObject({ code: 'LockLost' });
    // Not released for the one who has it now.
    expect(await lockHolder(records, 'sar', time.clock.now())).toEqual(second);
  });

  it('with content that no run writes is held by nobody knows whom: neither taken nor called free', async () => {
    const { records, locked, time } = scene();
    for (const body of ['', 'null', '{}', '[1]', JSON.stringify({ ...first, until: 'soon', released: false })]) {
      records.put(lockKey('sar'), body);
      expect(await locked(second, async () => 'worked').catch(toFailure)).toMatchObject({ code: 'LockMalformed' });
      expect(await lockHolder(records, 'sar', time.clock.now()).catch(toFailure)).toMatchObject({
        code: 'LockMalformed',
      });
    }
  });

  it('is released when the work fails, and the work’s failure is told', async () => {
    const { records, locked, time } = scene();
    const failing = locked(first, async () => {
      throw new Error('the work');
    });
    await expect(failing).rejects.toThrow('the work');
    expect(await lockHolder(records, 'sar', time.clock.now())).toBeUndefined();
  });
});
