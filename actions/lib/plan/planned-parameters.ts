import type { StackState } from '../ports/cloudformation.ts';
import type { SettledStack } from '../stack-operations/kept-parameters.ts';
import type { StackKind } from '../stacks/stack.ts';
import { placeholderFor } from './placeholder.ts';

export type PlannedParameters = {
  values: Record<string, string>;
  /** Names of those that a placeholder stands for. */
  unknown: string[];
};

/**
 * The parameters of a stack as far as they are known before anything is deployed: outputs of stacks that exist, and
 * placeholders for those that do not.
 */
export function planParameters(
  stack: SettledStack,
  stateOf: (kind: StackKind) => StackState | undefined,
): PlannedParameters {
  const values: Record<string, string> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(stack.parameters)) {
    if (typeof value === 'string') {
      values[name] = value;
      continue;
    }
    const output = stateOf(value.stack)?.outputs[value.output];
    if (output === undefined) unknown.push(name);
    values[name] = output ?? placeholderFor(stack.templateBody, name);
  }
  return { values, unknown };
}
