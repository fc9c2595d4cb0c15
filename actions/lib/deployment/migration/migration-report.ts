import { count } from '../../report/markdown.ts';

/** `changed`: it is in the new file in another form. `dropped`: it is not needed. `decision`: a person has to look. */
export type NoteKind = 'changed' | 'dropped' | 'decision';

/** What became of one field of the old file. */
export type MigrationNote = {
  kind: NoteKind;
  /** The field in the old file as people write it, e.g. `nodes[0].is_hub`. */
  field: string;
  /** Line in the old file, from 1; 0 when the field is not there. */
  line: number;
  message: string;
};

const kinds: readonly NoteKind[] = ['decision', 'changed', 'dropped'];

const titles: Record<NoteKind, string> = {
  decision: 'Needs a decision',
  changed: 'Changed',
  dropped: 'Dropped',
};

/** The notes for people, what needs them first, and how many fields stayed as they were. */
export function renderMigrationReport({
  notes,
  kept,
}: {
  notes: readonly MigrationNote[];
  kept: readonly string[];
}): string[] {
  const lists = kinds.flatMap((kind) => {
    const some = notes.filter((note) => note.kind === kind);
    if (some.length === 0) return [];
    return [`${titles[kind]}:`, ...some.map(noteLine), ''];
  });
  return [...lists, `As it was: ${count(kept.length, 'field')}.`, ''];
}

function noteLine({ field, line, message }: MigrationNote): string {
  return `  ${field}${line === 0 ? '' : ` (line ${line})`}: ${message}`;
}
