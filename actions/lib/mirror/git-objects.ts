import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { git } from '../adapters/git/git-command.ts';
import type { Tree } from './tree.ts';

/** A blob, tree or commit, with the id that Git gives it. */
export type GitObject = { type: 'blob' | 'tree' | 'commit'; id: string; content: Buffer };

/** SHA-1 over type, length and content (git-scm.com/book/en/v2/Git-Internals-Git-Objects). */
export function gitObject(type: GitObject['type'], content: Buffer): GitObject {
  const id = createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
  return { type, id, content };
}

/** Who makes a commit, and when: nothing of the machine or the moment may get into its id. */
export type CommitContent = { tree: string; parents: readonly string[]; seconds: number; message: string };

/** The address of the mirror's own commits; a domain that never exists (RFC 2606). */
export const mirrorEmail = 'deployments@opensarlab.invalid';

export function commitObject({ tree, parents, seconds, message }: CommitContent): GitObject {
  const person = `OpenSARlab deployments <${mirrorEmail}> ${seconds} +0000`;
  const header = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
  ];
  return gitObject('commit', Buffer.from(`${header.join('\n')}\n\n${message}`));
}

/** A folder while its files are collected; a file is a leaf with its mode and id. */
type Folder = Map<string, Folder | { mode: string; id: string }>;

/** The tree objects of a list of files; the last is the root's. */
export function treeObjects(tree: Tree): GitObject[] {
  const root: Folder = new Map();
  for (const [path, entry] of tree) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      const below = folder.get(part);
      const next: Folder = below instanceof Map ? below : new Map();
      if (next !== below) folder.set(part, next);
      folder = next;
    }
    folder.set(name, entry);
  }
  return encodeFolder(root);
}

/** Folders are sorted as if their names ended in `/` (git's base_name_compare). */
function encodeFolder(folder: Folder): GitObject[] {
  const objects: GitObject[] = [];
  const entries: { key: string; bytes: Buffer }[] = [];
  for (const [name, entry] of folder) {
    const isFolder = entry instanceof Map;
    const below = isFolder ? encodeFolder(entry) : [];
    objects.push(...below);
    const { mode, id } = isFolder ? { mode: '40000', id: below.at(-1)?.id ?? '' } : entry;
    const head = Buffer.from(`${mode} ${name}\0`, 'latin1');
    entries.push({ key: isFolder ? `${name}/` : name, bytes: Buffer.concat([head, Buffer.from(id, 'hex')]) });
  }
  entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  return [...objects, gitObject('tree', Buffer.concat(entries.map(({ bytes }) => bytes)))];
}

const packTypes: Record<GitObject['type'], number> = { commit: 1, tree: 2, blob: 3 };

/** Objects as a pack of version 2 (git-scm.com/docs/gitformat-pack). */
function packOf(objects: readonly GitObject[]): Buffer {
  const header = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  header.writeUInt32BE(objects.length, 8);
  const parts: Uint8Array[] = [header];
  for (const { type, content } of objects) {
    parts.push(objectHeader(packTypes[type], content.length), deflateSync(content, { level: 6 }));
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

/** Type and length: four bits of the length in the first byte, seven in each that follows, lowest first. */
function objectHeader(type: number, length: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(length / 16);
  let byte = (type << 4) | (length % 16);
  while (rest > 0) {
    bytes.push(byte | 0x80);
    byte = rest % 128;
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, byte]);
}

/**
 * Writes objects into a repository, each once.
 * @throws Failure `DiskFull`, `GitFailed`
 */
export async function writeObjects(folder: string, objects: readonly GitObject[]): Promise<void> {
  const unique = [...new Map(objects.map((object) => [object.id, object])).values()];
  if (unique.length > 0) await git(['index-pack', '--stdin'], { folder, input: packOf(unique) });
}
