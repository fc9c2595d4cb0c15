import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ruleset } from '../github/github-sandbox.ts';
import { runGit } from './files/git.ts';
import { branch, call, commit, ran, rest, workflows } from './testing/rest.ts';
import { createScene, openStage, type Scene, type Stage } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** What a job with its own token does. */
async function asJob(scene: Scene, method: string, path: string, body: object) {
  const permissions = { contents: 'write', 'pull-requests': 'write', actions: 'write', issues: 'write' } as const;
  const event = await scene.push();
  const token = scene.github.createJobToken({ repository: scene.repository.fullName, permissions, event });
  return rest(scene, method, path, body, token);
}

const pulls = { pull: 'pull_request', labels: '{pull_request: {types: [labeled]}}', target: 'pull_request_target' };

describe('a pull request that a job opens', () => {
  it('has runs that wait for one approval, of its newest head only; pull_request_target has none', async () => {
    const scene = await createScene(stage, workflows(pulls), {
      settings: { private: true, actionsMayCreatePullRequests: true },
    });
    await branch(scene, 'teardown/sar');
    await commit(scene, 'a.txt', 'a', 'teardown/sar');
    const opened = await asJob(scene, 'POST', 'pulls', { title: 'Tear down', head: 'teardown/sar', base: 'main' });
    expect(opened.status).toBe(201);
    const number = Number(opened.body['number']);
    await asJob(scene, 'POST', `issues/${number}/labels`, { labels: ['destroy'] });
    expect(await ran(scene)).toEqual([]);
    const waiting = await rest(scene, 'GET', 'actions/runs?status=action_required');
    expect(waiting.body).toMatchObject({
      total_count: 1,
      workflow_runs: [{ name: 'pull', conclusion: 'action_required' }],
    });
    await asJob(scene, 'PUT', 'contents/b.txt', { message: 'b', content: '', branch: 'teardown/sar' });
    await scene.runner.idle();
    const { fullName } = scene.repository;
    expect(scene.github.approveRuns(fullName, number)).toHaveLength(1);
    expect(await ran(scene)).toEqual(['pull success']);
    expect(scene.github.approveRuns(fullName, number)).toEqual([]);
    const still = await rest(scene, 'GET', 'actions/runs?status=action_required');
    expect(still.body).toMatchObject({ total_count: 1 });
  });

  it('runs at once when a person does the same, or an App', async () => {
    const scene = await createScene(stage, workflows(pulls), {
      settings: { private: true, actionsMayCreatePullRequests: true },
    });
    await branch(scene, 'bot');
    await commit(scene, 'a.txt', 'a', 'bot');
    const token = scene.github.createAppToken({
      repository: scene.repository.fullName,
      app: { id: 990_003, slug: 'lab-app', name: 'Lab app' },
      permissions: { 'pull-requests': 'write', contents: 'write' },
    });
    const { body } = await rest(scene, 'POST', 'pulls', { title: 'App', head: 'bot', base: 'main' }, token);
    expect(await ran(scene)).toEqual(['pull success', 'target success']);
    await call(scene, 'POST', `issues/${body['number']}/labels`, { labels: ['destroy'] });
    expect(await ran(scene)).toEqual(['labels success', 'pull success', 'target success']);
  });
});

