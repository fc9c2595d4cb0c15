import { intrinsicCall, resolve, type Scope } from './intrinsic.ts';
import { isRecord, type Template } from './template.ts';
import { validationError } from './validation-error.ts';

/** Finds `Fn::FindInMap` values in a template's Mappings section. */
export function mappingLookup(template: Template): Scope['mapping'] {
  return (map, top, second) => {
    if (!Object.hasOwn(template.mappings, map)) {
      throw validationError(
        `Template error: Mapping named '${map}' is not present in the 'Mappings' section of template.`,
      );
    }
    const level = template.mappings[map] ?? {};
    const values = Object.hasOwn(level, top) ? (level[top] ?? {}) : {};
    if (!Object.hasOwn(values, second)) {
      throw validationError(`Template error: Unable to get mapping for ${map}::${top}::${second}`);
    }
    return values[second];
  };
}

/**
 * Evaluates the Conditions section.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
 *
 * @param ref the value of a parameter or pseudo parameter; conditions cannot see resources
 */
export function evaluateConditions(
  template: Template,
  region: string,
  ref: (name: string) => unknown,
): Readonly<Record<string, boolean>> {
  const results: Record<string, boolean> = {};
  const open = new Set<string>();
  const evaluate = (name: string): boolean => {
    const known = results[name];
    if (known !== undefined) return known;
    if (open.has(name)) {
      throw validationError(
        `Template format error: Found circular condition dependency with: [${[...open].join(', ')}]`,
      );
    }
    open.add(name);
    const value = resolve(conditionNamed(template, name), conditionScope(template, region, ref, evaluate));
    open.delete(name);
    if (typeof value !== 'boolean') {
      throw validationError(`Template format error: Every Conditions member must evaluate to true or false: ${name}`);
    }
    results[name] = value;
    return value;
  };
  for (const name of Object.keys(template.conditions)) evaluate(name);
  return results;
}

function conditionNamed(template: Template, name: string): unknown {
  if (Object.hasOwn(template.conditions, name)) return template.conditions[name];
  throw validationError(
    `Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`,
  );
}

/** Conditions see parameters and mappings only. */
function conditionScope(
  template: Template,
  region: string,
  ref: (name: string) => unknown,
  condition: (name: string) => boolean,
): Scope {
  const noResources = (name: string): never => {
    throw validationError(
      `Template format error: Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template`,
    );
  };
  return {
    region,
    ref,
    getAtt: noResources,
    condition,
    mapping: mappingLookup(template),
    importValue: noResources,
    // Condition functions take no Fn::GetAZs: intrinsic-function-reference-conditions.html, supported functions.
    availabilityZones: () => noResources('Fn::GetAZs'),
  };
}

/** Replaces every `Fn::If` by the branch its condition chooses; all other functions stay. */
export function decide(value: unknown, conditions: Readonly<Record<string, boolean>>): unknown {
  if (Array.isArray(value)) return value.map((item) => decide(item, conditions));
  if (!isRecord(value)) return value;
  const call = intrinsicCall(value);
  if (call?.name === 'Fn::If' && Array.isArray(call.argument) && call.argument.length === 3) {
    const [condition, yes, no]: unknown[] = call.argument;
    const name = String(condition);
    if (!Object.hasOwn(conditions, name)) {
      throw validationError(
        `Template format error: Unresolved condition dependency ${name} in the Resources block of the template`,
      );
    }
    return decide(conditions[name] ? yes : no, conditions);
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decide(member, conditions)]));
}
