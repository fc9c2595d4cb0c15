import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Scope, ScopeFunctions } from '../expressions/expression.ts';
import { evaluateTexts } from '../expressions/token.ts';
import { findFiles, isBelow } from '../files/file-pattern.ts';
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

/**
 * hashFiles(): one SHA-256 over the SHA-256 of every matching file below the workspace; empty when there is none
 * (docs.github.com/en/actions/reference/workflows-and-actions/expressions#hashfiles).
 */
function hashFiles(workspace: string, patterns: readonly string[]): string {
  const { files } = findFiles(workspace, patterns.join('\n'), true);
  const inside = files.filter((file) => isBelow(file, workspace));
  if (inside.length === 0) return '';
  const total = createHash('sha256');
  for (const file of inside) total.update(createHash('sha256').update(readFileSync(file)).digest());
  return total.digest('hex');
}
