import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, tryGit } from '../adapters/git/git-command.ts';
import { gitFailure } from '../adapters/git/git-failure.ts';
import type { ResolvedRef } from '../adapters/git/refs.ts';
import { accessTo, type Remote } from '../adapters/git/remote.ts';
import { openScratch, type ScratchRepository } from '../adapters/git/scratch-repository.ts';
import { Failure, toFailure } from '../failure.ts';
import { type FetchedMark, fetchMark } from './mark-commit.ts';
import type { MirrorState } from './mirror-state.ts';
import { cacheHolds, dropCache, dropIfBroken, fillCache, type ObjectCache } from './object-cache.ts';
import { checkNames, parseTree } from './tree.ts';
import { damageOf, receivedSafely } from './upstream-damage.ts';
import { readUpstreamTree, type UpstreamTree } from './upstream-tree.ts';

/**
 * Ways to get at an upstream commit, cheapest first:
 * `listed` names and ids only, from the last mirror's mark; `cached` it is in the cache; `snapshot` its files without history,
 * from CodeCommit; `preview` the same from upstream, for looking only; `cache` through the cache, which keeps it; `update`
 * the files of the commit that CodeCommit has, and from upstream what is new since; `history` all of it from upstream.
 */
export type UpstreamWay = 'listed' | 'cached' | 'snapshot' | 'preview' | 'cache' | 'update' | 'history';

export type UpstreamRequest = {
  upstream: Remote;
  resolved: ResolvedRef;
  /** CodeCommit; undefined when there is no repository yet. */
  target: Remote | undefined;
  state: MirrorState;
  cache: ObjectCache | undefined;
  /** Nothing will be pushed, so history is of no use. */
  lookOnly: boolean;
};

/** An upstream commit, and a repository in which a commit on top of it can be made and pushed. */
export type UpstreamObjects = {
  tree: UpstreamTree;
  scratch: ScratchRepository;
  way: UpstreamWay;
  /** The mark it was read from; only with `listed`. */
  last?: FetchedMark;
  /** Commits whose parents are not here, although CodeCommit has them. */
  roots: string[];
};

/** The ways that can work, in the order to try them. */
function upstreamWays(request: UpstreamRequest, isCached: boolean): UpstreamWay[] {
  const { state, resolved, cache, lookOnly } = request;
  const ways: UpstreamWay[] = [];
  const isThere = state.upstream === resolved.commit;
  if (isThere && state.marks.some(({ upstream }) => upstream === resolved.commit)) ways.push('listed');
  if (isCached) ways.push('cached');
  if (isThere) ways.push('snapshot');
  if (lookOnly) ways.push('preview');
  else if (cache !== undefined) ways.push('cache');
  else if (state.upstream !== undefined && !isThere) ways.push('update');
  ways.push('history');
  return ways;
}

/**
 * Gets an upstream commit in the cheapest way that works. The caller closes `scratch`.
 * @param ways default: all that can work
 * @throws Failure `FetchFailed`, `RepositoryUnreachable`, `RepositoryRefused`, `RefMoved`, `DiskFull`
 */
export async function obtainUpstream(
  request: UpstreamRequest,
  ways?: readonly UpstreamWay[],
): Promise<UpstreamObjects> {
  const { cache, resolved } = request;
  const isCached = cache !== undefined && (await cacheHolds(cache, resolved.commit));
  const order = ways ?? upstreamWays(request, isCached);
  for (const way of order.slice(0, -1)) {
    const objects = await attempt(request, way);
    if (objects !== undefined) return objects;
  }
  return await take(request, order.at(-1) ?? 'history');
}

/** No other way to the same commit helps against these. */
const unmendable: ReadonlySet<string> = new Set([
  'DiskFull',
  'RefMoved',
  'RefNotCommit',
  'GitMissing',
  'UpstreamIncomplete',
  'UpstreamDamaged',
  'TreeName',
]);

