/** Characters that move a cursor, change colours, reverse or hide text, or end a line. */
const unprintable = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u2800]/gu;

/**
 * Text from outside as one line in which no terminal and no workflow runner finds a command. A runner takes `::` at the
 * start of a line for one, and `##[` anywhere (ActionCommand of github.com/actions/runner). Every character that is
 * replaced stays one character, so that columns keep their meaning.
 */
export function inertLine(text: string): string {
  const line = text.replaceAll('\t', ' ').replace(unprintable, '\uFFFD').replaceAll('##[', '##(');
  return line.trimStart().startsWith('::') ? line.replace('::', '.:') : line;
}

/**
 * JSON in which no workflow runner finds a command: `##[` is written with an escape, and a line of JSON never starts with
 * `::`.
 * @param value anything that JSON can hold
 */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll('##[', '##\\u005b')
    .replace(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, (character) => character.split('').map(escaped).join(''));
}

/** One UTF-16 code unit as JSON writes it. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Characters that hide, reverse or reorder text, or that nobody sees: bidirectional controls, zero-width and ignorable ones,
 * tags, variation selectors, fillers (Unicode's Default_Ignorable_Code_Point, general categories C, Zl and Zp).
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u2800]/gu;

/** Marks that go on a letter; more than this many only cover what is around them. */
const tooManyMarks = /(\p{M}{4})(\p{M}+)/gu;

/** The text with every such character as `⟨U+202E⟩`, and tabs and wide spaces as spaces: what is read is what is there. */
export function shownInvisible(text: string): string {
  return text
    .replace(/[\t\p{Zs}]/gu, ' ')
    .replace(invisible, numbered)
    .replace(tooManyMarks, (_, kept: string, rest: string) => kept + [...rest].map(numbered).join(''));
}

function numbered(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
