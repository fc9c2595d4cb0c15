import { gitText, runGit } from './run-git.ts';

/** Git's name for "no commit" in ref updates. */
export const NO_COMMIT = '0'.repeat(40);

/** All refs below the prefixes, by full name, in order of name. */
export async function listRefs(gitFolder: string, prefixes: readonly string[]): Promise<Map<string, string>> {
  const text = await gitText(gitFolder, ['for-each-ref', '--format=%(refname) %(objectname)', ...prefixes]);
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line): [string, string] => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    }),
  );
}

/** @returns the object id of a full ref name, or undefined when the ref does not exist */
export async function readRef(gitFolder: string, ref: string): Promise<string | undefined> {
  const { stdout, exitCode } = await runGit(gitFolder, ['show-ref', '--verify', '--hash', ref], {
    accept: [0, 1, 128],
  });
  return exitCode === 0 ? stdout.toString().trim() : undefined;
}

/** @returns the commit a branch, tag, full ref or (short) id stands for; undefined when there is none */
export async function resolveCommit(gitFolder: string, revision: string): Promise<string | undefined> {
  if (revision.startsWith('-') || /[\s^~:?*[\\]|\.\.|@\{/.test(revision)) return undefined;
  for (const candidate of [`refs/heads/${revision}`, `refs/tags/${revision}`, revision]) {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${candidate}^{commit}`];
    const { stdout, exitCode } = await runGit(gitFolder, args, { accept: [0, 1, 128] });
    if (exitCode === 0) return stdout.toString().trim();
  }
  return undefined;
}

/** Creates or moves a ref. */
export async function writeRef(gitFolder: string, ref: string, sha: string): Promise<void> {
  await runGit(gitFolder, ['update-ref', '--', ref, sha]);
}

export async function removeRef(gitFolder: string, ref: string): Promise<void> {
  await runGit(gitFolder, ['update-ref', '-d', '--', ref]);
}

/** Whether Git accepts the name (git-check-ref-format). */
export async function isRefName(gitFolder: string, ref: string): Promise<boolean> {
  const { exitCode } = await runGit(gitFolder, ['check-ref-format', ref], { accept: [0, 1] });
  return exitCode === 0;
}

/** @returns the kind of an object, or undefined when the repository does not have it */
export async function objectType(gitFolder: string, sha: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
  const { stdout, exitCode } = await runGit(gitFolder, ['cat-file', '-t', sha], { accept: [0, 1, 128] });
  return exitCode === 0 ? stdout.toString().trim() : undefined;
}
