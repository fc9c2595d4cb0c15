import type { Clusters, MachineImages } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { KeptValue, OutputReference, ParameterValue, Stack } from '../stacks/stack.ts';

/** A stack whose parameters are texts and outputs of other stacks, and nothing that depends on what it is already. */
export type SettledStack = Omit<Stack, 'parameters'> & {
  parameters: Record<string, string | OutputReference>;
  /** Values that were looked up now and that the stack does not have, by {@link lookedUpKey}. */
  lookedUp: Record<string, string>;
  /** What the parameters with a `LateValue` are in the end; a stack that is made now has other values for them first. */
  late: Record<string, string>;
};

/** The stack as it is in the end: that is what is approved, also of one that is made first and protected then. */
export function inTheEnd(stack: SettledStack): SettledStack {
  return { ...stack, parameters: { ...stack.parameters, ...stack.late } };
}

/** True when a stack that was made with these parameters needs another change to be what it is in the end. */
export function isMadeInTwo({ parameters, late }: SettledStack): boolean {
  return Object.entries(late).some(([name, value]) => parameters[name] !== value);
}

/** Where values come from that no declaration has. */
export type ValueSources = {
  clusters: Pick<Clusters, 'defaultAddonVersion'>;
  machineImages: MachineImages;
  /** From the approved seals, by {@link lookedUpKey}; these count instead of what AWS would say now. */
  lookedUp?: Readonly<Record<string, string>>;
  /** For a plan: whether AWS has a newer machine image than the stack. */
  looksForNewer?: boolean;
};

/** `sar-cluster NodeImageId` */
function lookedUpKey(stack: string, parameter: string): string {
  return `${stack} ${parameter}`;
}

/**
 * Fills in the parameters that a stack keeps: what it has, as long as the parameter that they go with has its value too;
 * otherwise their first value, or the one that comes after it. What has to be looked up is taken from the seals; where these
 * say nothing and the stack has nothing, AWS is asked.
 * @param state the stack as it is; undefined when there is none
 * @throws Failure when AWS cannot be asked, or has no such add-on or image
 */
export async function settleParameters(
  stack: Stack,
  state: StackState | undefined,
  sources: ValueSources,
): Promise<SettledStack> {
  const lookedUp: Record<string, string> = {};
  const late: Record<string, string> = {};
  const settle = async (name: string, value: ParameterValue) => {
    if (typeof value === 'string' || 'stack' in value) return [name, value] as const;
    if ('creation' in value) {
      late[name] = value.afterwards;
      // The shell that change sets are made in has nothing yet.
      const isThere = state !== undefined && state.status !== 'REVIEW_IN_PROGRESS';
      return [name, isThere ? value.afterwards : value.creation] as const;
    }
    const had = state?.parameters[name];
    const goesOn = state?.parameters[value.until] === stack.parameters[value.until];
    if (typeof value.first === 'string') return [name, keptText(value, value.first, had, goesOn)] as const;
    const kept = goesOn && had !== undefined && isLookedUp(value, had) ? had : undefined;
    const key = lookedUpKey(stack.name, name);
    const found = await lookUp(value, kept, sources, key);
    if (found !== had) lookedUp[key] = found;
    return [name, found] as const;
  };
  const parameters = await Promise.all(Object.entries(stack.parameters).map(([name, value]) => settle(name, value)));
  return { ...stack, parameters: Object.fromEntries(parameters), lookedUp, late };
}

function keptText({ afterwards }: KeptValue, first: string, had: string | undefined, goesOn: boolean): string {
  if (afterwards !== undefined && had !== undefined) return goesOn ? had : afterwards;
  return had !== undefined && had !== '' && goesOn ? had : first;
}

/** Stacks of earlier versions have the name of the public parameter in place of an image. */
function isLookedUp({ first }: KeptValue, had: string): boolean {
  return had !== '' && (typeof first === 'string' || 'addon' in first || had.startsWith('ami-'));
}

async function lookUp(
  { first }: KeptValue,
  kept: string | undefined,
  { clusters, machineImages, lookedUp, looksForNewer }: ValueSources,
  key: string,
): Promise<string> {
  const sealed = lookedUp !== undefined && Object.hasOwn(lookedUp, key) ? lookedUp[key] : undefined;
  if (typeof first === 'string') return first;
  if ('addon' in first) return kept ?? sealed ?? clusters.defaultAddonVersion(first.addon, first.kubernetes);
  if (sealed !== undefined) return sealed;
  return kept !== undefined && looksForNewer !== true ? kept : machineImages.recommended(first.machineImage);
}
