/**
 * Whether a ref or path matches a pattern of a ruleset or policy: fnmatch with `File::FNM_PATHNAME`, so `*` and `?` stop
 * at a slash and `**` before a slash crosses them
 * (docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax).
 * @throws Error for a set in brackets or a brace, which the sandbox does not read
 */
export function matchesRefPattern(pattern: string, name: string): boolean {
  if (/[[\]{}\\]/.test(pattern)) throw new Error(`The sandbox's GitHub does not read the pattern ${pattern}.`);
  return matchesSegments(pattern.split('/'), name.split('/'));
}

/** Folder by folder. */
function matchesSegments(patterns: readonly string[], names: readonly string[]): boolean {
  return matchesSequence(
    patterns,
    names,
    (pattern, index) => pattern === '**' && index < patterns.length - 1,
    matchesName,
  );
}

function matchesName(pattern: string, name: string): boolean {
  const isStar = (sign: string): boolean => sign === '*';
  return matchesSequence([...pattern], [...name], isStar, (sign, character) => sign === '?' || sign === character);
}

/**
 * A table of the places that can be reached instead of backtracking: the time grows with the product of the lengths.
 * @param anyNumber whether the part of the pattern stands for any number of items
 */
function matchesSequence(
  pattern: readonly string[],
  items: readonly string[],
  anyNumber: (part: string, index: number) => boolean,
  matchesOne: (part: string, item: string) => boolean,
): boolean {
  let reachable: boolean[] = [true];
  for (const [index, part] of pattern.entries()) {
    const next: boolean[] = [];
    const open = anyNumber(part, index);
    for (let at = 0; at <= items.length; at++) {
      if (open) next[at] = reachable[at] === true || (at > 0 && next[at - 1] === true);
      else next[at] = at > 0 && reachable[at - 1] === true && matchesOne(part, items[at - 1] ?? '');
    }
    reachable = next;
  }
  return reachable[items.length] === true;
}
