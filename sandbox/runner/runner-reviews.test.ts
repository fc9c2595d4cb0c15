import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Environment, unprotectedEnvironment } from '../github/model/environment.ts';
import type { WorkflowRun } from './runner.ts';
import { rest } from './testing/rest.ts';
import {
  createScene,
  everything,
  type Files,
  job,
  openStage,
  type Scene,
  type Stage,
  workflow,
} from './testing/scene.ts';

let stage: Stage;
let graceToken: string;
beforeAll(async () => {
  stage = await openStage();
  graceToken = stage.github.createUser({ login: 'grace', id: 502 });
  stage.github.createUser({ login: 'eve', id: 503 });
});
afterAll(() => stage.close());

const DAY = 24 * 3_600_000;
const DEPLOY = workflow('- run: echo deployed', 'environment: deploy');

function reviewed(change: Partial<Environment['protection']> = {}): Environment {
  const environment = unprotectedEnvironment();
  Object.assign(environment.protection, { requiredReviewers: ['grace'], ...change });
  return environment;
}

/** Starts what a push starts; resolves when it is on its way, with the promise of its end in a function. */
async function begin(scene: Scene): Promise<() => Promise<WorkflowRun>> {
  const runs = scene.runner.handle(await scene.push());
  return async () => {
    const [run] = await runs;
    if (!run) throw new Error('Nothing ran.');
    return run;
  };
}

/** A scene whose run of a push waits for a review of `deploy`. */
async function waiting(files: Files = DEPLOY, environment = reviewed(), own = stage) {
  const scene = await createScene(own, files);
  scene.github.environments(scene.repository.fullName).set('deploy', environment);
  const ended = await begin(scene);
  await scene.runner.idle();
  const runId = scene.progress.flatMap((each) => (each.kind === 'run-started' ? [each.run.id] : []))[0] ?? 0;
  return { scene, ended, runId };
}

async function statusOf(scene: Scene, runId: number): Promise<unknown> {
  return (await rest(scene, 'GET', `actions/runs/${runId}`)).body;
}

