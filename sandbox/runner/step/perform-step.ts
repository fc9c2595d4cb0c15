import { readActionManifest } from '../action/action-manifest.ts';
import { runCompositeAction } from '../action/composite-action.ts';
import { runNodeAction } from '../action/node-action.ts';
import { ownActionPath, ownRepository } from '../action/own-repository.ts';
import { runBuiltInAction } from '../built-in/built-in-action.ts';
import { ExpressionFailure } from '../expressions/expression.ts';
import { type ActivityOutcome, type StepActivity, StepFailure } from './activity.ts';
import { runScript } from './run-script.ts';

/**
 * Runs a step that is due: a script, an action of the repository, or a built-in stand-in for a published action.
 * What is wrong with the workflow becomes an error annotation and a failure; anything else is thrown.
 * @param label the step's name
 */
export async function performStep(activity: StepActivity, label: string): Promise<ActivityOutcome> {
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
