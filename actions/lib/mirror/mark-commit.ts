import { tryGit } from '../adapters/git/git-command.ts';
import { accessTo, type Remote } from '../adapters/git/remote.ts';
import { commitObject, type GitObject, gitObject, treeObjects } from './git-objects.ts';
import { decodeMain, decodeUpstream, encodeMain, encodeUpstream } from './mark-listing.ts';
import type { MirrorMark } from './mirror-state.ts';
import { blobId, type Tree, treePath } from './tree.ts';
import { readBlobs, type UpstreamTree } from './upstream-tree.ts';

/**
 * The commit that a mark points at: child of the `main` it marks, with two files that list what is in `upstream` and in
 * `main`, by name, mode and id. With it the next overlay commit can be made, and only what is new in it pushed, without
 * any of the contents, which CodeCommit has already. The listings need no trust: everything in them is checked against
 * the ids of the commits. A folder holds the few files of `main` whose changes are told by what is in them, each under its
 * blob's id, so that they come along with the listings.
 */
const files = { upstream: 'upstream', main: 'main', configuration: 'configuration' } as const;

/**
 * Makes the commit of a mark; the same mirror gives the same one.
 * @param configuration paths of the files whose contents come along
 * @returns its objects, the commit last
 */
export function markCommit(
  main: GitObject,
  upstream: UpstreamTree,
  result: Tree,
  configuration: ReadonlySet<string>,
): GitObject[] {
  const blobs = {
    [files.upstream]: gitObject('blob', encodeUpstream(upstream)),
    [files.main]: gitObject('blob', encodeMain(main.content, upstream.tree, result)),
  };
  const entries = Object.entries(blobs).map(([name, { id }]) => [name, { mode: '100644', id }] as const);
  const contents = [...configuration].flatMap((path) => {
    const entry = result.get(treePath(path));
    return entry === undefined ? [] : [[`${files.configuration}/${entry.id}`, { ...entry, mode: '100644' }] as const];
  });
  const trees = treeObjects(new Map([...entries, ...contents]));
  const message = `Mark ${main.id.slice(0, 7)}\n\nWritten by OpenSARlab deployments beside main; what it lists makes the next mirror cheap.\n`;
  const commit = commitObject({ tree: trees.at(-1)?.id ?? '', parents: [main.id], seconds: 0, message });
  return [...Object.values(blobs), ...trees, commit];
}

/** What a fetched mark knows. */
export type FetchedMark = {
  upstream: UpstreamTree;
  /** The mark's own commit. */
  mark: string;
  /** The `main` it marks, with the commit object's own bytes; undefined when it is not listed in a usable way. */
  main: { commit: string; raw: Buffer; tree: Tree } | undefined;
  /** Both commits with their trees, but without any file content. */
  objects: GitObject[];
};

/**
 * Fetches a mark from CodeCommit.
 * @param folder a scratch repository
 * @returns undefined when the mark cannot be used
 */
export async function fetchMark(folder: string, remote: Remote, mark: MirrorMark): Promise<FetchedMark | undefined> {
  const args = ['fetch', '--quiet', '--no-tags', '--depth=1', '--no-write-fetch-head', '--', remote.url];
  const fetched = await tryGit([...args, `+${mark.ref}:refs/mark`], {
    folder,
    ...(await accessTo(remote)),
    settings: [['protocol.version', '0']],
  });
  if (fetched.code !== 0) return undefined;
  const [id, listed, overlaid] = await readBlobs(folder, [
    'refs/mark',
    `refs/mark:${files.upstream}`,
    `refs/mark:${files.main}`,
  ]);
  const upstream = listed && decodeUpstream(listed.content, mark.upstream);
  const upstreamObjects = upstream && hasItsLinks(upstream) ? commitWithTrees(upstream) : undefined;
  if (id === undefined || upstream === undefined || upstreamObjects === undefined) return undefined;
  const main = overlaid && decodeMain(overlaid.content, mark.commit, upstream.tree);
  // Without it the files of the last overlay are sent again, no more.
  const mainObjects = main && commitWithTrees(main);
  return {
    ...{ upstream, mark: id.id },
    main: mainObjects && main,
    objects: [...upstreamObjects, ...(mainObjects ?? [])],
  };
}

/** True when the targets of the links are what the ids of the tree say. */
function hasItsLinks({ tree, links }: UpstreamTree): boolean {
  return [...tree].every(([path, { mode, id }]) => {
    return mode !== '120000' || blobId(Buffer.from(links.get(path) ?? '', 'latin1')) === id;
  });
}

/** A commit and its trees; undefined when they do not come out with the ids they must have. */
function commitWithTrees({ commit, raw, tree }: { commit: string; raw: Buffer; tree: Tree }): GitObject[] | undefined {
  const trees = treeObjects(tree);
  const object = gitObject('commit', raw);
  const fits = object.id === commit && raw.toString('latin1').startsWith(`tree ${trees.at(-1)?.id}\n`);
  return fits ? [...trees, object] : undefined;
}
