import { gitBytes } from '../adapters/git/git-command.ts';
import type { FileMode } from './overlay.ts';
import { sameEntry, shownPath, type Tree, type TreeEntry, treePath } from './tree.ts';
import { smallerThan } from './upstream-tree.ts';

/** What a change did to one file of a mirrored repository; `content: null` = deleted. */
export type ChangedFile = { path: string; mode: FileMode; content: Buffer } | { path: string; content: null };

/** A change in two parts: what can become files of an overlay, and what cannot, with the reason. */
export type AdoptableChanges = { files: ChangedFile[]; skipped: { path: string; reason: string }[] };

const overlayModes: ReadonlySet<string> = new Set<FileMode>(['100644', '100755', '120000']);

/** Most that one proposed change may hold of files and of bytes in each; more is a migration, not a fix at night. */
const mostFiles = 1_000;
const largestFile = 10 * 1024 * 1024;

/**
 * Reads everything that one tree has otherwise than another.
 * @param folder a repository that holds the contents of `after`
 */
export async function readChanges(folder: string, before: Tree, after: Tree): Promise<AdoptableChanges> {
  const changes: AdoptableChanges = { files: [], skipped: [] };
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = paths.filter((path) => !sameEntry(before.get(path), after.get(path)));
  const entries = changed.map((path) => ({ path, id: after.get(path)?.id ?? '', entry: after.get(path) }));
  const files = entries.filter(({ entry }) => entry !== undefined && isOverlayMode(entry.mode));
  const small = new Set((await smallerThan(folder, files, largestFile)).map(({ path }) => path));
  for (const { path: key, entry } of entries) {
    const path = shownPath(key);
    const reason = obstacle(key, entry, small);
    if (reason !== undefined) changes.skipped.push({ path, reason });
    else if (changes.files.length === mostFiles)
      changes.skipped.push({ path, reason: 'the change has too many files' });
    else changes.files.push(await changedFile(folder, path, entry));
  }
  return changes;
}

/** Why a changed path cannot be part of an overlay; undefined when it can. */
function obstacle(key: string, entry: TreeEntry | undefined, small: ReadonlySet<string>): string | undefined {
  if (treePath(shownPath(key)) !== key) return 'its name is not UTF-8';
  if (entry === undefined) return undefined;
  if (!isOverlayMode(entry.mode)) return 'it is a submodule';
  return small.has(key) ? undefined : 'it is larger than 10 MiB';
}

async function changedFile(folder: string, path: string, entry: TreeEntry | undefined): Promise<ChangedFile> {
  if (entry === undefined || !isOverlayMode(entry.mode)) return { path, content: null };
  return { path, mode: entry.mode, content: await gitBytes(['cat-file', 'blob', entry.id], { folder }) };
}

function isOverlayMode(mode: string): mode is FileMode {
  return overlayModes.has(mode);
}
