import { repeated } from './checks/check.ts';
import {
  type FieldSchema,
  fieldName,
  fieldNamesAt,
  fieldSchemaAt,
  groupName,
  sectionsWithField,
} from './field-schema.ts';
import type { Finding } from './finding.ts';
import { childPointer } from './json-pointer.ts';
import { nearMiss } from './near-miss.ts';
import { plainValue, quoteValue } from './quote-value.ts';
import { whyRetired } from './retired-fields.ts';
import type { ShapeError } from './shape.ts';
import { withoutEnd, withoutEnds } from './text-ends.ts';
import { oldReadingOf } from './yaml-scalar.ts';

/** A value that its field does not allow, with what the sentences about it are made of. */
type Wrong = { path: string; field: string; value: unknown; schema: FieldSchema; source: string | undefined };

/**
 * A value that its field does not allow.
 * @param value the value; undefined when there is none at the place
 * @param source its text in the file, without quotes, when it is a scalar
 */
export function whatIsWrong(error: ShapeError, value: unknown, source: string | undefined): Finding {
  const path = error.instancePath;
  const wrong: Wrong = { path, field: fieldName(path), value, schema: fieldSchemaAt(path) ?? {}, source };
  switch (error.keyword) {
    case 'type':
      return wrongType(wrong);
    case 'pattern':
      return wrongForm(wrong);
    case 'enum':
      return wrongChoice(wrong);
    default:
      return { code: 'OSL014', path, message: `${wrong.field} ${limitSentence(error, value)}`, ...exampleHint(wrong) };
  }
}

function wrongType({ path, field, value, schema, source }: Wrong): Finding {
  const types = [schema.type ?? []].flat();
  const expected = types.map((type) => typeNames[type] ?? type).join(' or ');
  if (value === null) {
    const message = `${field} has no value; it must be ${expected}.`;
    return { code: 'OSL012', path, message, hint: hintForNothing(path, schema) };
  }
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  if (types.includes('string') && scalar && source !== undefined)
    return unquoted({ path, field, value, schema, source }, value, source);
  const reading = typeof value === 'string' ? oldReadingOf(value) : undefined;
  const wanted = reading?.kind === 'boolean' ? 'boolean' : 'integer';
  if (reading !== undefined && (types.includes(wanted) || (wanted === 'integer' && types.includes('number')))) {
    const message = `${field} must be ${expected}; YAML 1.2 reads ${quoteValue(value)} as text.`;
    return { code: 'OSL018', path, message, hint: `Write ${reading.meaning.replace(/ .*/, '')}.` };
  }
  const message = `${field} must be ${expected}, not ${kindOf(value)}.`;
  return { code: 'OSL012', path, message, hint: hintForType(path, types, value, schema) };
}

/** What to do about a field with nothing behind its colon. */
function hintForNothing(path: string, schema: FieldSchema): string {
  const example = exampleOf(schema);
  const fill = example === undefined ? 'Write what belongs to it below it' : `Write a value, such as ${example}`;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const required = fieldSchemaAt(path.slice(0, path.lastIndexOf('/')))?.required ?? [];
  return required.includes(name) ? `${fill}.` : `${fill}, or remove the line.`;
}

/** Text without quotes that YAML reads as a number or as true or false. */
function unquoted({ path, field, schema }: Wrong, value: number | boolean, source: string): Finding {
  const read = typeof value === 'number' ? `the number ${value}` : String(value);
  const hint = hintForUnquoted(source, schema);
  if (source === String(value)) {
    return { code: 'OSL012', path, message: `${field} must be text, but without quotes it is ${read}.`, hint };
  }
  const message = `${field} must be text, but without quotes YAML reads ${plainValue(source)} as ${read}.`;
  return { code: 'OSL017', path, message, hint };
}

/** Quotes help only when the field allows the text; a bare number where a size belongs lacks its unit. */
function hintForUnquoted(source: string, { pattern, examples }: FieldSchema): string {
  const example = examples?.[0];
  const unit = typeof example === 'string' ? /^[0-9]+([A-Za-z]+)$/.exec(example)?.[1] : undefined;
  if (unit !== undefined && /^[0-9]+(\.[0-9]+)?$/.test(source)) return `Did you mean ${source}${unit}?`;
  const fits = pattern === undefined || new RegExp(pattern, 'u').test(source);
  if (fits || example === undefined) return `Put it in quotes: "${plainValue(source)}".`;
  return `For example: ${exampleText(example)}.`;
}

