import { isMap, isScalar, isSeq, type Node, type Pair, parse, parseDocument, type YAMLMap } from 'yaml';
import { rememberLast } from './questions.ts';

/** Changes to a YAML text that leave every other character, comments and alignment included, as it was. */
export type TextEdits = {
  /** Sets a field to a text that is YAML already. A line `# key: …` in its place is put into use; else it is added. */
  set(path: readonly PathPart[], yaml: string): void;
  /** Turns a one-line field into a comment. A field that is not there is left alone. */
  commentOut(path: readonly PathPart[]): void;
  /** Removes entries of a list of groups, each with the comment lines above it; one at least must stay. */
  removeEntries(list: string, indices: readonly number[]): void;
  /** Replaces the comment at the file's beginning, after `---`. */
  replaceHeader(lines: readonly string[]): void;
  /** The text with all changes. */
  text(): string;
};

export type PathPart = string | number;

type Edit = { start: number; end: number; text: string };

/** Least space between a value and the comment behind it. */
const commentGap = 2;

/** Nodes with their places in the text; only read. */
const contentsOf = rememberLast((source): Node | null => parseDocument(source).contents);

/** @param source YAML in block style, as people write it, with entries of lists indented by two spaces */
export function editText(source: string): TextEdits {
  const root = contentsOf(source);
  const edits: Edit[] = [];
  const replace = (start: number, end: number, text: string): void => void edits.push({ start, end, text });
  return {
    set(path, yaml) {
      const node = nodeAt(root, path);
      if (node !== undefined) return replaceValue(source, node, yaml, replace);
      const { parent, key } = splitPath(root, path);
      const comment = commentedField(source, path, key);
      if (comment !== undefined) return replace(comment.start, comment.end, comment.inUse(yaml));
      const { offset, indent } = endOf(source, parent);
      replace(offset, offset, `\n${indent}${key}: ${yaml}`);
    },
    commentOut(path) {
      const node = nodeAt(root, path);
      if (node === undefined) return;
      const start = startOfLine(source, rangeOf(node)[0]);
      const [indent = ''] = /^ */.exec(source.slice(start)) ?? [];
      replace(start + indent.length, start + indent.length, '# ');
    },
    removeEntries(list, indices) {
      const blocks = entryBlocks(source, root, list).filter((_, index) => indices.includes(index));
      for (const { start, end } of blocks) replace(start, end, '');
    },
    replaceHeader(lines) {
      const start = source.indexOf('---\n') + '---\n'.length;
      const [old = ''] = /^(?:#[^\n]*\n)*/.exec(source.slice(start)) ?? [];
      replace(start, start + old.length, lines.map((line) => `${line}\n`).join(''));
    },
    text() {
      const sorted = edits.toSorted((a, b) => a.start - b.start);
      let at = 0;
      let text = '';
      for (const edit of sorted) {
        text += source.slice(at, edit.start) + edit.text;
        at = edit.end;
      }
      return text + source.slice(at);
    },
  };
}

function replaceValue(
  source: string,
  node: Node,
  yaml: string,
  replace: (a: number, b: number, t: string) => void,
): void {
  const [start, end] = rangeOf(node);
  const [gap = ''] = /^ +(?=#)/.exec(source.slice(end)) ?? [];
  const width = gap === '' ? 0 : Math.max(commentGap, gap.length - (yaml.length - (end - start)));
  replace(start, end + gap.length, yaml + ' '.repeat(width));
}

function nodeAt(root: Node | null, path: readonly PathPart[]): Node | undefined {
  let node: Node | null | undefined = root;
  for (const part of path) {
    if (isMap(node)) node = node.get(String(part), true) as Node | undefined;
    else if (isSeq(node)) node = node.items[Number(part)] as Node | undefined;
    else return undefined;
  }
  return node ?? undefined;
}

function splitPath(root: Node | null, path: readonly PathPart[]): { parent: YAMLMap; key: string } {
  const parent = nodeAt(root, path.slice(0, -1));
  if (!isMap(parent)) throw new RangeError(`There is no group ${path.slice(0, -1).join('.')} to add a field to.`);
  return { parent, key: String(path.at(-1)) };
}

/** Where a field can be added to a group: behind its last line, indented like its first key. */
function endOf(source: string, parent: YAMLMap): { offset: number; indent: string } {
  const pairs = parent.items as Pair<Node, Node | null>[];
  const [first] = pairs;
  const last = pairs.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('Fields cannot be added to an empty group.');
  const column = rangeOf(first.key)[0] - startOfLine(source, rangeOf(first.key)[0]);
  const end = lastOffset(last.value ?? last.key);
  const newline = source.indexOf('\n', end);
  return { offset: newline < 0 ? source.length : newline, indent: ' '.repeat(column) };
}

function lastOffset(node: Node): number {
  if (isMap(node)) {
    const last = node.items.at(-1) as Pair<Node, Node | null> | undefined;
    if (last !== undefined) return lastOffset(last.value ?? last.key);
  }
  if (isSeq(node)) {
    const last = node.items.at(-1) as Node | undefined;
    if (last !== undefined && !node.flow) return lastOffset(last);
  }
  return rangeOf(node)[1];
}

/** A line such as `  # ical_url: https://…   # calendar`, in the section that the path names. */
function commentedField(source: string, path: readonly PathPart[], key: string) {
  if (path.length > 2) return undefined;
  const [section] = path;
  const from = path.length === 1 ? 0 : source.search(new RegExp(`^${section}:`, 'm'));
  if (from < 0) return undefined;
  const body = source.slice(from);
  const length = path.length === 1 ? body.length : sectionLength(body);
  const indent = path.length === 1 ? '' : '  ';
  const line = new RegExp(`^${indent}# ${key}:[^\\n#]*(#[^\\n]*)?$`, 'm').exec(body.slice(0, length));
  if (line === null) return undefined;
  const comment = line[1] === undefined ? '' : `${' '.repeat(commentGap)}${line[1]}`;
  const start = from + line.index;
  return { start, end: start + line[0].length, inUse: (yaml: string) => `${indent}${key}: ${yaml}${comment}` };
}

/** Up to the next line at the left margin that is neither empty nor a comment. */
function sectionLength(body: string): number {
  const [next] = body.matchAll(/(?<=\n)[^\s#]/g);
  return next?.index ?? body.length;
}

/** The text of each entry of a list at the top level: its own lines and the comment lines above it. */
function entryBlocks(source: string, root: Node | null, list: string): { start: number; end: number }[] {
  const seq = nodeAt(root, [list]);
  if (!isSeq(seq)) return [];
  const starts = seq.items.map((item) => withCommentAbove(source, startOfLine(source, rangeOf(item as Node)[0])));
  return seq.items.map((item, index) => {
    const start = starts[index] ?? 0;
    const newline = source.indexOf('\n', lastOffset(item as Node));
    const ownEnd = newline < 0 ? source.length : newline + 1;
    return { start, end: starts[index + 1] ?? ownEnd };
  });
}

function withCommentAbove(source: string, lineStart: number): number {
  let start = lineStart;
  while (start > 0) {
    const previous = startOfLine(source, start - 1);
    if (!/^ +#/.test(source.slice(previous, start))) break;
    start = previous;
  }
  return start;
}

function startOfLine(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1;
}

function rangeOf(node: Node): readonly [number, number] {
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) throw new RangeError('Only plain YAML can be edited.');
  const [start = 0, end = 0] = node.range ?? [];
  return [start, end];
}

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
