import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, everything, type Files, job, openStage, type Scene, type Stage, step } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A call of the sandbox's REST API as the user. */
async function call(scene: Scene, method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${scene.github.apiUrl}/repos/${scene.repository.fullName}/${path}`, {
    method,
    headers: { authorization: `Bearer ${stage.userToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
}

/** Commits one new file through the API, which pushes. */
function commit(scene: Scene, path: string, text: string, branch = 'main', message = `Add ${path}`): Promise<unknown> {
  const content = Buffer.from(text).toString('base64');
  return call(scene, 'PUT', `contents/${path}`, { message, content, branch });
}

async function branch(scene: Scene, name: string): Promise<void> {
  const { sha } = await scene.push();
  await call(scene, 'POST', 'git/refs', { ref: `refs/heads/${name}`, sha });
}

function workflows(files: Record<string, string>): Files {
  return Object.fromEntries(
    Object.entries(files).map(([name, on]) => [
      `.github/workflows/${name}.yml`,
      `name: ${name}\non: ${on}\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "\${{ github.event_name }} \${{ github.event.action }} \${{ github.ref }}"\n`,
    ]),
  );
}

/** The names of the workflows that ran, in alphabetical order. */
async function ran(scene: Scene): Promise<string[]> {
  await scene.runner.idle();
  return scene.runner
    .runs()
    .map(({ workflowName, conclusion }) => `${workflowName} ${conclusion}`)
    .toSorted();
}

describe('a push', () => {
  it('starts the workflows whose paths the pushed commits change', async () => {
    const scene = await createScene(
      stage,
      workflows({
        any: 'push',
        labs: "{push: {branches: [main], paths: ['deployments/**', '!**/*.md']}}",
        docs: "{push: {paths-ignore: ['deployments/**']}}",
        pull: 'pull_request',
      }),
    );
    await commit(scene, 'deployments/sar/opensarlab.yaml', 'a');
    expect(await ran(scene)).toEqual(['any success', 'labs success']);
    await commit(scene, 'deployments/README.md', 'a');
    expect(await ran(scene)).toEqual(['any success', 'any success', 'labs success']);
    await commit(scene, 'docs/a.md', 'a', 'main', 'Write docs [skip ci]');
    await commit(scene, 'docs/b.md', 'b');
    expect((await ran(scene)).filter((name) => name.startsWith('docs'))).toEqual(['docs success']);
  });

  it('runs the files as they are in the pushed commit', async () => {
    const scene = await createScene(stage, workflows({ old: 'push' }));
    const [[path, text] = ['', '']] = Object.entries(workflows({ fresh: 'push' }));
    await commit(scene, path, text);
    expect(await ran(scene)).toEqual(['fresh success', 'old success']);
    await commit(scene, '.github/workflows/broken.yml', 'on: push\njobs: {a: {runs-on: x, steps: 5}}\n');
    await scene.runner.idle();
    const broken = scene.runner.runs().find(({ workflowFile }) => workflowFile.endsWith('broken.yml'));
    expect(broken).toMatchObject({ conclusion: 'failure', jobs: [], workflowName: '.github/workflows/broken.yml' });
    expect(broken?.annotations[0]).toMatchObject({ title: 'Invalid workflow file', line: 2 });
  });

  it('that a job makes with its own token starts nothing', async () => {
    const scene = await createScene(stage, {
      '.github/workflows/writer.yml': `name: writer
on: push
permissions: {contents: write}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: |
          git config user.name bot && git config user.email bot@example.org
          echo "\${{ github.run_id }}" > made.txt && git add made.txt && git commit -qm made && git push -q
`,
    });
    await commit(scene, 'a.txt', 'a');
    expect(await ran(scene)).toEqual(['writer success']);
  });
});

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
});

describe('other events', () => {
  it('a manual start passes typed inputs to the workflow it names', async () => {
    const scene = await createScene(stage, {
      ...workflows({ other: 'workflow_dispatch' }),
      '.github/workflows/audit.yml': `name: audit
on:
  workflow_dispatch:
    inputs:
      deployment: {type: string, required: true}
      deep: {type: boolean, default: false}
      mode: {type: choice, options: [fast, slow], default: fast}
run-name: Audit of \${{ inputs.deployment }}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ inputs.deployment }} \${{ inputs.deep == true }} \${{ inputs.mode }} \${{ github.event.inputs.deep }}"
`,
    });
    await call(scene, 'POST', 'actions/workflows/audit.yml/dispatches', {
      ref: 'main',
      inputs: { deployment: 'sar', deep: 'true' },
    });
    expect(await ran(scene)).toEqual(['audit success']);
    const [run] = scene.runner.runs();
    if (!run) throw new Error('audit did not run');
    expect(run.title).toBe('Audit of sar');
    expect(step(run, 0).log).toContain('sar true fast true');
    expect(scene.github.workflowRuns(scene.repository.fullName)).toMatchObject([
      { id: run.id, name: 'audit', title: 'Audit of sar', status: 'completed', conclusion: 'success', runNumber: 1 },
    ]);
  });

  it('issues and schedules run on the default branch', async () => {
    const scene = await createScene(
      stage,
      workflows({ triage: '{issues: {types: [opened]}}', nightly: "{schedule: [{cron: '0 3 * * *'}]}" }),
    );
    await call(scene, 'POST', 'issues', { title: 'It leaks' });
    expect(await ran(scene)).toEqual(['triage success']);
    const event = await scene.push({ name: 'schedule' });
    scene.github.emit({ ...event, payload: { schedule: '0 3 * * *', repository: event.payload['repository'] } });
    await scene.github.settle();
    expect(await ran(scene)).toEqual(['nightly success', 'triage success']);
    const nightly = scene.runner.runs().at(-1);
    expect(nightly && job(nightly).steps[0]?.log).toContain('schedule  refs/heads/main');
  });

  it('that the sandbox never emits are told', async () => {
    const scene = await createScene(stage, workflows({ release: '[push, release]' }));
    await scene.run();
    const notices = scene.progress.flatMap((each) => (each.kind === 'notice' ? [each.message] : []));
    expect(notices).toEqual([".github/workflows/release.yml: the sandbox never emits the event 'release'."]);
  });
});
