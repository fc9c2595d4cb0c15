import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import { describeDivergence, hasDiverged, mirrorTagPrefix } from './divergence.ts';
import { type GitCredentials, git, lastLine, tryGit } from './git-command.ts';
import type { MirrorRecord, RepositoryKind } from './mirror-record.ts';
import { type Overlay, overlayDigest } from './overlay.ts';
import { changedFiles, commitOverlay } from './overlay-commit.ts';
import { listRefs, type Refs, resolveSourceRef } from './refs.ts';

/** One repository to bring up to date. */
export type MirrorRequest = {
  deployment: string;
  kind: RepositoryKind;
  source: Source;
  overlay: Overlay;
  /** The repository in CodeCommit, or undefined when it does not exist (only with `dryRun`). */
  target: { name: string; url: string; credentials: () => GitCredentials } | undefined;
  repository: string;
  /** Compute everything, write nothing. */
  dryRun: boolean;
};

/**
 * Makes CodeCommit hold the upstream ref with its history as `upstream`, and upstream plus overlay as `main`.
 * Unchanged inputs cost one listing of refs at each side and move no object.
 * @throws Failure when upstream or CodeCommit cannot be reached, a ref moved, or somebody committed to `main`
 */
export async function mirrorRepository(request: MirrorRequest): Promise<MirrorRecord> {
  const [upstream, current] = await Promise.all([
    listRefs(request.source.url),
    request.target ? listRefs(request.target.url, request.target.credentials()) : new Map<string, string>(),
  ]);
  const upstreamCommit = resolveSourceRef(request.source, upstream);
  const digest = overlayDigest(request.overlay);
  const tag = mirrorTag(request, upstreamCommit, digest);
  const head = current.get('refs/heads/main');
  const base = {
    kind: request.kind,
    repository: request.repository,
    upstreamUrl: request.source.url,
    upstreamRef: request.source.ref,
    upstreamCommit,
  };
  if (head !== undefined && current.get(tag) === head && current.get('refs/heads/upstream') === upstreamCommit) {
    return { ...base, change: 'unchanged', commit: head };
  }
  return await withScratchRepository(async (folder) => {
    await refuseDivergence(folder, request, current);
    await fetchUpstream(folder, request, current, upstreamCommit);
    const commit = await commitOverlay(folder, request.overlay, {
      deployment: request.deployment,
      upstreamUrl: request.source.url,
      upstreamRef: request.source.ref,
      upstreamCommit,
      configurationDigest: digest,
    });
    const files = await changedFiles(folder, upstreamCommit, commit);
    if (!request.dryRun) await push(folder, request, current, { commit, upstreamCommit, tag });
    return { ...base, change: head === undefined ? 'created' : 'updated', commit, files };
  });
}

/** Everything that decides the content of `main`, as one short name. */
function mirrorTag(request: MirrorRequest, upstreamCommit: string, digest: string): string {
  const inputs = [request.deployment, request.source.url, request.source.ref, upstreamCommit, digest];
  return mirrorTagPrefix + createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32);
}

async function withScratchRepository<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'opensarlab-mirror-'));
  try {
    await git(['init', '--quiet', '--bare', folder]);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function refuseDivergence(folder: string, request: MirrorRequest, refs: Refs): Promise<void> {
  const { target } = request;
  if (target === undefined || !hasDiverged(refs)) return;
  throw await describeDivergence(folder, { ...target, credentials: target.credentials(), refs });
}

/** Brings the upstream commit here: from CodeCommit, without history, when it is there already; else from upstream. */
async function fetchUpstream(folder: string, request: MirrorRequest, refs: Refs, commit: string): Promise<void> {
  const { target } = request;
  const known = target !== undefined && refs.get('refs/heads/upstream') === commit;
  const result = known
    ? await tryGit(['fetch', '--quiet', '--no-tags', '--depth=1', '--', target.url, commit], {
        folder,
        credentials: target.credentials(),
      })
    : await tryGit(['fetch', '--quiet', '--no-tags', '--', request.source.url, commit], { folder });
  if (result.code === 0) return;
  throw new Failure({
    code: 'FetchFailed',
    source: 'git',
    message: `${commit} could not be fetched from ${known ? target.url : request.source.url}: ${lastLine(result.stderr)}`,
    hint: 'Check that the commit exists and that the server is reachable, then run again; nothing was changed.',
  });
}

async function push(
  folder: string,
  request: MirrorRequest,
  refs: Refs,
  wanted: { commit: string; upstreamCommit: string; tag: string },
): Promise<void> {
  const { target } = request;
  if (target === undefined) throw new Error(`The repository ${request.repository} was not created before the push.`);
  const lease = (name: string): string => `--force-with-lease=${name}:${refs.get(name) ?? ''}`;
  const args = [
    'push',
    '--quiet',
    '--atomic',
    lease('refs/heads/main'),
    lease('refs/heads/upstream'),
    lease(wanted.tag),
  ];
  const updates = [
    `${wanted.commit}:refs/heads/main`,
    `${wanted.upstreamCommit}:refs/heads/upstream`,
    `${wanted.commit}:${wanted.tag}`,
  ];
  const result = await tryGit([...args, '--', target.url, ...updates], { folder, credentials: target.credentials() });
  if (result.code === 0) return;
  const stale = /stale info|fetch first|failed to update ref|cannot lock ref/.test(result.stderr);
  throw new Failure({
    code: stale ? 'MirrorRaced' : 'PushFailed',
    source: 'git',
    message: stale
      ? `${request.repository} changed in CodeCommit while it was being mirrored; nothing was overwritten.`
      : `The push to ${request.repository} failed: ${lastLine(result.stderr)}`,
    hint: stale ? 'Run again.' : "Check the role's codecommit:GitPush permission; CodeCommit is unchanged.",
  });
}
