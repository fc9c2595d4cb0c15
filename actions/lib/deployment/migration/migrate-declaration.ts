import { isCollection, isScalar, isSeq, type YAMLMap } from 'yaml';
import { fillParameters, type KnownFacts } from './facts.ts';
import { convertText, type FieldOutcome, type FieldRule, isNothing } from './field-rules.ts';
import { lostComments } from './lost-comments.ts';
import type { MigrationNote } from './migration-report.ts';
import { addField, documentText, groupLike, listLike } from './new-document.ts';
import { type FieldRules, parameterRules2022 } from './rules-2022.ts';
import { parameterRules2024 } from './rules-2024.ts';
import { findHub, nodeRules, textOf, whyNodeIsDropped } from './rules-nodes.ts';
import { profileRules } from './rules-profiles.ts';
import {
  readUpstreamFile,
  type UpstreamField,
  type UpstreamFile,
  type UpstreamGroup,
  type UpstreamVersion,
} from './upstream-file.ts';

/** A migrated file; `missing` are the options without which it cannot be complete. */
export type Migration = {
  version: UpstreamVersion;
  /** The deployment's name; empty when it is missing. */
  name: string;
  text: string;
  /** Fields that are in the new file as they were, by their paths in the old one; the notes have all others. */
  kept: string[];
  notes: MigrationNote[];
  missing: (keyof KnownFacts)[];
};

/** The new file while it is made. */
type Work = { file: UpstreamFile; sections: YAMLMap; kept: string[]; notes: MigrationNote[] };

/**
 * Turns upstream's `opensarlab.yaml` of 2022 or `opensciencelab.yaml` of 2024 into a declaration of this repository.
 * Comments stay with their fields. Every field is taken over, converted, or named in a note that says why not.
 * @param facts what the old file cannot say; they win over what it says
 * @throws Failure `UpstreamFileUnreadable` or `UpstreamFileUnknown`
 */
export function migrateDeclaration(text: string, facts: KnownFacts = {}): Migration {
  const file = readUpstreamFile(text);
  const work: Work = { file, sections: groupLike(undefined), kept: [], notes: [] };
  const name = facts.name ?? deploymentName(textOf(file.parameters, 'cost_tag_value') ?? '');
  const storage = groupLike(undefined);
  const parameters = migrateParameters(work, name, storage);
  const aws = groupLike(undefined);
  const missing = fillParameters({ file, aws, parameters, facts, name, notes: work.notes });
  addField(work.sections, 'aws', aws);
  addField(work.sections, 'parameters', parameters, file.sections.get('parameters'));
  const nodes = migrateNodes(work);
  migrateProfiles(work, nodes);
  migrateServiceAccounts(work);
  addField(work.sections, 'users', { sign_up: 'approval' });
  note(
    work,
    'users.sign_up',
    0,
    'changed',
    'Sign-ups wait for approval, as they did upstream; closed would be the default.',
  );
  if (storage.items.length > 0) addField(work.sections, 'storage', storage);
  keepSnapshotsLonger(work, storage);
  dropLateWarnings(work, storage);
  for (const { path, line, name: section } of file.others) {
    const why =
      section === 'dask_profiles'
        ? 'Dask is no part of a deployment.'
        : 'Upstream has no such section; it was left out.';
    note(work, path, line, section === 'dask_profiles' ? 'dropped' : 'decision', why);
  }
  const result = documentText(work.sections, { before: file.commentBefore, after: file.commentAfter });
  work.notes.push(...file.oddities, ...lostComments(text, result));
  const told = new Set(work.notes.map(({ field }) => field));
  const kept = work.kept.filter((path) => !told.has(path));
  return { version: file.version, name, text: result, kept, notes: work.notes, missing };
}

/** A name that AWS takes everywhere: lower case, single hyphens. */
function deploymentName(costTagValue: string): string {
  return costTagValue
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-$/g, '');
}

function migrateParameters(work: Work, name: string, storage: YAMLMap): YAMLMap {
  const { version, parameters } = work.file;
  const rules = version === '2022' ? parameterRules2022(name) : parameterRules2024(name);
  const target = groupLike(parameters.node);
  migrateFields(work, parameters, rules, (to) => (to.startsWith('storage.') ? storage : target));
  return target;
}

/** Upstream let a snapshot go before its volume, which it then never did: it waited for the volume. */
function keepSnapshotsLonger(work: Work, storage: YAMLMap): void {
  const volume = Number(storage.get('days_till_volume_deletion') ?? 0);
  const field = 'days_till_snapshot_deletion';
  const snapshot = storage.get(field);
  if (typeof snapshot !== 'number' || snapshot >= volume) return;
  storage.set(field, volume);
  const message = `${snapshot} is ${volume} now: a snapshot cannot go before its volume.`;
  note(work, `parameters.${field}`, 0, 'decision', message);
}

/** Upstream took days far away, such as 365000, for never; warnings after the end of the data are left out here. */
function dropLateWarnings(work: Work, storage: YAMLMap): void {
  const field = 'days_after_server_stop_till_warning_email';
  const days = storage.get(field);
  const end = Number(storage.get('days_till_snapshot_deletion') ?? Number.POSITIVE_INFINITY);
  if (!isSeq(days)) return;
  const numbers = days.items.map((day) => (isScalar(day) ? Number(day.value) : Number.NaN));
  const early = numbers.filter((day) => day < end);
  if (early.length === numbers.length) return;
  addField(storage, field, early);
  const message = `Warnings from day ${end} on were left out: the data are gone by then.`;
  note(work, `parameters.${field}`, 0, 'changed', message);
}

