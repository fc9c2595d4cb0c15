import type { MergeMethod } from '@opensarlab/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import {
  edited,
  expectNothingDone,
  expectSuccess,
  labDeclaration,
  look,
  runsOf,
  settings,
  until,
  updatedStacks,
} from './judgement.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let lab: Declaration;
beforeAll(async () => {
  world = await openWorld({ ruled: false });
  lab = await world.deploy('sar');
});
afterAll(() => world.close());
afterEach(() => world.sandbox.github.rulesets(world.stage.repository.fullName).clear());

/** What each of three pull requests changes; far enough apart in the file for Git. */
const proposals = (word: string, size: number) =>
  [
    [['profiles', 0, 'description'], `${word} the first`],
    [['profiles', 1, 'description'], `${word} the second`],
    [['nodes', 1, 'max_number'], size],
  ] as const;

/** Proposes so many of them, each on its own branch of today's main, and has them planned. */
async function propose(word: string, size: number, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for (const [index, edit] of proposals(word, size)
    .slice(3 - count)
    .entries()) {
    const branch = `${word}-${index}`;
    await world.ada.push(branch, { 'README.md': `# ${word}\n` }, { message: `${branch}: first` });
    await world.ada.push(branch, { [lab.file]: edited(lab.text, edit) }, { message: branch, from: 'HEAD' });
    numbers.push(await world.ada.open(branch, `Change ${branch}`));
  }
  await world.settle();
  lab = { ...lab, text: edited(lab.text, ...proposals(word, size).slice(3 - count)) };
  return numbers;
}

/** The lab is as all merged pull requests together want it, and nothing else happened to it. */
async function expectDeployed(word: string, size: number, count: number, since: number): Promise<void> {
  expect(updatedStacks(world, since)).toEqual(['sar-cluster']);
  expect((await settings(world)).get('sar-cluster SizesSmall')).toContain(String(size));
  const text = await labDeclaration(world, 'sar');
  if (count > 2) expect(text).toContain(`${word} the first`);
  if (count > 1) expect(text).toContain(`${word} the second`);
}

describe('pull requests that land before any of them is deployed', () => {
  it.each<{ method: MergeMethod; count: number; size: number }>([
    { method: 'squash', count: 3, size: 6 },
    { method: 'merge', count: 2, size: 7 },
    { method: 'rebase', count: 2, size: 8 },
    { method: 'rebase', count: 1, size: 9 },
  ])('are all deployed: $count by $method', async ({ method, count, size }) => {
    const numbers = await propose(`${method}${count}`, size, count);
    const before = await look(world);
    for (const number of numbers) await world.ada.merge(number, method);
    const runs = await world.settle();
    expectSuccess(runs, 'deploy');
    // Whatever ran for a commit that was overtaken is no failure either.
    for (const { conclusion } of runsOf(runs, 'deploy')) expect(conclusion).toBe('success');
    await expectDeployed(`${method}${count}`, size, count, before.since);
    expect([...(await world.account()).keys()].sort()).toEqual([...before.account.keys()].sort());
  });

  it('are all deployed: 2 by the merge queue', async () => {
    const { github } = world.sandbox;
    const { fullName } = world.stage.repository;
    const numbers = await propose('queue', 4, 2);
    const before = await look(world);
    const now = github.now();
    github.rulesets(fullName).set(1, {
      ...{ id: 1, name: 'queue', target: 'branch', enforcement: 'active', bypassActors: [] },
      source: { type: 'Repository', name: fullName },
      refs: { include: ['~DEFAULT_BRANCH'], exclude: [] },
      rules: [
        {
          type: 'required_status_checks',
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [{ context: 'gate' }],
          },
        },
        {
          type: 'merge_queue',
          // Virtual minutes, of which hundreds pass while a check computes in real time.
          parameters: { merge_method: 'MERGE', min_entries_to_merge: 2, check_response_timeout_minutes: 100_000 },
        },
      ],
      createdAt: now,
      updatedAt: now,
    });
    for (const number of numbers) await github.enqueue(fullName, { number, by: 'ada' });
    await until('the queue has merged them', async () => (await world.ada.pulls()).length === 0);
    const runs = await world.settle();
    expect(runsOf(runs, 'gate').map(({ event }) => event.name)).toContain('merge_group');
    expectSuccess(runs, 'deploy');
    await expectDeployed('queue', 4, 2, before.since);
  });
});

describe('what does not concern the lab', () => {
  it('lands between plan and merge, and right after the merge, and changes nothing of what is deployed', async () => {
    const [number = 0] = await propose('between', 6, 1);
    const before = await look(world);
    await world.bob.push('main', { 'docs/notes.md': 'Before.\n' }, { message: 'Notes' });
    await world.ada.merge(number);
    await world.bob.push('main', { 'docs/notes.md': 'After.\n' }, { message: 'Notes' });
    expectSuccess(await world.settle(), 'deploy');
    await expectDeployed('between', 6, 1, before.since);
  });

  it('is all that is left when a deployed pull request is reverted: back as it was, only when that was planned', async () => {
    const [number = 0] = await propose('reverted', 9, 1);
    await world.ada.merge(number);
    expectSuccess(await world.settle(), 'deploy');
    lab = { ...lab, text: edited(lab.text, [['nodes', 1, 'max_number'], 6]) };
    const revert = await world.ada.propose('revert-size', 'Revert the size', { [lab.file]: lab.text });
    await world.settle();
    const before = await look(world);
    await world.land(revert);
    expectSuccess(await world.settle(), 'deploy');
    expect(updatedStacks(world, before.since)).toEqual(['sar-cluster']);
    expect((await settings(world)).get('sar-cluster SizesSmall')).toContain('6');
  });
});

describe('[skip ci] in the merge', () => {
  it.each([
    { next: 'the night', word: 'skipped', size: 8 },
    { next: 'the next push, whatever that is for', word: 'passed-over', size: 5 },
  ])('leaves the work to $next, which deploys what was sealed', async ({ next, word, size }) => {
    const [number = 0] = await propose(word, size, 1);
    const before = await look(world);
    await world.ada.rest.pulls.merge({
      ...{ ...world.ada.at, pull_number: number, merge_method: 'squash' },
      commit_title: 'More nodes [skip ci]',
    });
    expect(runsOf(await world.settle(), 'deploy')).toEqual([]);
    await expectNothingDone(world, before);
    if (next === 'the night') await world.sandbox.github.schedule(world.stage.repository.fullName, '23 9 * * *');
    else await world.bob.push('main', { 'docs/notes.md': 'Something else.\n' }, { message: 'Notes' });
    expectSuccess(await world.settle(), 'deploy');
    await expectDeployed(word, size, 1, before.since);
  });
});
