import { gitText, runGit } from './run-git.ts';

/** @throws GitCommandError when there is no such blob */
export async function readBlob(gitFolder: string, sha: string): Promise<Buffer> {
  const { stdout } = await runGit(gitFolder, ['cat-file', 'blob', sha]);
  return stdout;
}

/** @returns the id of the stored content */
export async function writeBlob(gitFolder: string, content: string | Uint8Array): Promise<string> {
  return gitText(gitFolder, ['hash-object', '-w', '--stdin'], { input: content });
}
