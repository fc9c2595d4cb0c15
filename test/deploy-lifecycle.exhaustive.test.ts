import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deployDeployment } from '../actions/lib/deploy/deploy.ts';
import type { DeployRecord } from '../actions/lib/deploy/deploy-record.ts';
import { approvedPlan } from '../actions/lib/deploy/test/approved-plan.ts';
import { planDeployment } from '../actions/lib/plan/plan-deployment.ts';
import { quietReporter } from '../actions/lib/ports/test/fake-aws.ts';
import { sampleDeployment } from '../actions/lib/ports/test/sample-deployment.ts';
import { inventoriedTeardown } from '../actions/lib/teardown/declared-teardown.ts';
import { destroyDeployment } from '../actions/lib/teardown/destroy.ts';
import { takeInventory } from '../actions/lib/teardown/inventory.ts';
import type { Receipt } from '../actions/lib/teardown/receipt.ts';
import { dataOf } from '../actions/lib/teardown/teardown-data.ts';
import type { TeardownPlan } from '../actions/lib/teardown/teardown-plan.ts';
import { sampleTeardownSeal } from '../actions/lib/teardown/test/sample-teardown-seal.ts';
import { openTestAccount, pushFiles, type TestAccount, testPatience } from './deploy-account.ts';
import { hubImagesBuildspec, lifecycleStacks } from './deploy-lifecycle-stacks.ts';

const sample = sampleDeployment();
const deployment = sampleDeployment({
  name: 'life',
  aws: { ...sample.aws, account_id: '123456789012' },
  parameters: { ...sample.parameters, container_namespace: 'life-container' },
});
const buildspec = `version: 0.2
phases:
  build:
    commands:
      - if [ "$PHASE" = "$(cat failing-phase)" ]; then echo "profile SAR 1 did not start"; exit 3; fi
`;

let account: TestAccount;
let mirrored: { container: string; cluster: string };

beforeEach(async () => {
  account = await openTestAccount();
  const { repositories } = account.connect();
  for (const kind of ['container', 'cluster']) await repositories.create(`life-${kind}`, 'Mirror', {});
  mirrored = { container: push('container'), cluster: push('cluster') };
});

afterEach(() => account.close());

/** Mirrors a commit whose builds fail in the given phase. */
function push(kind: 'container' | 'cluster', failingPhase = 'none'): string {
  return pushFiles(account, `life-${kind}`, {
    'buildspec.yml': buildspec,
    'hubbuildspec.yml': hubImagesBuildspec(deployment),
    'failing-phase': failingPhase,
  });
}

/** Everything the verbs take beside the stacks; each run has its own connection, so that calls are counted per run. */
function surroundings() {
  return { ...testPatience(), deployment, ports: account.connect(), reporter: quietReporter(), random: Math.random };
}

async function deploy(): Promise<DeployRecord> {
  const stacks = lifecycleStacks(deployment);
  const approved = await approvedPlan({ ...surroundings(), stacks });
  return await deployDeployment({ ...surroundings(), stacks, mirrored, ...approved });
}

/** Destroys what was approved: at a shell everything, else what a sealed plan lists. */
function destroy(plan?: TeardownPlan): Promise<Receipt> {
  const usedHomes = { read: async () => [], add: async () => undefined };
  const seal = plan === undefined ? undefined : sampleTeardownSeal(plan);
  const consent = seal === undefined ? {} : { consent: { seal, sealedAt: new Date(), usedHomes } };
  return destroyDeployment({ ...surroundings(), stacks: lifecycleStacks(deployment), ...consent });
}

async function planTeardown(): Promise<TeardownPlan> {
  const ports = account.connect();
  const inventory = await takeInventory(deployment, lifecycleStacks(deployment), ports);
  const data = await dataOf(deployment, inventory, ports);
  return inventoriedTeardown(deployment, inventory, { data, storedBytes: new Map() });
}

function changes(record: DeployRecord): Record<string, string> {
  return Object.fromEntries(record.steps.map(({ id, change, failure }) => [id, failure?.message ?? change]));
}

async function makeVolume(cluster: string, claim: string): Promise<void> {
  const tags = [
    { Key: `kubernetes.io/cluster/${cluster}`, Value: 'owned' },
    { Key: 'kubernetes.io/created-for/pvc/name', Value: claim },
  ];
  const tagged = [{ ResourceType: 'volume' as const, Tags: tags }];
  const input = { AvailabilityZone: 'us-west-2a', Size: 100, TagSpecifications: tagged };
  await new EC2Client(account.settings).send(new CreateVolumeCommand(input));
}

