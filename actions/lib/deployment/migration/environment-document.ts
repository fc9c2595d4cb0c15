import { Pair, type Scalar, YAMLMap } from 'yaml';
import {
  cursorOf,
  isAtEnd,
  passComment,
  passes,
  passLineEnd,
  passQuoted,
  passSpaces,
  passWhile,
  placed,
  scalarAt,
  type TextCursor,
  TextFault,
} from './text-cursor.ts';
import { readToml } from './toml-document.ts';

/** Variables whose text is TOML. */
const inToml = ['PROFILE_DEFINITIONS', 'NODE_DEFINITIONS'];

/** Whether a text is a list of variables by its first line that says something. */
export function looksLikeEnvironment(line: string): boolean {
  return /^(export[ \t]+[A-Za-z_]|[A-Z][A-Z0-9_]*=)/.test(line);
}

/**
 * Reads `NAME=value` lines, with or without `export`, as a shell does: quotes may go around several lines, and three of them
 * around text with quotes in it. Nothing is executed and no variable put in. The variables are the group `environment`, and
 * those that hold TOML are sections of their own.
 * @param cursor where the text begins; comments are collected in it
 * @throws TextFault
 */
export function readEnvironment(cursor: TextCursor): YAMLMap {
  const root = placed(new YAMLMap(), 0);
  const variables = placed(new YAMLMap(), 0);
  root.items.push(new Pair(scalarAt('environment', 'environment', 0), variables));
  const pending: string[] = [];
  const definitions: Groups['definitions'] = new Map();
  while (!isAtEnd(cursor)) {
    passWhile(cursor, (character) => /\s/.test(character));
    const comment = passComment(cursor);
    if (comment !== undefined) pending.push(comment);
    else if (!isAtEnd(cursor)) passVariable(cursor, { root, variables, pending, definitions });
  }
  for (const { pair, start, value } of definitions.values()) pair.value = tomlWithin(cursor, start, value);
  if (pending.length > 0) root.comment = pending.join('\n');
  return root;
}

type Groups = {
  root: YAMLMap;
  variables: YAMLMap;
  pending: string[];
  /** The last text of each variable that holds TOML, which counts. */
  definitions: Map<string, { pair: Pair<Scalar, unknown>; start: number; value: string }>;
};

function passVariable(cursor: TextCursor, { root, variables, pending, definitions }: Groups): void {
  const start = cursor.at;
  if (passes(cursor, 'export')) passSpaces(cursor);
  const nameAt = cursor.at;
  const name = passWhile(cursor, (character) => /[A-Za-z0-9_]/.test(character));
  if (name === '' || !passes(cursor, '=')) throw new TextFault('it is no line of the form NAME=value', start);
  const valueAt = cursor.at;
  const value = passQuoted(cursor) ?? passWord(cursor);
  const key = scalarAt(name, name, nameAt);
  if (pending.length > 0) key.commentBefore = pending.join('\n');
  pending.length = 0;
  passSpaces(cursor);
  const comment = passComment(cursor);
  if (!isAtEnd(cursor) && !passLineEnd(cursor)) throw new TextFault(`there is more after the value of ${name}`, nameAt);
  if (!inToml.includes(name)) {
    const scalar = scalarAt(value, value, valueAt);
    if (comment !== undefined) scalar.comment = comment;
    variables.items.push(new Pair(key, scalar));
    return;
  }
  const pair: Pair<Scalar, unknown> = new Pair<Scalar, unknown>(key, scalarAt(null, '', valueAt));
  root.items.push(pair);
  definitions.set(name, { pair, start: valueAt, value });
}

/** As far as the line goes without a comment. */
function passWord(cursor: TextCursor): string {
  let value = '';
  for (;;) {
    value += passWhile(cursor, (character) => !/\s/.test(character));
    const spaces = passSpaces(cursor);
    if (spaces === '' || /^(#|\r?\n|$)/.test(cursor.text.slice(cursor.at, cursor.at + 2))) return value;
    value += spaces;
  }
}

/** The text of a variable, with places in the whole file. */
function tomlWithin(cursor: TextCursor, start: number, value: string): YAMLMap {
  const from = cursor.text.indexOf(value.slice(0, 200), start);
  const before = cursor.text.slice(0, Math.max(start, from)).replace(/[^\n]/g, ' ');
  const inner = cursorOf(before + value);
  const root = readToml(inner);
  cursor.comments.push(...inner.comments);
  return root;
}
