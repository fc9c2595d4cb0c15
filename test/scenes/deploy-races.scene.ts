import { AwsError } from '@opensarlab/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import {
  changes,
  edited,
  expectNothingDone,
  expectSuccess,
  labDeclaration,
  look,
  runsOf,
  settings,
  shownOn,
  until,
  updatedStacks,
} from './judgement.ts';
import { openWorld, describe as tell, type World } from './world.ts';

let world: World;
let lab: Declaration;
beforeAll(async () => {
  world = await openWorld({ ruled: false });
  lab = world.stage.declare('sar');
});
afterAll(() => world.close());

const described = (text: string): string => edited(lab.text, [['profiles', 0, 'description'], text]);
const executing = (since: number): boolean => changes(world, since).some((deed) => deed.includes('ExecuteChangeSet'));

describe('a first deployment', () => {
  it('is not disturbed by a plan beside it, is cut short, and the night goes on where it was', async () => {
    const pull = await world.ada.propose('add-sar', 'Add sar', { [lab.file]: lab.text });
    await world.settle();
    const since = world.moment();
    await world.land(pull);
    await until('stacks are made', () => executing(since));
    const beside = await world.ada.propose('beside', 'Describe', { [lab.file]: described('Beside') });
    await until('the plan beside it is there', async () => (await shownOn(world, beside)) !== '');
    const { github } = world.sandbox;
    const running = github
      .workflowRuns(world.stage.repository.fullName)
      .find(({ name, status, event }) => name === 'deploy' && status !== 'completed' && event.name === 'push');
    if (running !== undefined) {
      await world.ada.rest.actions.cancelWorkflowRun({ ...world.ada.at, run_id: running.id });
    }
    const runs = await world.settle();
    const [first] = runsOf(runs, 'deploy');
    // Its job was cancelled; the job that concludes says that nobody knows what it did. Red either way.
    expect(running === undefined ? ['success'] : ['cancelled', 'failure'], tell(first)).toContain(first?.conclusion);
    await github.schedule(world.stage.repository.fullName, '23 9 * * *');
    expectSuccess(await world.settle(), 'deploy');
    const stacks = [...(await world.account()).keys()].filter((key) => /^sar-[a-z-]+$/.test(key)).sort();
    expect(stacks).toEqual(['sar-cluster', 'sar-cluster-pipeline', 'sar-cognito', 'sar-container', 'sar-jupyterhub']);

    // What could not be sealed meanwhile is planned anew by itself.
    const head = await world.ada.git('rev-parse', 'origin/beside');
    expect((await world.ada.checks(head)).get('plan')).toBe('success');
    const before = await look(world);
    await world.land(beside);
    expectSuccess(await world.settle(), 'deploy');
    expect(await labDeclaration(world, 'sar')).toContain('Beside');
    expect(updatedStacks(world, before.since)).toEqual([]);
    lab = { ...lab, text: described('Beside') };
  });
});

describe('two deploys of the same lab', () => {
  it('come one after the other, and the second finds nothing to do', async () => {
    const pull = await world.ada.propose('size', 'More nodes', {
      [lab.file]: edited(lab.text, [['nodes', 1, 'max_number'], 7]),
    });
    await world.settle();
    const before = await look(world);
    await world.land(pull);
    await world.sandbox.github.schedule(world.stage.repository.fullName, '23 9 * * *');
    await world.ada.rest.actions.createWorkflowDispatch({
      ...{ ...world.ada.at, workflow_id: 'deploy.yml', ref: 'main' },
      inputs: { deployment: 'sar' },
    });
    const runs = runsOf(await world.settle(), 'deploy');
    for (const each of runs) expect(each.conclusion, tell(each)).toBe('success');
    expect(runs).toHaveLength(3);
    expect(changes(world, before.since).filter((deed) => deed.includes('ExecuteChangeSet'))).toHaveLength(1);
    expect((await settings(world)).get('sar-cluster SizesSmall')).toContain('7');
    lab = { ...lab, text: edited(lab.text, [['nodes', 1, 'max_number'], 7]) };
  });
});

describe('a new machine image', () => {
  it('between plan and deploy leaves the sealed one in force, on a retry too', async () => {
    const pull = await world.ada.propose('image', 'Larger hub disk', {
      [lab.file]: edited(lab.text, [['nodes', 1, 'max_number'], 8]),
    });
    await world.settle();
    const before = await look(world);
    const images = (found: Map<string, string>): string[] =>
      [...found].filter(([key]) => /Image|Ami/i.test(key)).map(([key, value]) => `${key} ${value}`);
    expect(images(before.settings).length).toBeGreaterThan(0);
    const { aws, github } = world.sandbox;
    aws.setup.releaseMachineImages(world.stage.administrator.region);
    const refused = new AwsError('AccessDenied', 'Not now', 403);
    aws.faults.inject({ service: 'codebuild', operation: 'StartBuild', fault: { kind: 'error', error: refused } });
    await world.land(pull);
    const runs = runsOf(await world.settle(), 'deploy');
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(['failure']);
    expect(images(await settings(world))).toEqual(images(before.settings));
    aws.faults.clear();
    aws.setup.releaseMachineImages(world.stage.administrator.region);
    github.rerun(world.stage.repository.fullName, { runId: runs[0]?.id ?? 0, failedOnly: true, by: 'ada' });
    expectSuccess(await world.settle(), 'deploy');
    expect(images(await settings(world))).toEqual(images(before.settings));
    expect((await settings(world)).get('sar-cluster SizesSmall')).toContain('8');
    const done = await look(world);
    aws.setup.releaseMachineImages(world.stage.administrator.region);
    await github.schedule(world.stage.repository.fullName, '23 9 * * *');
    await world.settle();
    await expectNothingDone(world, done);
    lab = { ...lab, text: edited(lab.text, [['nodes', 1, 'max_number'], 8]) };
  });
});
