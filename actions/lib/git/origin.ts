import { tryGit } from './git-command.ts';

/**
 * `owner/name` of the GitHub repository that a checkout came from.
 * @returns undefined when the folder is no checkout or its `origin` has no such form
 */
export async function originRepository(folder: string): Promise<string | undefined> {
  const result = await tryGit(['config', '--get', 'remote.origin.url'], { folder });
  const url = result.stdout.toString('utf8').trim();
  const [, owner, name] = /[/:]([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(url) ?? [];
  return result.code === 0 && owner && name ? `${owner}/${name}` : undefined;
}
