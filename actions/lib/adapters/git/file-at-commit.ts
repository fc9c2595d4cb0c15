import { git, tryGit } from './git-command.ts';

/** Text of a file at a commit of a checkout. @throws Failure `GitFailed` when it is not there */
export async function fileAt(folder: string, commit: string, path: string): Promise<string> {
  return await git(['show', `${commit}:${path}`], { folder });
}

/** The same, undefined when the commit or the file is not there. */
export async function textAt(folder: string, commit: string, path: string): Promise<string | undefined> {
  const found = await tryGit(['show', `${commit}:${path}`], { folder });
  return found.code === 0 ? found.stdout.toString('utf8') : undefined;
}
