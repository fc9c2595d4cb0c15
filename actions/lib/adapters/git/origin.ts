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

/** Where a checkout came from: the server's host, and `owner` and `name` on it. */
export type OriginRemote = { host: string; owner: string; name: string };

/**
 * The remote `origin` of a checkout, as HTTPS or SSH address.
 * @returns undefined when the folder is no checkout, or `origin` is no such address
 */
export async function originRemote(folder: string): Promise<OriginRemote | undefined> {
  const result = await tryGit(['config', '--get', 'remote.origin.url'], { folder });
  return result.code === 0 ? remoteOf(result.stdout.toString('utf8').trim()) : undefined;
}

/** `https://host[:port]/owner/name[.git]`, `ssh://git@host/owner/name`, `git@host:owner/name`. */
export function remoteOf(address: string): OriginRemote | undefined {
  const [, user, path] = /^(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+):([^/].*)$/.exec(address) ?? [];
  const url = user === undefined && URL.canParse(address) ? new URL(address) : undefined;
  // The port of SSH is not the API's.
  const host = user ?? (url?.protocol === 'ssh:' ? url.hostname : url?.host) ?? '';
  const [owner, name, ...rest] = (path ?? url?.pathname.slice(1) ?? '').replace(/\/$/, '').split('/');
  const bare = name?.replace(/\.git$/, '') ?? '';
  const named = /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(owner ?? '') && /^[A-Za-z0-9._-]+$/.test(bare);
  return host !== '' && owner !== undefined && named && rest.length === 0 ? { host, owner, name: bare } : undefined;
}
