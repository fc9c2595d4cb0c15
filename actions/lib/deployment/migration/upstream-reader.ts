import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { Failure } from '../../failure.ts';
import { looksLikeEnvironment, readEnvironment } from './environment-document.ts';
import { commentsOf, moveSectionComments } from './lost-comments.ts';
import type { NoteKind } from './migration-report.ts';
import { type Comment, cursorOf, type TextCursor, TextFault } from './text-cursor.ts';
import { looksLikeToml, readToml } from './toml-document.ts';

/** One field of an upstream file. */
export type UpstreamField = {
  name: string;
  /** As people write it, e.g. `nodes[0].is_hub`. */
  path: string;
  /** From 1. */
  line: number;
  /** As PyYAML reads it (YAML 1.1: `yes` and `on` are true); lists and groups are undefined. */
  value: string | number | boolean | undefined;
  /** The scalar as it is written, without quotes; undefined when there is none. */
  text: string | undefined;
  key: Node;
  node: Node | undefined;
  /** Lists and groups as plain data. @throws Failure `UpstreamFileUnreadable` for aliases without end */
  data(): unknown;
};

/** A group of fields with its node, whose comments the new file keeps. */
export type UpstreamGroup = { fields: UpstreamField[]; path: string; line: number; node: Node | undefined };

/** Something in the file that no field of it holds, such as a field that is there twice. */
export type Oddity = { kind: NoteKind; field: string; line: number; message: string };

/** Longest file that is read, in characters; real ones have a few thousand. */
const largestFile = 256 * 1024;

/** Lines in which a file's first one with something to say is looked for. */
const mostLines = 2_000;

/** Aliases that one list or group may use; an alias bomb needs more. */
const mostAliases = 100;

/** Merge keys within merge keys that are followed. */
const deepestMerge = 10;

/** The groups of one file, and what was odd about them. */
export type UpstreamReader = {
  format: FileFormat;
  root: Node | undefined;
  commentBefore: string | undefined;
  commentAfter: string | undefined;
  /** All comments of the file. */
  comments: readonly Comment[];
  /** What was found so far. */
  oddities: readonly Oddity[];
  oddity(kind: Oddity['kind'], place: { path: string; line: number }, message: string): void;
  /** The node itself, or the one that an alias stands for. */
  resolved(node: unknown): Node | undefined;
  /** The fields of a group; none when the node is something else. */
  group(node: Node | undefined, path: string): UpstreamGroup;
};

/** How a file is written; `environment`: lines of `NAME=value`. */
export type FileFormat = 'YAML' | 'TOML' | 'environment';

/** Reads a text as the format that its first line shows. @throws Failure `UpstreamFileUnreadable` */
export function createReader(text: string): UpstreamReader {
  const lines = new LineCounter();
  const { format, document, comments } = parse(text, lines);
  const oddities: Oddity[] = [];
  const lineOf = (node: Node): number => lines.linePos(node.range?.[0] ?? 0).line;
  const oddity: UpstreamReader['oddity'] = (kind, { path, line }, message) =>
    void oddities.push({ kind, field: path, line, message });
  const resolved = (node: unknown): Node | undefined => {
    if (!isAlias(node)) return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
    const target = node.resolve(document);
    if (target === undefined) throw unreadable(`line ${lineOf(node)}: there is no anchor ${node.source}`);
    return target;
  };
  const group = (node: Node | undefined, path: string): UpstreamGroup => {
    const pairs = isMap(node) ? ownAndMergedPairs(node, resolved) : { counting: [], overridden: [], unnamed: [] };
    const fieldOf = ({ key, value }: Pair<Node, unknown>): UpstreamField => {
      const target = resolved(value);
      const line = lineOf(key);
      return { ...scalarField(key, target, path), line, key, node: target, data: () => plainData(target, document) };
    };
    for (const pair of pairs.overridden) {
      oddity('dropped', fieldOf(pair), 'It is there again below; the last one counts, as upstream read it.');
    }
    for (const { key } of pairs.unnamed) {
      const line = lineOf(key);
      oddity('decision', { path: path || 'file', line }, 'A field without a plain name was left out.');
    }
    return { fields: pairs.counting.map(fieldOf), path, line: node === undefined ? 0 : lineOf(node), node };
  };
  return {
    format,
    root: resolved(document.contents),
    commentBefore: document.commentBefore ?? undefined,
    commentAfter: document.comment ?? undefined,
    comments,
    oddities,
    oddity,
    resolved,
    group,
  };
}

type Parsed = { format: FileFormat; document: Document; comments: Comment[] };

