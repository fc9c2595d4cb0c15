import { fileAt } from './file-at-commit.ts';
import { git } from './git-command.ts';

/** A declaration below `deployments/`, drafts left out. */
const declaration = /^deployments\/[^/_][^/]*\/opensarlab\.yaml$/;

/**
 * The texts that declarations had at a commit, of those that are different now, uncommitted changes included; empty for
 * those that are new since.
 * @param commit a commit, tag or branch of the checkout, e.g. `origin/main`
 * @throws Failure `GitFailed` when there is no such commit
 */
export async function baseDeclarations(folder: string, commit: string): Promise<Map<string, string>> {
  // `A` and `M`: files that are there now; a deleted one has nothing to be compared with.
  const options = ['--name-status', '--no-renames', '--diff-filter=AM', '-z', '--end-of-options'];
  const output = (await git(['diff', ...options, commit, '--', 'deployments'], { folder })).split('\0');
  const changed = output.flatMap((status, index) => {
    const path = index % 2 === 0 ? (output[index + 1] ?? '') : '';
    return declaration.test(path) ? [{ path, isNew: status === 'A' }] : [];
  });
  const hash = (await git(['rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`], { folder })).trim();
  const texts = new Map<string, string>();
  for (const { path, isNew } of changed) texts.set(path, isNew ? '' : await fileAt(folder, hash, path));
  return texts;
}
