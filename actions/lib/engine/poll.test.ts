import { describe, expect, it } from 'vitest';
import { Failure, toFailure } from '../failure.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { outcomeOf } from './outcome.ts';
import { pollUntil } from './poll.ts';

function patience(seconds: number) {
  const clock = instantClock();
  return { clock, pollMilliseconds: 5000, deadline: new Date(clock.now().getTime() + seconds * 1000) };
}

describe('pollUntil', () => {
  it('looks at once and then at the interval, until there is a result', async () => {
    const waiting = patience(60);
    let looks = 0;
    const value = await pollUntil('it', waiting, async () => {
      looks += 1;
      return looks === 4 ? { value: undefined } : undefined;
    });
    expect(value).toBeUndefined();
    expect(waiting.clock.slept).toEqual([5000, 5000, 5000]);
  });

  it('ends at the deadline with an outcome that is unknown, not success', async () => {
    const failure = await pollUntil<never>('stack sar-cluster', patience(12), async () => undefined).catch(toFailure);
    expect(failure).toMatchObject({ code: 'DeadlineReached', message: expect.stringContaining('stack sar-cluster') });
    expect(outcomeOf(failure)).toBe('unknown');
  });

  it('looks again after a throttled or unreachable look, but not after another failure', async () => {
    const failures = ['Throttled', 'Unreachable', 'AccessDenied'];
    let looks = 0;
    const failure = await pollUntil<never>('it', patience(60), async () => {
      const code = failures[looks] ?? 'none';
      looks += 1;
      throw new Failure({ code, source: 'aws', message: code });
    }).catch(toFailure);
    expect(failure.code).toBe('AccessDenied');
    expect(looks).toBe(3);
  });

  it('stops as cancelled when the signal is aborted, during a look or before it', async () => {
    const controller = new AbortController();
    const failure = await pollUntil<never>('it', { ...patience(60), signal: controller.signal }, async () => {
      controller.abort(new Error('cancelled by a person'));
      return undefined;
    }).catch(toFailure);
    expect(failure).toMatchObject({ code: 'Cancelled' });
    expect(outcomeOf(failure)).toBe('unknown');
  });
});
