import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import { git, type MirrorScene, openMirrorScene } from './mirror-scene.ts';

let scene: MirrorScene;
beforeAll(async () => {
  scene = await openMirrorScene({ local: true });
});
beforeEach(() => scene.empty());
afterEach(() => vi.unstubAllEnvs());
afterAll(() => scene.close());

/** Puts a program in the place of ssh. @returns the file with the arguments it was called with */
function stubSsh(script: string): string {
  const ssh = join(scene.path('bin'), 'ssh');
  mkdirSync(dirname(ssh));
  const log = `${ssh}.log`;
  writeFileSync(ssh, `#!/bin/sh\necho "$*" >> '${log}'\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${dirname(ssh)}:${process.env['PATH']}`);
  return log;
}

it.each([
  ['user@host:path', (path: string) => `git@example.org:${path}`],
  ['an ssh URL', (path: string) => `ssh://git@example.org:2222${path}`],
])('mirrors from %s, and nobody is asked anything', async (_, urlOf) => {
  const log = stubSsh('for word; do last=$word; done; exec sh -c "$last"');
  const record = await mirrorRepository(scene.request({ source: { url: urlOf(scene.upstream) } }));
  expect(git(scene.stored, 'rev-parse', 'upstream')).toBe(record.upstreamCommit);
  const calls = readFileSync(log, 'utf8').trim().split('\n');
  for (const call of calls)
    expect(call).toMatch(/-o BatchMode=yes -o StrictHostKeyChecking=yes .*git@example\.org git-upload/);
});

it.each([
  ['an unknown host', 'Host key verification failed.', 'RepositoryRefused', /add the server to known_hosts/],
  ['a key that is not known', 'git@example.org: Permission denied (publickey).', 'RepositoryRefused', /Give ssh a key/],
  ['no way there', 'ssh: connect to host example.org port 22: Connection timed out', 'RepositoryUnreachable', /./],
])('%s: one sentence and nothing changed', async (_, said, code, hint) => {
  stubSsh(`echo '${said}' >&2; exit 255`);
  const failure = mirrorRepository(scene.request({ source: { url: 'git@example.org:a/b.git' } }));
  await expect(failure).rejects.toMatchObject({
    code,
    message: `git@example.org:a/b.git could not be read: ${said}`,
    hint: expect.stringMatching(hint),
  });
  expect(scene.refs()).toEqual([]);
});
