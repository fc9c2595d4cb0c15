import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isBehindProxy, listOverHttp } from './refs.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => {
    server?.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/repos/sar`;
}

const list = (url: string, seconds = 10) => listOverHttp(url, { username: 'AKIA%token', password: 'signed' }, seconds);
const packet = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(40));

describe('listOverHttp', () => {
  it('asks once, signed from the start, and reads branches and tags', async () => {
    const seen: IncomingMessage[] = [];
    const lines = [`${one} HEAD\0side-band-64k\n`, `${one} refs/heads/main\n`, `${three} refs/pull/1/head\n`];
    const tags = [`${two} refs/tags/v1\n`, `${one} refs/tags/v1^{}\n`];
    const body = `${packet('# service=git-upload-pack\n')}0000${[...lines, ...tags].map(packet).join('')}0000`;
    const url = await serve((request, response) => {
      seen.push(request);
      response.end(body);
    });
    expect(await list(url)).toEqual({
      refs: new Map([
        ['refs/heads/main', one],
        ['refs/tags/v1', two],
        ['refs/tags/v1^{}', one],
      ]),
    });
    expect(seen.map((request) => request.url)).toEqual(['/v1/repos/sar/info/refs?service=git-upload-pack']);
    expect(Buffer.from(seen[0]?.headers.authorization?.slice(6) ?? '', 'base64').toString()).toBe('AKIA%token:signed');
    expect(seen[0]?.headers['git-protocol']).toBeUndefined();
  });

  it('reads the answer for an empty repository', async () => {
    const nothing = packet(`${'0'.repeat(40)} capabilities^{}\0side-band-64k\n`);
    const url = await serve((_, response) =>
      response.end(`${packet('# service=git-upload-pack\n')}0000${nothing}0000`),
    );
    expect(await list(url)).toEqual({ refs: new Map() });
  });

  it.each([
    [403, /returned error: 403$/],
    [404, /^fatal: repository '.*' not found$/],
    [500, /returned error: 500$/],
    [302, /returned error: 302$/],
  ])('says what %i means, and follows no redirection', async (status, message) => {
    const paths: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: '/elsewhere' }).end('no');
    });
    expect(await list(url)).toEqual({ stderr: expect.stringMatching(message) });
    expect(paths).toHaveLength(1);
  });

  it.each(['<html>', '', packet('# service=git-upload-pack\n'), `0000${packet(`${one} refs/heads/main\n`)}`])(
    'does not take %j for a list',
    async (body) => {
      const url = await serve((_, response) => response.end(body));
      expect(await list(url)).toEqual({ stderr: expect.stringMatching(/is no list of refs$/) });
    },
  );

  it('passes on what the server says instead of refs', async () => {
    const url = await serve((_, response) => response.end(`${packet('ERR the repository is locked\n')}0000`));
    expect(await list(url)).toEqual({
      stderr: expect.stringMatching(/^fatal: remote error: the repository is locked/),
    });
  });

  it('gives up on a server that does not answer, and leaves one that is not there to Git', async () => {
    const url = await serve(() => undefined);
    expect(await list(url, 0.05)).toEqual({ stderr: expect.stringMatching(/no answer within 0\.05 seconds$/) });
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    expect(await list(url)).toBeUndefined();
  });
});

describe('isBehindProxy', () => {
  it('looks at the variables that Git looks at', () => {
    expect(isBehindProxy({ PATH: '/bin', HTTPS_PROXY: '' })).toBe(false);
    expect(isBehindProxy({ https_proxy: 'http://proxy:8080' })).toBe(true);
  });
});
