import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectGitHub } from '../../actions/lib/adapters/github/connection.ts';
import { answerLabel, renewTeardowns } from '../../actions/lib/verbs/propose-teardown.ts';
import { declarationOf, setTeardownScene, type TeardownScene } from './teardown-scene.ts';

let scene: TeardownScene;
beforeEach(async () => {
  scene = await setTeardownScene({
    'deployments/_example/opensarlab.yaml': declarationOf('example'),
    'deployments/sar/opensarlab.yaml': declarationOf('sar'),
    'deployments/sar/container/hook.sh': 'echo\n',
    'deployments/sar-test/opensarlab.yaml': declarationOf('sar-test'),
    'deployments/guarded/opensarlab.yaml': declarationOf('guarded', [['protected: false', 'protected: true']]),
  });
});
afterEach(() => scene.close());

const touch = (name: string) => ({ [`deployments/${name}/container/more.sh`]: 'echo more\n' });

async function pull(number: number) {
  const { data } = await scene.ada.rest.pulls.get({ ...scene.at, pull_number: number });
  const files = await scene.ada.rest.pulls.listFiles({ ...scene.at, pull_number: number });
  return {
    state: data.state,
    author: data.user.login,
    branch: data.head.ref,
    labels: data.labels.map(({ name }) => name),
    files: files.data.map(({ filename, status }) => `${status} ${filename}`).sort(),
  };
}

const openPulls = async (): Promise<number[]> => {
  const { data } = await scene.ada.rest.pulls.list({ ...scene.at, state: 'open' });
  return data.map(({ number }) => number).sort((a, b) => a - b);
};

const whole = ['removed deployments/sar/container/hook.sh', 'removed deployments/sar/opensarlab.yaml'];

