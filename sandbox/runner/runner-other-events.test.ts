import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, ran, workflows } from './testing/rest.ts';
import { createScene, job, openStage, type Stage, step } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

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
