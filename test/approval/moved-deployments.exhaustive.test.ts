import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeProposal } from '../../actions/lib/adapters/git/merged-proposal.ts';
import { openWorkspace } from '../../actions/lib/adapters/workspace/workspace.ts';
import { FakeAws } from '../../actions/lib/ports/test/fake-aws.ts';
import { deployInJob } from '../../actions/lib/verbs/deploy-in-job.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { planProposal } from '../../actions/lib/verbs/plan-proposal.ts';
import type { Connection, Surroundings } from '../../actions/lib/verbs/surroundings.ts';
import { declarationOf, namedFiles, setTeardownScene, type TeardownScene } from '../teardown/teardown-scene.ts';

// A lab that is declared in another account or region: the gate is not the only one to say no, because a gate can be passed
// over. The account that it would go to knows nothing of where the lab is, so the history of the default branch tells.

const sar = 'deployments/sar/opensarlab.yaml';
const moves = {
  account: declarationOf('sar').replaceAll('123456789012', '999988887777'),
  region: declarationOf('sar').replaceAll('us-west-2', 'us-east-1'),
};

let scene: TeardownScene;
let aws: FakeAws;
beforeEach(async () => {
  scene = await setTeardownScene({ [sar]: declarationOf('sar'), ...namedFiles });
  aws = new FakeAws();
});
afterEach(() => scene.close());

async function surroundingsOf(folder: string): Promise<Surroundings> {
  const connection: Connection = { aws: aws.ports(), keys: async () => ({ accessKeyId: '', secretAccessKey: '' }) };
  return {
    workspace: await openWorkspace(folder),
    reporter: scene.reporter,
    clock: { now: () => new Date('2026-11-30T12:00:00Z'), sleep: async () => undefined },
    random: () => 0.5,
    connect: async () => connection,
    pollMilliseconds: 1,
  };
}

async function plan(number: number): Promise<unknown> {
  const folder = await scene.checkout();
  const [base, head] = [await scene.main(), await scene.head(number)];
  await mergeProposal(folder, base, head);
  const surroundings = await surroundingsOf(folder);
  const deployment = await findDeployment(surroundings, 'sar');
  const origin = { repositoryId: scene.repositoryId, pullRequest: number, head, base, run: '9', attempt: 1 };
  return await planProposal(surroundings, deployment, await surroundings.connect(deployment, 'plan'), {
    ...{
      github: scene.job,
      proposal: { origin, isAutomatic: false, defaultBranch: 'main' },
      signal: new AbortController().signal,
    },
  });
}

async function deploy(): Promise<unknown> {
  const surroundings = await surroundingsOf(await scene.checkout());
  const identity = { run: '9', attempt: 1, repository: 'radar-lab/deployments', repositoryId: scene.repositoryId };
  const job = {
    ...identity,
    commit: await scene.main(),
    name: 'sar',
    cache: undefined,
    reviewed: undefined,
    nightly: false,
  };
  return await deployInJob(surroundings, scene.job, job);
}

describe.each(['account', 'region'] as const)('a lab that would move to another %s', (what) => {
  const refusal = {
    code: 'PlaceChanged',
    message: expect.stringMatching(new RegExp(`^The ${what} of sar changes from `)),
  };

  it('is not planned', async () => {
    await expect(plan(await scene.open('move', { [sar]: moves[what] }))).rejects.toMatchObject(refusal);
  });

  it('is not deployed, whatever let it pass, nor after another change of the declaration', async () => {
    await scene.push('main', { [sar]: moves[what] });
    await expect(deploy()).rejects.toMatchObject(refusal);
    await scene.push('main', { [sar]: `${moves[what]}\n# And more.\n` });
    await expect(deploy()).rejects.toMatchObject(refusal);
    expect(aws.records.objects.size).toBe(0);
  });

  it('is neither planned nor deployed after a declaration that nobody can read', async () => {
    await scene.push('main', { [sar]: 'aws: [\n' });
    const number = await scene.open('mend', { [sar]: moves[what] });
    await expect(plan(number)).rejects.toMatchObject(refusal);
    await scene.merge(number);
    await expect(deploy()).rejects.toMatchObject(refusal);
  });
});
