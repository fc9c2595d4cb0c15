import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectAws } from '../actions/lib/aws/aws-account.ts';
import { deployDeployment } from '../actions/lib/deploy/deploy.ts';
import type { DeployRecord } from '../actions/lib/deploy/deploy-record.ts';
import type { Patience } from '../actions/lib/engine/poll.ts';
import { planDeployment } from '../actions/lib/plan/plan-deployment.ts';
import { quietReporter } from '../actions/lib/ports/test/fake-aws.ts';
import { sampleDeployment } from '../actions/lib/ports/test/sample-deployment.ts';
import { findCodeCommitRepository } from '../scripts/sandbox/aws/services/codecommit/codecommit-state.ts';
import { type AwsSandbox, startAws } from '../scripts/sandbox/aws/start-aws.ts';
import { createVirtualClock } from '../scripts/sandbox/clock.ts';
import { lifecycleStacks } from './deploy-lifecycle-stacks.ts';

const accountId = '123456789012';
const region = 'us-west-2';
const sample = sampleDeployment();
const deployment = sampleDeployment({
  name: 'life',
  aws: { ...sample.aws, account_id: accountId, region },
  parameters: { ...sample.parameters, container_namespace: 'life-container' },
});
const buildspec = 'version: 0.2\nphases: {build: {commands: ["test \\"$PHASE\\" != \\"$(cat failing-phase)\\""]}}\n';

let folder: string;
let sandbox: AwsSandbox;
const mirrored = { container: '', cluster: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-lifecycle-'));
  sandbox = await startAws({ accountId, clock: createVirtualClock(100_000), folder: join(folder, 'aws') });
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.url);
  const { repositories } = connectAws({ region, accountId, credentials: sandbox.administrator });
  for (const kind of ['container', 'cluster'] as const) {
    await repositories.create(`life-${kind}`, 'Mirror', { 'opensarlab:deployment': 'life' });
    mirrored[kind] = push(`life-${kind}`, { 'buildspec.yml': buildspec, 'failing-phase': 'none' });
  }
});

afterAll(async () => {
  await sandbox.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Puts one commit with these files on `main`, as the mirror does. */
function push(repository: string, files: Record<string, string>): string {
  const tree = mkdtempSync(join(folder, 'tree-'));
  mkdirSync(tree, { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(tree, path), text);
  const identity = ['-c', 'user.name=mirror', '-c', 'user.email=mirror@example.org'];
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', tree, ...identity, ...args], { encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=mirror');
  git('push', '--quiet', '--force', findCodeCommitRepository(sandbox.world, region, repository).folder, 'main');
  return git('rev-parse', 'HEAD').trim();
}

/** Everything the verbs take beside the deployment; each run has its own connection, so that calls are counted per run. */
function surroundings() {
  const clock = {
    now: () => new Date(),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  };
  const patience: Patience = { clock, pollMilliseconds: 10, deadline: new Date(Date.now() + 30_000) };
  const ports = connectAws({ region, accountId, credentials: sandbox.administrator });
  return { ...patience, deployment, ports, reporter: quietReporter(), random: Math.random };
}

function deploy(poolName?: string): Promise<DeployRecord> {
  return deployDeployment({ ...surroundings(), stacks: lifecycleStacks(deployment, poolName), mirrored });
}

function changes(record: DeployRecord): Record<string, string> {
  return Object.fromEntries(record.steps.map(({ id, change, failure }) => [id, failure?.message ?? change]));
}

describe('a deployment on AWS', { timeout: 30_000 }, () => {
  it('is planned without leaving a trace', async () => {
    const options = surroundings();
    const plan = await planDeployment({ ...options, stacks: lifecycleStacks(deployment) });
    expect(plan.stacks.map(({ action, detail }) => detail ?? action)).toEqual(Array(5).fill('create'));
    expect(
      plan.stacks
        .find(({ kind }) => kind === 'cluster')
        ?.changes.map(({ logicalId }) => logicalId)
        .sort(),
    ).toEqual(['Nodes', 'Subnet', 'Vpc']);
    await vi.waitFor(async () => {
      for (const { name } of plan.stacks) expect(await options.ports.cloudFormation.findStack(name)).toBeUndefined();
    });
  });

  it('is made, with pipelines run for exactly the mirrored commits', async () => {
    const record = await deploy();
    expect(changes(record)).toEqual({
      'stack container': 'created',
      'stack cluster': 'created',
      'stack cognito': 'created',
      'stack jupyterhub': 'created',
      'stack cluster-pipeline': 'created',
      images: 'built',
      hub: 'installed',
      smoke: 'tested',
    });
    expect(record).toMatchObject({ outcome: 'succeeded', outputs: { url: 'https://lab.example.org' } });
  });

  it('is left alone when nothing has changed', async () => {
    const record = await deploy();
    expect(changes(record)).toMatchObject({ smoke: 'unchanged', hub: 'unchanged' });
    expect(record).toMatchObject({ outcome: 'succeeded', unchanged: true });
    expect(record.calls).toBeLessThanOrEqual(13);
  });

  it('installs the hub again after a push that nobody else built', async () => {
    mirrored.cluster = push('life-cluster', { 'buildspec.yml': buildspec, 'failing-phase': 'none', 'new-file': 'x' });
    expect(changes(await deploy())).toMatchObject({ images: 'unchanged', hub: 'installed', smoke: 'tested' });
  });

  it('fails with the failed phase when the profiles do not start, and again until they do', async () => {
    mirrored.cluster = push('life-cluster', { 'buildspec.yml': buildspec, 'failing-phase': 'smoke' });
    for (let run = 0; run < 2; run += 1) {
      const record = await deploy();
      expect(record.outcome).toBe('failed');
      expect(record.message).toMatch(/^The test of the profiles failed: BUILD: /);
    }
  });
});
