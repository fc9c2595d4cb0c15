import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { git } from './git-command.ts';
import type { Overlay } from './overlay.ts';

/** What goes into the message of the overlay commit, as trailers. */
export type CommitInputs = {
  deployment: string;
  upstreamUrl: string;
  upstreamRef: string;
  upstreamCommit: string;
  configurationDigest: string;
};

/** Files that the overlay commit adds to, changes in and deletes from the upstream tree. */
export type FileChanges = { added: string[]; changed: string[]; deleted: string[] };

/**
 * Writes the upstream tree with the overlay on top as one commit. Author, dates and message come from the inputs alone,
 * so the same inputs give the same commit id on every machine.
 *
 * @param folder a bare repository that holds the upstream commit
 */
export async function commitOverlay(folder: string, overlay: Overlay, inputs: CommitInputs): Promise<string> {
  const index = join(folder, 'overlay-index');
  await rm(index, { force: true });
  const environment = { GIT_INDEX_FILE: index };
  await git(['read-tree', inputs.upstreamCommit], { folder, environment });
  await applyPathChanges(folder, environment, overlay);
  await addFiles(folder, environment, overlay);
  const tree = (await git(['write-tree'], { folder, environment })).trim();
  const date = (await git(['log', '-1', '--format=%cI', inputs.upstreamCommit], { folder })).trim();
  const identity = {
    GIT_AUTHOR_NAME: 'OpenSARlab deployments',
    GIT_AUTHOR_EMAIL: 'deployments@opensarlab.invalid',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'OpenSARlab deployments',
    GIT_COMMITTER_EMAIL: 'deployments@opensarlab.invalid',
    GIT_COMMITTER_DATE: date,
  };
  const args = ['commit-tree', tree, '-p', inputs.upstreamCommit];
  return (await git(args, { folder, environment: identity, input: commitMessage(inputs) })).trim();
}

function commitMessage(inputs: CommitInputs): string {
  return [
    `Customize ${inputs.upstreamRef} for ${inputs.deployment}`,
    '',
    'Written by OpenSARlab deployments from the declaration in its repository. Change it there: a commit made here stops',
    'the next mirror until it is adopted or discarded.',
    '',
    `Opensarlab-Deployment: ${inputs.deployment}`,
    `Source-Repository: ${inputs.upstreamUrl}`,
    `Source-Commit: ${inputs.upstreamCommit}`,
    `Configuration-Digest: ${inputs.configurationDigest}`,
    '',
  ].join('\n');
}

async function applyPathChanges(folder: string, environment: Record<string, string>, overlay: Overlay): Promise<void> {
  if (overlay.delete.length === 0 && overlay.rename.length === 0) return;
  const entries = parseIndex(await git(['ls-files', '--stage', '-z'], { folder, environment }));
  const lines: string[] = [];
  const move = (from: string, to: string | undefined): void => {
    const found = entries.filter(({ path }) => path === from || path.startsWith(`${from}/`));
    if (found.length === 0) throw missingPath(from);
    for (const { mode, id, path } of found) {
      lines.push(`0 ${'0'.repeat(40)}\t${path}`);
      if (to !== undefined) lines.push(`${mode} ${id}\t${to}${path.slice(from.length)}`);
    }
  };
  for (const { from, to } of overlay.rename) move(from, to);
  for (const path of overlay.delete) move(path, undefined);
  await updateIndex(folder, environment, lines);
}

function missingPath(path: string): Failure {
  return new Failure({
    code: 'OverlayPathMissing',
    source: 'user',
    message: `.overlay.yaml names ${JSON.stringify(path)}, which the upstream repository does not have.`,
    hint: 'Correct the path, or remove the entry if upstream removed it.',
  });
}

function parseIndex(listing: string): { mode: string; id: string; path: string }[] {
  return listing
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', id = ''] = line.slice(0, tab).split(' ');
      return { mode, id, path: line.slice(tab + 1) };
    });
}

async function addFiles(folder: string, environment: Record<string, string>, overlay: Overlay): Promise<void> {
  const ids = await writeBlobs(folder, overlay);
  const lines = overlay.files.map(({ mode, path }, index) => `${mode} ${ids[index]}\t${path}`);
  await updateIndex(folder, environment, lines);
}

/** Writes all blobs with one git process: fast-import reads any number of contents from one stream. */
async function writeBlobs(folder: string, overlay: Overlay): Promise<string[]> {
  if (overlay.files.length === 0) return [];
  const parts: Buffer[] = [];
  for (const [index, { content }] of overlay.files.entries()) {
    parts.push(Buffer.from(`blob\nmark :${index + 1}\ndata ${content.length}\n`), content, Buffer.from('\n'));
  }
  for (let mark = 1; mark <= overlay.files.length; mark += 1) parts.push(Buffer.from(`get-mark :${mark}\n`));
  const output = await git(['fast-import', '--quiet', '--done'], {
    folder,
    input: Buffer.concat([...parts, Buffer.from('done\n')]),
  });
  return output.split('\n').filter(Boolean);
}

async function updateIndex(folder: string, environment: Record<string, string>, lines: string[]): Promise<void> {
  const input = lines.map((line) => `${line}\0`).join('');
  await git(['update-index', '--add', '-z', '--index-info'], { folder, environment, input });
}

/** Compares two commits of a repository by their trees. Renames count as deleted and added. */
export async function changedFiles(folder: string, from: string, to: string): Promise<FileChanges> {
  const output = await git(['diff-tree', '-r', '-z', '--name-status', '--no-renames', from, to], { folder });
  const changes: FileChanges = { added: [], changed: [], deleted: [] };
  const fields = output.split('\0');
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const status = fields[index];
    const path = fields[index + 1] ?? '';
    if (status === 'A') changes.added.push(path);
    else if (status === 'D') changes.deleted.push(path);
    else changes.changed.push(path);
  }
  return changes;
}
