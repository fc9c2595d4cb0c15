import type { StackState } from '../ports/cloudformation.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { KeptValue, OutputReference, Stack } from '../stacks/stack.ts';

/** A stack whose parameters are texts and outputs of other stacks, and nothing that depends on what it is already. */
export type SettledStack = Omit<Stack, 'parameters'> & { parameters: Record<string, string | OutputReference> };

/**
 * Fills in the parameters that a stack keeps: what it has, as long as the parameter that they go with has its value too;
 * otherwise their first value, which for an add-on is what EKS recommends, or the one that comes after it.
 * @param state the stack as it is; undefined when there is none
 * @throws Failure when EKS cannot be asked, or has no such add-on
 */
export async function settleParameters(
  stack: Stack,
  state: StackState | undefined,
  clusters: Pick<Clusters, 'defaultAddonVersion'>,
): Promise<SettledStack> {
  const settle = async (name: string, value: string | OutputReference | KeptValue) => {
    if (typeof value === 'string' || 'stack' in value) return [name, value] as const;
    const kept = state?.parameters[name];
    const goesOn = state?.parameters[value.until] === stack.parameters[value.until];
    if (value.afterwards !== undefined && kept !== undefined) return [name, goesOn ? kept : value.afterwards] as const;
    if (kept !== undefined && kept !== '' && goesOn) return [name, kept] as const;
    if (typeof value.first === 'string') return [name, value.first] as const;
    return [name, await clusters.defaultAddonVersion(value.first.addon, value.first.kubernetes)] as const;
  };
  const parameters = await Promise.all(Object.entries(stack.parameters).map(([name, value]) => settle(name, value)));
  return { ...stack, parameters: Object.fromEntries(parameters) };
}
