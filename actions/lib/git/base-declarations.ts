import { fileAt } from './changed-paths.ts';
import { git } from './git-command.ts';

/** A declaration below `deployments/`, drafts left out. */
const declaration = /^deployments\/[^/_][^/]*\/opensarlab\.yaml$/;

/**
 * The texts that declarations had at a commit, of those that are different now, uncommitted changes included.
 * @param commit a commit, tag or branch of the checkout, e.g. `origin/main`
 * @throws Failure `GitFailed` when there is no such commit
 */
export async function baseDeclarations(folder: string, commit: string): Promise<Map<string, string>> {
  // `M`: files that are there before and after; a new or deleted one has nothing to be compared with.
  const options = ['--name-only', '--no-renames', '--diff-filter=M', '-z', '--end-of-options'];
  const output = await git(['diff', ...options, commit, '--', 'deployments'], { folder });
  const paths = output.split('\0').filter((path) => declaration.test(path));
  const hash = (await git(['rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`], { folder })).trim();
  const texts = new Map<string, string>();
  for (const path of paths) texts.set(path, await fileAt(folder, hash, path));
  return texts;
}
