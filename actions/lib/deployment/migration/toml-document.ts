import { isMap, isSeq, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import {
  isAtEnd,
  next,
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

/** Lists and groups within each other that are followed. */
const deepest = 30;

/** A key of a path such as `lab_profiles."SAR 1"`. */
type KeyPart = { name: string; start: number };

type Work = { cursor: TextCursor; root: YAMLMap; current: YAMLMap; pending: string[]; tables: Set<Node> };

/**
 * Reads TOML 1.0 (toml.io/en/v1.0.0) into the nodes that YAML's reader makes, so that one set of rules serves both. Dates stay
 * the text they are written as. More generous than the standard in one thing: a word without quotes is a text.
 * @param cursor where the text begins; comments are collected in it
 * @throws TextFault
 */
export function readToml(cursor: TextCursor): YAMLMap {
  const root = placed(new YAMLMap(), 0);
  const work: Work = { cursor, root, current: root, pending: [], tables: new Set() };
  while (skipToStatement(work)) {
    const target = next(cursor) === '[' ? passTable(work) : passAssignment(work);
    passSpaces(cursor);
    const comment = passComment(cursor);
    if (comment !== undefined && target !== undefined) target.comment = comment;
    if (!isAtEnd(cursor) && !passLineEnd(cursor)) throw fault(cursor, 'there is more on the line than one field');
  }
  if (work.pending.length > 0) root.comment = work.pending.join('\n');
  return root;
}

/** Whether a text is TOML by its first line that says something: a table's name in brackets, or `key = value`. */
export function looksLikeToml(line: string): boolean {
  return /^\[\[?[ \t]*[\w"'.-][^\]]*\]\]?[ \t]*(#.*)?$/.test(line) || /^[\w.-]+[ \t]*=/.test(line);
}

/** Passes empty lines and comments; false at the end. */
function skipToStatement({ cursor, pending }: Work): boolean {
  while (!isAtEnd(cursor)) {
    passSpaces(cursor);
    const comment = passComment(cursor);
    if (comment !== undefined) pending.push(comment);
    if (!passLineEnd(cursor)) return !isAtEnd(cursor);
  }
  return false;
}

/** `[a.b]` or `[[a.b]]`. @returns the table */
function passTable(work: Work): Node {
  const { cursor, root, tables } = work;
  const start = cursor.at;
  const isEntry = passes(cursor, '[[');
  if (!isEntry) cursor.at += 1;
  const parts = passKey(cursor);
  if (!passes(cursor, isEntry ? ']]' : ']')) throw fault(cursor, 'the name of a table does not end');
  const last = parts.at(-1);
  if (last === undefined) throw fault(cursor, 'a table has no name');
  const parent = below(root, parts.slice(0, -1), cursor);
  const before = contentOf(parent).get(last.name);
  if (isEntry) {
    const list = before ?? placed(new YAMLSeq(), last.start);
    if (!isSeq(list)) throw new TextFault(`${last.name} is there already`, start);
    if (before === undefined) add(parent, last, list);
    work.current = placed(new YAMLMap(), start);
    list.items.push(work.current);
  } else {
    if (before !== undefined && (!isMap(before) || tables.has(before))) {
      throw new TextFault(`the table ${last.name} is there already`, start);
    }
    work.current = before ?? placed(new YAMLMap(), start);
    if (before === undefined) add(parent, last, work.current);
  }
  tables.add(work.current);
  giveComments(work, work.current);
  return work.current;
}

/** `a.b = value`. @returns the value */
function passAssignment(work: Work): Node {
  const { cursor, current } = work;
  const parts = passKey(cursor);
  const last = parts.at(-1);
  if (last === undefined || !passes(cursor, '=')) throw fault(cursor, 'a key without a value');
  passSpaces(cursor);
  const value = passValue(cursor, 0);
  const group = below(current, parts.slice(0, -1), cursor);
  if (contentOf(group).has(last.name)) throw new TextFault(`${last.name} is there twice`, last.start);
  giveComments(work, add(group, last, value));
  return value;
}

function giveComments(work: Work, node: Node): void {
  if (work.pending.length > 0) node.commentBefore = work.pending.join('\n');
  work.pending.length = 0;
}

/** What is in a group by name: the library looks through all of it for each. */
const contents = new WeakMap<YAMLMap, Map<string, Node>>();

function contentOf(group: YAMLMap): Map<string, Node> {
  const known = contents.get(group);
  if (known !== undefined) return known;
  const made = new Map<string, Node>();
  contents.set(group, made);
  return made;
}

/** @returns the key */
function add(group: YAMLMap, { name, start }: KeyPart, value: Node): Scalar {
  const key = scalarAt(name, name, start);
  group.items.push(new Pair(key, value));
  contentOf(group).set(name, value);
  return key;
}

/** The group at a path, made where it is not there; the last entry of a list stands for the list. */
function below(from: YAMLMap, parts: readonly KeyPart[], cursor: TextCursor): YAMLMap {
  let group = from;
  for (const part of parts) {
    const there = contentOf(group).get(part.name);
    const found = isSeq(there) ? there.items.at(-1) : there;
    if (found === undefined) {
      const made = placed(new YAMLMap(), part.start);
      add(group, part, made);
      group = made;
    } else if (isMap(found)) group = found;
    else throw new TextFault(`${part.name} is a value and a table at once`, cursor.at);
  }
  return group;
}

function passKey(cursor: TextCursor): KeyPart[] {
  const parts: KeyPart[] = [];
  do {
    passSpaces(cursor);
    const start = cursor.at;
    const name = passQuoted(cursor) ?? passWhile(cursor, (character) => /[\p{L}\p{N}_-]/u.test(character));
    if (cursor.at === start) throw fault(cursor, 'a key was expected');
    parts.push({ name, start });
    passSpaces(cursor);
  } while (parts.length < deepest && passes(cursor, '.'));
  return parts;
}

function passValue(cursor: TextCursor, depth: number): Node {
  if (depth > deepest) throw fault(cursor, 'it is nested too deeply');
  const start = cursor.at;
  if (next(cursor) === '[') return passList(cursor, depth);
  if (next(cursor) === '{') return passInlineGroup(cursor, depth);
  const quoted = passQuoted(cursor);
  if (quoted !== undefined) {
    const scalar = scalarAt(quoted, quoted, start);
    scalar.type = Scalar.QUOTE_DOUBLE;
    return scalar;
  }
  const word = passWhile(cursor, (character) => !/[\s,#\]}]/.test(character));
  if (word === '') throw fault(cursor, 'a value was expected');
  return scalarAt(wordValue(word), word, start);
}

function wordValue(word: string): string | number | boolean {
  if (word === 'true' || word === 'false') return word === 'true';
  const digits = word.replaceAll('_', '');
  if (/^[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(digits)) return Number(digits);
  return /^0(x[0-9A-Fa-f]+|o[0-7]+|b[01]+)$/.test(digits) ? Number(digits) : word;
}

function passList(cursor: TextCursor, depth: number): YAMLSeq {
  const list = placed(new YAMLSeq(), cursor.at);
  cursor.at += 1;
  for (;;) {
    passBlank(cursor);
    if (passes(cursor, ']')) return list;
    list.items.push(passValue(cursor, depth + 1));
    passBlank(cursor);
    if (passes(cursor, ',')) continue;
    if (!passes(cursor, ']')) throw fault(cursor, 'a list does not end');
    return list;
  }
}

function passInlineGroup(cursor: TextCursor, depth: number): YAMLMap {
  const group = placed(new YAMLMap(), cursor.at);
  cursor.at += 1;
  for (;;) {
    passBlank(cursor);
    if (passes(cursor, '}')) return group;
    const parts = passKey(cursor);
    const last = parts.at(-1);
    if (last === undefined || !passes(cursor, '=')) throw fault(cursor, 'a key without a value');
    passSpaces(cursor);
    add(below(group, parts.slice(0, -1), cursor), last, passValue(cursor, depth + 1));
    passBlank(cursor);
    if (passes(cursor, ',')) continue;
    if (!passes(cursor, '}')) throw fault(cursor, 'a group does not end');
    return group;
  }
}

/** Passes white space, line ends and comments within a list. */
function passBlank(cursor: TextCursor): void {
  for (;;) {
    const { at } = cursor;
    passWhile(cursor, (character) => /\s/.test(character));
    passComment(cursor);
    if (cursor.at === at) return;
  }
}

function fault(cursor: TextCursor, message: string): TextFault {
  return new TextFault(message, cursor.at);
}
