import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { getOctokit } from '@actions/github';
import type { GitHubSandbox, NewRepository, RepositoryHandle, Ruleset } from '../github-sandbox.ts';
import { startGitHub } from '../start-github.ts';
import type { JobPermissions, WorkflowEvent } from '../workflow-event.ts';

const run = promisify(execFile);

export type Octokit = ReturnType<typeof getOctokit>;

/** A GitHub with one repository `radar-lab/deployments` and the person `ada`, recording every event. */
export type GitHubFixture = {
  github: GitHubSandbox;
  repository: RepositoryHandle;
  token: string;
  octokit: Octokit;
  /** `{owner, repo}` for octokit. */
  at: { owner: string; repo: string };
  events: WorkflowEvent[];
  folder: string;
  octokitFor(token: string): Octokit;
  /** A client with a job's token. */
  job(permissions: JobPermissions): Octokit;
  /** Runs Git; the result is what it printed. */
  git(cwd: string, ...args: string[]): Promise<string>;
  /** The URL with the token in it. */
  remote(token?: string): string;
  clone(name: string, token?: string): Promise<string>;
  close(): Promise<void>;
};

/** The event of a job when the test does not care. */
export const ANY_EVENT: WorkflowEvent = {
  name: 'push',
  payload: {},
  repository: 'radar-lab/deployments',
  ref: 'refs/heads/main',
  sha: '0'.repeat(40),
  actor: { login: 'ada', id: 1815 },
  causedByJobToken: false,
};

const REPOSITORY = { owner: 'radar-lab', ownerId: 4711, name: 'deployments' };

function seedOf(folder: string): NonNullable<NewRepository['seed']> {
  const author = { name: 'Ada Lovelace', email: 'ada@example.org' };
  return { folder: join(folder, 'seed'), message: 'First files', author };
}

/** @param files further files of the first commit */
export async function startFixture(
  settings: Partial<NewRepository> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<GitHubFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-github-'));
  await writeFiles(join(folder, 'seed'), {
    'README.md': '# Deployments\n',
    'deployments/sar/opensarlab.yaml': 'a: 1\n',
    ...files,
  });
  const github = await startGitHub({ folder: join(folder, 'github') });
  const token = github.createUser({ login: 'ada', id: 1815, name: 'Ada Lovelace', permission: 'admin' });
  const repository = await github.createRepository({ ...REPOSITORY, seed: seedOf(folder), ...settings });
  const events: WorkflowEvent[] = [];
  github.onEvent((event) => void events.push(event));
  const octokitFor = (secret: string): Octokit =>
    getOctokit(secret, { baseUrl: github.apiUrl, log: { debug() {}, info() {}, warn() {}, error() {} } });
  const git = (cwd: string, ...args: string[]): Promise<string> => runGit(folder, cwd, args);
  const remote = (secret = token): string => repository.cloneUrl.replace('://', `://x-access-token:${secret}@`);
  return {
    github,
    repository,
    token,
    octokit: octokitFor(token),
    at: { owner: 'radar-lab', repo: 'deployments' },
    events,
    folder,
    octokitFor,
    job: (permissions) =>
      octokitFor(github.createJobToken({ repository: repository.fullName, permissions, event: ANY_EVENT })),
    git,
    remote,
    async clone(name, secret) {
      await git(folder, 'clone', '--quiet', remote(secret), name);
      return join(folder, name);
    },
    async close() {
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function runGit(home: string, cwd: string, args: readonly string[]): Promise<string> {
  const identity = { GIT_AUTHOR_NAME: 'Ada Lovelace', GIT_COMMITTER_NAME: 'Ada Lovelace' };
  const address = '1815+ada@users.noreply.github.com';
  const { stdout } = await run('git', [...args], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_EMAIL: address,
      GIT_COMMITTER_EMAIL: address,
      ...identity,
    },
  });
  return stdout.trim();
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Commits files on a new branch and pushes it. @returns the commit */
export async function pushBranch(
  { git }: GitHubFixture,
  clone: string,
  branch: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  await git(clone, 'checkout', '--quiet', '-B', branch);
  await writeFiles(clone, files);
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '--quiet', '--message', `Change ${Object.keys(files).join(', ')}`);
  await git(clone, 'push', '--quiet', '--force', 'origin', branch);
  return git(clone, 'rev-parse', 'HEAD');
}

/** The events an action causes, after everything has settled; without the `pull_request_target` beside each `pull_request`. */
export async function eventsDuring(
  { github, events }: GitHubFixture,
  action: () => Promise<unknown>,
): Promise<WorkflowEvent[]> {
  await github.settle();
  const start = events.length;
  await action();
  await github.settle();
  return events.slice(start).filter(({ name }) => name !== 'pull_request_target');
}

/** Opens a pull request with files on a new branch from main. */
export async function proposeChange(
  fixture: GitHubFixture,
  clone: string,
  branch: string,
  files: Readonly<Record<string, string>>,
): Promise<{ number: number; head: string }> {
  await fixture.git(clone, 'fetch', '--quiet', 'origin');
  await fixture.git(clone, 'checkout', '--quiet', '--detach', 'origin/main');
  const head = await pushBranch(fixture, clone, branch, files);
  const { data } = await fixture.octokit.rest.pulls.create({
    ...fixture.at,
    title: branch,
    head: branch,
    base: 'main',
  });
  return { number: data.number, head };
}

/** The error an octokit call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<{ status: number; message: string; data: unknown }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'status' in error && typeof error.status === 'number') {
      const response = Reflect.get(error, 'response');
      return { status: error.status, message: error.message, data: response?.data };
    }
    throw error;
  }
  throw new Error('The call succeeded.');
}

let rulesets = 1;

/** An active ruleset of the default branch with these rules. */
export function rulesetOf(rules: Ruleset['rules'], change: Partial<Ruleset> = {}): Ruleset {
  const now = new Date();
  return {
    id: rulesets++,
    name: 'main',
    target: 'branch',
    source: { type: 'Repository', name: 'radar-lab/deployments' },
    enforcement: 'active',
    bypassActors: [],
    refs: { include: ['~DEFAULT_BRANCH'], exclude: [] },
    rules,
    createdAt: now,
    updatedAt: now,
    ...change,
  };
}

/** Puts a ruleset in force. @returns a function that takes it away */
export function enforce({ github, repository }: GitHubFixture, ruleset: Ruleset): () => void {
  const inForce = github.rulesets(repository.fullName);
  inForce.set(ruleset.id, ruleset);
  return () => void inForce.delete(ruleset.id);
}

/** A rule that these checks must have passed. */
export function requireChecks(...names: string[]): Ruleset['rules'][number] {
  return {
    type: 'required_status_checks',
    parameters: {
      strict_required_status_checks_policy: false,
      required_status_checks: names.map((context) => ({ context, integration_id: 15_368 })),
    },
  };
}
