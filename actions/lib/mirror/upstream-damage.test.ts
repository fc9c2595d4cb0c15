import { describe, expect, it } from 'vitest';
import { damageOf } from './upstream-damage.ts';

const remote = { name: 'https://example.org/lab.git', url: 'https://example.org/lab.git' };
const id = 'b38aeb917960de7e9515d1939c7513dc9e34313e';

/** What Git 2.39 and later print, line for line. */
describe('the reason why a fetch failed', () => {
  it.each<[string, string, string | undefined, string]>([
    [
      'a missing file in the middle of a large pack',
      `remote: fatal: unable to read ${id}        \nerror: git upload-pack: git-pack-objects died with error.\nremote: aborting due to possible repository corruption on the remote side. \nfatal: early EOF`,
      'UpstreamDamaged',
      `(unable to read ${id})`,
    ],
    [
      'a pack that is nonsense',
      'fatal: protocol error: bad pack header',
      'UpstreamDamaged',
      '(protocol error: bad pack header)',
    ],
    [
      'a connection that broke',
      'error: RPC failed; curl 18\nfatal: early EOF\nfatal: unpack-objects failed',
      undefined,
      '',
    ],
    ['a full disk', 'error: inflate returned -5\nfatal: write error: No space left on device', undefined, ''],
    [
      'a tag that leads nowhere',
      `fatal: remote error: upload-pack: not our ref ${id}`,
      'UpstreamDamaged',
      `it lists ${id} and does not have it`,
    ],
    [
      'a shallow clone',
      'warning: rejected refs/tags/v2.0 because shallow roots are not allowed to be updated',
      'UpstreamIncomplete',
      'is a shallow clone',
    ],
    [
      'a partial clone',
      'remote: warning: lazy fetching disabled; some objects may not be available',
      'UpstreamIncomplete',
      'is a partial clone',
    ],
    [
      'a partial clone of an older Git',
      `remote: fatal: could not fetch ${id} from promisor remote`,
      'UpstreamIncomplete',
      'is a partial clone',
    ],
    [
      'a name made to attack',
      `error: object ${id}: hasDotgit: contains '.git'\nfatal: fsck error in packed object`,
      'TreeName',
      'Git’s own folder .git',
    ],
    [
      'a message of a later Git',
      `error: object ${id}: somethingNew: it is odd\nfatal: fsck error in packed object`,
      'TreeName',
      'what Git calls somethingNew',
    ],
    ['another hash', 'fatal: mismatched algorithms: client sha1; server sha256', 'ObjectFormatRefused', 'SHA-256'],
    ['a server that is away', 'fatal: unable to access: Could not resolve host', undefined, ''],
  ])('%s', (_, stderr, code, message) => {
    const failure = damageOf(remote, { code: 128, stdout: Buffer.alloc(0), stderr }, true);
    expect(failure?.code).toBe(code);
    expect(failure?.message ?? '').toContain(message);
    expect(failure?.message ?? '').not.toContain('\n');
  });

  it('a commit that was asked for by its id may be none of the server’s', () => {
    const stderr = `fatal: remote error: upload-pack: not our ref ${id}`;
    expect(damageOf(remote, { code: 128, stdout: Buffer.alloc(0), stderr }, false)).toBeUndefined();
  });
});
