import { boolCoreTag, floatCoreTag, intCoreTag, NOT_RESOLVED, nullCoreTag, type ScalarTagDefinition } from 'js-yaml';

const coreTags: readonly ScalarTagDefinition[] = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag];

/** First characters of plain scalars that the core schema may read as something else than text. */
const notText = /^[-+.0-9~nNtTfF]/;

/** Value of a scalar without quotes after the core schema of YAML 1.2: null, true, false, a number or text. */
export function plainValueOf(text: string): unknown {
  if (text === '') return null;
  if (!notText.test(text)) return text;
  for (const tag of coreTags) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  // Beyond what a number can hold js-yaml takes them for text; other readers take them for infinite.
  return exponent.test(text) ? Number(text) : text;
}

/** A number with an exponent after the core schema, such as the beginning of a commit: `12e4567`. */
const exponent = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/;

const explicitTags = new Map<string, ScalarTagDefinition>([
  ['!!null', nullCoreTag],
  ['!!bool', boolCoreTag],
  ['!!int', intCoreTag],
  ['!!float', floatCoreTag],
]);

/** Value of a scalar with an explicit tag, such as `!!str 1.30`; undefined when the tag is unknown or does not fit. */
export function taggedValueOf(tag: string, text: string): unknown {
  if (tag === '!!str' || tag === '!') return text;
  const known = explicitTags.get(tag);
  const value = known?.resolve(text, true, known.tagName) ?? NOT_RESOLVED;
  return value === NOT_RESOLVED ? undefined : value;
}

/** How YAML 1.1, which many tools still speak, reads a scalar that YAML 1.2 reads otherwise. */
export type OldReading = { kind: 'boolean' | 'number'; meaning: string };

const oldBooleans = new Map([
  ...['yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, 'true'] as const),
  ...['no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, 'false'] as const),
]);

/**
 * The reading of YAML 1.1 where it differs from that of YAML 1.2 (https://yaml.org/type/bool.html, int.html, float.html):
 * `yes` and `no`, octal numbers, numbers with colons, underscores or `0b`. Dates are left out: nobody is misled by them.
 */
export function oldReadingOf(text: string): OldReading | undefined {
  if (text.length > 40 || !/^(?:[-+]?[0-9]|[yYnNoO][a-zA-Z]{1,2}$)/.test(text)) return undefined;
  const boolean = oldBooleans.get(text);
  if (boolean !== undefined) return { kind: 'boolean', meaning: boolean };
  const number = oldNumberOf(text.replaceAll('_', ''), text.includes('_'));
  return number === undefined ? undefined : { kind: 'number', meaning: number };
}

function oldNumberOf(text: string, underscores: boolean): string | undefined {
  if (/^[-+]?0[0-9]+$/.test(text)) return /[89]/.test(text) ? 'text' : `${Number.parseInt(text, 8)} (octal)`;
  if (/^[-+]?[1-9][0-9]*(:[0-5]?[0-9])+(\.[0-9]*)?$/.test(text)) return `${sexagesimal(text)} (base 60)`;
  if (/^[-+]?0b[01]+$/.test(text)) return `${Number.parseInt(text.replace('0b', ''), 2)} (binary)`;
  if (underscores && /^[-+]?([0-9]+(\.[0-9]*)?|0x[0-9a-fA-F]+)$/.test(text)) return String(Number(text));
  if (/^[-+]?0o[0-7]+$/.test(text)) return 'text';
  return undefined;
}

function sexagesimal(text: string): number {
  const total = text
    .replace(/^[-+]/, '')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
  return text.startsWith('-') ? -total : total;
}
