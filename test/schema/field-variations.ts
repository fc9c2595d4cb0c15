import type { Schema, SchemaField } from '../../scripts/reference/schema-fields.ts';

/** A declaration as YAML and JSON know it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The fields that hold a value of their own, not only other fields. */
export function leavesOf(fields: readonly SchemaField[]): SchemaField[] {
  return fields.flatMap((field) => (field.fields.length === 0 ? [field] : leavesOf(field.fields)));
}

/**
 * Declarations in which this field alone differs, at each place where it can stand. They need not be valid: what the checks
 * forbid says nothing about the field's use.
 * @param byHand further values, for what the schema does not tell
 */
export function variationsOf(declaration: Json, field: SchemaField, byHand: readonly Json[] = []): Json[] {
  return placesOf(declaration, field.path.split(/\.|(?=\[\])/)).flatMap((place) => {
    const current = valueAt(declaration, place);
    const values = [...byHand, ...otherValues(field.schema, current)].filter((value) => !isSame(value, current));
    const changed = values.map((value) => withValue(declaration, place, value));
    if (field.required || current === undefined) return changed;
    return [withValue(declaration, place, undefined), ...changed];
  });
}

type Place = readonly (string | number)[];

/** `profiles[].name` → every profile's name; the field itself need not be there, what it is in must be. */
function placesOf(value: Json | undefined, [part, ...rest]: readonly string[]): Place[] {
  if (part === undefined) return [[]];
  if (part === '[]') {
    const entries = Array.isArray(value) ? [...value.keys()] : [];
    return entries.flatMap((index) => placesOf(valueAt(value, [index]), rest).map((place) => [index, ...place]));
  }
  if (typeof value !== 'object' || value === null) return [];
  return placesOf(valueAt(value, [part]), rest).map((place) => [part, ...place]);
}

function valueAt(value: Json | undefined, place: Place): Json | undefined {
  return place.reduce<Json | undefined>(
    (part, key) => (part as Record<string | number, Json> | undefined)?.[key],
    value,
  );
}

function withValue(declaration: Json, place: Place, value: Json | undefined): Json {
  const copy = structuredClone(declaration);
  const holder = valueAt(copy, place.slice(0, -1)) as Record<string | number, Json>;
  const key = place.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(holder, key);
  else holder[key] = value;
  return copy;
}

/** What else the schema allows: other words, the other truth, the bounds and the neighbours of a number, shorter and longer lists. */
function otherValues(schema: Schema, current: Json | undefined): Json[] {
  const examples = (schema.examples ?? []) as Json[];
  if (schema.enum !== undefined) return schema.enum as Json[];
  if (schema.anyOf !== undefined) return [...examples, ...schema.anyOf.flatMap((one) => otherValues(one, current))];
  switch (schema.type) {
    case 'boolean':
      return [true, false];
    case 'integer':
    case 'number':
      return [...neighbours(schema, current), ...examples];
    case 'array':
      return [...otherLists(schema, Array.isArray(current) ? current : []), ...examples];
    case 'string':
      return [...examples, ...(typeof current === 'string' ? [nextText(current)] : [])];
    default:
      return examples;
  }
}

function neighbours({ minimum, maximum, exclusiveMinimum }: Schema, current: Json | undefined): number[] {
  const near = typeof current === 'number' ? [current + 1, current - 1] : [];
  const lowest = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  const all = [...near, lowest, maximum].filter((value) => value !== undefined);
  return all.filter((value) => value >= (lowest ?? value) && value <= (maximum ?? value));
}

function otherLists({ items }: Schema, current: readonly Json[]): Json[] {
  const examples = (items?.examples ?? []) as Json[];
  return [current.slice(0, -1), current.slice(1), ...examples.map((example) => [...current, example])];
}

/** The same text with its last letter or digit another one. */
function nextText(text: string): string {
  return text.replace(/([A-Za-z0-9])([^A-Za-z0-9]*)$/, (_, last: string, end: string) => {
    const next = { 9: '8', z: 'y', Z: 'Y' }[last] ?? String.fromCharCode(last.charCodeAt(0) + 1);
    return `${next}${end}`;
  });
}

function isSame(a: Json, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
