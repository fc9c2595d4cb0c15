import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { compileCache } from '../../compile-cache.ts';
import { type ActivityOutcome, type StepActivity, StepFailure } from '../step/activity.ts';
import { type ProgramActivity, runStepProgram } from '../step/run-program.ts';
import { actionInputs, inputVariables } from './action-inputs.ts';
import type { ActionManifest, NodeAction } from './action-manifest.ts';

/**
 * A JavaScript action of the repository. Its `post` program becomes a clean-up step; `pre` is not run for local
 * actions (metadata syntax, `runs.pre`).
 * @param label the step's name, for the clean-up step
 * @throws StepFailure when a program is missing; ExpressionFailure
 */
export async function runNodeAction(
  activity: StepActivity,
  manifest: ActionManifest,
  runs: NodeAction,
  label: string,
): Promise<ActivityOutcome> {
  if (runs.pre !== undefined) {
    activity.recorder.annotate('warning', `\`pre\` execution is not supported for local action '${manifest.name}'`);
  }
  const own = inputVariables(actionInputs(activity, manifest));
  const programActivity: ProgramActivity = { ...activity, contextName: activity.definition.contextName };
  const run = (program: string, target: ProgramActivity, variables: Record<string, string>): Promise<ActivityOutcome> =>
    runNodeProgram(target, join(manifest.folder, program), variables);
  if (runs.post !== undefined) {
    const post = runs.post;
    activity.session.postSteps.push({
      name: `Post ${label}`,
      condition: runs.postCondition,
      contextName: activity.definition.contextName,
      run: ({ recorder, signal, summaries }) =>
        run(post, { ...programActivity, recorder, signal, summaries }, { ...own, ...stateVariables(activity.state) }),
    });
  }
  return run(runs.main, programActivity, own);
}

async function runNodeProgram(
  activity: ProgramActivity,
  file: string,
  own: Record<string, string>,
): Promise<ActivityOutcome> {
  await access(file).catch(() => {
    throw new StepFailure(`File not found: '${file}'`);
  });
  const { session } = activity;
  const result = await runStepProgram(activity, {
    program: session.run.options.nodeProgram,
    args: [file],
    folder: session.folders.workspace,
    own: { ...compileCache, ...own },
  });
  return result.outcome;
}

/** What the main program saved through GITHUB_STATE, as its `post` program gets it. */
function stateVariables(state: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...state].map(([name, value]) => [`STATE_${name}`, value]));
}
