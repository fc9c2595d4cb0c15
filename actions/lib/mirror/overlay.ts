import { createHash } from 'node:crypto';
import { Failure } from '../failure.ts';

/** Git's modes for what an overlay may hold. */
export type FileMode = '100644' | '100755' | '120000';

/** One file of an overlay; a symlink's content is its target. */
export type OverlayFile = {
  path: string;
  mode: FileMode;
  content: Buffer;
  /** Its path in the checkout; absent for what is rendered. */
  source?: string;
};

/** One layer of changes, applied in the order rename, delete, files to what the layers below it made of the tree. */
export type Overlay = {
  files: OverlayFile[];
  /** Paths (files or folders) to leave out. */
  delete: string[];
  /** Paths to move: from → to. */
  rename: { from: string; to: string }[];
  /** Where `delete` and `rename` are written, with the line of each path; absent for what is rendered. */
  list?: { file: string; lines: ReadonlyMap<string, number> };
};

/**
 * Checks layers and puts together what can be: a layer that only has files joins the one below it, where its file wins
 * over one of the same path.
 * @throws Failure `OverlayPath` for a path that leaves the tree
 */
export function mergeLayers(layers: readonly Overlay[]): Overlay[] {
  const merged: Overlay[] = [];
  for (const layer of layers) {
    for (const path of pathsOf(layer)) checkPath(path);
    const below = merged.at(-1);
    if (below === undefined || layer.delete.length > 0 || layer.rename.length > 0) merged.push(layer);
    else merged[merged.length - 1] = { ...below, files: joinFiles(below.files, layer.files) };
  }
  return merged.map((layer) => ({ ...layer, files: [...layer.files].sort(byPath) }));
}

/** The layers as one overlay to look at: every path taken away or moved, and the files that are there in the end. */
export function flattenLayers(layers: readonly Overlay[]): Overlay {
  let files: OverlayFile[] = [];
  for (const layer of layers) {
    for (const { from, to } of layer.rename) {
      files = files.map((file) => (isAt(file, from) ? { ...file, path: to + file.path.slice(from.length) } : file));
    }
    const gone = new Set(layer.delete);
    const left = files.filter(({ path }) => !gone.has(path) && !parentsOf(path).some((parent) => gone.has(parent)));
    files = joinFiles(left, layer.files);
  }
  return {
    files: files.sort(byPath),
    delete: [...new Set(layers.flatMap((layer) => layer.delete))].sort(),
    rename: layers.flatMap(({ rename }) => rename),
  };
}

const isAt = (file: OverlayFile, path: string): boolean => file.path === path || file.path.startsWith(`${path}/`);

function pathsOf(layer: Overlay): string[] {
  const renamed = layer.rename.flatMap(({ from, to }) => [from, to]);
  return [...layer.files.map(({ path }) => path), ...layer.delete, ...renamed];
}

const byPath = (a: OverlayFile, b: OverlayFile): number => (a.path < b.path ? -1 : 1);

/** A later file takes the place of an earlier one at its path, below it, or in the way to it. */
function joinFiles(below: readonly OverlayFile[], above: readonly OverlayFile[]): OverlayFile[] {
  const taken = new Set(above.map(({ path }) => path));
  const folders = new Set(above.flatMap(({ path }) => parentsOf(path)));
  const left = below.filter(({ path }) => {
    return !taken.has(path) && !folders.has(path) && !parentsOf(path).some((parent) => taken.has(parent));
  });
  return [...left, ...above];
}

/** Every folder above a path: `a/b/c` → `a`, `a/b`. */
export function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/**
 * Names that Windows and macOS take for `.git`: short names, and letters that their file systems ignore. Git refuses them
 * in what it receives (git-fsck, `hasDotgit`).
 */
const takenForGit = /^(\.git|git~\d)[ .]*(:.*)?$/i;
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Short names that Windows gives `.gitmodules` (Git's path.c, `is_ntfs_dot_generic`). */
const shortForModules =
  /^(gitmod~[1-4]|gi7eba~[1-9]|gi7eb~[1-9]\d|gi7e~[1-9]\d{2}|gi7~[1-9]\d{3}|gi~[1-9]\d{4}|g~[1-9]\d{5}|~[1-9]\d{6})$/i;

/**
 * True for what some system takes for `.gitmodules`. As a link it leads Git to a file of somebody's choice (CVE-2018-11235), so
 * that Git refuses it in what it receives (git-fsck, `gitmodulesSymlink`).
 */
export function isModulesName(name: string): boolean {
  const plain = name.replace(ignoredByHfs, '');
  return /^\.gitmodules[ .]*(:.*)?$/i.test(plain) || shortForModules.test(plain);
}

/** Longest path, 4,096 bytes; also the most that CodeCommit takes (codecommit userguide, limits.html). */
const longestPath = 4_096;
/** Longest name of a file or folder on Linux file systems, 255 bytes. */
const longestName = 255;

/**
 * True for what cannot be the name of a file or folder in a tree: empty, `.`, `..`, and whatever some system takes for `.git`.
 * Windows reads a `\` as a `/`, so what stands behind one counts too.
 */
export function isReservedName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return true;
  return name.split('\\').some((part) => takenForGit.test(part.replace(ignoredByHfs, '')));
}

/** True for a relative path that Git takes, without line ends. */
export function isPathInside(path: string): boolean {
  return path.split('/').every((part) => !isReservedName(part) && !/[\0\n]/.test(part));
}

function checkPath(path: string): void {
  if (!isPathInside(path)) throw badPath(path);
  const isLong = path.split('/').some((part) => Buffer.byteLength(part) > longestName);
  if (isLong || Buffer.byteLength(path) > longestPath) throw longPath(path);
}

function badPath(path: string): Failure {
  return new Failure({
    code: 'OverlayPath',
    source: 'user',
    message: `${JSON.stringify(path)} is not a path inside the repository.`,
    hint: 'Use relative paths with `/`, without `..`, empty parts, line ends or `.git`.',
  });
}

function longPath(path: string): Failure {
  return new Failure({
    code: 'OverlayPath',
    source: 'user',
    message: `${JSON.stringify(`${path.slice(0, 60)}…`)} is too long: no name may have more than 255 bytes, no path more than 4,096.`,
    hint: 'Choose shorter names.',
  });
}

/** SHA-256 over everything the layers change, 64 hex digits; equal layers have equal digests. */
export function overlayDigest(layers: readonly Overlay[]): string {
  const hash = createHash('sha256');
  for (const layer of layers) {
    hash.update('layer\n');
    for (const { from, to } of layer.rename) hash.update(`rename ${JSON.stringify(from)} ${JSON.stringify(to)}\n`);
    for (const path of layer.delete) hash.update(`delete ${JSON.stringify(path)}\n`);
    for (const { path, mode, content } of layer.files) {
      hash.update(`file ${mode} ${JSON.stringify(path)} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex');
}
