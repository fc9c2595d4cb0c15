import { describe, expect, it } from 'vitest';
import { type ConcurrencyMember, type ConcurrencySetting, createConcurrencyGroups } from './concurrency.ts';

type Recorded = ConcurrencyMember & { cancelled: string[] };

function member(setting: Partial<ConcurrencySetting> = {}): Recorded {
  const cancelled: string[] = [];
  const complete = { group: 'g', cancelInProgress: false, queue: 'single' as const, ...setting };
  return { setting: complete, cancelled, cancel: (reason) => cancelled.push(reason) };
}

describe('concurrency groups', () => {
  it('lets one run and keeps only the newest waiting', async () => {
    const groups = createConcurrencyGroups();
    const [first, second, third] = [member(), member(), member({ group: 'G' })];
    expect(await groups.enter(first)).toBe(true);
    const secondEntry = groups.enter(second);
    const thirdEntry = groups.enter(third);
    expect(await secondEntry).toBe(false);
    expect(second.cancelled).toEqual(["Canceling since a higher priority waiting request for 'G' exists"]);
    groups.leave(first);
    expect(await thirdEntry).toBe(true);
    expect(first.cancelled).toEqual([]);
  });

  it('cancels what runs when asked, and waits for its end', async () => {
    const groups = createConcurrencyGroups();
    const [first, second] = [member(), member({ cancelInProgress: true })];
    await groups.enter(first);
    let admitted = false;
    const entry = groups.enter(second).then((result) => {
      admitted = result;
    });
    expect(first.cancelled).toHaveLength(1);
    await Promise.resolve();
    expect(admitted).toBe(false);
    groups.leave(first);
    await entry;
    expect(admitted).toBe(true);
  });

  it('keeps all waiting in order with queue: max', async () => {
    const groups = createConcurrencyGroups();
    const members = [member(), ...Array.from({ length: 3 }, () => member({ queue: 'max' }))];
    const order: number[] = [];
    const entries = members.map((each, index) => groups.enter(each).then(() => order.push(index)));
    for (const [index, each] of members.entries()) {
      await entries[index];
      groups.leave(each);
    }
    expect(order).toEqual([0, 1, 2, 3]);
    expect(members.flatMap(({ cancelled }) => cancelled)).toEqual([]);
  });

  it('cancels the ones that come when 100 wait, and keeps the order of the others', async () => {
    const groups = createConcurrencyGroups();
    await groups.enter(member());
    const waiting = Array.from({ length: 101 }, () => member({ queue: 'max' }));
    const entries = waiting.map((each) => groups.enter(each));
    expect(await entries[100]).toBe(false);
    expect(waiting.filter(({ cancelled }) => cancelled.length > 0)).toEqual([waiting[100]]);
  });

  it('lets a waiting member leave', async () => {
    const groups = createConcurrencyGroups();
    const [first, second, third] = [member(), member(), member()];
    await groups.enter(first);
    const entry = groups.enter(second);
    groups.leave(second);
    expect(await entry).toBe(false);
    groups.leave(first);
    expect(await groups.enter(third)).toBe(true);
  });
});