describe('dispatches', () => {
  it('are the only events a job can start: workflow_dispatch with inputs, repository_dispatch', async () => {
    const scene = await createScene(
      stage,
      workflows({
        manual: '{workflow_dispatch: {inputs: {number: {required: true}, dry: {type: boolean, default: true}}}}',
        repository: '{repository_dispatch: {types: [replan]}}',
        push: 'push',
      }),
    );
    const started = await asJob(scene, 'POST', 'actions/workflows/manual.yml/dispatches', {
      ref: 'main',
      inputs: { number: '7' },
    });
    expect(started.status).toBe(204);
    expect((await asJob(scene, 'POST', 'dispatches', { event_type: 'replan' })).status).toBe(204);
    expect((await asJob(scene, 'POST', 'dispatches', { event_type: 'other' })).status).toBe(204);
    await asJob(scene, 'PUT', 'contents/c.txt', { message: 'c', content: '' });
    expect(await ran(scene)).toEqual(['manual success', 'repository success']);
    const manual = scene.runner.runs().find(({ workflowName }) => workflowName === 'manual');
    expect(manual?.event.payload['inputs']).toEqual({ number: '7', dry: 'true' });
  });

  it('come from the clock too', async () => {
    const scene = await createScene(stage, workflows({ nightly: "{schedule: [{cron: '17 3 * * *'}]}", push: 'push' }));
    await scene.github.schedule(scene.repository.fullName, '17 3 * * *');
    await scene.github.schedule(scene.repository.fullName, '0 0 * * *');
    expect(await ran(scene)).toEqual(['nightly success']);
  });
});

describe('Actions policies', () => {
  const policy = (paths: string[], events: string[]) => ({
    id: paths.length + events.length,
    name: 'events',
    source: { type: 'Repository' as const, name: 'octo-org/lab' },
    enforcement: 'active' as const,
    workflowPath: { include: paths, exclude: [] },
    rules: [{ type: 'restrict_action_events' as const, parameters: { allowed_events: events } }],
    repositoryConditions: {},
    createdAt: new Date(),
    updatedAt: new Date(),
  });

  it('block pull_request_target in a public repository with a failed run, until one allows it for the workflow', async () => {
    const scene = await createScene(stage, workflows({ plan: 'pull_request_target' }));
    await branch(scene, 'one');
    await commit(scene, 'a.txt', 'a', 'one');
    await call(scene, 'POST', 'pulls', { title: 'One', head: 'one', base: 'main' });
    expect(await ran(scene)).toEqual(['plan failure']);
    const [refused] = scene.runner.runs();
    expect(refused).toMatchObject({ jobs: [], annotations: [{ message: expect.stringContaining('is not allowed') }] });
    const allowed = policy(['.github/workflows/plan.yml'], ['pull_request_target']);
    scene.github.actionsPolicies(scene.repository.fullName).set(allowed.id, allowed);
    await commit(scene, 'b.txt', 'b', 'one');
    expect(await ran(scene)).toEqual(['plan failure', 'plan success']);
  });

  it('refuse any event that they do not list', async () => {
    const scene = await createScene(stage, workflows({ deploy: 'push' }));
    const only = policy(['.github/workflows/deploy.yml'], ['workflow_dispatch']);
    scene.github.actionsPolicies(scene.repository.fullName).set(only.id, only);
    await commit(scene, 'a.txt', 'a');
    expect(await ran(scene)).toEqual(['deploy failure']);
  });
});

