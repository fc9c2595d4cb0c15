/** What became of one scenario. `detail`: what was seen, or why it does not hold, or why it was not run. */
export type Outcome = {
  scenario: string;
  asked: string;
  outcome: 'ok' | 'FAILED' | 'not run';
  detail: string;
  seconds: number;
};

/** The figure at the end and how the program has to end: a check that ran nothing is not green either. */
export type Verdict = { figure: string; exitCode: 0 | 1 };

const WIDTH = 118;

/** A table for a terminal or a log: one line per scenario, what was asked and seen below it. */
export function renderTable(outcomes: readonly Outcome[]): string {
  return outcomes
    .map(({ scenario, asked, outcome, detail, seconds }) => {
      const time = outcome === 'not run' ? '' : `${seconds.toFixed(1)} s`;
      const dots = '.'.repeat(Math.max(3, 78 - scenario.length - outcome.length));
      const lines = [`asked: ${asked}`, ...(detail === '' ? [] : detail.split('\n'))];
      return [`${scenario} ${dots} ${outcome} ${time}`.trimEnd(), ...lines.flatMap(wrapped)].join('\n');
    })
    .join('\n');
}

/** Lines of a paragraph, indented and no longer than a terminal is wide, where its words allow it. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trimEnd().split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `    ${each}`);
}

/** Counts the outcomes, e.g. `14 of 15 hold, 1 not run`. */
export function verdictOf(outcomes: readonly Outcome[]): Verdict {
  const count = (outcome: Outcome['outcome']): number => outcomes.filter((each) => each.outcome === outcome).length;
  const [hold, failed, notRun] = [count('ok'), count('FAILED'), count('not run')];
  const parts = [
    `${hold} of ${outcomes.length} hold`,
    ...(failed > 0 ? [`${failed} FAILED`] : []),
    ...(notRun > 0 ? [`${notRun} not run`] : []),
  ];
  const nothing = hold === 0 && failed === 0;
  return {
    figure: `${parts.join(', ')}${nothing ? '; nothing was shown' : ''}`,
    exitCode: failed > 0 || nothing ? 1 : 0,
  };
}
