import { Failure } from '../failure.ts';
import { type Overlay, parentsOf } from './overlay.ts';
import { type Tree, treePath } from './tree.ts';

/** Targets of the symbolic links of a tree by path, both as the bytes of {@link Tree}. */
export type Links = ReadonlyMap<string, string>;

/** Links that lead to links are followed this often, as Linux does (path_resolution(7)). */
const mostSteps = 40;

/**
 * Refuses links of an overlay that lead out of the repository, through other links too.
 * @param links those of the upstream tree
 * @throws Failure `OverlaySymlink`
 */
export function checkLinks(layers: readonly Overlay[], tree: Tree, links: Links): void {
  const all = new Map(links);
  const own = layers.flatMap(({ files }) => files.filter(({ mode }) => mode === '120000'));
  for (const { path, content } of own) all.set(treePath(path), content.toString('latin1'));
  for (const path of all.keys()) if (tree.get(path)?.mode !== '120000') all.delete(path);
  for (const { path, content } of own) {
    if (!all.has(treePath(path)) || !leavesTree(treePath(path), all)) continue;
    throw new Failure({
      code: 'OverlaySymlink',
      source: 'user',
      message: `The link ${path} points outside the repository (${JSON.stringify(content.toString('utf8'))}).`,
      hint: 'Link to a file of the repository, or copy the file.',
    });
  }
}

/** True when following the link at `path` leads above the root or to an absolute path. Links in a circle lead nowhere. */
export function leavesTree(path: string, links: Links): boolean {
  let place = parentsOf(path).at(-1)?.split('/') ?? [];
  let ahead = (links.get(path) ?? '').split('/');
  if (links.get(path)?.startsWith('/')) return true;
  for (let steps = 0; ahead.length > 0; ) {
    const [part = '', ...rest] = ahead;
    ahead = rest;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (place.length === 0) return true;
      place = place.slice(0, -1);
      continue;
    }
    const target = links.get([...place, part].join('/'));
    if (target === undefined) place = [...place, part];
    else {
      steps += 1;
      if (target.startsWith('/')) return true;
      if (steps > mostSteps) return false;
      ahead = [...target.split('/'), ...ahead];
    }
  }
  return false;
}
