import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import type { PlanRow } from './plan-row.ts';
import type { DeploySeal } from './seal.ts';
import { type ExpectedSeal, maxRows, readSeal, sealDigest, sealText, sortRows } from './seal-text.ts';
import { anyRows, sampleRow, sampleSeal } from './test/sample-rows.ts';

/** Stored under its own digest, whatever is in it. */
function read(seal: unknown, expected: Partial<ExpectedSeal> = {}) {
  const text = canonicalJson(seal);
  return readSeal(text, { digest: sealDigest(text), deployment: 'sar', ...expected });
}

describe('readSeal', () => {
  it('gives back what sealText wrote', () => {
    fc.assert(
      fc.property(anyRows, anyRows, (rows, withdrawn) => {
        const seal = sampleSeal({ rows, withdrawn });
        expect(sealText(read(seal))).toBe(sealText(seal));
      }),
    );
  });

  it('takes a plan of the tip and of a teardown', () => {
    const { origin, rows, withdrawn, lookedUp, ...header } = sampleSeal();
    const { pullRequest, ...tip } = origin;
    expect(read({ ...sampleSeal(), origin: tip }, { pullRequest: 'tip' }).origin.pullRequest).toBeUndefined();
    expect(read({ ...header, origin, kind: 'teardown' }, { kind: 'teardown' }).kind).toBe('teardown');
    expect([pullRequest, rows.length, withdrawn, Object.keys(lookedUp).length]).toEqual([3, 1, [], 1]);
  });

  it('believes no content that is not what its key says', () => {
    const text = sealText(sampleSeal());
    const forged = text.replace('1.36', '1.37');
    expect(() => readSeal(forged, { digest: sealDigest(text), deployment: 'sar' })).toThrow('not what its name says');
    const spaced = text.replace('{', '{ ');
    expect(() => readSeal(spaced, { digest: sealDigest(spaced), deployment: 'sar' })).toThrow('not canonical');
    const twice = text.replace('"deployment":"sar"', '"deployment":"x","deployment":"sar"');
    expect(() => readSeal(twice, { digest: sealDigest(twice), deployment: 'sar' })).toThrow('not canonical');
  });

  it.each<[string, Partial<ExpectedSeal>]>([
    ['deployment', { deployment: 'sar-test' }],
    ['kind', { kind: 'teardown' }],
    ['account', { accountId: '999999999999' }],
    ['region', { region: 'us-east-1' }],
    ['repository', { repositoryId: 8 }],
    ['pull request', { pullRequest: 4 }],
    ['pull request', { pullRequest: 'tip' }],
    ['head', { head: 'd'.repeat(40) }],
  ])('is not taken for one of another %s', (what, expected) => {
    expect(() => read(sampleSeal(), expected)).toThrow(`its ${what} is`);
  });

  const broken: [string, unknown][] = [
    ['another version', { ...sampleSeal(), version: 2 }],
    ['another kind', { ...sampleSeal(), kind: 'destroy' }],
    ['a member more', { ...sampleSeal(), approved: true }],
    ['no rows', { ...sampleSeal(), rows: undefined }],
    ['a row with a member more', withRow({ ...sampleRow(), note: '' } as PlanRow)],
    ['an unknown act', withRow({ ...sampleRow(), act: 'touch' as 'add' })],
    ['a property that is a number', withRow({ ...sampleRow(), property: 1 as unknown as string })],
    ['a value without end', withRow(sampleRow({ after: 'x'.repeat(4 * 1024 * 1024 + 1) }))],
    ['rows out of order', { ...sampleSeal(), rows: [sampleRow({ item: 'B' }), sampleRow({ item: 'A' })] }],
    ['a row twice', { ...sampleSeal(), rows: [sampleRow(), sampleRow()] }],
    ['a head that is a branch', { ...sampleSeal(), origin: { ...sampleSeal().origin, head: 'main' } }],
    ['no attempt', { ...sampleSeal(), origin: { ...sampleSeal().origin, attempt: 0 } }],
    ['a looked-up value that is no text', { ...sampleSeal(), lookedUp: { 'a b': 1 } }],
    ['the plan of another', { ...sampleSeal(), plan: { ...sampleSeal().plan, deployment: 'other' } }],
    ['a list', []],
    ['null', null],
    ['a depth without end', nested(200)],
  ];
  it.each(broken)('refuses %s', (_, seal) => {
    expect(() => read(seal)).toThrow(expect.objectContaining({ code: 'SealMalformed' }));
  });

  it('refuses too many rows, and too much', () => {
    const rows = sortRows(Array.from({ length: maxRows + 1 }, (_, index) => sampleRow({ item: `R${index}` })));
    expect(() => read({ ...sampleSeal(), rows })).toThrow('more than 50000 rows');
    const text = sealText(sampleSeal({ lookedUp: { a: 'x'.repeat(17 * 1024 * 1024) } }));
    expect(() => readSeal(text, { digest: sealDigest(text), deployment: 'sar' })).toThrow('larger than 16 MiB');
    const deep = '['.repeat(2_000_000);
    expect(() => readSeal(deep, { digest: sealDigest(deep), deployment: 'sar' })).toThrow(/SealMalformed|believed/);
  });
});

function withRow(row: PlanRow): DeploySeal {
  return sampleSeal({ rows: [row] });
}

function nested(depth: number): unknown {
  let value: unknown = sampleSeal().plan;
  for (let level = 0; level < depth; level += 1) value = { ...sampleSeal().plan, cost: value };
  return { ...sampleSeal(), plan: value };
}
