import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, everything, type Files, job, openStage, type Stage, step, workflow } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const PRINT_ENVIRONMENT = '- run: env | sort';

describe('the environment of a step', () => {
  it('has what GitHub documents and nothing of the machine', async () => {
    process.env['DEVELOPERS_SECRET'] = 'leak';
    const scene = await createScene(stage, workflow(PRINT_ENVIRONMENT), {
      environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    });
    const run = await scene.run();
    delete process.env['DEVELOPERS_SECRET'];
    const { log } = step(run, 0);
    const lines = new Map(log.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]));
    expect(log).not.toContain('leak');
    expect(lines.has('GITHUB_TOKEN')).toBe(false);
    expect(lines.has('ACTIONS_ID_TOKEN_REQUEST_URL')).toBe(false);
    expect(lines.get('HOME')).toContain('/home');
    expect(Object.fromEntries(lines)).toMatchObject({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: 'ada',
      GITHUB_API_URL: scene.github.apiUrl,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_JOB: 'test',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REF_NAME: 'main',
      GITHUB_REPOSITORY: scene.repository.fullName,
      GITHUB_REPOSITORY_ID: String(scene.repository.id),
      GITHUB_RUN_ID: String(run.id),
      GITHUB_RUN_NUMBER: '1',
      GITHUB_SERVER_URL: scene.github.serverUrl,
      GITHUB_SHA: run.event.sha,
      GITHUB_WORKFLOW: 'test',
      GITHUB_WORKFLOW_REF: `${scene.repository.fullName}/.github/workflows/test.yml@refs/heads/main`,
      RUNNER_OS: 'Linux',
    });
  });

  it('cannot be lied to: GITHUB_ variables keep their values', async () => {
    const files = workflow('- run: echo "$GITHUB_REPOSITORY $MINE"\n  env: {GITHUB_REPOSITORY: other/lab, MINE: mine}');
    const scene = await createScene(stage, files);
    expect(step(await scene.run(), 0).log).toContain(`${scene.repository.fullName} mine`);
  });
});

describe('the token', () => {
  const callApi = (path: string): string =>
    `- run: 'curl -s -o /dev/null -w "%{http_code}" -X POST -H "Authorization: Bearer $TOKEN" -d "{\\"title\\":\\"t\\"}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/${path}"'\n  env: {TOKEN: "\${{ secrets.GITHUB_TOKEN }}"}`;

  it('can do what permissions say, and ends with the job', async () => {
    const write = await createScene(stage, workflow(callApi('issues'), 'permissions: {issues: write}'));
    const read = await createScene(stage, workflow(callApi('issues'), 'permissions: {issues: read}'));
    expect(step(await write.run(), 0).log).toContain('201');
    expect(step(await read.run(), 0).log).toContain('403');
    const kept = await createScene(
      stage,
      workflow(`- run: echo "$TOKEN" | rev > "$OUT"\n  env: {TOKEN: "\${{ github.token }}", OUT: "\${{ vars.OUT }}"}`),
    );
    const out = `${stage.folder}/token`;
    kept.github.variables(kept.repository.fullName).set('OUT', out);
    await kept.run();
    const token = [...(await readFile(out, 'utf8')).trim()].reverse().join('');
    expect(token).toMatch(/^ghs_/);
    const response = await fetch(`${kept.github.apiUrl}/repos/${kept.repository.fullName}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
  });

  it('for OIDC needs id-token: write and says who asks', async () => {
    const steps = `- run: |
    curl -s -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" |
      cut -d. -f2 | tr '_-' '/+' | base64 -d 2> /dev/null || true`;
    const files = workflow(steps, 'permissions: {id-token: write}\nenvironment: plan');
    const scene = await createScene(stage, files);
    const run = await scene.run();
    const { log } = step(run, 0);
    expect(log, everything(run)).toContain('"aud":"sts.amazonaws.com"');
    expect(log).toContain('"environment":"plan"');
    expect(log).toContain('/.github/workflows/test.yml@refs/heads/main');
    const without = await createScene(stage, workflow('- run: echo "[$ACTIONS_ID_TOKEN_REQUEST_TOKEN]"'));
    expect(step(await without.run(), 0).log).toContain('[]');
  });
});

describe('secrets', () => {
  it('are masked in logs, annotations and summaries, also in other forms', async () => {
    const files = workflow(`
- run: |
    echo "plain $SECRET"
    printf %s "$SECRET" | base64
    echo "::warning::it is $SECRET"
    echo "$SECRET" >> "$GITHUB_STEP_SUMMARY"
    echo "::add-mask::later"
    echo "now later is hidden"
  env: {SECRET: "\${{ secrets.PASSWORD }}"}`);
    const scene = await createScene(stage, files);
    scene.github.secrets(scene.repository.fullName).set('PASSWORD', 'p4ss w/ord');
    const run = await scene.run();
    expect(JSON.stringify({ ...run, event: undefined })).not.toMatch(/p4ss|cDRzcyB3L29yZA==/);
    expect(step(run, 0).log).toContain('plain ***');
    expect(step(run, 0).log).toContain('now *** is hidden');
    expect(step(run, 0).annotations[0]?.message).toBe('it is ***');
    const logged = scene.progress.flatMap((each) => (each.kind === 'log' ? [each.line] : []));
    expect(logged.join('\n')).not.toContain('p4ss');
  });

  it('do not leave a job as outputs', async () => {
    const files = workflow(
      `- id: s\n  run: echo "a=x-$SECRET" >> "$GITHUB_OUTPUT"; echo b=fine >> "$GITHUB_OUTPUT"\n  env: {SECRET: "\${{ secrets.PASSWORD }}"}`,
      `outputs: {a: "\${{ steps.s.outputs.a }}", b: "\${{ steps.s.outputs.b }}"}`,
    );
    const scene = await createScene(stage, files);
    scene.github.secrets(scene.repository.fullName).set('PASSWORD', 'hunter2');
    const run = await scene.run();
    expect(job(run).outputs).toEqual({ b: 'fine' });
    expect(job(run).annotations[0]).toMatchObject({
      level: 'warning',
      message: "Skip output 'a' since it may contain secret.",
    });
  });

  it('of an environment are for its jobs only', async () => {
    const files: Files = {
      '.github/workflows/test.yml': `name: test
on: push
jobs:
  plain: {runs-on: ubuntu-latest, steps: [{run: 'test -z "\${{ secrets.KEY }}"; echo [\${{ vars.SIZE }}]'}]}
  deploy:
    runs-on: ubuntu-latest
    environment: {name: deploy, url: "\${{ steps.u.outputs.url }}"}
    steps:
      - {id: u, run: 'test -n "\${{ secrets.KEY }}"; echo [\${{ vars.SIZE }}]; echo url=https://lab.example >> "$GITHUB_OUTPUT"'}
`,
    };
    const scene = await createScene(stage, files);
    scene.github.variables(scene.repository.fullName).set('SIZE', 'small');
    scene.github.environments(scene.repository.fullName).set('deploy', {
      protection: {
        requiredReviewers: [],
        preventSelfReview: false,
        waitTimerMinutes: 0,
        branchPolicy: { kind: 'all' },
      },
      variables: new Map([['SIZE', 'large']]),
      secrets: new Map([['KEY', 'k3y-value']]),
    });
    const run = await scene.run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(step(run, 0, 'plain').log).toContain('[small]');
    expect(step(run, 0, 'deploy').log).toContain('[large]');
    expect(job(run, 'deploy').environment).toEqual({ name: 'deploy', url: 'https://lab.example' });
  });
});
