import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, everything, job, openStage, type Stage, step, workflow } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const CHECKOUT = '- uses: actions/checkout@v6';

/** An action that prints what it gets; each entry of `main` is a line of JavaScript. */
function action(main: string[], manifest = ''): Record<string, string> {
  return {
    'echo/action.yml': `name: echo\ndescription: d\n${manifest}runs:\n  using: node24\n  main: main.mjs\n`,
    'echo/main.mjs': `import { appendFileSync } from 'node:fs';\n${main.join('\n')}\n`,
  };
}

describe('workflow commands', () => {
  it('become annotations, with escapes undone and nothing smuggled in', async () => {
    const scene = await createScene(
      stage,
      workflow(`
- run: |
    echo '::error file=deployments/sar/opensarlab.yaml,line=4,col=2,title=Name%3A too long::first%0Asecond 100%25'
    echo '::warning::a%0A::error::not a command of its own'
    echo '::group::Details'
    echo '::endgroup::'
    echo '::debug::hidden'
    echo 'text ::error::not at the start'`),
    );
    const run = await scene.run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(step(run, 0).annotations).toMatchObject([
      {
        level: 'error',
        message: 'first\nsecond 100%',
        title: 'Name: too long',
        file: 'deployments/sar/opensarlab.yaml',
        line: 4,
        column: 2,
      },
      { level: 'warning', message: 'a\n::error::not a command of its own' },
    ]);
    expect(step(run, 0).log).toContain('##[group]Details');
    expect(step(run, 0).log).not.toContain('\nhidden');
    const [check] = scene.github.checkRuns(scene.repository.fullName, run.event.sha);
    expect(check).toMatchObject({ name: 'test', status: 'completed', conclusion: 'success' });
    expect(check?.annotations).toMatchObject([
      { path: 'deployments/sar/opensarlab.yaml', startLine: 4, endLine: 4, startColumn: 2, level: 'failure' },
      { path: '.github', startLine: 1, level: 'warning' },
    ]);
  });

  it('are limited to ten annotations of each level in a step', async () => {
    const files = workflow(`
- run: for n in $(seq 1 12); do echo "::error::e$n"; echo "::notice::n$n"; done
- run: echo '::error::again'`);
    const run = await (await createScene(stage, files)).run();
    const { annotations, droppedAnnotations, log } = step(run, 0);
    expect(annotations.filter(({ level }) => level === 'error')).toHaveLength(10);
    expect(annotations.filter(({ level }) => level === 'notice')).toHaveLength(10);
    expect(droppedAnnotations.map(({ message }) => message)).toEqual(['e11', 'n11', 'e12', 'n12']);
    expect(log).toContain('##[error]e12');
    expect(step(run, 1).annotations).toHaveLength(1);
  });

  it('stop and resume with a token', async () => {
    const files = workflow(`
- run: |
    echo '::stop-commands::t0ken'
    echo '::error::ignored'
    echo '::t0ken::'
    echo '::error::counted'
- run: |
    echo '::stop-commands::error'`);
    const run = await (await createScene(stage, files)).run();
    expect(step(run, 0).annotations.map(({ message }) => message)).toEqual(['counted']);
    expect(step(run, 0).log).toContain('::error::ignored');
    expect(step(run, 1)).toMatchObject({
      outcome: 'failure',
      annotations: [{ message: "Invalid stop token 'error'." }],
    });
  });

  it('of the past have no effect, and those that are dangerous fail the step', async () => {
    const files = workflow(`
- id: old
  run: echo '::set-output name=a::1'
- run: echo "[\${{ steps.old.outputs.a }}]"
- run: echo '::set-env name=A::1'
- run: echo '::add-matcher::m.json'
  if: always()`);
    const run = await (await createScene(stage, files)).run();
    expect(step(run, 0)).toMatchObject({ outcome: 'success', annotations: [{ level: 'warning' }] });
    expect(step(run, 1).log).toContain('[]');
    expect(step(run, 2).annotations[0]?.message).toContain('The `set-env` command is disabled');
    expect(step(run, 3)).toMatchObject({ outcome: 'failure' });
    expect(step(run, 3).annotations[0]?.message).toContain('does not support the workflow command `add-matcher`');
  });
});

