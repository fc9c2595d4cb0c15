import { runGit } from './git.ts';

/** A file of a commit: its path and the id of its content. */
type TreeFile = { path: string; blob: string };

const WORKFLOW_FOLDER = '.github/workflows/';

/** Text of blobs already read, by id; an id always has the same content. */
const blobTexts = new Map<string, string>();

/**
 * The workflow files of a commit, path to text, in the order of their paths. Files in sub-folders are no workflows.
 * @param gitFolder a bare repository
 */
export async function workflowFilesAt(gitFolder: string, commit: string): Promise<Map<string, string>> {
  const listing = await runGit(gitFolder, ['ls-tree', '-z', commit, WORKFLOW_FOLDER]);
  const files = parseTree(listing.toString()).filter(({ path }) => /\.ya?ml$/.test(path));
  const unread = files.filter(({ blob }) => !blobTexts.has(blob)).map(({ blob }) => blob);
  for (const [blob, text] of await readBlobs(gitFolder, unread)) blobTexts.set(blob, text);
  return new Map(files.map(({ path, blob }) => [path, blobTexts.get(blob) ?? '']));
}

/** The message of a commit, with title and body. */
export async function commitMessage(gitFolder: string, commit: string): Promise<string> {
  return (await runGit(gitFolder, ['log', '-1', '--format=%B', commit])).toString();
}

function parseTree(listing: string): TreeFile[] {
  return listing.split('\0').flatMap((line) => {
    const entry = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line);
    return entry?.[1] && entry[2] ? [{ blob: entry[1], path: entry[2] }] : [];
  });
}

/** Reads many blobs with one process; the format is that of git-scm.com/docs/git-cat-file#_batch_output. */
async function readBlobs(gitFolder: string, blobs: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (blobs.length === 0) return texts;
  const output = await runGit(gitFolder, ['cat-file', '--batch'], `${blobs.join('\n')}\n`);
  let offset = 0;
  for (const blob of blobs) {
    const headerEnd = output.indexOf('\n', offset);
    const size = Number(output.subarray(offset, headerEnd).toString().split(' ')[2]);
    texts.set(blob, output.subarray(headerEnd + 1, headerEnd + 1 + size).toString());
    offset = headerEnd + 1 + size + 1;
  }
  return texts;
}
