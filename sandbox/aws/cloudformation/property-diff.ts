import { isDeepStrictEqual } from 'node:util';
import type { SpecProperty, SpecResourceType, SpecType } from '../service-spec/service-spec.ts';
import { stringify } from './intrinsic.ts';
import { isRecord } from './template.ts';

/** Whether changing a property makes a new physical resource. */
export type Recreation = 'Never' | 'Conditionally' | 'Always';

/** One place where properties differ. */
export type PropertyChange = {
  /** From the properties' root: property name, then keys and list indices. */
  readonly path: readonly string[];
  readonly kind: 'Add' | 'Modify' | 'Remove';
  readonly recreation: Recreation;
  readonly before: unknown;
  readonly after: unknown;
};

/**
 * Compares resolved properties as CloudFormation does: scalars as text, lists item by item, objects key by key, down
 * to the smallest part that differs. Replacement follows the specification along the whole path.
 */
export function diffProperties(
  spec: SpecResourceType,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): PropertyChange[] {
  return diffObject(spec, spec.properties, before, after, [], 'Never');
}

function diffObject(
  spec: SpecResourceType,
  declared: Readonly<Record<string, SpecProperty>>,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: readonly string[],
  inherited: Recreation,
): PropertyChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const property = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const recreation = strongest(inherited, recreationOf(property));
    return diffValue(spec, property?.type ?? 'json', before[name], after[name], [...path, name], recreation);
  });
}

function diffValue(
  spec: SpecResourceType,
  type: SpecType,
  before: unknown,
  after: unknown,
  path: readonly string[],
  recreation: Recreation,
): PropertyChange[] {
  if (isDeepStrictEqual(stringify(before), stringify(after))) return [];
  if (isRecord(before) && isRecord(after)) {
    const declared = membersOf(spec, type, { ...before, ...after });
    return diffObject(spec, declared, before, after, path, recreation);
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const element = elementOf(type);
    return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_unused, index) =>
      diffValue(spec, element, before[index], after[index], [...path, String(index)], recreation),
    );
  }
  const kind = before === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify';
  return [{ path, kind, recreation: strongest(recreation, deepest(spec, type, new Set())), before, after }];
}

function recreationOf(property: SpecProperty | undefined): Recreation {
  if (property?.replacement === 'yes') return 'Always';
  return property?.replacement === 'maybe' ? 'Conditionally' : 'Never';
}

const strength: readonly Recreation[] = ['Never', 'Conditionally', 'Always'];

/** The most intrusive of two answers decides, as in a change set's `Replacement`. */
export function strongest(first: Recreation, second: Recreation): Recreation {
  return strength.indexOf(first) >= strength.indexOf(second) ? first : second;
}

/** The declared members of an object of this type. @param keys the object, for maps */
export function membersOf(
  spec: SpecResourceType,
  type: SpecType,
  keys: Readonly<Record<string, unknown>>,
): Readonly<Record<string, SpecProperty>> {
  if (typeof type === 'string') return {};
  switch (type[0]) {
    case 'ref':
      return spec.definitions[type[1]] ?? {};
    case 'map':
      return Object.fromEntries(Object.keys(keys).map((key) => [key, { type: type[1] }]));
    case 'oneOf': {
      const nested = type[1].find((alternative) => typeof alternative !== 'string' && alternative[0] !== 'list');
      return nested === undefined ? {} : membersOf(spec, nested, keys);
    }
    default:
      return {};
  }
}

/** The type of a list's elements. */
export function elementOf(type: SpecType): SpecType {
  if (typeof type === 'string') return 'json';
  if (type[0] === 'list') return type[1];
  const nested = type[0] === 'oneOf' ? type[1].find((alternative) => typeof alternative !== 'string') : undefined;
  return nested === undefined ? 'json' : elementOf(nested);
}

/** Adding or removing a whole object touches every property in it. */
function deepest(spec: SpecResourceType, type: SpecType, seen: Set<string>): Recreation {
  if (typeof type === 'string' || type[0] === 'enum') return 'Never';
  if (type[0] === 'oneOf') return type[1].map((member) => deepest(spec, member, seen)).reduce(strongest, 'Never');
  if (type[0] !== 'ref') return deepest(spec, type[1], seen);
  if (seen.has(type[1])) return 'Never';
  seen.add(type[1]);
  return Object.values(spec.definitions[type[1]] ?? {})
    .map((property) => strongest(recreationOf(property), deepest(spec, property.type, seen)))
    .reduce(strongest, 'Never');
}
