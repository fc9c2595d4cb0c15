import { type Node, Scalar } from 'yaml';

/** A comment of a file, without the `#`. */
export type Comment = { line: number; text: string };

/** Why a text cannot be read, and where, in characters from its beginning. */
export class TextFault extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A place in a text that is read from left to right. */
export type TextCursor = {
  readonly text: string;
  at: number;
  /** What was found so far, with places in the text. */
  comments: { offset: number; text: string }[];
};

export function cursorOf(text: string): TextCursor {
  return { text, at: 0, comments: [] };
}

export const isAtEnd = ({ text, at }: TextCursor): boolean => at >= text.length;

export const next = ({ text, at }: TextCursor): string => text.charAt(at);

/** Passes what is written there; false, and nothing passed, when it is something else. */
export function passes(cursor: TextCursor, expected: string): boolean {
  if (!cursor.text.startsWith(expected, cursor.at)) return false;
  cursor.at += expected.length;
  return true;
}

/** Passes characters as long as they are among those of the class, and returns them. */
export function passWhile(cursor: TextCursor, isPart: (character: string) => boolean): string {
  const start = cursor.at;
  while (!isAtEnd(cursor) && isPart(next(cursor))) cursor.at += 1;
  return cursor.text.slice(start, cursor.at);
}

/** Passes spaces and tabs. */
export const passSpaces = (cursor: TextCursor): string =>
  passWhile(cursor, (character) => character === ' ' || character === '\t');

/** Passes a comment to the end of its line, and returns it. */
export function passComment(cursor: TextCursor): string | undefined {
  if (next(cursor) !== '#') return undefined;
  const offset = cursor.at;
  const text = passWhile(cursor, (character) => character !== '\n')
    .slice(1)
    .replace(/\r$/, '');
  cursor.comments.push({ offset, text });
  return text;
}

/** Passes the end of a line. */
export const passLineEnd = (cursor: TextCursor): boolean => passes(cursor, '\n') || passes(cursor, '\r\n');

/** A value at a place, as YAML's reader would give it. */
export function scalarAt(value: unknown, source: string, start: number): Scalar {
  const scalar = new Scalar(value);
  scalar.source = source;
  return placed(scalar, start);
}

/** Gives a node its place in the text. */
export function placed<T extends Node>(node: T, start: number): T {
  node.range = [start, start, start];
  return node;
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001B',
  '"': '"',
  '\\': '\\',
};

/**
 * Passes a text in quotes, which may go over several lines: `"…"` with escapes, `'…'` without, and both three times around text
 * that has quotes in it.
 * @returns undefined when there is no quote
 * @throws TextFault
 */
export function passQuoted(cursor: TextCursor): string | undefined {
  const start = cursor.at;
  const quote = next(cursor);
  if (quote !== '"' && quote !== "'") return undefined;
  const isLong = passes(cursor, quote.repeat(3));
  if (!isLong) cursor.at += 1;
  else if (!passes(cursor, '\n')) passes(cursor, '\r\n');
  const end = isLong ? quote.repeat(3) : quote;
  let value = '';
  while (!isAtEnd(cursor)) {
    if (passes(cursor, end)) {
      // Quotes right before the end belong to the text.
      return isLong ? value + passWhile(cursor, (character) => character === quote) : value;
    }
    const character = next(cursor);
    if (character === '\\' && quote === '"') value += passEscape(cursor);
    else {
      value += character;
      cursor.at += 1;
    }
  }
  throw new TextFault('a text in quotes does not end', start);
}

function passEscape(cursor: TextCursor): string {
  const { text, at } = cursor;
  const letter = text.charAt(at + 1);
  const known = escapes[letter];
  if (known !== undefined) {
    cursor.at += 2;
    return known;
  }
  const digits = letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  const code = text.slice(at + 2, at + 2 + digits);
  if (digits > 0 && code.length === digits && /^[0-9A-Fa-f]+$/.test(code) && Number.parseInt(code, 16) <= 0x10_ff_ff) {
    cursor.at += 2 + digits;
    return String.fromCodePoint(Number.parseInt(code, 16));
  }
  cursor.at += 1;
  // A backslash at the end of a line takes away the line end and the spaces that follow.
  if (/^[ \t]*\r?\n/.test(text.slice(cursor.at, cursor.at + 200))) {
    passWhile(cursor, (character) => /\s/.test(character));
    return '';
  }
  return '\\';
}
