import { parse } from 'yaml';
import { readBlob } from '../git/blobs.ts';
import type { Repository } from '../model/repository.ts';
import { ApiError } from '../rest/api-error.ts';

type Declared = { required?: unknown; default?: unknown };

/**
 * Checks a manual start against the workflow's `on.workflow_dispatch`
 * (docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatch).
 * @param blob the workflow file
 * @returns the inputs with defaults filled in, as text
 * @throws ApiError 422 for a workflow without that trigger, an unknown input or a missing one
 */
export async function dispatchInputs(
  repository: Repository,
  blob: string,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, string>> {
  const workflow: unknown = parse((await readBlob(repository.gitFolder, blob)).toString('utf8'));
  const declared = declaredInputs(workflow);
  if (declared === undefined) throw new ApiError(422, "Workflow does not have 'workflow_dispatch' trigger");
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) throw new ApiError(422, `Unexpected inputs provided: ${JSON.stringify(unknown)}`);
  const inputs: Record<string, string> = {};
  for (const [name, input] of Object.entries(declared)) {
    const value = given[name] ?? input.default;
    if (value === undefined && input.required === true) {
      throw new ApiError(422, `Required input '${name}' not provided`);
    }
    if (value !== undefined) inputs[name] = String(value);
  }
  return inputs;
}

/** `on` may be a text, a list or a mapping. @returns undefined without the trigger */
function declaredInputs(workflow: unknown): Record<string, Declared> | undefined {
  const on = fieldOf(workflow, 'on');
  if (on === 'workflow_dispatch' || (Array.isArray(on) && on.includes('workflow_dispatch'))) return {};
  if (typeof on !== 'object' || on === null || Array.isArray(on) || !('workflow_dispatch' in on)) return undefined;
  const inputs = fieldOf(fieldOf(on, 'workflow_dispatch'), 'inputs');
  if (typeof inputs !== 'object' || inputs === null) return {};
  const entries = Object.entries(inputs).map(([name, input]): [string, Declared] => [
    name,
    { required: fieldOf(input, 'required'), default: fieldOf(input, 'default') },
  ]);
  return Object.fromEntries(entries);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
