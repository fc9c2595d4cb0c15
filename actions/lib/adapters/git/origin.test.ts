import { describe, expect, it } from 'vitest';
import { remoteOf } from './origin.ts';

describe('the remote of a checkout', () => {
  it.each([
    ['https://github.com/sar-science/labs.git', 'github.com', 'labs'],
    ['https://ada:ghp_x@github.com/sar-science/labs/', 'github.com', 'labs'],
    ['git@github.com:sar-science/labs.git', 'github.com', 'labs'],
    ['github-work:sar-science/labs', 'github-work', 'labs'],
    ['ssh://git@ssh.github.com:443/sar-science/labs.v2', 'ssh.github.com', 'labs.v2'],
    ['https://octo.ghe.com/sar-science/labs', 'octo.ghe.com', 'labs'],
  ])('%s is on %s', (address, host, name) => {
    expect(remoteOf(address)).toEqual({ host, owner: 'sar-science', name });
  });

  it.each(['', '/srv/git/labs.git', 'file:///srv/git/labs.git', 'https://example.org/a/b/c', 'git@github.com:labs'])(
    '%s names no repository on a server',
    (address) => {
      expect(remoteOf(address)).toBeUndefined();
    },
  );
});
