import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { getOctokit } from '@actions/github';
import { type GitHubSandbox, startGitHub } from '@opensarlab/sandbox';
import { connectGitHub, type GitHubConnection } from '../../actions/lib/adapters/github/connection.ts';
import { openWorkspace } from '../../actions/lib/adapters/workspace/workspace.ts';
import { sealDigest, sealText } from '../../actions/lib/plan/seal-text.ts';
import { quietReporter } from '../../actions/lib/ports/test/fake-aws.ts';
import { FakeRecords } from '../../actions/lib/ports/test/fake-records.ts';
import { planKey } from '../../actions/lib/records/record-keys.ts';
import { sampleTeardownSeal } from '../../actions/lib/teardown/test/sample-teardown-seal.ts';
import { type DestroyConsent, destroyConsent } from '../../actions/lib/verbs/destroy-consent.ts';
import { answerLabel, type LabelAnswer } from '../../actions/lib/verbs/propose-teardown.ts';
import { exampleWith } from '../fixtures/example-deployment.ts';

type Octokit = ReturnType<typeof getOctokit>;

const run = promisify(execFile);

/** GitHub with deployments in it, the person ada, a job's token, and an account's records. Time passes at every step. */
export type TeardownScene = {
  github: GitHubSandbox;
  ada: Octokit;
  at: { owner: string; repo: string };
  /** As a job of the workflow teardown. */
  job: GitHubConnection;
  records: FakeRecords;
  reporter: ReturnType<typeof quietReporter>;
  /** Changes files of a branch by one commit; `null` deletes. @param from what the branch starts at; undefined: itself */
  push(branch: string, files: Readonly<Record<string, string | null>>, from?: string): Promise<string>;
  /** Opens a pull request of a new branch from `from`, default main. */
  open(branch: string, files: Readonly<Record<string, string | null>>, from?: string): Promise<number>;
  label(number: number, on?: boolean): Promise<void>;
  /** Puts the label on or takes it off, and answers it as the workflow does. */
  answer(number: number, on?: boolean): Promise<LabelAnswer>;
  merge(number: number, method?: 'merge' | 'squash' | 'rebase'): Promise<string>;
  head(number: number): Promise<string>;
  /** Writes the sealed teardown plan of the pull request's head, now. */
  seal(deployment: string, number: number): Promise<void>;
  consent(name: string, question: { commits?: string[]; pullRequest?: number }): Promise<DestroyConsent>;
  /** The comment that answers the label. */
  answerOn(number: number): Promise<string>;
  main(): Promise<string>;
  /** A checkout with the whole history as it is on GitHub now. @returns its folder */
  checkout(): Promise<string>;
  /** GitHub's id of the repository. */
  repositoryId: number;
  close(): Promise<void>;
};

export function declarationOf(name: string, more: readonly (readonly [string, string])[] = []): string {
  const host = ['https://example.', `https://${name}.`] as const;
  return exampleWith(['cost_tag_value: example', `cost_tag_value: ${name}`], host, ...more);
}

/** What such a declaration names, for whoever reads all of it. */
export const namedFiles = {
  'images/helloworld/Dockerfile': 'FROM scratch AS release\nFROM release AS testing\n',
  'images/sar/Dockerfile': 'FROM scratch AS release\nFROM release AS testing\n',
  'cluster/jupyterhub/singleuser/hooks/helloworld.sh': '#!/usr/bin/env bash\n',
  'cluster/jupyterhub/singleuser/hooks/sar.sh': '#!/usr/bin/env bash\n',
};

