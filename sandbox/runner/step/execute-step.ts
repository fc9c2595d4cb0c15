import { readActionManifest } from '../action/action-manifest.ts';
import { runCompositeAction } from '../action/composite-action.ts';
import { runNodeAction } from '../action/node-action.ts';
import { ownActionPath, ownRepository } from '../action/own-repository.ts';
import { runBuiltInAction } from '../built-in/built-in-actions.ts';
import { ExpressionFailure, evaluateCondition, type Scope } from '../expressions/expression.ts';
import { evaluateBoolean, evaluateNumber, evaluateText } from '../expressions/token.ts';
import type { JobSession, PostStep } from '../job/job-session.ts';
import type { Conclusion, JobReference, StepRun } from '../records.ts';
import type { StepDefinition } from '../workflow/workflow-file.ts';
import { type ActivityOutcome, type StepActivity, StepFailure, type StepFrame } from './activity.ts';
import { frameScope, openActivity } from './open-activity.ts';
import { runScript } from './run-script.ts';
import { createStepRecorder, type StepRecorder } from './step-recorder.ts';

/** What a step leaves beside its log. */
type StepResults = { outputs: Map<string, string>; summaries: string[] };

/** Everything that differs between a step of the job and a clean-up step. */
type StepPlan = {
  name: string;
  id: string | undefined;
  condition: string;
  scope: () => Scope;
  timeoutMinutes: () => number;
  mayFail: () => boolean;
  work: (recorder: StepRecorder, signal: AbortSignal, results: StepResults) => Promise<ActivityOutcome>;
};

/** Runs one step of a job, or skips it, and keeps its results in the `steps` context. */
export async function executeStep(session: JobSession, frame: StepFrame, definition: StepDefinition): Promise<StepRun> {
  const scope = (): Scope => frameScope(session, frame, definition.contextName, statusFunctions(session));
  const setting = (name: string) => definition.settings.get(name);
  const name = stepName(definition, scope());
  const run = await execute(session, {
    name,
    id: definition.id,
    condition: definition.condition,
    scope,
    timeoutMinutes: () =>
      positiveMinutes(evaluateNumber(setting('timeout-minutes'), scope(), Number.POSITIVE_INFINITY)),
    mayFail: () => evaluateBoolean(setting('continue-on-error'), scope()),
    work: async (recorder, signal, results) => {
      const activity = openActivity({ session, frame, definition, recorder, signal });
      const outcome = await performStep(activity, name);
      results.summaries.push(...activity.summaries);
      for (const [key, value] of activity.outputs) results.outputs.set(key, value);
      return outcome;
    },
  });
  const { outputs, outcome, conclusion } = run;
  if (definition.id) session.steps.set(definition.id, { outputs, outcome, conclusion });
  return run;
}

/** Runs a clean-up step, or skips it. */
export function executePostStep(session: JobSession, frame: StepFrame, post: PostStep): Promise<StepRun> {
  return execute(session, {
    name: post.name,
    id: undefined,
    condition: post.condition,
    scope: () => frameScope(session, frame, post.contextName, statusFunctions(session)),
    timeoutMinutes: () => Number.POSITIVE_INFINITY,
    mayFail: () => false,
    work: (recorder, signal, { summaries }) => post.run({ recorder, signal, summaries }),
  });
}

async function execute(session: JobSession, plan: StepPlan): Promise<StepRun> {
  const { github } = session.run.options;
  const startedAt = github.now();
  const reference = referenceTo(session);
  const { report } = session.run;
  const recorder = createStepRecorder({
    masker: session.masker,
    workspace: session.folders.workspace,
    onLine: (line) => report({ kind: 'log', ...reference, step: plan.name, line }),
    onAnnotation: (annotation) => report({ kind: 'annotation', ...reference, step: plan.name, annotation }),
  });
  const results: StepResults = { outputs: new Map(), summaries: [] };
  const { outcome, conclusion } = await conclude(session, plan, recorder, results);
  if (conclusion === 'failure' && session.status === 'success') session.status = 'failure';
  const step: StepRun = {
    name: plan.name,
    id: plan.id,
    conclusion,
    outcome,
    outputs: Object.fromEntries(results.outputs),
    log: recorder.log,
    summary: results.summaries.join('\n'),
    annotations: recorder.annotations,
    droppedAnnotations: recorder.dropped,
    startedAt,
    completedAt: github.now(),
  };
  report({ kind: 'step-finished', ...reference, step });
  return step;
}

function referenceTo({ run, name }: JobSession): JobReference {
  return { runId: run.id, workflowName: run.workflow.name, job: name };
}

