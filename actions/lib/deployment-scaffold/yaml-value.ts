import { parse } from 'yaml';

/** Texts that need no quotes anywhere in YAML and that nobody takes for something else. */
const plain = /^[A-Za-z/][A-Za-z0-9 _./:@%+-]*[A-Za-z0-9/]$|^[A-Za-z]$/;

/**
 * A text as YAML on one line: plain when every YAML reader, of 1.1 (PyYAML) as of 1.2, reads it back as this text, else in
 * double quotes.
 */
export function yamlText(value: string): string {
  return needsQuotes(value) ? JSON.stringify(value) : value;
}

/** Whether a plain text could be read as something else by some YAML reader. */
export function needsQuotes(value: string): boolean {
  return !plain.test(value) || /: | #/.test(value) || !isTextInBoth(value);
}

/** A list of texts on one line. */
export function yamlList(values: readonly string[]): string {
  return `[${values.map(yamlText).join(', ')}]`;
}

function isTextInBoth(value: string): boolean {
  return parse(value, { version: '1.1' }) === value && parse(value) === value;
}
