import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleActions } from '../../scripts/build/bundle.ts';

// What runs with credentials is what the reviewed sources build to, by the builder of before the push.

type Step = { id?: string; uses?: string; run?: string; if?: string };
type Job = {
  needs?: string | string[];
  environment?: unknown;
  permissions?: Record<string, string>;
  steps?: Step[];
};

const folder = '.github/workflows';
const workflows = readdirSync(folder).map((name) => {
  return [name, load(readFileSync(join(folder, name), 'utf8')) as { on: object; jobs: Record<string, Job> }] as const;
});

/** Every job that has to succeed before another, near and far; each once. */
function neededBy(job: Job, jobs: Readonly<Record<string, Job>>): Job[] {
  const near = [job.needs ?? []].flat().flatMap((name) => (jobs[name] === undefined ? [] : [jobs[name]]));
  return [...new Set([...near, ...near.flatMap((other) => neededBy(other, jobs))])];
}

describe('jobs that may change an account', () => {
  const changing = workflows.flatMap(([file, { on, jobs }]) =>
    Object.entries(jobs).flatMap(([name, job]) => {
      const isPlan = 'pull_request_target' in on;
      // A job that only signs runs nothing of this repository (workflows.test.ts).
      const runsOurs = (job.steps ?? []).some(({ uses }) => uses?.startsWith('./') ?? false);
      return job.permissions?.['id-token'] === 'write' && !isPlan && runsOurs ? [{ file, name, job, jobs }] : [];
    }),
  );

  it('are those of deploy, destroy and mirror', () => {
    expect(changing.map(({ file }) => file).sort()).toEqual(['deploy.yml', 'destroy.yml', 'mirror.yml']);
  });

  it.each(changing)('in $file wait for a job without credentials that has built their code', ({ job, jobs }) => {
    const builders = neededBy(job, jobs).filter(({ steps = [] }) =>
      steps.some(({ uses }) => uses === './actions/verify'),
    );
    expect(builders).toHaveLength(1);
    expect(builders[0]?.permissions).toEqual({ contents: 'read' });
    expect(builders[0]?.environment).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('the action verify', () => {
  const action = load(readFileSync('actions/verify/action.yml', 'utf8')) as { runs: { steps: Step[] } };
  const [content, build] = ['What the bundles are built from', 'npm ci'].map((part) => {
    const step = action.runs.steps.find((one) => JSON.stringify(one).includes(part));
    return step?.run ?? '';
  }) as [string, string];

  let work: string;
  let repository: string;
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), 'verify-'));
    repository = join(work, 'repository');
    mkdirSync(repository);
    git('init', '--quiet');
    // Stands for the program npm, and says how it was called; the builder is a real one, run by this Node.
    put(join(work, 'bin/npm'), `#!/bin/sh\necho "$*" >> "${join(work, 'npm')}"\n`);
    chmodSync(join(work, 'bin/npm'), 0o755);
  });
  afterEach(() => rmSync(work, { recursive: true, force: true }));

  function put(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  function git(...args: string[]): string {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    return execFileSync('git', [...identity, ...args], { cwd: repository, encoding: 'utf8' }).trim();
  }

  /** A builder that puts a word before the source. */
  const builder = (word: string): string => `
    import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
    mkdirSync(process.argv[2], { recursive: true });
    writeFileSync(process.argv[2] + '/plan.js', '${word} ' + readFileSync('actions/source', 'utf8'));`;

  /** Commits a source, what is said to be built from it, and a builder. @returns the commit */
  function commit(source: string, dist: string, word: string): string {
    put(join(repository, 'actions/source'), source);
    put(join(repository, 'actions/dist/plan.js'), dist);
    put(join(repository, 'scripts/build/bundle.ts'), builder(word));
    put(join(repository, 'scripts/setup/install.mjs'), '');
    for (const file of ['package.json', 'package-lock.json', 'tsconfig.json'])
      put(join(repository, file), file === 'package.json' ? '{"type":"module"}' : '{}');
    git('add', '--all');
    git('commit', '--quiet', '--message', source);
    return git('rev-parse', 'HEAD');
  }

  /** Runs both steps as a runner does. */
  function verify(before: string): { isEqual: boolean; digest: string; output: string } {
    const path = `${join(work, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`;
    const outputs = join(work, 'outputs');
    writeFileSync(outputs, '');
    const step = (script: string, more: Record<string, string>): ReturnType<typeof spawnSync> =>
      spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], {
        cwd: repository,
        encoding: 'utf8',
        env: { ...process.env, PATH: path, GITHUB_OUTPUT: outputs, RUNNER_TEMP: join(work, 'temp'), ...more },
      });
    rmSync(join(work, 'temp'), { recursive: true, force: true });
    expect(step(content, { BEFORE: before }).status).toBe(0);
    const said = new Map(
      readFileSync(outputs, 'utf8')
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    );
    const { status, stdout, stderr } = step(build, { BUILDER: said.get('builder') ?? '' });
    git('checkout', '--quiet', '--force', 'HEAD');
    return { isEqual: status === 0, digest: said.get('digest') ?? '', output: `${stdout}${stderr}` };
  }

  it('is content with bundles that are what the sources build to, and refuses any others', () => {
    const before = commit('one', 'built one', 'built');
    expect(verify(before)).toMatchObject({ isEqual: true });
    commit('two', 'built two and a little more', 'built');
    const { isEqual, output } = verify(before);
    expect(isEqual).toBe(false);
    expect(output).toContain('::error title=DistNotBuilt::');
  });

  it('builds with the builder of before the push, so that no change brings its own', () => {
    const before = commit('one', 'built one', 'built');
    commit('two', 'evil two', 'evil');
    expect(verify(before).isEqual).toBe(false);
    commit('three', 'built three', 'evil');
    expect(verify(before).isEqual).toBe(true);
  });

  it('runs no script of a package that it installs', () => {
    verify(commit('one', 'built one', 'built'));
    expect(readFileSync(join(work, 'npm'), 'utf8').trim().split('\n')).toEqual([
      expect.stringMatching(/^ci\b.*--ignore-scripts/),
    ]);
  });

  it('names its proof by everything that the bundles are built from', async () => {
    const [, listed = ''] = /git ls-tree HEAD (.+)/.exec(content) ?? [];
    const roots = listed.split(' ');
    const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
    const read = await bundleActions(folder);
    rmSync(folder, { recursive: true });
    expect(read).toContain('actions/lib/failure.ts');
    expect(read.filter((path) => path !== 'actions/all.ts' && !roots.includes(path.split('/')[0] ?? ''))).toEqual(
      // The builder's own, which stand in the second list.
      read.filter((path) => path.startsWith('scripts/build/')),
    );
  });

  it('takes a proof for this content only: another source, bundle or builder has another', () => {
    const before = commit('one', 'built one', 'built');
    const proofs = [verify(before).digest];
    commit('two', 'built one', 'built');
    proofs.push(verify(before).digest);
    commit('two', 'built two', 'built');
    proofs.push(verify(before).digest);
    proofs.push(verify(commit('two', 'built two', 'other')).digest);
    expect(new Set(proofs).size).toBe(4);
    for (const proof of proofs) expect(proof).toMatch(/^[0-9a-f]{64}$/);
  });
});
