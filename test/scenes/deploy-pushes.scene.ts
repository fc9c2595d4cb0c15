import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import {
  closeFollowUps,
  type Edit,
  edited,
  errorsOf,
  expectNothingDone,
  expectRefusal,
  expectSuccess,
  expectWayOn,
  followUpOf,
  look,
  runsOf,
  settings,
  shownOn,
  unapproved,
} from './judgement.ts';
import { openWorld, describe as tell, type World } from './world.ts';

let world: World;
let lab: Declaration;
beforeAll(async () => {
  world = await openWorld({ ruled: false });
  lab = await world.deploy('sar');
  // From here on only these addresses reach the cluster.
  const text = edited(lab.text, [['network', 'eks_public_access_cidrs'], ['203.0.113.0/24']]);
  const pull = await world.ada.propose('fewer', 'Fewer addresses', { [lab.file]: text });
  await world.settle();
  await world.land(pull);
  expectSuccess(await world.settle(), 'deploy');
  lab = { ...lab, text };
});
afterAll(() => world.close());

const mainNow = async (): Promise<string> => {
  await world.ada.git('fetch', '--quiet', 'origin');
  return await world.ada.git('rev-parse', 'origin/main');
};

const grants: Record<string, { edit: Edit; shows: RegExp }> = {
  'a new administrator': { edit: [['parameters', 'admin_user_name'], 'mallory'], shows: /"mallory"/ },
  'a wider CIDR': { edit: [['network', 'eks_public_access_cidrs'], ['0.0.0.0/0']], shows: /0\.0\.0\.0\/0/ },
  'sign_up: open': { edit: [['users', 'sign_up'], 'open'], shows: /sign_up/ },
};

describe('a push to main without a pull request', () => {
  it.each(Object.entries(grants))(
    'that grants %s is refused; forced back, nothing is left of it',
    async (_, { edit, shows }) => {
      const before = await look(world);
      const good = await mainNow();
      await world.ada.push('main', { [lab.file]: edited(lab.text, edit) }, { message: 'Quickly' });
      expectRefusal(await world.settle(), 'deploy', unapproved);
      await expectNothingDone(world, before);
      expect(await shownOn(world, await followUpOf(world))).toMatch(shows);

      await world.ada.git('push', '--quiet', '--force', 'origin', `${good}:refs/heads/main`);
      expectSuccess(await world.settle(), 'deploy');
      await expectNothingDone(world, before);
      await closeFollowUps(world);
    },
  );

  it('has a way on: the follow-up deploys exactly what it shows', async () => {
    const before = await look(world);
    const text = edited(lab.text, [
      ['network', 'eks_public_access_cidrs'],
      ['203.0.113.0/24', '198.51.100.0/24'],
    ]);
    await world.ada.push('main', { [lab.file]: text }, { message: 'Let the partner in' });
    expectRefusal(await world.settle(), 'deploy', unapproved);
    await expectNothingDone(world, before);
    await expectWayOn(world, [/198\.51\.100\.0\/24/]);
    expect([...(await settings(world))].flat().join(' ')).toContain('198.51.100.0/24');
    lab = {
      ...lab,
      text: await world.ada.git('fetch', '-q').then(() => world.ada.git('show', `origin/main:${lab.file}`)),
    };
  });
});

describe('main forced', () => {
  it('to an older commit, before something that was deployed, takes back nothing that nobody planned', async () => {
    const now = await mainNow();
    const before = await look(world);
    // The declaration before the partner was let in: what it no longer wants would have to be removed.
    const older = await world.ada.git('rev-list', '--max-count=1', '--skip=2', '--first-parent', now);
    await world.ada.git('push', '--quiet', '--force', 'origin', `${older}:refs/heads/main`);
    const [run] = runsOf(await world.settle(), 'deploy');
    if (run?.conclusion === 'failure') expect(errorsOf(run)).toContainEqual(expect.stringMatching(unapproved));
    else expect(run?.conclusion, tell(run)).toBe('success');
    expect((await settings(world)).get('sar-cluster PublicAccessCidrs')).not.toContain('0.0.0.0/0');
    expect([...(await world.account()).keys()].sort()).toEqual([...before.account.keys()].sort());
    await world.ada.git('push', '--quiet', '--force', 'origin', `${now}:refs/heads/main`);
    expectSuccess(await world.settle(), 'deploy');
    expect(await settings(world)).toEqual(before.settings);
    await closeFollowUps(world);
  });

  it('to a rewritten history approves nothing, and is no dead end', async () => {
    const before = await look(world);
    const tree = await world.ada.git('rev-parse', `${await mainNow()}^{tree}`);
    const rewritten = await world.ada.git('commit-tree', '-m', 'All in one', tree);
    await world.ada.git('push', '--quiet', '--force', 'origin', `${rewritten}:refs/heads/main`);
    expectSuccess(await world.settle(), 'deploy');
    await expectNothingDone(world, before);

    const granting = edited(lab.text, [['parameters', 'admin_user_name'], 'mallory']);
    await world.ada.push('main', { [lab.file]: granting }, { message: 'Rewritten and more' });
    expectRefusal(await world.settle(), 'deploy', unapproved);
    await expectNothingDone(world, before);
    await closeFollowUps(world);

    // Ordinary work goes on.
    const text = edited(lab.text, [['profiles', 0, 'description'], 'After the rewriting']);
    const pull = await world.ada.propose('after', 'Describe', { [lab.file]: text });
    await world.settle();
    await world.land(pull);
    expectSuccess(await world.settle(), 'deploy');
    expect(await settings(world)).toEqual(before.settings);
  });
});
