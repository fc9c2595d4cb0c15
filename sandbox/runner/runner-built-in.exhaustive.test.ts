import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { satisfies } from './built-in/setup-node.ts';
import { runGit } from './files/git.ts';
import { createScene, everything, type Files, job, openStage, type Stage, step, workflow } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const file = (text: string): Files => ({ '.github/workflows/test.yml': `name: test\non: push\njobs:\n${text}` });

describe('actions/checkout', () => {
  it('fetches as deep as asked, and keeps credentials only if asked', async () => {
    const files = workflow(`
- uses: actions/checkout@v6
- run: |
    git rev-parse --is-shallow-repository
    git fetch --quiet origin main && echo fetched
    git branch --show-current
- uses: actions/checkout@v6
  id: other
  with: {ref: "\${{ github.sha }}", path: other, fetch-depth: 0, persist-credentials: false}
- run: |
    cd other
    git rev-parse --is-shallow-repository
    git config --get-regexp extraheader || echo no credentials
    git branch --remotes
    test "\${{ steps.other.outputs.commit }}" = "$GITHUB_SHA"`);
    const scene = await createScene(stage, { ...files, 'a.txt': 'a' });
    const run = await scene.run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(step(run, 1).log).toContain('fetched\nmain');
    expect(step(run, 3).log).toContain('false\nno credentials\n  origin/main');
  });

  it('takes tags by name, and pushes of tags', async () => {
    const files = workflow(`
- uses: actions/checkout@v6
- uses: actions/checkout@v6
  with: {ref: v1, path: named}
- run: git -C named describe --tags`);
    const scene = await createScene(stage, files);
    await runGit(scene.repository.gitFolder, ['tag', 'v1', 'main']);
    const run = await scene.run({ ref: 'refs/tags/v1' });
    expect(run.conclusion, everything(run)).toBe('success');
    expect(step(run, 2).log).toContain('v1');
  });

  it('cannot read a private repository without permission, or a ref that is not there', async () => {
    const denied = await createScene(stage, workflow('- uses: actions/checkout@v6', 'permissions: {issues: read}'));
    const repository = await stage.github.createRepository({
      owner: 'octo-org',
      ownerId: 77,
      name: 'secret',
      private: true,
    });
    const other = await createScene(
      stage,
      workflow(`- uses: actions/checkout@v6\n  with: {repository: ${repository.fullName}}`),
    );
    expect((await other.run()).conclusion).toBe('failure');
    const missing = await createScene(stage, workflow('- uses: actions/checkout@v6\n  with: {ref: gone}'));
    const run = await missing.run();
    expect(step(run, 0).annotations[0]?.message).toContain("A branch or tag with the name 'gone' could not be found");
    // A public repository can be read by anybody, as on GitHub.
    expect((await denied.run()).conclusion).toBe('success');
  });

  it.each([
    ['{lfs: true}', "does not support 'lfs'"],
    ['{path: ../elsewhere}', 'is not under'],
    ['{fetch-depth: many}', "Invalid fetch-depth 'many'"],
    ['{surprise: x}', "does not know the input 'surprise'"],
  ])('refuses %s', async (inputs, message) => {
    const scene = await createScene(stage, workflow(`- uses: actions/checkout@v6\n  with: ${inputs}`));
    expect(step(await scene.run(), 0).annotations[0]?.message).toContain(message);
  });
});

