import type { SpecProperty, SpecResourceType, SpecType } from '../service-spec/service-spec.ts';
import { isUnknown } from './intrinsic.ts';
import { matchesType } from './property-check.ts';
import { isRecord } from './template.ts';

/**
 * Gives values the primitive types of the schema, as CloudFormation does before it calls a resource handler: a
 * parameter's `"3"` becomes 3 where an integer belongs, `true` becomes `"true"` where a string belongs.
 */
export function coerceProperties(
  spec: SpecResourceType,
  properties: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return coerceObject(spec, spec.properties, properties);
}

function coerceObject(
  spec: SpecResourceType,
  declared: Readonly<Record<string, SpecProperty>>,
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
    const property = Object.hasOwn(declared, name) ? declared[name] : undefined;
    return [name, property === undefined ? member : coerce(spec, property.type, member)];
  });
  return Object.fromEntries(entries);
}

function coerce(spec: SpecResourceType, type: SpecType, value: unknown): unknown {
  if (isUnknown(value)) return value;
  if (typeof type === 'string') return coercePrimitive(type, value);
  switch (type[0]) {
    case 'enum':
      return type[1].find((allowed) => String(allowed) === String(value)) ?? value;
    case 'list':
      return Array.isArray(value) ? value.map((item) => coerce(spec, type[1], item)) : value;
    case 'map':
      if (!isRecord(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, coerce(spec, type[1], member)]));
    case 'ref':
      return isRecord(value) ? coerceObject(spec, spec.definitions[type[1]] ?? {}, value) : value;
    case 'oneOf': {
      const fitting = type[1].find((alternative) => matchesType(spec, alternative, value));
      return fitting === undefined ? value : coerce(spec, fitting, value);
    }
  }
}

function coercePrimitive(type: Extract<SpecType, string>, value: unknown): unknown {
  switch (type) {
    case 'string':
    case 'date-time':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'integer':
    case 'number':
      return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'tag':
      return isRecord(value) ? { ...value, Key: String(value['Key']), Value: String(value['Value']) } : value;
    case 'json':
    case 'null':
      return value;
  }
}
