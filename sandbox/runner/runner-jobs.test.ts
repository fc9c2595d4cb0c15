import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, everything, type Files, job, openStage, type Stage, step } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const jobs = (text: string): Files => ({ '.github/workflows/test.yml': `name: test\non: push\n${text}` });
const RUNS_ON = 'runs-on: ubuntu-24.04';

describe('jobs', () => {
  it('wait for the jobs they need and get their results and outputs', async () => {
    const files = jobs(`
jobs:
  last:
    ${RUNS_ON}
    needs: [first]
    steps:
      - run: echo "got [\${{ needs.first.outputs.color }}] [\${{ needs.first.result }}] [\${{ needs.first.outputs.none }}]"
  first:
    ${RUNS_ON}
    outputs:
      color: \${{ steps.pick.outputs.color }}
      none: \${{ steps.pick.outputs.none }}
    steps:
      - id: pick
        run: |
          {
            echo 'color<<EOF'
            echo 'dark'
            echo 'blue'
            echo EOF
          } >> "$GITHUB_OUTPUT"
`);
    const run = await (await createScene(stage, files)).run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(job(run, 'first').outputs).toEqual({ color: 'dark\nblue' });
    expect(step(run, 0, 'last').log).toContain('got [dark\nblue] [success] []');
    expect(run.jobs.map(({ id }) => id)).toEqual(['last', 'first']);
  });

  it('are skipped down the whole chain, unless their condition says otherwise', async () => {
    const files = jobs(`
jobs:
  a: {${RUNS_ON}, if: false, steps: [{run: 'true'}]}
  b: {${RUNS_ON}, needs: a, if: always(), steps: [{run: 'true'}]}
  c: {${RUNS_ON}, needs: b, steps: [{run: 'true'}]}
  d: {${RUNS_ON}, needs: [b], if: "!cancelled() && needs.b.result == 'success'", steps: [{run: 'true'}]}
  e: {${RUNS_ON}, steps: [{run: exit 1}]}
  f: {${RUNS_ON}, needs: e, if: failure(), steps: [{run: 'echo \${{ needs.e.result }}'}]}
  g: {${RUNS_ON}, needs: e, steps: [{run: 'true'}]}
`);
    const run = await (await createScene(stage, files)).run();
    const conclusions = Object.fromEntries(run.jobs.map(({ id, conclusion }) => [id, conclusion]));
    expect(conclusions).toEqual({
      a: 'skipped',
      b: 'success',
      c: 'skipped',
      d: 'success',
      e: 'failure',
      f: 'success',
      g: 'skipped',
    });
    expect(step(run, 0, 'f').log).toContain('failure');
    expect(run.conclusion).toBe('failure');
  });

  it('run for each combination of a matrix that another job computed', async () => {
    const files = jobs(`
jobs:
  select:
    ${RUNS_ON}
    outputs: {labs: "\${{ steps.s.outputs.labs }}"}
    steps: [{id: s, run: 'echo ''labs=["sar","sar-test"]'' >> "$GITHUB_OUTPUT"'}]
  deploy:
    needs: select
    ${RUNS_ON}
    strategy:
      matrix:
        lab: \${{ fromJSON(needs.select.outputs.labs) }}
    outputs: {last: "\${{ matrix.lab }}"}
    steps: [{run: 'echo "\${{ matrix.lab }} \${{ strategy.job-index }}/\${{ strategy.job-total }}"'}]
  named:
    name: Audit \${{ matrix.lab }}
    ${RUNS_ON}
    strategy: {matrix: {lab: [a, b], include: [{lab: a, extra: yes}]}}
    steps: [{run: 'echo "extra=\${{ matrix.extra }}"'}]
`);
    const run = await (await createScene(stage, files)).run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(run.jobs.map(({ name }) => name)).toEqual([
      'select',
      'deploy (sar)',
      'deploy (sar-test)',
      'Audit a',
      'Audit b',
    ]);
    const deployed = run.jobs.filter(({ id }) => id === 'deploy');
    expect(deployed.map(({ matrix }) => matrix)).toEqual([{ lab: 'sar' }, { lab: 'sar-test' }]);
    expect(deployed[1]?.steps[0]?.log).toContain('sar-test 1/2');
    expect(run.jobs.find(({ name }) => name === 'Audit a')?.steps[0]?.log).toContain('extra=yes');
  });

  it('fail with an empty matrix, unless they are skipped before', async () => {
    const files = jobs(`
jobs:
  empty: {${RUNS_ON}, strategy: {matrix: {lab: "\${{ fromJSON('[]') }}"}}, steps: [{run: 'true'}]}
  skipped: {${RUNS_ON}, if: false, strategy: {matrix: {lab: "\${{ fromJSON('[]') }}"}}, steps: [{run: 'true'}]}
`);
    const run = await (await createScene(stage, files)).run();
    expect(job(run, 'empty')).toMatchObject({ conclusion: 'failure', steps: [] });
    expect(job(run, 'empty').annotations[0]?.message).toContain("Matrix vector 'lab' does not contain any values");
    expect(job(run, 'skipped').conclusion).toBe('skipped');
  });

  it('cancel the other combinations when one fails, unless fail-fast is off', async () => {
    const strategy = (failFast: string, good: string): string =>
      `{${RUNS_ON}, strategy: {${failFast}matrix: {code: [1, 0]}}, steps: [{run: 'if [ \${{ matrix.code }} = 0 ]; then ${good}; fi; exit \${{ matrix.code }}'}]}`;
    const fast = strategy('', 'sleep 300');
    const files = jobs(`\njobs:\n  fast: ${fast}\n  slow: ${strategy('fail-fast: false, ', 'true')}\n`);
    const run = await (await createScene(stage, files)).run();
    const conclusions = run.jobs.map(({ id, conclusion }) => `${id} ${conclusion}`);
    expect(conclusions).toEqual(['fast failure', 'fast cancelled', 'slow failure', 'slow success']);
    expect(run.jobs[1]?.annotations[0]?.message).toContain('"fast (1)" failed');
  });

  it('that may fail do not fail the run', async () => {
    const files = jobs(`
jobs:
  shaky: {${RUNS_ON}, continue-on-error: true, steps: [{run: exit 1}]}
  after: {${RUNS_ON}, needs: shaky, steps: [{run: 'echo \${{ needs.shaky.result }}'}]}
`);
    const run = await (await createScene(stage, files)).run();
    expect(run.conclusion).toBe('success');
    expect(job(run, 'shaky')).toMatchObject({ conclusion: 'failure', mayFail: true });
    expect(step(run, 0, 'after').log).toContain('success');
  });

  it('layer env and defaults of workflow, job and step', async () => {
    const files = jobs(`
env: {A: workflow, B: workflow, C: workflow}
defaults: {run: {shell: bash}}
jobs:
  test:
    ${RUNS_ON}
    env: {B: job, C: job}
    defaults: {run: {working-directory: sub}}
    steps:
      - run: mkdir -p sub
        working-directory: .
      - run: |
          echo "$A $B $C \${{ env.A }} \${{ env.C }} $(basename "$PWD")"
          echo "D=from file" >> "$GITHUB_ENV"
        env: {C: step}
      - run: echo "$D \${{ env.D }}"; false | true
      - run: 'false | true; echo default shell goes on'
        shell: sh
`);
    const run = await (await createScene(stage, files)).run();
    expect(step(run, 1).log).toContain('workflow job step workflow step sub');
    expect(step(run, 2)).toMatchObject({ conclusion: 'failure' });
    expect(step(run, 2).log).toContain('from file from file');
    expect(step(run, 3).conclusion).toBe('skipped');
  });

  it.each([
    ['windows-latest', "no runner for 'windows-latest'"],
    ['[self-hosted, linux]', "no runner for 'self-hosted, linux'"],
  ])('on %s are refused', async (runner, message) => {
    const files = jobs(`\njobs:\n  test: {runs-on: ${runner}, steps: [{run: 'true'}]}\n`);
    const run = await (await createScene(stage, files)).run();
    expect(run.conclusion).toBe('failure');
    expect(job(run).annotations[0]?.message).toContain(message);
  });
});
