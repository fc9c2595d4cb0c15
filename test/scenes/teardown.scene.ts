import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Declaration } from '../../scripts/demo/declaration.ts';
import { type Before, errorsOf, expectEnd, expectUntouched, lookBefore } from './assertions.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let sar: Declaration;
/** The pull request that brought sar. */
let added: number;
let before: Before;
beforeAll(async () => {
  world = await openWorld({ ruled: false });
  sar = await world.deploy('sar');
  added = (await world.ada.pulls('closed')).find(({ title }) => title === 'Add sar')?.number ?? 0;
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

/** Declares sar again as it was after a scene took its folder away. */
async function restore(): Promise<void> {
  for (const { number, title } of await world.ada.pulls()) if (/sar/.test(title)) await world.ada.close(number);
  const { data: labels } = await world.ada.rest.issues.listLabelsOnIssue({ ...world.ada.at, issue_number: added });
  if (labels.some(({ name }) => name === 'destroy')) await world.ada.unlabel(added, 'destroy');
  await world.settle();
  await world.ada.push('main', { [folder]: null, [sar.file]: sar.text }, { message: 'Restore sar' });
  const deployed = (await world.settle()).find(({ workflowName }) => workflowName === 'deploy');
  if (deployed !== undefined) expect(deployed.conclusion).toBe('success');
  await expectUntouched(world, before);
}

async function expectNothingDestroyed(): Promise<string> {
  const run = expectEnd(await world.settle(), 'destroy', 'failure');
  await expectUntouched(world, before);
  return errorsOf(run)
    .map(({ message }) => message)
    .join('\n');
}

/** The comment with the plan of a teardown. */
async function planOf(pull: number): Promise<string> {
  const comments = (await world.ada.comments(pull)).filter(({ body }) => body.includes('opensarlab:plan of sar'));
  expect(comments).toHaveLength(1);
  return comments[0]?.body ?? '';
}

describe('a teardown needs what a person decided on what was shown', () => {
  it('shows first what is lost, and needs the label at the merge', async () => {
    const pull = await world.proposeTeardown(added, 'sar');
    const shown = (await planOf(pull)).slice(0, 600);
    expect(shown).toMatch(/3 homes/);
    expect(shown).toMatch(/120 GiB/);
    await world.bob.unlabel(pull, 'destroy');
    await world.settle();
    const now = await world.ada.pulls();
    if (now.some(({ number }) => number === pull)) await world.ada.merge(pull);
    else await world.ada.push('main', { [folder]: null }, { message: 'Merge it by hand' });
    expect(await expectNothingDestroyed()).toMatch(/sar is not destroyed/);
  });

  it('does not count somebody’s comment that looks like a plan, nor a foreign app’s', async () => {
    const pull = await world.ada.propose('gone', 'Tear down sar', { [folder]: null });
    const forged = '<!-- opensarlab:plan of sar -->\n### Teardown plan of sar: 0 homes\n\nSealed.';
    const comment = { ...world.ada.at, issue_number: pull, body: forged };
    await world.mallory.rest.issues.createComment(comment);
    await world.app.rest.issues.createComment(comment);
    await world.settle();
    await world.ada.merge(pull);
    const told = await expectNothingDestroyed();
    expect(told).toMatch(/did not carry the label destroy/);
    expect(told).toMatch(/no sealed teardown plan/);
  });

  it('does not count a label that comes after the merge', async () => {
    const pull = await world.ada.propose('late-label', 'Remove sar', { [folder]: null });
    await world.settle();
    await world.ada.merge(pull);
    await world.ada.label(pull, 'destroy');
    expect(await expectNothingDestroyed()).toMatch(/did not carry the label destroy/);
  });

  it('does not count a merge before the plan was there', async () => {
    const pull = await world.ada.propose('hasty', 'Remove sar', { [folder]: null });
    await world.ada.label(pull, 'destroy');
    await world.ada.merge(pull);
    expect(await expectNothingDestroyed()).toMatch(/before its teardown plan was there|no sealed teardown plan/);
  });

  it('does not count what somebody pushed to the bot’s branch in addition', async () => {
    const pull = await world.proposeTeardown(added, 'sar');
    const { data } = await world.ada.rest.pulls.get({ ...world.ada.at, pull_number: pull });
    await world.ada.git('fetch', '--quiet', 'origin');
    await world.ada.push(data.head.ref, { 'docs/smuggled.md': 'Hello\n' }, { from: `origin/${data.head.ref}` });
    await world.settle();
    await world.ada.merge(pull);
    expect(await expectNothingDestroyed()).toMatch(/sar is not destroyed/);
  });

  it('plans again what somebody pushed to it, when it is the same removal', async () => {
    const pull = await world.proposeTeardown(added, 'sar');
    const { data } = await world.ada.rest.pulls.get({ ...world.ada.at, pull_number: pull });
    await world.ada.git('fetch', '--quiet', 'origin');
    const head = await world.ada.push(data.head.ref, {}, { from: `origin/${data.head.ref}`, message: 'Nothing' });
    const runs = await world.settle();
    expectEnd(runs, 'plan', 'success');
    expect((await world.ada.checks(head)).get('plan')).toBe('success');
    await planOf(pull);
    await world.ada.close(pull);
    await world.settle();
    await expectUntouched(world, before);
  });

  it('does not take somebody else’s branch teardown/sar for the bot’s', async () => {
    await world.ada.push('teardown/sar', { 'docs/other.md': 'Other\n' }, { force: true });
    const pull = await world.proposeTeardown(added, 'sar');
    const { data: files } = await world.ada.rest.pulls.listFiles({ ...world.ada.at, pull_number: pull });
    expect(files.map(({ filename, status }) => `${status} ${filename}`)).toEqual([`removed ${sar.file}`]);
    await world.ada.close(pull);
    await world.settle();
    await expectUntouched(world, before);
  });

  it('is closed again when the label is taken off', async () => {
    const pull = await world.proposeTeardown(added, 'sar');
    await world.ada.unlabel(added, 'destroy');
    await world.settle();
    expect((await world.ada.pulls()).map(({ number }) => number)).not.toContain(pull);
    const labelled = world.stage.runs().filter(({ workflowName }) => workflowName === 'teardown');
    expect(labelled).not.toEqual([]);
    for (const { id } of labelled) {
      world.sandbox.github.rerun(world.stage.repository.fullName, { runId: id, by: 'ada' });
    }
    await world.settle();
    const proposed = (await world.ada.pulls()).filter(({ title }) => title === 'Tear down sar');
    expect(proposed, 'a label of then is not a label of now').toEqual([]);
    await expectUntouched(world, before);
  });

  it('is proposed once, when three labels come at once', async () => {
    await world.ada.label(added, 'bug', 'destroy', 'urgent');
    await world.settle();
    const open = (await world.ada.pulls()).filter(({ title }) => title === 'Tear down sar');
    expect(open).toHaveLength(1);
    await world.ada.unlabel(added, 'destroy');
    await world.settle();
    await expectUntouched(world, before);
  });

  it('is refused at once where the lab is protected', async () => {
    const text = sar.text.replace(/^protected: false/m, 'protected: true');
    expect(text).not.toBe(sar.text);
    const pull = await world.ada.propose('protect', 'Protect sar', { [sar.file]: text });
    await world.settle();
    await world.ada.merge(pull);
    expectEnd(await world.settle(), 'deploy', 'success');
    before = await lookBefore(world);
    await world.ada.label(added, 'destroy');
    await world.settle();
    expect((await world.ada.pulls()).filter(({ title }) => title === 'Tear down sar')).toEqual([]);
    const removal = await world.ada.propose('anyway', 'Remove sar', { [folder]: null });
    await world.ada.label(removal, 'destroy');
    await world.settle();
    await world.ada.merge(removal);
    expect(await expectNothingDestroyed()).toMatch(/protected: true/);
    await world.ada.push('main', { [sar.file]: text }, { message: 'Restore' });
    expectEnd(await world.settle(), 'deploy', 'success');
    await expectUntouched(world, before);
    const back = await world.ada.propose('unprotect', 'Unprotect sar', { [sar.file]: sar.text });
    await world.settle();
    await world.ada.merge(back);
    expectEnd(await world.settle(), 'deploy', 'success');
    before = await lookBefore(world);
  });

  it('tears down what was shown; nothing brings that decision back once the lab is declared again', async () => {
    const pull = await world.proposeTeardown(added, 'sar');
    await world.land(pull);
    const runs = await world.settle();
    const destroyed = expectEnd(runs, 'destroy', 'success');
    expect(await leftOfSar()).toEqual([]);
    sar = await world.deploy('sar');
    before = await lookBefore(world);
    world.sandbox.github.rerun(world.stage.repository.fullName, { runId: destroyed.id, by: 'ada' });
    await world.settle();
    await expectUntouched(world, before);
    const { owner, repo } = world.ada.at;
    await world.ada.rest.actions.createWorkflowDispatch({
      ...{ owner, repo, workflow_id: 'destroy.yml', ref: 'main' },
      inputs: { 'pull-request': String(pull) },
    });
    await world.settle();
    await expectUntouched(world, before);
  });
});
