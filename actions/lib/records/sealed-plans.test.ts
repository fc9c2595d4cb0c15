import { describe, expect, it } from 'vitest';
import type { Seal } from '../plan/seal.ts';
import { FakeRecords } from '../ports/test/fake-records.ts';
import { sampleTeardownSeal } from '../teardown/test/sample-teardown-seal.ts';
import { planKey } from './record-keys.ts';
import { newestBefore, newestFirst, storedSeal, writeSeal } from './sealed-plans.ts';

const place = { deployment: 'sar', pullRequest: 7, head: 'a'.repeat(40) };
const entry = (run: string, attempt: number, second: number) => ({
  key: planKey(place, { run, attempt }, 'd'.repeat(64)),
  writtenAt: new Date(second * 1000),
  size: 1,
});

describe('what counts of several sealed plans', () => {
  it('is the newest before the merge, and none of the very second of it', () => {
    const [first, second, third] = [entry('1', 1, 10), entry('2', 1, 20), entry('3', 1, 30)] as const;
    expect(newestBefore([second, third, first], new Date(30_000))).toBe(second);
    expect(newestBefore([second, third, first], new Date(30_001))).toBe(third);
    expect(newestBefore([second, third, first], new Date(10_000))).toBeUndefined();
  });

  it('is of one second that of the later run or attempt, whatever order they are listed in', () => {
    // Ids of runs with another number of digits, and more of them than a number keeps.
    const runs = [
      entry('9', 1, 10),
      entry('10', 2, 10),
      entry('10', 10, 10),
      entry('90071992547409931', 1, 10),
      entry('90071992547409932', 1, 10),
    ];
    const sorted = [...runs].reverse();
    for (const order of [runs, sorted, [...runs.slice(2), ...runs.slice(0, 2)]]) {
      expect(newestFirst(order)).toEqual(sorted);
    }
  });

  it('is refused when what lies there has no name of a plan and nothing else tells the order', () => {
    const stray = { key: 'plans/sar/7/notes.txt', writtenAt: new Date(10_000), size: 1 };
    expect(() => newestFirst([entry('1', 1, 10), stray])).toThrow('no name of one');
  });
});

describe('a sealed plan', () => {
  const seal = sampleTeardownSeal();

  it('is written once and read again, also when the answer to the first write was lost', async () => {
    const records = new FakeRecords();
    const written = await writeSeal(records, seal);
    expect(await writeSeal(records, seal)).toEqual(written);
    expect(await storedSeal(records, written.key, { deployment: 'sar', kind: 'teardown' })).toEqual(seal);
  });

  it('is not written when nobody could believe it', async () => {
    const records = new FakeRecords();
    const origin = { ...seal.origin, isAutomatic: true };
    await expect(writeSeal(records, { ...seal, origin } as Seal)).rejects.toMatchObject({ code: 'SealMalformed' });
    expect(await records.list('plans/')).toEqual([]);
  });

  it('is not believed under the name of another', async () => {
    const records = new FakeRecords();
    const { key } = await writeSeal(records, seal);
    const other = planKey(place, { run: '5', attempt: 1 }, 'e'.repeat(64));
    records.put(other, (await records.read(key))?.body ?? '');
    await expect(storedSeal(records, other, { deployment: 'sar' })).rejects.toMatchObject({ code: 'SealMalformed' });
  });
});