describe('a push to main', () => {
  it('by a squash whose message says so starts nothing; a merge commit hides it', async () => {
    const scene = await createScene(stage, workflows({ deploy: '{push: {branches: [main]}}' }));
    for (const [name, method] of [
      ['one', 'squash'],
      ['two', 'merge'],
      ['three', 'rebase'],
    ] as const) {
      await branch(scene, name);
      await commit(scene, `${name}.txt`, 'a', name, `Add ${name} [skip ci]`);
      const { number } = await call(scene, 'POST', 'pulls', { title: name, head: name, base: 'main' });
      await call(scene, 'PUT', `pulls/${number}/merge`, { merge_method: method });
    }
    expect(await ran(scene)).toEqual(['deploy success']);
    await commit(scene, 'trailer.txt', 'a', 'main', 'Add a file\n\n\nskip-checks: true');
    await commit(scene, 'no-trailer.txt', 'a', 'main', 'Add a file\n\nskip-checks: true');
    expect(await ran(scene)).toEqual(['deploy success', 'deploy success']);
  });

  it('of more than 300 files hides the rest from path filters, of more than 1,000 commits passes them all', async () => {
    const scene = await createScene(
      stage,
      workflows({ late: "{push: {paths: ['z/**']}}", early: "{push: {paths: ['a/**']}}" }),
    );
    const { gitFolder } = scene.repository;
    const commitOf = (from: string, ref: string, changes: string): string =>
      `commit ${ref}\ncommitter a <a@example.org> 1700000000 +0000\ndata 1\nm\n${from}${changes}`;
    const files = [...Array.from({ length: 300 }, (_, index) => `a/${String(index).padStart(3, '0')}`), 'z/last'];
    const written = files.map((path) => `M 100644 inline ${path}\ndata 1\nx\n`).join('');
    const { sha: base } = await scene.push();
    await runGit(gitFolder, ['fast-import', '--quiet'], commitOf(`from ${base}\n`, 'refs/scratch/many', written));
    const tipOf = async (ref: string): Promise<string> =>
      (await runGit(gitFolder, ['rev-parse', ref])).toString().trim();
    const many = await tipOf('refs/scratch/many');
    await call(scene, 'PATCH', 'git/refs/heads/main', { sha: many });
    expect(await ran(scene)).toEqual(['early success']);
    const long = Array.from({ length: 1_001 }, (_, index) =>
      commitOf(index === 0 ? `from ${many}\n` : '', 'refs/scratch/long', ''),
    );
    await runGit(gitFolder, ['fast-import', '--quiet'], long.join(''));
    await call(scene, 'PATCH', 'git/refs/heads/main', { sha: await tipOf('refs/scratch/long') });
    expect(await ran(scene)).toEqual(['early success', 'early success', 'late success']);
  });
});

