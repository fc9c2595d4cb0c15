import { join } from 'node:path';
import { type Person, signIn } from '@opensarlab/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import {
  closeFollowUps,
  edited,
  errorsOf,
  expectNothingDone,
  expectRefusal,
  expectSuccess,
  labDeclaration,
  look,
  runsOf,
  shownOn,
  unapproved,
  updatedStacks,
} from './judgement.ts';
import { openWorld, describe as tell, type World } from './world.ts';

let world: World;
let lab: Declaration;
beforeAll(async () => {
  world = await openWorld({ ruled: false });
  lab = await world.deploy('sar');
});
afterAll(() => world.close());

const described = (text: string): string => edited(lab.text, [['profiles', 0, 'description'], text]);

describe('the base of a pull request', () => {
  it('changes to main: it is planned then, and what was sealed is deployed', async () => {
    await world.ada.push('staging', { 'docs/staging.md': 'Staging.\n' });
    await world.ada.push('retarget', { [lab.file]: described('Retargeted') });
    const pull = await world.ada.open('retarget', 'Describe', { base: 'staging' });
    expect(runsOf(await world.settle(), 'plan')).toEqual([]);
    expect(await shownOn(world, pull)).toBe('');
    await world.ada.rest.pulls.update({ ...world.ada.at, pull_number: pull, base: 'main' });
    expectSuccess(await world.settle(), 'plan');
    expect(await shownOn(world, pull)).toContain('Retargeted');
    const before = await look(world);
    await world.land(pull);
    expectSuccess(await world.settle(), 'deploy');
    expect(await labDeclaration(world, 'sar')).toContain('Retargeted');
    expect(updatedStacks(world, before.since)).toEqual([]);
    lab = { ...lab, text: described('Retargeted') };
  });

  it('is a branch that is merged into main: only the plan of what reaches main counts', async () => {
    const before = await look(world);
    await world.ada.push('branch', { 'docs/branch.md': 'Branch.\n' });
    const wanted = edited(lab.text, [['parameters', 'admin_user_name'], 'mallory']);
    await world.ada.push('inner', { [lab.file]: wanted }, { from: 'origin/branch' });
    const inner = await world.ada.open('inner', 'Mallory', { base: 'branch' });
    await world.settle();
    await world.land(inner, 'merge');
    const outer = await world.ada.open('branch', 'Everything of the branch');
    // Before its plan is there.
    await world.ada.merge(outer, 'merge');
    expectRefusal(await world.settle(), 'deploy', unapproved);
    await expectNothingDone(world, before);
    await closeFollowUps(world);
    const back = await world.ada.propose('without-mallory', 'Without Mallory', { [lab.file]: lab.text });
    await world.settle();
    await world.land(back);
    expectSuccess(await world.settle(), 'deploy');
    await expectNothingDone(world, before);
  });
});