/** Undefined when this way does not work; a dearer one comes next. What none can mend is thrown. */
async function attempt(request: UpstreamRequest, way: UpstreamWay): Promise<UpstreamObjects | undefined> {
  try {
    return await take(request, way);
  } catch (error) {
    const { code } = toFailure(error);
    const usesCache = way === 'cached' || way === 'cache';
    // The cache may be on another, smaller disk, and whatever is wrong with it is no reason to stop.
    const isFatal = unmendable.has(code) && !(usesCache && code === 'DiskFull');
    if (isFatal || (code === 'Unexpected' && !usesCache)) throw error;
    if (usesCache && request.cache !== undefined) {
      await (code === 'DiskFull' ? dropCache : dropIfBroken)(request.cache);
    }
    return undefined;
  }
}

async function take(request: UpstreamRequest, way: UpstreamWay): Promise<UpstreamObjects> {
  const { cache, upstream, resolved } = request;
  if (way === 'cache' && cache !== undefined) await fillCache(cache, upstream, resolved);
  const borrowed = way === 'cache' || way === 'cached' ? cache?.folder : undefined;
  const scratch = await openScratch(borrowed);
  try {
    const { folder } = scratch;
    if (way !== 'listed') {
      const tree = await fetchTree(request, way, folder);
      return { tree, scratch, way, roots: await readRoots(folder) };
    }
    const last = await fetchLast(request, folder);
    return { tree: last.upstream, scratch, way, last, roots: [last.upstream.commit] };
  } catch (error) {
    await scratch.close();
    throw error;
  }
}

async function fetchTree(request: UpstreamRequest, way: UpstreamWay, folder: string): Promise<UpstreamTree> {
  const { upstream, resolved, target } = request;
  const { commit, fetch } = resolved;
  if ((way === 'snapshot' || way === 'update') && target !== undefined) {
    await fetchInto(folder, target, ['--depth=1', 'refs/heads/upstream:refs/snapshot'], false);
  }
  try {
    if (way === 'preview') await fetchInto(folder, upstream, ['--depth=1', fetch]);
    if (way === 'update' || way === 'history') await fetchHistory(folder, upstream, fetch);
    if (way === 'update') await completeHistory(folder, upstream, resolved);
  } catch (error) {
    if (toFailure(error).code === 'TreeName') await nameInTree(folder, upstream, resolved);
    throw error;
  }
  await expectCommit(folder, upstream, resolved);
  return await readUpstreamTree(folder, commit);
}

/**
 * Git names the object that it refuses; where it belongs to the declared commit, its path says more.
 * @throws Failure `TreeName` with the path
 */
async function nameInTree(folder: string, upstream: Remote, { commit, fetch }: ResolvedRef): Promise<void> {
  const access = await accessTo(upstream);
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--depth=1', '--', upstream.url];
  const fetched = await tryGit([...args, `+${fetch}:refs/refused`], { folder, ...access });
  if (fetched.code !== 0) return;
  const listing = await tryGit(['ls-tree', '-r', '-z', '--full-tree', commit], { folder });
  if (listing.code === 0) checkNames(parseTree(listing.stdout), upstream.name);
}

async function fetchLast({ target, state, resolved }: UpstreamRequest, folder: string): Promise<FetchedMark> {
  const mark = state.marks.find(({ upstream }) => upstream === resolved.commit);
  const last = target && mark && (await fetchMark(folder, target, mark));
  if (last !== undefined) return last;
  throw new Failure({ code: 'FetchFailed', source: 'git', message: 'No mark lists the upstream commit.' });
}

/** A server may refuse to give a commit by its id; all branches and tags then have it, or it is not there. */
async function fetchHistory(folder: string, upstream: Remote, ref: string): Promise<void> {
  try {
    await fetchInto(folder, upstream, [ref]);
  } catch (error) {
    const byId = !ref.startsWith('refs/');
    if (!byId || !(error instanceof Failure) || !/unadvertised object|not our ref/.test(error.message)) throw error;
    await fetchInto(folder, upstream, ['refs/heads/*:refs/all/heads/*', 'refs/tags/*:refs/all/tags/*']);
  }
}

/**
 * Where upstream merged what had left before the commit that CodeCommit has, the history around that commit came along, down
 * to its beginning. Then the little that is missing is fetched too, so that the push sees how much CodeCommit has already.
 */
