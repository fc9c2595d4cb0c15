import {
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
import { Failure } from '../failure.ts';

/** Longest file that is read, in characters; real ones have a few thousand. */
const largestFile = 1024 * 1024;

/** Aliases that one list or group may use; an alias bomb needs more. */
const mostAliases = 100;

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

export type UpstreamFile = {
  version: UpstreamVersion;
  parameters: UpstreamGroup;
  nodes: UpstreamGroup[];
  profiles: UpstreamGroup[];
  serviceAccounts: UpstreamGroup[];
  /** Sections that no version of upstream's file has, and Dask's. */
  others: UpstreamField[];
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
  const parameters = reader.group(sections.get('parameters')?.node, 'parameters');
  const version = versionOf(sections, parameters);
  const list = (name: string): UpstreamGroup[] => reader.groups(sections.get(name)?.node, name);
  const known = ['parameters', 'nodes', version === '2022' ? 'profiles' : 'lab_profiles', 'service_accounts'];
  return {
    version,
    parameters,
    nodes: list('nodes'),
    profiles: list(version === '2022' ? 'profiles' : 'lab_profiles'),
    serviceAccounts: list('service_accounts'),
    others: top.fields.filter(({ name }) => !known.includes(name)),
    commentBefore: [reader.commentBefore, reader.root?.commentBefore].filter(Boolean).join('\n') || undefined,
    commentAfter: reader.commentAfter,
    sections,
  };
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

type Reader = {
  root: Node | undefined;
  commentBefore: string | undefined;
  commentAfter: string | undefined;
  group(node: Node | undefined, path: string): UpstreamGroup;
  groups(node: Node | undefined, path: string): UpstreamGroup[];
};

function createReader(text: string): Reader {
  if (text.length > largestFile) throw unreadable(`it has more than ${largestFile} characters`);
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.1', lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(`line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  const resolved = (node: unknown): Node | undefined => {
    if (isAlias(node)) return node.resolve(document);
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  };
  const lineOf = (node: Node): number => lines.linePos(node.range?.[0] ?? 0).line;
  const data = (node: Node | undefined): unknown => {
    try {
      return node?.toJS(document, { maxAliasCount: mostAliases });
    } catch {
      throw unreadable('its aliases make it too large');
    }
  };
  const group = (node: Node | undefined, path: string): UpstreamGroup => {
    const pairs = isMap(node) ? flatPairs(node, resolved) : [];
    const fields = pairs.map(({ key, value }): UpstreamField => {
      const target = resolved(value);
      return { ...scalarField(key, target, path), line: lineOf(key), key, node: target, data: () => data(target) };
    });
    return { fields, path, line: node === undefined ? 0 : lineOf(node), node };
  };
  return {
    root: resolved(document.contents),
    commentBefore: document.commentBefore ?? undefined,
    commentAfter: document.comment ?? undefined,
    group,
    groups: (node, path) =>
      isSeq(node) ? node.items.map((item, index) => group(resolved(item), `${path}[${index}]`)) : [],
  };
}

function unreadable(reason: string): Failure {
  return new Failure({
    code: 'UpstreamFileUnreadable',
    source: 'user',
    message: `The file cannot be read: ${reason}.`,
    hint: 'Correct it first; upstream could not read it either.',
  });
}

/** The pairs of a group, merge keys (`<<: *other`) resolved one level deep: own keys win. */
function flatPairs(map: YAMLMap, resolved: (node: unknown) => Node | undefined): Pair<Node, unknown>[] {
  const pairs = (map.items as Pair<Node, unknown>[]).filter(({ key }) => isScalar(key));
  const isMerge = ({ key }: Pair<Node, unknown>): boolean => isScalar(key) && key.source === '<<';
  const own = pairs.filter((pair) => !isMerge(pair));
  const inherited = pairs.filter(isMerge).flatMap(({ value }) => {
    const source = resolved(value);
    const sources = isSeq(source) ? source.items.map(resolved) : [source];
    return sources.flatMap((node) => (isMap(node) ? (node.items as Pair<Node, unknown>[]) : []));
  });
  const names = new Set<string>();
  return [...own, ...inherited].filter(({ key }) => {
    const name = isScalar(key) ? String(key.source ?? key.value) : '';
    return !names.has(name) && names.add(name);
  });
}

function scalarField(
  key: Node,
  node: Node | undefined,
  path: string,
): Pick<UpstreamField, 'name' | 'path' | 'value' | 'text'> {
  const name = isScalar(key) ? String(key.source ?? key.value) : '';
  const value = isScalar(node) ? plainOf(node) : undefined;
  const text = value === undefined || !isScalar(node) ? undefined : typeof value === 'string' ? value : node.source;
  return { name, path: path === '' ? name : `${path}.${name}`, value, text };
}

/** Dates, which YAML 1.1 makes of texts such as 2022-08-17, stay the text they are written as. */
function plainOf({ value, source }: Scalar): string | number | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? undefined : source;
}
