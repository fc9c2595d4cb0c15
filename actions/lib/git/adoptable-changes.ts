import { gitBytes } from './git-command.ts';
import type { FileMode } from './overlay.ts';
import { sameEntry, shownPath, type Tree, treePath } from './tree.ts';

/** What a change did to one file of a mirrored repository; `content: null` = deleted. */
export type ChangedFile = { path: string; mode: FileMode; content: Buffer } | { path: string; content: null };

/** A change in two parts: what can become files of an overlay, and what cannot, with the reason. */
export type AdoptableChanges = { files: ChangedFile[]; skipped: { path: string; reason: string }[] };

const overlayModes: ReadonlySet<string> = new Set<FileMode>(['100644', '100755', '120000']);

/**
 * Reads everything that one tree has otherwise than another.
 * @param folder a repository that holds the contents of `after`
 */
export async function readChanges(folder: string, before: Tree, after: Tree): Promise<AdoptableChanges> {
  const changes: AdoptableChanges = { files: [], skipped: [] };
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const entry = after.get(key);
    if (sameEntry(before.get(key), entry)) continue;
    const path = shownPath(key);
    if (treePath(path) !== key) changes.skipped.push({ path, reason: 'its name is not UTF-8' });
    else if (entry === undefined) changes.files.push({ path, content: null });
    else if (!isOverlayMode(entry.mode)) changes.skipped.push({ path, reason: 'it is a submodule' });
    else
      changes.files.push({
        path,
        mode: entry.mode,
        content: await gitBytes(['cat-file', 'blob', entry.id], { folder }),
      });
  }
  return changes;
}

function isOverlayMode(mode: string): mode is FileMode {
  return overlayModes.has(mode);
}
