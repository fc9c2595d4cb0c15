import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { gitBytes } from '../adapters/git/git-command.ts';
import {
  inTurns,
  mostEntries,
  type ProposalEntry,
  type ProposalFiles,
  refusal,
  unfitPath,
} from '../adapters/workspace/proposal-files.ts';
import { whyUnfitPath } from '../adapters/workspace/proposal-names.ts';
import { Failure, toFailure } from '../failure.ts';
import type { Overlay, OverlayFile } from './overlay.ts';
import { ignoreRule } from './overlay-ignore.ts';
import { largestList, overlayListName, parseOverlayList } from './overlay-list.ts';

/** Largest file that goes into an overlay, 32 MiB; larger ones belong into an image or a bucket. */
const largestFile = 32 * 1024 * 1024;

/** What the layers of one deployment may still hold together; each layer that is read takes its part. */
export type LayerAllowance = { bytes: number; files: number };

/** 64 MiB, all of which is in memory at once, and ten thousand files. */
export function layerAllowance(): LayerAllowance {
  return { bytes: 64 * 1024 * 1024, files: mostEntries };
}

export type LayerOptions = {
  /** Where its files go in the repository, e.g. `images/`; default: the root. */
  prefix?: string;
  /** Default: that of a deployment with this one layer. */
  allowance?: LayerAllowance;
};

/** A layer as far as it can be read, and why the rest of it is refused; with refusals its files are not all there. */
export type LayerReading = { layer: Overlay; refusals: Failure[] };

/** Most links of one layer, and most bytes of what one says: each is followed, through the others, to see where it leads. */
const mostLinks = 1_000;
const longestLink = 1_024;

/** Most refusals of one layer that are told; who has more looks at the first ones first. */
const mostRefusals = 50;

/**
 * Reads a folder as one layer of an overlay: everything in it but `.overlay.yaml`, what that ignores, and leftovers of
 * editors and operating systems. Links are read as what they say; nothing is read before all sizes are known to fit.
 * @param folder its path in the checkout; a missing one is an empty layer
 */
export async function inspectLayer(
  files: ProposalFiles,
  folder: string,
  { prefix = '', allowance = layerAllowance() }: LayerOptions = {},
): Promise<LayerReading> {
  const layer: Overlay = { files: [], delete: [], rename: [] };
  try {
    if ((await kindOfFolder(files, folder)) === 'nothing') return { layer, refusals: [] };
    const list = `${folder}/${overlayListName}`;
    const { ignore, lines, ...parts } = parseOverlayList((await files.text(list, largestList)) ?? '', list);
    const lists = { ...parts, ...(lines.size > 0 && { list: { file: list, lines } }) };
    const isIgnored = ignoreRule([...ignore, `/${overlayListName}`], list);
    const paths = (await pathsBelow(files, folder)).filter((path) => !isIgnored(path));
    const { sound, refusals } = await lookAtAll(files, folder, paths);
    takeFrom(allowance, folder, sound);
    if (refusals.length > 0) return { layer: { ...layer, ...lists }, refusals: refusals.slice(0, mostRefusals) };
    const read = await inTurns(sound, (found) => readOverlayFile(files, found, prefix));
    return { layer: { files: read, ...lists }, refusals: [] };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.source !== 'user') throw error;
    return { layer, refusals: [failure] };
  }
}

/**
 * The layer of {@link inspectLayer}.
 * @throws Failure the first refusal: `OverlayFile` for files over 32 MiB, special files and repositories inside,
 *   `OverlayTooLarge`, `ProposalPath` for names that are no UTF-8 or not safe, `FolderIsLink`, `OverlayList`
 */
export async function readLayer(files: ProposalFiles, folder: string, options?: LayerOptions): Promise<Overlay> {
  const { layer, refusals } = await inspectLayer(files, folder, options);
  const [first] = refusals;
  if (first !== undefined) throw first;
  return layer;
}

async function kindOfFolder(files: ProposalFiles, folder: string): Promise<'folder' | 'nothing'> {
  const entry = await files.look(folder);
  if (entry === undefined) return 'nothing';
  if (entry.kind === 'folder') return 'folder';
  const what = entry.kind === 'link' ? 'is a link; what it leads to is not mirrored' : 'is not a folder';
  throw refusal('FolderIsLink', folder, what, 'Commit the folder itself.');
}

/** Git's listing of ten thousand paths is far below this many bytes. */
const longestListing = 4 * 1024 * 1024;

/**
 * Paths below a folder, from it: in a clone what Git tracks or would track, so that what `.gitignore` names stays out;
 * elsewhere everything.
 */
