import type { SpecProperty, SpecResourceType, SpecType } from '../service-spec/service-spec.ts';
import { isUnknown } from './intrinsic.ts';
import { isRecord } from './template.ts';

/** One violation of a resource's schema; `path` points into the properties, e.g. `/Tags/0`, empty for the root. */
export type PropertyViolation = { readonly path: string; readonly message: string };

/**
 * Checks resolved properties against the resource's schema: unknown, missing and wrongly typed ones. Values that are
 * known only after apply pass. Numbers and booleans may be written as text, as everywhere in CloudFormation.
 * Texts as in https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html.
 */
export function checkProperties(
  spec: SpecResourceType,
  properties: Readonly<Record<string, unknown>>,
): PropertyViolation[] {
  return checkObject(spec, spec.properties, properties, '');
}

/** `#/Tags/0: required key [Key] not found`, `#: extraneous key [Foo] is not permitted`. */
export function describeViolation(violation: PropertyViolation): string {
  return `#${violation.path}: ${violation.message}`;
}

function checkObject(
  spec: SpecResourceType,
  declared: Readonly<Record<string, SpecProperty>>,
  value: Readonly<Record<string, unknown>>,
  path: string,
): PropertyViolation[] {
  const missing = Object.entries(declared)
    .filter(([name, property]) => property.required === true && value[name] === undefined)
    .map(([name]) => ({ path, message: `required key [${name}] not found` }));
  const members = Object.entries(value).flatMap(([name, member]) => {
    const property = Object.hasOwn(declared, name) ? declared[name] : undefined;
    return property === undefined
      ? [{ path, message: `extraneous key [${name}] is not permitted` }]
      : checkValue(spec, property.type, member, `${path}/${name}`);
  });
  return [...missing, ...members];
}

function checkValue(spec: SpecResourceType, type: SpecType, value: unknown, path: string): PropertyViolation[] {
  if (isUnknown(value)) return [];
  if (typeof type === 'string') {
    return isPrimitive(type, value)
      ? []
      : [{ path, message: `expected type: ${typeTitle(type)}, found: ${kindOf(value)}` }];
  }
  switch (type[0]) {
    case 'enum':
      return type[1].map(String).includes(String(value))
        ? []
        : [{ path, message: `${String(value)} is not a valid enum value` }];
    case 'list':
      if (!Array.isArray(value)) return [{ path, message: `expected type: JSONArray, found: ${kindOf(value)}` }];
      return value.flatMap((item, index) => checkValue(spec, type[1], item, `${path}/${index}`));
    case 'map':
      if (!isRecord(value)) return [{ path, message: `expected type: JSONObject, found: ${kindOf(value)}` }];
      return Object.entries(value).flatMap(([key, member]) => checkValue(spec, type[1], member, `${path}/${key}`));
    case 'ref':
      if (!isRecord(value)) return [{ path, message: `expected type: JSONObject, found: ${kindOf(value)}` }];
      return checkObject(spec, spec.definitions[type[1]] ?? {}, value, path);
    case 'oneOf': {
      const attempts = type[1].map((alternative) => checkValue(spec, alternative, value, path));
      return attempts.find((violations) => violations.length === 0) ?? attempts[0] ?? [];
    }
  }
}

function isPrimitive(type: Extract<SpecType, string>, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'date-time':
      return ['string', 'number', 'boolean'].includes(typeof value);
    case 'integer':
      return isScalar(value) && /^[+-]?\d+$/.test(String(value));
    case 'number':
      return isScalar(value) && value !== '' && Number.isFinite(Number(value));
    case 'boolean':
      return typeof value === 'boolean' || value === 'true' || value === 'false';
    case 'json':
      return isRecord(value) || Array.isArray(value);
    case 'null':
      return value === null;
    case 'tag':
      return isRecord(value) && isScalar(value['Key']) && isScalar(value['Value']) && Object.keys(value).length === 2;
  }
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function typeTitle(type: Extract<SpecType, string>): string {
  switch (type) {
    case 'integer':
      return 'Integer';
    case 'number':
      return 'Number';
    case 'boolean':
      return 'Boolean';
    case 'json':
    case 'tag':
      return 'JSONObject';
    case 'null':
      return 'null';
    case 'string':
    case 'date-time':
      return 'String';
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'JSONArray';
  if (isRecord(value)) return 'JSONObject';
  return typeof value === 'string' ? 'String' : typeof value === 'boolean' ? 'Boolean' : 'Integer';
}

/** Whether a value fits a type of the specification. */
export function matchesType(spec: SpecResourceType, type: SpecType, value: unknown): boolean {
  return checkValue(spec, type, value, '').length === 0;
}
