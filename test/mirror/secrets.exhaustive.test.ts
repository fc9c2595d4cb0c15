import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GitCredentials } from '../../actions/lib/adapters/git/git-command.ts';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import { git, type MirrorScene, openMirrorScene, overlay, sessionKeys } from './mirror-scene.ts';

let scene: MirrorScene;
let temporary: string;
beforeEach(async () => {
  scene = await openMirrorScene();
  temporary = await mkdtemp(join(tmpdir(), 'mirror-secrets-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await scene.close();
  await rm(temporary, { recursive: true, force: true });
});

/** What other programs on the machine can see of a process: `ps ww` shows the first, `ps e` the second. */
function processTexts(): string[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return ids.flatMap((id) => ['cmdline', 'environ'].map((file) => readIfThere(join('/proc', id, file))));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // the process ended in between, or belongs to somebody else
  }
}

function fileTexts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .map((path) => `${path}\n${readIfThere(path)}`);
}

it('no secret is in an argument list, an environment, a file or a message while git runs', async () => {
  vi.stubEnv('TMPDIR', temporary);
  const given: GitCredentials[] = [];
  const usual = scene.request().target;
  if (usual?.credentials === undefined) throw new Error('The scene has credentials.');
  const { credentials } = usual;
  const target = {
    ...usual,
    credentials: async () => {
      const fresh = await credentials();
      given.push(fresh);
      return fresh;
    },
  };
  const seen = { processes: [] as string[], files: [] as string[] };
  // At each request the git that makes it is running, with its helpers and its files.
  scene.codeCommitProxy.interfere(() => {
    seen.processes.push(...processTexts());
    seen.files.push(...fileTexts(temporary));
    return undefined;
  });
  const cache = join(temporary, 'cache');
  await mirrorRepository(scene.request({ target, cache, layers: [overlay({ a: '1\n' })] }));
  await mirrorRepository(scene.request({ target, cache, layers: [overlay({ a: '2\n' })] }));
  scene.codeCommitProxy.interfere(() => 403);
  const failure = await mirrorRepository(scene.request({ target })).catch((error: unknown) => error);

  const secrets = [sessionKeys.secretAccessKey, sessionKeys.sessionToken, ...given.map(({ password }) => password)];
  expect(given.length).toBeGreaterThan(5);
  expect(seen.processes.some((text) => text.includes('git-remote-http') || text.includes('remote-http'))).toBe(true);
  expect(seen.files.some((text) => text.includes('/config\n'))).toBe(true);
  const texts = [...seen.processes, ...seen.files, ...fileTexts(temporary), JSON.stringify(failure), String(failure)];
  for (const secret of secrets) {
    const encodings = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, -4)];
    expect(texts.filter((text) => encodings.some((encoded) => text.includes(encoded)))).toEqual([]);
  }
});

/** Settings of a person that could change what git does. */
const hostileSettings = (program: string, hooks: string): Record<string, string> => ({
  'core.hooksPath': hooks,
  'core.fsmonitor': program,
  'core.sshCommand': program,
  'core.askPass': program,
  'credential.helper': program,
  'url.https://elsewhere.invalid/.insteadOf': 'http://127.0.0.1',
  'url.https://elsewhere.invalid/.pushInsteadOf': 'http://127.0.0.1',
  'http.proxy': 'http://127.0.0.1:9',
  'init.templateDir': hooks,
  'init.defaultObjectFormat': 'sha256',
  'commit.gpgSign': 'true',
  'push.gpgSign': 'true',
  'push.followTags': 'true',
  'core.autocrlf': 'true',
  'transfer.hideRefs': 'refs/heads',
  'protocol.allow': 'never',
});

/** Variables of a shell that could do the same, or write down what git says. */
const hostileVariables = (home: string, program: string, traces: string): Record<string, string> => ({
  HOME: home,
  XDG_CONFIG_HOME: home,
  GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
  GIT_CONFIG_PARAMETERS: "'core.hooksPath=/nonexistent' 'http.proxy=http://127.0.0.1:9'",
  GIT_ASKPASS: program,
  SSH_ASKPASS: program,
  GIT_SSH: program,
  GIT_PROXY_COMMAND: program,
  GIT_EXTERNAL_DIFF: program,
  GIT_DIR: '/nonexistent',
  GIT_INDEX_FILE: '/nonexistent',
  GIT_OBJECT_DIRECTORY: '/nonexistent',
  GIT_AUTHOR_NAME: 'Somebody',
  GIT_COMMITTER_DATE: '2001-01-01T00:00:00Z',
  TZ: 'Asia/Tokyo',
  LANG: 'de_DE.UTF-8',
  GIT_DEFAULT_HASH: 'sha256',
  GIT_TRACE_REDACT: '0',
  GIT_CURL_VERBOSE: '1',
  ...Object.fromEntries(
    ['GIT_TRACE', 'GIT_TRACE_CURL', 'GIT_TRACE_PACKET', 'GIT_TRACE2', 'GIT_TRACE2_EVENT', 'GIT_TRACE_SETUP'].map(
      (name) => [name, join(traces, name)],
    ),
  ),
});

/** A machine whose owner has set up all of that. @returns where traces would be, and what would have been run */
function prepareHostileHome(home: string): { traces: string; ran: string } {
  const [traces, ran, hooks] = ['traces', 'ran', 'hooks'].map((name) => join(home, name)) as [string, string, string];
  for (const folder of [traces, hooks]) mkdirSync(folder);
  const program = join(hooks, 'program');
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${ran}'\nexit 1\n`, { mode: 0o755 });
  for (const hook of ['pre-push', 'reference-transaction', 'post-checkout']) symlinkSync(program, join(hooks, hook));
  for (const [key, value] of Object.entries(hostileSettings(program, hooks))) {
    git(home, 'config', '--file', join(home, '.gitconfig'), key, value);
  }
  for (const [name, value] of Object.entries(hostileVariables(home, program, traces))) vi.stubEnv(name, value);
  return { traces, ran };
}

it('nothing of the machine gets into the result, and nothing of the run onto the machine', async () => {
  const request = { layers: [overlay({ a: '1\n' })] };
  const { commit } = await mirrorRepository(scene.request(request));
  const refs = scene.refs();
  scene.empty();
  const { traces, ran } = prepareHostileHome(temporary);
  expect((await mirrorRepository(scene.request(request))).commit).toBe(commit);
  await mirrorRepository(scene.request({ layers: [overlay({ a: '2\n' })], cache: join(temporary, 'cache') }));
  vi.unstubAllEnvs();
  expect(scene.refs()).toEqual(expect.arrayContaining(refs.filter((line) => line.includes('/tags/'))));
  expect(readdirSync(traces)).toEqual([]);
  expect(readIfThere(ran)).toBe('');
});
