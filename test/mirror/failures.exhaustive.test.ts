import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { codeCommitCredentials } from '../../actions/lib/adapters/git/codecommit-credentials.ts';
import type { Remote } from '../../actions/lib/adapters/git/remote.ts';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import { type MirrorScene, openMirrorScene, overlay, type SceneRequest, sessionKeys } from './mirror-scene.ts';

let scene: MirrorScene;
beforeAll(async () => {
  scene = await openMirrorScene();
});
beforeEach(() => scene.empty());
afterEach(() => vi.unstubAllEnvs());
afterAll(() => scene.close());

/** The mirror must fail in one sentence, with a hint, and leave CodeCommit as it was. */
async function expectFailure(request: SceneRequest, expected: { code: string; message: RegExp; hint: RegExp }) {
  const before = scene.refs();
  const failure = await mirrorRepository(scene.request(request)).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: 'Failure',
    code: expected.code,
    message: expect.stringMatching(expected.message),
    hint: expect.stringMatching(expected.hint),
  });
  expect(String(failure)).not.toContain('\n');
  expect(scene.refs()).toEqual(before);
}

const target = (changes: Partial<Remote>): { target: Remote } => {
  const usual = scene.request().target;
  if (usual === undefined) throw new Error('The scene has a repository.');
  return { target: { ...usual, ...changes } };
};

const signed = (changes: { secret?: string; token?: string; time?: Date }) => {
  const { url } = target({}).target;
  const keys = {
    ...sessionKeys,
    ...(changes.secret ? { secretAccessKey: changes.secret } : {}),
    ...(changes.token ? { sessionToken: changes.token } : {}),
  };
  return target({ credentials: () => codeCommitCredentials(url, 'us-west-2', keys, changes.time ?? new Date()) });
};

const refused = {
  code: 'RepositoryRefused',
  message: /^sar-cluster could not be read: unable to access .*403$/,
  hint: /expired.*codecommit:GitPull/,
};

describe('credentials', () => {
  it('a wrong signature', () => expectFailure(signed({ secret: 'wrong' }), refused));
  it('an expired signature', () => expectFailure(signed({ time: new Date(Date.now() - 16 * 60_000) }), refused));
  it('a session token that is not valid', () => expectFailure(signed({ token: 'other' }), refused));

  it('no permission to push', async () => {
    scene.codeCommitProxy.interfere(({ path }) => (path.includes('git-receive-pack') ? 403 : undefined));
    await expectFailure({}, { ...refused, message: /^sar-cluster could not be written: .*403$/, hint: /GitPush/ });
  });
});

describe('repositories', () => {
  it('a CodeCommit repository that is not there', () => {
    const url = `${scene.codeCommitProxy.url}/v1/repos/sar-clusters`;
    const credentials = () => codeCommitCredentials(url, 'us-west-2', sessionKeys, new Date());
    return expectFailure(target({ url, credentials }), {
      code: 'RepositoryUnreachable',
      message: /^sar-cluster could not be read: repository '.*sar-clusters\/?' not found$/,
      hint: /^There is no such repository/,
    });
  });

  it('an upstream that cannot be reached', () =>
    expectFailure(
      { source: { url: 'http://127.0.0.1:9/upstream.git' } },
      {
        code: 'RepositoryUnreachable',
        message: /^http:\/\/127\.0\.0\.1:9\/upstream\.git could not be read: unable to access .*port 9/,
        hint: /whether this machine can reach it/,
      },
    ));

  it('an upstream that is not there', () => {
    scene.upstreamProxy.interfere(() => 404);
    return expectFailure(
      {},
      {
        code: 'RepositoryUnreachable',
        message: /could not be read: repository '.*' not found$/,
        hint: /it is private and there are no credentials/,
      },
    );
  });

  it('an upstream that breaks off in the middle', async () => {
    scene.upstreamProxy.interfere(({ method }) => (method === 'POST' ? 'drop before' : undefined));
    await expectFailure({}, { code: 'FetchFailed', message: /could not be fetched/, hint: /nothing was changed/ });
  });

  it('a protocol that runs programs', () =>
    expectFailure(
      { source: { url: 'ext::sh -c touch% /tmp/never' } },
      {
        code: 'ProtocolRefused',
        message: /not allowed/,
        hint: /https, ssh or file/,
      },
    ));

  it('a push that a rule of the server refuses', async () => {
    const hook = join(scene.stored, 'hooks', 'update');
    mkdirSync(join(scene.stored, 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\nexit 1\n');
    chmodSync(hook, 0o755);
    await expectFailure(
      {},
      { code: 'PushRejected', message: /^sar-cluster took no new main: hook declined$/, hint: /rule/ },
    );
    writeFileSync(hook, '#!/bin/sh\nexit 0\n');
  });
});

describe('refs', () => {
  it.each([
    ['a branch', { ref: 'other' }, 'RefIsBranch', /other is a branch of/, /Its head is [0-9a-f]{40} now/],
    [
      'a tag of something else',
      { ref: 'key' },
      'RefNotCommit',
      /^refs\/tags\/key of .* is a blob, not a commit\.$/,
      /./,
    ],
    ['a shortened commit', { ref: '2222222' }, 'RefIncomplete', /no full commit id/, /Declare all of the id/],
    ['a tag that is not there', { ref: 'v9' }, 'RefNotFound', /has no tag v9\.$/, /Declare a tag/],
    ['a commit that is not there', { ref: '2'.repeat(40) }, 'FetchFailed', /2{40}/, /./],
    [
      'a tag that moved',
      { ref: 'v2.0', commit: '1'.repeat(40) },
      'RefMoved',
      /^v2\.0 of .* is [0-9a-f]{40}, but the declaration pins 1{40}\.$/,
      /Somebody moved it/,
    ],
  ])('%s', (_, source, code, message, hint) => expectFailure({ source }, { code, message, hint }));
});

describe('this machine', () => {
  /** A git that cannot write, as on a full disk, and otherwise is the real one. */
  function stubGit(command: string): void {
    const bin = scene.path('bin');
    mkdirSync(bin);
    const script = `#!/bin/sh\nfor word; do\n  if [ "$word" = ${command} ]; then\n    echo 'fatal: write error: No space left on device' >&2\n    exit 128\n  fi\ndone\nPATH="\${PATH#*:}" exec git "$@"\n`;
    writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
  }

  it.each(['init', 'fetch', 'index-pack', 'push'])('a full disk during git %s', async (command) => {
    stubGit(command);
    await expectFailure(
      { layers: [overlay({ a: '1\n' })] },
      {
        code: 'DiskFull',
        message: /No space left on device$/,
        hint: /^Free space on this machine, .* CodeCommit is unchanged; run again\.$/,
      },
    );
  });

  it('no folder for temporary files', async () => {
    vi.stubEnv('TMPDIR', '/nonexistent');
    await expectFailure(
      {},
      { code: 'TemporaryFolderUnusable', message: /in \/nonexistent,/, hint: /^Let TMPDIR name/ },
    );
  });

  it('no git at all', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    await expect(mirrorRepository(scene.request())).rejects.toMatchObject({ code: 'GitMissing' });
  });
});

describe('the overlay', () => {
  it('deletes something that is not there', () =>
    expectFailure(
      { layers: [overlay({}, { delete: ['images/*'] })] },
      {
        code: 'OverlayPathMissing',
        message: /^\.overlay\.yaml names "images\/\*", which neither upstream nor a lower layer has\.$/,
        hint: /patterns are not understood/,
      },
    ));
});
