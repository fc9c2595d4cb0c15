import { git, tryGit } from '../adapters/git/git-command.ts';
import { Failure } from '../failure.ts';
import { shownPath, type Tree } from './tree.ts';
import { note } from './upstream-tree.ts';

/**
 * What CodeCommit takes (AWS CodeCommit user guide, "Quotas in AWS CodeCommit": Git blob size, File paths). Its limit of 4,000
 * references in a push is out of reach: a mirror moves at most four.
 */
export type CodeCommitLimits = {
  /** Largest file, bytes. */
  blob: number;
  /** Longest path, bytes. */
  path: number;
  /** Folders above a file. */
  folders: number;
};

const documented: CodeCommitLimits = { blob: 2 * 2 ** 30, path: 4_096, folders: 20 };

/** How many files a failure names. */
const namedFiles = 5;

type TooMuch = { path: string; what: string };

/**
 * Holds a tree against CodeCommit's limits, each file with the one that it exceeds.
 * @param folder the repository with its files; undefined: they are not here, because CodeCommit has them
 * @returns a sentence about what the limits name and its Git server was not seen to refuse
 * @throws Failure `CodeCommitLimit`
 */
export async function checkLimits(
  folder: string | undefined,
  tree: Tree,
  name: string,
  limits: CodeCommitLimits = documented,
): Promise<string[]> {
  const sizes = folder === undefined ? new Map<string, number>() : await blobSizes(folder, tree);
  const found = [...tree].flatMap(([path, { id }]): TooMuch[] => {
    const size = sizes.get(id) ?? 0;
    return [
      ...(path.length > limits.path ? [{ path, what: `a path of ${path.length} bytes (at most ${limits.path})` }] : []),
      ...(size > limits.blob ? [{ path, what: `${size} bytes (at most ${limits.blob})` }] : []),
    ];
  });
  if (found.length > 0) throw overLimit(name, found);
  const deep = [...tree.keys()].filter((path) => path.split('/').length - 1 > limits.folders);
  return note(
    deep,
    `in more than ${limits.folders} folders, which CodeCommit’s quotas exclude; it may refuse the push`,
  );
}

/** Bytes by id; what is no blob or is not here is left out. */
async function blobSizes(folder: string, tree: Tree): Promise<Map<string, number>> {
  const ids = [...new Set([...tree.values()].filter(({ mode }) => mode.startsWith('100')).map(({ id }) => id))];
  if (ids.length === 0) return new Map();
  const input = ids.map((id) => `${id}\n`).join('');
  const answer = await git(['cat-file', '--batch-check=%(objectsize)'], { folder, input });
  const lines = answer.split('\n');
  return new Map(ids.map((id, index) => [id, Number(lines[index])] as const).filter(([, size]) => size > 0));
}

function overLimit(name: string, found: readonly TooMuch[]): Failure {
  const named = found.slice(0, namedFiles).map(({ path, what }) => `${shortened(path)} has ${what}`);
  const more = found.length > namedFiles ? `; and ${found.length - namedFiles} more` : '';
  return new Failure({
    code: 'CodeCommitLimit',
    source: 'user',
    message: `CodeCommit cannot take ${name}: ${named.join('; ')}${more}.`,
    hint: 'Declare a `ref` without these files in its history: an overlay cannot take them out of it. Nothing was written.',
  });
}

function shortened(path: string): string {
  const shown = JSON.stringify(shownPath(path).slice(0, 80));
  return path.length > 80 ? `${shown.slice(0, -1)}…"` : shown;
}

/**
 * Files of earlier commits that CodeCommit cannot take: looked for where it took no push, because a walk through all of a
 * history takes a while.
 * @returns undefined when there are none, or the history is not here
 */
export async function largeInHistory(
  folder: string,
  commit: string,
  name: string,
  limit = documented.blob,
): Promise<Failure | undefined> {
  const args = ['rev-list', '--objects', `--filter=blob:limit=${limit + 1}`, '--filter-print-omitted', commit];
  const walk = await tryGit(args, { folder });
  if (walk.code !== 0) return undefined;
  const ids = walk.stdout.toString('utf8').match(/^~[0-9a-f]{40}$/gm) ?? [];
  if (ids.length === 0) return undefined;
  const found = ids.map((id) => ({ path: id.slice(1), what: `more than ${limit} bytes, in an earlier commit` }));
  return overLimit(`the history of ${name}`, found);
}
