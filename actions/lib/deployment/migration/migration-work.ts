import { isCollection, type YAMLMap } from 'yaml';
import { type FieldOutcome, type FieldRule, type FieldRules, isNothing } from './field-rules.ts';
import type { MigrationNote } from './migration-report.ts';
import { addField } from './new-document.ts';
import type { Surroundings } from './references.ts';
import type { UpstreamFile } from './upstream-file.ts';
import type { UpstreamField, UpstreamGroup } from './upstream-reader.ts';

/** The new file while it is made. */
export type Work = {
  file: UpstreamFile;
  /** The deployment's name. */
  name: string;
  surroundings: Surroundings;
  sections: YAMLMap;
  kept: string[];
  notes: MigrationNote[];
};

export function note(work: Work, field: string, line: number, kind: MigrationNote['kind'], message: string): void {
  work.notes.push({ kind, field, line, message });
}

/**
 * Brings the fields of a group into the new file by their rules, each accounted for. Of two that are one field now, the one
 * that has its name already counts, else the first.
 * @param targetOf the new group for a field's new name, perhaps with its section
 */
export function migrateFields(
  work: Work,
  group: UpstreamGroup,
  rules: FieldRules,
  targetOf: (to: string) => YAMLMap,
): void {
  const filled = new Map<string, string>();
  const outcomes = group.fields.map((field) => ({ field, outcome: outcomeOf(field, rules) }));
  for (const { field, outcome } of outcomes) {
    if (outcome?.to !== undefined && lastPart(outcome.to) === field.name) filled.set(outcome.to, field.path);
  }
  for (const { field, outcome } of outcomes) {
    if (outcome === undefined) {
      note(work, field.path, field.line, 'decision', 'It is not known here; it was left out.');
      continue;
    }
    const { to } = outcome;
    if (to !== undefined) {
      const other = filled.get(to);
      if (other !== undefined && other !== field.path) {
        note(work, field.path, field.line, 'decision', `It was left out: ${other} says the same thing.`);
        continue;
      }
      filled.set(to, field.path);
      put(group, targetOf(to), field, outcome);
    }
    account(work, field, outcome);
  }
}

function outcomeOf(field: UpstreamField, rules: FieldRules): FieldOutcome | undefined {
  const rule: FieldRule | undefined = Object.hasOwn(rules, field.name) ? rules[field.name] : undefined;
  return rule?.(field);
}

/** What a field says for others, such as the tag of an image, gives way to those. */
function put(
  { fields }: UpstreamGroup,
  target: YAMLMap,
  field: UpstreamField,
  { to = '', value, also = {} }: FieldOutcome,
): void {
  addField(target, lastPart(to), value, field);
  for (const [name, extra] of Object.entries(also)) {
    if (!fields.some((other) => other.name === name && !isNothing(other.text))) addField(target, name, extra);
  }
}

const lastPart = (to: string): string => to.slice(to.lastIndexOf('.') + 1);

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
  const isEmpty = isCollection(node) ? node.items.length === 0 : isNothing(text);
  if (isEmpty) note(work, path, line, 'dropped', 'It said nothing.');
  else note(work, path, line, 'decision', 'It is not one value; it was left out.');
}