describe('a pull request', () => {
  it('that conflicts gets one sentence; brought up to date, it gets its plan', async () => {
    const pull = await world.ada.propose('conflict', 'Mine', { [lab.file]: described('Mine') });
    await world.bob.push('main', { [lab.file]: `${described('Retargeted')}\n# Reviewed.\n` }, { message: 'Remark' });
    const clash = edited(lab.text, [['profiles', 0, 'description'], 'Theirs']);
    await world.settle();
    const theirs = await world.ada.propose('theirs', 'Theirs', { [lab.file]: clash });
    await world.settle();
    await world.land(theirs);
    expectSuccess(await world.settle(), 'deploy');
    await world.ada.push('conflict', { 'docs/mine.md': 'Mine.\n' }, { from: 'origin/conflict' });
    const runs = await world.settle();
    expectRefusal(runs, 'plan', /conflict/i);
    for (const each of runsOf(runs, 'plan')) expect(errorsOf(each).length, tell(each)).toBeLessThanOrEqual(2);
    lab = { ...lab, text: clash };
    await world.ada.push('conflict', { [lab.file]: described('Mine, then') }, { from: 'origin/main', force: true });
    expectSuccess(await world.settle(), 'plan');
    expect(await shownOn(world, pull)).toContain('Mine, then');
    await world.ada.close(pull);
  });

  it('with 3,100 files is planned as any other', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 3_100 }, (_, index) => [`docs/many/${index}.md`, `${index}\n`]),
    );
    const pull = await world.ada.propose('many', 'Many files', { ...files, [lab.file]: described('Among many') });
    expectSuccess(await world.settle(), 'plan');
    expect(await shownOn(world, pull)).toContain('Among many');
    await world.ada.close(pull);
  });

  it('that is a draft is planned at the latest when it is ready', async () => {
    await world.ada.push('draft', { [lab.file]: described('A draft') });
    const pull = await world.ada.open('draft', 'Draft', { draft: true });
    await world.settle();
    const { fullName } = world.stage.repository;
    await world.sandbox.github.setDraft(fullName, { number: pull, draft: false, by: 'ada' });
    expectSuccess(await world.settle(), 'plan');
    expect(await shownOn(world, pull)).toContain('A draft');
    await world.ada.close(pull);
  });

  it('from a fork gets no plan and no credentials; a maintainer brings it in', async () => {
    const { github } = world.sandbox;
    const token = github.createUser({ login: 'trent', id: 667, permission: 'read' });
    const fork = await github.createFork({ repository: world.stage.repository.fullName, owner: 'trent' });
    const trent: Person = await signIn(
      { login: 'trent', token },
      {
        apiUrl: github.apiUrl,
        cloneUrl: fork.cloneUrl,
        repository: fork.fullName,
        folder: join(world.sandbox.folder, 'people', 'forks'),
      },
    );
    await trent.push('from-outside', { [lab.file]: described('From outside') });
    const before = await look(world);
    const { data } = await trent.rest.pulls.create({
      ...{ ...world.ada.at, title: 'From outside', head: 'trent:from-outside', base: 'main', body: '' },
    });
    const runs = await world.settle();
    expect(
      runsOf(runs, 'plan')
        .flatMap(({ jobs }) => jobs.filter(({ id }) => id === 'each'))
        .map(({ conclusion }) => conclusion),
    ).toEqual(['skipped']);
    await expectNothingDone(world, before);
    const told = `${await shownOn(world, data.number)}\n${runs.flatMap(errorsOf).join('\n')}`;
    expect(told).toContain(`git fetch origin pull/${data.number}/head:fork-${data.number}`);

    const branch = `fork-${data.number}`;
    await world.bob.git('fetch', '--quiet', 'origin', `pull/${data.number}/head:${branch}`);
    await world.bob.git('push', '--quiet', 'origin', branch);
    const again = await world.bob.open(branch, 'From outside, brought in');
    expectSuccess(await world.settle(), 'plan');
    expect(await shownOn(world, again)).toContain('From outside');
    await world.bob.close(again);
  });

  it('that was closed unmerged approves nothing of what is pushed afterwards', async () => {
    const before = await look(world);
    const good = await world.ada.git('fetch', '--quiet').then(() => world.ada.git('rev-parse', 'origin/main'));
    const text = edited(lab.text, [['parameters', 'admin_user_name'], 'mallory']);
    const closed = await world.ada.propose('closed', 'Mallory', { [lab.file]: text });
    const open = await world.ada.propose('harmless', 'A remark', { [lab.file]: `${lab.text}\n# A remark\n` });
    await world.settle();
    expect(await shownOn(world, closed)).toContain('mallory');
    await world.ada.close(closed);
    await world.land(open);
    expectSuccess(await world.settle(), 'deploy');
    await expectNothingDone(world, before);
    // The very commit that was planned, by another way.
    await world.ada.git('push', '--quiet', '--force', 'origin', 'origin/closed:refs/heads/main');
    expectRefusal(await world.settle(), 'deploy', unapproved);
    await expectNothingDone(world, before);
    await world.ada.git('push', '--quiet', '--force', 'origin', `${good}:refs/heads/main`);
    expectSuccess(await world.settle(), 'deploy');
    await expectNothingDone(world, before);
    await closeFollowUps(world);
  });

  it('with a label that means nothing is neither planned again nor loses its plan', async () => {
    const pull = await world.ada.propose('labelled', 'Describe', { [lab.file]: described('Labelled') });
    await world.ada.label(pull, 'bug');
    await world.settle();
    const shown = await shownOn(world, pull);
    expect(shown).toContain('Labelled');
    const head = await world.ada.git('rev-parse', 'origin/labelled');
    await world.ada.unlabel(pull, 'bug');
    const runs = await world.settle();
    expect(
      runsOf(runs, 'plan')
        .flatMap(({ jobs }) => jobs)
        .filter(({ id, conclusion }) => id === 'each' && conclusion !== 'skipped'),
    ).toEqual([]);
    expect(await shownOn(world, pull)).toBe(shown);
    expect((await world.ada.checks(head)).get('plan')).toBe('success');
    await world.ada.close(pull);
  });
});

describe('a pull request that touches 12 deployments', () => {
  it('has all of them in its overview, one comment for what cannot be planned, nothing cut', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `lab${String(index + 1).padStart(2, '0')}`);
    const files = names.map((name, index) => {
      const { file, text } = world.stage.declare(name);
      // The accounts of ten are not there yet.
      const account = index < 2 ? text : text.replaceAll('123456789012', `2222222222${String(index + 10)}`);
      return [file, account] as const;
    });
    const pull = await world.ada.propose('twelve', 'Twelve labs', Object.fromEntries(files));
    const before = await look(world);
    const runs = await world.settle();
    expect(runsOf(runs, 'plan').at(-1)?.conclusion).toBe('failure');
    const shown = await shownOn(world, pull);
    for (const name of names) expect(shown).toContain(`\`${name}\``);
    expect(runsOf(runs, 'plan').flatMap(({ jobs }) => jobs.filter(({ id }) => id === 'each'))).toHaveLength(12);
    await expectNothingDone(world, before);

    // Two of them, then, in a pull request of their own, and the other ten are not lost.
    await world.ada.push('twelve', Object.fromEntries(files.slice(0, 2)), { from: 'origin/main', force: true });
    expectSuccess(await world.settle(), 'plan');
    await world.land(pull);
    expectSuccess(await world.settle(), 'deploy');
    const account = await world.account();
    for (const name of names) expect(account.has(`${name}-cluster`)).toBe(names.indexOf(name) < 2);
  });
});
