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
