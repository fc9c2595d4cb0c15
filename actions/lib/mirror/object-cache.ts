import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { git, tryGit } from '../adapters/git/git-command.ts';
import { gitFailure } from '../adapters/git/git-failure.ts';
import type { ResolvedRef } from '../adapters/git/refs.ts';
import { accessTo, type Remote } from '../adapters/git/remote.ts';
import { receivedSafely } from './upstream-damage.ts';

/**
 * Upstream objects kept between runs: one bare repository for each URL in a folder that a person or a workflow's cache
 * keeps. Never needed: whatever is wrong with it, it is thrown away and the run goes on without.
 */
export type ObjectCache = {
  /** The bare repository of this URL. */
  folder: string;
};

/** @param base the folder of the cache, e.g. what `actions/cache` restores; made when it does not exist */
export function cacheFor(base: string, url: string): ObjectCache {
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  // Git reads the path in folders of its own.
  return { folder: resolve(base, `${name}.git`) };
}

const keepingRef = (commit: string): string => `refs/upstream/${commit}`;

/** True when the cache has a commit with its history: Git writes the ref after all objects have arrived. */
export async function cacheHolds(cache: ObjectCache, commit: string): Promise<boolean> {
  if (!(await restoreConfiguration(cache))) return false;
  const { folder } = cache;
  const args = ['rev-parse', '--quiet', '--verify', `${keepingRef(commit)}^{commit}`];
  const held = await tryGit(args, { folder, environment: { GIT_DIR: folder } });
  return held.code === 0 && held.stdout.toString('utf8').trim() === commit;
}

/**
 * Fetches what the cache lacks of a ref. Several runs may do that at the same time.
 * @throws Failure when the upstream cannot be read or the cache cannot be written
 */
export async function fillCache(cache: ObjectCache, upstream: Remote, resolved: ResolvedRef): Promise<void> {
  const { folder } = cache;
  const { commit, fetch } = resolved;
  if (!(await restoreConfiguration(cache))) await makeCache(cache);
  const incoming = `refs/incoming/${randomUUID()}`;
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', upstream.url, `+${fetch}:${incoming}`];
  const access = await accessTo(upstream);
  const settings = [...receivedSafely, ...(access.settings ?? [])];
  const fetched = await tryGit(args, { folder, ...access, settings });
  // What is wrong may be wrong with the cache: without it the reason is told.
  if (fetched.code !== 0) throw gitFailure(`${upstream.name} could not be fetched`, fetched.stderr);
  // The objects are here in any case; another run that keeps the same commit at this moment may hold the lock of the ref.
  await tryGit(['update-ref', keepingRef(commit), incoming], { folder });
  await tryGit(['update-ref', '-d', incoming], { folder });
}

/** Makes the repository apart and moves it into place whole; when another run was faster, theirs stays. */
async function makeCache({ folder }: ObjectCache): Promise<void> {
  const draft = `${folder}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  try {
    await git(['init', '--quiet', '--bare', '--template=', draft]);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
    if (!(error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code))))
      throw error;
  }
}

/** Throws a cache away when it does not hold what it claims; a server that failed is no reason. */
export async function dropIfBroken(cache: ObjectCache): Promise<void> {
  const { folder } = cache;
  const walk = await tryGit(['rev-list', '--objects', '--all', '--quiet'], {
    folder,
    environment: { GIT_DIR: folder },
  });
  if (walk.code !== 0) await dropCache(cache);
}

/** Throws a cache away that turned out to be broken. One that cannot be removed stays, and is no use to the next run either. */
export async function dropCache({ folder }: ObjectCache): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

const configuration = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';

/**
 * Puts back what `git init` wrote: settings can start programs and redirect fetches, and a folder that comes from
 * somewhere else is trusted for its objects only, which prove themselves by their ids.
 * @returns false when there is no such folder, or none that can be written
 */
async function restoreConfiguration({ folder }: ObjectCache): Promise<boolean> {
  const draft = join(folder, `config.${randomUUID()}`);
  try {
    await writeFile(draft, configuration);
    await rename(draft, join(folder, 'config'));
    await rm(join(folder, 'objects', 'info', 'alternates'), { force: true });
    return true;
  } catch {
    return false; // a cache that cannot be read and written is none
  }
}
