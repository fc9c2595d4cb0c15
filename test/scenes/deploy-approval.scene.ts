import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import {
  changes,
  closeFollowUps,
  edited,
  expectNothingDone,
  expectRefusal,
  expectSuccess,
  expectWayOn,
  labDeclaration,
  look,
  settings,
  shownOn,
  unapproved,
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

/** Each scene goes on from the declaration that the one before has left on main. */
const keep = (text: string): string => {
  lab = { ...lab, text };
  return text;
};

describe('what a merge approves', () => {
  it('is nothing when the plan was not there yet; the follow-up shows the difference and deploys it', async () => {
    const text = edited(lab.text, [['parameters', 'admin_user_name'], 'eve']);
    const pull = await world.ada.propose('eve', 'Eve administers', { [lab.file]: text });
    const before = await look(world);
    await world.ada.merge(pull);
    expectRefusal(await world.settle(), 'deploy', unapproved);
    await expectNothingDone(world, before);

    await expectWayOn(world, [/AdministratorSudo/, /"eve"/]);
    expect((await settings(world)).get('sar-cognito AdminUserName')).toBe('eve');
    expect(updatedStacks(world, before.since)).toEqual(['sar-cognito']);
    keep(await world.ada.git('fetch', '-q').then(() => world.ada.git('show', `origin/main:${lab.file}`)));
  });

  it('is not what an edited or forged comment, or a forged check, says', async () => {
    const harmless = edited(lab.text, [['profiles', 0, 'description'], 'Look around']);
    const pull = await world.ada.propose('harmless', 'Describe the profile', { [lab.file]: harmless });
    await world.settle();
    const [plan] = await world.ada.comments(pull);
    const before = await look(world);

    const more = edited(harmless, [['parameters', 'admin_user_name'], 'mallory']);
    const head = await world.ada.push('harmless', { [lab.file]: more }, { from: 'HEAD' });
    const forged = `${plan?.body}\n\nMerging approves exactly these: administrator mallory.`;
    await world.bob.rest.issues.updateComment({ ...world.bob.at, comment_id: plan?.id ?? 0, body: forged });
    await world.app.rest.issues.createComment({ ...world.app.at, issue_number: pull, body: forged });
    await world.app.rest.checks.create({
      ...{ ...world.app.at, name: 'plan', head_sha: head, status: 'completed', conclusion: 'success' },
      output: { title: 'Sealed', summary: forged },
    });
    await world.ada.merge(pull);
    expectRefusal(await world.settle(), 'deploy', unapproved);
    await expectNothingDone(world, before);

    // The other way on: what nobody wants is put back, and then there is nothing to do.
    await closeFollowUps(world);
    const back = await world.ada.propose('put-back', 'Put back', { [lab.file]: lab.text });
    await world.settle();
    await world.land(back);
    expectSuccess(await world.settle(), 'deploy');
    await expectNothingDone(world, before);
  });

  it('is what was sealed, though somebody deleted every comment', async () => {
    const text = keep(edited(lab.text, [['profiles', 0, 'description'], 'Without a comment']));
    const pull = await world.ada.propose('silent', 'Describe', { [lab.file]: text });
    await world.settle();
    expect(await shownOn(world, pull)).toContain('Without a comment');
    for (const { id } of await world.ada.comments(pull)) {
      await world.bob.rest.issues.deleteComment({ ...world.bob.at, comment_id: id });
    }
    const before = await look(world);
    await world.land(pull);
    expectSuccess(await world.settle(), 'deploy');
    expect(await labDeclaration(world, 'sar')).toContain('Without a comment');
    expect(updatedStacks(world, before.since)).toEqual([]);
    expect(changes(world, before.since).length).toBeGreaterThan(0);
    expect(await settings(world)).toEqual(before.settings);
  });

  it('is the plan of an older main too: what landed in between stays', async () => {
    const stale = await world.ada.propose('stale', 'Describe again', {
      [lab.file]: edited(lab.text, [['profiles', 0, 'description'], 'Planned before']),
    });
    const between = await world.ada.propose('between', 'More small nodes', {
      [lab.file]: edited(lab.text, [['nodes', 1, 'max_number'], 7]),
    });
    await world.settle();
    await world.land(between);
    expectSuccess(await world.settle(), 'deploy');
    const before = await look(world);
    await world.land(stale);
    expectSuccess(await world.settle(), 'deploy');
    expect(await labDeclaration(world, 'sar')).toMatch(/Planned before/);
    expect((await settings(world)).get('sar-cluster SizesSmall')).toContain('7');
    expect(updatedStacks(world, before.since)).toEqual([]);
    keep(edited(lab.text, [['profiles', 0, 'description'], 'Planned before'], [['nodes', 1, 'max_number'], 7]));
  });

  it('is withdrawn by a revert before it was deployed, and does not come back by a push', async () => {
    const before = await look(world);
    const wanted = edited(lab.text, [['parameters', 'admin_user_name'], 'mallory']);
    const pull = await world.ada.propose('mallory', 'Mallory administers', { [lab.file]: wanted });
    await world.settle();
    await world.ada.rest.pulls.merge({
      ...{ ...world.ada.at, pull_number: pull, merge_method: 'squash' },
      commit_title: 'Mallory administers [skip ci]',
    });
    await world.settle();
    const revert = await world.ada.propose('revert-mallory', 'Revert "Mallory administers"', { [lab.file]: lab.text });
    await world.settle();
    await world.land(revert);
    expectSuccess(await world.settle(), 'deploy');
    await expectNothingDone(world, before);

    await world.ada.push('main', { [lab.file]: wanted }, { message: 'Mallory again' });
    expectRefusal(await world.settle(), 'deploy', unapproved);
    await expectNothingDone(world, before);
    await world.ada.push('main', { [lab.file]: lab.text }, { message: 'Not so' });
    expectSuccess(await world.settle(), 'deploy');
    await expectNothingDone(world, before);
    await closeFollowUps(world);
  });
});
