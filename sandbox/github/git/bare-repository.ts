import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitText, runGit } from './run-git.ts';

/**
 * Refuses a push with a job's token that changes workflows, as github.com does for apps without the `workflows`
 * permission, which `permissions:` cannot give (docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions),
 * and one that rulesets forbid: SANDBOX_RULES has a line `ref TAB always|rewrite|merges TAB sentence` for each problem.
 */
const UPDATE_HOOK = `#!/bin/sh
zero=0000000000000000000000000000000000000000
refused=
tab=$(printf '\\t')
while IFS="$tab" read -r ref when sentence; do
  [ "$ref" = "$1" ] || continue
  case "$when" in
    rewrite) [ "$2" != $zero ] && [ "$3" != $zero ] && ! git merge-base --is-ancestor "$2" "$3" || continue ;;
    merges) [ -n "$(git rev-list --merges --max-count=1 "$2..$3")" ] || continue ;;
  esac
  [ -n "$refused" ] || echo "error: GH013: Repository rule violations found for $1." >&2
  refused=yes
  echo "- $sentence" >&2
done <<RULES
$SANDBOX_RULES
RULES
[ -z "$refused" ] || exit 1
[ "$SANDBOX_MAY_CHANGE_WORKFLOWS" = no ] || exit 0
case "$3" in *[!0]*) ;; *) exit 0 ;; esac
old="$2"
case "$old" in *[!0]*) ;; *) old=$(git rev-parse --verify --quiet HEAD) || exit 0 ;; esac
changed=$(git diff --name-only "$old" "$3" -- .github/workflows | head -n 1)
[ -z "$changed" ] && exit 0
echo "refusing to allow a GitHub App to create or update workflow \\\`$changed\\\` without \\\`workflows\\\` permission" >&2
exit 1
`;

/** GitHub keeps pull requests' refs to itself, serves any commit by its id, and serves partial clones. */
const CONFIGURATION: readonly (readonly [string, string])[] = [
  ['http.receivepack', 'true'],
  ['receive.hideRefs', 'refs/pull'],
  ['receive.autogc', 'false'],
  ['gc.auto', '0'],
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['uploadpack.allowFilter', 'true'],
  ['core.logAllRefUpdates', 'false'],
];

/** Makes an empty bare repository whose HEAD is `defaultBranch`. */
export async function createBareRepository(gitFolder: string, defaultBranch: string): Promise<void> {
  await mkdir(gitFolder, { recursive: true });
  await runGit(gitFolder, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '.']);
  const lines = CONFIGURATION.map(([key, value]) => {
    const dot = key.indexOf('.');
    return `[${key.slice(0, dot)}]\n\t${key.slice(dot + 1)} = ${value}\n`;
  });
  await writeFile(join(gitFolder, 'config'), lines.join(''), { flag: 'a' });
  await mkdir(join(gitFolder, 'hooks'), { recursive: true });
  await writeFile(join(gitFolder, 'hooks', 'update'), UPDATE_HOOK, { mode: 0o755 });
}

/**
 * Makes a tree of all files of a folder on disk, with their executable bits and symbolic links.
 * A `.git` folder and what the folder's own .gitignore excludes stay out.
 * @returns the tree's id
 */
export async function treeOfFolder(gitFolder: string, folder: string): Promise<string> {
  const env = { GIT_DIR: gitFolder, GIT_WORK_TREE: folder, GIT_INDEX_FILE: join(gitFolder, 'seed.index') };
  await runGit(folder, ['add', '--all', '.'], { env });
  return gitText(folder, ['write-tree'], { env });
}
