import type { Outcome } from './outcome-table.ts';

/** Thrown where a scenario cannot be run here; the message says what is missing. */
export class NotRun extends Error {
  override readonly name = 'NotRun';
}

/** One thing that has to hold. `run` gives what was seen, and throws when it does not hold. */
export type Scenario<Stage> = {
  name: string;
  asked: string;
  /** Names of scenarios without which this one says nothing. */
  needs?: readonly string[];
  run(stage: Stage): Promise<string>;
};

/**
 * Runs scenarios one after the other. One that needs another that does not hold is not run, and so is one that throws `NotRun`.
 * @param tell gets each outcome as soon as there is one
 */
export async function runScenarios<Stage>(
  scenarios: readonly Scenario<Stage>[],
  stage: Stage,
  tell: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const scenario of scenarios) {
    const outcome = await outcomeOf(scenario, stage, outcomes);
    outcomes.push(outcome);
    tell(outcome);
  }
  return outcomes;
}

async function outcomeOf<Stage>(
  { name, asked, needs = [], run }: Scenario<Stage>,
  stage: Stage,
  before: readonly Outcome[],
): Promise<Outcome> {
  const lacking = needs.filter((each) => before.find(({ scenario }) => scenario === each)?.outcome !== 'ok');
  const started = performance.now();
  const ended = (outcome: Outcome['outcome'], detail: string): Outcome => {
    return { scenario: name, asked, outcome, detail, seconds: (performance.now() - started) / 1000 };
  };
  if (lacking.length > 0) return ended('not run', `needs what does not hold: ${lacking.join(', ')}`);
  try {
    return ended('ok', await run(stage));
  } catch (error) {
    if (error instanceof NotRun) return ended('not run', error.message);
    return ended('FAILED', error instanceof Error ? error.message : String(error));
  }
}

/** @throws Error with the message, unless the condition holds */
export function expect(condition: boolean, message: () => string): void {
  if (!condition) throw new Error(message());
}

/** @throws Error with what is in the list, unless it is empty */
export function expectNone(list: readonly string[], what: string): void {
  expect(list.length === 0, () => `${what}: ${list.join(', ')}`);
}
