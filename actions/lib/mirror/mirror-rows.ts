import { canonicalJson } from '../plan/canonical-json.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import { configurationKeys, keyChanges } from '../stacks/configuration-keys.ts';
import type { RenderedFile } from '../stacks/render.ts';
import { blobId, sameEntry, shownPath, type Tree, type TreeEntry, treePath } from './tree.ts';

/** What a mirror would change in one repository of CodeCommit, in Git's terms. */
export type MirrorDifference = {
  /** Name in CodeCommit. */
  repository: string;
  /** The upstream that `main` is to be made from; absent when it is made from that already. */
  upstream?: { url: string; commit: string; tree: Tree };
  /** What `main` holds; upstream's files where there is no `main` yet. */
  before: Tree;
  after: Tree;
  /** What `main` holds at the paths of configuration that differs; nothing where there is no `main` yet. */
  former: ReadonlyMap<string, FormerText>;
};

/** What stands where configuration is to stand. `other`: a link, something executable or over a MiB, which none of ours is. */
export type FormerText = { is: 'text'; text: string } | { is: 'other' };

/**
 * The difference in the smallest parts that a person can approve: upstream's URL and commit, each file with mode and content,
 * each key of rendered configuration (see {@link configurationKeys}). Only contents count: no commit of ours, no moment, no
 * way how the present content was read. What is there afterwards is `change`, whether or not it was there before, because that
 * may be different by the time it is written.
 *
 * Left out is what another row covers exactly:
 * - the final templates `opensarlab/stacks/*.yaml`, where they are the very text that the stack's change set is made of: what
 *   they do are the rows of that stack;
 * - files that become what the upstream commit has at their path, where there is a row for that commit.
 * @param rendered every file that the declaration renders into this repository
 */
export function mirrorRows(difference: MirrorDifference, rendered: readonly RenderedFile[]): PlanRow[] {
  const { repository, upstream, before, after } = difference;
  const files = new Map(rendered.map((file) => [treePath(file.path), file]));
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const rows = paths.flatMap((path) => {
    const entry = after.get(path);
    if (sameEntry(before.get(path), entry)) return [];
    const file = files.get(path);
    if (file !== undefined && isAsRendered(file, entry)) return renderedRows(difference, path, file);
    return upstream !== undefined && sameEntry(upstream.tree.get(path), entry)
      ? []
      : [fileRow(repository, path, entry)];
  });
  return [...upstreamRows(difference), ...rows];
}

/** Of the files that differ, the final templates that {@link mirrorRows} leaves out because the rows of their stacks tell them. */
export function derivedFiles({ before, after }: MirrorDifference, rendered: readonly RenderedFile[]): string[] {
  const derived = rendered.filter((file) => {
    const entry = after.get(treePath(file.path));
    return file.form === 'template' && isAsRendered(file, entry) && !sameEntry(before.get(treePath(file.path)), entry);
  });
  return derived.map(({ path }) => path);
}

function upstreamRows({ repository, upstream }: MirrorDifference): PlanRow[] {
  if (upstream === undefined) return [];
  const { url, commit } = upstream;
  const about = { place: repository, item: 'upstream', type: 'upstream', property: '' };
  return [{ ...about, act: 'change', after: canonicalJson({ url, commit }) }];
}

function isAsRendered({ mode, text }: RenderedFile, entry: TreeEntry | undefined): boolean {
  return sameEntry(entry, { mode, id: blobId(Buffer.from(text)) });
}

function fileRow(place: string, path: string, entry: TreeEntry | undefined): PlanRow {
  const about = { place, type: 'file', ...namedItem(path) };
  if (entry === undefined) return { ...about, act: 'remove' };
  return { ...about, act: 'change', after: canonicalJson({ mode: entry.mode, blob: entry.id }) };
}

/** A name that is no UTF-8 is told by its bytes, so that two of them are never one item. */
function namedItem(path: string): Pick<PlanRow, 'item' | 'property'> {
  const shown = shownPath(path);
  if (treePath(shown) === path) return { item: shown, property: '' };
  return { item: shown, property: Buffer.from(path, 'latin1').toString('hex') };
}

function renderedRows(difference: MirrorDifference, path: string, file: RenderedFile): PlanRow[] {
  const { repository, former } = difference;
  const { form, text } = file;
  if (form === 'template') return [];
  const earlier = former.get(path);
  const nothing = new Map<string, string>();
  const before = earlier?.is === 'text' ? configurationKeys(form, earlier.text) : undefined;
  const after = configurationKeys(form, text);
  // None of ours is beyond those limits; if one ever is, it is reviewed as a whole.
  if (after === undefined) return [fileRow(repository, path, difference.after.get(path))];
  const changes = keyChanges(earlier === undefined ? nothing : before, after);
  return changes.map((change) => ({ place: repository, item: file.path, type: 'configuration', ...change }));
}
