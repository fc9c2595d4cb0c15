import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { branch, call, commit, ran, workflows } from './testing/rest.ts';
import { createScene, everything, openStage, type Scene, type Stage, step } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('a pull request', () => {
  it('runs on the merge commit, with checks on the head commit', async () => {
    const scene = await createScene(stage, {
      ...workflows({ types: '{pull_request: {types: [labeled]}}', push: '{push: {branches: [main]}}' }),
      '.github/workflows/propose.yml': `name: propose
on:
  pull_request:
    branches: [main]
    paths: ['deployments/**']
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: |
          echo "$GITHUB_REF $GITHUB_HEAD_REF $GITHUB_BASE_REF"
          test "$(git rev-parse HEAD)" = "$GITHUB_SHA" && ls && ls deployments
          echo "::notice file=deployments/sar.yaml,line=1::looks good"
`,
    });
    await branch(scene, 'feature');
    await commit(scene, 'deployments/sar.yaml', 'a', 'feature');
    await commit(scene, 'README.md', 'base moves on');
    const { number, head } = await call(scene, 'POST', 'pulls', { title: 'Add sar', head: 'feature', base: 'main' });
    expect(await ran(scene)).toEqual(['propose success', 'push success']);
    const run = scene.runner.runs().find(({ workflowName }) => workflowName === 'propose');
    if (!run) throw new Error('propose did not run');
    expect(step(run, 1).log, everything(run)).toContain(`refs/pull/${number}/merge feature main`);
    expect(step(run, 1).log).toContain('README.md');
    expect(step(run, 1).log).toContain('sar.yaml');
    const checks = scene.github.checkRuns(scene.repository.fullName, (head as { sha: string }).sha);
    expect(checks).toMatchObject([
      { name: 'test', conclusion: 'success', annotations: [{ path: 'deployments/sar.yaml', level: 'notice' }] },
    ]);
    await call(scene, 'POST', `issues/${number}/labels`, { labels: ['bug'] });
    expect(await ran(scene)).toEqual(['propose success', 'push success', 'types success']);
    await commit(scene, 'deployments/more.yaml', 'b', 'feature');
    expect((await ran(scene)).filter((name) => name === 'propose success')).toHaveLength(2);
  });

  it('from a fork gets neither secrets nor a token that writes', async () => {
    const scene = await createScene(stage, {
      '.github/workflows/plan.yml': `name: plan
on: pull_request
permissions: {contents: write, id-token: write, pull-requests: write}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: echo "[\${{ secrets.KEY }}] [$ACTIONS_ID_TOKEN_REQUEST_URL]"
      - run: 'curl -s -o /dev/null -w "%{http_code}" -X PUT -H "Authorization: Bearer $TOKEN" -d "{\\"message\\":\\"m\\",\\"content\\":\\"YQ==\\"}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/contents/x"'
        env: {TOKEN: "\${{ github.token }}"}
`,
    });
    scene.github.secrets(scene.repository.fullName).set('KEY', 'k3y-value');
    const fork = await scene.github.createFork({ repository: scene.repository.fullName, owner: 'ada' });
    const forked: Scene = { ...scene, repository: fork };
    await commit(forked, 'a.txt', 'a');
    await call(scene, 'POST', 'pulls', { title: 'From a fork', head: 'ada:main', base: 'main' });
    await scene.runner.idle();
    const run = scene.runner
      .runs()
      .find(({ workflowName, event }) => workflowName === 'plan' && event.name === 'pull_request');
    if (!run) throw new Error('plan did not run');
    expect(step(run, 0).log, everything(run)).toContain('[] []');
    expect(step(run, 1).log).toContain('403');
  });

  describe('as pull_request_target', () => {
    const workflow = (ref: string): string => `name: plan
on: {pull_request_target: {paths: ['deployments/**']}}
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/checkout@v7
        with: {path: proposal, ref: '${ref}'}
      - run: echo "$GITHUB_EVENT_NAME $GITHUB_REF $GITHUB_HEAD_REF [\${{ secrets.KEY }}]" && ls deployments* proposal/deployments
`;
    const planned = async (scene: Scene) => {
      await scene.runner.idle();
      const run = scene.runner.runs().find(({ workflowName }) => workflowName === 'plan');
      if (!run) throw new Error('plan did not run');
      return run;
    };

    it('runs the default branch’s workflow, whatever the proposal makes of it', async () => {
      const files = { '.github/workflows/plan.yml': workflow('refs/pull/1/merge'), 'deployments/a.yaml': 'a' };
      const scene = await createScene(stage, files, { settings: { private: true } });
      await branch(scene, 'feature');
      await commit(
        scene,
        '.github/workflows/stolen.yml',
        'name: stolen\non: pull_request_target\njobs: {}\n',
        'feature',
      );
      await commit(scene, 'deployments/sar.yaml', 'a', 'feature');
      const { number } = await call(scene, 'POST', 'pulls', { title: 'Add sar', head: 'feature', base: 'main' });
      expect(number).toBe(1);
      const run = await planned(scene);
      expect(scene.runner.runs().map(({ workflowName }) => workflowName)).toEqual(['plan']);
      expect(step(run, 2).log, everything(run)).toContain('pull_request_target refs/heads/main feature');
      expect(step(run, 2).log).toMatch(/deployments:\s*a\.yaml\s*proposal\/deployments:\s*a\.yaml\s*sar\.yaml/);
    });

    it('refuses to check out the code of a fork', async () => {
      const files = { '.github/workflows/plan.yml': workflow('refs/pull/1/head') };
      const scene = await createScene(stage, files, { settings: { private: true } });
      const fork = await scene.github.createFork({ repository: scene.repository.fullName, owner: 'ada' });
      await commit({ ...scene, repository: fork }, 'deployments/a.yaml', 'a');
      await call(scene, 'POST', 'pulls', { title: 'From a fork', head: 'ada:main', base: 'main' });
      const run = await planned(scene);
      expect(step(run, 1).log, everything(run)).toContain('Refusing to check out fork pull request code');
    });
  });
});
