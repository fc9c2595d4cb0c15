import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPatientClock } from './clock.ts';
import { childrenCompute } from './process-activity.ts';

const start = new Date('2026-12-01T00:00:00Z');

describe('a patient clock', () => {
  let isBusy = false;
  let clock: ReturnType<typeof createPatientClock>;
  const seconds = (): number => (clock.now().getTime() - start.getTime()) / 1000;
  beforeEach(() => {
    vi.useFakeTimers();
    isBusy = false;
    clock = createPatientClock(100, () => isBusy, start);
  });
  afterEach(() => {
    clock.close();
    vi.useRealTimers();
  });

  it('goes on at its scale while nobody computes, and stands still while somebody does', () => {
    vi.advanceTimersByTime(100);
    expect(seconds()).toBe(10);
    isBusy = true;
    vi.advanceTimersByTime(60_000);
    expect(seconds()).toBe(10);
    isBusy = false;
    vi.advanceTimersByTime(100);
    expect(seconds()).toBe(20);
  });

  it('wakes whoever sleeps when their time has come, and nobody before', async () => {
    const woken: number[] = [];
    for (const time of [5, 2, 60]) void clock.sleep(time).then(() => woken.push(time));
    await vi.advanceTimersByTimeAsync(16);
    expect(woken).toEqual([]);
    await vi.advanceTimersByTimeAsync(40);
    expect(woken).toEqual([2, 5]);
  });

  it('lets go of who is told to stop', async () => {
    const stop = new AbortController();
    const sleep = clock.sleep(3600, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await expect(clock.sleep(1, stop.signal)).rejects.toThrow('enough');
  });
});

it.skipIf(process.platform !== 'linux')(
  'a program that computes is seen, also one that a shell has started',
  async () => {
    const shell = spawn('sh', ['-c', 'while :; do :; done & wait'], { detached: true });
    try {
      let seen = false;
      for (let look = 0; look < 100_000 && !seen; look += 1) {
        seen = childrenCompute();
        await turn();
      }
      expect(seen).toBe(true);
    } finally {
      // The whole group of the shell, with what it has started.
      if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
      await once(shell, 'exit');
    }
  },
);
