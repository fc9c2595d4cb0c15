import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { Failure, toFailure } from '../failure.ts';
import { git } from './git-command.ts';
import type { Overlay, OverlayFile } from './overlay.ts';

/** Name of the file in a layer that lists deletions and renames; itself never part of the overlay. */
export const overlayListName = '.overlay.yaml';

/** Largest file that goes into an overlay, 32 MiB; larger ones belong into an image or a bucket. */
const largestFile = 32 * 1024 * 1024;

export type LayerOptions = {
  /** Where its files go in the repository, e.g. `images/`; default: the root. */
  prefix?: string;
  /** Root of the checkout that the folder is in, without links in its path; default: it is in none. */
  checkout?: string;
};

/**
 * Reads a folder as one layer of an overlay.
 * @param folder the folder; a missing one is an empty layer
 * @throws Failure `OverlayFile` for files over 32 MiB and special files, `OverlayFolder` for a link instead of a folder,
 *   `OverlayList` for a malformed `.overlay.yaml`
 */
export async function readLayer(folder: string, { prefix = '', checkout }: LayerOptions = {}): Promise<Overlay> {
  if (!(await isFolder(folder, checkout))) return { files: [], delete: [], rename: [] };
  const files: OverlayFile[] = [];
  for (const path of await pathsBelow(folder, checkout)) {
    const file = path === overlayListName ? undefined : await readOverlayFile(join(folder, path), prefix + path);
    if (file !== undefined) files.push(file);
  }
  return { files, ...(await readLists(join(folder, overlayListName))) };
}

/**
 * Paths below a folder: in a checkout what Git tracks or would track, so that what a machine leaves there (caches, files
 * of editors) stays out; elsewhere everything.
 */
async function pathsBelow(folder: string, checkout: string | undefined): Promise<string[]> {
  if (checkout === undefined || (await statOf(join(checkout, '.git'))) === undefined) return await walk(folder);
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', '.'];
  const listed = await git(args, { folder });
  return listed.split('\0').filter(Boolean).sort();
}

async function walk(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const pending = [''];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const entry of await readdir(join(folder, current), { withFileTypes: true })) {
      const path = current === '' ? entry.name : `${current}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else paths.push(path);
    }
  }
  return paths.sort();
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** True for a folder, false when there is none. A link could lead anywhere on the machine and is refused. */
async function isFolder(folder: string, checkout: string | undefined): Promise<boolean> {
  try {
    const parent = checkout === undefined ? await realpath(dirname(folder)) : dirname(folder);
    if ((await realpath(folder)) === join(parent, basename(folder))) return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  throw new Failure({
    code: 'OverlayFolder',
    source: 'user',
    message: `${basename(folder)}, or a folder above it, is a link; what it leads to is not mirrored.`,
    hint: 'Commit the folder itself.',
  });
}

/** Undefined for a file that Git tracks and somebody deleted. */
async function readOverlayFile(file: string, path: string): Promise<OverlayFile | undefined> {
  const stats = await statOf(file);
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return { path, mode: '120000', content: Buffer.from(await readlink(file)) };
  if (!stats.isFile() || stats.size > largestFile) {
    throw new Failure({
      code: 'OverlayFile',
      source: 'user',
      message: `${path} cannot be mirrored: it is ${stats.isFile() ? 'larger than 32 MiB' : 'not a regular file'}.`,
      hint: 'Remove it, or download it in a Dockerfile or hook script.',
    });
  }
  return { path, mode: (stats.mode & 0o100) === 0 ? '100644' : '100755', content: await readFile(file) };
}

async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readLists(file: string): Promise<Pick<Overlay, 'delete' | 'rename'>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return { delete: [], rename: [] };
    throw error;
  }
  try {
    return parseLists(load(text));
  } catch (error) {
    throw new Failure({
      code: 'OverlayList',
      source: 'user',
      message: `${overlayListName} is malformed: ${toFailure(error).message}`,
      hint: 'It holds `delete`, a list of paths, and `rename`, a list of {from, to}.',
      cause: error,
    });
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isPath = (value: unknown): value is string => typeof value === 'string' && value !== '';

function parseLists(value: unknown): Pick<Overlay, 'delete' | 'rename'> {
  if (!isRecord(value)) throw new Error('it is not a mapping');
  const unknown = Object.keys(value).find((key) => key !== 'delete' && key !== 'rename');
  if (unknown !== undefined) throw new Error(`the key ${JSON.stringify(unknown)} is unknown`);
  const deletions = value['delete'] ?? [];
  const renames = value['rename'] ?? [];
  if (!Array.isArray(deletions) || !deletions.every(isPath)) throw new Error('`delete` is not a list of paths');
  if (!Array.isArray(renames)) throw new Error('`rename` is not a list');
  return {
    delete: deletions.map((path) => path.replace(/\/$/, '')),
    rename: renames.map((entry: unknown) => {
      if (!isRecord(entry) || !isPath(entry['from']) || !isPath(entry['to'])) {
        throw new Error('`rename` holds an entry without `from` and `to`');
      }
      return { from: entry['from'], to: entry['to'] };
    }),
  };
}
