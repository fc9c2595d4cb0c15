import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RepositoryHandle, type Sandbox, startSandbox } from '@opensarlab/sandbox';
import { vi } from 'vitest';
import { parseDocument } from 'yaml';
import { startGitServer } from '../../scripts/bench/mirror/git-server.ts';
import { commands } from '../../scripts/cli/commands.ts';
import { runCommand } from '../../scripts/cli/run-command.ts';
import { commit, git, makeUpstream } from './mirror-scene.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const region = 'us-west-2';

/** A checkout with the deployment `sar`, and the account and repository it belongs to. */
export type CommandScene = {
  sandbox: Sandbox;
  /** The checkout, a clone of the repository on GitHub. */
  checkout: string;
  repository: RepositoryHandle;
  run(...argv: string[]): Promise<{ code: number; out: string; err: string }>;
  write(path: string, content: string, mode?: number): void;
  /** The bare repository behind CodeCommit. */
  stored(name: string): string;
  /** A push by hand into CodeCommit. @returns the new head */
  pushByHand(name: string, change: { files: Record<string, string>; remove?: string[] }): string;
  /** The checkout as it was cloned, and no repository in CodeCommit. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

/** Writes the example as the deployment `sar`, with upstream repositories that need no network. */
function writeCheckout(checkout: string, upstreamUrl: string): void {
  for (const folder of ['cluster', 'images'])
    cpSync(join(project, folder), join(checkout, folder), { recursive: true });
  const example = parseDocument(readFileSync(join(project, 'deployments/_example/opensarlab.yaml'), 'utf8'));
  example.setIn(['parameters', 'cost_tag_value'], 'sar');
  const source = { url: upstreamUrl, ref: 'v2.0' };
  example.set('sources', example.createNode({ container: source, cluster: source }));
  mkdirSync(join(checkout, 'deployments/sar'), { recursive: true });
  writeFileSync(join(checkout, 'deployments/sar/opensarlab.yaml'), example.toString());
}

export async function openCommandScene(): Promise<CommandScene> {
  const folder = mkdtempSync(join(tmpdir(), 'mirror-command-'));
  makeUpstream(join(folder, 'upstream'));
  const upstream = await startGitServer(join(folder, 'upstream', '.git'));
  const sandbox = await startSandbox({ scale: 1_000 });
  const repository = await createRepository(sandbox, join(folder, 'seed'), upstream.url);
  const checkout = join(folder, 'checkout');
  git(folder, 'clone', '--quiet', repository.gitFolder, checkout);
  stubVariables(sandbox, repository);
  const stored = (name: string): string => sandbox.aws.repository(region, name).folder;
  return {
    ...{ sandbox, checkout, repository, stored },
    run: (...argv) => runOn(checkout, argv),
    write(path, content, mode = 0o644) {
      mkdirSync(dirname(join(checkout, path)), { recursive: true });
      writeFileSync(join(checkout, path), content, { mode });
    },
    pushByHand: (name, { files, remove = [] }) =>
      changeByHand(mkdtempSync(join(folder, 'clone-')), stored(name), files, remove),
    async reset() {
      git(checkout, 'reset', '--quiet', '--hard', 'main');
      git(checkout, 'clean', '-ffdqx');
      for (const each of sandbox.aws.repositories(region)) await sandbox.aws.removeRepository(region, each.name);
    },
    async close() {
      vi.unstubAllEnvs();
      await sandbox.close();
      await upstream.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function createRepository(sandbox: Sandbox, seed: string, upstreamUrl: string): Promise<RepositoryHandle> {
  writeCheckout(seed, upstreamUrl);
  const author = { name: 'Ada', email: 'ada@example.org' };
  return await sandbox.github.createRepository({
    ...{ owner: 'octo-org', ownerId: 77, name: 'labs' },
    seed: { folder: seed, message: 'Start', author },
  });
}

/** What the shell of somebody who works on the account and the repository has. */
function stubVariables(sandbox: Sandbox, repository: RepositoryHandle): void {
  const { accessKeyId, secretAccessKey } = sandbox.aws.administrator;
  const variables = {
    ...sandbox.environment(region),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    GITHUB_API_URL: sandbox.github.apiUrl,
    GITHUB_REPOSITORY: repository.fullName,
    GITHUB_TOKEN: sandbox.github.createUser({ login: 'ada', id: 501, email: 'ada@example.org' }),
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

async function runOn(checkout: string, argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const lines = { out: [] as string[], err: [] as string[] };
  const streams = { out: (line: string) => lines.out.push(line), err: (line: string) => lines.err.push(line) };
  const code = await runCommand(commands, [...argv, '--root', checkout], streams);
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') };
}

function changeByHand(clone: string, stored: string, files: Record<string, string>, remove: string[]): string {
  git(dirname(clone), 'clone', '--quiet', '--branch', 'main', stored, clone);
  for (const path of remove) rmSync(join(clone, path));
  const head = commit(clone, files, 'Fix at night');
  git(clone, 'push', '--quiet', 'origin', 'main');
  return head;
}
