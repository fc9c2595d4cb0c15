import { builtInProblem } from '../built-in/built-in-actions.ts';
import type { Scope } from '../expressions/expression.ts';
import { entriesOf, evaluateText, evaluateTexts } from '../expressions/token.ts';
import { plainAnnotation, type StepRun } from '../records.ts';
import type { StepFrame } from '../step/activity.ts';
import { executePostStep, executeStep } from '../step/execute-step.ts';
import { frameScope } from '../step/open-activity.ts';
import type { JobSession } from './job-session.ts';

/**
 * Runs the steps of an open job, then the clean-up steps, the last first.
 * @param onStep called when a step is done
 * @throws ExpressionFailure when `defaults` cannot be computed
 */
export async function runSteps(session: JobSession, scope: Scope, onStep: (step: StepRun) => void): Promise<StepRun[]> {
  const frame = jobFrame(session, scope);
  const problems = actionProblems(session);
  if (problems.length > 0) {
    session.status = 'failure';
    session.annotations.push(...problems.map((message) => plainAnnotation('error', message)));
    return [];
  }
  const steps: StepRun[] = [];
  const keep = (step: StepRun): void => {
    steps.push(step);
    onStep(step);
  };
  for (const definition of session.definition.steps) keep(await executeStep(session, frame, definition));
  for (let post = session.postSteps.pop(); post; post = session.postSteps.pop()) {
    keep(await executePostStep(session, frame, post));
  }
  return steps;
}

/**
 * A job's outputs. One that contains a secret is left out with a warning, an empty one without.
 * @throws ExpressionFailure
 */
export function jobOutputs(session: JobSession, scope: Scope): Record<string, string> {
  const visible = frameScope(session, jobFrame(session, scope), '');
  const outputs = evaluateTexts(session.definition.settings.get('outputs'), visible);
  const safe = Object.entries(outputs).filter(([name, value]) => {
    if (session.masker.mask(value) === value) return value !== '';
    session.annotations.push(plainAnnotation('warning', `Skip output '${name}' since it may contain secret.`));
    return false;
  });
  return Object.fromEntries(safe);
}

/** `environment.url`, which can use the steps' outputs. */
export function environmentUrl(session: JobSession, scope: Scope): string {
  const url = entriesOf(session.definition.settings.get('environment')).get('url');
  return url ? evaluateText(url, frameScope(session, jobFrame(session, scope), '')) : '';
}

function jobFrame(session: JobSession, scope: Scope): StepFrame {
  return {
    steps: session.steps,
    inputs: undefined,
    env: {},
    actionPath: undefined,
    runDefaults: {
      shell: runDefault(session, scope, 'shell'),
      workingDirectory: runDefault(session, scope, 'working-directory'),
    },
    depth: 0,
  };
}

function runDefault(session: JobSession, scope: Scope, name: string): string | undefined {
  const visible = { ...scope, contexts: { ...scope.contexts, env: Object.fromEntries(session.env) } };
  for (const settings of [session.definition.settings, session.run.workflow.settings]) {
    const token = entriesOf(entriesOf(settings.get('defaults')).get('run')).get(name);
    if (token) return evaluateText(token, visible);
  }
  return undefined;
}

/** GitHub gets all actions before the first step; one that cannot be had fails the job there. */
function actionProblems(session: JobSession): string[] {
  return session.definition.steps.flatMap((step) => {
    const uses = step.settings.get('uses')?.toString();
    return uses === undefined || uses.startsWith('./') || uses.startsWith('$/') ? [] : (builtInProblem(uses) ?? []);
  });
}
