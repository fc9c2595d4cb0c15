import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Failure } from '../failure.ts';
import { gitBytes } from './git-command.ts';
import type { Overlay, OverlayFile } from './overlay.ts';
import { ignoreRule } from './overlay-ignore.ts';
import { overlayListName, parseOverlayList } from './overlay-list.ts';

/** Largest file that goes into an overlay, 32 MiB; larger ones belong into an image or a bucket. */
const largestFile = 32 * 1024 * 1024;

export type LayerOptions = {
  /** Where its files go in the repository, e.g. `images/`; default: the root. */
  prefix?: string;
  /** Root of the checkout that the folder is in, without links in its path; default: it is in none. */
  checkout?: string;
};

/**
 * Reads a folder as one layer of an overlay: everything in it but `.overlay.yaml`, what that ignores, and leftovers of
 * editors and operating systems.
 * @param folder the folder; a missing one is an empty layer
 * @throws Failure `OverlayFile` for files over 32 MiB, special files and repositories inside, `OverlayPath` for names that
 *   are no UTF-8, `OverlayFolder` for a link instead of a folder, `OverlayList` for a malformed `.overlay.yaml`
 */
export async function readLayer(folder: string, { prefix = '', checkout }: LayerOptions = {}): Promise<Overlay> {
  if (!(await isFolder(folder, checkout))) return { files: [], delete: [], rename: [] };
  const listFile = join(folder, overlayListName);
  const shownList = checkout === undefined ? overlayListName : relative(checkout, listFile);
  const { ignore, ...lists } = parseOverlayList(await readIfThere(listFile), shownList);
  const isIgnored = ignoreRule([...ignore, `/${overlayListName}`]);
  const files: OverlayFile[] = [];
  for (const path of await pathsBelow(folder, checkout)) {
    const file = isIgnored(path) ? undefined : await readOverlayFile(join(folder, path), prefix + path);
    if (file !== undefined) files.push(file);
  }
  return { files, ...lists };
}

/**
 * Paths below a folder: in a checkout what Git tracks or would track, so that what `.gitignore` names stays out; elsewhere
 * everything.
 */
async function pathsBelow(folder: string, checkout: string | undefined): Promise<string[]> {
  if (checkout === undefined || (await statOf(join(checkout, '.git'))) === undefined) return await walk(folder);
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', '.'];
  const listed = (await gitBytes(args, { folder })).toString('latin1');
  return listed.split('\0').filter(Boolean).map(decodeName).sort();
}

async function walk(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const pending = [''];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const entry of await readdir(join(folder, current), { withFileTypes: true, encoding: 'buffer' })) {
      const name = decodeName(entry.name.toString('latin1'));
      const path = current === '' ? name : `${current}/${name}`;
      if (entry.isDirectory()) pending.push(path);
      else paths.push(path);
    }
  }
  return paths.sort();
}

/** @param bytes a name, one character a byte */
function decodeName(bytes: string): string {
  const name = Buffer.from(bytes, 'latin1').toString('utf8');
  if (Buffer.from(name, 'utf8').toString('latin1') === bytes) return name;
  throw new Failure({
    code: 'OverlayPath',
    source: 'user',
    message: `The name of ${JSON.stringify(name)} is not UTF-8.`,
    hint: 'Rename the file; CodeCommit shows and takes names in UTF-8.',
  });
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
  if (stats.isSymbolicLink()) return { path, mode: '120000', content: await readlink(file, { encoding: 'buffer' }) };
  if (!stats.isFile() || stats.size > largestFile) throw unfit(path, stats);
  return { path, mode: (stats.mode & 0o100) === 0 ? '100644' : '100755', content: await readFile(file) };
}

function unfit(path: string, stats: Stats): Failure {
  if (stats.isDirectory()) {
    return new Failure({
      code: 'OverlayFile',
      source: 'user',
      message: `${path} cannot be mirrored: it is a Git repository of its own.`,
      hint: 'Remove its .git folder and commit its files, or clone it in a Dockerfile or hook script.',
    });
  }
  return new Failure({
    code: 'OverlayFile',
    source: 'user',
    message: `${path} cannot be mirrored: it is ${stats.isFile() ? 'larger than 32 MiB' : 'not a regular file'}.`,
    hint: 'Remove it, or download it in a Dockerfile or hook script.',
  });
}

async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}
