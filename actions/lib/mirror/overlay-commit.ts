import { commitObject, type GitObject, gitObject, mirrorEmail, treeObjects } from './git-objects.ts';
import type { Overlay } from './overlay.ts';
import type { Tree } from './tree.ts';
import { commitSeconds, type UpstreamTree } from './upstream-tree.ts';

/** What goes into the message of the overlay commit, as trailers. */
export type CommitInputs = {
  deployment: string;
  upstreamUrl: string;
  upstreamRef: string;
  configurationDigest: string;
};

/** The commit that `main` will be, and everything that upstream does not have of it. */
export type OverlayCommit = { commit: GitObject; objects: GitObject[] };

/**
 * Makes the upstream commit's child. Author, date and message come from the inputs alone, so the same inputs give the same
 * commit id on every machine.
 * @param result the upstream tree with the layers on it
 */
export function overlayCommit(
  { upstream, result, layers }: { upstream: UpstreamTree; result: Tree; layers: readonly Overlay[] },
  inputs: CommitInputs,
): OverlayCommit {
  const trees = treeObjects(result);
  const tree = trees.at(-1)?.id ?? '';
  const commit = commitObject({
    tree,
    parents: [upstream.commit],
    seconds: commitSeconds(upstream),
    message: commitMessage(inputs, upstream.commit, tree),
  });
  const blobs = layers.flatMap(({ files }) => files.map(({ content }) => gitObject('blob', content)));
  const known = new Set([
    ...[...upstream.tree.values()].map(({ id }) => id),
    ...treeObjects(upstream.tree).map(({ id }) => id),
  ]);
  return { commit, objects: [...blobs, ...trees, commit].filter(({ id }) => !known.has(id)) };
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
 * The upstream that a mirror's commit names.
 * @param raw the commit object
 * @returns undefined for a commit with no such trailer
 */
export function sourceRepositoryOf(raw: string): string | undefined {
  const trailers = raw.slice(raw.lastIndexOf('\n\n') + 1);
  return /^Source-Repository: (.+)$/m.exec(trailers)?.[1];
}

/**
 * True for a commit that a mirror wrote, whoever pushed it: our committer, our trailers, and exactly the tree that was
 * committed then. Amending, rebasing or cherry-picking such a commit changes its committer.
 * @param raw the commit object, one character a byte
 */
export function isOverlayCommit(raw: string): boolean {
  const tree = /^tree ([0-9a-f]{40})\n/.exec(raw)?.[1];
  const parents = raw.slice(0, raw.indexOf('\n\n')).match(/^parent /gm)?.length ?? 0;
  return tree !== undefined && parents === 1 && isOurs(raw) && raw.endsWith(`\nResult-Tree: ${tree}\n`);
}

/** Whether the first line about the committer names the mirror, in its own time zone. */
function isOurs(raw: string): boolean {
  const committer = raw.split('\n').find((line) => line.startsWith('committer ')) ?? '';
  const end = committer.lastIndexOf(` <${mirrorEmail}> `);
  return end >= 'committer '.length - 1 && /^\d+ \+0000$/.test(committer.slice(end + mirrorEmail.length + 4));
}
