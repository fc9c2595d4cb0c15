import { lookup as lookUpName } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Largest feed read, in bytes; a calendar of notifications has some kilobytes. */
export const largestFeed = 5 * 1024 * 1024;

/** Most redirects followed; calendars answer with one or two. */
const mostRedirects = 3;

export type FeedAnswer = {
  status: number;
  /** Header `location`. */
  location: string | undefined;
  body: AsyncIterable<Uint8Array>;
};

/** One GET over HTTPS, without following redirects. */
export type GetHttps = (url: URL, signal: AbortSignal) => Promise<FeedAnswer>;

/**
 * Downloads the calendar. Only https is spoken, at most three redirects are followed, each under the same rules, and
 * 10 seconds are all it gets.
 * @throws Error with the reason, which holds no part of the address: feeds' addresses are often their only protection
 */
export async function fetchFeed(address: string, get: GetHttps): Promise<string> {
  const signal = AbortSignal.timeout(10_000);
  let url = new URL(address);
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    if (url.protocol !== 'https:') throw new Error('the feed, or what it redirects to, is not https');
    const { status, location, body } = await get(url, signal);
    if (status === 200) return await readText(body);
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
      throw new Error(`the server answered ${status}`);
    }
    if (!URL.canParse(location, url.href)) throw new Error('the server redirects to something that is no address');
    url = new URL(location, url);
  }
  throw new Error(`the server redirects more than ${mostRedirects} times`);
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > largestFeed) throw new Error('the feed is larger than 5 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** IPv4 that is not the public internet (IANA special-purpose address registry; 224/3 is multicast and reserved). */
const privateIpv4 = subnets('ipv4', [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
]);

/** All of IPv6 that is allocated for global unicast, and the blocks of it that stand for something else. */
const globalIpv6 = subnets('ipv6', ['2000::/3']);
const specialIpv6 = subnets('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

function subnets(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

/** Whether an IP address is on the public internet, and not of this cluster, this machine or its metadata service. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !privateIpv4.check(address);
    case 6:
      return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
    default:
      return false;
  }
}

const refusal = (): Error => new Error('the feed’s address is not on the public internet');

/**
 * A GET that connects only to addresses that `allows` accepts.
 * @param options `ca`: certificate of an authority to trust instead of Node's own, PEM
 */
export function createGetHttps(allows: (address: string) => boolean, options: { ca?: string } = {}): GetHttps {
  // A name may change between a check and the connection; so the address is checked where the connection gets it.
  const lookup: LookupFunction = (host, lookupOptions, callback) => {
    lookUpName(host, { ...lookupOptions, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) callback(error, '', 0);
      else if (first === undefined || !addresses.every(({ address }) => allows(address))) callback(refusal(), '', 0);
      else if (lookupOptions.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
  const headers = { accept: 'text/calendar', 'accept-encoding': 'identity', 'user-agent': 'opensarlab-notifications' };
  return (url, signal) => {
    // Connections to a literal address look nothing up.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !allows(host)) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const outgoing = request(
        url,
        { ...options, signal, lookup, headers, agent: false },
        (answer: IncomingMessage) => {
          resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, body: answer });
        },
      );
      outgoing.once('error', reject);
      outgoing.end();
    });
  };
}

/** Connects to addresses on the public internet only. */
export const getPublicHttps: GetHttps = createGetHttps(isPublicAddress);
