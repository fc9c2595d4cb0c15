import { afterAll, beforeAll, expect, it } from 'vitest';
import { grantRoomForLabs } from '../../scripts/demo/account-setup.ts';
import { expectNothingDone, expectSuccess, look, runsOf, shownOn } from './judgement.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ruled: false });
});
afterAll(() => world.close());

const names = Array.from({ length: 30 }, (_, index) => `lab${String(index + 1).padStart(2, '0')}`);

const planned = (): string[] =>
  runsOf(world.stage.runs(), 'plan')
    .at(-1)
    ?.jobs.filter(({ id }) => id === 'each')
    .map(({ conclusion }) => conclusion ?? '') ?? [];

it('30 labs in one pull request are shown, planned and deployed, and none of another one’s', async () => {
  grantRoomForLabs(world.sandbox, world.stage.administrator.region);
  const files = Object.fromEntries(
    names.map((name) => world.stage.declare(name)).map(({ file, text }) => [file, text]),
  );
  const pull = await world.ada.propose('thirty', 'Thirty labs', files);
  expectSuccess(await world.settle(), 'plan');
  expect(planned()).toEqual(names.map(() => 'success'));
  const shown = await shownOn(world, pull);
  for (const name of names) expect(shown).toContain(`\`${name}\``);

  await world.land(pull);
  expectSuccess(await world.settle(), 'deploy');
  const done = await look(world);
  for (const name of names) {
    const stacks = [...done.account.keys()].filter((key) => !key.includes('/') && key.startsWith(`${name}-`));
    expect(stacks, name).toHaveLength(5);
  }
  await world.sandbox.github.schedule(world.stage.repository.fullName, '23 9 * * *');
  expectSuccess(await world.settle(), 'deploy');
  await expectNothingDone(world, done);
}, 3_600_000);
