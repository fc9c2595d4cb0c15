import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git, tryGit } from './git-command.ts';
import { gitFailure } from './git-failure.ts';
import type { ResolvedRef } from './refs.ts';
import type { Remote } from './remote.ts';

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
  return { folder: join(base, `${name}.git`) };
}

const keepingRef = (commit: string): string => `refs/upstream/${commit}`;

/** True when the cache has a commit with its history: Git writes the ref after all objects have arrived. */
export async function cacheHolds({ folder }: ObjectCache, commit: string): Promise<boolean> {
  const args = ['rev-parse', '--quiet', '--verify', `${keepingRef(commit)}^{commit}`];
  const held = await tryGit(args, { folder, environment: { GIT_DIR: folder } });
  return held.code === 0 && held.stdout.toString('utf8').trim() === commit;
}

/**
 * Fetches what the cache lacks of a ref.
 * @throws Failure when the upstream cannot be read or the cache cannot be written
 */
export async function fillCache(cache: ObjectCache, upstream: Remote, { commit, fetch }: ResolvedRef): Promise<void> {
  const { folder } = cache;
  await mkdir(folder, { recursive: true });
  await git(['init', '--quiet', '--bare', '--template=', folder]);
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', upstream.url];
  const fetched = await tryGit([...args, `+${fetch}:${keepingRef(commit)}`], { folder });
  if (fetched.code !== 0) throw gitFailure(`${upstream.name} could not be fetched`, fetched.stderr);
}

export async function dropCache({ folder }: ObjectCache): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