/** @returns old names of users' nodes to new ones */
function migrateNodes(work: Work): Map<string, string> {
  const names = new Map<string, string>();
  const list = listLike(work.file.sections.get('nodes')?.node);
  const hub = findHub(work.file.nodes.filter((node) => whyNodeIsDropped(node) === undefined));
  for (const node of work.file.nodes) {
    const why = whyNodeIsDropped(node);
    if (why !== undefined) {
      note(work, node.path, node.line, 'dropped', why);
      continue;
    }
    const target = groupLike(node.node);
    const isHub = node === hub;
    migrateFields(work, node, nodeRules(isHub), () => target);
    if (isHub && !target.has('is_hub')) {
      addField(target, 'is_hub', true);
      note(
        work,
        `${node.path}.is_hub`,
        node.line,
        'changed',
        'It is true: the policy says that this is the hub’s machine.',
      );
    }
    list.items.push(target);
    const old = textOf(node, 'name');
    if (old !== undefined && !isHub) names.set(old, String(target.get('name')));
  }
  addField(work.sections, 'nodes', list, work.file.sections.get('nodes'));
  return names;
}

function migrateProfiles(work: Work, nodes: ReadonlyMap<string, string>): void {
  const old = work.file.sections.get('profiles') ?? work.file.sections.get('lab_profiles');
  const list = listLike(old?.node);
  let hasDefault = false;
  for (const profile of work.file.profiles) {
    const target = groupLike(profile.node);
    migrateFields(work, profile, profileRules({ nodes, hasDefault }), () => target);
    hasDefault ||= target.get('default') === true;
    openClassicOnly(work, profile, target);
    list.items.push(target);
  }
  if (work.file.version === '2024' && old !== undefined) {
    note(work, 'lab_profiles', old.line, 'changed', 'The section is called profiles now.');
  }
  addField(work.sections, 'profiles', list, old);
}

/** Upstream opened the classic notebook when both were wanted; only one page can open first. */
function openClassicOnly(work: Work, { path, line }: UpstreamGroup, profile: YAMLMap): void {
  if (profile.get('classic') !== true || profile.get('desktop') !== true) return;
  profile.delete('desktop');
  note(work, `${path}.desktop`, line, 'decision', 'It was left out: classic is true, and won over it upstream.');
}

function migrateServiceAccounts(work: Work): void {
  const old = work.file.sections.get('service_accounts');
  if (work.file.serviceAccounts.length === 0) return;
  const list = listLike(old?.node);
  for (const account of work.file.serviceAccounts) {
    const target = groupLike(account.node);
    migrateFields(work, account, serviceAccountRules, () => target);
    list.items.push(target);
  }
  addField(work.sections, 'service_accounts', list, old);
}

function migrateFields(work: Work, group: UpstreamGroup, rules: FieldRules, targetOf: (to: string) => YAMLMap): void {
  for (const field of group.fields) {
    const rule: FieldRule | undefined = Object.hasOwn(rules, field.name) ? rules[field.name] : undefined;
    if (rule === undefined) {
      note(work, field.path, field.line, 'decision', 'Upstream has no such field; it was left out.');
      continue;
    }
    const outcome = rule(field);
    if (outcome.to !== undefined) {
      addField(targetOf(outcome.to), outcome.to.replace(/^.*\./, ''), outcome.value, field);
      for (const [also, value] of Object.entries(outcome.also ?? {})) addField(targetOf(outcome.to), also, value);
    }
    account(work, field, outcome);
  }
}

/** Puts down what became of a field: as it was, or a note. */
function account(work: Work, field: UpstreamField, { to, note: told }: FieldOutcome): void {
  const { path, line, name } = field;
  if (told !== undefined) note(work, path, line, told.kind, told.message);
  else if (to === undefined) noteNothing(work, field);
  else if ([name, path].includes(to)) work.kept.push(path);
  else note(work, path, line, 'changed', `It is ${to} now.`);
}

/** For a field of which nothing is in the new file: it was empty, or no single value. */
function noteNothing(work: Work, { path, line, node, text }: UpstreamField): void {
  if (!isCollection(node) && isNothing(text)) note(work, path, line, 'dropped', 'It said nothing.');
  else note(work, path, line, 'decision', 'It is not one value; it was left out.');
}

function note(work: Work, field: string, line: number, kind: MigrationNote['kind'], message: string): void {
  work.notes.push({ kind, field, line, message });
}

const statements: FieldRule = ({ name, node, data }) => (isSeq(node) ? { to: name, value: data() } : {});

const trusts: FieldRule = ({ node }) =>
  node === undefined
    ? {}
    : {
        note: {
          kind: 'decision',
          message:
            'Only servers of the deployment may take on the role. Who else trusted it, must get access another way.',
        },
      };

/** Rules for one entry of `service_accounts` (2024). */
const serviceAccountRules: FieldRules = {
  name: convertText(
    (text) => text.toLowerCase().replace(/[^a-z0-9.-]+/g, '-'),
    'Kubernetes allows lower-case letters, digits, hyphens and dots.',
  ),
  namespace: convertText(() => 'jupyter', 'servers run in the namespace jupyter.', 'decision'),
  permissions: statements,
  trusts,
};
