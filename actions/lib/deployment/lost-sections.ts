import { fieldNamesAt, fieldSchemaAt } from './field-schema.ts';
import type { Finding } from './finding.ts';
import { childPointer, pointerParts } from './json-pointer.ts';
import type { PositionFinder } from './position.ts';
import type { NamedField } from './shape-value-sentences.ts';

/** A section whose own line is missing, so that what belongs to it seems to be part of the section before. */
export type LostSection = {
  section: string;
  /** JSON pointers of what belongs to it. */
  parts: string[];
  finding: Finding;
};

/** So many fields of another section in one group, or so many missing in an entry, are no slip of the pen. */
const evidence = 2;

/**
 * Sections whose line was lost: fields of a section that is not there, together in another one, or entries of a list that
 * is not there, at the end of another list.
 */
export function lostSections(
  unknown: readonly NamedField[],
  missing: readonly NamedField[],
  positions: Pick<PositionFinder, 'has'>,
): LostSection[] {
  const absent = fieldNamesAt('').filter((section) => !positions.has(childPointer('', section)));
  return absent.flatMap((section) => {
    const isList = fieldSchemaAt(childPointer('', section))?.type === 'array';
    const parts = isList ? lostEntries(section, unknown, missing) : lostFields(section, unknown);
    const [first] = parts;
    if (first === undefined) return [];
    const message = `What starts here belongs to the section ${section}, but there is no line ${section}: before it.`;
    const finding: Finding = { code: 'OSL010', path: first, part: 'key', message, hint: `Add the line ${section}:.` };
    return [{ section, parts, finding }];
  });
}

function lostFields(section: string, unknown: readonly NamedField[]): string[] {
  const known = new Set(fieldNamesAt(childPointer('', section)));
  const found = unknown.filter(({ parent, name }) => pointerParts(parent).length === 1 && known.has(name));
  return found.length < evidence ? [] : found.map(({ path }) => path);
}

function lostEntries(section: string, unknown: readonly NamedField[], missing: readonly NamedField[]): string[] {
  const known = new Set(fieldNamesAt(childPointer(childPointer('', section), 0)));
  const entries = [...new Set(unknown.map(({ parent }) => parent))].filter((parent) => /^\/\w+\/[0-9]+$/.test(parent));
  return entries.filter((entry) => {
    const lacking = missing.filter(({ parent }) => parent === entry).length;
    return lacking >= evidence && unknown.every(({ parent, name }) => parent !== entry || known.has(name));
  });
}