/** @param files of the repository beside a README */
export async function setTeardownScene(files: Readonly<Record<string, string>>): Promise<TeardownScene> {
  const folder = await mkdtemp(join(tmpdir(), 'opensarlab-teardown-'));
  for (const [path, content] of Object.entries({ 'README.md': 'Deployments\n', ...files })) {
    await mkdir(dirname(join(folder, 'seed', path)), { recursive: true });
    await writeFile(join(folder, 'seed', path), content);
  }
  await mkdir(join(folder, 'github'));
  let time = Date.parse('2026-11-30T08:00:00Z');
  const clock = { now: () => new Date(time) };
  const pass = (): void => {
    time += 10_000;
  };
  const github = await startGitHub({ folder: join(folder, 'github'), clock });
  const token = github.createUser({ login: 'ada', id: 1815, permission: 'admin' });
  const repository = await github.createRepository({
    owner: 'radar-lab',
    ownerId: 4711,
    name: 'deployments',
    seed: { folder: join(folder, 'seed'), message: 'First files', author: { name: 'Ada', email: 'ada@example.org' } },
    actionsMayCreatePullRequests: true,
  });
  const at = { owner: 'radar-lab', repo: 'deployments' };
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const ada = getOctokit(token, { baseUrl: github.apiUrl, log: silent });
  const label = { name: 'destroy', color: 'b60205', description: 'Tear the deployment down' };
  await ada.rest.issues.createLabel({ ...at, ...label });
  const event = {
    name: 'push' as const,
    payload: {},
    repository: repository.fullName,
    ref: 'refs/heads/main',
    sha: '0'.repeat(40),
  };
  const jobToken = github.createJobToken({
    repository: repository.fullName,
    permissions: { actions: 'write', contents: 'write', 'pull-requests': 'write' },
    event: { ...event, actor: { login: 'ada', id: 1815 }, causedByJobToken: false },
  });
  const job = connectGitHub(jobToken, repository.fullName, github.apiUrl);
  const records = new FakeRecords(clock.now);
  const reporter = quietReporter();
  const workspace = await openWorkspace(folder);
  const clone = join(folder, 'clone');
  const git = async (...args: string[]): Promise<string> => {
    const identity = {
      GIT_AUTHOR_NAME: 'Ada',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'a@example.org',
      GIT_COMMITTER_EMAIL: 'a@example.org',
    };
    const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1', ...identity };
    return (await run('git', args, { cwd: clone, env })).stdout.trim();
  };
  await mkdir(clone);
  await git('clone', '--quiet', repository.cloneUrl.replace('://', `://x-access-token:${token}@`), '.');

  const scene: TeardownScene = {
    github,
    ada,
    at,
    job,
    records,
    reporter,
    async push(branch, changes, from) {
      pass();
      await git('fetch', '--quiet', 'origin');
      await git('checkout', '--quiet', '--detach', from ?? `origin/${branch}`);
      for (const [path, content] of Object.entries(changes)) {
        if (content === null) await git('rm', '--quiet', '-r', path);
        else {
          await mkdir(dirname(join(clone, path)), { recursive: true });
          await writeFile(join(clone, path), content);
        }
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', `Change ${Object.keys(changes).join(', ')}`);
      await git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
      await github.settle();
      return await git('rev-parse', 'HEAD');
    },
    async open(branch, changes, from = 'origin/main') {
      await scene.push(branch, changes, from);
      pass();
      const { data } = await ada.rest.pulls.create({ ...at, title: branch, head: branch, base: 'main' });
      return data.number;
    },
    async label(number, on = true) {
      pass();
      if (on) await ada.rest.issues.addLabels({ ...at, issue_number: number, labels: ['destroy'] });
      else await ada.rest.issues.removeLabel({ ...at, issue_number: number, name: 'destroy' });
    },
    async answer(number, on = true) {
      await scene.label(number, on);
      pass();
      return await answerLabel({ reporter }, job, number);
    },
    async merge(number, method = 'merge') {
      pass();
      await github.settle();
      const { data } = await ada.rest.pulls.merge({ ...at, pull_number: number, merge_method: method });
      pass();
      return data.sha;
    },
    head: async (number) => (await ada.rest.pulls.get({ ...at, pull_number: number })).data.head.sha,
    async seal(deployment, number) {
      pass();
      const head = await scene.head(number);
      const base = await scene.main();
      const plan = { deployment, accountId: '123456789012', region: 'us-west-2' };
      const sample = sampleTeardownSeal(plan, { repositoryId: repository.id, pullRequest: number, head, base });
      const text = sealText({ ...sample, ...plan });
      const place = { deployment, pullRequest: number, head };
      await records.writeOnce(planKey(place, { run: '100', attempt: 1 }, sealDigest(text)), text);
      pass();
    },
    consent: (name, { commits = [], pullRequest }) =>
      destroyConsent({ workspace }, job, {
        name,
        commits,
        ...(pullRequest === undefined ? {} : { pullRequest }),
        openRecords: async () => records,
      }),
    async answerOn(number) {
      const { data } = await ada.rest.issues.listComments({ ...at, issue_number: number });
      return data.find(({ body }) => body?.includes('opensarlab:teardown -->'))?.body ?? '';
    },
    main: async () => (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha,
    async checkout() {
      await git('fetch', '--quiet', 'origin');
      await git('checkout', '--quiet', '--detach', 'origin/main');
      return clone;
    },
    repositoryId: repository.id,
    async close() {
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return scene;
}
