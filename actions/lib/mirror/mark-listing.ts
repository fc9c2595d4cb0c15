import { parseTree, sameEntry, type Tree, type TreeEntry } from './tree.ts';
import type { UpstreamTree } from './upstream-tree.ts';

/** The two files of a mark. Each is one line of JSON and then entries as `git ls-tree -r -z` prints them. */
const version = 1;

/** What is in an upstream commit. */
export function encodeUpstream({ raw, listing, links, lfsPointers }: UpstreamTree): Buffer {
  const header = { version, commit: raw.toString('base64'), links: [...links], lfsPointers };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), listing]);
}

/** @returns undefined for anything that {@link encodeUpstream} does not write */
export function decodeUpstream(content: Buffer, commit: string): UpstreamTree | undefined {
  const { header, entries } = split(content);
  const { links, lfsPointers } = header;
  const raw = rawCommit(header);
  if (raw === undefined || !isTextList(lfsPointers) || !Array.isArray(links)) return undefined;
  if (!links.every((link) => isTextList(link) && link.length === 2)) return undefined;
  const tree = parseTree(entries);
  return { commit, raw, listing: entries, tree, links: new Map(links as [string, string][]), lfsPointers };
}

/** Stands for a file that upstream has and `main` has not. */
const deletedMode = '000000';
const deletedId = '0'.repeat(40);

/** What is in `main` otherwise than in upstream. */
export function encodeMain(raw: Buffer, upstream: Tree, main: Tree): Buffer {
  const lines: string[] = [];
  for (const [path, { mode, id }] of main) {
    if (!sameEntry(upstream.get(path), { mode, id })) lines.push(`${mode} blob ${id}\t${path}\0`);
  }
  for (const path of upstream.keys()) {
    if (!main.has(path)) lines.push(`${deletedMode} blob ${deletedId}\t${path}\0`);
  }
  const header = { version, commit: raw.toString('base64') };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), Buffer.from(lines.join(''), 'latin1')]);
}

/** @returns undefined for anything that {@link encodeMain} does not write */
export function decodeMain(
  content: Buffer,
  commit: string,
  upstream: Tree,
): { commit: string; raw: Buffer; tree: Tree } | undefined {
  const { header, entries } = split(content);
  const raw = rawCommit(header);
  if (raw === undefined) return undefined;
  const tree = new Map<string, TreeEntry>(upstream);
  for (const [path, entry] of parseTree(entries)) {
    if (entry.mode === deletedMode) tree.delete(path);
    else tree.set(path, entry);
  }
  return { commit, raw, tree };
}

type Header = { version?: unknown; commit?: unknown; links?: unknown; lfsPointers?: unknown };

function split(content: Buffer): { header: Header; entries: Buffer } {
  const end = content.indexOf('\n');
  const entries = content.subarray(end + 1);
  try {
    const header: unknown = JSON.parse(content.toString('utf8', 0, Math.max(end, 0)));
    return { header: typeof header === 'object' && header !== null ? header : {}, entries };
  } catch {
    return { header: {}, entries }; // not ours; without a version it counts as none
  }
}

function rawCommit({ version: found, commit }: Header): Buffer | undefined {
  return found === version && typeof commit === 'string' ? Buffer.from(commit, 'base64') : undefined;
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');