describe('file commands', () => {
  it('change PATH and collect summaries; a broken one fails the step', async () => {
    const files = workflow(`
- run: |
    mkdir -p "$RUNNER_TEMP/bin"
    printf '#!/bin/sh\\necho from-tool\\n' > "$RUNNER_TEMP/bin/my-tool"
    chmod +x "$RUNNER_TEMP/bin/my-tool"
    echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"
    echo '# One' >> "$GITHUB_STEP_SUMMARY"
- run: |
    my-tool
    echo '# Two' >> "$GITHUB_STEP_SUMMARY"
- run: head -c 1048577 /dev/zero | tr '\\0' x >> "$GITHUB_STEP_SUMMARY"
- run: echo 'a<<EOF' >> "$GITHUB_OUTPUT"
- run: echo 'NODE_OPTIONS=--inspect' >> "$GITHUB_ENV"
  if: always()`);
    const run = await (await createScene(stage, files)).run();
    expect(step(run, 1).log).toContain('from-tool');
    expect(job(run).summary).toBe('# One\n\n# Two\n');
    expect(step(run, 2)).toMatchObject({ outcome: 'success', summary: '' });
    expect(step(run, 2).annotations[0]?.message).toContain('supports content up to a size of 1024k, got 1025k');
    expect(step(run, 3).outcome).toBe('failure');
    expect(step(run, 3).annotations[1]?.message).toContain("Matching delimiter not found 'EOF'");
    expect(step(run, 4).annotations[0]?.message).toContain("Can't store NODE_OPTIONS");
  });
});