describe('artifacts', () => {
  it('go from job to job, by name, by pattern, merged', async () => {
    const scene = await createScene(
      stage,
      file(`
  make:
    runs-on: ubuntu-latest
    strategy: {matrix: {lab: [sar, eo]}}
    steps:
      - run: mkdir -p records/deep && echo "\${{ matrix.lab }}" > "records/deploy-\${{ matrix.lab }}.json" && touch records/.hidden
      - uses: actions/upload-artifact@v7
        with: {name: "deploy-\${{ matrix.lab }}", path: records/}
  read:
    runs-on: ubuntu-latest
    needs: make
    steps:
      - uses: actions/download-artifact@v8
        with: {pattern: deploy-*, path: merged, merge-multiple: true}
      - uses: actions/download-artifact@v8
        with: {path: all}
      - uses: actions/download-artifact@v8
        with: {name: deploy-sar}
      - run: find . -type f | sort; cat deploy-sar.json
`),
    );
    const run = await scene.run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(step(run, 3, 'read').log).toContain(
      [
        './all/deploy-eo/deploy-eo.json',
        './all/deploy-sar/deploy-sar.json',
        './deploy-sar.json',
        './merged/deploy-eo.json',
        './merged/deploy-sar.json',
        'sar',
      ].join('\n'),
    );
  });

  it('start at the common folder of several paths, or are one file', async () => {
    const scene = await createScene(
      stage,
      workflow(`
- run: mkdir -p out/a out/b && echo 1 > out/a/x.txt && echo 2 > out/b/y.log && echo 3 > out/b/z.txt
- uses: actions/upload-artifact@v7
  with:
    name: several
    path: |
      out/a/*.txt
      out/b/**
      !**/*.log
- uses: actions/upload-artifact@v7
  with: {name: single, path: out/a/x.txt}`),
    );
    const run = await scene.run();
    const paths = scene.github
      .listArtifacts(scene.repository.fullName, run.id)
      .map(({ id, name }) => [name, ...scene.github.readArtifact(scene.repository.fullName, id).keys()]);
    expect(paths).toEqual([
      ['several', 'a/x.txt', 'b/z.txt'],
      ['single', 'x.txt'],
    ]);
  });

  it('are never silently missing or doubled', async () => {
    const upload = (inputs: string): string => `- uses: actions/upload-artifact@v7\n  with: ${inputs}\n  if: always()`;
    const files = workflow(
      [
        '- run: echo 1 > a.txt',
        upload('{name: a, path: none/*}'),
        upload('{name: a, path: none/*, if-no-files-found: error}'),
        upload('{name: a, path: a.txt}'),
        upload('{name: a, path: a.txt}'),
        upload('{name: a, path: a.txt, overwrite: true}'),
        upload('{name: "a/b", path: a.txt}'),
        '- uses: actions/download-artifact@v8\n  with: {name: gone}\n  if: always()',
      ].join('\n'),
    );
    const run = await (await createScene(stage, files)).run();
    expect(job(run).steps.map(({ outcome }) => outcome)).toEqual([
      'success',
      'success',
      'failure',
      'success',
      'failure',
      'success',
      'failure',
      'failure',
    ]);
    expect(step(run, 1).annotations[0]).toMatchObject({ level: 'warning' });
    expect(step(run, 4).annotations[0]?.message).toContain('an artifact with this name already exists');
    expect(step(run, 7).annotations[0]?.message).toContain('Artifact not found for name: gone');
  });
});

describe('actions/cache', () => {
  it('restores by key, by prefix, and saves after the job only on a miss', async () => {
    const files = workflow(`
- id: cache
  uses: actions/cache@v5
  with: {path: data, key: "k-\${{ github.event.after_key }}", restore-keys: k-}
- run: 'echo "hit=[\${{ steps.cache.outputs.cache-hit }}] matched=[\${{ steps.cache.outputs.cache-matched-key }}]"; cat data/f || true'
- run: mkdir -p data && echo "made by \${{ github.event.after_key }}" > data/f`);
    const scene = await createScene(stage, files);
    const { payload } = await scene.push();
    const run = async (key: string) => step(await scene.run({ payload: { ...payload, after_key: key } }), 1).log;
    expect(await run('1')).toContain('hit=[] matched=[]');
    expect(await run('1')).toContain('hit=[true] matched=[k-1]\nmade by 1');
    expect(await run('2')).toContain('hit=[false] matched=[k-1]\nmade by 1');
    expect(await run('2')).toContain('hit=[true] matched=[k-2]\nmade by 2');
  });
});

describe('actions/setup-node', () => {
  it('puts Node on PATH, or fails for another version', async () => {
    const files = workflow(`
- uses: actions/setup-node@v6
  with: {node-version: 24}
- run: command -v node; node --version
- uses: actions/setup-node@v6
  with: {node-version: 22.x}`);
    const run = await (await createScene(stage, files)).run();
    expect(step(run, 1).log, everything(run)).toContain(`${process.execPath}\nv24.`);
    expect(step(run, 2).annotations[0]?.message).toContain("Unable to find Node version '22.x'");
  });

  it.each([
    ['24', true],
    ['24.x', true],
    ['24.1', true],
    ['24.1.2', true],
    ['24.1.3', false],
    ['^24.1.0', true],
    ['^24.2.0', false],
    ['>=20', true],
    ['>=25', false],
    ['lts/*', true],
  ])('24.1.2 satisfies %s: %s', (range, expected) => {
    expect(satisfies('24.1.2', range)).toBe(expected);
  });
});

describe('every other action', () => {
  it('fails the job before its first step, by name', async () => {
    const files = workflow(
      '- run: echo first\n- uses: aws-actions/configure-aws-credentials@v6\n- uses: docker://alpine',
    );
    const run = await (await createScene(stage, files)).run();
    expect(job(run)).toMatchObject({ conclusion: 'failure', steps: [] });
    expect(job(run).annotations.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        'The sandbox cannot run aws-actions/configure-aws-credentials@v6; only actions/checkout,',
      ),
      expect.stringContaining('The sandbox cannot run docker://alpine'),
    ]);
  });
});
