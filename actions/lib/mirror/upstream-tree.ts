import { git, gitBytes } from '../adapters/git/git-command.ts';
import { type Links, leavesTree } from './links.ts';
import { parseTree, shownPath, type Tree } from './tree.ts';

/** What the mirror knows of an upstream commit. */
export type UpstreamTree = {
  commit: string;
  /** The commit object's own bytes. */
  raw: Buffer;
  /** `git ls-tree -r -z`, as Git prints it. */
  listing: Buffer;
  tree: Tree;
  links: Links;
  /** Files that are only pointers to Git LFS, as the bytes of {@link Tree}. */
  lfsPointers: string[];
};

/** A pointer file is "less than 1024 bytes" (github.com/git-lfs/git-lfs, docs/spec.md) and begins with this line. */
const pointerStart = 'version https://git-lfs.github.com/spec/v1\n';
const pointerLimit = 1024;

/** Reads an upstream commit from a repository that holds its files. */
export async function readUpstreamTree(folder: string, commit: string): Promise<UpstreamTree> {
  const raw = await gitBytes(['cat-file', 'commit', commit], { folder });
  const listing = await gitBytes(['ls-tree', '-r', '-z', '--full-tree', commit], { folder });
  const tree = parseTree(listing);
  const links = await readFiles(
    folder,
    [...tree].flatMap(([path, { mode, id }]) => (mode === '120000' ? [{ path, id }] : [])),
  );
  return { commit, raw, listing, tree, links, lfsPointers: await findPointers(folder, tree) };
}

/** LFS works through attributes, so a tree that names its filter nowhere has no pointers. */
async function findPointers(folder: string, tree: Tree): Promise<string[]> {
  const files = [...tree].flatMap(([path, { mode, id }]) => (mode.startsWith('100') ? [{ path, id }] : []));
  const attributes = files.filter(({ path }) => path === '.gitattributes' || path.endsWith('/.gitattributes'));
  const rules = await readFiles(folder, attributes);
  if (![...rules.values()].some((text) => text.includes('filter=lfs'))) return [];
  const small = await smallerThan(folder, files, pointerLimit);
  const contents = await readFiles(folder, small);
  return [...contents].flatMap(([path, content]) => (content.startsWith(pointerStart) ? [path] : []));
}

/** True for the text that Git LFS leaves in place of a large file. */
export function isLfsPointer(content: Buffer): boolean {
  return content.length < pointerLimit && content.toString('latin1').startsWith(pointerStart);
}

type NamedBlob = { path: string; id: string };

/** @returns those of the files that have fewer bytes than the limit */
export async function smallerThan<T extends NamedBlob>(
  folder: string,
  blobs: readonly T[],
  limit: number,
): Promise<T[]> {
  if (blobs.length === 0) return [];
  const input = blobs.map(({ id }) => `${id}\n`).join('');
  const sizes = (await git(['cat-file', '--batch-check=%(objectsize)'], { folder, input })).split('\n');
  return blobs.filter((_, index) => Number(sizes[index]) < limit);
}

/** Contents by path, one character a byte. */
async function readFiles(folder: string, blobs: readonly NamedBlob[]): Promise<Map<string, string>> {
  const ids = blobs.map(({ id }) => id);
  const read = await readBlobs(folder, ids);
  return new Map(blobs.map(({ path }, index) => [path, read[index]?.content.toString('latin1') ?? '']));
}

/**
 * Reads objects with one git process.
 * @param names ids, refs, or `ref:path`
 * @returns in the same order; undefined for what is not there
 */
export async function readBlobs(
  folder: string,
  names: readonly string[],
): Promise<({ id: string; content: Buffer } | undefined)[]> {
  if (names.length === 0) return [];
  const input = names.map((name) => `${name}\n`).join('');
  const output = await gitBytes(['cat-file', '--batch=%(objectname) %(objectsize)'], { folder, input });
  let offset = 0;
  return names.map(() => {
    const end = output.indexOf('\n', offset);
    const [, id, size] = /^([0-9a-f]{40}) (\d+)$/.exec(output.toString('latin1', offset, end)) ?? [];
    const start = end + 1;
    if (id === undefined) {
      offset = start;
      return undefined;
    }
    offset = start + Number(size) + 1;
    return { id, content: output.subarray(start, offset - 1) };
  });
}

/** When the upstream commit was made, seconds since 1970; 0 when its date cannot be read. */
export function commitSeconds({ raw }: UpstreamTree): number {
  return Number(/^committer .*> (\d{1,12}) [+-]\d/m.exec(raw.toString('latin1'))?.[1] ?? 0);
}

/** How many paths a note names. */
const namedPaths = 5;

/** Things in the upstream tree that are mirrored as they are but need somebody to know. */
export function upstreamNotes({ tree, links, lfsPointers }: UpstreamTree, result: Tree): string[] {
  const present = (paths: readonly string[]): string[] => paths.filter((path) => result.has(path));
  const submodules = [...tree].flatMap(([path, { mode }]) => (mode === '160000' ? [path] : []));
  const leaving = [...links.keys()].filter((path) => leavesTree(path, links));
  return [
    note(present(lfsPointers), 'only a Git LFS pointer: the content is not in the repository and is not mirrored'),
    note(present(submodules), 'a submodule: CodeCommit gets the reference, not its content'),
    note(present(leaving), 'a link to something outside the repository: it leads nowhere in a build'),
  ].flat();
}

/** @param paths as the bytes of {@link Tree} */
export function note(paths: readonly string[], what: string): string[] {
  if (paths.length === 0) return [];
  const named = paths.slice(0, namedPaths).map((path) => JSON.stringify(shownPath(path)));
  const more = paths.length > namedPaths ? ` and ${paths.length - namedPaths} more` : '';
  return [`${named.join(', ')}${more}: ${what}.`];
}