describe('actions of the repository', () => {
  it('get inputs with defaults as variables, and their own state in post', async () => {
    const scene = await createScene(stage, {
      ...workflow(`
${CHECKOUT}
- name: Echo
  id: echo
  uses: ./echo
  with:
    two words: given
    my-flag: \${{ github.event_name == 'push' }}
    surprise: x
- run: echo "[\${{ steps.echo.outputs.answer }}]"`),
      'echo/action.yml': `
name: echo
description: d
inputs:
  two words: {description: d, required: true}
  my-flag: {description: d}
  ref: {description: d, default: "\${{ github.ref_name }}-x"}
  missing: {description: d, required: true}
runs: {using: node24, main: main.mjs, post: post.mjs, pre: pre.mjs}
`,
      'echo/main.mjs': `
import { appendFileSync } from 'node:fs';
const { env } = process;
console.log(JSON.stringify([env['INPUT_TWO_WORDS'], env['INPUT_MY-FLAG'], env['INPUT_REF'], env['INPUT_MISSING']]));
console.log(process.cwd() === env.GITHUB_WORKSPACE);
appendFileSync(env.GITHUB_OUTPUT, 'answer=42\\n');
appendFileSync(env.GITHUB_STATE, 'token=kept\\n');
`,
      'echo/post.mjs': `console.log('post', process.env.STATE_token, process.env.INPUT_REF);`,
    });
    const run = await scene.run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(step(run, 1).log).toContain('["given","true","main-x",""]\ntrue');
    expect(step(run, 1).annotations.map(({ message }) => message)).toEqual([
      "`pre` execution is not supported for local action 'echo'",
      "Unexpected input(s) 'surprise', valid inputs are ['two words', 'my-flag', 'ref', 'missing']",
    ]);
    expect(step(run, 2).log).toContain('[42]');
    expect(step(run, 3)).toMatchObject({ name: 'Post Echo', conclusion: 'success' });
    expect(step(run, 3).log).toContain('post kept main-x');
  });

  it('run post steps after a failure too, the last first', async () => {
    const scene = await createScene(stage, {
      ...workflow(`
${CHECKOUT}
- {name: One, uses: ./echo, with: {n: 1}}
- {name: Two, uses: ./echo, with: {n: 2}}
- run: exit 1`),
      'echo/action.yml':
        'name: echo\ndescription: d\ninputs: {n: {description: d}}\nruns: {using: node24, main: m.mjs, post: m.mjs}\n',
      'echo/m.mjs': 'console.log("n", process.env.INPUT_N);',
    });
    const run = await scene.run();
    expect(
      job(run)
        .steps.slice(4)
        .map(({ name, conclusion }) => `${name} ${conclusion}`),
    ).toEqual(['Post Two success', 'Post One success']);
  });

  it('can be composed', async () => {
    const scene = await createScene(stage, {
      ...workflow(`
${CHECKOUT}
- id: both
  uses: ./both
  with: {who: sar}
  env: {OUTER: outer}
- run: echo "[\${{ steps.both.outputs.greeting }}]"
- uses: ./broken
- run: echo never`),
      'both/action.yml': `
name: both
description: d
inputs: {who: {description: d}}
outputs: {greeting: {description: d, value: "\${{ steps.hello.outputs.text }}!"}}
runs:
  using: composite
  steps:
    - id: hello
      shell: bash
      run: echo "text=hello \${{ inputs.who }} $OUTER" >> "$GITHUB_OUTPUT"; ls "$GITHUB_ACTION_PATH"
    - if: failure()
      shell: bash
      run: echo not now
    - uses: ./echo
`,
      ...action(["console.log('inner action');"]),
      'broken/action.yml': `
name: broken
description: d
runs:
  using: composite
  steps:
    - {shell: bash, run: exit 1}
    - {shell: bash, run: echo skipped}
    - {shell: bash, run: echo cleaned, if: always()}
`,
    });
    const run = await scene.run();
    expect(step(run, 1).log, everything(run)).toContain('action.yml');
    expect(step(run, 1).log).toContain('inner action');
    expect(step(run, 1).log).not.toContain('\nnot now');
    expect(step(run, 2).log).toContain('[hello sar outer!]');
    expect(step(run, 3).outcome).toBe('failure');
    expect(step(run, 3).log).toContain('\ncleaned');
    expect(step(run, 3).log).not.toContain('\nskipped');
    expect(step(run, 4).conclusion).toBe('skipped');
  });

  it.each([
    ['- uses: ./nowhere', "Can't find 'action.yml'"],
    [`${CHECKOUT}\n- uses: ./docker`, "does not support actions using 'docker'"],
    [`${CHECKOUT}\n- uses: ./incomplete`, 'incomplete/action.yml (Line: 3, Col: 7)'],
    [`${CHECKOUT}\n- uses: ./empty`, 'File not found'],
  ])('that cannot run fail the step: %s', async (steps, message) => {
    const scene = await createScene(stage, {
      ...workflow(steps),
      'docker/action.yml': 'name: d\ndescription: d\nruns: {using: docker, image: Dockerfile}\n',
      'incomplete/action.yml': 'name: d\ndescription: d\nruns: {using: node24}\n',
      'empty/action.yml': 'name: d\ndescription: d\nruns: {using: node24, main: gone.js}\n',
    });
    const run = await scene.run();
    const last = job(run).steps.at(-1);
    expect(last?.outcome).toBe('failure');
    expect(last?.annotations[0]?.message).toContain(message);
  });
});

describe('conditions and expressions', () => {
  it('see hashFiles, contains, fromJSON and the contexts', async () => {
    const scene = await createScene(stage, {
      ...workflow(`
${CHECKOUT}
- run: echo "\${{ hashFiles('data/*.txt') == hashFiles('data/a.txt') }} [\${{ hashFiles('none/**') }}]"
- run: |
    echo "\${{ fromJSON('{"a":[1,2]}').a[1] }} \${{ join(fromJSON('[1,2]'), '+') }} \${{ format('{0}-{1}', 'x', runner.os) }}"
- run: echo "\${{ toJSON(github.event.repository.name) }} \${{ job.status }}"
- run: echo no
  if: contains(github.ref, 'nothing')
- run: echo bad \${{ fromJSON('{') }}`),
      'data/a.txt': 'a',
      'other/b.txt': 'b',
    });
    const run = await scene.run();
    expect(step(run, 1).log).toContain('true []');
    expect(step(run, 2).log).toContain('2 1+2 x-Linux');
    expect(step(run, 3).log).toContain('success');
    expect(step(run, 4).conclusion).toBe('skipped');
    expect(step(run, 5).outcome).toBe('failure');
    expect(step(run, 5).annotations[0]?.message).toContain('cannot be evaluated');
  });
});
