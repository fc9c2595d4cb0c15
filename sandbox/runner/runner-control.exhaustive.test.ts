import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../github/github-sandbox.ts';
import type { Progress } from './runner.ts';
import {
  createScene,
  everything,
  type Files,
  job,
  openStage,
  type Scene,
  type Stage,
  step,
  workflow,
} from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Resolves when the runner tells something like this. */
function seen(scene: Scene, matches: (progress: Progress) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (scene.progress.some(matches)) resolve();
      else setTimeout(look, 5);
    };
    look();
  });
}

const logged = (text: string) => (progress: Progress) => progress.kind === 'log' && progress.line === text;

describe('cancellation', () => {
  it('stops the running step and everything it started, but runs always() steps', async () => {
    const scene = await createScene(
      stage,
      workflow(`
- run: |
    sleep 300 &
    echo waiting
    wait
- run: echo no
- run: echo cleaning; test "\${{ job.status }}" = cancelled
  if: always()
- run: echo seen
  if: cancelled()`),
    );
    const running = scene.run();
    await seen(scene, logged('waiting'));
    const [started] = scene.progress.flatMap((each) => (each.kind === 'run-started' ? [each.run.id] : []));
    scene.runner.cancel(started ?? 0);
    const run = await running;
    expect(run.conclusion, everything(run)).toBe('cancelled');
    expect(job(run).conclusion).toBe('cancelled');
    expect(job(run).steps.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'skipped', 'success', 'success']);
  });

  it('kills a step that heeds neither SIGINT nor SIGTERM, after 7.5 and 2.5 seconds', async () => {
    // A minute of the runner's patience lasts 0.6 seconds here, so the 10 seconds last 0.1.
    const scene = await createScene(
      stage,
      workflow(
        "- run: trap 'echo interrupted' INT; trap 'echo asked' TERM; echo waiting; while :; do sleep 0.01; done",
      ),
      { timeoutMinute: 600 },
    );
    const running = scene.run();
    await seen(scene, logged('waiting'));
    scene.runner.cancel(20_000_000_001);
    const run = await running;
    expect(job(run)).toMatchObject({ conclusion: 'cancelled', steps: [{ conclusion: 'cancelled' }] });
    expect(step(run, 0).log).toMatch(/interrupted[\s\S]*asked/);
  });

  it('of a run skips jobs that have not started, but not always() jobs', async () => {
    const files: Files = {
      '.github/workflows/test.yml': `name: test
on: push
jobs:
  long: {runs-on: ubuntu-latest, steps: [{run: echo waiting; sleep 300}]}
  next: {runs-on: ubuntu-latest, needs: long, steps: [{run: 'true'}]}
  cleanup: {runs-on: ubuntu-latest, needs: long, if: always(), steps: [{run: 'echo \${{ needs.long.result }}'}]}
`,
    };
    const scene = await createScene(stage, files);
    const running = scene.run();
    await seen(scene, logged('waiting'));
    scene.runner.cancel(20_000_000_001);
    const run = await running;
    expect(run.jobs.map(({ id, conclusion }) => `${id} ${conclusion}`)).toEqual([
      'long cancelled',
      'next skipped',
      'cleanup success',
    ]);
    expect(step(run, 0, 'cleanup').log).toContain('cancelled');
  });

  it('by time: a step fails, a job is cancelled', async () => {
    const steps = `
- run: sleep 300
  timeout-minutes: 1
- run: echo after
  if: failure()`;
    const ofStep = await (await createScene(stage, workflow(steps), { timeoutMinute: 100 })).run();
    expect(step(ofStep, 0).outcome).toBe('failure');
    expect(step(ofStep, 0).annotations[0]?.message).toBe("The action 'Run sleep 300' has timed out after 1 minutes.");
    expect(step(ofStep, 1).conclusion).toBe('success');
    const files = workflow('- run: sleep 300', 'timeout-minutes: 1');
    const ofJob = await (await createScene(stage, files, { timeoutMinute: 100 })).run();
    expect(job(ofJob).conclusion).toBe('cancelled');
    expect(job(ofJob).annotations[0]?.message).toContain('exceeded the maximum execution time of 1 minutes');
  });

  it('leaves no process behind when a job ends', async () => {
    const scene = await createScene(stage, workflow('- run: sleep 301 > /dev/null 2>&1 & echo "pid $!"'));
    const run = await scene.run();
    const pid = Number(/^pid (\d+)$/m.exec(step(run, 0).log)?.[1]);
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  });
});

