import type { GitCredentials, GitOptions } from './git-command.ts';
import { protocolOf } from './source-url.ts';

/** A Git server's repository as the mirror reads or writes it. */
export type Remote = {
  /** What messages call it: the name in CodeCommit, or the URL of an upstream. */
  name: string;
  url: string;
  /** Asked once for each git process, so that a signature is fresh; absent when none are needed. */
  /** Further configuration for every git process that reaches it. */
  settings?: GitOptions['settings'];
  credentials?: () => GitCredentials | Promise<GitCredentials>;
};

/** One command may move a large repository over a slow line; what takes longer than an hour hangs. */
const longestTransfer = 3_600;

/**
 * What a git process needs to reach a remote, and nothing that would let it reach another: credentials are for this
 * server alone, and only the URL's own protocol is allowed, so that no redirection leads elsewhere.
 * @throws Failure when the URL is not one to use, see {@link protocolOf}
 */
export async function accessTo(
  remote: Remote,
): Promise<Pick<GitOptions, 'credentials' | 'server' | 'protocol' | 'limitSeconds' | 'settings'>> {
  const protocol = protocolOf(remote.url);
  const access = { protocol, limitSeconds: longestTransfer, ...(remote.settings && { settings: remote.settings }) };
  if (remote.credentials === undefined || (protocol !== 'https' && protocol !== 'http')) return access;
  return { ...access, credentials: await remote.credentials(), server: new URL(remote.url).origin };
}