function hintForType(path: string, types: readonly string[], value: unknown, schema: FieldSchema): string {
  if (types.length === 1 && types[0] === 'boolean') return 'Write true or false, without quotes.';
  const number = types.includes('integer') || types.includes('number');
  if (number && typeof value === 'string' && /^[0-9]{1,15}(\.[0-9]{1,15})?$/.test(value))
    return `Write ${value} without quotes.`;
  if (types.includes('array'))
    return 'Write a list: each entry in a line of its own, with a hyphen and a space before it.';
  if (path === '') return 'Compare it with deployments/_example/opensarlab.yaml.';
  if (types.includes('object')) return 'Write its fields in lines of their own below it, indented by two spaces.';
  const example = exampleOf(schema);
  return example === undefined ? (schema.description ?? '') : `For example: ${example}.`;
}

function wrongForm(wrong: Wrong): Finding {
  const { path, field, value, schema } = wrong;
  const message = `${field} is ${quoteValue(value)}, but ${schema.$comment ?? 'must have another form'}.`;
  const meant = typeof value === 'string' ? likelyMeant(value, schema.pattern) : undefined;
  const hint = meant === undefined ? exampleHint(wrong) : { hint: `Did you mean ${quoteValue(meant)}?` };
  return { code: 'OSL013', path, message, ...hint };
}

function wrongChoice({ path, field, value, schema }: Wrong): Finding {
  const choices = schema.enum ?? [];
  const near = typeof value === 'string' ? nearMiss(value, choices) : undefined;
  const message = `${field} must be ${alternatives(choices)}, not ${quoteValue(value)}.`;
  return {
    code: 'OSL015',
    path,
    message,
    hint: near === undefined ? (schema.description ?? '') : `Did you mean ${near}?`,
  };
}

function alternatives(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}

