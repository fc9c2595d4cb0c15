import { runGit } from './run-git.ts';

/** One file of a diff, in GitHub's words. */
export type FileChange = {
  path: string;
  previousPath: string | undefined;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** The blob after the change; before it for removed files. */
  sha: string;
  additions: number;
  deletions: number;
  /** The hunks without the file header; undefined for binary files and pure renames. */
  patch: string | undefined;
};

const STATUS: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/**
 * The files that differ between two trees or commits, in order of path, with renames found.
 * @param options.patches whether to read the hunks as well
 */
export async function diffFiles(
  gitFolder: string,
  base: string,
  head: string,
  options: { patches?: boolean } = {},
): Promise<FileChange[]> {
  const common = ['diff-tree', '-r', '-M', '--no-ext-diff', '--no-textconv'];
  const { stdout } = await runGit(gitFolder, [...common, '-z', '--raw', '--numstat', '--no-abbrev', base, head]);
  const { changes, rest } = parseRaw(stdout.toString('utf8'));
  const patches = options.patches === true ? await readPatches(gitFolder, common, base, head) : [];
  const counts = parseCounts(rest);
  return changes.map((change, index) => ({
    ...change,
    ...(counts[index] ?? { additions: 0, deletions: 0 }),
    patch: patches[index],
  }));
}

type RawChange = Omit<FileChange, 'additions' | 'deletions' | 'patch'>;

/** `:mode mode sha sha status NUL path NUL [new path NUL]` for every file; what follows is `rest`. */
function parseRaw(text: string): { changes: RawChange[]; rest: string } {
  const fields = text.split('\0');
  const changes: RawChange[] = [];
  let at = 0;
  while (fields[at]?.startsWith(':')) {
    const match = /^:\d+ \d+ ([0-9a-f]{40}) ([0-9a-f]{40}) ([A-Z])\d*$/.exec(fields[at] ?? '');
    const [, before = '', after = '', letter = ''] = match ?? [];
    const status = STATUS[letter];
    if (status === undefined) throw new Error(`Cannot read this line of git diff-tree: ${fields[at]}`);
    const moved = letter === 'R' || letter === 'C';
    changes.push({
      path: fields[at + (moved ? 2 : 1)] ?? '',
      previousPath: moved ? fields[at + 1] : undefined,
      status,
      sha: status === 'removed' ? before : after,
    });
    at += moved ? 3 : 2;
  }
  return { changes, rest: fields.slice(at).join('\0') };
}

/** `added TAB deleted TAB path NUL`, or for renames `added TAB deleted TAB NUL old NUL new NUL`; `-` for binary files. */
function parseCounts(text: string): { additions: number; deletions: number }[] {
  return [...text.matchAll(/(?:^|\0)(\d+|-)\t(\d+|-)\t/g)].map(([, added, deleted]) => ({
    additions: added === '-' ? 0 : Number(added),
    deletions: deleted === '-' ? 0 : Number(deleted),
  }));
}

async function readPatches(
  gitFolder: string,
  common: readonly string[],
  base: string,
  head: string,
): Promise<(string | undefined)[]> {
  const { stdout } = await runGit(gitFolder, [...common, '-p', base, head]);
  const files = stdout
    .toString('utf8')
    .split(/^diff --git /m)
    .slice(1);
  // A change of type (file to link) is printed as a removal and an addition with the same header.
  const whole = files.filter((file, index) => headerOf(file) !== headerOf(files[index - 1]));
  return whole.map((file) => {
    const start = file.search(/^@@ /m);
    return start === -1 ? undefined : file.slice(start).replace(/\n$/, '');
  });
}

function headerOf(file: string | undefined): string | undefined {
  return file?.slice(0, file.indexOf('\n'));
}

/** The paths that a commit changes against its first parent; a rename is an addition and a removal. */
export type CommitPaths = { added: string[]; removed: string[]; modified: string[] };

/**
 * What each of many commits changes, with one call of Git.
 * @param revisions as for `listCommits`
 */
export async function pathsOfCommits(
  gitFolder: string,
  revisions: readonly string[],
  limit: number,
): Promise<Map<string, CommitPaths>> {
  const format = ['--format=%x1e%H', '--name-status', '-z', '--no-renames', '--diff-merges=first-parent'];
  const { stdout } = await runGit(gitFolder, ['log', `--max-count=${limit}`, ...format, ...revisions, '--']);
  const found = new Map<string, CommitPaths>();
  for (const record of stdout.toString('utf8').split('\x1e').slice(1)) {
    // `sha NUL LF status NUL path NUL status NUL path NUL`, with more NULs between the records.
    const [sha = '', ...fields] = record.split('\0');
    const paths: CommitPaths = { added: [], removed: [], modified: [] };
    const entries = fields.filter((field) => field !== '');
    for (let at = 0; at + 1 < entries.length; at += 2) {
      const status = entries[at]?.replace(/^\n/, '');
      const path = entries[at + 1] ?? '';
      if (status === 'A') paths.added.push(path);
      else if (status === 'D') paths.removed.push(path);
      else paths.modified.push(path);
    }
    found.set(sha, paths);
  }
  return found;
}

/** The diff as `git diff` prints it, for the media type `application/vnd.github.diff`. */
export async function diffText(gitFolder: string, base: string, head: string): Promise<string> {
  const { stdout } = await runGit(gitFolder, ['diff-tree', '-r', '-M', '-p', '--no-ext-diff', base, head]);
  return stdout.toString('utf8');
}
