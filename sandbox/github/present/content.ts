import type { TreeEntry } from '../git/trees.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { encodePath } from './commit.ts';
import { repositoryUrl, repositoryWebUrl } from './repository.ts';

/** "If the requested file's size is between 1-100 MB … the content field will be an empty string and the encoding none" (docs.github.com/en/rest/repos/contents#get-repository-content). */
const MAXIMUM_INLINE_BYTES = 1024 * 1024;

const SYMLINK_MODE = '120000';

/**
 * A file, folder, symbolic link or submodule as the contents API shows it (`content-file` … of GitHub's description).
 * @param entry with its full path
 * @param ref the branch or commit that was asked for
 * @param data the content to include; absent in listings
 */
export function presentContent(
  state: GitHubState,
  repository: Repository,
  entry: TreeEntry,
  ref: string,
  data?: Buffer,
): Record<string, unknown> {
  const path = encodePath(entry.path);
  const web = repositoryWebUrl(state, repository);
  const url = `${repositoryUrl(state, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${repositoryUrl(state, repository)}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.sha}`;
  const html = `${web}/${entry.type === 'tree' ? 'tree' : 'blob'}/${encodePath(ref)}/${path}`;
  const isFile = entry.type === 'blob';
  return {
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: entry.type === 'commit' ? null : html,
    git_url: entry.type === 'commit' ? null : git,
    download_url: isFile ? `${web}/raw/${encodePath(ref)}/${path}` : null,
    type: contentType(entry),
    ...(data === undefined ? {} : inlineContent(entry, data)),
    _links: { self: url, git: entry.type === 'commit' ? null : git, html: entry.type === 'commit' ? null : html },
  };
}

function contentType(entry: TreeEntry): string {
  if (entry.type === 'tree') return 'dir';
  if (entry.type === 'commit') return 'submodule';
  return entry.mode === SYMLINK_MODE ? 'symlink' : 'file';
}

function inlineContent(entry: TreeEntry, data: Buffer): Record<string, unknown> {
  if (entry.mode === SYMLINK_MODE) return { target: data.toString('utf8') };
  if (data.length > MAXIMUM_INLINE_BYTES) return { encoding: 'none', content: '' };
  return { encoding: 'base64', content: wrappedBase64(data) };
}

/** Base64 in lines of 60 characters, as GitHub sends it. */
export function wrappedBase64(data: Buffer): string {
  return data.toString('base64').replace(/.{1,60}/g, '$&\n');
}
