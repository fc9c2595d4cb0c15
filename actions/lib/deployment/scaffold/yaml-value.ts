import { parse } from 'yaml';

/** Texts that are one plain scalar in a block: printable ASCII from a letter, digit or slash on, no `: ` and no ` #`. */
const plain = /^(?!.*(?:: | #))[A-Za-z0-9/](?:[ -~]*[!-9;-~])?$/;

/**
 * A text as YAML on one line: plain when every YAML reader, of 1.1 (PyYAML) as of 1.2, reads it back as this text, else in
 * double quotes.
 */
export function yamlText(value: string): string {
  return needsQuotes(value) ? JSON.stringify(value) : value;
}

/** Whether a plain text could be read as something else by some YAML reader. */
export function needsQuotes(value: string): boolean {
  return !plain.test(value) || !isTextInBoth(value);
}

/** A list of texts on one line. */
export function yamlList(values: readonly string[]): string {
  return `[${values.map((value) => (/[,[\]{}]/.test(value) ? JSON.stringify(value) : yamlText(value))).join(', ')}]`;
}

function isTextInBoth(value: string): boolean {
  // A word of letters that is none of these is text everywhere, and most values are.
  if (/^[A-Za-z-]{2,}$/.test(value)) return !/^(?:true|false|yes|no|on|off|null)$/i.test(value);
  return parse(value, { version: '1.1' }) === value && parse(value) === value;
}
