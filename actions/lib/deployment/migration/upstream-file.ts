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
import { moveSectionComments } from './lost-comments.ts';
import type { NoteKind } from './migration-report.ts';

/** Which of upstream's two layouts a file has. */
export type UpstreamVersion = '2022' | '2024';

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

export type UpstreamFile = {
  version: UpstreamVersion;
  parameters: UpstreamGroup;
  nodes: UpstreamGroup[];
  profiles: UpstreamGroup[];
  serviceAccounts: UpstreamGroup[];
  /** Sections that no version of upstream's file has, and Dask's. */
  others: UpstreamField[];
  oddities: readonly Oddity[];
  /** Comment above the first section and below the last. */
  commentBefore: string | undefined;
  commentAfter: string | undefined;
  /** The section's key and list, whose comments are kept. */
  sections: ReadonlyMap<string, UpstreamField>;
};

/**
 * Reads upstream's `opensarlab.yaml` of 2022 or `opensciencelab.yaml` of 2024 as PyYAML does: YAML 1.1 with merge keys.
 * @throws Failure `UpstreamFileUnreadable` or `UpstreamFileUnknown`
 */
export function readUpstreamFile(text: string): UpstreamFile {
  const reader = createReader(text);
  const top = reader.group(reader.root, '');
  const sections = new Map(top.fields.map((field) => [field.name, field]));
  const parameters = parametersOf(reader, sections);
  const version = versionOf(sections, parameters);
  const profiles = version === '2022' ? 'profiles' : 'lab_profiles';
  const known = ['parameters', 'nodes', profiles, 'service_accounts'];
  const list = (name: string): UpstreamGroup[] => entriesOf(reader, sections.get(name));
  return {
    version,
    parameters,
    nodes: list('nodes'),
    profiles: list(profiles),
    serviceAccounts: list('service_accounts'),
    others: top.fields.filter(({ name }) => !known.includes(name)),
    oddities: reader.oddities,
    commentBefore: [reader.commentBefore, reader.root?.commentBefore].filter(Boolean).join('\n') || undefined,
    commentAfter: reader.commentAfter,
    sections,
  };
}

function parametersOf(reader: UpstreamReader, sections: ReadonlyMap<string, UpstreamField>): UpstreamGroup {
  const section = sections.get('parameters');
  if (section?.node !== undefined && !isMap(section.node)) {
    reader.oddity('decision', section, 'It is no group of fields; nothing of it was read.');
  }
  return reader.group(section?.node, 'parameters');
}

/** The groups of a list; whatever else is in it is an oddity. */
function entriesOf(reader: UpstreamReader, section: UpstreamField | undefined): UpstreamGroup[] {
  if (section === undefined || section.node === undefined) return [];
  if (!isSeq(section.node)) {
    const empty = section.text === undefined && !isMap(section.node);
    if (empty) reader.oddity('dropped', section, 'It said nothing.');
    else reader.oddity('decision', section, 'It is not a list; nothing of it was read.');
    return [];
  }
  return section.node.items.flatMap((item, index) => {
    const group = reader.group(reader.resolved(item), `${section.path}[${index}]`);
    if (isMap(group.node)) return [group];
    const { path, line } = group;
    reader.oddity('decision', { path, line: line || section.line }, 'It is no group of fields; it was left out.');
    return [];
  });
}

function versionOf(sections: ReadonlyMap<string, unknown>, { fields }: UpstreamGroup): UpstreamVersion {
  if (sections.has('aws')) {
    throw unknownFile('This file has a section aws, so it is one of this repository already.', 'Use it as it is.');
  }
  const has = (name: string): boolean => fields.some((field) => field.name === name);
  if (sections.has('lab_profiles') || has('lab_short_name') || has('portal_domain')) return '2024';
  if (sections.has('parameters') && (sections.has('profiles') || sections.has('nodes'))) return '2022';
  throw unknownFile(
    'This is neither the opensarlab.yaml of 2022 nor the opensciencelab.yaml of 2024.',
    'Such a file has the sections parameters, nodes and profiles or lab_profiles.',
  );
}

function unknownFile(message: string, hint: string): Failure {
  return new Failure({ code: 'UpstreamFileUnknown', source: 'user', message, hint });
}

/** Longest file that is read, in characters; real ones have a few thousand. */
const largestFile = 256 * 1024;

/** Aliases that one list or group may use; an alias bomb needs more. */
const mostAliases = 100;

/** Merge keys within merge keys that are followed. */
const deepestMerge = 10;

/** The groups of one file, and what was odd about them. */
type UpstreamReader = {
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
function createReader(text: string): UpstreamReader {
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
