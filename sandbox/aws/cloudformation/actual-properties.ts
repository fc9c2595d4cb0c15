import { isDeepStrictEqual } from 'node:util';
import { type SpecProperty, type SpecResourceType, type SpecType, specOf } from '../service-spec/service-spec.ts';
import type { Engine } from './engine.ts';
import { stringify } from './intrinsic.ts';
import { diffProperties, elementOf, membersOf } from './property-diff.ts';
import type { Stack, StackResource } from './stack-state.ts';
import { isRecord } from './template.ts';

/** What CloudFormation reads of a resource in its service. */
export type ActualResource =
  | { readonly status: 'DELETED' }
  | {
      readonly status: 'IN_SYNC' | 'MODIFIED';
      /** As the stack has them, with the values that its service has now. */
      readonly properties: Record<string, unknown>;
    };

/**
 * Reads a resource's live configuration in its service. Only properties that the stack gave it count (user guide, "Detect
 * unmanaged configuration changes", "Considerations when detecting drift"). Not compared, but taken from the previous
 * deployment, are what services do not show (write-only properties), tags that the template does not name, and properties
 * that only a replacement could bring back
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html, Considerations).
 * @returns undefined for a type that the sandbox cannot read, which counts as one that AWS does not support
 */
export function readActual(engine: Engine, stack: Stack, existing: StackResource): ActualResource | undefined {
  const read = engine.resourceTypes.get(existing.type)?.read;
  const spec = specOf(existing.type);
  if (read === undefined || spec === undefined || existing.state === undefined) return undefined;
  const live = read({
    world: engine.world,
    region: engine.region,
    stackName: stack.name,
    stackId: stack.id,
    logicalId: existing.logicalId,
    properties: structuredClone(existing.properties),
    stackTags: { ...existing.stackTags },
    physicalId: existing.state.physicalId,
    siblings: [...stack.resources.values()].filter((other) => other !== existing),
  });
  if (live === undefined) return { status: 'DELETED' };
  const properties = withActual(spec, existing.properties, live);
  return {
    status: diffProperties(spec, existing.properties, properties).length > 0 ? 'MODIFIED' : 'IN_SYNC',
    properties,
  };
}

function withActual(
  spec: SpecResourceType,
  declared: Readonly<Record<string, unknown>>,
  live: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(declared)) {
    const property = Object.hasOwn(spec.properties, name) ? spec.properties[name] : undefined;
    const member = memberOf(live, name);
    const isCompared = member !== undefined && name !== spec.tagProperty && property?.replacement !== 'yes';
    const actual = isCompared ? inFormOf(spec, property?.type ?? 'json', value, member.value) : value;
    if (actual !== undefined) properties[name] = actual;
  }
  return properties;
}

/** A service's own spelling of a property's name begins with a small letter, or is written otherwise in capitals. */
function memberOf(live: Readonly<Record<string, unknown>>, name: string): { value: unknown } | undefined {
  const found = Object.keys(live).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : { value: live[found] };
}

/** A live value as the template would have written it: members that it does not name, and another order, are no drift. */
function inFormOf(spec: SpecResourceType, type: SpecType, declared: unknown, live: unknown): unknown {
  if (live === undefined || live === null) return undefined;
  if (isDeepStrictEqual(stringify(declared), stringify(live))) return declared;
  if (isRecord(declared)) {
    const actual = typeof live === 'string' ? parsed(live) : live;
    if (isDeepStrictEqual(stringify(declared), stringify(actual))) return declared;
    if (!isRecord(actual) || isOpen(type)) return actual;
    return recordInFormOf(spec, membersOf(spec, type, declared), declared, actual);
  }
  if (Array.isArray(declared) && Array.isArray(live)) return listInFormOf(spec, elementOf(type), declared, live);
  return live;
}

function recordInFormOf(
  spec: SpecResourceType,
  members: Readonly<Record<string, SpecProperty>>,
  declared: Readonly<Record<string, unknown>>,
  live: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(declared).flatMap(([name, value]) => {
    const member = memberOf(live, name);
    if (member === undefined) return [];
    const type = Object.hasOwn(members, name) ? members[name]?.type : undefined;
    const actual = inFormOf(spec, type ?? 'json', value, member.value);
    return actual === undefined ? [] : [[name, actual] as const];
  });
  return Object.fromEntries(entries);
}

/** Elements that the template names stand where it has them; the rest follows. */
function listInFormOf(
  spec: SpecResourceType,
  type: SpecType,
  declared: readonly unknown[],
  live: readonly unknown[],
): unknown[] {
  const rest = [...live];
  const matched = declared.map((element) => {
    const at = rest.findIndex((other) =>
      isDeepStrictEqual(stringify(inFormOf(spec, type, element, other)), stringify(element)),
    );
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
  const own = declared.flatMap((element, index) => {
    if (matched[index] === true) return [element];
    const at = rest.findIndex((other) => hasMembersOf(element, other));
    const [other] = at < 0 ? [] : rest.splice(at, 1);
    return other === undefined ? [] : [inFormOf(spec, type, element, other)];
  });
  return [...own, ...rest];
}

/** Whether a live element can be the declared one with other values. */
function hasMembersOf(declared: unknown, live: unknown): boolean {
  if (!isRecord(declared) || !isRecord(live)) return isRecord(declared) === isRecord(live);
  return Object.keys(declared).every((name) => memberOf(live, name)?.value !== undefined);
}

/** Maps and documents have no members of their own that a service could add. */
function isOpen(type: SpecType): boolean {
  if (type === 'json') return true;
  if (typeof type === 'string') return false;
  return type[0] === 'map' || (type[0] === 'oneOf' && type[1].some(isOpen));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
