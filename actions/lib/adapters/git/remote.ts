import { Failure } from '../../failure.ts';
import type { GitCredentials, GitOptions, Protocol } from './git-command.ts';

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

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * How Git reaches a repository: by an https, ssh or file URL, `user@host:path` (ssh), or a path. http is for this machine
 * alone. A URL with a password, or for https with a user, is refused: URLs end up in argument lists, logs and commits.
 * @throws Failure `ProtocolRefused`, `SourceUrlHasCredentials`, `SourceUrlInvalid`
 */
export function protocolOf(url: string): Protocol {
  if (/^[A-Za-z0-9+.-]+::/.test(url)) throw refusedProtocol(url);
  const scheme = /^([A-Za-z0-9+.-]+):\/\//.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return protocolOfPlace(url);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) throw invalid(url);
  if (scheme === 'file') return 'file';
  if (parsed.hostname === '' || parsed.hostname.startsWith('-')) throw invalid(url);
  if (parsed.password !== '' || (scheme !== 'ssh' && parsed.username !== '')) throw hasCredentials(parsed);
  if (scheme === 'https' || scheme === 'ssh') return scheme;
  if (scheme === 'http' && loopback.has(parsed.hostname)) return 'http';
  throw refusedProtocol(url);
}

/** Without a scheme: a colon before the first slash makes it `host:path` (git-clone, "GIT URLS"). */
function protocolOfPlace(url: string): Protocol {
  if (url === '' || url.startsWith('-')) throw invalid(url);
  return /^[^/]+:/.test(url) ? 'ssh' : 'file';
}

function refusedProtocol(url: string): Failure {
  return new Failure({
    code: 'ProtocolRefused',
    source: 'user',
    message: `${JSON.stringify(url)} is not allowed as the address of a repository.`,
    hint: 'Use an https, ssh or file URL.',
  });
}

function hasCredentials({ protocol, host, pathname }: URL): Failure {
  return new Failure({
    code: 'SourceUrlHasCredentials',
    source: 'user',
    message: `The address ${protocol}//…@${host}${pathname} contains a user or password.`,
    hint: 'Take it out of the URL, and revoke it if it was committed. For a private upstream use ssh with a key.',
  });
}

function invalid(url: string): Failure {
  return new Failure({
    code: 'SourceUrlInvalid',
    source: 'user',
    message: `${JSON.stringify(url)} is not the address of a Git repository.`,
    hint: 'Use an https, ssh or file URL.',
  });
}