async function completeHistory(folder: string, upstream: Remote, { commit, fetch }: ResolvedRef): Promise<void> {
  const cut = new Set(await readRoots(folder));
  const beginnings = await git(['rev-list', '--max-parents=0', commit], { folder });
  const roots = beginnings.split('\n').filter(Boolean);
  const goesAround = roots.some((root) => cut.has(root)) && roots.some((root) => !cut.has(root));
  if (goesAround) await fetchInto(folder, upstream, ['--unshallow', fetch]);
}

/** @param isUpstream what comes is not our own, and looked at before it is kept */
async function fetchInto(
  folder: string,
  remote: Remote,
  refsAndDepth: readonly string[],
  isUpstream = true,
): Promise<void> {
  const options = refsAndDepth.filter((argument) => argument.startsWith('--'));
  const refs = refsAndDepth.filter((argument) => !argument.startsWith('--'));
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', ...options, '--', remote.url];
  const refspecs = refs.map((ref) => (ref.includes(':') ? `+${ref}` : `+${ref}:refs/fetched/${refs.indexOf(ref)}`));
  const access = await accessTo(remote);
  const settings = [...(isUpstream ? receivedSafely : []), ...(access.settings ?? [])];
  const result = await tryGit([...args, ...refspecs], { folder, ...access, settings });
  const byName = refs.every((ref) => ref.startsWith('refs/'));
  const reason = isUpstream ? damageOf(remote, result, byName) : undefined;
  if (reason !== undefined) throw reason;
  if (result.code === 0) return;
  throw gitFailure(`${remote.name} could not be fetched`, result.stderr, {
    code: 'FetchFailed',
    hint: 'Check that the ref exists and that the server is reachable, then run again; nothing was changed.',
  });
}

/** The commit must be here, whatever the ref points at by now. */
async function expectCommit(folder: string, upstream: Remote, { commit, fetch }: ResolvedRef): Promise<void> {
  const found = await tryGit(['cat-file', '-t', commit], { folder });
  const type = found.stdout.toString('utf8').trim();
  if (type === 'commit') return;
  throw found.code === 0 ? notACommit(upstream, fetch, type) : missingCommit(upstream, { commit, fetch });
}

function notACommit({ name }: Remote, ref: string, type: string): Failure {
  return new Failure({
    code: 'RefNotCommit',
    source: 'user',
    message: `${ref} of ${name} is a ${type}, not a commit.`,
    hint: 'Declare a tag or full id of a commit as `ref`.',
  });
}

function missingCommit({ name }: Remote, { commit, fetch }: ResolvedRef): Failure {
  if (fetch === commit) {
    return new Failure({
      code: 'FetchFailed',
      source: 'user',
      message: `${name} has no commit ${commit}.`,
      hint: 'Correct `ref` in the declaration: a commit of a branch or tag of that repository.',
    });
  }
  return new Failure({
    code: 'RefMoved',
    source: 'git',
    message: `${fetch} of ${name} moved away from ${commit} while it was read.`,
    hint: 'Run again.',
  });
}

/** Commits of a scratch repository whose parents it does not have: shallow roots, in Git's words. */
async function readRoots(folder: string): Promise<string[]> {
  try {
    return (await readFile(join(folder, 'shallow'), 'utf8')).split('\n').filter(Boolean);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Makes a push from a repository with a part of the history send only what is new. Git leaves out what is in the parents
 * of the commits it sends; here it is told of parents that CodeCommit has. Grafts do that for this repository alone, the
 * commits themselves stay as they are; and the server hears nothing of a shallow repository, which not every server
 * takes pushes from. A Git that knows grafts no more sends more than it must.
 *
 * @param parents commit → the parents Git is to see
 */
export async function pretendParents(folder: string, parents: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const lines = [...parents].map(([commit, known]) => `${[commit, ...known].join(' ')}\n`);
  await mkdir(join(folder, 'info'), { recursive: true });
  await writeFile(join(folder, 'info', 'grafts'), lines.join(''));
  await rm(join(folder, 'shallow'), { force: true });
}