async function pathsBelow(files: ProposalFiles, folder: string): Promise<string[]> {
  if (!(await isClone(files.root))) {
    return (await files.filesBelow(folder)).map((path) => path.slice(folder.length + 1));
  }
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', '.'];
  const limits = { enough: longestListing, limitSeconds: 60 };
  const listed = await gitBytes(args, { folder: join(files.root, folder), ...limits });
  const names = listed.toString('latin1').split('\0').filter(Boolean);
  if (listed.length >= longestListing || names.length > mostEntries) {
    const hint = 'Put data into an image or a bucket.';
    throw refusal('FolderTooLarge', folder, `holds more than ${mostEntries} files`, hint);
  }
  // A repository inside has a slash at its end.
  return names.map((name) => decodeName(name.endsWith('/') ? name.slice(0, -1) : name)).sort();
}

/** Git's own folder, or the file in its place in a linked work tree; neither can come from a proposal. */
async function isClone(root: string): Promise<boolean> {
  return await lstat(join(root, '.git')).then(
    () => true,
    () => false,
  );
}

/** What is no UTF-8 gets the character for it, by which {@link whyUnfitPath} knows. @param bytes one character a byte */
function decodeName(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

type Found = { path: string; inLayer: string; entry: ProposalEntry };

/** Looks at every file without opening any. What Git tracks and somebody deleted is left out. */
async function lookAtAll(
  files: ProposalFiles,
  folder: string,
  paths: readonly string[],
): Promise<{ sound: Found[]; refusals: Failure[] }> {
  const looked = await inTurns(paths, async (inLayer): Promise<Found | Failure | undefined> => {
    const path = `${folder}/${inLayer}`;
    const reason = whyUnfitPath(path);
    if (reason !== undefined) return unfitPath(path, reason);
    try {
      const entry = await files.look(path);
      return entry && (unfitness(path, entry) ?? { path, inLayer, entry });
    } catch (error) {
      return toFailure(error);
    }
  });
  const refusals = looked.filter((found) => found instanceof Failure);
  const unexpected = refusals.find(({ source }) => source !== 'user');
  if (unexpected !== undefined) throw unexpected;
  const sound = looked.flatMap((found) => (found === undefined || found instanceof Failure ? [] : [found]));
  return { sound, refusals };
}

function unfitness(path: string, { kind, size }: ProposalEntry): Failure | undefined {
  if ((kind === 'link' && size <= longestLink) || (kind === 'file' && size <= largestFile)) return undefined;
  if (kind === 'folder') {
    const hint = 'Remove its .git folder and commit its files, or clone it in a Dockerfile or hook script.';
    return refusal('OverlayFile', path, 'cannot be mirrored: it is a Git repository of its own', hint);
  }
  const what = { file: 'larger than 32 MiB', link: 'a link of more than 1,024 bytes', other: 'not a regular file' }[
    kind
  ];
  const hint = 'Remove it, or download it in a Dockerfile or hook script.';
  return refusal('OverlayFile', path, `cannot be mirrored: it is ${what}`, hint);
}

/** @throws Failure `OverlayTooLarge` */
function takeFrom(allowance: LayerAllowance, folder: string, found: readonly Found[]): void {
  const [first] = found;
  // A layer before this one has used more than there was, and said so.
  if (first === undefined) return;
  allowance.bytes -= found.reduce((sum, { entry }) => sum + entry.size, 0);
  allowance.files -= found.length;
  const links = found.filter(({ entry }) => entry.kind === 'link');
  if (links.length > mostLinks) throw refusal('OverlayTooLarge', folder, `holds more than ${mostLinks} links`);
  if (allowance.bytes >= 0 && allowance.files >= 0) return;
  const limits = layerAllowance();
  const most = allowance.bytes < 0 ? `${limits.bytes / 1024 / 1024} MiB` : `${limits.files} files`;
  const largest = found.reduce((most, one) => (one.entry.size > most.entry.size ? one : most), first);
  const path = allowance.bytes < 0 ? largest.path : folder;
  const what = `is too much: what is mirrored for one deployment may not have more than ${most} together`;
  throw refusal('OverlayTooLarge', path, what, 'Put data into an image or a bucket, or download it in a hook script.');
}

async function readOverlayFile(files: ProposalFiles, found: Found, prefix: string): Promise<OverlayFile> {
  const { path, inLayer, entry } = found;
  const at = prefix + inLayer;
  const source = path;
  if (entry.kind === 'link') return { path: at, mode: '120000', content: await files.linkText(path), source };
  const content = await files.read(path, largestFile);
  if (content === undefined) throw refusal('FileChanged', path, 'was removed while it was read');
  return { path: at, mode: entry.executable ? '100755' : '100644', content, source };
}
