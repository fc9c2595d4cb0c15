import { describe, expect, it } from 'vitest';
import { approvedBy } from '../plan/approval.ts';
import { readSeal } from '../plan/seal-text.ts';
import { sampleRow, sampleSeal } from '../plan/test/sample-rows.ts';
import { quietReporter } from '../ports/test/fake-aws.ts';
import { FakeRecords } from '../ports/test/fake-records.ts';
import { type SealRequest, sealPlan } from './seal-plan.ts';

const { origin, decision, plan } = sampleSeal();
const rows = [sampleRow({ item: 'B' }), sampleRow({ item: 'A' })];

function seal(records: FakeRecords, changes: Partial<SealRequest> = {}) {
  const request = { plan: { ...plan, rows }, origin, decision, earlier: approvedBy([], []), ...changes };
  return sealPlan({ reporter: quietReporter() }, request, records);
}

describe('sealPlan', () => {
  it('writes what readSeal reads, under the name of its content', async () => {
    const records = new FakeRecords();
    const { key, digest } = await seal(records);
    expect(key).toBe(`plans/sar/3/${'a'.repeat(40)}/99-1-${digest}`);
    const read = readSeal((await records.read(key))?.body ?? '', { digest, deployment: 'sar', kind: 'deploy' });
    expect(read.rows.map(({ item }) => item)).toEqual(['A', 'B']);
    expect(read.plan.rows).toEqual([]);
    const { pullRequest: _, ...tip } = origin;
    expect((await seal(records, { origin: tip })).key).toMatch(/^plans\/sar\/tip\/a{40}\/99-1-/);
  });

  it('withdraws what is approved, not deployed, and no longer planned', async () => {
    const records = new FakeRecords();
    const gone = sampleRow({ item: 'Gone' });
    const earlier = approvedBy(
      [sampleRow({ item: 'Deployed' })],
      [{ rows: [gone, ...rows], withdrawn: [], lookedUp: {} }],
    );
    const { key, digest } = await seal(records, { earlier });
    const body = records.objects.get(key)?.body ?? '';
    expect(readSeal(body, { digest, deployment: 'sar', kind: 'deploy' }).withdrawn).toEqual([gone]);
  });

  it('is the same seal when its answer was lost, and nobody else’s', async () => {
    const records = new FakeRecords();
    const { key } = await seal(records);
    expect((await seal(records)).key).toBe(key);
    records.put(key, 'something else');
    await expect(seal(records)).rejects.toMatchObject({ code: 'RecordExists' });
  });

  it('seals nothing while a stack is being worked on, and nothing that could not be read', async () => {
    const records = new FakeRecords();
    await expect(seal(records, { plan: { ...plan, busy: ['sar-cluster'] } })).rejects.toMatchObject({
      code: 'PlanNotSealable',
      message: expect.stringContaining('sar-cluster'),
    });
    const long = [sampleRow({ item: 'x'.repeat(5000) })];
    await expect(seal(records, { plan: { ...plan, rows: long } })).rejects.toMatchObject({ code: 'SealMalformed' });
    expect(records.objects.size).toBe(0);
  });

  it('seals nothing that a comment cannot show', async () => {
    const records = new FakeRecords();
    const many = Array.from({ length: 2_000 }, (_, index) =>
      sampleRow({ item: `Item${index}`, type: 'AWS::EC2::Volume', property: '', act: 'remove' }),
    );
    await expect(seal(records, { plan: { ...plan, rows: many } })).rejects.toMatchObject({ code: 'PlanNotSealable' });
    expect(records.objects.size).toBe(0);
  });
});
