import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Commits of a scratch repository whose parents it does not have: shallow roots, in Git's words. */
export async function readRoots(folder: string): Promise<string[]> {
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
