import { describe, expect, it } from 'vitest';
import { criticalPath } from './critical-path.ts';

const step = (id: string, from: number, to: number) => ({ id, title: id, from, to });
const needs = new Map([
  ['a', []],
  ['b', []],
  ['c', ['a', 'b']],
]);

describe('criticalPath', () => {
  it('adds up the longest chain, whenever its steps happened to start', () => {
    const steps = [step('a', 0, 10), step('b', 5, 45), step('c', 100, 130)];
    expect(criticalPath(steps, needs)).toEqual({ seconds: 70, ids: ['b', 'c'] });
  });

  it('counts an overlap once', () => {
    expect(criticalPath([step('a', 0, 10), step('c', 8, 30)], needs)).toEqual({ seconds: 30, ids: ['a', 'c'] });
  });

  it('goes through steps that were skipped', () => {
    expect(criticalPath([step('c', 3, 5)], needs)).toEqual({ seconds: 2, ids: ['c'] });
    expect(criticalPath([], needs)).toEqual({ seconds: 0, ids: [] });
  });
});
