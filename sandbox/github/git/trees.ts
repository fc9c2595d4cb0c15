import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gitText, runGit } from './run-git.ts';

export type TreeEntry = {
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  sha: string;
  /** Bytes, for blobs. */
  size: number | undefined;
  path: string;
};

/** A change of a tree: an entry at a path, or its removal. */
export type TreeChange = { path: string; mode: string; sha: string } | { path: string; sha: null };

/** The tree of no files; Git knows it without it being stored. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** @param path only this entry (or, with a trailing slash, what is in that folder) */
export async function listTree(
  gitFolder: string,
  treeish: string,
  options: { recursive?: boolean; path?: string } = {},
): Promise<TreeEntry[]> {
  const args = ['ls-tree', '-z', '--long', '--full-tree'];
  if (options.recursive === true) args.push('-r', '-t');
  const { stdout } = await runGit(gitFolder, [...args, treeish, '--', ...(options.path ? [options.path] : [])]);
  return stdout.toString('utf8').split('\0').filter(Boolean).map(parseEntry);
}

function parseEntry(line: string): TreeEntry {
  const match = /^(\d+) (blob|tree|commit) ([0-9a-f]{40}) +(\d+|-)\t(.+)$/s.exec(line);
  const [, mode, type, sha, size, path] = match ?? [];
  if (mode === undefined || sha === undefined || path === undefined || !isEntryType(type)) {
    throw new Error(`Cannot read this line of git ls-tree: ${line}`);
  }
  return { mode, type, sha, size: size === '-' ? undefined : Number(size), path };
}

function isEntryType(type: string | undefined): type is TreeEntry['type'] {
  return type === 'blob' || type === 'tree' || type === 'commit';
}

/**
 * Makes a tree from another one by setting and removing paths. Setting a path to a tree replaces what is there.
 * @param base a tree or commit, or undefined to start with no files
 * @returns the new tree's id
 */
export async function buildTree(
  gitFolder: string,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  const index = join(gitFolder, `build-${randomUUID()}.index`);
  const env = { GIT_INDEX_FILE: index };
  // Some commands that only look at the index ask for a work tree all the same.
  const placed = { ...env, GIT_DIR: gitFolder, GIT_WORK_TREE: gitFolder };
  try {
    await runGit(gitFolder, base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { env });
    for (const change of changes) {
      if (change.sha === null || change.mode === '040000') {
        await runGit(gitFolder, ['rm', '-r', '--cached', '--quiet', '--ignore-unmatch', '--', literal(change.path)], {
          env: placed,
        });
      }
      if (change.sha === null) continue;
      if (change.mode === '040000')
        await runGit(gitFolder, ['read-tree', `--prefix=${change.path}`, change.sha], { env: placed });
      else
        await runGit(gitFolder, ['update-index', '--replace', '-z', '--index-info'], { env, input: indexLine(change) });
    }
    return await gitText(gitFolder, ['write-tree'], { env });
  } finally {
    await rm(index, { force: true });
  }
}

/** Whether Git can keep a file at this path: relative, without empty, `.`, `..` or `.git` parts. */
export function isTreePath(path: string): boolean {
  return path.split('/').every((part) => !['', '.', '..'].includes(part) && part.toLowerCase() !== '.git');
}

/** A path in which no character is a wildcard. */
function literal(path: string): string {
  return `:(literal)${path}`;
}

function indexLine(change: { path: string; mode: string; sha: string }): string {
  return `${change.mode} ${change.sha}\t${change.path}\0`;
}
