import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredValue } from '../stacks/desired-values.ts';
import { changedLeaves, leavesOf, readContext } from './value-rows.ts';

const { value: anyValue } = fc.letrec<{ value: DesiredValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', '', '1'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('x', 'y', 'a/b', 'a~b', '__proto__'), tie('value'), { maxKeys: 4 }),
  ),
}));

const text = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row));

describe('the leaves of a value', () => {
  it('have each a place of its own', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const places = leavesOf('P', value).map(({ property }) => property);
        expect(new Set(places).size).toBe(places.length);
      }),
    );
  });

  it('that change are none for the same value, and some for another', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (before, after) => {
        const changed = changedLeaves('P', before, after, after);
        const same = JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
        expect(changed.length === 0).toBe(same);
      }),
    );
  });

  it('that two changes of one list add are those of both together', () => {
    const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
    fc.assert(
      fc.property(list, fc.nat(4), fc.nat(4), (base, at, otherAt) => {
        const one = inserted(base, at, 'one');
        const other = inserted(base, otherAt, 'other');
        const both = inserted(inserted(base, at, 'one'), otherAt, 'other');
        const alone = [...changedLeaves('P', base, one, one), ...changedLeaves('P', base, other, other)];
        expect(text(changedLeaves('P', base, both, both)).filter((row) => !text(alone).includes(row))).toEqual([]);
      }),
    );
  });

  it('are the declaration’s, whatever AWS makes of it', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (before, after) => {
        const wanted = { $from: 'sar-cluster.VpcId' };
        const rows = changedLeaves('P', before, after, wanted);
        expect(rows.every((row) => row.after === JSON.stringify(wanted) && row.property === 'P')).toBe(true);
      }),
    );
  });
});

it('AWS’s JSON is read with scalars as texts, and what is none is nothing', () => {
  expect(readContext('{"a":1,"b":[true,null],"__proto__":"x"}')).toEqual(
    JSON.parse('{"a":"1","b":["true",null],"__proto__":"x"}'),
  );
  expect([readContext('{'), readContext(undefined)]).toEqual([undefined, undefined]);
});

function inserted(list: readonly string[], at: number, item: string): string[] {
  return [...list.slice(0, at), item, ...list.slice(at)];
}

/** With the keys of objects in order. */
function sorted(value: DesiredValue): DesiredValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
