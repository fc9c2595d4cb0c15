import { git, gitBytes, tryGit } from '../adapters/git/git-command.ts';
import { gitFailure } from '../adapters/git/git-failure.ts';
import { accessTo, type Remote } from '../adapters/git/remote.ts';
import { openScratch } from '../adapters/git/scratch-repository.ts';
import { Failure } from '../failure.ts';
import { type FetchedMark, fetchMark } from './mark-commit.ts';
import type { BuiltMirror } from './mirror-building.ts';
import type { FormerText } from './mirror-rows.ts';
import type { MirrorState } from './mirror-state.ts';
import { sourceRepositoryOf } from './overlay-commit.ts';
import type { Examination } from './stray-examination.ts';
import { parseTree, sameEntry, type Tree, treePath } from './tree.ts';
import { readBlobs } from './upstream-tree.ts';

/** What `main` in CodeCommit holds at the moment. */
export type PresentMain = {
  tree: Tree;
  /** URL of the upstream it was made from, by its message; undefined where it is no mirror's commit. */
  upstreamUrl: string | undefined;
  /** What stands at the paths of configuration that is to differ. */
  former: ReadonlyMap<string, FormerText>;
};

export type PresentRequest = {
  target: Remote;
  state: MirrorState;
  built: BuiltMirror;
  /** URL of the upstream that is to be mirrored. */
  url: string;
  examination: Examination | undefined;
  configuration: ReadonlySet<string>;
};

/** A place with `main`'s tree, and a repository that has contents of it. */
type Found = Omit<PresentMain, 'former'> & { folder: string };

/**
 * Reads what `main` holds, in the cheapest way that works: from what was fetched already, from the last mirror's mark (names
 * and ids, and the configuration's contents), from `main` without history. Whichever it is, the answer is the same, because
 * all of it is held against the ids of the commit.
 * @returns undefined when there is no `main`
 * @throws Failure `MirrorRaced` when it moved, `FetchFailed`, `RepositoryUnreachable`, `RepositoryRefused`
 */
export async function readPresentMain(request: PresentRequest): Promise<PresentMain | undefined> {
  const { state, built, url } = request;
  if (state.main === undefined) return undefined;
  if (state.main === built.wanted.commit) return { tree: built.result, upstreamUrl: url, former: new Map() };
  const fetched = await fromFetched(request, state.main);
  const present = fetched && (await withFormer(fetched, request));
  if (present !== undefined) return present;
  const scratch = await openScratch();
  try {
    const marked = await fromMark(request, state.main, scratch.folder);
    const cheap = marked && (await withFormer(marked, request));
    return cheap ?? (await withAll(await fromBranch(request, state.main, scratch.folder), request));
  } finally {
    await scratch.close();
  }
}

/** What is here because it was needed for something else. */
async function fromFetched({ built, examination }: PresentRequest, main: string): Promise<Found | undefined> {
  const stray = examination?.branches.find(({ stray: { branch } }) => branch === 'main');
  if (examination === undefined || stray === undefined)
    return listed(built.objects.last, main, built.objects.scratch.folder);
  const { folder } = examination.scratch;
  return { tree: stray.after, upstreamUrl: await urlOf(folder, main), folder };
}

function listed(mark: FetchedMark | undefined, main: string, folder: string): Found | undefined {
  if (mark?.main?.commit !== main) return undefined;
  return { tree: mark.main.tree, upstreamUrl: sourceRepositoryOf(mark.main.raw.toString('utf8')), folder };
}

async function fromMark({ target, state }: PresentRequest, main: string, folder: string): Promise<Found | undefined> {
  const mark = state.marks.find(({ commit }) => commit === main);
  return mark && listed(await fetchMark(folder, target, mark), main, folder);
}

async function fromBranch({ target }: PresentRequest, main: string, folder: string): Promise<Found> {
  const args = ['fetch', '--quiet', '--no-tags', '--depth=1', '--no-write-fetch-head', '--', target.url];
  const fetched = await tryGit([...args, '+refs/heads/main:refs/present'], {
    folder,
    ...(await accessTo(target)),
    settings: [['protocol.version', '0']],
  });
  if (fetched.code !== 0) {
    throw gitFailure(`${target.name} could not be read`, fetched.stderr, {
      code: 'FetchFailed',
      hint: 'Run again; nothing was changed.',
    });
  }
  const head = (await git(['rev-parse', '--verify', 'refs/present'], { folder })).trim();
  if (head !== main) throw moved(target);
  const tree = parseTree(await gitBytes(['ls-tree', '-r', '-z', '--full-tree', main], { folder }));
  return { tree, upstreamUrl: await urlOf(folder, main), folder };
}

async function urlOf(folder: string, commit: string): Promise<string | undefined> {
  return sourceRepositoryOf(await git(['cat-file', 'commit', commit], { folder }));
}

function moved({ name }: Remote): Failure {
  return new Failure({
    code: 'MirrorRaced',
    source: 'git',
    message: `main of ${name} moved in CodeCommit while it was being looked at; nothing was overwritten.`,
    hint: 'Run again.',
  });
}

async function withAll(found: Found, request: PresentRequest): Promise<PresentMain> {
  const present = await withFormer(found, request);
  if (present !== undefined) return present;
  throw new Failure({
    code: 'FetchFailed',
    source: 'git',
    message: `${request.target.name} did not send all files of main.`,
    hint: 'Run again; nothing was changed.',
  });
}

/** Largest configuration that is read, 1 MiB; ours have some thousand bytes. */
const largestConfiguration = 1024 * 1024;

/** Adds what configuration was; undefined when the repository lacks some of it. */
async function withFormer({ folder, ...found }: Found, request: PresentRequest): Promise<PresentMain | undefined> {
  const { configuration, built } = request;
  const files = [...configuration].map(treePath).flatMap((path) => {
    const entry = found.tree.get(path);
    return entry === undefined || sameEntry(entry, built.result.get(path)) ? [] : [{ path, ...entry }];
  });
  const former = new Map<string, FormerText>(files.map(({ path }) => [path, { is: 'other' }]));
  const plain = files.filter(({ mode }) => mode === '100644');
  const sizes = await sizesOf(folder, plain);
  if (sizes === undefined) return undefined;
  const small = plain.filter((_, index) => (sizes[index] ?? 0) <= largestConfiguration);
  const blobs = await readBlobs(
    folder,
    small.map(({ id }) => id),
  );
  for (const [index, { path }] of small.entries()) {
    const content = blobs[index]?.content;
    if (content !== undefined) former.set(path, { is: 'text', text: content.toString('utf8') });
  }
  return { ...found, former };
}

/** In bytes, in the same order; undefined when one is not there. */
async function sizesOf(folder: string, blobs: readonly { id: string }[]): Promise<number[] | undefined> {
  if (blobs.length === 0) return [];
  const input = blobs.map(({ id }) => `${id}\n`).join('');
  const answer = await git(['cat-file', '--batch-check=%(objectsize)'], { folder, input });
  const sizes = answer.trimEnd().split('\n').map(Number);
  return sizes.some(Number.isNaN) ? undefined : sizes;
}
