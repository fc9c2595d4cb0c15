import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createRunner,
  type RepositoryHandle,
  type RunnerOptions,
  type Sandbox,
  type WorkflowRun,
} from '@opensarlab/sandbox';
import { parseRecord, type RecordKind, type RecordValues } from '../../actions/lib/report/job-record.ts';
import { prepareAccount } from './account-setup.ts';
import { type Declaration, writeDeclaration } from './declaration.ts';
import { copyProject } from './project-copy.ts';
import { createRunFeed, type RunFeed } from './run-feed.ts';
import { createUpstreamRepositories, type UpstreamRepositories } from './upstream-repositories.ts';
import { rememberVerifiedBundles } from './verified-bundles.ts';
import type { Administrator } from './visit.ts';

/** Everything the scenario plays on: an account, a repository on GitHub with the project in it, and its runner. */
export type Stage = Pick<RunFeed, 'lastRun'> & {
  administrator: Administrator;
  declaration: Declaration;
  /** A declaration of another lab in the same account. */
  declare(name: string): Declaration;
  upstream: UpstreamRepositories;
  repository: RepositoryHandle;
  /** The button on a pull request that a workflow opened: its runs wait for somebody with write access. */
  approveRuns(pullRequest: number): void;
  /** Every run that has ended. */
  runs(): readonly WorkflowRun[];
  /** Cancels what runs; the sandbox is closed after it. */
  close(): Promise<void>;
  /** Resolves when no workflow runs any more. */
  settle(): Promise<void>;
  /** The record that the last run of a kind left for a deployment. @throws when it left none */
  record<Kind extends RecordKind>(kind: Kind, deployment: string): RecordValues[Kind];
};

const owner = { login: 'sar-science', id: 90_210 };
const region = 'us-west-2';

/** Seconds of real time between looks: the demo's clock is fast, so its patience must be short. */
const pollSeconds = '0.05';

/** Where each workflow leaves the record of each kind: artifact and file begin alike. */
const recordFiles: Record<RecordKind, { workflow: string; prefix: string }> = {
  plan: { workflow: 'plan', prefix: 'plan' },
  teardown: { workflow: 'plan', prefix: 'plan' },
  mirror: { workflow: 'mirror', prefix: 'mirror' },
  deploy: { workflow: 'deploy', prefix: 'deploy' },
  destroy: { workflow: 'destroy', prefix: 'receipt' },
};

export type StageOptions = {
  /** Gets one line for each thing worth watching. */
  say: (line: string) => void;
  /**
   * Decides for environments with reviewers, at once; without it such jobs wait until somebody reviews them through GitHub.
   */
  approve?: RunnerOptions['approve'];
};

/** @param root the checkout whose workflows and actions run */
export async function setStage(root: string, sandbox: Sandbox, { say, approve }: StageOptions): Promise<Stage> {
  const { aws, github } = sandbox;
  const administrator: Administrator = { region, endpoint: aws.url, credentials: aws.administrator };
  const [upstream, seed] = await Promise.all([
    createUpstreamRepositories(github, join(sandbox.folder, 'upstream')),
    copyProject(root, join(sandbox.folder, 'project')),
  ]);
  const repository = await github.createRepository({
    owner: owner.login,
    ownerId: owner.id,
    name: 'opensarlab-deployments',
    seed: { folder: seed, message: 'OpenSARlab deployments', author: { name: 'Admin', email: 'admin@example.org' } },
    private: true,
  });
  const account = await prepareAccount({ root, sandbox, administrator, repository, pollSeconds });
  const example = await readFile(join(root, 'deployments', '_example', 'opensarlab.yaml'), 'utf8');
  await rememberVerifiedBundles(repository, join(sandbox.folder, 'runner'));
  const feed = createRunFeed(say);
  const runner = createRunner({
    github,
    gitFolder: (fullName) => github.repository(fullName).gitFolder,
    folder: join(sandbox.folder, 'runner'),
    nodeProgram: process.execPath,
    environment: sandbox.environment(region),
    onProgress: feed.listen,
    ...(approve && { approve }),
  });
  const declare = (name: string): Declaration => writeDeclaration(example, { name, region, upstream, ...account });
  return {
    lastRun: feed.lastRun,
    approveRuns: (pullRequest) => void github.approveRuns(repository.fullName, pullRequest),
    runs: () => runner.runs(),
    close: () => runner.close(),
    administrator,
    upstream,
    repository,
    declaration: declare('sar-demo'),
    declare,
    async settle() {
      await github.settle();
      await runner.idle();
      await github.settle();
    },
    record(kind, deployment) {
      const { workflow, prefix } = recordFiles[kind];
      const run = feed.lastRun(workflow);
      const found = github
        .listArtifacts(repository.fullName, run.id)
        .find(({ name }) => name === `${prefix}-${deployment}-1`);
      const content = found && github.readArtifact(repository.fullName, found.id).get(`${prefix}-${deployment}.json`);
      if (content === undefined) throw new Error(`The workflow ${workflow} left no record of ${deployment}.`);
      const record = parseRecord(kind, Buffer.from(content).toString('utf8'));
      if (record.value === undefined)
        throw new Error(record.failure?.message ?? `The record of ${deployment} is empty.`);
      return record.value as RecordValues[typeof kind];
    },
  };
}
