import { expect, it } from 'vitest';
import type { StepRecord } from '../engine/step-record.ts';
import { FakeRecords } from '../ports/test/fake-records.ts';
import { addDurations, readDurations, typicalSeconds } from './durations.ts';

const step = (id: string, change: string, seconds: number): StepRecord => ({
  ...{ id, title: id, change, outcome: 'succeeded' },
  startedAt: new Date(0).toISOString(),
  finishedAt: new Date(seconds * 1000).toISOString(),
});

it('what steps took is remembered for a region, the newest five, without those that did nothing or failed', async () => {
  const records = new FakeRecords(() => new Date(0));
  expect(await readDurations(records, 'us-west-2')).toEqual({});
  for (const seconds of [10, 20, 30, 40, 50, 60]) {
    const failed: StepRecord = { ...step('hub', 'failed', 5), outcome: 'failed' };
    await addDurations(records, 'us-west-2', [
      step('stack cluster', 'created', seconds),
      step('images', 'unchanged', 1),
      failed,
    ]);
  }
  const known = await readDurations(records, 'us-west-2');
  expect(known).toEqual({ 'stack cluster created': [20, 30, 40, 50, 60] });
  expect(await readDurations(records, 'eu-west-1')).toEqual({});
  expect(typicalSeconds(known, 'stack cluster', true)).toBe(40);
  expect(typicalSeconds(known, 'stack cluster', false)).toBeUndefined();
  expect(typicalSeconds({ 'images built': [7] }, 'images', false)).toBe(7);
});

it.each(['', '[]', 'null', '{"stack cluster created": ["x"], "images built": -1}', '{'])(
  'a record that is none (%s) says nothing and is replaced',
  async (body) => {
    const records = new FakeRecords(() => new Date(0));
    await records.replace('durations/us-west-2', body, undefined);
    expect(await readDurations(records, 'us-west-2')).toEqual({});
    await addDurations(records, 'us-west-2', [step('images', 'built', 3)]);
    expect(await readDurations(records, 'us-west-2')).toEqual({ 'images built': [3] });
  },
);
