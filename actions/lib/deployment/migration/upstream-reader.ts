import {
  type Document,
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
import { moveSectionComments } from './section-comments.ts';
import type { Oddity, UpstreamField, UpstreamGroup } from './upstream-file.ts';

/** Longest file that is read, in characters; real ones have a few thousand. */
const largestFile = 256 * 1024;

/** Aliases that one list or group may use; an alias bomb needs more. */
const mostAliases = 100;

/** Merge keys within merge keys that are followed. */
const deepestMerge = 10;

/** The groups of one file, and what was odd about them. */
export type UpstreamReader = {
  root: Node | undefined;
  commentBefore: string | undefined;
  commentAfter: string | undefined;
  /** What was found so far. */
  oddities: readonly Oddity[];
  oddity(kind: Oddity['kind'], place: { path: string; line: number }, message: string): void;
  /** The node itself, or the one that an alias stands for. */
  resolved(node: unknown): Node | undefined;
  /** The fields of a group; none when the node is something else. */
  group(node: Node | undefined, path: string): UpstreamGroup;
};

/** @throws Failure `UpstreamFileUnreadable` */
export function createReader(text: string): UpstreamReader {
  const lines = new LineCounter();
  const document = parse(text, lines);
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
    root: resolved(document.contents),
    commentBefore: document.commentBefore ?? undefined,
    commentAfter: document.comment ?? undefined,
    oddities,
    oddity,
    resolved,
    group,
  };
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed {
  if (text.length > largestFile) throw unreadable(`it has more than ${largestFile} characters`);
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
  return { name, path: path === '' ? name : `${path}.${name}`, value, text };
}

/** Dates, which YAML 1.1 makes of texts such as 2022-08-17, stay the text they are written as. */
function plainOf({ value, source }: Scalar): string | number | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? undefined : source;
}
