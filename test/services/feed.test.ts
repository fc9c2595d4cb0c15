import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createGetHttps,
  fetchFeed,
  type GetHttps,
  getPublicHttps,
  isPublicAddress,
} from '../../cluster/services/notifications/feed.ts';

const address = 'https://calendar.example.org/private-token.ics';

/** Answers by address; everything asked for is in `asked`. */
function web(answers: Record<string, { status?: number; location?: string; body?: () => AsyncIterable<Uint8Array> }>) {
  const asked: string[] = [];
  const get: GetHttps = async (url) => {
    asked.push(url.href);
    const { status = 200, location, body = () => bytes('text') } = answers[url.href] ?? { status: 404 };
    return { status, location, body: body() };
  };
  return { asked, get };
}

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

describe('fetchFeed', () => {
  it('returns the text, also behind redirects, relative ones too', async () => {
    const { get, asked } = web({
      [address]: { status: 302, location: '/next' },
      'https://calendar.example.org/next': { status: 308, location: 'https://other.example.org/a' },
      'https://other.example.org/a': { body: () => bytes('BEGIN:VCALENDAR ü') },
    });
    expect(await fetchFeed(address, get)).toBe('BEGIN:VCALENDAR ü');
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['http', { status: 302, location: 'http://calendar.example.org/' }, 'not https'],
    ['a file', { status: 302, location: 'file:///etc/passwd' }, 'not https'],
    ['nonsense', { status: 302, location: 'https://[' }, 'no address'],
    ['itself', { status: 302, location: address }, 'redirects more than 3 times'],
    ['nowhere', { status: 302 }, 'answered 302'],
  ])('does not follow a redirect to %s, and asks nothing there', async (_, answer, reason) => {
    const { get, asked } = web({ [address]: answer });
    await expect(fetchFeed(address, get)).rejects.toThrow(reason);
    expect(new Set(asked)).toEqual(new Set([address]));
  });

  it('says the status, and never the address', async () => {
    const { get } = web({ [address]: { status: 403 } });
    const error = await fetchFeed(address, get).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('the server answered 403');
    expect(String(error)).not.toContain('private-token');
  });

  it('stops reading at 5 MiB', async () => {
    let read = 0;
    // Ends, so that whoever reads on is found out instead of never coming back.
    async function* endless(): AsyncIterable<Uint8Array> {
      while (read < 20) {
        read += 1;
        yield Buffer.alloc(1024 * 1024);
      }
    }
    const { get } = web({ [address]: { body: endless } });
    await expect(fetchFeed(address, get)).rejects.toThrow('larger than 5 MiB');
    expect(read).toBe(6);
  });
});

describe('getPublicHttps', () => {
  it.each(['127.0.0.1', '[::1]', '169.254.169.254', '10.0.0.1', 'localhost', '[::ffff:169.254.169.254]', '0x7f.1'])(
    'does not connect to %s',
    async (host) => {
      const url = new URL(`https://${host}:1/feed`);
      await expect(getPublicHttps(url, AbortSignal.timeout(2000))).rejects.toThrow('not on the public internet');
    },
  );
});

/** A key and a certificate for localhost; undefined on machines without OpenSSL. */
function selfSigned(): { key: string; cert: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'feed-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const args = ['req', '-x509', ...curve, '-days', '1', '-keyout', key, '-out', cert, ...subject];
    if (spawnSync('openssl', args).status !== 0) return undefined;
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const identity = selfSigned();

it.skipIf(identity === undefined)('an allowed server is asked over TLS, and its answer arrives', async () => {
  const server = createServer({ ...identity }, (incoming, response) => {
    response.writeHead(200).end(`${incoming.method} ${incoming.url} ${incoming.headers.accept}`);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = `https://localhost:${(server.address() as AddressInfo).port}/feed?a=b`;
  try {
    const trusting = createGetHttps(() => true, { ca: identity?.cert ?? '' });
    expect(await fetchFeed(address, trusting)).toBe('GET /feed?a=b text/calendar');
    await expect(
      fetchFeed(
        address,
        createGetHttps(() => true),
      ),
    ).rejects.toThrow('self-signed certificate');
    await expect(fetchFeed(address, getPublicHttps)).rejects.toThrow('not on the public internet');
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '172.15.255.255', '172.32.0.0', '100.128.0.0', '2606:4700::1111', '2a00:1450::1'])('%s', (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  });

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.9.9.9', '169.254.169.254', '169.254.170.23', '172.16.0.1'],
    ...['172.31.255.255', '192.168.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', 'example.org', ''],
    ...['::', '::1', '::ffff:8.8.8.8', 'fd00:ec2::254', 'fe80::1', 'ff02::1', '64:ff9b::a00:1', '2002:a00:1::'],
  ])('not %s', (ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });
});
