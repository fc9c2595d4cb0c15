import type { YAMLMap, YAMLSeq } from 'yaml';
import { migrateFields, note, type Work } from './migration-work.ts';
import { addField, groupLike, listLike } from './new-document.ts';
import { textOf } from './references.ts';
import {
  type FilledField,
  findHub,
  missingNodeFields,
  nodeNaming,
  nodeRules,
  oldNodeName,
  whyNodeIsDropped,
} from './rules-nodes.ts';
import { missingProfileFields, type ProfileContext, profileNaming, profileRules } from './rules-profiles.ts';
import { serviceAccountRules } from './service-accounts.ts';
import { uniqueNames } from './unique-names.ts';
import type { UpstreamGroup } from './upstream-reader.ts';

/** Old names of entries to new ones; of two with one old name the first counts. */
type NewNames = ReadonlyMap<string, string>;

/** @returns old names of users' nodes to new ones */
export function migrateNodes(work: Work): NewNames {
  const { section, entries } = work.file.nodes;
  const list = listLike(section?.node);
  const left = entries.filter((node) => whyNodeIsDropped(node) === undefined);
  const hub = findHub(left);
  const machines = left.filter((node) => node !== hub);
  const names = uniqueNames(machines.map(oldNodeName), nodeNaming);
  const newNames = new Map<string, string>();
  for (const node of entries) {
    const why = whyNodeIsDropped(node);
    if (why !== undefined) {
      note(work, node.path, node.line, 'dropped', why);
      continue;
    }
    const isHub = node === hub;
    const newName = isHub ? 'hub' : names[machines.indexOf(node)];
    list.items.push(migrateNode(work, node, { isHub, newName }));
    const old = oldNodeName(node);
    if (old !== undefined && newName !== undefined && !isHub && !newNames.has(old)) newNames.set(old, newName);
  }
  if (hub === undefined && left.length > 0) {
    const line = section?.line ?? left[0]?.line ?? 0;
    note(work, 'nodes', line, 'decision', 'None is the hub’s: add a node hub, such as a t3a.xlarge with is_hub: true.');
  }
  addField(work.sections, 'nodes', list, section);
  return newNames;
}

function migrateNode(
  work: Work,
  node: UpstreamGroup,
  { isHub, newName }: { isHub: boolean; newName: string | undefined },
): YAMLMap {
  const target = groupLike(node.node);
  migrateFields(work, node, nodeRules(isHub, newName), () => target);
  if (isHub && !target.has('is_hub')) {
    addField(target, 'is_hub', true);
    const how =
      textOf(node, 'node_policy') === 'hub' ? 'policy' : textOf(node, 'node_type') === 'core' ? 'kind' : 'name';
    const message = `It is true: the ${how} says that this is the hub’s machine.`;
    note(work, `${node.path}.is_hub`, 0, 'changed', message);
  }
  fill(
    work,
    node,
    target,
    missingNodeFields(isHub, (name) => target.has(name)),
  );
  return target;
}

/** Adds what the file lacks, and says so at the entry, or at the field that held nothing usable. */
function fill(work: Work, { path, fields }: UpstreamGroup, target: YAMLMap, filled: readonly FilledField[]): void {
  for (const { name, value, kind, message, also = [] } of filled) {
    addField(target, name, value);
    const field = fields.find((candidate) => candidate.name === name || also.includes(candidate.name));
    if (field === undefined) note(work, `${path}.${name}`, 0, kind, message);
    else note(work, field.path, field.line, kind, `In place of what it said, ${name} is ${value}.`);
  }
}

/** @param names of nodes and service accounts, old to new */
export function migrateProfiles(work: Work, names: { nodes: NewNames; accounts: NewNames }): void {
  const { section, entries } = work.file.profiles;
  const list = listLike(section?.node);
  const newNames = uniqueNames(
    entries.map((profile) => textOf(profile, 'name')),
    profileNaming,
  );
  let hasDefault = false;
  for (const [index, profile] of entries.entries()) {
    const target = groupLike(profile.node);
    const context: ProfileContext = {
      ...names,
      deployment: work.name,
      newName: newNames[index],
      surroundings: work.surroundings,
      hasDefault,
    };
    migrateFields(work, profile, profileRules(context), () => target);
    fill(
      work,
      profile,
      target,
      missingProfileFields(context, work.file.version, (name) => target.has(name)),
    );
    hasDefault ||= target.get('default') === true;
    openClassicOnly(work, profile, target);
    list.items.push(target);
  }
  const renamed = work.file.sections.get('lab_profiles');
  if (renamed !== undefined) {
    note(work, renamed.path, renamed.line, 'changed', 'The section is called profiles now.');
  }
  addField(work.sections, 'profiles', list, section);
}

/** Upstream opened the classic notebook when both were wanted; only one page can open first. */
function openClassicOnly(work: Work, { fields, path, line }: UpstreamGroup, profile: YAMLMap): void {
  if (profile.get('classic') !== true || profile.get('desktop') !== true) return;
  profile.delete('desktop');
  const field = fields.find(({ name }) => name === 'desktop') ?? fields.find(({ name }) => name === 'default_url');
  const place = field?.path ?? `${path}.desktop`;
  const earlier = work.notes.findIndex((told) => told.field === place);
  if (earlier >= 0) work.notes.splice(earlier, 1);
  note(work, place, field?.line ?? line, 'decision', 'It was left out: classic is true, and won over it upstream.');
}

/** @returns old names of accounts to new ones */
export function migrateServiceAccounts(work: Work): NewNames {
  const names = new Map<string, string>();
  const { section, entries } = work.file.serviceAccounts;
  if (entries.length === 0) return names;
  const list: YAMLSeq = listLike(section?.node);
  for (const account of entries) {
    const target = groupLike(account.node);
    migrateFields(work, account, serviceAccountRules, () => target);
    list.items.push(target);
    const old = textOf(account, 'name');
    if (old !== undefined && !names.has(old)) names.set(old, String(target.get('name')));
  }
  addField(work.sections, 'service_accounts', list, section);
  return names;
}
