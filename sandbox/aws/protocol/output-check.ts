import type { NormalizedSchema } from '@smithy/core/schema';
import { requiredMembers } from './operation-schema.ts';
import { SandboxBug } from './sandbox-bug.ts';

/**
 * Holds an output against the client's model: no member that the model does not know, none missing that it requires,
 * every value of the modelled type. Members that are undefined count as absent.
 * @param path where the value stands, e.g. `DescribeStacks output`; used in the message
 * @throws SandboxBug at the first disagreement
 */
export function checkShape(schema: NormalizedSchema, value: unknown, path: string): void {
  if (schema.isUnitSchema()) {
    if (presentKeys(value).length > 0) throw wrong(path, 'empty', value);
  } else if (schema.isStructSchema()) checkStructure(schema, value, path);
  else if (schema.isListSchema()) checkList(schema, value, path);
  else if (schema.isMapSchema()) checkMap(schema, value, path);
  else checkScalar(schema, value, path);
}

function checkStructure(schema: NormalizedSchema, value: unknown, path: string): void {
  if (!isPlainObject(value)) throw wrong(path, 'a structure', value);
  const members = new Map(schema.structIterator());
  const present = presentKeys(value);
  for (const name of present) {
    const member = members.get(name);
    if (!member) throw new SandboxBug(`${path}: ${schema.getName()} has no member ${name}.`);
    checkShape(member, value[name], `${path}.${name}`);
  }
  if (schema.isUnionSchema() && present.length !== 1) throw wrong(path, 'exactly one member of the union', value);
  const missing = requiredMembers(schema).find((name) => !present.includes(name));
  if (missing !== undefined) throw new SandboxBug(`${path}: ${schema.getName()} requires the member ${missing}.`);
}

function checkList(schema: NormalizedSchema, value: unknown, path: string): void {
  if (!Array.isArray(value)) throw wrong(path, 'a list', value);
  const member = schema.getValueSchema();
  for (const [index, each] of value.entries()) checkShape(member, each, `${path}[${index}]`);
}

function checkMap(schema: NormalizedSchema, value: unknown, path: string): void {
  if (!isPlainObject(value)) throw wrong(path, 'a map', value);
  const member = schema.getValueSchema();
  for (const key of presentKeys(value)) checkShape(member, value[key], `${path}.${key}`);
}

function checkScalar(schema: NormalizedSchema, value: unknown, path: string): void {
  const [expected, fits] = scalarExpectation(schema, value);
  if (!fits) throw wrong(path, expected, value);
}

function scalarExpectation(schema: NormalizedSchema, value: unknown): [expected: string, fits: boolean] {
  if (schema.isStringSchema()) return ['a string', typeof value === 'string'];
  if (schema.isBooleanSchema()) return ['a boolean', typeof value === 'boolean'];
  if (schema.isNumericSchema()) return ['a number', Number.isFinite(value)];
  if (schema.isTimestampSchema()) return ['a valid Date', value instanceof Date && !Number.isNaN(value.getTime())];
  if (schema.isBlobSchema()) return ['bytes', value instanceof Uint8Array || typeof value === 'string'];
  return ['any document', true];
}

const wrong = (path: string, expected: string, value: unknown): SandboxBug =>
  new SandboxBug(`${path} must be ${expected}, not ${value === null ? 'null' : typeof value}.`);

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const presentKeys = (value: unknown): string[] =>
  Object.entries(value ?? {}).flatMap(([name, each]) => (each === undefined ? [] : [name]));
