import { expect, it } from 'vitest';
import { type Outcome, renderTable, verdictOf } from './outcome-table.ts';

const one = (outcome: Outcome['outcome'], detail = ''): Outcome => ({
  ...{ scenario: 'first install', asked: 'phase.sh install on an empty cluster', outcome, detail, seconds: 12.34 },
});

it('shows what was asked, how it ended, how long it took and what was seen', () => {
  expect(renderTable([one('ok', 'release at revision 1'), one('FAILED', 'two\nlines')])).toBe(
    [
      `first install ${'.'.repeat(63)} ok 12.3 s`,
      '    asked: phase.sh install on an empty cluster',
      '    release at revision 1',
      `first install ${'.'.repeat(59)} FAILED 12.3 s`,
      '    asked: phase.sh install on an empty cluster',
      '    two',
      '    lines',
    ].join('\n'),
  );
});

it('gives no time to what was not run', () => {
  expect(renderTable([one('not run', 'no chart')])).toContain(' not run\n');
});

it('breaks long lines between words', () => {
  const lines = renderTable([one('ok', 'word '.repeat(60))]).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(122);
  expect(lines).toHaveLength(5);
});

it.each([
  [['ok', 'ok'], '2 of 2 hold', 0],
  [['ok', 'not run'], '1 of 2 hold, 1 not run', 0],
  [['ok', 'FAILED', 'not run'], '1 of 3 hold, 1 FAILED, 1 not run', 1],
  [['not run', 'not run'], '0 of 2 hold, 2 not run; nothing was shown', 1],
  [[], '0 of 0 hold; nothing was shown', 1],
] as const)('counts %j', (outcomes, figure, exitCode) => {
  expect(verdictOf(outcomes.map((each) => one(each)))).toEqual({ figure, exitCode });
});