describe('the label destroy', () => {
  it('opens the pull request that removes the folder, labelled, and asks for its plan', async () => {
    const asked = await scene.open('change', touch('sar'));
    const answer = await scene.answer(asked);
    if (answer.kind !== 'to plan') throw new Error(JSON.stringify(answer));
    expect(answer).toMatchObject({ deployment: 'sar', head: await scene.head(answer.pullRequest) });
    expect(await pull(answer.pullRequest)).toEqual({
      state: 'open',
      author: 'github-actions[bot]',
      branch: 'teardown/sar',
      labels: ['destroy'],
      files: whole,
    });
    expect(await scene.answerOn(asked)).toContain(`#${answer.pullRequest}`);
    // Answered again, by a second event or a second run: the same.
    expect(await answerLabel(scene, scene.job, asked)).toEqual(answer);
    expect(await answerLabel(scene, scene.job, answer.pullRequest)).toEqual(answer);
  });

  it('plans a pull request that itself removes one folder, whoever opened it', async () => {
    const own = await scene.open('mine', { 'deployments/sar': null });
    expect(await scene.answer(own)).toMatchObject({ kind: 'to plan', deployment: 'sar', pullRequest: own });
    expect(await openPulls()).toEqual([own]);
    expect(await scene.answerOn(own)).toContain('destroys the deployment');
  });

  it('uses a pull request of its own in place of one that does more', async () => {
    const more = await scene.open('more', { 'deployments/sar': null, 'README.md': 'x\n' });
    const answer = await scene.answer(more);
    if (answer.kind !== 'to plan') throw new Error(JSON.stringify(answer));
    expect(answer.pullRequest).not.toBe(more);
    expect((await pull(answer.pullRequest)).files).toEqual(whole);
    expect(await scene.answerOn(more)).toContain('does more than removing one folder');
  });

  it('adopts neither a foreign pull request of its branch’s name nor its own with more in it', async () => {
    // Exactly what a teardown removes: only its author tells that it is not ours.
    await scene.push('teardown/sar', { 'deployments/sar': null }, 'origin/main');
    const { data: foreign } = await scene.ada.rest.pulls.create({
      ...scene.at,
      title: 'x',
      head: 'teardown/sar',
      base: 'main',
    });
    const asked = await scene.open('change', touch('sar'));
    const first = await scene.answer(asked);
    if (first.kind !== 'to plan') throw new Error(JSON.stringify(first));
    expect(first.pullRequest).not.toBe(foreign.number);
    const own = await pull(first.pullRequest);
    expect(own.branch).toMatch(/^teardown\/sar-[0-9a-f]{7}$/);
    expect(own.files).toEqual(whole);
    await scene.push(own.branch, { 'deployments/sar-test': null });
    const second = await answerLabel(scene, scene.job, asked);
    if (second.kind !== 'to plan') throw new Error(JSON.stringify(second));
    expect(second.pullRequest).not.toBe(first.pullRequest);
    expect((await pull(second.pullRequest)).files).toEqual(whole);
  });

  it.each<[string, () => Promise<number>, string, string]>([
    ['a protected deployment', () => scene.open('g', touch('guarded')), 'Protected', 'protected: true'],
    [
      'its own removal of a protected one',
      () => scene.open('g', { 'deployments/guarded': null }),
      'Protected',
      'protected: true',
    ],
    [
      'two deployments',
      () => scene.open('two', { ...touch('sar'), ...touch('sar-test') }),
      'TeardownAmbiguous',
      'sar, sar-test',
    ],
    ['none', () => scene.open('none', { 'README.md': 'x\n' }), 'TeardownNothing', 'touched no deployment'],
    ['a draft', () => scene.open('draft', touch('_example')), 'TeardownNothing', 'touched no deployment'],
    [
      'a new one',
      () => scene.open('new', { 'deployments/new/opensarlab.yaml': 'x\n' }),
      'TeardownNothing',
      'does not exist',
    ],
  ])('is refused at once, without a pull request, for %s', async (_, open, code, words) => {
    const number = await open();
    expect(await scene.answer(number)).toMatchObject({ kind: 'refused', code });
    expect(await openPulls()).toEqual([number]);
    expect(await scene.answerOn(number)).toContain(words.replace('_', '\\_'));
  });

  it('is refused on a pull request that was closed unmerged or goes elsewhere', async () => {
    const closed = await scene.open('closed', touch('sar'));
    await scene.ada.rest.pulls.update({ ...scene.at, pull_number: closed, state: 'closed' });
    expect(await scene.answer(closed)).toMatchObject({ kind: 'refused', code: 'TeardownClosed' });
    await scene.push('side', {}, 'origin/main');
    const elsewhere = await scene.open('elsewhere', touch('sar'));
    await scene.ada.rest.pulls.update({ ...scene.at, pull_number: elsewhere, base: 'side' });
    expect(await scene.answer(elsewhere)).toMatchObject({ kind: 'refused', code: 'TeardownBase' });
  });

  it('taken off, closes the pull request that it asked for, and comes back with a new one', async () => {
    const asked = await scene.open('change', touch('sar'));
    const answer = await scene.answer(asked);
    if (answer.kind !== 'to plan') throw new Error(JSON.stringify(answer));
    expect(await scene.answer(asked, false)).toEqual({ kind: 'withdrawn', closed: [answer.pullRequest] });
    expect(await pull(answer.pullRequest)).toMatchObject({ state: 'closed' });
    expect(await scene.answerOn(asked)).toContain(`#${answer.pullRequest} is closed, and nothing is destroyed`);
    const again = await scene.answer(asked);
    expect(again).toMatchObject({ kind: 'to plan' });
    if (again.kind === 'to plan') expect(again.pullRequest).not.toBe(answer.pullRequest);
  });

  it('taken off its own pull request closes it; off a person’s, that one is told', async () => {
    const asked = await scene.open('change', touch('sar'));
    const answer = await scene.answer(asked);
    if (answer.kind !== 'to plan') throw new Error(JSON.stringify(answer));
    expect(await scene.answer(answer.pullRequest, false)).toEqual({ kind: 'withdrawn', closed: [answer.pullRequest] });
    const own = await scene.open('mine', { 'deployments/sar': null });
    await scene.answer(own);
    expect(await scene.answer(own, false)).toEqual({ kind: 'withdrawn', closed: [] });
    expect(await pull(own)).toMatchObject({ state: 'open' });
    expect(await scene.answerOn(own)).toContain('does not count any more');
  });

  it('answers several at once, each with its own, and opens one for one deployment', async () => {
    const asked = [
      await scene.open('one', touch('sar')),
      await scene.open('two', touch('sar-test')),
      await scene.open('three', touch('sar')),
    ];
    for (const number of asked) await scene.label(number);
    const answers = await Promise.all(asked.map((number) => answerLabel(scene, scene.job, number)));
    expect(answers.map((answer) => (answer.kind === 'to plan' ? answer.deployment : answer.kind))).toEqual([
      'sar',
      'sar-test',
      'sar',
    ]);
    // Whatever the race left, the next answer of each says the same.
    const settled = [];
    for (const number of asked) settled.push(await answerLabel(scene, scene.job, number));
    const numbers = settled.map((answer) => (answer.kind === 'to plan' ? answer.pullRequest : 0));
    expect(numbers[0]).toBe(numbers[2]);
    expect(new Set(numbers).size).toBe(2);
    expect(await openPulls()).toHaveLength(5);
  });

  it('works on merged pull requests too', async () => {
    const merged = await scene.open('change', touch('sar'));
    await scene.merge(merged);
    expect(await scene.answer(merged)).toMatchObject({ kind: 'to plan', deployment: 'sar' });
  });
});

