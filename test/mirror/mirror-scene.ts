import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startCodeCommit } from '@opensarlab/sandbox';
import { codeCommitCredentials } from '../../actions/lib/adapters/git/codecommit-credentials.ts';
import type { Source } from '../../actions/lib/deployment/deployment.ts';
import type { MirrorRequest } from '../../actions/lib/mirror/mirror.ts';
import { mergeLayers, type Overlay } from '../../actions/lib/mirror/overlay.ts';
import { type CountingProxy, startCountingProxy } from '../../scripts/bench/mirror/counting-proxy.ts';
import { type GitServer, startGitServer } from '../../scripts/bench/mirror/git-server.ts';

/** Temporary credentials as a role session has them. */
export const sessionKeys = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
  sessionToken: 'SessionTokenOfTheTest%2F+=',
};

const region = 'us-west-2';
const repository = 'sar-cluster';
export const now = new Date('2026-11-23T06:40:00Z');

const person = { name: 'Ada', email: 'ada@example.org' };

/** Runs git as a person would, with a fixed identity and date. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: person.name,
      GIT_AUTHOR_EMAIL: person.email,
      GIT_AUTHOR_DATE: '1700000000 +0000',
      GIT_COMMITTER_NAME: person.name,
      GIT_COMMITTER_EMAIL: person.email,
      GIT_COMMITTER_DATE: '1700000000 +0000',
    },
  }).trim();
}

/** Writes files into a work tree and commits them. @returns the commit id */
export function commit(folder: string, files: Record<string, string>, message: string): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}

/** An upstream as the real ones are: a tagged release, later work, another branch, pull requests, odd file names. */
export function makeUpstream(folder: string): void {
  git(dirname(folder), 'init', '--quiet', '--initial-branch=main', folder);
  commit(folder, { 'README.md': 'one\n', 'images/sar/Dockerfile': 'FROM a\n', 'pipeline/cf.yaml': 'x\n' }, 'First');
  commit(folder, { 'README.md': 'two\n', 'odd name ü "quoted".txt': 'odd\n', 'deep/er/est/file': 'd\n' }, 'Second');
  git(folder, 'tag', '--annotate', 'v2.0', '--message', 'v2.0');
  commit(folder, { 'README.md': 'three\n', 'new.txt': 'n\n' }, 'Third');
  git(folder, 'tag', 'v2.1');
  git(folder, 'tag', 'key', 'HEAD:new.txt');
  git(folder, 'branch', 'other');
  git(folder, 'update-ref', 'refs/pull/1/head', 'HEAD');
}

/** A layer with these files. */
export function overlay(files: Record<string, string>, lists: Partial<Overlay> = {}): Overlay {
  const entries = Object.entries(files);
  return {
    files: entries.map(([path, content]) => ({ path, mode: '100644', content: Buffer.from(content) })),
    delete: [],
    rename: [],
    ...lists,
  };
}

export type SceneRequest = Partial<Omit<MirrorRequest, 'source' | 'layers'>> & {
  source?: Partial<Source>;
  layers?: Overlay[];
};

/** CodeCommit and an upstream on loopback, each behind a proxy that counts and can interfere. */
export type MirrorScene = {
  folder: string;
  /** The upstream's work tree. */
  upstream: string;
  /** The bare repository behind CodeCommit. */
  stored: string;
  upstreamProxy: CountingProxy;
  codeCommitProxy: CountingProxy;
  request(changes?: SceneRequest): MirrorRequest;
  /** `ref commit` of every ref in CodeCommit, sorted. */
  refs(): string[];
  /** A push by hand, as somebody with access to CodeCommit. @returns the new head */
  pushByHand(files: Record<string, string>, options?: { branch?: string; message?: string }): string;
  /** Forgets everything that was pushed and counted. */
  empty(): void;
  /** Puts every ref back to what {@link refs} said before, and forgets what was counted. */
  restore(refs: readonly string[]): void;
  /** A path of that name in a folder of its own. */
  path(name: string): string;
  close(): Promise<void>;
};

