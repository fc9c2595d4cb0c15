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
