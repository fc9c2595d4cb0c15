import { symlink } from 'node:fs/promises';
import type { Changes } from '@opensarlab/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import { type Before, errorsOf, expectEnd, expectUntouched, lookBefore } from './assertions.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let sar: Declaration;
let before: Before;
beforeAll(async () => {
  // Whatever the gate says can be merged here, and pushed without a pull request: the refusal has to come from deploy and destroy.
  world = await openWorld({ ruled: false });
  sar = await world.deploy('sar');
  example = await exampleFiles();
  await world.createHomes('sar', ['ada', 'bob', 'cleo'], 40);
});
afterAll(() => world?.close());
beforeEach(async () => {
  before = await lookBefore(world);
});

afterEach(() => restore());

const folder = 'deployments/sar';

/** What is left of the lab but for its user pool, which it was declared to keep. */
async function leftOfSar(): Promise<string[]> {
  const names = [...(await world.account()).keys()];
  return names.filter((name) => name.startsWith('sar-') && !/^sar-cognito(\/|$)/.test(name));
}

/** The prepared pull request that declares the lab again, only to be destroyed. */
async function preparedReturn(): Promise<number> {
  const open = (await world.ada.pulls()).filter(({ title }) => title === 'Declare sar again, to destroy it');
  expect(open).toHaveLength(1);
  return open[0]?.number ?? 0;
}

/** Puts main back to what it was; nothing changes in AWS by it. */
async function restore(): Promise<void> {
  if (isDestroyed) return;
  for (const { number, title } of await world.ada.pulls()) {
    if (/^(Declare sar|Tear down)/.test(title)) await world.ada.close(number);
  }
  await world.ada.push(
    'main',
    { elsewhere: null, [folder]: null, 'deployments/sar2': null, [sar.file]: sar.text, ...example },
    { message: 'Restore' },
  );
  const runs = await world.settle();
  expectEnd(runs, 'deploy', 'success');
  await expectUntouched(world, before);
}

/** Other folders of `deployments`, as they were. */
let example: Changes = {};

/** The last scene tears it down. */
let isDestroyed = false;

/** Proposes it, sees the gate refuse it at the line of the file, merges it all the same, and sees destroy refuse it. */
async function mergeRefused(propose: () => Promise<number>, said: RegExp): Promise<void> {
  const pull = await propose();
  const gate = expectEnd(await world.settle(), 'gate', 'failure');
  const shown = errorsOf(gate).filter(({ file }) => file === sar.file);
  expect(shown.map(({ message }) => message).join('\n')).toMatch(said);
  expect(shown.every(({ line }) => line === 1)).toBe(true);
  await world.ada.merge(pull);
  await expectDestroyRefused();
}

async function expectDestroyRefused(): Promise<void> {
  const runs = await world.settle();
  const destroy = expectEnd(runs, 'destroy', 'failure');
  const told = errorsOf(destroy)
    .map(({ message }) => message)
    .join('\n');
  expect(told).toMatch(/sar/);
  await expectUntouched(world, before);
  await preparedReturn();
}

describe('a lab that loses its declaration in passing stays as it is', () => {
  it('when its folder is removed by "Fix a typo"', async () => {
    const propose = () => world.ada.propose('typo', 'Fix a typo', { [folder]: null, 'docs/notes.md': 'Typo\n' });
    await mergeRefused(propose, /would not be declared any more.*bring the folder back.*label destroy/is);
  });

  it('when its folder is renamed', async () => {
    const renamed = { [folder]: null, 'deployments/sar2/opensarlab.yaml': sar.text };
    const propose = () => world.ada.propose('rename', 'A better name', renamed);
    await mergeRefused(propose, /is renamed to deployments\/sar2.*bring the folder back/is);
  });

  it('when its folder is emptied of opensarlab.yaml', async () => {
    const propose = () => world.ada.propose('empty', 'Empty', { [sar.file]: null, [`${folder}/notes.md`]: 'Soon\n' });
    await mergeRefused(propose, /opensarlab\.yaml|would not be declared/);
  });

  it('when a link shadows its folder', async () => {
    const propose = async () => {
      await world.ada.push('link', { [folder]: null, 'elsewhere/opensarlab.yaml': sar.text }, { message: 'Move it' });
      const clone = await world.ada.git('rev-parse', '--show-toplevel');
      await symlink('../elsewhere', `${clone}/${folder}`);
      await world.ada.git('add', '--all');
      await world.ada.git('commit', '--quiet', '--message', 'Link it');
      await world.ada.git('push', '--quiet', 'origin', 'HEAD:refs/heads/link');
      return await world.ada.open('link', 'Tidy up');
    };
    await mergeRefused(propose, /link|would not be declared/);
  });

  it('when all deployments are removed', async () => {
    const pull = await world.ada.propose('all', 'Start over', { deployments: null });
    expectEnd(await world.settle(), 'gate', 'failure');
    await world.ada.merge(pull);
    await expectDestroyRefused();
  });

  it('when somebody pushes its removal without a pull request', async () => {
    await world.ada.push('main', { [folder]: null }, { message: 'Gone [skip review]' });
    await expectDestroyRefused();
  });

  it('when main is force-pushed to a history that never had it', async () => {
    const tip = await world.ada.git('rev-parse', 'origin/main');
    const root = await world.ada.git('rev-list', '--max-parents=0', 'origin/main');
    await world.ada.push(
      'main',
      { 'docs/other.md': 'Other\n' },
      { message: 'Another history', from: root, force: true },
    );
    const runs = await world.settle();
    const destroy = runs.find(({ workflowName }) => workflowName === 'destroy');
    expect(destroy?.conclusion).not.toBe('success');
    await expectUntouched(world, before);
    await world.ada.git('push', '--quiet', '--force', 'origin', `${tip}:refs/heads/main`);
    await world.settle();
    await expectUntouched(world, before);
  });

  it('when the pull request that added it is reverted', async () => {
    await world.ada.git('fetch', '--quiet', 'origin');
    const added = await world.ada.git('log', '--format=%H', '--diff-filter=A', '-1', 'origin/main', '--', sar.file);
    await world.ada.git('checkout', '--quiet', '--force', '-B', 'revert', 'origin/main');
    await world.ada.git('revert', '--no-edit', added);
    await world.ada.git('push', '--quiet', 'origin', 'HEAD:refs/heads/revert');
    await mergeRefused(() => world.ada.open('revert', 'Revert "Add sar"'), /would not be declared any more/);
  });

  it('and the prepared way on declares it again, deploys nothing, and is destroyed by label and merge', async () => {
    await world.ada.push('main', { [folder]: null }, { message: 'Gone' });
    await expectDestroyRefused();
    const back = await preparedReturn();
    world.stage.approveRuns(back);
    const planned = await world.settle();
    expectEnd(planned, 'gate', 'success');
    await world.land(back);
    expectEnd(await world.settle(), 'deploy', 'success');
    await expectUntouched(world, before);
    const teardown = await world.proposeTeardown(back, 'sar');
    await world.land(teardown);
    const destroyed = await world.settle();
    expectEnd(destroyed, 'destroy', 'success');
    isDestroyed = true;
    expect(await leftOfSar()).toEqual([]);
  });
});

async function exampleFiles(): Promise<Changes> {
  const paths = (await world.ada.git('ls-tree', '-r', '--name-only', 'origin/main', 'deployments')).split('\n');
  const files = paths.filter((path) => !path.startsWith(`${folder}/`));
  return Object.fromEntries(
    await Promise.all(files.map(async (path) => [path, `${await world.ada.git('show', `origin/main:${path}`)}\n`])),
  );
}
