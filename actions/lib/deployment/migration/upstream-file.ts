import { isMap, isSeq } from 'yaml';
import { Failure } from '../../failure.ts';
import type { Comment } from './text-cursor.ts';
import {
  createReader,
  type Oddity,
  type UpstreamField,
  type UpstreamGroup,
  type UpstreamReader,
} from './upstream-reader.ts';

/**
 * Which of upstream's layouts a file has: `2021` nodes and profiles alone; `2022` `parameters`, `nodes`, `profiles`; `2024` the
 * same with the settings of a lab in the Portal; `2025` TOML or variables of opensciencelab-cluster-v2.
 */
export type UpstreamVersion = '2021' | '2022' | '2024' | '2025';

/** A list of the file, with the name it has there. */
export type UpstreamList = { section: UpstreamField | undefined; entries: UpstreamGroup[] };

export type UpstreamFile = {
  version: UpstreamVersion;
  parameters: UpstreamGroup;
  nodes: UpstreamList;
  /** From `profiles` and `lab_profiles`, whichever are there. */
  profiles: UpstreamList;
  serviceAccounts: UpstreamList;
  daskProfiles: UpstreamList;
  /** Groups beside the parameters that some versions had: `cluster`, `istio`, `others`. */
  sideGroups: { name: string; group: UpstreamGroup }[];
  /** Labs of the same file that are not the one to migrate. */
  otherLabs: UpstreamField[];
  /** Sections that no version of upstream's file has. */
  others: UpstreamField[];
  oddities: readonly Oddity[];
  /** Comment above the first section and below the last. */
  commentBefore: string | undefined;
  commentAfter: string | undefined;
  comments: readonly Comment[];
  /** The section's key and list, whose comments are kept. */
  sections: ReadonlyMap<string, UpstreamField>;
};

type Sections = ReadonlyMap<string, UpstreamField>;

const nodeSections = ['nodes', 'NODE_DEFINITIONS'];
const profileSections = ['profiles', 'lab_profiles', 'PROFILE_DEFINITIONS'];
const sideSections = ['cluster', 'istio', 'others'];
const lists = [...nodeSections, ...profileSections, 'service_accounts', 'dask_profiles'];

/**
 * Reads any file that ever configured a deployment of upstream's, as upstream did: YAML 1.1 with merge keys, TOML, or variables.
 * @param lab the lab to take from a file with several
 * @throws Failure `UpstreamFileUnreadable` or `UpstreamFileUnknown`
 */
export function readUpstreamFile(text: string, lab?: string): UpstreamFile {
  const reader = createReader(text);
  const top = reader.group(reader.root, '');
  const chosen = chooseLab(reader, top, lab);
  const loose = chosen === undefined ? looseEntries(reader, top) : undefined;
  const sections: Sections = new Map((chosen?.fields ?? top.fields).map((field) => [field.name, field]));
  const parameters = parametersOf(reader, sections);
  const version = versionOf({ reader, sections, parameters, isLoose: loose !== undefined || chosen !== undefined });
  const known = [parameterSection(reader), ...lists, ...sideSections];
  const taken = new Set([...(loose?.taken ?? []), ...(chosen?.taken ?? [])]);
  return {
    version,
    parameters,
    nodes: joined(reader, sections, nodeSections, loose?.nodes),
    profiles: joined(reader, sections, profileSections, loose?.profiles),
    serviceAccounts: joined(reader, sections, ['service_accounts']),
    daskProfiles: joined(reader, sections, ['dask_profiles']),
    sideGroups: sideSections.flatMap((name) => sideGroup(reader, sections.get(name))),
    otherLabs: chosen?.others ?? [],
    others: [...sections.values()].filter((field) => !isKnown(field, known) && !taken.has(field)),
    oddities: reader.oddities,
    commentBefore: [reader.commentBefore, reader.root?.commentBefore].filter(Boolean).join('\n') || undefined,
    commentAfter: reader.commentAfter,
    comments: reader.comments,
    sections,
  };
}

/** Sides that hold no fields are not known as sides. */
function isKnown({ name, node }: UpstreamField, known: readonly string[]): boolean {
  return known.includes(name) && (!sideSections.includes(name) || isMap(node));
}

function sideGroup(reader: UpstreamReader, section: UpstreamField | undefined): UpstreamFile['sideGroups'] {
  if (section === undefined || !isMap(section.node)) return [];
  return [{ name: section.name, group: reader.group(section.node, section.path) }];
}

/** The entries of all sections of these names; comments are those of the first. */
function joined(
  reader: UpstreamReader,
  sections: Sections,
  names: readonly string[],
  loose: readonly UpstreamGroup[] = [],
): UpstreamList {
  const found = names.flatMap((name) => sections.get(name) ?? []);
  return { section: found[0], entries: [...found.flatMap((section) => entriesOf(reader, section)), ...loose] };
}

/** The variables of an environment are no section of the file. */
const parameterSection = ({ format }: UpstreamReader): string =>
  format === 'environment' ? 'environment' : 'parameters';

function parametersOf(reader: UpstreamReader, sections: Sections): UpstreamGroup {
  const section = sections.get(parameterSection(reader));
  if (section?.node !== undefined && !isMap(section.node)) {
    reader.oddity('decision', section, 'It is no group of fields; nothing of it was read.');
  }
  return reader.group(section?.node, section?.name === 'environment' ? '' : 'parameters');
}