function limitSentence({ keyword, params }: ShapeError, value: unknown): string {
  const limit = String(params.limit);
  const has = Array.isArray(value) || typeof value === 'string' ? [...value].length : 0;
  switch (keyword) {
    case 'minimum':
      return `must be at least ${limit}, not ${quoteValue(value)}.`;
    case 'maximum':
      return `must be at most ${limit}, not ${quoteValue(value)}.`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}, not ${quoteValue(value)}.`;
    case 'minLength':
      return has === 0 ? 'must not be empty.' : `must have at least ${limit} characters; it has ${has}.`;
    case 'maxLength':
      return `must have at most ${limit} characters; it has ${has}.`;
    case 'minItems':
      return `must have at least ${limit === '1' ? 'one entry' : `${limit} entries`}; it has ${has}.`;
    case 'maxItems':
      return `must have at most ${limit} entries; it has ${has}.`;
    default:
      return `has more or less than is allowed (${keyword} ${limit}).`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of fields';
  return typeof value === 'string' ? `the text ${quoteValue(value)}` : quoteValue(value);
}

function exampleOf({ examples }: FieldSchema): string | undefined {
  const example = examples?.[0];
  return typeof example === 'object' || example === undefined ? undefined : exampleText(example);
}

function exampleHint({ schema }: Wrong): { hint?: string } {
  const example = exampleOf(schema);
  if (example !== undefined) return { hint: `For example: ${example}.` };
  return schema.description === undefined ? {} : { hint: schema.description };
}

/** Straight and typographic quotes. */
const quotes = '"\'\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F';

/** Small changes that turn what people often write into what a field needs. */
const repairs: readonly ((text: string) => string)[] = [
  (text) => text.trim(),
  (text) => withoutEnd(text, ',;'),
  (text) => withoutEnds(text, quotes),
  (text) => text.replace(/^(mailto:|@|\*\.)/i, ''),
  (text) => /^[^<>]*<([^<>]+)>$/.exec(text)?.[1] ?? text,
  (text) => text.replace(/^(arn:.*|\/hostedzone|\.{1,2}|hooks)\//, ''),
  (text) => text.replace(/^[a-z-]+-[0-9]+(?=[a-z]$)/, ''),
  (text) => text.replace(/([0-9])[a-z]$/, '$1'),
  (text) => text.toLowerCase(),
  (text) => text.replace(/ +/g, '_'),
  (text) => text.toLowerCase().replace(/[_\s]+/g, '-'),
  (text) => text.replace(/\s+/g, ''),
  (text) => withUnit(text, /([0-9])\s{0,3}([mMgGtT])[iI][bB]?$/, 'i'),
  (text) => withUnit(text, /([0-9])\s{0,3}([kKmMgGtT])[iI]?[bB]?$/, ''),
  (text) => text.replace(/^(http|webcal|git):/i, 'https:'),
  (text) => withoutEnd(text, '/'),
];

/** A size with its unit in upper case directly behind the number. @param unit finds the unit; its groups are the digit before it and the letter */
function withUnit(text: string, unit: RegExp, ending: string): string {
  return text.replace(unit, (_, digit: string, letter: string) => `${digit}${letter.toUpperCase()}${ending}`);
}

/** Longest text that is worth repairing. */
const longest = 200;

/** The value that was probably meant, when a small change makes the text match the pattern; else undefined. */
function likelyMeant(text: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined || text.length > longest || /\p{Cc}/u.test(text)) return undefined;
  const allowed = new RegExp(pattern, 'u');
  return repairs.map((repair) => repair(text)).find((candidate) => candidate !== text && allowed.test(candidate));
}

/** A field that is there and should not be, or the other way round. */
export type NamedField = {
  /** JSON pointer of the group of fields. */
  parent: string;
  name: string;
  /** JSON pointer of the field. */
  path: string;
};

/** A required field that is not there. */
export function whatIsMissing({ parent, name, path }: NamedField): Finding {
  const field = fieldSchemaAt(path);
  const kind = parent === '' ? 'section' : 'field';
  return {
    code: 'OSL010',
    path: parent,
    part: 'key',
    message: `${upperFirst(groupName(parent))} lacks the ${kind} ${name}.`,
    hint: [`Add ${exampleLine(name, field)}.`, field?.description].filter(Boolean).join(' '),
  };
}

/**
 * A field that the schema does not know.
 * @param meant the missing field that it was probably meant to be
 */
export function whatIsUnknown({ parent, name, path }: NamedField, meant: NamedField | undefined): Finding {
  const retired = whyRetired(path);
  const shown = name === '' ? 'without a name' : plainValue(name);
  if (retired !== undefined) {
    const message = `The field ${shown} of upstream’s files has no place in ${groupName(parent)}.`;
    return { code: 'OSL019', path, part: 'key', message, hint: retired };
  }
  const message = `There is no field ${shown} in ${groupName(parent)}.`;
  return { code: 'OSL011', path, part: 'key', message, hint: hintForUnknown(parent, name, meant) };
}

function hintForUnknown(parent: string, name: string, meant: NamedField | undefined): string {
  if (meant !== undefined && meant.parent !== parent) return `Move it to ${groupName(meant.parent)}.`;
  const known = fieldNamesAt(parent);
  const word = name.trim();
  const near = meant?.name ?? nearMiss(word, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  const [home] = sectionsWithField(word);
  if (home !== undefined) return `Move it to the section ${home}.`;
  return known.length === 0 ? 'Remove it.' : `The fields here are ${known.join(', ')}.`;
}

/** Entries that a list has more than once, each at its own place. */
export function whatIsRepeated(pointer: string, list: unknown): Finding[] {
  if (!Array.isArray(list)) return [];
  return repeated(list, (entry) => `${typeof entry} ${String(entry)}`).map(({ index, first }) => ({
    code: 'OSL016',
    path: childPointer(pointer, index),
    message: `${fieldName(pointer)} has ${quoteValue(list[index])} twice, in places ${first + 1} and ${index + 1}.`,
    hint: 'Remove one of the two.',
  }));
}

function exampleLine(name: string, field: FieldSchema | undefined): string {
  const example = field?.examples?.[0];
  const scalar = ['string', 'number', 'boolean'].includes(typeof example);
  return scalar ? `${name}, for example ${name}: ${exampleText(example)}` : name;
}

/** An example as it can be typed into the file. */
function exampleText(example: unknown): string {
  return typeof example === 'string' && /^[0-9@*]|[:#] /.test(example) ? `"${example}"` : String(example);
}

function upperFirst(text: string): string {
  return text.startsWith('the ') ? `The ${text.slice(4)}` : text;
}
