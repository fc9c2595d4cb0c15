import { evaluateTexts } from '../expressions/token.ts';
import { type ActivityOutcome, type StepActivity, StepFailure } from '../step/activity.ts';
import type { BuiltInAction } from './built-in-action.ts';
import { CACHE, RESTORE_CACHE, SAVE_CACHE } from './cache.ts';
import { CHECKOUT } from './checkout.ts';
import { DOWNLOAD_ARTIFACT } from './download-artifact.ts';
import { SETUP_NODE } from './setup-node.ts';
import { UPLOAD_ARTIFACT } from './upload-artifact.ts';

/** Published actions that can be used, in any version: their real code would need github.com. */
const BUILT_IN: Readonly<Record<string, BuiltInAction>> = {
  'actions/checkout': CHECKOUT,
  'actions/setup-node': SETUP_NODE,
  'actions/upload-artifact': UPLOAD_ARTIFACT,
  'actions/download-artifact': DOWNLOAD_ARTIFACT,
  'actions/cache': CACHE,
  'actions/cache/restore': RESTORE_CACHE,
  'actions/cache/save': SAVE_CACHE,
};

/**
 * Why an action of another repository cannot be used here; undefined when it can.
 * @param uses e.g. `actions/checkout@v6`
 */
export function builtInProblem(uses: string): string | undefined {
  if (findBuiltIn(uses)) return undefined;
  return `The sandbox cannot run ${uses}; only ${Object.keys(BUILT_IN).join(', ')} are built in.`;
}

/**
 * Runs the stand-in for a published action.
 * @throws StepFailure when there is none, or it fails; ExpressionFailure
 */
export async function runBuiltInAction(activity: StepActivity, uses: string, label: string): Promise<ActivityOutcome> {
  const action = findBuiltIn(uses);
  if (!action) throw new StepFailure(builtInProblem(uses) ?? uses);
  const given = evaluateTexts(activity.definition.settings.get('with'), activity.scope);
  const inputs = new Map(Object.entries(action.inputs));
  for (const [name, value] of Object.entries(given)) {
    if (!inputs.has(name.toLowerCase())) {
      throw new StepFailure(`The sandbox's ${uses} does not know the input '${name}'.`);
    }
    inputs.set(name.toLowerCase(), value);
  }
  const input = (name: string): string => inputs.get(name) ?? '';
  activity.recorder.write(`##[group]Run ${uses}\n##[endgroup]`);
  await action.run({ activity, label, input, flag: (name) => readFlag(name, input(name)) });
  return 'success';
}

function findBuiltIn(uses: string): BuiltInAction | undefined {
  const at = uses.lastIndexOf('@');
  if (at <= 0 || at === uses.length - 1) return undefined;
  const name = uses.slice(0, at).toLowerCase();
  return Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
}

/** The booleans of YAML 1.2's core schema, as @actions/core's getBooleanInput reads them. */
function readFlag(name: string, value: string): boolean {
  if (['true', 'True', 'TRUE'].includes(value)) return true;
  if (['false', 'False', 'FALSE', ''].includes(value)) return false;
  throw new StepFailure(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}`);
}
