import { constants, type Dir, type Stats } from 'node:fs';
import { lstat, open, opendir, readlink, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import { shownPath, whyUnfitPath } from './proposal-names.ts';

/** What is at a path, seen without following a link. */
export type ProposalEntry = {
  kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes of a file. */
  size: number;
  /** Whether its owner may execute it. */
  executable: boolean;
};

export type NamedEntry = { name: string; kind: ProposalEntry['kind'] };

/**
 * The files of a checkout that somebody proposes. **Everything that reads a proposal reads it here**: no link is followed,
 * neither a file nor a folder on the way to it; nothing but regular files and folders is opened; sizes are looked at before
 * anything is read; every list ends. Paths are from the root, with `/`.
 */
export type ProposalFiles = {
  /** Absolute path of the checkout. */
  readonly root: string;
  /** What is at the path; undefined when nothing is. @throws Failure `FolderIsLink`, `ProposalPath` */
  look(path: string): Promise<ProposalEntry | undefined>;
  /**
   * A file's content; undefined when nothing is there.
   * @param limit most bytes
   * @throws Failure `FileIsLink`, `FolderIsLink`, `NotAFile`, `FileTooLarge`, `FileForbidden`, `ProposalPath`
   */
  read(path: string, limit: number): Promise<Buffer | undefined>;
  /** The same as text. */
  text(path: string, limit: number): Promise<string | undefined>;
  /** What a link says, never what it leads to, at most 4,096 bytes. @throws Failure `NotALink` */
  linkText(path: string): Promise<Buffer>;
  /**
   * Names in a folder, sorted; undefined when nothing is there or it is no folder.
   * @throws Failure `FolderTooLarge`, `FolderIsLink`
   */
  list(path: string): Promise<NamedEntry[] | undefined>;
  /**
   * All files and links below a folder, sorted. A folder whose path is not fit is in it as if it were a file, unopened.
   * @throws Failure `FolderTooLarge`, `FolderIsLink`
   */
  filesBelow(path: string): Promise<string[]>;
};

/** Most entries of one folder, and most files below one; this repository has some hundred. */
export const mostEntries = 10_000;

/** Most files that are looked at or read at the same time. */
const atOnce = 16;

/** @param root folder of the checkout, absolute or from the current folder; links on the way to it are the caller's own */
export async function openProposal(root: string): Promise<ProposalFiles> {
  const folder = await realpath(resolve(root));
  const folders = new Map<string, Promise<FolderKind>>();
  /** False when there is no such folder. */
  const leadsThroughFolders = async (path: string): Promise<boolean> => {
    const parts = path.split('/').slice(0, -1);
    for (const index of parts.keys()) {
      const above = parts.slice(0, index + 1).join('/');
      const known = folders.get(above) ?? folderKind(join(folder, above));
      folders.set(above, known);
      const kind = await known;
      if (kind === 'link') throw refusedLink('FolderIsLink', above);
      if (kind !== 'folder') return false;
    }
    return true;
  };
  const stats = async (path: string): Promise<Stats | undefined> => {
    checkPath(path);
    return (await leadsThroughFolders(path)) ? await statsOf(join(folder, path)) : undefined;
  };
  const look: ProposalFiles['look'] = async (path) => {
    const found = await stats(path);
    return found && { kind: kindOf(found), size: found.size, executable: (found.mode & 0o100) !== 0 };
  };
  const read: ProposalFiles['read'] = async (path, limit) => {
    const found = await stats(path);
    return found && (await readRegular({ file: join(folder, path), path, found, limit }));
  };
  const list: ProposalFiles['list'] = async (path) => {
    const found = await stats(path);
    if (found?.isSymbolicLink()) throw refusedLink('FolderIsLink', path);
    return found?.isDirectory() ? await entriesOf(join(folder, path), path) : undefined;
  };
  return {
    ...{ root: folder, look, read, list },
    text: async (path, limit) => (await read(path, limit))?.toString('utf8'),
    async linkText(path) {
      if ((await look(path))?.kind !== 'link') throw refusal('NotALink', path, 'is not a link any more');
      return await readlink(join(folder, path), { encoding: 'buffer' });
    },
    filesBelow: (path) => filesBelow(path, list),
  };
}

type FolderKind = ProposalEntry['kind'] | 'nothing';

async function folderKind(path: string): Promise<FolderKind> {
  const found = await statsOf(path);
  return found === undefined ? 'nothing' : kindOf(found);
}

function kindOf(stats: Stats): ProposalEntry['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** What the system says of a path that leads nowhere. */
const missing: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (missing.has(codeOf(error))) return undefined;
    throw error;
  }
}

