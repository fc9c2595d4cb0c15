import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../actions/lib/adapters/workspace/workspace.ts';
import { deployInJob } from '../../actions/lib/verbs/deploy-in-job.ts';
import { declarationOf, namedFiles, setTeardownScene, type TeardownScene } from '../teardown/teardown-scene.ts';

// A run that waited for a reviewer, or that somebody runs again, is of a commit that the default branch has left behind.

const sar = 'deployments/sar/opensarlab.yaml';

let scene: TeardownScene;
beforeEach(async () => {
  scene = await setTeardownScene({ [sar]: declarationOf('sar'), ...namedFiles });
});
afterEach(() => scene.close());

/** Deploys as the run of a commit does, in an account that answers nobody. */
async function deployAt(commit: string): Promise<unknown> {
  const surroundings = {
    workspace: await openWorkspace(await scene.checkout()),
    reporter: scene.reporter,
    clock: { now: () => new Date('2026-11-30T12:00:00Z'), sleep: async () => undefined },
    random: () => 0.5,
    connect: () => Promise.reject(new RangeError('The account was asked.')),
    pollMilliseconds: 1,
  };
  const identity = { run: '9', attempt: 2, repository: 'radar-lab/deployments', repositoryId: scene.repositoryId };
  const job = { ...identity, commit, name: 'sar', cache: undefined, reviewed: undefined, nightly: false };
  return await deployInJob(surroundings, scene.job, job);
}

describe('an old run of the workflow deploy', () => {
  it('asks nothing of the account where the tip decides the deployment otherwise', async () => {
    const start = await scene.main();
    await scene.push('main', { 'README.md': 'Another text\n' });
    await expect(deployAt(start)).rejects.toThrow('The account was asked.');
    await scene.push('main', { [sar]: declarationOf('sar', [['max_number: 5', 'max_number: 9']]) });
    await expect(deployAt(start)).rejects.toMatchObject({ code: 'Superseded' });
    await scene.push('main', { 'deployments/sar': null });
    await expect(deployAt(start)).rejects.toMatchObject({ code: 'Superseded' });
  });
});
