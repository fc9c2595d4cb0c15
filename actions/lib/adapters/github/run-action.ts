import * as core from '@actions/core';
import { type Outcome, worstOutcome } from '../../engine/outcome.ts';
import { toFailure } from '../../failure.ts';
import { type ActionsReporter, createActionsReporter } from './actions-reporter.ts';

/** What an action's main function gets. */
export type ActionContext = { reporter: ActionsReporter; input: typeof readInput; output: typeof core.setOutput };

/**
 * The single place where an action's end is decided: any outcome but `succeeded` fails the step, and a failure is said
 * once, in one sentence with its hint.
 */
export async function runAction(main: (context: ActionContext) => Promise<Outcome>): Promise<void> {
  const reporter = createActionsReporter();
  let outcome: Outcome;
  try {
    outcome = await main({ reporter, input: readInput, output: core.setOutput });
  } catch (error) {
    const failure = toFailure(error);
    reporter.error([failure.message, failure.hint].filter(Boolean).join(' '), failure.code, failure.place);
    if (failure.source === 'product' && failure.stack !== undefined) core.debug(failure.stack);
    outcome = 'failed';
  }
  await reporter.close();
  process.exitCode = worstOutcome([outcome]) === 'succeeded' ? 0 : 1;
}

/** An input of the action, trimmed; empty when it is not given. */
function readInput(name: string, options?: { required: boolean }): string {
  return core.getInput(name, options);
}