export type SceneOptions = {
  /** Whether CodeCommit moves several refs at once; the real one did not when it was last tried. Default false. */
  atomic?: boolean;
  /** Git reaches both repositories by path: faster, where the wire does not matter. Default false. */
  local?: boolean;
};

export async function openMirrorScene(options: SceneOptions = {}): Promise<MirrorScene> {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-scene-'));
  const upstream = join(folder, 'upstream');
  makeUpstream(upstream);
  const codeCommit = await openCodeCommit(options.atomic ?? false);
  const { stored } = codeCommit;
  const server: GitServer = await startGitServer(join(upstream, '.git'));
  const upstreamProxy = await startCountingProxy(server.url);
  const codeCommitProxy = await startCountingProxy(codeCommit.url);
  const signedUrl = `${codeCommitProxy.url}/v1/repos/${repository}`;
  const urls = options.local
    ? { target: stored, upstream }
    : { target: signedUrl, upstream: `${upstreamProxy.url}/upstream.git` };
  const restore = (refs: readonly string[]): void => {
    restoreRefs(stored, refs);
    for (const proxy of [upstreamProxy, codeCommitProxy]) {
      proxy.reset();
      proxy.interfere(() => undefined);
    }
  };
  return {
    ...{ folder, upstream, stored, upstreamProxy, codeCommitProxy },
    request: (changes) => requestOf(urls, signedUrl, changes),
    refs: () => refsOf(stored),
    pushByHand: (files, push) => pushByHand(mkdtempSync(join(folder, 'clone-')), stored, files, push),
    empty: () => restore([]),
    restore,
    path: (name) => join(mkdtempSync(join(folder, 'scratch-')), name),
    async close() {
      await Promise.all([upstreamProxy.close(), codeCommitProxy.close(), server.close()]);
      await codeCommit.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** CodeCommit with one empty repository. */
async function openCodeCommit(atomic: boolean): Promise<{ url: string; stored: string; close(): Promise<void> }> {
  const codeCommit = await startCodeCommit((id, token) => {
    if (id !== sessionKeys.accessKeyId || token !== sessionKeys.sessionToken) return { refused: 'unknown key' };
    return { secretAccessKey: sessionKeys.secretAccessKey };
  });
  const { folder: stored } = await codeCommit.create(repository);
  git(stored, 'config', 'receive.advertiseAtomic', String(atomic));
  return { url: codeCommit.url, stored, close: () => codeCommit.close() };
}

function requestOf(
  urls: { target: string; upstream: string },
  signedUrl: string,
  { source, layers, ...rest }: SceneRequest = {},
): MirrorRequest {
  const credentials = () => codeCommitCredentials(signedUrl, region, sessionKeys, new Date());
  return {
    ...{ deployment: 'sar', kind: 'cluster', repository },
    source: { url: urls.upstream, ref: 'v2.0', ...source },
    layers: mergeLayers(layers ?? []),
    target: { name: repository, url: urls.target, credentials },
    dryRun: false,
    now: () => now,
    ...rest,
  };
}

/** Moves all refs of a repository with one git process; the objects stay. */
function restoreRefs(folder: string, wanted: readonly string[]): void {
  const names = new Set(wanted.map((line) => line.split(' ')[0]));
  const gone = refsOf(folder).filter((line) => !names.has(line.split(' ')[0]));
  const orders = [...gone.map((line) => `delete ${line}\n`), ...wanted.map((line) => `update ${line}\n`)];
  if (orders.length > 0) execFileSync('git', ['-C', folder, 'update-ref', '--stdin'], { input: orders.join('') });
}

function refsOf(folder: string): string[] {
  const lines = git(folder, 'for-each-ref', '--format=%(refname) %(objectname)').split('\n');
  return lines.filter(Boolean).sort();
}

/** Clones a repository, commits, and pushes. @returns the new head */
function pushByHand(
  clone: string,
  stored: string,
  files: Record<string, string>,
  { branch = 'main', message = 'Fix at night' }: { branch?: string; message?: string } = {},
): string {
  git(dirname(clone), 'clone', '--quiet', '--branch', branch, stored, clone);
  const head = commit(clone, files, message);
  git(clone, 'push', '--quiet', 'origin', branch);
  return head;
}
