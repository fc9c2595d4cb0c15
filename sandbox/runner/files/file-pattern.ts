import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

/** Files found by patterns. All paths are absolute. */
export type FoundFiles = {
  /** In the order of their paths. */
  files: string[];
  /** The folders or files the search started from: what precedes the first wildcard of each pattern. */
  searchPaths: string[];
};

type Pattern = { exclude: boolean; expression: RegExp; searchPath: string };

/**
 * Files by patterns, one a line, as `path` inputs and hashFiles() take them (npm package @actions/glob, README): `*`,
 * `?`, `[]` within a name, `**` across folders, `!` excludes, `#` begins a comment; a folder means everything below it.
 * Folders that are symbolic links are not entered.
 * @param folder where relative patterns start
 * @param hidden whether names that begin with a dot count
 */
export function findFiles(folder: string, patterns: string, hidden: boolean): FoundFiles {
  const lines = patterns
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const compiled = lines.map((line) => compile(folder, line));
  const searchPaths = outermost(compiled.filter(({ exclude }) => !exclude).map(({ searchPath }) => searchPath));
  const files = searchPaths
    .flatMap((path) => [...walk(path, hidden)])
    .filter((path) => isIncluded(compiled, path))
    .sort();
  return { files, searchPaths };
}

function isIncluded(patterns: readonly Pattern[], path: string): boolean {
  let included = false;
  for (const pattern of patterns) {
    if (pattern.expression.test(path)) included = !pattern.exclude;
  }
  return included;
}

function compile(folder: string, line: string): Pattern {
  const exclude = line.startsWith('!');
  const absolute = resolve(folder, exclude ? line.slice(1).trim() : line);
  const names = absolute.split(sep).filter(Boolean);
  const firstWild = names.findIndex((name) => /[*?[]/.test(name));
  const fixed = firstWild === -1 ? names : names.slice(0, firstWild);
  const source = names.map((name) => (name === '**' ? '(?:/[^/]+)*' : `/${nameExpression(name)}`)).join('');
  return {
    exclude,
    // What follows a whole match is below a folder that matches.
    expression: new RegExp(`^${source}(?:/.*)?$`, 'su'),
    searchPath: `/${fixed.join('/')}`,
  };
}

function nameExpression(name: string): string {
  return name.replace(/\[[^\]]+\]|[*?]|[\\^$.+()[\]{}|]/g, (piece) => {
    if (piece === '*') return '[^/]*';
    if (piece === '?') return '[^/]';
    return piece.length > 1 ? piece.replace(/^\[!/, '[^') : `\\${piece}`;
  });
}

function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)];
  return unique.filter((path) => !unique.some((other) => other !== path && isBelow(path, other)));
}

/** Is the path inside the folder? */
export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function* walk(path: string, hidden: boolean): Generator<string> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (!hidden && entry.name.startsWith('.')) continue;
    const child = join(path, entry.name);
    if (entry.isDirectory()) yield* walk(child, hidden);
    else if (isFile(entry, child)) yield child;
  }
}

function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Does a name without folders match the pattern? */
export function matchesName(pattern: string, name: string): boolean {
  return new RegExp(`^${nameExpression(pattern)}$`, 'su').test(name);
}
