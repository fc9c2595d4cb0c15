import { Failure } from '../failure.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { StackKind } from '../stacks/stack.ts';
import type { SettledStack } from './kept-parameters.ts';

/** What CloudFormation shows instead of a `NoEcho` value (API reference, Parameter). */
const masked = '****';

/**
 * The parameters of a stack with the outputs of other stacks filled in.
 * @param stateOf the finished state of another stack of the deployment
 * @throws Failure `MissingOutput` when a stack has no such output
 */
export function resolveParameters(
  stack: SettledStack,
  stateOf: (kind: StackKind) => StackState | undefined,
): Record<string, string> {
  const resolved: Record<string, string> = {};
  for (const [name, value] of Object.entries(stack.parameters)) {
    if (typeof value === 'string') {
      resolved[name] = value;
      continue;
    }
    const output = stateOf(value.stack)?.outputs[value.output];
    if (output === undefined) {
      throw new Failure({
        code: 'MissingOutput',
        source: 'product',
        message: `Stack ${stack.name} needs output ${value.output} of the ${value.stack} stack, which has none.`,
        hint: 'The template of that stack does not declare it.',
      });
    }
    resolved[name] = output;
  }
  return resolved;
}

/**
 * True when the stack has the values that come from other stacks, those that were looked up, and those that it gets only
 * once it is there. Its fingerprint covers only which ones those are, not what they say. Masked values are taken to be equal.
 */
export function hasReferencedValues(stack: SettledStack, state: StackState, resolved: Record<string, string>): boolean {
  if (Object.keys(stack.lookedUp).length > 0) return false;
  return Object.entries(stack.parameters).every(([name, value]) => {
    if (typeof value === 'string' && !Object.hasOwn(stack.late, name)) return true;
    const current = state.parameters[name];
    return current === masked || current === resolved[name];
  });
}
