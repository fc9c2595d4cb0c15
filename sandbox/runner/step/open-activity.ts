import type { Scope, ScopeFunctions } from '../expressions/expression.ts';
import { evaluateTexts } from '../expressions/token.ts';
import { hashFiles } from '../files/hash-files.ts';
import { stepScope } from '../job/contexts.ts';
import type { JobSession } from '../job/job-session.ts';
import type { StepActivity, StepFrame } from './activity.ts';

/**
 * What settings in this frame can see, without the `env` of a particular step.
 * @param functions the status functions where they are allowed: in `if`
 */
export function frameScope(
  session: JobSession,
  frame: StepFrame,
  contextName: string,
  functions: ScopeFunctions = {},
): Scope {
  return stepScope(session, {
    contextName,
    env: { ...Object.fromEntries(session.env), ...frame.env },
    steps: frame.steps,
    inputs: frame.inputs,
    actionPath: frame.actionPath,
    functions: { ...functions, hashFiles: (patterns) => hashFiles(session.folders.workspace, patterns) },
  });
}

/**
 * A step about to run: its `env` computed and part of what its other settings see.
 * @throws ExpressionFailure
 */
export function openActivity(
  step: Pick<StepActivity, 'session' | 'frame' | 'definition' | 'recorder' | 'signal'>,
): StepActivity {
  const { session, frame, definition } = step;
  const outer = frameScope(session, frame, definition.contextName);
  const own = evaluateTexts(definition.settings.get('env'), outer);
  const env = { ...Object.fromEntries(session.env), ...frame.env, ...own };
  return {
    session,
    frame,
    definition,
    recorder: step.recorder,
    signal: step.signal,
    scope: { ...outer, contexts: { ...outer.contexts, env } },
    env,
    outputs: new Map(),
    state: new Map(),
    summaries: [],
  };
}
