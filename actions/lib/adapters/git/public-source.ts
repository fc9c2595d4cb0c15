import { lookup } from 'node:dns/promises';
import { addressOfSource, isPublicAddress, whyLocal } from '../../deployment/public-host.ts';
import { quoteValue } from '../../deployment/quote-value.ts';
import { Failure } from '../../failure.ts';
import { isBehindProxy } from './refs.ts';
import type { Remote } from './remote.ts';

/** All addresses of a name. @throws when there are none */
export type LookUp = (host: string) => Promise<readonly string[]>;

const lookUpName: LookUp = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * How to reach an upstream repository. Where local sources are not allowed, its name must stand for public addresses alone,
 * https is held to the addresses that were looked at (git-config, `http.curloptResolve`, Git 2.37), so that the name cannot
 * mean another machine a moment later, and no redirection is followed. ssh and a proxy look the name up themselves, after
 * this look: there a name that changes in between is not noticed.
 * @throws Failure `SourceNotPublic`, `RepositoryUnreachable` for a name that nobody knows
 */
export async function publicSource(url: string, localSources: boolean, lookUp = lookUpName): Promise<Remote> {
  const remote: Remote = { name: url, url };
  if (localSources) return remote;
  const reason = whyLocal(url);
  if (reason !== undefined) throw notPublic(url, reason);
  const address = addressOfSource(url);
  if (address.protocol === 'file') return remote;
  const settings: [string, string][] = [['http.followRedirects', 'false']];
  const { protocol, host, port } = address;
  if (isBehindProxy(process.env)) return { ...remote, settings };
  const addresses = await lookUp(host.replace(/^\[|\]$/g, '')).catch((cause: unknown) => {
    throw unknownName(url, host, cause);
  });
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
    throw notPublic(url, 'has a name that stands for an address which is not on the public internet');
  }
  if (protocol === 'https')
    settings.push(['http.curloptResolve', `${host}:${port}:${addresses.map(bracketed).join(',')}`]);
  return { ...remote, settings };
}

/** IPv6 as CURLOPT_RESOLVE takes it. */
const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

function notPublic(url: string, reason: string): Failure {
  return new Failure({
    code: 'SourceNotPublic',
    source: 'user',
    message: `The source ${quoteValue(url)} ${reason}.`,
    hint: 'Declare the https address of a public repository. On a laptop, and on runners of your own that set OPENSARLAB_LOCAL_SOURCES=1, others are allowed.',
  });
}

function unknownName(url: string, host: string, cause: unknown): Failure {
  return new Failure({
    code: 'RepositoryUnreachable',
    source: 'user',
    message: `The host ${quoteValue(host)} of the source ${quoteValue(url)} is not known.`,
    hint: 'Check the address. Nothing was changed.',
    cause,
  });
}
