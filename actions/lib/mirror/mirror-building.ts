import type { Source } from '../deployment/deployment.ts';
import { checkLimits } from './codecommit-limits.ts';
import { writeObjects } from './git-objects.ts';
import { checkLinks } from './links.ts';
import { markCommit } from './mark-commit.ts';
import { inputsDigest, type WantedCommits } from './mirror-state.ts';
import { type Overlay, type OverlayFile, overlayDigest } from './overlay.ts';
import { overlayCommit } from './overlay-commit.ts';
import { applyLayers, checkNames, type Tree, treePath } from './tree.ts';
import {
  obtainUpstream,
  pretendParents,
  type UpstreamObjects,
  type UpstreamRequest,
  type UpstreamWay,
} from './upstream-objects.ts';
import { isLfsPointer, note, upstreamNotes } from './upstream-tree.ts';

/** What decides the content of `main`, upstream's files aside. */
export type OverlayInputs = {
  deployment: string;
  source: Source;
  layers: readonly Overlay[];
  /** Paths of files of the overlay whose changes are told by what is in them; default: none. */
  configuration?: ReadonlySet<string>;
};

/** The commits of a mirror, made in a scratch repository of their own. */
export type BuiltMirror = {
  wanted: WantedCommits;
  objects: UpstreamObjects;
  /** The tree of `main`. */
  result: Tree;
  /** Things somebody should know, a sentence each. */
  notes: string[];
};

/** {@link inputsDigest} of a mirror of this upstream commit. */
export function digestOf({ deployment, source, layers }: OverlayInputs, upstream: string): string {
  const { url, ref } = source;
  return inputsDigest({ deployment, url, ref, upstream, configuration: overlayDigest(layers) });
}

/**
 * Gets the upstream commit and makes the overlay commit on top of it.
 * @param ways how to get it; default: the cheapest that works
 * @throws Failure of the ways, or `TreeName`, `CodeCommitLimit`, `OverlayPathMissing`, `OverlaySymlink`
 */
export async function buildMirror(
  inputs: OverlayInputs,
  lookUp: UpstreamRequest,
  ways?: readonly UpstreamWay[],
): Promise<BuiltMirror> {
  const objects = await obtainUpstream(lookUp, ways);
  try {
    return await commitAll(inputs, objects);
  } catch (error) {
    await objects.scratch.close();
    throw error;
  }
}

async function commitAll(inputs: OverlayInputs, objects: UpstreamObjects): Promise<BuiltMirror> {
  const { layers, source, deployment, configuration = new Set() } = inputs;
  const { tree: upstream } = objects;
  const { folder } = objects.scratch;
  checkNames(upstream.tree, source.url);
  const limits = await checkLimits(objects.way === 'listed' ? undefined : folder, upstream.tree, source.url);
  const result = applyLayers(upstream.tree, layers);
  checkLinks(layers, result, upstream);
  const main = overlayCommit(
    { upstream, result, layers },
    { deployment, upstreamUrl: source.url, upstreamRef: source.ref, configurationDigest: overlayDigest(layers) },
  );
  const marking = markCommit(main.commit, upstream, result, configuration);
  const commit = main.commit.id;
  const mark = marking.at(-1)?.id ?? '';
  await writeObjects(folder, [...(objects.last?.objects ?? []), ...main.objects, ...marking]);
  await pretendParents(folder, knownParents(objects, { commit, mark }));
  return {
    wanted: { upstream: upstream.commit, inputs: digestOf(inputs, upstream.commit), commit, mark },
    ...{ objects, result },
    notes: [...limits, ...upstreamNotes(upstream, result), ...overlayNotes(layers, result)],
  };
}

/** Parents that CodeCommit has: what the last mirror left there, below what this one adds. */
function knownParents(
  { roots, last, tree }: UpstreamObjects,
  { commit, mark }: { commit: string; mark: string },
): Map<string, string[]> {
  const parents = new Map<string, string[]>(roots.map((root) => [root, []]));
  if (last === undefined) return parents;
  parents.set(commit, [tree.commit, ...(last.main === undefined ? [] : [last.main.commit])]);
  return parents.set(mark, [commit, last.mark]);
}

function overlayNotes(layers: readonly Overlay[], result: Tree): string[] {
  const files = layers.flatMap((layer) => layer.files).filter(({ path }) => result.has(treePath(path)));
  const pointers = files.filter(({ content }) => isLfsPointer(content)).map(({ path }) => treePath(path));
  return [
    note(pointers, 'only a Git LFS pointer in this checkout; check it out with LFS to mirror the content'),
    note(
      caseTwins(files),
      'differs from another file of ours in case alone: macOS and Windows keep only one of the two',
    ),
  ].flat();
}

/**
 * Files of the overlay with the same letters: a checkout of this repository cannot hold both everywhere. One beside a file of
 * upstream's is no such pair: they meet in CodeCommit and in builds on Linux alone.
 */
function caseTwins(files: readonly OverlayFile[]): string[] {
  const folded = new Map<string, number>();
  const paths = [...new Set(files.map(({ path }) => path))];
  for (const path of paths) folded.set(path.toLowerCase(), (folded.get(path.toLowerCase()) ?? 0) + 1);
  return paths.filter((path) => (folded.get(path.toLowerCase()) ?? 0) > 1).map(treePath);
}
