import { describe, expect, it } from 'vitest';
import { markRef, readState, refUpdates, settledCommit, strayBranches } from './mirror-state.ts';

const [upstream1, upstream2, main1, main2, main3, mark1, mark2, mark3] = [...'12345678'].map((digit) =>
  digit.repeat(40),
) as [string, string, string, string, string, string, string, string];
const inputs = { one: 'a'.repeat(32), two: 'b'.repeat(32), three: 'c'.repeat(32) };

const first = markRef({ sequence: 1, upstream: upstream1, commit: main1, inputs: inputs.one });
const second = markRef({ sequence: 2, upstream: upstream1, commit: main2, inputs: inputs.two });
const wanted = { upstream: upstream2, inputs: inputs.three, commit: main3, mark: mark3 };

const state = (main: string | undefined, upstream: string | undefined, ...marks: string[]) =>
  readState(
    new Map(
      [
        ['refs/heads/main', main],
        ['refs/heads/upstream', upstream],
        ['refs/tags/opensarlab/mirror/not-a-mark', main1],
        ...marks.map((ref) => [ref, ref === first ? mark1 : mark2]),
      ].flatMap(([ref, id]): [string, string][] => (ref && id ? [[ref, id]] : [])),
    ),
  );

describe('settledCommit', () => {
  const asSecond = { upstream: upstream1, inputs: inputs.two };
  it.each([
    ['as the last mirror left it', state(main2, upstream1, first, second), main2],
    ['main moved', state(main3, upstream1, first, second), undefined],
    ['upstream moved', state(main2, upstream2, first, second), undefined],
    ['an earlier mirror’s inputs', state(main1, upstream1, second, first), undefined],
    ['never mirrored', state(undefined, undefined), undefined],
  ])('%s', (_, found, commit) => expect(settledCommit(found, asSecond)).toBe(commit));

  it('compares sequences as numbers', () => {
    const marks = [9, 10].map((sequence) =>
      markRef({ sequence, upstream: upstream1, commit: main2, inputs: inputs.two }),
    );
    expect(state(main2, upstream1, ...marks).marks.map(({ sequence }) => sequence)).toEqual([10, 9]);
  });
});

describe('strayBranches', () => {
  it.each([
    ['as the last mirror left it', state(main2, upstream1, first, second), []],
    ['nothing there yet', state(undefined, undefined), []],
    ['a mirror that only got main across', state(main3, upstream1, first, second), []],
    ['both branches deleted', state(undefined, undefined, first, second), []],
    ['main set back', state(main1, upstream1, first, second), [{ branch: 'main', head: main1, setBack: true }]],
    ['somebody’s main', state(mark1, upstream1, first), [{ branch: 'main', head: mark1, setBack: false }]],
    ['somebody’s upstream', state(main1, mark1, first), [{ branch: 'upstream', head: mark1, setBack: false }]],
    [
      'never mirrored, but something is there',
      state(main1, undefined),
      [{ branch: 'main', head: main1, setBack: false }],
    ],
  ])('%s', (_, found, stray) => expect(strayBranches(found, wanted)).toEqual(stray));
});

describe('refUpdates', () => {
  const third = markRef({ sequence: 3, ...wanted });

  it('moves main first, each ref only from what was read', () => {
    expect(refUpdates(state(main2, upstream1, first, second), wanted)).toEqual([
      { ref: 'refs/heads/main', from: main2, to: main3 },
      { ref: 'refs/heads/upstream', from: upstream1, to: upstream2 },
      { ref: third, from: undefined, to: mark3 },
    ]);
  });

  it('makes up for what a run that was cut short left out', () => {
    expect(refUpdates(state(main3, upstream1, first, second), wanted).map(({ ref }) => ref)).toEqual([
      'refs/heads/upstream',
      third,
    ]);
  });

  it('marks earlier inputs anew when they come back, so that the last mirror is known', () => {
    const again = { upstream: upstream1, inputs: inputs.one, commit: main1, mark: mark1 };
    expect(refUpdates(state(main2, upstream1, first, second), again).map(({ ref }) => ref)).toEqual([
      'refs/heads/main',
      markRef({ sequence: 3, ...again }),
    ]);
  });

  it('needs no new mark when only a branch was deleted', () => {
    const again = { upstream: upstream1, inputs: inputs.two, commit: main2, mark: mark2 };
    expect(refUpdates(state(undefined, upstream1, first, second), again)).toEqual([
      { ref: 'refs/heads/main', from: undefined, to: main2 },
    ]);
  });
});
