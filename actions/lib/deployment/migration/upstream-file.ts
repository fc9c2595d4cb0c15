import { isMap, isSeq, type Node } from 'yaml';
import { Failure } from '../../failure.ts';
import type { NoteKind } from './migration-report.ts';
import { createReader, type UpstreamReader } from './upstream-reader.ts';

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
