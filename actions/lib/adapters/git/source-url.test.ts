import { describe, expect, it } from 'vitest';
import { protocolOf } from './remote.ts';

const refusal = (url: string): unknown => {
  try {
    return protocolOf(url);
  } catch (error) {
    return error;
  }
};

describe('protocolOf', () => {
  it.each([
    ['https://github.com/ASFOpenSARlab/opensarlab-cluster.git', 'https'],
    ['HTTPS://example.org:8443/a/b', 'https'],
    ['http://127.0.0.1:8080/a.git', 'http'],
    ['http://[::1]/a.git', 'http'],
    ['ssh://git@example.org:2222/a/b.git', 'ssh'],
    ['git@github.com:ASFOpenSARlab/opensarlab-cluster.git', 'ssh'],
    ['example.org:a.git', 'ssh'],
    ['file:///srv/git/a.git', 'file'],
    ['/srv/git/a.git', 'file'],
    ['../../a:b/c.git', 'file'],
  ])('%s: %s', (url, protocol) => expect(protocolOf(url)).toBe(protocol));

  it.each([
    'ext::sh -c id',
    'http://example.org/a',
    'http://127.0.0.1.example.org/a',
    'git://example.org/a',
    'ftp://x/y',
  ])('refuses %s', (url) => expect(refusal(url)).toMatchObject({ code: 'ProtocolRefused', source: 'user' }));

  it.each(['', '--upload-pack=id', '-oProxyCommand=id:x', 'https://', 'ssh://-oProxyCommand=id/x'])(
    'refuses %j',
    (url) =>
      expect(refusal(url)).toMatchObject({ code: expect.stringMatching(/^(SourceUrlInvalid|ProtocolRefused)$/) }),
  );

  it.each(['https://ada:s3cret@example.org/a', 'https://s3cret@example.org/a', 'ssh://git:s3cret@example.org/a'])(
    'refuses the credentials in %s and does not repeat them',
    (url) => {
      const failure = refusal(url);
      expect(failure).toMatchObject({ code: 'SourceUrlHasCredentials' });
      expect(JSON.stringify([String(failure), failure])).not.toContain('s3cret');
    },
  );
});
