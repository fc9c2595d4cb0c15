import { createHash } from 'node:crypto';
import { Failure } from '../failure.ts';

/** Git's modes for what an overlay may hold. */
export type FileMode = '100644' | '100755' | '120000';

/** One file of the overlay; a symlink's content is its target. */
export type OverlayFile = { path: string; mode: FileMode; content: Buffer };

/** Changes on top of the upstream tree; applied in the order rename, delete, files. */
export type Overlay = {
  files: OverlayFile[];
  /** Paths (files or folders) of the upstream tree to leave out. */
  delete: string[];
  /** Upstream paths to move: from → to. */
  rename: { from: string; to: string }[];
};

/**
 * Puts layers on top of each other; a later layer's file wins over an earlier one's of the same path.
 * @throws Failure `OverlayPath` for a path that leaves the tree, `OverlaySymlink` for a link that does
 */
export function mergeLayers(layers: readonly Overlay[]): Overlay {
  const files = new Map<string, OverlayFile>();
  for (const layer of layers) {
    for (const file of layer.files) {
      checkPath(file.path);
      if (file.mode === '120000') checkLink(file);
      files.set(file.path, file);
    }
  }
  const paths = (layer: Overlay): string[] => [...layer.delete, ...layer.rename.flatMap(({ from, to }) => [from, to])];
  for (const path of layers.flatMap(paths)) checkPath(path);
  return {
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    delete: [...new Set(layers.flatMap((layer) => layer.delete))].sort(),
    rename: layers.flatMap((layer) => layer.rename),
  };
}

function checkPath(path: string): void {
  const parts = path.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  if (!bad && !path.includes('\0') && !path.includes('\n')) return;
  throw new Failure({
    code: 'OverlayPath',
    source: 'user',
    message: `${JSON.stringify(path)} is not a path inside the repository.`,
    hint: 'Use relative paths with `/`, without `..`, empty parts or `.git`.',
  });
}

/** Resolves a link's target against its own folder and refuses it when it climbs out of the tree. */
function checkLink(file: OverlayFile): void {
  const target = file.content.toString('utf8');
  const stack = file.path.split('/').slice(0, -1);
  let escapes = target.startsWith('/');
  for (const part of target.split('/')) {
    if (part === '..') escapes ||= stack.pop() === undefined;
    else if (part !== '' && part !== '.') stack.push(part);
  }
  if (!escapes) return;
  throw new Failure({
    code: 'OverlaySymlink',
    source: 'user',
    message: `The link ${file.path} points outside the repository (${JSON.stringify(target)}).`,
    hint: 'Link to a file of the same folder, or copy the file.',
  });
}

/** SHA-256 over everything an overlay changes, 64 hex digits; equal overlays have equal digests. */
export function overlayDigest(overlay: Overlay): string {
  const hash = createHash('sha256');
  for (const { path, mode, content } of overlay.files) {
    hash.update(`file ${mode} ${JSON.stringify(path)} ${content.length}\n`).update(content);
  }
  for (const path of overlay.delete) hash.update(`delete ${JSON.stringify(path)}\n`);
  for (const { from, to } of overlay.rename) hash.update(`rename ${JSON.stringify(from)} ${JSON.stringify(to)}\n`);
  return hash.digest('hex');
}
