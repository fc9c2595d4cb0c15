import { Failure } from '../failure.ts';
import { type Overlay, parentsOf } from './overlay.ts';
import { blobId, sameEntry, shownPath, type Tree, treePath } from './tree.ts';

/** Targets of the symbolic links of a tree by path, both as the bytes of {@link Tree}. */
export type Links = ReadonlyMap<string, string>;

/** Links that lead to links are followed this often, as Linux does (path_resolution(7)). */
const mostSteps = 40;

/** Most names on the way of one link, through others; one that goes on longer is not followed to its end. */
const mostParts = 400;

/**
 * Refuses links that lead out of the repository, through other links too: those of an overlay, and those that a rename
 * moved. Links that upstream has where they are stay, as upstream's own affair.
 * @param upstream the upstream tree with the targets of its links
 * @param result that tree with the layers on it
 * @throws Failure `OverlaySymlink`
 */
export function checkLinks(layers: readonly Overlay[], result: Tree, upstream: { tree: Tree; links: Links }): void {
  const links = linksOf(layers, result, upstream);
  for (const [path, target] of links) {
    if (sameEntry(upstream.tree.get(path), result.get(path)) || !leavesTree(path, links)) continue;
    const source = layers.flatMap(({ files }) => files).findLast((file) => treePath(file.path) === path)?.source;
    throw new Failure({
      code: 'OverlaySymlink',
      source: 'user',
      ...(source !== undefined && { place: { file: source, line: 1 } }),
      message: `The link ${JSON.stringify(shownPath(path))} points outside the repository (${JSON.stringify(shownPath(target))}).`,
      hint: 'Link to a file of the repository, or copy the file.',
    });
  }
}

/** The links of the result: what an id stands for is known from the layers and from upstream. */
function linksOf(
  layers: readonly Overlay[],
  result: Tree,
  upstream: { tree: Tree; links: Links },
): Map<string, string> {
  const targets = new Map<string | undefined, string>();
  for (const [path, target] of upstream.links) targets.set(upstream.tree.get(path)?.id, target);
  for (const { mode, content } of layers.flatMap(({ files }) => files)) {
    if (mode === '120000') targets.set(blobId(content), content.toString('latin1'));
  }
  const links = new Map<string, string>();
  for (const [path, { mode, id }] of result) if (mode === '120000') links.set(path, targets.get(id) ?? '');
  return links;
}

/**
 * True when following the link at `path` leads above the root or to an absolute path, or too far to tell. Links in a circle
 * lead nowhere.
 */
export function leavesTree(path: string, links: Links): boolean {
  const place = parentsOf(path).at(-1)?.split('/') ?? [];
  const first = links.get(path) ?? '';
  if (first.startsWith('/')) return true;
  // The next part is the last.
  const ahead = first.split('/').reverse();
  let steps = 0;
  for (let parts = 0; ahead.length > 0; parts++) {
    if (parts > mostParts || place.length > mostParts) return true;
    const part = ahead.pop() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (place.pop() === undefined) return true;
      continue;
    }
    const target = links.get([...place, part].join('/'));
    if (target === undefined) place.push(part);
    else {
      steps += 1;
      if (target.startsWith('/')) return true;
      if (steps > mostSteps) return false;
      ahead.push(...target.split('/').reverse());
    }
  }
  return false;
}
