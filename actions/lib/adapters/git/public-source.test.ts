import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { publicSource } from './public-source.ts';

const at =
  (...addresses: string[]) =>
  async () =>
    addresses;

beforeEach(() => {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
});
afterEach(() => vi.unstubAllEnvs());

describe('publicSource', () => {
  it.each([
    ...['file:///etc', 'file://localhost/etc', 'http://127.0.0.1:8080/a.git', 'http://localhost/a.git'],
    ...['https://169.254.169.254/latest', 'https://10.0.0.1/a.git', 'https://2130706433/a', 'https://localhost/a'],
    ...[
      'ssh://git@10.0.0.1/a.git',
      'ssh://0x7f.1/a.git',
      'git@127.0.0.1:a.git',
      'git@metadata:a',
      'https://a.internal/a',
    ],
  ])('refuses %s without looking anything up', async (url) => {
    const look = vi.fn(at('8.8.8.8'));
    await expect(publicSource(url, false, look)).rejects.toMatchObject({ code: 'SourceNotPublic', source: 'user' });
    expect(look).not.toHaveBeenCalled();
  });

  it.each([
    ['https://rebound.example.org/a.git', ['10.0.0.1']],
    ['https://rebound.example.org/a.git', ['8.8.8.8', '169.254.169.254']],
    ['git@rebound.example.org:a.git', ['::ffff:10.0.0.1']],
    ['ssh://git@rebound.example.org/a.git', ['fe80::1']],
    ['https://rebound.example.org/a.git', []],
  ])('refuses %s at %j', async (url, addresses) => {
    await expect(publicSource(url, false, at(...addresses))).rejects.toMatchObject({ code: 'SourceNotPublic' });
  });

  it('holds git to the addresses that were looked at, and follows nothing', async () => {
    const { settings } = await publicSource(
      'https://github.com:8443/a/b.git',
      false,
      at('140.82.112.3', '2606:50c0::1'),
    );
    expect(settings).toEqual([
      ['http.followRedirects', 'false'],
      ['http.curloptResolve', 'github.com:8443:140.82.112.3,[2606:50c0::1]'],
    ]);
  });

  it('says that a name is not known', async () => {
    const nobody = async () => Promise.reject(new Error('ENOTFOUND'));
    await expect(publicSource('https://nobody.example.org/a', false, nobody)).rejects.toMatchObject({
      code: 'RepositoryUnreachable',
    });
  });

  it('allows everything where local sources are allowed', async () => {
    const url = 'http://127.0.0.1:8080/a.git';
    expect(await publicSource(url, true)).toEqual({ name: url, url });
  });
});