describe('the merge ref', () => {
  const parentsOf = async (scene: Scene, number: number): Promise<string[]> => {
    const shown = await runGit(scene.repository.gitFolder, [
      'rev-parse',
      `refs/pull/${number}/merge^1`,
      `refs/pull/${number}/merge^2`,
    ]);
    return shown.toString().trim().split('\n');
  };

  it('can be late: the workflow starts with old parents and a head that is not the event’s', async () => {
    const scene = await createScene(stage, workflows({ plan: 'pull_request' }));
    const { fullName } = scene.repository;
    await branch(scene, 'late');
    await commit(scene, 'a.txt', 'a', 'late');
    const { number } = await call(scene, 'POST', 'pulls', { title: 'Late', head: 'late', base: 'main' });
    const before = await parentsOf(scene, Number(number));
    await scene.runner.idle();
    await scene.github.delayMergeRefs(fullName, true);
    await commit(scene, 'b.txt', 'b', 'late');
    await commit(scene, 'main.txt', 'main');
    await scene.runner.idle();
    const run = scene.runner.runs().at(-1);
    const merge = (await runGit(scene.repository.gitFolder, ['rev-parse', `refs/pull/${number}/merge`]))
      .toString()
      .trim();
    expect(run?.event.sha).toBe(merge);
    expect(await parentsOf(scene, Number(number))).toEqual(before);
    const pull = await call(scene, 'GET', `pulls/${number}`);
    expect(pull).toMatchObject({ mergeable: null, mergeable_state: 'unknown' });
    expect((pull['head'] as { sha: string }).sha).not.toBe(before[1]);
    await scene.github.delayMergeRefs(fullName, false);
    const { sha } = pull['head'] as { sha: string };
    expect((await parentsOf(scene, Number(number)))[1]).toBe(sha);
    expect(await call(scene, 'GET', `pulls/${number}`)).toMatchObject({ mergeable: true });
  });

  it('stays what it was in a conflict: pull_request does not start, pull_request_target does', async () => {
    const scene = await createScene(stage, workflows({ plan: 'pull_request', target: 'pull_request_target' }), {
      settings: { private: true },
    });
    await branch(scene, 'fight');
    await commit(scene, 'a.txt', 'ours', 'fight');
    const { number } = await call(scene, 'POST', 'pulls', { title: 'Fight', head: 'fight', base: 'main' });
    expect(await ran(scene)).toEqual(['plan success', 'target success']);
    const before = await parentsOf(scene, Number(number));
    await commit(scene, 'a.txt', 'theirs');
    await commit(scene, 'b.txt', 'b', 'fight');
    expect(await ran(scene)).toEqual(['plan success', 'target success', 'target success']);
    expect(await parentsOf(scene, Number(number))).toEqual(before);
    expect(await call(scene, 'GET', `pulls/${number}`)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    const target = scene.runner.runs().at(-1);
    const { body } = await rest(scene, 'GET', `actions/runs/${target?.id}`);
    expect(body).toMatchObject({ event: 'pull_request_target', head_sha: target?.event.sha });
  });
});

describe('activity types', () => {
  it('edited with a new base, ready for review, labels and closing each start their own', async () => {
    const scene = await createScene(
      stage,
      workflows({
        edited: '{pull_request: {types: [edited]}}',
        ready: '{pull_request: {types: [ready_for_review]}}',
        off: '{pull_request: {types: [unlabeled]}}',
        closed: '{pull_request: {types: [closed]}}',
      }),
    );
    await branch(scene, 'types');
    await branch(scene, 'release');
    await commit(scene, 'a.txt', 'a', 'types');
    const { number } = await call(scene, 'POST', 'pulls', { title: 'T', head: 'types', base: 'release', draft: true });
    await scene.github.setDraft(scene.repository.fullName, { number: Number(number), draft: false, by: 'ada' });
    await call(scene, 'PATCH', `pulls/${number}`, { base: 'main' });
    await call(scene, 'POST', `issues/${number}/labels`, { labels: ['destroy'] });
    await rest(scene, 'DELETE', `issues/${number}/labels/destroy`);
    await call(scene, 'PUT', `pulls/${number}/merge`, {});
    expect(await ran(scene)).toEqual(['closed success', 'edited success', 'off success', 'ready success']);
    const edited = scene.runner.runs().find(({ workflowName }) => workflowName === 'edited');
    expect(edited?.event.payload['changes']).toMatchObject({ base: { ref: { from: 'release' } } });
  });
});

describe('a merge queue', () => {
  it('runs merge_group workflows on the group and merges when the required job has passed', async () => {
    const scene = await createScene(
      stage,
      workflows({ gate: '{pull_request: {}, merge_group: {}}', deploy: '{push: {branches: [main]}}' }),
    );
    const { fullName } = scene.repository;
    const ruleset: Ruleset = {
      id: 1,
      name: 'main',
      target: 'branch',
      source: { type: 'Repository', name: fullName },
      enforcement: 'active',
      bypassActors: [],
      refs: { include: ['~DEFAULT_BRANCH'], exclude: [] },
      rules: [
        { type: 'merge_queue', parameters: {} },
        {
          type: 'required_status_checks',
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [{ context: 'test', integration_id: 15_368 }],
          },
        },
      ],
      createdAt: new Date(),
      updatedAt: new Date(),
    };
    await branch(scene, 'queued');
    await commit(scene, 'a.txt', 'a', 'queued');
    scene.github.rulesets(fullName).set(1, ruleset);
    const { number } = await call(scene, 'POST', 'pulls', { title: 'Q', head: 'queued', base: 'main' });
    await scene.runner.idle();
    await scene.github.enqueue(fullName, { number: Number(number), by: 'ada' });
    expect(await ran(scene)).toEqual(['deploy success', 'gate success', 'gate success']);
    const group = scene.runner.runs().find(({ event }) => event.name === 'merge_group');
    expect(group?.event.ref).toMatch(/^refs\/heads\/gh-readonly-queue\/main\/pr-\d+-[0-9a-f]{40}$/);
    const deploy = scene.runner.runs().find(({ workflowName }) => workflowName === 'deploy');
    expect(deploy?.event).toMatchObject({ sha: group?.event.sha, actor: { login: 'github-merge-queue[bot]' } });
  });
});
