import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Two stand-ins for the upstream repositories, with some history, an annotated tag and things a mirror must leave out. */
export type UpstreamRepositories = { container: UpstreamRepository; cluster: UpstreamRepository };
export type UpstreamRepository = { url: string; ref: string; commit: string };

type Commit = { message: string; files: Record<string, string>; tag?: string };

const histories: Record<keyof UpstreamRepositories, readonly Commit[]> = {
  container: [
    {
      message: 'Hello world image',
      files: { 'README.md': '# Containers\n', 'images/helloworld/Dockerfile': 'FROM scratch\n' },
    },
    { message: 'SAR image', files: { 'images/sar/Dockerfile': 'FROM scratch\n', 'tests/sar.sh': 'true\n' } },
    { message: 'Release', files: { 'README.md': '# Containers\n\nVersion 2.\n' }, tag: 'v2.0' },
    { message: 'Start over', files: { 'README.md': '# Archived\n' } },
  ],
  cluster: [
    {
      message: 'Cluster',
      files: { 'README.md': '# Cluster\n', 'opensarlab/opensarlab.example.yaml': 'parameters:\n' },
    },
    { message: 'Hooks', files: { 'opensarlab/jupyterhub/singleuser/hooks/sar.sh': '#!/bin/bash\n' } },
    { message: 'Release', files: { 'README.md': '# Cluster\n\nVersion 2.\n' }, tag: 'v2.0' },
    { message: 'A new layout', files: { 'opensciencelab.yaml': 'parameters:\n' } },
  ],
};

/** @param folder an existing folder; the repositories are made below it */
export async function createUpstreamRepositories(folder: string): Promise<UpstreamRepositories> {
  const [container, cluster] = await Promise.all([
    createRepository(join(folder, 'opensarlab-container'), histories.container),
    createRepository(join(folder, 'opensarlab-cluster'), histories.cluster),
  ]);
  return { container, cluster };
}

async function createRepository(folder: string, history: readonly Commit[]): Promise<UpstreamRepository> {
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', folder, ...args], { env: author(0) })).stdout;
  await mkdir(folder, { recursive: true });
  await git('init', '--quiet', '--initial-branch=main');
  for (const [index, { message, files, tag }] of history.entries()) {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await git('add', '--all');
    await run('git', ['-C', folder, 'commit', '--quiet', '--message', message], { env: author(index) });
    if (tag !== undefined) await git('tag', '--annotate', tag, '--message', tag);
  }
  await git('update-ref', 'refs/pull/7/head', 'HEAD');
  const commit = (await git('rev-parse', 'v2.0^{commit}')).trim();
  return { url: `file://${folder}`, ref: 'v2.0', commit };
}

/** Fixed identity and dates, so that every run makes the same commits. */
function author(day: number): NodeJS.ProcessEnv {
  const date = new Date(Date.UTC(2022, 7, 14 + day)).toISOString();
  return {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Upstream',
    GIT_AUTHOR_EMAIL: 'upstream@example.org',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Upstream',
    GIT_COMMITTER_EMAIL: 'upstream@example.org',
    GIT_COMMITTER_DATE: date,
  };
}
