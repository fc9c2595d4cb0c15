import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import {
  changes,
  edited,
  errorsOf,
  expectNothingDone,
  expectSuccess,
  labDeclaration,
  look,
  runsOf,
  settings,
  updatedStacks,
} from './judgement.ts';
import { openWorld, describe as tell, type World } from './world.ts';

let world: World;
let lab: Declaration;
beforeAll(async () => {
  world = await openWorld({ ruled: false, approveAtOnce: false });
  lab = await world.deploy('sar');
});
afterAll(() => world.close());
afterEach(() => guard([]));

/** Who has to let a job into the environment `deploy`. */
function guard(reviewers: readonly string[]): void {
  const environment = world.sandbox.github.environments(world.stage.repository.fullName).get('deploy');
  if (environment === undefined) throw new Error('There is no environment deploy.');
  environment.protection.requiredReviewers = [...reviewers];
}

function waiting(): number[] {
  return world.sandbox.github
    .workflowRuns(world.stage.repository.fullName)
    .filter(({ status }) => status === 'waiting')
    .map(({ id }) => id)
    .sort((a, b) => a - b);
}

function review(runId: number, state: 'approved' | 'rejected'): void {
  world.sandbox.github.reviewDeployments(world.stage.repository.fullName, { runId, state, by: 'bob' });
}

const described = (text: string): string => edited(lab.text, [['profiles', 0, 'description'], text]);

describe('a reviewer who comes late', () => {
  it('lets work go on that unrelated commits have not touched', async () => {
    const pull = await world.ada.propose('late', 'Describe', { [lab.file]: described('Late') });
    await world.settle();
    guard(['bob']);
    const before = await look(world);
    await world.land(pull);
    await world.settle();
    await world.ada.push('main', { 'docs/notes.md': 'Meanwhile.\n' }, { message: 'Notes' });
    await world.settle();
    await expectNothingDone(world, before);
    const [runId = 0, ...others] = waiting();
    expect(others).toEqual([]);
    review(runId, 'approved');
    expectSuccess(await world.settle(), 'deploy');
    expect(await labDeclaration(world, 'sar')).toContain('Late');
    expect(updatedStacks(world, before.since)).toEqual([]);
    lab = { ...lab, text: described('Late') };
  });

  it('lets nothing go on that a later commit decides otherwise; the later run does both', async () => {
    const first = await world.ada.propose('first', 'Describe', { [lab.file]: described('First') });
    const size = edited(lab.text, [['nodes', 1, 'max_number'], 7]);
    const second = await world.ada.propose('second', 'More nodes', { [lab.file]: size });
    await world.settle();
    guard(['bob']);
    const before = await look(world);
    await world.land(first);
    await world.settle();
    await world.land(second);
    await world.settle();
    const [older = 0, newer = 0] = waiting();
    review(older, 'approved');
    const [superseded] = runsOf(await world.settle(), 'deploy');
    expect(['success', 'cancelled'], tell(superseded)).toContain(superseded?.conclusion);
    await expectNothingDone(world, before);
    review(newer, 'approved');
    expectSuccess(await world.settle(), 'deploy');
    expect(updatedStacks(world, before.since)).toEqual(['sar-cluster']);
    expect(await labDeclaration(world, 'sar')).toContain('First');
    expect((await settings(world)).get('sar-cluster SizesSmall')).toContain('7');
    lab = { ...lab, text: edited(size, [['profiles', 0, 'description'], 'First']) };
  });

  it('who rejects has changed nothing, and the run can be run again', async () => {
    const pull = await world.ada.propose('rejected', 'Describe', { [lab.file]: described('Rejected first') });
    await world.settle();
    guard(['bob']);
    const before = await look(world);
    await world.land(pull);
    await world.settle();
    const [runId = 0] = waiting();
    review(runId, 'rejected');
    const [rejected] = runsOf(await world.settle(), 'deploy');
    expect(rejected?.conclusion).toBe('failure');
    expect(rejected === undefined ? [] : errorsOf(rejected).join('\n')).toMatch(/not approved|rejected/i);
    await expectNothingDone(world, before);
    world.sandbox.github.rerun(world.stage.repository.fullName, { runId, failedOnly: true, by: 'ada' });
    await world.settle();
    review(runId, 'approved');
    expectSuccess(await world.settle(), 'deploy');
    expect(await labDeclaration(world, 'sar')).toContain('Rejected first');
    lab = { ...lab, text: described('Rejected first') };
  });
});

describe('every run so far, run again', () => {
  it('does nothing but what the tip has: gate, plan, deploy, destroy, mirror', async () => {
    const { github } = world.sandbox;
    const { fullName } = world.stage.repository;
    await world.ada.rest.actions.createWorkflowDispatch({
      ...{ ...world.ada.at, workflow_id: 'mirror.yml', ref: 'main' },
      inputs: { deployment: 'sar', divergence: 'discard' },
    });
    await world.settle();
    const before = await look(world);
    const known = new Map(world.stage.runs().map((each) => [each.id, each]));
    expect(new Set([...known.values()].map(({ workflowName }) => workflowName))).toEqual(
      new Set(['gate', 'plan', 'deploy', 'destroy', 'mirror']),
    );
    for (const runId of known.keys()) github.rerun(fullName, { runId, by: 'ada' });
    const runs = await world.settle();
    expect(runs).toHaveLength(known.size);
    for (const each of runsOf(runs, 'deploy')) expect(each.conclusion, tell(each)).toBe('success');
    expect(changes(world, before.since)).toEqual([]);
    await expectNothingDone(world, before);
    expect(await world.ada.pulls()).toEqual([]);
  });
});