async function conclude(
  session: JobSession,
  plan: StepPlan,
  recorder: StepRecorder,
  results: StepResults,
): Promise<{ outcome: Conclusion; conclusion: Conclusion }> {
  try {
    if (!evaluateCondition(plan.condition, plan.scope())) return { outcome: 'skipped', conclusion: 'skipped' };
    session.run.report({ kind: 'step-started', ...referenceTo(session), step: plan.name });
    const outcome = await runWithinTime(session, plan, recorder, results);
    const mayFail = outcome === 'failure' && plan.mayFail();
    return { outcome, conclusion: mayFail ? 'success' : outcome };
  } catch (error) {
    if (!(error instanceof ExpressionFailure || error instanceof StepFailure)) throw error;
    recorder.annotate('error', error.message);
    return { outcome: 'failure', conclusion: 'failure' };
  }
}

async function runWithinTime(
  session: JobSession,
  plan: StepPlan,
  recorder: StepRecorder,
  results: StepResults,
): Promise<Conclusion> {
  const minutes = plan.timeoutMinutes();
  const controller = new AbortController();
  const timedOut = new Error(`The action '${plan.name}' has timed out after ${minutes} minutes.`);
  const minute = session.run.options.timeoutMinute ?? 60_000;
  const timer = Number.isFinite(minutes) ? setTimeout(() => controller.abort(timedOut), minutes * minute) : undefined;
  const step = { controller, goesOn: () => evaluateCondition(plan.condition, plan.scope()) };
  try {
    const outcome = await session.cancellation.guard(step, () => plan.work(recorder, controller.signal, results));
    if (!controller.signal.aborted) return outcome;
  } finally {
    clearTimeout(timer);
  }
  if (controller.signal.reason === timedOut) {
    recorder.annotate('error', timedOut.message);
    return 'failure';
  }
  recorder.annotate('error', 'The operation was canceled.');
  return 'cancelled';
}

/** Status functions of a step's `if` (expressions, "Status check functions"). */
function statusFunctions(session: JobSession): NonNullable<Scope['functions']> {
  return {
    success: () => session.status === 'success',
    failure: () => session.status === 'failure',
    cancelled: () => session.status === 'cancelled',
    always: () => true,
  };
}

/** `name:`, or what GitHub shows instead. A name that cannot be computed is shown as it is written. */
function stepName(definition: StepDefinition, scope: Scope): string {
  const { settings } = definition;
  const [token, prefix] = [
    [settings.get('name'), ''] as const,
    [settings.get('run'), 'Run '] as const,
    [settings.get('uses'), 'Run '] as const,
  ].find(([candidate]) => candidate !== undefined) ?? [undefined, 'Step'];
  if (!token) return prefix;
  try {
    return `${prefix}${evaluateText(token, scope).trimStart().split('\n')[0] ?? ''}`;
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return `${prefix}${token.toString()}`;
  }
}

/** "Fractional values are not supported. `timeout-minutes` must be a positive integer." (workflow syntax) */
export function positiveMinutes(minutes: number): number {
  if (minutes === Number.POSITIVE_INFINITY || (Number.isInteger(minutes) && minutes > 0)) return minutes;
  throw new StepFailure(`timeout-minutes must be a positive integer, not ${minutes}.`);
}

/**
 * Runs a step that is due: a script, an action of the repository, or a built-in stand-in for a published action.
 * What is wrong with the workflow becomes an error annotation and a failure; anything else is thrown.
 * @param label the step's name
 */
async function performStep(activity: StepActivity, label: string): Promise<ActivityOutcome> {
  try {
    const uses = activity.definition.settings.get('uses')?.toString();
    if (uses === undefined) return await runScript(activity);
    const { session } = activity;
    const own = ownActionPath(uses);
    if (own !== undefined) return await runAction(activity, { root: await ownRepository(session), path: own }, label);
    if (!uses.startsWith('./')) return await runBuiltInAction(activity, uses, label);
    return await runAction(activity, { root: session.folders.workspace, path: uses }, label);
  } catch (error) {
    if (activity.signal.aborted) return 'failure';
    if (!(error instanceof StepFailure || error instanceof ExpressionFailure)) throw error;
    activity.recorder.annotate('error', error.message);
    return 'failure';
  }
}

/** @param place the folder of the action, below the workspace or below the repository's own copy */
async function runAction(
  activity: StepActivity,
  { root, path }: { root: string; path: string },
  label: string,
): Promise<ActivityOutcome> {
  const manifest = await readActionManifest(root, path);
  activity.recorder.write(`##[group]Run ${activity.definition.settings.get('uses')?.toString()}\n##[endgroup]`);
  const { runs } = manifest;
  switch (runs.kind) {
    case 'node':
      return await runNodeAction(activity, manifest, runs, label);
    case 'composite':
      return await runCompositeAction(activity, manifest, runs, (inner) => performStep(inner, label));
  }
}
