import { describe, expect, it } from 'vitest';
import { readSeal } from '../plan/seal-text.ts';
import { FakeRecords } from '../ports/test/fake-records.ts';
import { sampleTeardownSeal } from '../teardown/test/sample-teardown-seal.ts';
import { usedHomesLedger } from '../teardown/used-homes-ledger.ts';
import { sealTeardown } from './plan-teardown.ts';

const { origin, decision, plan } = sampleTeardownSeal();
const head = origin.head;

describe('sealTeardown', () => {
  it('writes what can be read again as the consent of exactly this head', async () => {
    const records = new FakeRecords();
    const sealed = await sealTeardown(records, plan, { origin, decision });
    if (!sealed.sealed) throw new Error(sealed.reason);
    expect(sealed.key).toBe(`plans/sar/7/${head}/100-1-${sealed.digest}`);
    const { body } = (await records.read(sealed.key)) ?? { body: '' };
    const expected = { digest: sealed.digest, deployment: 'sar', kind: 'teardown', pullRequest: 7, head } as const;
    expect(readSeal(body, expected)).toMatchObject({ kind: 'teardown', plan });
    expect(() => readSeal(body, { ...expected, head: 'f'.repeat(40) })).toThrow('cannot be believed');
  });

  it('seals nothing that would be refused, that was not seen, or that nobody could have read', async () => {
    const records = new FakeRecords();
    const seal = (change: object) => sealTeardown(records, { ...plan, ...change }, { origin, decision });
    expect(await seal({ refusals: ['It is declared protected.'] })).toEqual({
      sealed: false,
      reason: 'It is declared protected.',
    });
    expect(await seal({ basis: 'declaration' })).toMatchObject({ sealed: false });
    const homes = Array.from({ length: 3000 }, (_, index) => ({
      id: `vol-${index}`,
      sizeGib: 1,
      lastUse: { kind: 'unknown' },
    }));
    const rest = {
      stacks: [],
      databases: [],
      otherVolumes: [],
      snapshots: [],
      pools: [],
      images: [],
      repositories: [],
      logs: [],
      buckets: [],
      foreign: [],
    };
    expect(await seal({ data: { ...rest, homes } })).toMatchObject({
      sealed: false,
      reason: expect.stringContaining('does not fit'),
    });
    expect(records.objects.size).toBe(0);
  });
});

describe('usedHomesLedger', () => {
  it('gathers what every run and attempt noted, and refuses what is no list', async () => {
    const records = new FakeRecords();
    const digest = 'e'.repeat(64);
    const ledger = (run: string, attempt: number) => usedHomesLedger(records, 'sar', digest, { run, attempt });
    await ledger('1', 1).add(['vol-2', 'vol-1']);
    await ledger('1', 2).add(['vol-3']);
    expect((await ledger('2', 1).read()).sort()).toEqual(['vol-1', 'vol-2', 'vol-3']);
    expect(await usedHomesLedger(records, 'sar', 'f'.repeat(64), { run: '1', attempt: 1 }).read()).toEqual([]);
    records.put(`ledgers/sar/${digest}/used-homes/9-1`, '{}');
    await expect(ledger('2', 1).read()).rejects.toMatchObject({ code: 'LedgerMalformed' });
  });
});