/** The groups of a list, or of a group of named groups; whatever else is in it is an oddity. */
function entriesOf(reader: UpstreamReader, section: UpstreamField): UpstreamGroup[] {
  if (section.node === undefined) return [];
  const named = namedEntries(reader, section);
  if (named !== undefined) return named;
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

/** `sar1: {instance: …}`: the key is the entry's name. Undefined for anything else. */
function namedEntries(reader: UpstreamReader, section: UpstreamField): UpstreamGroup[] | undefined {
  if (!isMap(section.node)) return undefined;
  const { fields } = reader.group(section.node, section.path);
  if (fields.length === 0 || !fields.every(({ node }) => isMap(node))) return undefined;
  return fields.map((field) => namedEntry(reader, field));
}

function namedEntry(reader: UpstreamReader, field: UpstreamField): UpstreamGroup {
  const { name, path, line, key, node } = field;
  const group = reader.group(node, path);
  if (group.fields.some((inner) => inner.name === 'name')) return { ...group, line };
  const own: UpstreamField = {
    name: 'name',
    path: `${path}.name`,
    line,
    key,
    node: key,
    value: name,
    text: name,
    data: () => name,
  };
  return { ...group, line, fields: [own, ...group.fields] };
}

type Loose = { nodes: UpstreamGroup[]; profiles: UpstreamGroup[]; taken: UpstreamField[] };

/** Tables at the top of a TOML text that are profiles or nodes, as PROFILE_DEFINITIONS and NODE_DEFINITIONS have them. */
function looseEntries(reader: UpstreamReader, { fields }: UpstreamGroup): Loose | undefined {
  if (reader.format !== 'TOML' || fields.some(({ name }) => lists.includes(name))) return undefined;
  const loose: Loose = { nodes: [], profiles: [], taken: [] };
  for (const field of fields) {
    if (!isMap(field.node)) continue;
    const entry = namedEntry(reader, field);
    const has = (...names: readonly string[]): boolean => entry.fields.some(({ name }) => names.includes(name));
    if (has('image_url', 'image_name', 'node')) loose.profiles.push(entry);
    else if (has('instance', 'node_type', 'group_max_size')) loose.nodes.push(entry);
    else continue;
    loose.taken.push(field);
  }
  return loose.taken.length === 0 ? undefined : loose;
}

type Chosen = { fields: UpstreamField[]; taken: UpstreamField[]; others: UpstreamField[] };

/** The sections of one lab of a TOML file with `defaults` and a table for each lab: its own before the defaults. */
function chooseLab(reader: UpstreamReader, { fields }: UpstreamGroup, wanted: string | undefined): Chosen | undefined {
  const defaults = fields.find(({ name, node }) => name === 'defaults' && isMap(node));
  if (reader.format !== 'TOML' || defaults === undefined) return undefined;
  const labs = fields.filter(({ name, node }) => isMap(node) && name !== 'defaults' && !lists.includes(name));
  const lab = labs.find(({ name }) => name === wanted) ?? (labs.length === 1 ? labs[0] : undefined);
  const own = lab === undefined ? [] : reader.group(lab.node, lab.path).fields;
  const inherited = reader.group(defaults.node, defaults.path).fields;
  const rest = fields.filter((field) => !labs.includes(field) && field !== defaults);
  const left = inherited.filter(({ name }) => !own.some((field) => field.name === name));
  for (const field of inherited.filter((candidate) => !left.includes(candidate))) {
    reader.oddity('dropped', field, `The lab ${lab?.name} has its own.`);
  }
  return { fields: [...own, ...left, ...rest], taken: [], others: labs.filter((candidate) => candidate !== lab) };
}

type Shape = { reader: UpstreamReader; sections: Sections; parameters: UpstreamGroup; isLoose: boolean };

function versionOf({ reader, sections, parameters, isLoose }: Shape): UpstreamVersion {
  if (sections.has('aws')) {
    throw unknownFile('This file has a section aws, so it is one of this repository already.', 'Use it as it is.');
  }
  const isList = (name: string): boolean => isSeq(sections.get(name)?.node) || isMap(sections.get(name)?.node);
  const hasEntries = [...nodeSections, ...profileSections].some(isList);
  if (reader.format !== 'YAML' && (isLoose || hasEntries || isOfLab(parameters))) return '2025';
  const has = (name: string): boolean => parameters.fields.some((field) => field.name === name);
  if (sections.has('lab_profiles') || has('lab_short_name') || has('portal_domain')) return '2024';
  if (sections.has('parameters') && (sections.has('profiles') || sections.has('nodes'))) return '2022';
  if (isListOfImages(sections.get('profiles'))) return '2021';
  throw unknownFile(
    'This is no file that configured one of upstream’s deployments.',
    'Such a file is YAML with the sections parameters, nodes, and profiles or lab_profiles, or TOML with nodes and lab_profiles, or lines such as LAB_SHORT_NAME=sar.',
  );
}

/** Profiles alone are upstream's when they have images. */
function isListOfImages(section: UpstreamField | undefined): boolean {
  return isSeq(section?.node) && section.node.items.some((entry) => isMap(entry) && entry.has('image_name'));
}

/** Variables that only upstream's labs have. */
const labVariables = [
  'LAB_SHORT_NAME',
  'DEPLOY_PREFIX',
  'PORTAL_DOMAINS',
  'JUPYTER_HUB_IMAGE_PATH',
  'JUPYTER_HUB_DOCKER_TAG',
];

function isOfLab({ fields }: UpstreamGroup): boolean {
  return fields.some(({ name }) => labVariables.includes(name));
}

function unknownFile(message: string, hint: string): Failure {
  return new Failure({ code: 'UpstreamFileUnknown', source: 'user', message, hint });
}
