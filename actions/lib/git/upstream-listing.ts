import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fixedIdentity } from './commit-identity.ts';
import { git, gitBytes, tryGit } from './git-command.ts';
import { listingRef } from './mirror-marks.ts';
import type { Remote } from './remote.ts';
import { blobId, indexInfo, parseTree } from './tree.ts';
import type { UpstreamTree } from './upstream-tree.ts';

/**
 * A listing is a small commit beside the branches whose one file says what is in an upstream commit: names, modes and
 * ids. With it the next overlay commit can be put together without the contents, which CodeCommit has already. It needs
 * no trust: everything in it is a hash of something that is checked.
 */
const fileName = 'listing';

type Header = {
  version: 1;
  /** The upstream commit object, Base64. */
  commit: string;
  /** Path and target of each symbolic link. */
  links: [string, string][];
  lfsPointers: string[];
};

/** The first line is a JSON header, the rest what `git ls-tree -r -z` prints. */
export function encodeListing({ raw, listing, links, lfsPointers }: UpstreamTree): Buffer {
  const header: Header = { version: 1, commit: raw.toString('base64'), links: [...links], lfsPointers };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), listing]);
}

/** @returns undefined for anything that {@link encodeListing} does not write */
export function decodeListing(content: Buffer, commit: string): UpstreamTree | undefined {
  const end = content.indexOf('\n');
  const header = parseHeader(content.toString('utf8', 0, Math.max(end, 0)));
  if (header === undefined) return undefined;
  const listing = content.subarray(end + 1);
  const raw = Buffer.from(header.commit, 'base64');
  return {
    commit,
    raw,
    listing,
    tree: parseTree(listing),
    links: new Map(header.links),
    lfsPointers: header.lfsPointers,
  };
}

function parseHeader(text: string): Header | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // written by somebody else; the caller gets the files themselves
  }
  const { version, commit, links, lfsPointers } = (value ?? {}) as Partial<Record<keyof Header, unknown>>;
  if (version !== 1 || typeof commit !== 'string' || !isTextList(lfsPointers)) return undefined;
  if (!Array.isArray(links) || !links.every((link) => isTextList(link) && link.length === 2)) return undefined;
  return { version, commit, lfsPointers, links: links.map(([path, target]) => [path, target]) };
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

/** Writes the commit that holds the listing; the same upstream commit gives the same listing commit. */
export async function writeListing(folder: string, upstream: UpstreamTree): Promise<string> {
  const input = encodeListing(upstream);
  const blob = (await git(['hash-object', '-w', '--stdin'], { folder, input })).trim();
  const tree = (await git(['mktree'], { folder, input: `100644 blob ${blob}\t${fileName}\n` })).trim();
  const message = `Listing of ${upstream.commit}\n\nWritten by OpenSARlab deployments; used to update main cheaply. Safe to delete.\n`;
  const environment = fixedIdentity(0);
  return (await git(['commit-tree', tree], { folder, input: message, environment })).trim();
}

/**
 * Fetches the listing of an upstream commit and makes that commit and its trees from it, without any file content.
 * @param folder an empty repository; afterwards it knows the upstream commit, but neither its files nor its history
 * @returns undefined when there is no usable listing
 */
export async function fetchListing(
  folder: string,
  remote: Remote,
  upstream: string,
): Promise<UpstreamTree | undefined> {
  const refspec = `+${listingRef(upstream)}:refs/mirror/listing`;
  const fetched = await tryGit(['fetch', '--quiet', '--no-tags', '--', remote.url, refspec], {
    folder,
    credentials: await remote.credentials?.(),
  });
  if (fetched.code !== 0) return undefined;
  const file = await tryGit(['cat-file', 'blob', `refs/mirror/listing:${fileName}`], { folder });
  const listed = file.code === 0 ? decodeListing(file.stdout, upstream) : undefined;
  return listed !== undefined && hasItsLinks(listed) && (await restore(folder, listed)) ? listed : undefined;
}

/** True when the targets of the links are what the ids of the tree say. */
function hasItsLinks({ tree, links }: UpstreamTree): boolean {
  return [...tree].every(([path, { mode, id }]) => {
    return mode !== '120000' || blobId(Buffer.from(links.get(path) ?? '', 'latin1')) === id;
  });
}

/** Writes the commit and its trees; false when they do not come out with the ids they must have. */
async function restore(folder: string, { commit, raw, tree }: UpstreamTree): Promise<boolean> {
  const index = join(folder, 'listing-index');
  const environment = { GIT_INDEX_FILE: index };
  await rm(index, { force: true });
  const filled = await tryGit(['update-index', '-z', '--index-info'], { folder, environment, input: indexInfo(tree) });
  if (filled.code !== 0) return false;
  const root = (await gitBytes(['write-tree', '--missing-ok'], { folder, environment })).toString('latin1').trim();
  if (!raw.toString('latin1').startsWith(`tree ${root}\n`)) return false;
  const written = await tryGit(['hash-object', '-t', 'commit', '-w', '--stdin'], { folder, input: raw });
  return written.code === 0 && written.stdout.toString('latin1').trim() === commit;
}
