import { evaluateCondition } from '../expressions/expression.ts';
import { evaluateBoolean, evaluateText } from '../expressions/token.ts';
import type { StepResult } from '../job/job-session.ts';
import { type ActivityOutcome, type StepActivity, StepFailure, type StepFrame } from '../step/activity.ts';
import { frameScope, openActivity } from '../step/open-activity.ts';
import type { StepDefinition } from '../workflow/workflow-file.ts';
import { actionInputs } from './action-inputs.ts';
import type { ActionManifest, CompositeAction } from './action-manifest.ts';

/** "You can nest up to 10 levels of composite actions" (creating a composite action). */
const MAXIMUM_DEPTH = 10;

/** Runs one step inside the composite action. */
export type InnerStep = (activity: StepActivity) => Promise<ActivityOutcome>;

/**
 * A composite action: its steps one after another, in the log and with the annotations of the step that uses it
 * (docs.github.com/en/actions/tutorials/create-actions/create-a-composite-action).
 * @throws StepFailure, ExpressionFailure
 */
export async function runCompositeAction(
  activity: StepActivity,
  manifest: ActionManifest,
  runs: CompositeAction,
  perform: InnerStep,
): Promise<ActivityOutcome> {
  if (activity.frame.depth >= MAXIMUM_DEPTH) {
    throw new StepFailure(`Composite actions are nested more than ${MAXIMUM_DEPTH} deep in '${manifest.name}'.`);
  }
  const frame: StepFrame = {
    steps: new Map(),
    inputs: actionInputs(activity, manifest),
    env: { ...activity.env },
    actionPath: manifest.folder,
    runDefaults: { shell: undefined, workingDirectory: undefined },
    depth: activity.frame.depth + 1,
  };
  let outcome: ActivityOutcome = 'success';
  for (const definition of runs.steps) {
    const result = await runInnerStep(activity, frame, definition, outcome, perform);
    if (definition.id) frame.steps.set(definition.id, result);
    if (result.conclusion === 'failure') outcome = 'failure';
  }
  const scope = frameScope(activity.session, frame, activity.definition.contextName);
  for (const [name, value] of manifest.outputs) activity.outputs.set(name, evaluateText(value, scope));
  return outcome;
}

async function runInnerStep(
  activity: StepActivity,
  frame: StepFrame,
  definition: StepDefinition,
  status: ActivityOutcome,
  perform: InnerStep,
): Promise<StepResult> {
  const cancelled = activity.signal.aborted;
  const scope = frameScope(activity.session, frame, definition.contextName, {
    success: () => status === 'success' && !cancelled,
    failure: () => status === 'failure' && !cancelled,
    cancelled: () => cancelled,
    always: () => true,
  });
  if (!evaluateCondition(definition.condition, scope)) {
    return { outputs: {}, outcome: 'skipped', conclusion: 'skipped' };
  }
  requireShell(definition);
  const inner = openActivity({ ...activity, frame, definition });
  const outcome = await perform(inner);
  activity.summaries.push(...inner.summaries);
  const mayFail = evaluateBoolean(definition.settings.get('continue-on-error'), scope);
  const conclusion = outcome === 'failure' && mayFail ? 'success' : outcome;
  return { outputs: Object.fromEntries(inner.outputs), outcome, conclusion };
}

function requireShell(definition: StepDefinition): void {
  if (definition.settings.has('run') && !definition.settings.has('shell')) {
    throw new StepFailure('Required property is missing: shell');
  }
}