function parse(text: string, lines: LineCounter): Parsed {
  if (text.length > largestFile) throw unreadable(`it has more than ${largestFile} characters`);
  const plain = text.replace(/^\uFEFF/, '');
  const [first = ''] = plain
    .split('\n', mostLines)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (looksLikeEnvironment(first)) return parseOther('environment', plain, lines, readEnvironment);
  if (looksLikeToml(first)) return parseOther('TOML', plain, lines, readToml);
  return { format: 'YAML', document: parseYaml(text, lines), comments: commentsOf(text) };
}

/** Into a document of YAML's, which the rules read. */
function parseOther(
  format: FileFormat,
  text: string,
  lines: LineCounter,
  read: (cursor: TextCursor) => YAMLMap,
): Parsed {
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  const cursor = cursorOf(text);
  const document = new Document();
  try {
    const root = read(cursor);
    document.comment = root.comment ?? null;
    root.comment = null;
    document.contents = root as unknown as typeof document.contents;
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    throw unreadable(`line ${lines.linePos(Math.min(error.offset, text.length)).line}: ${error.message}`);
  }
  const comments = cursor.comments.map(({ offset, text: said }) => ({ line: lines.linePos(offset).line, text: said }));
  return { format, document, comments };
}

function parseYaml(text: string, lineCounter: LineCounter): Document {
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { version: '1.1', lineCounter, prettyErrors: false, uniqueKeys: false });
  } catch (error) {
    if (error instanceof RangeError) throw unreadable('it is nested too deeply');
    throw error;
  }
  const [error] = document.errors;
  if (error === undefined) {
    moveSectionComments(document, text);
    return document;
  }
  if (error.code === 'MULTIPLE_DOCS') throw unreadable('it has more than one document');
  throw unreadable(`line ${lineCounter.linePos(error.pos[0]).line}: ${error.message}`);
}

function unreadable(reason: string): Failure {
  return new Failure({
    code: 'UpstreamFileUnreadable',
    source: 'user',
    message: `The file cannot be read: ${reason}.`,
    hint: 'Correct it first; upstream could not read it either.',
  });
}

function plainData(node: Node | undefined, document: Document): unknown {
  try {
    const data: unknown = node?.toJS(document, { maxAliasCount: mostAliases });
    // Throws for data that contain themselves.
    if ((JSON.stringify(data) ?? '').length <= largestFile) return data;
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof TypeError || error instanceof RangeError)) throw error;
  }
  throw unreadable('its aliases make it too large');
}

type Pairs = {
  /** One pair a name. */
  counting: Pair<Node, unknown>[];
  /** Pairs of the group itself that a later one of the same name overrides. */
  overridden: Pair<Node, unknown>[];
  /** Pairs whose key is a list or a group, and merges of what is no group. */
  unnamed: Pair<Node, unknown>[];
};

/** The pairs of a group as PyYAML takes them: the last of a name counts, and own ones before merged ones (`<<: *other`). */
function ownAndMergedPairs(map: YAMLMap, resolved: (node: unknown) => Node | undefined, depth = 0): Pairs {
  const items = map.items as Pair<Node, unknown>[];
  const merges = items.filter(({ key }) => isScalar(key) && key.source === '<<');
  const named = items.filter((pair) => isScalar(pair.key) && !merges.includes(pair));
  const last = new Map(named.map((pair) => [nameOf(pair.key), pair]));
  const counting = new Map(last);
  const unnamed = items.filter(({ key }) => !isScalar(key));
  for (const merge of merges) {
    const source = resolved(merge.value);
    const sources = isSeq(source) ? source.items.map(resolved) : [source];
    if (depth >= deepestMerge || !sources.every(isMap)) unnamed.push(merge);
    else {
      for (const merged of sources.flatMap((from) => ownAndMergedPairs(from, resolved, depth + 1).counting)) {
        if (!counting.has(nameOf(merged.key))) counting.set(nameOf(merged.key), merged);
      }
    }
  }
  return {
    counting: [...counting.values()],
    overridden: named.filter((pair) => last.get(nameOf(pair.key)) !== pair),
    unnamed,
  };
}

function nameOf(key: Node): string {
  return isScalar(key) ? String(key.source ?? key.value) : '';
}

function scalarField(
  key: Node,
  node: Node | undefined,
  path: string,
): Pick<UpstreamField, 'name' | 'path' | 'value' | 'text'> {
  const name = nameOf(key);
  const value = isScalar(node) ? plainOf(node) : undefined;
  const text = value === undefined || !isScalar(node) ? undefined : typeof value === 'string' ? value : node.source;
  return { name, path: path === '' ? pathPart(name) : `${path}.${pathPart(name)}`, value, text };
}

/** Dates, which YAML 1.1 makes of texts such as 2022-08-17, stay the text they are written as. */
function plainOf({ value, source }: Scalar): string | number | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? undefined : source;
}

/** A name as a part of a path: in quotes where it is no plain word. */
export function pathPart(name: string): string {
  return /^[\p{L}\p{N}_-]+$/u.test(name) ? name : JSON.stringify(name);
}
