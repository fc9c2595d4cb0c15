import { describe, expect, it } from 'vitest';
import type { Decisions } from '../adapters/git/deployment-trees.ts';
import type { EarlierRun } from '../adapters/github/earlier-runs.ts';
import { concernedSince, sinceSuccess } from './select-since.ts';

/** Minutes of one day. */
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 30, 0, minute));

function run(id: number, state: EarlierRun['state'], began: number, changed: number, isForAll = true): EarlierRun {
  return { id: String(id), commit: `commit ${id}`, state, isForAll, began: at(began), changed: at(changed) };
}

/** What each commit decides: `sar: a` in run 1’s, … */
function decisions(all: Record<number | string, Record<string, string>>): Map<string, Decisions> {
  return new Map(Object.entries(all).map(([id, found]) => [`commit ${id}`, new Map(Object.entries(found))]));
}

/** As the selection asks: what is concerned by run `now`, after these runs (oldest first). */
function concerned(runs: readonly EarlierRun[], all: Parameters<typeof decisions>[0], before?: string) {
  const known = decisions(all);
  const { base, since } = sinceSuccess([...runs].reverse());
  const after = known.get('commit now') ?? new Map();
  const { present, inWork } = concernedSince(after, { since, start: base?.commit ?? before }, known);
  return { present: present.map(({ name }) => name), inWork };
}

describe('a push concerns', () => {
  it('what has changed since the newest success, through pushes that no run was for', () => {
    const runs = [run(1, 'succeeded', 0, 30)];
    const all = { 1: { sar: 'a', insar: 'a' }, now: { sar: 'b', insar: 'a', flood: 'a' } };
    expect(concerned(runs, all)).toEqual({ present: ['flood', 'sar'], inWork: [] });
  });

  it('what a run was for that ended without success', () => {
    const runs = [run(1, 'succeeded', 0, 30), run(2, 'ended', 40, 60)];
    const all = { 1: { sar: 'a', insar: 'a' }, 2: { sar: 'b', insar: 'a' }, now: { sar: 'b', insar: 'a' } };
    expect(concerned(runs, all).present).toEqual(['sar']);
  });

  it('what was put back after such a run: nobody knows how far it had come', () => {
    const runs = [run(1, 'succeeded', 0, 30), run(2, 'ended', 40, 60)];
    const all = { 1: { sar: 'a' }, 2: { sar: 'b' }, now: { sar: 'a' } };
    expect(concerned(runs, all).present).toEqual(['sar']);
  });

  it('nothing that an earlier run works on, as it is decided now', () => {
    const runs = [run(1, 'succeeded', 0, 30), run(2, 'going on', 40, 41)];
    const all = { 1: { sar: 'a', insar: 'a' }, 2: { sar: 'b', insar: 'a' }, now: { sar: 'b', insar: 'b' } };
    expect(concerned(runs, all)).toEqual({ present: ['insar'], inWork: [{ name: 'sar', run: '2' }] });
  });

  it('what an earlier run works on, when it is decided otherwise by now', () => {
    const runs = [run(1, 'succeeded', 0, 30), run(2, 'going on', 40, 41)];
    const all = { 1: { sar: 'a' }, 2: { sar: 'b' }, now: { sar: 'c' } };
    expect(concerned(runs, all).present).toEqual(['sar']);
    expect(concerned([...runs, run(3, 'going on', 42, 43)], { ...all, 3: { sar: 'a' } }).present).toEqual(['sar']);
  });

  it('what failed in a run that a later success had left it to', () => {
    // Run 3 began while run 2 worked on sar; it succeeded with what was left for it, and run 2 failed after that.
    const runs = [run(1, 'succeeded', 0, 30), run(2, 'ended', 40, 70), run(3, 'succeeded', 50, 60)];
    const all = { 1: { sar: 'a', insar: 'a' }, 2: { sar: 'b', insar: 'a' }, 3: { sar: 'b', insar: 'b' } };
    expect(concerned(runs, { ...all, now: { sar: 'b', insar: 'b' } }).present).toContain('sar');
  });

  it('what failed, also while a run goes on that had left it to the failed one', () => {
    const runs = [run(1, 'succeeded', 0, 30), run(2, 'ended', 40, 70), run(3, 'going on', 50, 71)];
    const all = { 1: { sar: 'a' }, 2: { sar: 'b' }, 3: { sar: 'b' }, now: { sar: 'b' } };
    expect(concerned(runs, all)).toEqual({ present: ['sar'], inWork: [] });
  });

  it('nothing after a success that came after a failure', () => {
    const runs = [run(1, 'succeeded', 0, 30), run(2, 'ended', 40, 60), run(3, 'succeeded', 61, 90)];
    const all = { 1: { sar: 'a' }, 2: { sar: 'b' }, 3: { sar: 'b' }, now: { sar: 'b' } };
    expect(concerned(runs, all)).toEqual({ present: [], inWork: [] });
  });

  it('everything where a success by hand was for one deployment alone and there is no other', () => {
    const runs = [run(1, 'succeeded', 0, 30, false)];
    expect(concerned(runs, { 1: { sar: 'a' }, now: { sar: 'a' } }).present).toEqual(['sar']);
  });

  it('what it has changed itself where no run has succeeded yet', () => {
    const all = { before: { sar: 'a', insar: 'a' }, now: { sar: 'b', insar: 'a' } };
    expect(concerned([], all, 'commit before').present).toEqual(['sar']);
  });

  it('everything where a commit is not there any more, after a forced push', () => {
    const runs = [run(1, 'succeeded', 0, 30)];
    expect(concerned(runs, { now: { sar: 'a', insar: 'a' } }).present).toEqual(['insar', 'sar']);
    const failed = [...runs, run(2, 'ended', 40, 60)];
    expect(concerned(failed, { 1: { sar: 'a' }, now: { sar: 'a' } }).present).toEqual(['sar']);
  });
});
