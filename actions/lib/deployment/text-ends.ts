/**
 * The text without those of the characters that it ends in. A pattern such as `/\/+$/` would start anew at every slash of
 * a text that does not end in one, which takes quadratic time.
 * @param characters single UTF-16 units
 */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** The text without those of the characters that it begins or ends with. @param characters single UTF-16 units */
export function withoutEnds(text: string, characters: string): string {
  let start = 0;
  while (start < text.length && characters.includes(text.charAt(start))) start++;
  return withoutEnd(text.slice(start), characters);
}
