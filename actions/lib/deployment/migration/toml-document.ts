import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { isMap, isSeq, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { placed, scalarAt, type TextCursor, TextFault } from './text-cursor.ts';

/** Whether a text is TOML by its first line that says something: a table's name in brackets, or `key = value`. */
export function looksLikeToml(line: string): boolean {
  return /^\[\[?[ \t]*[\w"'.-][^\]]*\]\]?[ \t]*(#.*)?$/.test(line) || /^[\w.-]+[ \t]*=/.test(line);
}

/**
 * Reads TOML 1.0 (toml.io/en/v1.0.0) into the nodes that YAML's reader makes, so that one set of rules serves both. Dates stay
 * the text they are written as.
 * @param cursor where the text begins; comments are collected in it
 * @throws TextFault
 */
export function readToml(cursor: TextCursor): YAMLMap {
  const { body, comments } = parsed(cursor.text);
  for (const { range, value } of comments) cursor.comments.push({ offset: range[0], text: value });
  const root = placed(new YAMLMap(), 0);
  const notes = takeComments(comments);
  for (const statement of body[0].body) {
    if (statement.type === 'TOMLKeyValue') addField(root, statement, cursor.text, notes);
    else addTable(root, statement, cursor.text, notes);
  }
  const last = notes.before(Number.POSITIVE_INFINITY);
  if (last !== undefined) root.comment = last;
  return root;
}

function parsed(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: '1.0' });
  } catch (error) {
    if (error instanceof ParseError) throw new TextFault(error.message, error.index);
    if (error instanceof RangeError) throw new TextFault('it is nested too deeply, or one of its texts is too long', 0);
    throw error;
  }
}

/** Comments in the order of the text, each given out once. */
type Comments = {
  /** Those before a place, as one text. */
  before(offset: number): string | undefined;
  /** The one on the line on which something ends; what stands within it is passed. */
  after(end: { offset: number; line: number }): string | undefined;
};

function takeComments(comments: readonly AST.Comment[]): Comments {
  let at = 0;
  const take = (offset: number): AST.Comment[] => {
    const start = at;
    while ((comments[at]?.range[0] ?? Number.POSITIVE_INFINITY) < offset) at += 1;
    return comments.slice(start, at);
  };
  return {
    before(offset) {
      const found = take(offset).map(({ value }) => value);
      return found.length === 0 ? undefined : found.join('\n');
    },
    after({ offset, line }) {
      take(offset);
      const next = comments[at];
      if (next?.loc.start.line !== line) return undefined;
      at += 1;
      return next.value;
    },
  };
}

function addTable(root: YAMLMap, table: AST.TOMLTable, text: string, notes: Comments): void {
  const group = groupAt(root, table.resolvedKey, table.range[0]);
  const before = notes.before(table.range[0]);
  if (before !== undefined) group.commentBefore = before;
  const after = notes.after({ offset: table.key.range[1], line: table.key.loc.end.line });
  if (after !== undefined) group.comment = after;
  for (const field of table.body) addField(group, field, text, notes);
}

function addField(
  group: YAMLMap,
  { key: { keys }, value, range, loc }: AST.TOMLKeyValue,
  text: string,
  notes?: Comments,
): void {
  const last = keys.at(-1);
  if (last === undefined) return;
  const node = valueNode(value, text);
  const parent = groupAt(group, keys.slice(0, -1).map(nameOf), range[0]);
  const key = add(parent, nameOf(last), node, last.range[0]);
  const before = notes?.before(range[0]);
  if (before !== undefined) key.commentBefore = before;
  const after = notes?.after({ offset: range[1], line: loc.end.line });
  if (after !== undefined) node.comment = after;
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function valueNode(value: AST.TOMLContentNode, text: string): Node {
  const [start, end] = value.range;
  if (value.type === 'TOMLArray') {
    const list = placed(new YAMLSeq(), start);
    for (const element of value.elements) list.items.push(valueNode(element, text));
    return list;
  }
  if (value.type === 'TOMLInlineTable') {
    const group = placed(new YAMLMap(), start);
    for (const field of value.body) addField(group, field, text);
    return group;
  }
  if (value.kind === 'string') {
    const scalar = scalarAt(value.value, value.value, start);
    scalar.type = Scalar.QUOTE_DOUBLE;
    return scalar;
  }
  const source = text.slice(start, end);
  return scalarAt(value.value instanceof Date ? source : value.value, source, start);
}

/** What is in a group by name: the library looks through all of it for each. */
const contents = new WeakMap<YAMLMap, Map<string, Node>>();

/** @returns the key */
function add(group: YAMLMap, name: string, value: Node, start: number): Scalar {
  const key = scalarAt(name, name, start);
  group.items.push(new Pair(key, value));
  const known = contents.get(group) ?? new Map<string, Node>();
  contents.set(group, known.set(name, value));
  return key;
}

/** The group at a path of names and places in lists, made where it is not there. That they fit together the parser has seen. */
function groupAt(from: YAMLMap, path: readonly (string | number)[], start: number): YAMLMap {
  let node: Node = from;
  for (const [at, part] of path.entries()) {
    const found: unknown = isSeq(node) ? node.items[Number(part)] : contents.get(node as YAMLMap)?.get(String(part));
    if (isMap(found) || isSeq(found)) {
      node = found;
      continue;
    }
    const made: YAMLMap | YAMLSeq = placed(typeof path[at + 1] === 'number' ? new YAMLSeq() : new YAMLMap(), start);
    if (isSeq(node)) node.items.push(made);
    else add(node as YAMLMap, String(part), made, start);
    node = made;
  }
  if (isMap(node)) return node;
  throw new TextFault('a list stands where a group is needed', start);
}
