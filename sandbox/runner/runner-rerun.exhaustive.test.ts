import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, commit, rest } from './testing/rest.ts';
import { createScene, everything, type Files, job, openStage, type Scene, type Stage, step } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const DAY = 24 * 3_600_000;

/** The newest record, after everything has ended. */
async function newest(scene: Scene) {
  await scene.runner.idle();
  const run = scene.runner.runs().at(-1);
  if (!run) throw new Error('Nothing ran.');
  return run;
}

/** Three jobs in a row and one beside them; `flaky` fails in the first attempt. */
const FLAKY: Files = {
  '.github/workflows/test.yml': `name: test
on: push
permissions: {id-token: write, contents: read}
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: {made: "\${{ steps.make.outputs.made }}"}
    steps:
      - id: make
        run: echo "made=in-$GITHUB_RUN_ATTEMPT" >> "$GITHUB_OUTPUT"
  flaky:
    needs: first
    runs-on: ubuntu-latest
    strategy: {fail-fast: false, matrix: {leg: [good, bad]}}
    steps:
      - run: 'test "\${{ matrix.leg }}" = good || test "$GITHUB_RUN_ATTEMPT" -gt 1'
  after:
    needs: [first, flaky]
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ needs.first.outputs.made }} \${{ needs.flaky.result }} \${{ github.run_attempt }} $GITHUB_TRIGGERING_ACTOR $GITHUB_ACTOR"
  beside:
    runs-on: ubuntu-latest
    steps: [{run: 'true'}]
`,
};

describe('re-running failed jobs', () => {
  it('runs what failed and what depends on it, and keeps the outputs of the rest', async () => {
    const scene = await createScene(stage, FLAKY);
    const first = await scene.run();
    expect(first).toMatchObject({ attempt: 1, conclusion: 'failure' });
    expect(job(first, 'after').conclusion).toBe('skipped');
    stage.github.createUser({ login: 'grace', id: 502 });
    await commit(scene, 'unrelated.txt', 'main moves on', 'other').catch(() => undefined);
    scene.github.rerun(scene.repository.fullName, { runId: first.id, failedOnly: true, by: 'grace' });
    const second = await newest(scene);
    expect(second, everything(second)).toMatchObject({ id: first.id, attempt: 2, conclusion: 'success' });
    expect(second.event.sha).toBe(first.event.sha);
    expect(step(second, 0, 'after').log).toContain('in-1 success 2 grace ada');
    const legs = second.jobs.filter(({ id }) => id === 'flaky');
    const before = first.jobs.filter(({ id }) => id === 'flaky');
    expect(legs[0]).toBe(before[0]);
    expect(legs[1]).not.toBe(before[1]);
    expect(job(second, 'beside')).toBe(job(first, 'beside'));
    const shown = await rest(scene, 'GET', `actions/runs/${first.id}`);
    expect(shown.body).toMatchObject({ run_attempt: 2, conclusion: 'success', triggering_actor: { login: 'grace' } });
    const old = await rest(scene, 'GET', `actions/runs/${first.id}/attempts/1`);
    expect(old.body).toMatchObject({ run_attempt: 1, conclusion: 'failure' });
    const none = await rest(scene, 'POST', `actions/runs/${first.id}/rerun-failed-jobs`);
    expect(none.status).toBe(403);
  });
});