describe('a job behind required reviewers', () => {
  it('waits, and the runner is idle; approved by API it runs, and the approval is on record', async () => {
    const { scene, ended, runId } = await waiting();
    expect(await statusOf(scene, runId)).toMatchObject({ status: 'waiting', conclusion: null });
    const pending = await rest(scene, 'GET', `actions/runs/${runId}/pending_deployments`, undefined, graceToken);
    expect(pending.body).toMatchObject([
      {
        environment: { name: 'deploy' },
        current_user_can_approve: true,
        reviewers: [{ reviewer: { login: 'grace' } }],
      },
    ]);
    const [entry] = pending.body as unknown as { environment: { id: number } }[];
    const verdict = { environment_ids: [entry?.environment.id ?? 0], state: 'approved', comment: 'Looks right' };
    const foreign = await rest(scene, 'POST', `actions/runs/${runId}/pending_deployments`, verdict);
    expect(foreign.status).toBe(422);
    const approved = await rest(scene, 'POST', `actions/runs/${runId}/pending_deployments`, verdict, graceToken);
    expect(approved.status).toBe(200);
    expect((await ended()).conclusion).toBe('success');
    const { body } = await rest(scene, 'GET', `actions/runs/${runId}/approvals`);
    expect(body).toMatchObject([
      { state: 'approved', comment: 'Looks right', user: { login: 'grace' }, environments: [{ name: 'deploy' }] },
    ]);
  });

  it('fails when rejected, and when nobody decides within 30 days', async () => {
    const rejected = await waiting();
    rejected.scene.github.reviewDeployments(rejected.scene.repository.fullName, {
      runId: rejected.runId,
      state: 'rejected',
      by: 'grace',
    });
    const run = await rejected.ended();
    expect(job(run)).toMatchObject({ conclusion: 'failure', steps: [] });
    const own = await openStage();
    own.github.createUser({ login: 'grace', id: 502 });
    const late = await waiting(DEPLOY, reviewed(), own);
    own.github.passTime(29 * DAY);
    await late.scene.runner.idle();
    expect(await statusOf(late.scene, late.runId)).toMatchObject({ status: 'waiting' });
    own.github.passTime(1 * DAY);
    const expired = await late.ended();
    expect(expired.conclusion, everything(expired)).toBe('failure');
    expect(job(expired).annotations[0]?.message).toContain('not approved within 30 days');
    await own.close();
  });

  it('cannot be approved by who started the run where that is prevented', async () => {
    const environment = reviewed({ requiredReviewers: ['ada', 'grace'], preventSelfReview: true });
    const { scene, ended, runId } = await waiting(DEPLOY, environment);
    const review = { runId, state: 'approved' as const };
    const { fullName } = scene.repository;
    expect(() => scene.github.reviewDeployments(fullName, { ...review, by: 'ada' })).toThrow('not allowed to review');
    expect(() => scene.github.reviewDeployments(fullName, { ...review, by: 'eve' })).toThrow('not allowed to review');
    scene.github.reviewDeployments(fullName, { ...review, by: 'grace' });
    expect((await ended()).conclusion).toBe('success');
  });

  it('ends as cancelled when its run is cancelled, without a step', async () => {
    const { scene, ended, runId } = await waiting();
    const cancelled = await rest(scene, 'POST', `actions/runs/${runId}/cancel`);
    expect(cancelled.status).toBe(202);
    const run = await ended();
    expect(run.conclusion).toBe('cancelled');
    expect(job(run)).toMatchObject({ conclusion: 'cancelled', steps: [] });
    expect((await rest(scene, 'POST', `actions/runs/${runId}/cancel`)).status).toBe(409);
  });

  it('holds its concurrency group: with `queue: max` nothing is lost behind it, with `single` only the newest waits', async () => {
    const files = (queue: string): Files =>
      workflow(
        '- run: echo deployed',
        `environment: deploy\nconcurrency: {group: "deploy-\${{ github.ref }}", queue: ${queue}}`,
      );
    const lost = await waiting(files('single'));
    const [second, third] = [await begin(lost.scene), await begin(lost.scene)];
    await lost.scene.runner.idle();
    expect((await second()).conclusion).toBe('cancelled');
    expect(job(await second())).toMatchObject({ conclusion: 'cancelled', steps: [] });
    const { fullName } = lost.scene.repository;
    lost.scene.github.reviewDeployments(fullName, { runId: lost.runId, state: 'approved', by: 'grace' });
    await lost.ended();
    await lost.scene.runner.idle();
    lost.scene.github.reviewDeployments(fullName, { runId: lost.runId + 2, state: 'approved', by: 'grace' });
    expect((await third()).conclusion).toBe('success');

    const kept = await waiting(files('max'));
    const behind = [await begin(kept.scene), await begin(kept.scene)];
    for (const [index, run] of [kept.ended, ...behind].entries()) {
      await kept.scene.runner.idle();
      kept.scene.github.reviewDeployments(kept.scene.repository.fullName, {
        runId: kept.runId + index,
        state: 'approved',
        by: 'grace',
      });
      expect((await run()).conclusion).toBe('success');
    }
  });

  it('lets the other jobs and the legs of a matrix in other groups go on', async () => {
    const files: Files = {
      '.github/workflows/test.yml': `name: test
on: push
jobs:
  work:
    runs-on: ubuntu-latest
    environment: \${{ matrix.environment }}
    strategy: {matrix: {environment: [deploy, free]}}
    concurrency: {group: "lab-\${{ matrix.environment }}", queue: max}
    steps: [{run: 'echo \${{ matrix.environment }}'}]
`,
    };
    const { scene, ended, runId } = await waiting(files);
    const finished = scene.progress.flatMap((each) => (each.kind === 'job-finished' ? [each.job] : []));
    expect(finished).toEqual(['work (free)']);
    scene.github.reviewDeployments(scene.repository.fullName, { runId, state: 'approved', by: 'grace' });
    expect((await ended()).conclusion).toBe('success');
  });
});

describe('environment: {deployment: false}', () => {
  it('is accepted: variables and branch rules, no record', async () => {
    const files = workflow(
      `- run: echo "[$X]"\n  env: {X: "\${{ vars.X }}"}`,
      'environment: {name: plan, deployment: false}',
    );
    const scene = await createScene(stage, files);
    const environment = unprotectedEnvironment();
    environment.variables.set('X', 'from the environment');
    scene.github.environments(scene.repository.fullName).set('plan', environment);
    const run = await scene.run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(everything(run)).toContain('[from the environment]');
  });
});
