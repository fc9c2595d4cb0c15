import { isPublicHost } from './public-host.ts';

/** Where a source leads: a host by a protocol, or a place on this machine. */
export type SourceAddress = { protocol: 'https' | 'http' | 'ssh'; host: string; port: string } | { protocol: 'file' };

/**
 * The host of a source as Git understands it (git-fetch, "GIT URLS"): of a URL, or of `user@host:path`.
 * @param url as the schema allows it
 */
export function addressOfSource(url: string): SourceAddress {
  const scheme = /^([a-z]+):\/\//.exec(url)?.[1];
  if (scheme === undefined) {
    const [place = '', ...path] = url.split(':');
    return path.length === 0
      ? { protocol: 'file' }
      : { protocol: 'ssh', host: place.split('@').at(-1) ?? '', port: '22' };
  }
  if (scheme !== 'https' && scheme !== 'http' && scheme !== 'ssh') return { protocol: 'file' };
  const [authority = ''] = url.slice(scheme.length + 3).split('/', 1);
  const place = authority.split('@').at(-1) ?? '';
  const port = /:([0-9]+)$/.exec(place)?.[1];
  const host = port === undefined ? place : place.slice(0, -port.length - 1);
  return { protocol: scheme, host, port: port ?? { https: '443', http: '80', ssh: '22' }[scheme] };
}

/** Why a workflow does not fetch from a source, as the end of a sentence about it; undefined when it does. */
export function whyLocal(url: string): string | undefined {
  const address = addressOfSource(url);
  if (address.protocol === 'file') return 'is a place on the machine that runs the workflow';
  if (address.protocol === 'http') return 'is not encrypted, so anybody on the way could change what is deployed';
  return isPublicHost(address.host) ? undefined : 'is not on the public internet';
}
