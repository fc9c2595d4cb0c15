import { isSeq } from 'yaml';
import { quoteValue } from '../quote-value.ts';
import type { NoteKind } from './migration-report.ts';
import type { UpstreamField } from './upstream-reader.ts';

/** What becomes of one field. */
export type FieldOutcome = {
  /** The field's new name, with its section when it moves: `storage.days_till_volume_deletion`. Absent: left out. */
  to?: string;
  /** Text, number, boolean, or a list or group of them. */
  value?: unknown;
  /** More fields beside it that the old one held. */
  also?: Readonly<Record<string, string>>;
  note?: { kind: NoteKind; message: string };
};

/** A rule for one field; it never throws, whatever the field holds. */
export type FieldRule = (field: UpstreamField) => FieldOutcome;

/** Rules for the fields of a section by name. A field without a rule is not known. */
export type FieldRules = Readonly<Record<string, FieldRule>>;

/** Not needed any more, with the reason. */
export function drop(why: string): FieldRule {
  return () => ({ note: { kind: 'dropped', message: why } });
}

/** Not taken over, and somebody should know: unless the value says that it was not used. */
export function dropUnlessUnused(why: string, decision: string): FieldRule {
  return ({ text }) =>
    isNothing(text) ? { note: { kind: 'dropped', message: why } } : { note: { kind: 'decision', message: decision } };
}

/** Text as it is, also when YAML would read it as a number or a date. */
export const keepText: FieldRule = ({ name, text }) => {
  if (isNothing(text)) return {};
  const value = oneLine(text);
  if (value === text.trim()) return { to: name, value };
  return { to: name, value, note: { kind: 'changed', message: 'It is one line now, with single spaces.' } };
};

/**
 * Text in the form that this repository wants.
 * @param convert the new text; the same: nothing to report
 * @param why the reason when it differs
 */
export function convertText(convert: (text: string) => string, why: string, kind: NoteKind = 'changed'): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text)) return {};
    const value = convert(oneLine(text));
    if (value === text) return { to: name, value };
    return { to: name, value, note: { kind, message: `${quoteValue(text)} is ${quoteValue(value)} now: ${why}` } };
  };
}

/** The rule for a field that has another name now. */
export function renamed(to: string, rule: FieldRule): FieldRule {
  return (field) => {
    const outcome = rule({ ...field, name: to });
    if (outcome.to === undefined || outcome.note === undefined) return outcome;
    const { kind, message } = outcome.note;
    return { ...outcome, note: { kind, message: `It is ${to} now. ${message}` } };
  };
}

/** A whole number, also from quoted digits. */
export const keepInteger: FieldRule = (field) => number(field, /^-?[0-9]+$/);

/** A number, also from quoted digits. */
export const keepNumber: FieldRule = (field) => number(field, /^-?[0-9]+(\.[0-9]+)?$/);

/** A boolean as PyYAML reads it: `True`, `yes` and `on` are true. */
export const keepBoolean: FieldRule = (field) => {
  const { name, value, text } = field;
  if (isNothing(text)) return {};
  const truth = typeof value === 'boolean' ? value : booleanOf(String(value));
  if (truth === undefined) return undecided(field, 'true or false');
  const note = {
    kind: 'changed' as const,
    message: `${quoteValue(text)} is ${truth} now: YAML 1.2 has only these words.`,
  };
  return { to: name, value: truth, ...(text === String(truth) || isCaseOf(text, truth) ? {} : { note }) };
};

/** Whole numbers, from `a,b,c`, one number or a YAML list; undefined when it is something else. */
export function integersOf({ node, text }: UpstreamField): number[] | undefined {
  const parts = isSeq(node) ? node.items.map(String) : (text ?? '').split(',');
  const numbers = parts.map((part) => part.trim()).filter((part) => part !== '');
  return numbers.length > 0 && numbers.every((part) => /^[0-9]+$/.test(part)) ? numbers.map(Number) : undefined;
}

/** Absent, empty, or the word that upstream's files use for nothing. */
export function isNothing(text: string | undefined): text is undefined | '' {
  return text === undefined || ['', 'none', 'null', '~'].includes(text.trim().toLowerCase());
}

/** Runs of white space, line ends included, as one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function number(field: UpstreamField, grammar: RegExp): FieldOutcome {
  const { name, value, text } = field;
  if (isNothing(text)) return {};
  if (typeof value === 'number' && grammar.test(String(value))) return { to: name, value };
  const digits = String(value).trim();
  return grammar.test(digits) ? { to: name, value: Number(digits) } : undecided(field, 'a number');
}

function undecided({ value }: UpstreamField, wanted: string): FieldOutcome {
  return { note: { kind: 'decision', message: `${quoteValue(value)} is not ${wanted}; it was left out.` } };
}

function booleanOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (['true', 'yes', 'on', 'y', '1'].includes(word)) return true;
  return ['false', 'no', 'off', 'n', '0'].includes(word) ? false : undefined;
}

function isCaseOf(text: string, truth: boolean): boolean {
  return text.toLowerCase() === String(truth);
}