describe('a deployment on AWS', { timeout: 30_000 }, () => {
  it('is planned without leaving a trace', async () => {
    const options = surroundings();
    const plan = await planDeployment({ ...options, stacks: lifecycleStacks(deployment) });
    expect(plan.stacks.map(({ action, detail }) => detail ?? action)).toEqual(Array(5).fill('create'));
    const cluster = plan.stacks.find(({ kind }) => kind === 'cluster');
    expect(cluster?.changes.map(({ logicalId }) => logicalId).sort()).toEqual(['Nodes', 'Subnet', 'Vpc']);
    await vi.waitFor(async () => {
      for (const { name } of plan.stacks) expect(await options.ports.cloudFormation.findStack(name)).toBeUndefined();
    });
  });

  it('is made for exactly the mirrored commits, then left alone, and installed again after a push', async () => {
    const made = await deploy();
    expect(changes(made)).toEqual({
      'stack container': 'created',
      'stack cluster': 'created',
      'stack cognito': 'created',
      'stack jupyterhub': 'created',
      'stack cluster-pipeline': 'created',
      'hub-images': 'built',
      images: 'built',
      hub: 'installed',
      smoke: 'tested',
    });
    expect(made).toMatchObject({ outcome: 'succeeded', outputs: { url: 'https://lab.example.org' } });
    const again = await deploy();
    expect(again).toMatchObject({ outcome: 'succeeded', unchanged: true });
    expect(again.calls).toBeLessThanOrEqual(32);
    mirrored.cluster = push('cluster', 'another');
    expect(changes(await deploy())).toMatchObject({ images: 'unchanged', hub: 'installed', smoke: 'tested' });
  });

  it('fails with the failed phase when the profiles do not start, and again until they do', async () => {
    mirrored.cluster = push('cluster', 'smoke');
    for (let run = 0; run < 2; run += 1) {
      const record = await deploy();
      expect(record.outcome).toBe('failed');
      expect(record.message).toMatch(
        /^The test of the profiles failed: BUILD: .*; it last said: profile SAR 1 did not/,
      );
    }
  });

  it('is torn down with proof, proves the same again, and can come back to the logs that were kept', async () => {
    await deploy();
    await makeVolume('life-cluster', 'claim-jane');
    await makeVolume('life-2-cluster', 'claim-jane');
    const approved = await planTeardown();
    expect(approved.data).toMatchObject({
      stacks: ['life-cluster', 'life-cluster-pipeline', 'life-container', 'life-jupyterhub'],
      homes: [{ claim: 'claim-jane', sizeGib: 100, lastUse: { kind: 'unknown' }, createdAt: expect.any(String) }],
      pools: [],
      foreign: [],
    });
    await makeVolume('life-cluster', 'claim-late');
    const receipt = await destroy(approved);
    expect(receipt.steps.filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown')).toEqual([]);
    expect(receipt).toMatchObject({ outcome: 'succeeded', leftover: [], unverified: [] });
    expect(receipt.retained.map(({ type, rule }) => `${type} ${rule}`).sort()).toEqual([
      'AWS::CloudFormation::Stack retain.cognito',
      'AWS::CodeCommit::Repository retain.code_commit',
      'AWS::CodeCommit::Repository retain.code_commit',
      'AWS::Cognito::UserPool retain.cognito',
      'AWS::EC2::Snapshot not in the plan',
      'AWS::EC2::Volume not in the plan',
      'AWS::Logs::LogGroup retain.logs',
      'AWS::Logs::LogGroup retain.logs',
      'AWS::Logs::LogGroup retain.logs',
    ]);
    const confirmed = new Map(receipt.gone.map(({ type, confirmedBy }) => [type, confirmedBy]));
    expect([confirmed.get('AWS::EC2::VPC'), confirmed.get('AWS::EC2::Volume')]).toEqual(['service', 'service']);
    const { volumes, userPools } = account.connect();
    expect(await volumes.find({ key: 'kubernetes.io/cluster/life-2-cluster', value: 'owned' })).toHaveLength(1);
    const [pool = ''] = await userPools.findByName('life-cluster');
    expect(await userPools.find(pool)).toMatchObject({ signUpClosed: true, deletionProtection: true });

    const second = await destroy(approved);
    expect(second).toMatchObject({ outcome: 'succeeded', leftover: [], unverified: [] });
    expect(second.gone).toContainEqual(expect.objectContaining({ type: 'AWS::EC2::VPC', confirmedBy: 'service' }));
    expect(changes(await deploy())).toMatchObject({ 'stack container': 'created', 'stack cognito': 'unchanged' });
  });
});
