/**
 * IPv4 that is not the public internet: IANA's special-purpose addresses (RFC 6890 and its registry); 224/3 is multicast
 * and reserved.
 */
const specialIpv4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Names of this machine, of its cloud and of home and office networks (RFC 6761, 6762, 8375, 9476). */
const localEndings = ['localhost', 'local', 'internal', 'lan', 'intranet', 'corp', 'home', 'home.arpa', 'svc', 'alt'];

/**
 * Whether a host of a URL may be one of the public internet: a full name that is not reserved for local use, or a public
 * address in any of its spellings (`0x7f.1`, `2130706433`, `[::ffff:10.0.0.1]`). What a name stands for is not looked up.
 * @param host as it stands in a URL, without port
 */
export function isPublicHost(host: string): boolean {
  const url = URL.canParse(`https://${host}/`) ? new URL(`https://${host}/`) : undefined;
  // What does not come back as a bare host held more than one: a user, a port, a path.
  if (url === undefined || host.includes('/') || url.href !== `https://${url.hostname}/`) return false;
  const name = url.hostname.endsWith('.') ? url.hostname.slice(0, -1) : url.hostname;
  if (name.startsWith('[')) return isPublicAddress(name.slice(1, -1));
  if (isIpv4(name)) return isPublicAddress(name);
  return name.includes('.') && !localEndings.some((ending) => name.endsWith(`.${ending}`));
}

/** Whether an IP address is on the public internet, and not of this machine, its network or its metadata service. */
export function isPublicAddress(address: string): boolean {
  if (isIpv4(address)) {
    const number = numberOf(address);
    return !specialIpv4.some(([network, prefix]) => {
      const size = 2 ** (32 - prefix);
      return Math.floor(number / size) === Math.floor(numberOf(network) / size);
    });
  }
  const groups = ipv6Groups(address);
  if (groups === undefined) return false;
  const [first = 0, second = 0] = groups;
  // All that is allocated is in 2000::/3 (RFC 4291, 2.4); in it, 2001::/23, documentation and 6to4 stand for others.
  const isSpecial =
    (first === 0x2001 && (second < 0x200 || second === 0xdb8)) ||
    first === 0x2002 ||
    (first === 0x3fff && second < 0x1000);
  return first >= 0x2000 && first <= 0x3fff && !isSpecial;
}

const isIpv4 = (text: string): boolean => {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part) && Number(part) <= 255);
};

const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** The eight groups of an IPv6 address, without a zone; undefined for anything else. */
function ipv6Groups(address: string): number[] | undefined {
  const url = `https://[${address}]/`;
  if (!URL.canParse(url)) return undefined;
  // The URL standard writes it in its short form (RFC 5952), without dotted parts.
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array<string>(tail === undefined ? 0 : 8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

/** Where a source leads: a host by a protocol, or a place on this machine. */
type SourceAddress = { protocol: 'https' | 'http' | 'ssh'; host: string; port: string } | { protocol: 'file' };

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
