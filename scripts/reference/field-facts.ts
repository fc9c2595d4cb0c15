import type { Schema } from './schema-fields.ts';

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'group of fields',
};

/** What a field holds, in words: `text`, `list of text`, `closed, approval or open`. */
export function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return listOf(schema.enum.map(String), 'or');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (schema.type === undefined && alternatives !== undefined)
    return listOf([...new Set(alternatives.map(typeOf))], 'or');
  const types = schema.type === undefined ? ['object'] : [schema.type].flat();
  return listOf(
    types.map((type) => (type === 'array' ? listType(schema) : (typeNames[type] ?? type))),
    'or',
  );
}

/** What a value must keep, each in a few words; empty when anything of the type goes. */
export function constraintsOf(schema: Schema): string[] {
  if (schema.anyOf !== undefined) return eachOnce(schema.anyOf.flatMap(constraintsOf));
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems } = schema;
  const pattern = schema.pattern === undefined ? undefined : `pattern ${codeText(schema.pattern)}`;
  return [
    ...(schema.$comment === undefined ? [] : [schema.$comment]),
    ...(pattern === undefined ? [] : [pattern]),
    range(minimum, maximum, ''),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    range(minLength, maxLength, ' character'),
    range(minItems, maxItems, ' entry'),
    ...(schema.uniqueItems === true ? ['no entry twice'] : []),
    ...(schema.items === undefined || schema.items.properties !== undefined
      ? []
      : constraintsOf(schema.items).map((constraint) => `each entry: ${constraint}`)),
  ].filter((constraint) => constraint !== '');
}

/** Constraints of alternatives without those that only say of a list's entries what holds for a single value too. */
function eachOnce(constraints: readonly string[]): string[] {
  const all = new Set(constraints);
  return [...all].filter(
    (constraint) => !all.has(constraint.replace(/^each entry: /, '')) || !/^each/.test(constraint),
  );
}

/** A value as it stands in the file. */
export function yamlCode(value: unknown): string {
  return codeText(typeof value === 'string' && value !== '' ? value : JSON.stringify(value));
}

/** Inline code; back-ticks inside are kept by a longer fence. */
export function codeText(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listOf(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

function listType({ items }: Schema): string {
  if (items === undefined) return 'list';
  if (items.properties !== undefined) return 'list of groups of fields';
  return `list of ${typeOf(items)}`;
}

/** @param unit singular, with a space in front; empty for plain numbers */
function range(from: number | undefined, to: number | undefined, unit: string): string {
  const of = (count: number): string => (count === 1 || unit === '' ? unit : unit.replace(/y$/, 'ie').concat('s'));
  if (from === undefined) return to === undefined ? '' : `at most ${to}${of(to)}`;
  return to === undefined ? `at least ${from}${of(from)}` : `${from} to ${to}${of(to)}`;
}