describe('pull requests of forks and of Apps', () => {
  it('reads nothing of a fork but its paths, and plans a fork’s own removal', async () => {
    const { ada, at, github } = scene;
    const mallory = getOctokit(github.createUser({ login: 'mallory', id: 666, permission: 'write' }), {
      baseUrl: github.apiUrl,
    });
    await github.createFork({ repository: 'radar-lab/deployments', owner: 'mallory' });
    const fork = { owner: 'mallory', repo: 'deployments' };
    const path = 'deployments/sar-test/opensarlab.yaml';
    const { data: file } = await mallory.rest.repos.getContent({ ...fork, path });
    const sha = 'sha' in file ? file.sha : '';
    await mallory.rest.repos.deleteFile({ ...fork, path, message: 'Remove', sha });
    await github.settle();
    const { data } = await mallory.rest.pulls.create({ ...at, title: 'x', head: 'mallory:main', base: 'main' });
    expect(await scene.answer(data.number)).toMatchObject({
      kind: 'to plan',
      deployment: 'sar-test',
      pullRequest: data.number,
    });
    expect((await ada.rest.pulls.get({ ...at, pull_number: data.number })).data.state).toBe('open');
    // A fork whose author has the bot's login is no more ours: ours come from this repository.
    expect(await renewTeardowns(scene, { ...scene.job, login: 'mallory' })).toEqual({
      renewed: [],
      closed: [],
      failed: [],
    });
  });

  it('takes for its own what its own App opened, and nothing of the workflows’ bot', async () => {
    const { github } = scene;
    const asked = await scene.open('change', touch('sar'));
    const byBot = await scene.answer(asked);
    const permissions = { contents: 'write', 'pull-requests': 'write', issues: 'write' } as const;
    const app = { id: 77, slug: 'lab-keeper', name: 'Lab keeper' };
    const token = github.createAppToken({ repository: 'radar-lab/deployments', app, permissions });
    const connection = { ...connectGitHub(token, 'radar-lab/deployments', github.apiUrl), login: 'lab-keeper[bot]' };
    const byApp = await answerLabel(scene, connection, asked);
    if (byBot.kind !== 'to plan' || byApp.kind !== 'to plan') throw new Error(JSON.stringify([byBot, byApp]));
    expect(byApp.pullRequest).not.toBe(byBot.pullRequest);
    expect(await answerLabel(scene, connection, asked)).toEqual(byApp);
  });
});

describe('a teardown pull request whose folder changes', () => {
  it('is renewed when it is our own, by a commit on top', async () => {
    const asked = await scene.open('change', touch('sar-test'));
    const answer = await scene.answer(asked);
    if (answer.kind !== 'to plan') throw new Error(JSON.stringify(answer));
    await scene.push('main', {
      'deployments/sar-test/late.txt': 'x',
      'deployments/sar-test/opensarlab.yaml': declarationOf('sar-test', [['max_number: 5', 'max_number: 6']]),
    });
    const { renewed, closed } = await renewTeardowns(scene, scene.job);
    expect(closed).toEqual([]);
    expect(renewed).toEqual([
      { deployment: 'sar-test', pullRequest: answer.pullRequest, head: await scene.head(answer.pullRequest) },
    ]);
    expect((await pull(answer.pullRequest)).files).toEqual([
      'removed deployments/sar-test/late.txt',
      'removed deployments/sar-test/opensarlab.yaml',
    ]);
    expect(await renewTeardowns(scene, scene.job)).toEqual({ renewed: [], closed: [], failed: [] });
    await scene.github.settle();
    expect(await scene.merge(answer.pullRequest)).toMatch(/^[0-9a-f]{40}$/);
  });

  it('says what it would leave when it is a person’s', async () => {
    const own = await scene.open('mine', { 'deployments/sar': null });
    await scene.push('main', { 'deployments/sar/late.txt': 'x' });
    expect(await scene.answer(own)).toMatchObject({ kind: 'refused', code: 'TeardownStale' });
    expect(await scene.answerOn(own)).toContain('it would leave deployments/sar/late.txt');
  });

  it('is closed when its folder is gone', async () => {
    const asked = await scene.open('change', touch('sar'));
    const answer = await scene.answer(asked);
    if (answer.kind !== 'to plan') throw new Error(JSON.stringify(answer));
    await scene.push('main', { 'deployments/sar': null });
    expect(await renewTeardowns(scene, scene.job)).toEqual({ renewed: [], closed: [answer.pullRequest], failed: [] });
  });
});