describe('re-running all jobs', () => {
  it('runs every job of the same commit and payload, with the attempt in environment and OIDC claims', async () => {
    const scene = await createScene(stage, {
      '.github/workflows/test.yml': `name: test
on: push
permissions: {id-token: write}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: |
          echo "attempt $GITHUB_RUN_ATTEMPT of $GITHUB_SHA"
          curl -s -H "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=a" | sed 's/.*"value":"//; s/"}//' | cut -d. -f1-2 | sed 's/^/claims /'
`,
    });
    const first = await scene.run();
    await commit(scene, '.github/workflows/test.yml', 'on: push\njobs: {}\n').catch(() => undefined);
    const again = await rest(scene, 'POST', `actions/runs/${first.id}/rerun`);
    expect(again.status).toBe(201);
    await scene.runner.idle();
    const second = scene.runner.runs().find(({ attempt }) => attempt === 2);
    if (!second) throw new Error('There was no second attempt.');
    expect(step(second, 0).log, everything(second)).toContain(`attempt 2 of ${first.event.sha}`);
    const claims = /^claims (\S+)$/m.exec(step(second, 0).log)?.[1] ?? '';
    expect(decodeJwt(`${claims}.x`)).toMatchObject({
      run_id: String(first.id),
      run_attempt: '2',
      sha: first.event.sha,
    });
  });

  it('finds the artifacts of the first attempt, and may not upload the same name without overwrite', async () => {
    const upload = (overwrite: string): Files => ({
      '.github/workflows/test.yml': `name: test
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: echo "from $GITHUB_RUN_ATTEMPT" > plan.json
      - uses: actions/download-artifact@v8
        if: github.run_attempt > 1
        with: {name: plan, path: old}
      - run: cat old/plan.json
        if: github.run_attempt > 1
      - uses: actions/upload-artifact@v7
        with: {name: plan, path: plan.json, overwrite: ${overwrite}}
`,
    });
    const scene = await createScene(stage, upload('false'));
    const first = await scene.run();
    scene.github.rerun(scene.repository.fullName, { runId: first.id, by: 'ada' });
    const second = await newest(scene);
    expect(step(second, 2).log).toContain('from 1');
    expect(second.conclusion).toBe('failure');
    expect(step(second, 3).annotations[0]?.message).toContain(
      '(409) Conflict: an artifact with this name already exists',
    );
    const replacing = await createScene(stage, upload('true'));
    const { id } = await replacing.run();
    replacing.github.rerun(replacing.repository.fullName, { runId: id, by: 'ada' });
    expect((await newest(replacing)).conclusion).toBe('success');
    expect(replacing.github.listArtifacts(replacing.repository.fullName, id)).toHaveLength(1);
  });

  it('is refused while it runs, after 30 days and after 50 times', async () => {
    const files = {
      '.github/workflows/test.yml': FLAKY['.github/workflows/test.yml']?.replace(/needs: .*/g, '') ?? '',
    };
    const own = await openStage();
    const scene = await createScene(own, files);
    const first = await scene.run();
    for (let times = 1; times <= 2; times += 1) {
      scene.github.rerun(scene.repository.fullName, { runId: first.id, by: 'ada' });
      expect(() => scene.github.rerun(scene.repository.fullName, { runId: first.id, by: 'ada' })).toThrow(
        'already running',
      );
      await scene.runner.idle();
    }
    own.github.passTime(31 * DAY);
    const old = await rest(scene, 'POST', `actions/runs/${first.id}/rerun`);
    expect(old).toMatchObject({ status: 403, body: { message: expect.stringContaining('over a month ago') } });
    await scene.runner.close();
    await own.close();
  });

  it('by a job needs actions: write', async () => {
    const scene = await createScene(stage, FLAKY);
    const first = await scene.run();
    const token = (permissions: Record<string, 'read' | 'write'>): string =>
      scene.github.createJobToken({ repository: scene.repository.fullName, permissions, event: first.event });
    const asReader = await rest(scene, 'POST', `actions/runs/${first.id}/rerun`, {}, token({ actions: 'read' }));
    expect(asReader.status).toBe(403);
    const asWriter = await rest(scene, 'POST', `actions/runs/${first.id}/rerun`, {}, token({ actions: 'write' }));
    expect(asWriter.status).toBe(201);
    expect((await newest(scene)).attempt).toBe(2);
    expect(await call(scene, 'GET', `actions/runs/${first.id}`)).toMatchObject({ run_attempt: 2 });
  });
});
