import { Failure } from '../failure.ts';
import { tryGit } from './git-command.ts';
import { gitFailure } from './git-failure.ts';
import { readRoots } from './incomplete-history.ts';
import { type FetchedMark, fetchMark } from './mark-commit.ts';
import type { MirrorState } from './mirror-state.ts';
import { cacheHolds, dropCache, fillCache, type ObjectCache } from './object-cache.ts';
import type { ResolvedRef } from './refs.ts';
import type { Remote } from './remote.ts';
import { openScratch, type ScratchRepository } from './scratch-repository.ts';
import { readUpstreamTree, type UpstreamTree } from './upstream-tree.ts';

/**
 * Ways to get at an upstream commit, cheapest first:
 * `listed` names and ids only, from the last mirror's mark; `cached` it is in the cache; `snapshot` its files without history, from
 * CodeCommit; `preview` the same from upstream, for looking only; `cache` through the cache, which keeps it; `history` all
 * of it from upstream.
 */
export type UpstreamWay = 'listed' | 'cached' | 'snapshot' | 'preview' | 'cache' | 'history';

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
export function upstreamWays(request: UpstreamRequest, isCached: boolean): UpstreamWay[] {
  const { state, resolved, cache, lookOnly } = request;
  const ways: UpstreamWay[] = [];
  const isThere = state.upstream === resolved.commit;
  if (isThere && state.marks.some(({ upstream }) => upstream === resolved.commit)) ways.push('listed');
  if (isCached) ways.push('cached');
  if (isThere) ways.push('snapshot');
  if (lookOnly) ways.push('preview');
  else if (cache !== undefined) ways.push('cache');
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

/** Undefined when this way does not work; a dearer one comes next. What none can mend is thrown. */
async function attempt(request: UpstreamRequest, way: UpstreamWay): Promise<UpstreamObjects | undefined> {
  try {
    return await take(request, way);
  } catch (error) {
    if (!(error instanceof Failure) || ['DiskFull', 'RefMoved', 'GitMissing'].includes(error.code)) throw error;
    const usesCache = way === 'cached' || way === 'cache';
    if (usesCache && request.cache !== undefined && error.code === 'GitFailed') await dropCache(request.cache);
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
  if (way === 'snapshot' && target !== undefined) await fetchInto(folder, target, ['--depth=1', 'refs/heads/upstream']);
  if (way === 'preview') await fetchInto(folder, upstream, ['--depth=1', fetch]);
  if (way === 'history') await fetchHistory(folder, upstream, fetch);
  await expectCommit(folder, upstream, resolved);
  return await readUpstreamTree(folder, commit);
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

async function fetchInto(folder: string, remote: Remote, refsAndDepth: readonly string[]): Promise<void> {
  const options = refsAndDepth.filter((argument) => argument.startsWith('--'));
  const refs = refsAndDepth.filter((argument) => !argument.startsWith('--'));
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', ...options, '--', remote.url];
  const refspecs = refs.map((ref) => (ref.includes(':') ? `+${ref}` : `+${ref}:refs/fetched/${refs.indexOf(ref)}`));
  const result = await tryGit([...args, ...refspecs], { folder, credentials: await remote.credentials?.() });
  if (result.code === 0) return;
  throw gitFailure(`${remote.name} could not be fetched`, result.stderr, {
    code: 'FetchFailed',
    hint: 'Check that the ref exists and that the server is reachable, then run again; nothing was changed.',
  });
}

/** The commit must be here, whatever the ref points at by now. */
async function expectCommit(folder: string, upstream: Remote, { commit, fetch }: ResolvedRef): Promise<void> {
  const found = await tryGit(['rev-parse', '--quiet', '--verify', `${commit}^{commit}`], { folder });
  if (found.code === 0) return;
  throw new Failure(
    fetch === commit
      ? {
          code: 'FetchFailed',
          source: 'user',
          message: `${upstream.name} has no commit ${commit}.`,
          hint: 'Correct `ref` in the declaration: a commit of a branch or tag of that repository.',
        }
      : {
          code: 'RefMoved',
          source: 'git',
          message: `${fetch} of ${upstream.name} moved away from ${commit} while it was read.`,
          hint: 'Run again.',
        },
  );
}