type Reading = { file: string; path: string; found: Stats; limit: number };

/**
 * Opens what was looked at, without following a link and without waiting for the other end of a pipe (open(2), O_NOFOLLOW,
 * O_NONBLOCK), and reads it only when the open file is the one that was looked at.
 */
async function readRegular({ file, path, found, limit }: Reading): Promise<Buffer> {
  if (found.isSymbolicLink()) throw refusedLink('FileIsLink', path);
  if (!found.isFile())
    throw refusal('NotAFile', path, found.isDirectory() ? 'is a folder, not a file' : 'is not a file');
  if (found.size > limit) throw tooLarge(path, limit);
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    if (['EACCES', 'EPERM'].includes(codeOf(error)))
      throw refusal('FileForbidden', path, 'cannot be read: its permissions forbid it');
    throw error;
  });
  try {
    const opened = await handle.stat();
    const isSame = opened.isFile() && opened.ino === found.ino && opened.dev === found.dev;
    if (!isSame) throw refusal('FileChanged', path, 'was put in another’s place while it was read');
    // One byte more than it has: a file that grows meanwhile is not cut silently.
    const content = Buffer.alloc(found.size + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < content.length; length += count) {
      count = (await handle.read(content, length, content.length - length, length)).bytesRead;
    }
    if (length > found.size) throw refusal('FileChanged', path, 'grew while it was read');
    return content.subarray(0, length);
  } finally {
    await handle.close();
  }
}

async function entriesOf(folder: string, path: string): Promise<NamedEntry[]> {
  let directory: Dir;
  try {
    directory = await opendir(folder);
  } catch (error) {
    if (['EACCES', 'EPERM'].includes(codeOf(error)))
      throw refusal('FileForbidden', path, 'cannot be read: its permissions forbid it');
    throw error;
  }
  const entries: NamedEntry[] = [];
  for await (const entry of directory) {
    if (entries.length === mostEntries) throw tooMany(path);
    const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other';
    entries.push({ name: entry.name, kind });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function filesBelow(top: string, list: ProposalFiles['list']): Promise<string[]> {
  const files: string[] = [];
  const pending = [top];
  let seen = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const { name, kind } of (await list(folder)) ?? []) {
      if (++seen > mostEntries) throw tooMany(top);
      const path = `${folder}/${name}`;
      const isOpen = kind === 'folder' && whyUnfitPath(path) === undefined;
      (isOpen ? pending : files).push(path);
    }
  }
  return files.sort();
}

function checkPath(path: string): void {
  const reason = whyUnfitPath(path);
  if (reason !== undefined) throw unfitPath(path, reason);
}

/** @param reason as {@link whyUnfitPath} gives it */
export function unfitPath(path: string, reason: string): Failure {
  return refusal('ProposalPath', path, reason, 'Rename it: letters, digits and . _ - are safe everywhere.');
}

function refusedLink(code: 'FileIsLink' | 'FolderIsLink', path: string): Failure {
  return refusal(code, path, 'is a link; nothing that a link leads to is read', 'Commit the file or folder itself.');
}

function tooLarge(path: string, limit: number): Failure {
  return refusal('FileTooLarge', path, `is larger than ${limit / 1024} KiB`);
}

function tooMany(path: string): Failure {
  const hint = 'Look for what got into it by mistake; put data into an image or a bucket.';
  return refusal('FolderTooLarge', path, `holds more than ${mostEntries} files`, hint);
}

/** A refusal of what is at a path; it is about the first line, because nothing in it was read. */
export function refusal(
  code: string,
  path: string,
  what: string,
  hint = 'Commit a regular file of sensible size.',
): Failure {
  const place = { file: path, line: 1 };
  return new Failure({ code, source: 'user', message: `${shownPath(path)} ${what}.`, hint, place });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Applies a function to all items, to some at a time, and gives the results in their order.
 * @throws the first error, after what was begun has ended
 */
export async function inTurns<T, R>(
  items: readonly T[],
  apply: (item: T) => Promise<R>,
  together = atOnce,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += together) {
    const settled = await Promise.allSettled(items.slice(start, start + together).map(apply));
    for (const result of settled) {
      if (result.status === 'rejected') throw result.reason;
      results.push(result.value);
    }
  }
  return results;
}
