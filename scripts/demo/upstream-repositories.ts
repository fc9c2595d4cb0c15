import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { GitHubSandbox } from '@opensarlab/sandbox';

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

/**
 * Makes both repositories and publishes them on GitHub under the name of their real owner.
 * @param folder an existing folder; working copies are made below it
 */
export async function createUpstreamRepositories(github: GitHubSandbox, folder: string): Promise<UpstreamRepositories> {
  const login = 'upstream-maintainer';
  const token = github.createUser({ login, id: 1001, permission: 'write' });
  const publish = async (kind: keyof UpstreamRepositories): Promise<UpstreamRepository> => {
    const name = `opensarlab-${kind}`;
    const copy = join(folder, name);
    const { cloneUrl } = await github.createRepository({ owner: 'ASFOpenSARlab', ownerId: 68_000_001, name });
    const commit = await createRepository(copy, histories[kind]);
    const url = new URL(cloneUrl);
    url.username = login;
    url.password = token;
    await run('git', ['-C', copy, 'push', '--quiet', url.href, 'main', 'v2.0'], { env: author(0) });
    return { url: cloneUrl, ref: 'v2.0', commit };
  };
  return { container: await publish('container'), cluster: await publish('cluster') };
}

async function createRepository(folder: string, history: readonly Commit[]): Promise<string> {
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
  return (await git('rev-parse', 'v2.0^{commit}')).trim();
}

/** Fixed identity and dates, so that every run makes the same commits. */
function author(day: number): NodeJS.ProcessEnv {
  const date = new Date(Date.UTC(2022, 7, 14 + day)).toISOString();
  return {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Upstream',
    GIT_AUTHOR_EMAIL: 'upstream@example.org',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Upstream',
    GIT_COMMITTER_EMAIL: 'upstream@example.org',
    GIT_COMMITTER_DATE: date,
  };
}