/** A process that has ended but that nobody has asked about yet (a zombie) is not running. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

describe('concurrency', () => {
  /** A workflow whose step waits until the gate is opened. */
  const gated = (setting: string): Files => {
    const steps = '- run: echo waiting; until [ -e "$GATE" ]; do sleep 0.02; done';
    const [path = '', text = ''] = Object.entries(workflow(steps))[0] ?? [];
    return { [path]: text.replace('on: push', `on: push\nconcurrency: ${setting}`) };
  };
  const startedRuns = (scene: Scene): number => scene.progress.filter(({ kind }) => kind === 'run-started').length;

  it('of workflows: one runs, one waits, the one between is cancelled', async () => {
    const gate = join(stage.folder, 'gate-1');
    const scene = await createScene(stage, gated(`deploy-\${{ github.ref }}`), { environment: { GATE: gate } });
    const first = scene.run();
    await seen(scene, logged('waiting'));
    const second = scene.run();
    await seen(scene, () => startedRuns(scene) === 2);
    const third = scene.run();
    expect((await second).conclusion).toBe('cancelled');
    await writeFile(gate, '');
    const [a, c] = [await first, await third];
    expect([a.conclusion, c.conclusion]).toEqual(['success', 'success']);
    expect(c.jobs[0]?.startedAt.getTime()).toBeGreaterThanOrEqual(a.completedAt.getTime());
  });

  it('of workflows: a newer run can cancel the running one', async () => {
    const gate = join(stage.folder, 'gate-2');
    const setting = `{group: plan, cancel-in-progress: "\${{ github.event_name == 'push' }}"}`;
    const scene = await createScene(stage, gated(setting), { environment: { GATE: gate } });
    const first = scene.run();
    await seen(scene, logged('waiting'));
    const second = scene.run();
    expect((await first).conclusion).toBe('cancelled');
    expect((await first).annotations[0]?.message).toContain("higher priority waiting request for 'plan' exists");
    await writeFile(gate, '');
    expect((await second).conclusion).toBe('success');
  });

  it('of jobs: legs of a matrix with one group run one after another', async () => {
    const files = workflow(
      '- run: sleep 0.05',
      'strategy: {matrix: {n: [1, 2, 3]}}\nconcurrency: {group: one, queue: max}',
    );
    const run = await (await createScene(stage, files)).run();
    expect(run.conclusion, everything(run)).toBe('success');
    const times = run.jobs.map(({ steps }) => [
      steps[0]?.startedAt.getTime() ?? 0,
      steps[0]?.completedAt.getTime() ?? 0,
    ]);
    const sorted = times.toSorted((left, right) => (left[0] ?? 0) - (right[0] ?? 0));
    expect(sorted[1]?.[0]).toBeGreaterThanOrEqual(sorted[0]?.[1] ?? 0);
    expect(sorted[2]?.[0]).toBeGreaterThanOrEqual(sorted[1]?.[1] ?? 0);
  });

  it('refuses a job in the group of its own run', async () => {
    const [path, text] = Object.entries(workflow("- run: 'true'", 'concurrency: same'))[0] ?? ['', ''];
    const scene = await createScene(stage, { [path]: text.replace('on: push', 'on: push\nconcurrency: same') });
    const run = await scene.run();
    expect(run.conclusion).toBe('failure');
    expect(job(run).annotations[0]?.message).toContain("deadlock for concurrency group 'same'");
  });
});

describe('environments', () => {
  const protectedBy = (change: Partial<Environment['protection']>): Environment => ({
    protection: {
      requiredReviewers: [],
      preventSelfReview: false,
      waitTimerMinutes: 0,
      branchPolicy: { kind: 'all' },
      ...change,
    },
    variables: new Map(),
    secrets: new Map(),
  });
  const files = workflow('- run: echo deployed', 'environment: deploy');

  it('are created unprotected when a job names them', async () => {
    const scene = await createScene(stage, files);
    expect((await scene.run()).conclusion).toBe('success');
    expect([...scene.github.environments(scene.repository.fullName).keys()]).toEqual(['deploy']);
  });

  it('refuse branches outside of their policy', async () => {
    const scene = await createScene(stage, files);
    const environments = scene.github.environments(scene.repository.fullName);
    environments.set('deploy', protectedBy({ branchPolicy: { kind: 'selected', patterns: ['release/*'] } }));
    const run = await scene.run();
    expect(job(run)).toMatchObject({ conclusion: 'failure', steps: [] });
    expect(job(run).annotations[0]?.message).toBe(
      'Branch "main" is not allowed to deploy to deploy due to environment protection rules.',
    );
    environments.set('deploy', protectedBy({ branchPolicy: { kind: 'selected', patterns: ['main'] } }));
    expect((await scene.run()).conclusion).toBe('success');
  });

  it('with reviewers wait for an approval', async () => {
    const asked: string[] = [];
    const approvals = [true, false];
    const scene = await createScene(stage, files, {
      approve: ({ environment, reviewers, actor }) => {
        asked.push(`${environment} ${reviewers.join()} ${actor}`);
        return approvals.shift() ?? false;
      },
    });
    const environments = scene.github.environments(scene.repository.fullName);
    environments.set('deploy', protectedBy({ requiredReviewers: ['grace'] }));
    expect((await scene.run()).conclusion).toBe('success');
    const refused = await scene.run();
    expect(refused.conclusion).toBe('failure');
    expect(job(refused).annotations[0]?.message).toContain('was not approved; it needs a review by grace');
    expect(asked).toEqual(['deploy grace ada', 'deploy grace ada']);
  });

  it('with wait timers are refused', async () => {
    const scene = await createScene(stage, files);
    const environments = scene.github.environments(scene.repository.fullName);
    environments.set('deploy', protectedBy({ waitTimerMinutes: 5 }));
    const run = await scene.run();
    expect(job(run).annotations[0]?.message).toContain('does not support wait timers');
  });
});
