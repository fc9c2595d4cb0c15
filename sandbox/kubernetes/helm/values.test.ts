import { describe, expect, it } from 'vitest';
import { applySet, applySetFile, dropDeleted, mergeValues, ValuesError } from './values.ts';

describe('merging', () => {
  it('lays maps over maps and replaces everything else', () => {
    expect(mergeValues({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { c: [3] }, d: { e: 1 } })).toEqual({
      a: { b: 1, c: [3] },
      d: { e: 1 },
    });
  });

  it('removes a default that is set to null, and keeps nulls that are defaults', () => {
    const given = { a: { b: null } };
    expect(dropDeleted(mergeValues({ a: { b: 1, c: null } }, given), given)).toEqual({ a: { c: null } });
  });
});

describe('--set', () => {
  it.each([
    ['a=1,b.c=true', { a: 1, b: { c: true } }],
    ['a=null', { a: null }],
    ['a=1.5', { a: '1.5' }],
    ['a=007', { a: '007' }],
    ['users[0]=ada,users[1]=bob', { users: ['ada', 'bob'] }],
    ['list={a,b}', { list: ['a', 'b'] }],
    ['list={}', { list: [] }],
    ['selector.kubernetes\\.io/os=linux', { selector: { 'kubernetes.io/os': 'linux' } }],
    ['text=a\\,b', { text: 'a,b' }],
    ['a=b=c', { a: 'b=c' }],
  ])('%s', (expression, expected) => {
    expect(applySet({}, expression, 'typed')).toEqual(expected);
  });

  it('as text leaves numbers alone', () => {
    expect(applySet({}, 'a=1,b=true', 'string')).toEqual({ a: '1', b: 'true' });
  });

  it('needs a value', () => {
    expect(() => applySet({}, 'a', 'typed')).toThrow(ValuesError);
  });

  it('of a file sets the text as it is', () => {
    expect(applySetFile({ a: { x: 1 } }, 'a.b', 'one,two\n')).toEqual({ a: { x: 1, b: 'one,two\n' } });
  });
});
