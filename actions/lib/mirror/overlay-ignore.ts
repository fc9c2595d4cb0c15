import { Failure } from '../failure.ts';

/**
 * Files that editors, operating systems and Python leave beside the ones that count. They are never mirrored, wherever
 * they are. Everything else that a layer holds for other readers than CodeCommit is listed under `ignore` in its
 * `.overlay.yaml`.
 */
const leftovers = [
  ...['*~', '*.swp', '*.swo', '.#*', '#*#', '*.orig', '*.rej'],
  ...['.DS_Store', '._*', 'Thumbs.db', 'desktop.ini'],
  ...['__pycache__', '*.pyc', '.ipynb_checkpoints', '.pytest_cache', '.ruff_cache', '.mypy_cache'],
];

/** Tells whether a path of a layer, from the layer's folder, stays out of the mirror. */
export type IgnoreRule = (path: string) => boolean;

/** Most characters that all patterns of a layer are compared with, a second's work; real layers need a thousandth. */
const mostComparisons = 100_000_000;

/**
 * No pattern becomes a regular expression: the time is at most the length of the patterns times that of the names, and
 * that is limited.
 * @param patterns names of files or folders at any depth, or, with a `/` in them, paths from the layer's folder. `*` is any
 *   run of characters within a name, `?` is one; what is below an ignored folder is ignored.
 * @param file what a refusal calls the list of them
 * @throws Failure `OverlayList`, from the rule, when the patterns take too long for these names
 */
export function ignoreRule(patterns: readonly string[], file = '.overlay.yaml'): IgnoreRule {
  const work: Work = { left: mostComparisons, file };
  const names = matcherOf([...leftovers, ...patterns.filter((pattern) => !isPath(pattern))], work);
  const paths = patterns.filter(isPath).map((pattern) => trimmed(pattern).replace(/^\//, '').split('/'));
  const longest = Math.max(0, ...paths.map((parts) => parts.length));
  return (path) => {
    const parts = path.split('/');
    if (parts.some(names)) return true;
    const first = parts.slice(0, longest);
    return paths.some(
      (pattern) =>
        pattern.length <= first.length && pattern.every((part, index) => matches(part, first[index] ?? '', work)),
    );
  };
}

/** How many comparisons are left before the list is refused. */
type Work = { left: number; readonly file: string };

const trimmed = (pattern: string): string => (pattern.endsWith('/') ? pattern.slice(0, -1) : pattern);
const isPath = (pattern: string): boolean => trimmed(pattern).includes('/');

/** Whether a name is matched by any of the patterns; each name is looked at once. */
function matcherOf(patterns: readonly string[], work: Work): (name: string) => boolean {
  const written = patterns.map(trimmed);
  const exact = new Set(written.filter((pattern) => !/[*?]/.test(pattern)));
  const globs = written.filter((pattern) => /[*?]/.test(pattern));
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = exact.has(name) || globs.some((glob) => matches(glob, name, work));
    known.set(name, found);
    return found;
  };
}

/** Compares one name with one pattern; a mismatch goes back to the last `*` alone, so never over more than both lengths. */
function matches(pattern: string, name: string, work: Work): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let retry = 0;
  while (n < name.length) {
    if (--work.left < 0) throw tooMuch(work.file);
    const wanted = pattern[p];
    if (wanted === '*') {
      star = p++;
      retry = n;
    } else if (wanted !== undefined && (wanted === '?' || wanted === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++retry;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function tooMuch(file: string): Failure {
  return new Failure({
    code: 'OverlayList',
    source: 'user',
    message: `${file} holds so many or so long patterns under \`ignore\` that comparing them with the files takes too long.`,
    hint: 'Name folders instead of single files, with few `*`.',
    place: { file, line: 1 },
  });
}
