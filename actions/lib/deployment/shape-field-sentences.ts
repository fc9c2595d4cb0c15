import { repeated } from './checks/check.ts';
import { fieldName, groupName } from './field-name.ts';
import { type FieldSchema, fieldNamesAt, fieldSchemaAt, sectionsWithField } from './field-schema.ts';
import type { Finding } from './finding.ts';
import { childPointer } from './json-pointer.ts';
import { nearMiss } from './near-miss.ts';
import { plainValue, quoteValue } from './quote-value.ts';
import { whyRetired } from './retired-fields.ts';

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
export function exampleText(example: unknown): string {
  return typeof example === 'string' && /^[0-9@*]|[:#] /.test(example) ? `"${example}"` : String(example);
}

function upperFirst(text: string): string {
  return text.startsWith('the ') ? `The ${text.slice(4)}` : text;
}
