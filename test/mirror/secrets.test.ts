import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GitCredentials } from '../../actions/lib/git/git-command.ts';
import { mirrorRepository } from '../../actions/lib/git/mirror.ts';
import { type MirrorScene, openMirrorScene, overlay, sessionKeys } from './mirror-scene.ts';

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
