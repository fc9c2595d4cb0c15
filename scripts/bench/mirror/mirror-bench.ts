import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mirrorRepository } from '../../../actions/lib/mirror/mirror.ts';
import { mergeLayers, type Overlay } from '../../../actions/lib/mirror/overlay.ts';
import { type BenchServers, startBenchServers } from './bench-servers.ts';
import { generateHistory } from './generated-history.ts';
import { type BenchRow, measure, renderTable } from './measured-run.ts';
import { cloneAndPush } from './plain-git.ts';

const usage = `Measures what the mirror moves, beside \`git clone --mirror && git push --mirror\`.

  mirror-bench.ts [--repository PATH] [--ref TAG_OR_COMMIT] [--moved TAG_OR_COMMIT]

--repository  a Git repository to mirror, only read; default: a generated one of 5,000 commits
--ref         what is mirrored first; default: 20 commits before the newest of the repository's HEAD
--moved       what is mirrored after upstream moved; default: the newest commit of HEAD`;

const { values } = parseArgs({
  options: {
    repository: { type: 'string' },
    ref: { type: 'string' },
    moved: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  process.stdout.write(`${usage}\n`);
} else {
  const folder = await mkdtemp(join(tmpdir(), 'opensarlab-bench-'));
  try {
    const source = sourceRepository(folder);
    process.stdout.write(`${describe(source)}\n\n`);
    process.stdout.write(`${renderTable(await bench(folder, source))}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What is measured, so that a table can be read by itself. */
function describe(source: string): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const commits = Number(git('-C', source, 'rev-list', '--all', '--count')).toLocaleString('en-US');
  const refs = git('-C', source, 'for-each-ref', '--format=x').split('\n').length.toLocaleString('en-US');
  return [
    `Upstream: ${values.repository ?? 'a generated repository'}, ${commits} commits, ${refs} refs; ${git('version')}.`,
    'Requests, objects and bytes of both servers together, up and down. On the right: git clone --mirror && git push --mirror.',
  ].join('\n');
}

async function bench(folder: string, source: string): Promise<BenchRow[]> {
  const ref = values.ref ?? commitOf(source, 'HEAD~20');
  const moved = values.moved ?? commitOf(source, 'HEAD');
  const servers = await startBenchServers(source, join(folder, 'plain.git'));
  try {
    const proxies = [servers.upstream, servers.plain];
    const baseline = () =>
      measure(proxies, () => cloneAndPush(servers.upstreamUrl, servers.plainUrl, join(folder, 'clone.git')));
    const first = { ours: await mirror(servers, ref, 1), baseline: await baseline() };
    const unchanged = { ours: await mirror(servers, ref, 1), baseline: await baseline() };
    return [
      { run: 'first', ...first },
      { run: 'unchanged', ...unchanged },
      { run: 'overlay only', ours: await mirror(servers, ref, 2), baseline: await baseline() },
      { run: 'upstream moved', ours: await mirror(servers, moved, 2), baseline: await baseline() },
      ...(await cachedRow(servers, join(folder, 'cache'), { ref, moved })),
    ];
  } finally {
    await servers.close();
  }
}

function sourceRepository(folder: string): string {
  if (values.repository !== undefined) {
    const path = resolve(values.repository);
    return existsSync(join(path, '.git')) ? join(path, '.git') : path;
  }
  const generated = join(folder, 'upstream.git');
  generateHistory(generated, { commits: 5_000, files: 1_500, pullRequests: 300 });
  return generated;
}

function commitOf(source: string, revision: string): string {
  return execFileSync('git', ['-C', source, 'rev-parse', `${revision}^{commit}`], { encoding: 'utf8' }).trim();
}

/** Back to the first ref to fill the cache, and then the same move once more. */
async function cachedRow(servers: BenchServers, cache: string, { ref, moved }: { ref: string; moved: string }) {
  await mirror(servers, ref, 3, cache);
  return [{ run: 'upstream moved, with cache', ours: await mirror(servers, moved, 4, cache), baseline: undefined }];
}

function mirror(servers: BenchServers, ref: string, version: number, cache?: string) {
  const { upstream, upstreamUrl, codeCommit, target } = servers;
  return measure([upstream, codeCommit], () =>
    mirrorRepository({
      deployment: 'bench',
      kind: 'cluster',
      repository: target.name,
      source: { url: upstreamUrl, ref },
      layers: mergeLayers([overlayOf(version)]),
      target,
      cache,
      dryRun: false,
      now: () => new Date(),
    }),
  );
}

/** Fifty files, two of which differ from version to version: about what a change of the declaration does. */
function overlayOf(version: number): Overlay {
  const files = Array.from({ length: 50 }, (_, index) => ({
    path: `opensarlab/part-${index % 5}/file-${index}.yaml`,
    mode: '100644' as const,
    content: Buffer.from(`file: ${index}\nversion: ${index < 2 ? version : 0}\n`.repeat(20)),
  }));
  return { files, delete: [], rename: [] };
}
