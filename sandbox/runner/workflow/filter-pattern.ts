/**
 * Does the last pattern that matches include the value? A pattern that starts with `!` excludes what an earlier one
 * included; the order decides
 * (docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet).
 */
export function matchesFilter(patterns: readonly string[], value: string): boolean {
  let included = false;
  for (const pattern of patterns) {
    const excludes = pattern.startsWith('!');
    if (filterPattern(excludes ? pattern.slice(1) : pattern).test(value)) included = !excludes;
  }
  return included;
}

const compiled = new Map<string, RegExp>();

/**
 * A pattern of `branches`, `tags` or `paths` as a regular expression: `*` any characters but `/`, `**` any characters,
 * `?` zero or one of the preceding character, `+` one or more of it, `[]` one of a set, `\` takes the next literally.
 * Two stars before a slash also match no folder at all, so that such a pattern for README.md includes the root's.
 * @throws SyntaxError when a quantifier has nothing to repeat
 */
export function filterPattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const expression = new RegExp(`^${translate(pattern)}$`, 'su');
  compiled.set(pattern, expression);
  return expression;
}

function translate(pattern: string): string {
  let source = '';
  for (let index = 0; index < pattern.length; ) {
    const [piece, length] = translatePiece(pattern, index);
    source += piece;
    index += length;
  }
  return source;
}

/** One piece of the pattern as a regular expression, and how many characters it took. */
function translatePiece(pattern: string, index: number): [string, number] {
  const rest = pattern.slice(index);
  if (rest.startsWith('**/')) return index === 0 || pattern[index - 1] === '/' ? ['(?:.*/)?', 3] : ['.*/', 3];
  if (rest.startsWith('**')) return ['.*', 2];
  const character = rest[0] ?? '';
  if (character === '*') return ['[^/]*', 1];
  if (character === '?' || character === '+') return [index === 0 ? `\\${character}` : character, 1];
  if (character === '\\' && rest.length > 1) return [literal(rest[1] ?? ''), 2];
  const set = /^\[[A-Za-z0-9-]+\]/.exec(rest);
  if (set) return [set[0], set[0].length];
  const symbol = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return [literal(symbol), symbol.length];
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
