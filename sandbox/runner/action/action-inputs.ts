import type { Scope } from '../expressions/expression.ts';
import { evaluateText, evaluateTexts } from '../expressions/token.ts';
import type { StepActivity } from '../step/activity.ts';
import type { ActionManifest } from './action-manifest.ts';

/**
 * An action's inputs: what `with:` gives, else the declared defaults. Inputs nobody declared are passed on with a
 * warning; missing required ones are the action's own business, as on GitHub.
 * @throws ExpressionFailure
 */
export function actionInputs(activity: StepActivity, manifest: ActionManifest): Record<string, string> {
  const given = evaluateTexts(activity.definition.settings.get('with'), activity.scope);
  const inputs = defaultInputs(manifest, activity.scope);
  const declared = new Map([...manifest.inputs.keys()].map((name) => [name.toLowerCase(), name]));
  const unexpected: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const known = declared.get(name.toLowerCase());
    if (known === undefined) unexpected.push(name);
    inputs[known ?? name] = value;
    const deprecated = known === undefined ? undefined : manifest.inputs.get(known)?.deprecated;
    if (deprecated !== undefined) {
      activity.recorder.annotate('warning', `Input '${known}' has been deprecated with message: ${deprecated}`);
    }
  }
  if (unexpected.length > 0) {
    const valid = [...manifest.inputs.keys()].map((name) => `'${name}'`).join(', ');
    const named = unexpected.map((name) => `'${name}'`).join(', ');
    activity.recorder.annotate('warning', `Unexpected input(s) ${named}, valid inputs are [${valid}]`);
  }
  return inputs;
}

/** INPUT_ variables: capitals, spaces as `_`, everything else kept (metadata syntax, `inputs`). */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const variables = Object.entries(inputs).map(([name, value]) => [inputVariable(name), value]);
  return Object.fromEntries(variables);
}

function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

function defaultInputs(manifest: ActionManifest, scope: Scope): Record<string, string> {
  const defaults = [...manifest.inputs].map(([name, input]) => [
    name,
    input.default ? evaluateText(input.default, scope) : '',
  ]);
  return Object.fromEntries(defaults);
}
