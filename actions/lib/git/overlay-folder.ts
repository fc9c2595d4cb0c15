import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { Failure, toFailure } from '../failure.ts';
import type { Overlay, OverlayFile } from './overlay.ts';

/** Name of the file in a layer that lists deletions and renames; itself never part of the overlay. */
export const overlayListName = '.overlay.yaml';

/** Largest file that goes into an overlay, 32 MiB; larger ones belong into an image or a bucket. */
const largestFile = 32 * 1024 * 1024;

/**
 * Reads a folder as one layer of an overlay.
 * @param folder the folder; a missing one is an empty layer
 * @param prefix where its files go in the repository, e.g. `images/`; empty for the root
 * @throws Failure for files over 32 MiB, special files and a malformed `.overlay.yaml`
 */
export async function readLayer(folder: string, prefix = ''): Promise<Overlay> {
  const files: OverlayFile[] = [];
  for (const path of await walk(folder)) {
    if (path !== overlayListName) files.push(await readOverlayFile(join(folder, path), prefix + path));
  }
  return { files, ...(await readLists(join(folder, overlayListName))) };
}

async function walk(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const pending = [''];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const entry of await listFolder(join(folder, current))) {
      const path = current === '' ? entry.name : `${current}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else paths.push(path);
    }
  }
  return paths.sort();
}

async function listFolder(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function readOverlayFile(file: string, path: string): Promise<OverlayFile> {
  const stats = await lstat(file);
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

async function readLists(file: string): Promise<Pick<Overlay, 'delete' | 'rename'>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { delete: [], rename: [] };
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
