import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml';
import { startOfContent } from './yaml-slips.ts';

type Base = {
  /** Offset of the first character in the file. */
  start: number;
  /** Explicit tag, e.g. `!!str`; empty without one. */
  tag: string;
  /** Offset of the tag, for lists and groups of fields, which may begin below it. */
  tagStart?: number;
};

export type YamlScalar = Base & {
  kind: 'scalar';
  text: string;
  /** Without quotes, so that its text decides its type. */
  plain: boolean;
};
export type YamlSequence = Base & { kind: 'sequence'; items: YamlNode[] };
export type YamlMapping = Base & { kind: 'mapping'; pairs: YamlPair[] };
/** A use of an anchor; without target there is no such anchor before it, or it is around the alias. */
export type YamlAlias = Base & { kind: 'alias'; name: string; target: YamlNode | undefined; isInsideTarget: boolean };
export type YamlNode = YamlScalar | YamlSequence | YamlMapping | YamlAlias;
export type YamlPair = { key: YamlNode; value: YamlNode };

/** One document of a YAML stream; without content it has no root. */
export type YamlDocument = {
  root: YamlNode | undefined;
  /** How many nodes it has as it is written. */
  size: number;
  hasAliases: boolean;
};

type Frame = { node: YamlSequence | YamlMapping; key: YamlNode | undefined };

/**
 * Reads YAML 1.2 into nodes that know their place, from the events of js-yaml. One parser gives values and places, so that
 * they cannot disagree.
 * @param text a whole stream, or a section of a file that begins at `offset`
 * @param maxDepth deepest nesting
 * @throws YAMLException at the first syntax error
 */
export function parseYaml(text: string, { offset = 0, maxDepth = 100 } = {}): YamlDocument[] {
  const documents: YamlDocument[] = [];
  const frames: Frame[] = [];
  let anchors = new Map<string, YamlNode>();
  let last = offset;
  for (const event of parseEvents(text, { maxDepth })) {
    if (event.type === EVENT_ID.DOCUMENT) {
      documents.push({ root: undefined, size: 0, hasAliases: false });
      anchors = new Map();
    } else if (event.type === EVENT_ID.POP) {
      const closed = frames.pop()?.node;
      const parent = frames.at(-1);
      if (closed !== undefined && parent !== undefined) place(parent, closed);
    } else {
      const empty = markOfEmpty(event, frames.at(-1), text, last - offset);
      const node = nodeOf(event, text, offset, empty === undefined ? last : offset + empty, anchors);
      if (node.kind === 'alias') cutCycle(node, frames);
      last = node.start;
      const anchor = event.type === EVENT_ID.ALIAS ? '' : slice(text, event.anchorStart, event.anchorEnd);
      if (anchor !== '') anchors.set(anchor, node);
      const document = documents.at(-1);
      if (document !== undefined) {
        document.size++;
        if (frames.length === 0) document.root = node;
        if (node.kind === 'alias') document.hasAliases = true;
      }
      if (node.kind === 'sequence' || node.kind === 'mapping') frames.push({ node, key: undefined });
      else if (frames.length > 0) place(frames.at(-1), node);
    }
  }
  return documents;
}

type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT } | { type: typeof EVENT_ID.POP }>;

/** Offset in a line of a hyphen with nothing behind it, as an entry of a list that was forgotten; -1 without one. */
function loneHyphen(line: string): number {
  const start = startOfContent(line);
  const rest = line.slice(start).trim();
  if (rest === '' || rest.startsWith('#')) return line.slice(0, start).lastIndexOf('-');
  return /^-[ \t]*(?:#.*)?$/.test(rest) ? start : -1;
}

/** Offset in a line of a colon with nothing before it, as a field whose name was forgotten; -1 without one. */
function loneColon(line: string): number {
  const start = startOfContent(line);
  return /^:(?:[ \t]|$)/.test(line.slice(start)) ? start : -1;
}

/** Offset of the first place that is found in any line; -1 when there is none. */
function findInLines(text: string, find: (line: string) => number): number {
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const place = find(text.slice(start, end));
    if (place >= 0) return start + place;
    start = end + 1;
  }
  return -1;
}

/** How far behind the node before it such a mark is looked for, in characters; comments may be between. */
const farthestMark = 1000;

/** Place of the hyphen or colon that makes an empty entry or key, after the node before; undefined for everything else. */
function markOfEmpty(event: NodeEvent, frame: Frame | undefined, text: string, last: number): number | undefined {
  if (event.type !== EVENT_ID.SCALAR || event.valueStart >= 0 || frame === undefined || frame.key !== undefined)
    return undefined;
  const { node } = frame;
  // The first entry is where the list begins.
  const isFirst = node.kind === 'sequence' ? node.items.length === 0 : node.pairs.length === 0;
  const nextLine = text.indexOf('\n', last) + 1;
  if (isFirst || nextLine === 0) return undefined;
  const near = text.slice(nextLine, nextLine + farthestMark);
  const place = findInLines(near, node.kind === 'sequence' ? loneHyphen : loneColon);
  return place < 0 ? undefined : nextLine + place;
}

/** @param last place of the node before, for empty values, which have none of their own */
function nodeOf(
  event: NodeEvent,
  text: string,
  offset: number,
  last: number,
  anchors: ReadonlyMap<string, YamlNode>,
): YamlNode {
  if (event.type === EVENT_ID.ALIAS) {
    const name = slice(text, event.anchorStart, event.anchorEnd);
    return {
      kind: 'alias',
      start: offset + event.anchorStart - 1,
      tag: '',
      name,
      target: anchors.get(name),
      isInsideTarget: false,
    };
  }
  const tag = slice(text, event.tagStart, event.tagEnd).replace(verbatimTag, '!!$1');
  if (event.type === EVENT_ID.SCALAR) {
    const start = event.valueStart < 0 ? last : offset + event.valueStart - quoteLength(event.style);
    return { kind: 'scalar', start, tag, text: getScalarValue(text, event), plain: event.style === SCALAR_STYLE.PLAIN };
  }
  const base = { start: offset + event.start, tag, ...(tag === '' ? {} : { tagStart: offset + event.tagStart }) };
  if (event.type === EVENT_ID.SEQUENCE) return { kind: 'sequence', ...base, items: [] };
  return { kind: 'mapping', ...base, pairs: [] };
}

/** A tag of the core schema written out (YAML 1.2.2, 6.9.1), which is the same as its short form. */
const verbatimTag = /^!<tag:yaml\.org,2002:([a-z]+)>$/;

/** An anchor that is still open is around the alias, which then stands for something without end. */
function cutCycle(alias: YamlAlias, frames: readonly Frame[]): void {
  alias.isInsideTarget = frames.some(({ node }) => node === alias.target);
  if (alias.isInsideTarget) alias.target = undefined;
}

function quoteLength(style: number): number {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
}

function place(frame: Frame | undefined, node: YamlNode): void {
  if (frame === undefined) return;
  if (frame.node.kind === 'sequence') frame.node.items.push(node);
  else if (frame.key === undefined) frame.key = node;
  else {
    frame.node.pairs.push({ key: frame.key, value: node });
    frame.key = undefined;
  }
}

function slice(text: string, start: number, end: number): string {
  return start < 0 ? '' : text.slice(start, end);
}
