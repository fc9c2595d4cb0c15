import { createHash } from 'node:crypto';
import { Failure } from '../failure.ts';
import { isModulesName, isReservedName, type Overlay, type OverlayFile, parentsOf } from './overlay.ts';

/** A file, link (`120000`) or submodule (`160000`) of a tree. */
export type TreeEntry = { mode: string; id: string };

/**
 * All files of a tree by path. Paths are Git's bytes, one character each (Latin-1), because a repository may hold names
 * that are no UTF-8; {@link treePath} and {@link shownPath} convert.
 */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** Files that one tree has, lacks, or has otherwise than another. Paths for people, sorted. */
export type FileChanges = { added: string[]; changed: string[]; deleted: string[] };

export const treePath = (path: string): string => Buffer.from(path, 'utf8').toString('latin1');
export const shownPath = (path: string): string => Buffer.from(path, 'latin1').toString('utf8');

/** Reads `git ls-tree -r -z`. */
export function parseTree(listing: Buffer): Map<string, TreeEntry> {
  const tree = new Map<string, TreeEntry>();
  for (const line of listing.toString('latin1').split('\0')) {
    const tab = line.indexOf('\t');
    const [mode, , id] = line.slice(0, tab).split(' ');
    if (tab > 0 && mode && id) tree.set(line.slice(tab + 1), { mode, id });
  }
  return tree;
}

/**
 * Refuses a tree with names that some system takes for `.git`: whoever checks it out there would run its settings and hooks
 * (CVE-2014-9390). Git itself refuses them only where `fsck` is on.
 * @param name what the repository is called
 * @throws Failure `TreeName`
 */
export function checkNames(tree: Tree, name: string): void {
  for (const [path, { mode }] of tree) {
    const shown = shownPath(path);
    const parts = shown.split('/');
    const reserved = parts.find(isReservedName);
    const isStep = reserved !== undefined && ['', '.', '..'].includes(reserved);
    if (isStep) throw treeName(name, shown, 'which no folder can have');
    if (reserved !== undefined) throw treeName(name, shown, 'which some systems take for Git’s own folder');
    if (mode === '120000' && isModulesName(parts.at(-1) ?? '')) {
      throw treeName(name, shown, 'a link that Git would read its submodules from');
    }
  }
}

function treeName(name: string, path: string, what: string): Failure {
  return new Failure({
    code: 'TreeName',
    source: 'user',
    message: `${name} has a file ${JSON.stringify(path).replace(/\p{Cf}/gu, escapeCharacter)}, ${what}.`,
    hint: 'Such a name is made to attack those who check it out. Look at who committed it, and declare another `ref`.',
  });
}

const escapeCharacter = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** Git's id of a file's content (SHA-1 over its type, length and bytes). */
export function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/**
 * Puts layers on a tree.
 * @throws Failure `OverlayPathMissing` when a path to delete or rename is not there
 */
export function applyLayers(base: Tree, layers: readonly Overlay[]): Tree {
  const tree = new Map(base);
  for (const layer of layers) {
    for (const { from, to } of layer.rename) {
      const moved = take(tree, treePath(from), layer);
      const folders = foldersOf(tree);
      for (const { rest, entry } of moved) put(tree, treePath(to) + rest, entry, folders);
    }
    takeAll(tree, layer);
    const folders = foldersOf(tree);
    for (const file of layer.files) put(tree, treePath(file.path), entryOf(file), folders);
  }
  return tree;
}

const foldersOf = (tree: Tree): Set<string> => new Set([...tree.keys()].flatMap(parentsOf));

/** Removes what a layer deletes, in one pass over the tree. A path below another is taken along by that one. */
function takeAll(tree: Map<string, TreeEntry>, layer: Overlay): void {
  const all = new Set(layer.delete.map(treePath));
  if (all.size === 0) return;
  const outermost = [...all].filter((path) => !parentsOf(path).some((parent) => all.has(parent)));
  const missing = new Set(outermost);
  for (const name of [...tree.keys()]) {
    const path = all.has(name) ? name : parentsOf(name).find((parent) => all.has(parent));
    if (path === undefined) continue;
    tree.delete(name);
    for (const outer of [...parentsOf(path), path]) missing.delete(outer);
  }
  const [first] = missing;
  if (first !== undefined) throw missingPath(shownPath(first), layer);
}

function entryOf({ mode, content }: OverlayFile): TreeEntry {
  return { mode, id: blobId(content) };
}

/** Removes a file or a folder with everything below it. */
function take(tree: Map<string, TreeEntry>, path: string, layer: Overlay): { rest: string; entry: TreeEntry }[] {
  const found = [...tree].filter(([name]) => name === path || name.startsWith(`${path}/`));
  if (found.length === 0) throw missingPath(shownPath(path), layer);
  for (const [name] of found) tree.delete(name);
  return found.map(([name, entry]) => ({ rest: name.slice(path.length), entry }));
}

/** Sets a file; a folder of its name and a file or link in the way to it give way. */
function put(tree: Map<string, TreeEntry>, path: string, entry: TreeEntry, folders?: ReadonlySet<string>): void {
  for (const parent of parentsOf(path)) tree.delete(parent);
  if (folders === undefined || folders.has(path)) {
    for (const name of [...tree.keys()]) if (name.startsWith(`${path}/`)) tree.delete(name);
  }
  tree.set(path, entry);
}

function missingPath(path: string, { list }: Overlay): Failure {
  const place = list && { file: list.file, line: list.lines.get(path) ?? 1 };
  return new Failure({
    code: 'OverlayPathMissing',
    source: 'user',
    ...(place && { place }),
    message: `${place === undefined ? '.overlay.yaml' : `${place.file}:${place.line}`} names ${JSON.stringify(path)}, which neither upstream nor a lower layer has.`,
    hint: 'Correct the path (patterns are not understood), or remove the entry if upstream removed the file.',
  });
}

/** What has to be done to `before` to get `after`. A rename counts as deleted and added. */
export function compareTrees(before: Tree, after: Tree): FileChanges {
  const changes: FileChanges = { added: [], changed: [], deleted: [] };
  for (const [path, entry] of after) {
    const earlier = before.get(path);
    if (earlier === undefined) changes.added.push(shownPath(path));
    else if (!sameEntry(earlier, entry)) changes.changed.push(shownPath(path));
  }
  for (const path of before.keys()) if (!after.has(path)) changes.deleted.push(shownPath(path));
  for (const paths of Object.values(changes)) paths.sort();
  return changes;
}

/** The changes to all files but these. */
export function withoutFiles({ added, changed, deleted }: FileChanges, paths: readonly string[]): FileChanges {
  const left = (all: readonly string[]): string[] => all.filter((path) => !paths.includes(path));
  return { added: left(added), changed: left(changed), deleted: left(deleted) };
}

/** True for the same content and mode, and for nothing on both sides. */
export function sameEntry(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.id === b?.id && a?.mode === b?.mode;
}

/** True when `tree` has everything as `after` has it wherever `after` differs from `before`. */
export function containsChanges(tree: Tree, before: Tree, after: Tree): boolean {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths.every((path) => {
    const wanted = after.get(path);
    return sameEntry(before.get(path), wanted) || sameEntry(tree.get(path), wanted);
  });
}
