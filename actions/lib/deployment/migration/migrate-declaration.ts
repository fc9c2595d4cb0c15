import { isMap, isSeq, type YAMLMap } from 'yaml';
import { quoteValue } from '../quote-value.ts';
import { fillParameters, type KnownFacts } from './facts.ts';
import { lostComments } from './lost-comments.ts';
import { migrateNodes, migrateProfiles, migrateServiceAccounts } from './migrate-entries.ts';
import type { MigrationNote } from './migration-report.ts';
import { migrateFields, note, type Work } from './migration-work.ts';
import { addField, documentText, groupLike } from './new-document.ts';
import { type Surroundings, textOf } from './references.ts';
import { injectedRules, parameterRules2022 } from './rules-2022.ts';
import { istioRules, parameterRules2024, versionRules } from './rules-2024.ts';
import { environmentRules } from './rules-2025.ts';
import { settleStorageDays } from './storage-days.ts';
import { readUpstreamFile, type UpstreamFile, type UpstreamVersion } from './upstream-file.ts';
import type { UpstreamField } from './upstream-reader.ts';

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

/**
 * Turns a file that configured one of upstream's deployments, of any version, into a declaration of this repository.
 * Comments stay with their fields. Every field is taken over, converted, or named in a note that says why not.
 * @param facts what the old file cannot say; they win over what it says
 * @param surroundings images and hook scripts that are there to be named; what is not known is not looked at
 * @throws Failure `UpstreamFileUnreadable` or `UpstreamFileUnknown`
 */
export function migrateDeclaration(text: string, facts: KnownFacts = {}, surroundings: Surroundings = {}): Migration {
  const file = readUpstreamFile(text, facts.name);
  const name = facts.name ?? deploymentName(oldName(file) ?? '');
  const work: Work = { file, name, surroundings, sections: groupLike(undefined), kept: [], notes: [] };
  const storage = groupLike(undefined);
  const aws = groupLike(undefined);
  const parameters = migrateParameters(work, { storage, aws });
  const missing = fillParameters({ file, aws, parameters, facts, name, notes: work.notes });
  dropForeignSender(work, parameters, facts);
  addField(work.sections, 'aws', aws);
  addField(work.sections, 'parameters', parameters, file.sections.get('parameters'));
  const nodes = migrateNodes(work);
  // Profiles come before the accounts that they name.
  const accounts = groupLike(undefined);
  const accountWork: Work = { ...work, sections: accounts };
  const accountNames = migrateServiceAccounts(accountWork);
  migrateProfiles(work, { nodes, accounts: accountNames });
  for (const pair of accounts.items) work.sections.items.push(pair);
  migrateUsers(work);
  settleStorageDays(work, storage);
  if (storage.items.length > 0) addField(work.sections, 'storage', storage);
  nameWhatIsLeft(work);
  const result = documentText(work.sections, { before: file.commentBefore, after: file.commentAfter });
  work.notes.push(...file.oddities, ...lostComments(file.comments, result));
  const told = new Set(work.notes.map(({ field }) => field));
  const kept = work.kept.filter((path) => !told.has(path));
  return { version: file.version, name, text: result, kept, notes: work.notes, missing };
}

function oldName({ parameters }: UpstreamFile): string | undefined {
  return textOf(parameters, 'cost_tag_value', 'COST_TAG_VALUE', 'lab_short_name', 'LAB_SHORT_NAME', 'DEPLOY_PREFIX');
}

/** A name that AWS takes everywhere: lower case, single hyphens. */
function deploymentName(old: string): string {
  return old
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-$/g, '');
}

function migrateParameters(work: Work, targets: { storage: YAMLMap; aws: YAMLMap }): YAMLMap {
  const { file, name } = work;
  const { parameters, sideGroups } = file;
  const target = groupLike(parameters.node);
  const targetOf = (to: string): YAMLMap =>
    to.startsWith('storage.') ? targets.storage : to.startsWith('aws.') ? targets.aws : target;
  const rules = { ...parameterRules2022(name), ...parameterRules2024(name), ...environmentRules(name) };
  migrateFields(work, parameters, rules, targetOf);
  const sides: Readonly<Record<string, typeof rules>> = {
    cluster: versionRules,
    istio: istioRules,
    others: injectedRules,
  };
  for (const side of sideGroups) migrateFields(work, side.group, sides[side.name] ?? {}, targetOf);
  return target;
}

/** An address that was asked for may not be one that the old file's identity in SES sends from. */
function dropForeignSender(work: Work, parameters: YAMLMap, { admin_email_address: address }: KnownFacts): void {
  const name = 'admin_email_address_sns_arn';
  const arn = parameters.get(name);
  const field = work.file.parameters.fields.find((candidate) => candidate.name === name);
  if (address === undefined || typeof arn !== 'string' || field === undefined) return;
  const identity = arn.slice(arn.indexOf('identity/') + 'identity/'.length).toLowerCase();
  const whole = address.toLowerCase();
  if (identity === whole || whole.endsWith(`@${identity}`) || whole.endsWith(`.${identity}`)) return;
  parameters.delete(name);
  const message = `It was left out: ${quoteValue(identity)} does not cover ${quoteValue(address)}, which was asked for. Name an identity that does; without one Cognito sends from its own address, about 50 mails a day.`;
  note(work, field.path, field.line, 'decision', message);
}

function migrateUsers(work: Work): void {
  addField(work.sections, 'users', { sign_up: 'approval' });
  const asBefore = work.file.version === '2022' ? ', as they did upstream' : '';
  const message = `Sign-ups wait for approval${asBefore}; closed would be the default.`;
  note(work, 'users.sign_up', 0, 'changed', message);
}

/** Whatever of the file no section of the new one has. */
function nameWhatIsLeft(work: Work): void {
  const { file } = work;
  const dask = 'Dask is no part of a deployment.';
  for (const { path, line } of file.daskProfiles.entries) note(work, path, line, 'dropped', dask);
  for (const field of file.otherLabs) nameLab(work, field);
  for (const field of file.others) {
    const isDescription = field.name === 'environment' && file.version === '2025';
    if (isDescription)
      note(work, field.path, field.line, 'dropped', 'It only said which GitHub environment has the account.');
    else nameSection(work, field);
  }
}

function nameLab(work: Work, { name, path, line }: UpstreamField): void {
  note(work, path, line, 'decision', `It is another lab: migrate it on its own, with --name ${name}.`);
}

/** An unknown section, with each entry of it. */
function nameSection(work: Work, { node, path, line }: UpstreamField): void {
  note(work, path, line, 'decision', 'It is not known here; it was left out.');
  if (!isSeq(node)) return;
  for (const [index, entry] of node.items.entries()) {
    if (isMap(entry)) note(work, `${path}[${index}]`, line, 'decision', 'It was left out with its section.');
  }
}
