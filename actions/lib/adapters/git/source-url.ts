import { Failure } from '../../failure.ts';

/** Ways of Git to reach a repository that the mirror uses, in the words of `GIT_ALLOW_PROTOCOL`. */
export type Protocol = 'https' | 'http' | 'ssh' | 'file';

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
