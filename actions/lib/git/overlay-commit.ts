import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fixedIdentity, mirrorEmail } from './commit-identity.ts';
import { git, gitBytes } from './git-command.ts';
import type { Overlay } from './overlay.ts';
import { blobId, indexInfo, type Tree } from './tree.ts';
import { commitSeconds, type UpstreamTree } from './upstream-tree.ts';

/** What goes into the message of the overlay commit, as trailers. */
export type CommitInputs = {
  deployment: string;
  upstreamUrl: string;
  upstreamRef: string;
  configurationDigest: string;
};

/**
 * Writes the upstream commit's child that `main` will be. Author, date and message come from the inputs alone, so the
 * same inputs give the same commit id on every machine.
 *
 * @param folder a repository that knows the upstream commit and its trees; file contents need not be there
 * @param result the upstream tree with the layers on it
 */
export async function commitOverlay(
  folder: string,
  { upstream, result, layers }: { upstream: UpstreamTree; result: Tree; layers: readonly Overlay[] },
  inputs: CommitInputs,
): Promise<string> {
  await writeBlobs(folder, upstream.tree, layers);
  const tree = await writeTree(folder, result);
  const environment = fixedIdentity(commitSeconds(upstream));
  const input = commitMessage(inputs, upstream.commit, tree);
  return (await git(['commit-tree', tree, '-p', upstream.commit], { folder, environment, input })).trim();
}

function commitMessage(inputs: CommitInputs, upstream: string, tree: string): string {
  return [
    `Customize ${inputs.upstreamRef} for ${inputs.deployment}`,
    '',
    'Written by OpenSARlab deployments from the declaration in its repository. Change it there: a commit made here stops',
    'the next mirror until it is adopted or discarded.',
    '',
    `Opensarlab-Deployment: ${inputs.deployment}`,
    `Source-Repository: ${inputs.upstreamUrl}`,
    `Source-Commit: ${upstream}`,
    `Configuration-Digest: ${inputs.configurationDigest}`,
    `Result-Tree: ${tree}`,
    '',
  ].join('\n');
}

/**
 * True for a commit that a mirror wrote, whoever pushed it: our committer, our trailers, and exactly the tree that was
 * committed then. Amending, rebasing or cherry-picking such a commit changes its committer.
 * @param raw the commit object, one character a byte
 */
export function isOverlayCommit(raw: string): boolean {
  const tree = /^tree ([0-9a-f]{40})\n/.exec(raw)?.[1];
  const parents = raw.slice(0, raw.indexOf('\n\n')).match(/^parent /gm)?.length ?? 0;
  return (
    tree !== undefined &&
    parents === 1 &&
    new RegExp(`^committer .* <${mirrorEmail.replaceAll('.', '\\.')}> \\d+ \\+0000$`, 'm').test(raw) &&
    raw.endsWith(`\nResult-Tree: ${tree}\n`)
  );
}

async function writeTree(folder: string, tree: Tree): Promise<string> {
  const index = join(folder, 'overlay-index');
  await rm(index, { force: true });
  const environment = { GIT_INDEX_FILE: index };
  await git(['update-index', '-z', '--index-info'], { folder, environment, input: indexInfo(tree) });
  return (await gitBytes(['write-tree', '--missing-ok'], { folder, environment })).toString('latin1').trim();
}

/** Writes the contents that upstream does not have, with one git process: fast-import reads any number of them. */
async function writeBlobs(folder: string, upstream: Tree, layers: readonly Overlay[]): Promise<void> {
  const known = new Set([...upstream.values()].map(({ id }) => id));
  const parts: Buffer[] = [];
  for (const { content } of layers.flatMap(({ files }) => files)) {
    const id = blobId(content);
    if (known.has(id)) continue;
    known.add(id);
    parts.push(Buffer.from(`blob\ndata ${content.length}\n`), content, Buffer.from('\n'));
  }
  if (parts.length === 0) return;
  const input = Buffer.concat([...parts, Buffer.from('done\n')]);
  await git(['fast-import', '--quiet', '--done'], { folder, input });
}
