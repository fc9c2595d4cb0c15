import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { realNow } from '../../clock.ts';

/** Whose caches a run can use. */
export type CacheScope = {
  repository: string;
  /** Caches are saved for this ref. */
  ref: string;
  /** Caches of these refs are found, the first with precedence. */
  readableRefs: readonly string[];
};

export type CacheEntry = {
  key: string;
  ref: string;
  version: string;
  savedAt: number;
  folder: string;
  paths: string[];
};

/** The caches of all repositories, as folders of files. */
export type CacheStore = {
  /** The entry with this key, else the newest whose key begins with one of the restore keys, in their order. */
  find(scope: CacheScope, paths: string[], key: string, restoreKeys: string[]): Promise<CacheEntry | undefined>;
  /** Copies an entry's files to where they came from. */
  restore(entry: CacheEntry, workspace: string): Promise<void>;
  /** @returns false when the ref has this key already: caches never change */
  save(scope: CacheScope, paths: string[], key: string, workspace: string): Promise<boolean>;
};

/** Matching: docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching#cache-key-matching */
export function createCacheStore(folder: string): CacheStore {
  return {
    async find(scope, paths, key, restoreKeys) {
      const entries = await readEntries(repositoryFolder(folder, scope), versionOf(paths));
      for (const ref of scope.readableRefs) {
        const mine = entries.filter((entry) => entry.ref === ref);
        const exact = mine.find((entry) => entry.key === key);
        if (exact) return exact;
        for (const prefix of [key, ...restoreKeys]) {
          const newest = mine.filter((entry) => entry.key.startsWith(prefix)).sort((a, b) => b.savedAt - a.savedAt)[0];
          if (newest) return newest;
        }
      }
      return undefined;
    },
    async restore(entry, workspace) {
      for (const [index, path] of entry.paths.entries()) {
        const source = join(entry.folder, String(index));
        if (await exists(source)) await cp(source, join(workspace, path), { recursive: true });
      }
    },
    async save(scope, paths, key, workspace) {
      const parent = repositoryFolder(folder, scope);
      const entries = await readEntries(parent, versionOf(paths));
      if (entries.some((entry) => entry.key === key && entry.ref === scope.ref)) return false;
      // What is saved later is newer, also within one tick of the clock.
      const savedAt = Math.max(realNow().getTime(), ...entries.map((entry) => entry.savedAt + 1));
      await writeEntry(parent, { key, ref: scope.ref, version: versionOf(paths), savedAt, paths }, workspace);
      return true;
    },
  };
}

/** An entry appears complete or not at all: other jobs may look at the same time. */
async function writeEntry(parent: string, entry: Omit<CacheEntry, 'folder'>, workspace: string): Promise<void> {
  const unfinished = join(parent, `unfinished-${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    for (const [index, path] of entry.paths.entries()) {
      const source = join(workspace, path);
      if (await exists(source)) await cp(source, join(unfinished, String(index)), { recursive: true });
    }
    await writeFile(join(unfinished, 'entry.json'), JSON.stringify(entry));
    await rename(unfinished, join(parent, `entry-${randomUUID()}`));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function readEntries(parent: string, version: string): Promise<CacheEntry[]> {
  if (!(await exists(parent))) return [];
  const names = (await readdir(parent)).filter((name) => name.startsWith('entry-'));
  const entries = await Promise.all(
    names.map(async (name): Promise<CacheEntry> => {
      const folder = join(parent, name);
      return { ...JSON.parse(await readFile(join(folder, 'entry.json'), 'utf8')), folder };
    }),
  );
  return entries.filter((entry) => entry.version === version);
}

function repositoryFolder(folder: string, scope: CacheScope): string {
  return join(folder, ...scope.repository.split('/'));
}

/** Caches with other paths are never a match. */
function versionOf(paths: readonly string[]): string {
  return createHash('sha256').update(paths.join('|')).digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
