import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commit, ran, workflows } from './testing/rest.ts';
import { createScene, openStage, type Stage } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

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
