import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../actions/lib/stacks/template.ts';

type Job = {
  if?: string;
  needs?: string | string[];
  environment?: string | { name: string };
  permissions?: Record<string, string>;
  steps?: { uses?: string; run?: string; with?: Record<string, unknown> }[];
};
type Workflow = { on: Record<string, unknown>; permissions?: unknown; jobs: Record<string, Job> };

const folder = '.github/workflows';
const workflows = readdirSync(folder).map((name) => {
  return [name, load(readFileSync(join(folder, name), 'utf8')) as Workflow] as const;
});
const withSecrets = workflows.filter(([, { on }]) => 'pull_request_target' in on);
const byHand = "github.event_name == 'workflow_dispatch' || ";
const sameRepository = 'github.event.pull_request.head.repo.full_name == github.repository';

/** Whether GitHub skips a job for a fork: by its own condition, or because it needs one that is skipped. */
function leavesForksOut(jobs: Workflow['jobs'], job: Job): boolean {
  const condition = job.if ?? '';
  // A run by hand plans what its number names; the code refuses forks there.
  if (condition.replace(byHand, '').split(' && ').includes(sameRepository)) return true;
  if (/always\(\)|failure\(\)|cancelled\(\)/.test(condition)) return false;
  return [job.needs ?? []].flat().some((name) => {
    const needed = jobs[name];
    return needed !== undefined && leavesForksOut(jobs, needed);
  });
}

describe.each(withSecrets)('%s, which runs on proposals with rights', (_, { jobs }) => {
  it.each(Object.entries(jobs))(
    'job %s gives forks no role, and no token that writes beside their files',
    (_name, job) => {
      if (leavesForksOut(jobs, job)) return expect(job.permissions).toBeDefined();
      // A label on a pull request from a fork is answered, because nothing of it is ever checked out.
      const checksOut = (job.steps ?? []).filter(
        ({ uses, with: inputs }) => /checkout@/.test(uses ?? '') && inputs?.ref !== undefined,
      );
      if (checksOut.length === 0 && job.environment === undefined)
        return expect(job.permissions).not.toHaveProperty('id-token');
      expect(job.environment).toBeUndefined();
      expect(job.permissions).not.toHaveProperty('id-token');
      expect(job.permissions).not.toHaveProperty('contents', 'write');
    },
  );

  it('executes nothing of the proposal', () => {
    const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
    expect(steps.filter(({ run }) => run !== undefined)).toEqual([]);
    const local = steps.flatMap(({ uses }) => (uses?.startsWith('./') ? [uses] : []));
    expect(local.filter((uses) => !uses.startsWith('./actions/'))).toEqual([]);
  });
});

describe.each(workflows)('%s', (_, workflow) => {
  it('has no right that a job did not ask for', () => {
    expect(workflow.permissions).toEqual({});
  });

  it('pins actions of others by commit', () => {
    const used = Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used.filter((uses) => !uses.startsWith('./') && !/^[\w./-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });
});

const everyJob = workflows.flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ file, name, job })),
);
const environmentOf = ({ environment }: Job): string | undefined =>
  typeof environment === 'object' ? environment.name : environment;
const usesOf = ({ steps = [] }: Job): string[] => steps.flatMap(({ uses }) => uses ?? []);

describe('roles', () => {
  const trust = JSON.parse(
    JSON.stringify(readTemplate(readFileSync('cluster/cloudformation/bootstrap.yaml', 'utf8'), '')),
  );
  const claims = 'token.actions.githubusercontent.com';

  /** Names of the workflow files that the role of an environment trusts once files are pinned. */
  function trustedFiles(environment: string): string[] {
    const resources = Object.values<{ Type?: string; Properties?: Record<string, unknown> }>(trust.Resources);
    return resources.flatMap(({ Properties }) => {
      const text = JSON.stringify(Properties?.AssumeRolePolicyDocument ?? '');
      if (!text.includes(`"${claims}:environment":"${environment}"`)) return [];
      return [...text.matchAll(/\/workflows\/([a-z-]+\.yml)@/g)].map(([, file = '']) => file);
    });
  }

  const withToken = everyJob.filter(({ job }) => job.permissions?.['id-token'] === 'write');
  /** Says who built something: its token has no environment, which every role asks for. */
  const attesting = withToken.filter(({ job }) => job.permissions?.['attestations'] === 'write');
  const takers = withToken.filter((entry) => !attesting.includes(entry));

  it('are taken on by jobs of an environment only, each from a file that the role trusts', () => {
    expect(takers.length).toBeGreaterThan(3);
    for (const { file, name, job } of takers) {
      expect(trustedFiles(environmentOf(job) ?? 'none'), `${file} ${name}`).toContain(file);
    }
  });

  it('are out of reach of a job that attests, in which nothing of the repository runs', () => {
    expect(attesting.map(({ file, name }) => `${file} ${name}`)).toEqual(['release.yml attest']);
    for (const { job } of attesting) {
      expect(job.environment).toBeUndefined();
      expect((job.steps ?? []).filter(({ run }) => run !== undefined)).toEqual([]);
      expect(usesOf(job).filter((uses) => !/^actions\/(download-artifact|attest)@/.test(uses))).toEqual([]);
    }
  });

  it('trust no file that takes none on', () => {
    for (const environment of ['plan', 'deploy', 'destroy']) {
      const files = takers.filter(({ job }) => environmentOf(job) === environment).map(({ file }) => file);
      expect(trustedFiles(environment).sort()).toEqual([...new Set(files)].sort());
    }
  });
});

describe('bundles that nobody has proven', () => {
  /**
   * Events whose runs are of the default branch and may write its caches (github.blog, "Read-only Actions cache for untrusted
   * triggers", 2026-06-26). Runs of `pull_request_target` and `issues` only read them; those of `pull_request` and
   * `merge_group` have caches of their own.
   */
  const writing = ['push', 'schedule', 'workflow_dispatch', 'repository_dispatch', 'workflow_run'];
  const cacheWriters = workflows.filter(([, { on }]) => Object.keys(on).some((event) => writing.includes(event)));

  function waitsForProof(jobs: Workflow['jobs'], name: string): boolean {
    const needed = [jobs[name]?.needs ?? []].flat();
    return needed.includes('verify') || needed.some((other) => waitsForProof(jobs, other));
  }

  it.each(cacheWriters)('run nowhere in %s, whose caches the proof is kept in', (_, { jobs }) => {
    const { verify, ...others } = jobs;
    expect(verify?.needs).toBeUndefined();
    expect(usesOf(verify ?? {}).map((uses) => uses.replace(/@.*/, ''))).toEqual([
      'actions/checkout',
      './actions/verify',
    ]);
    expect(Object.keys(others).filter((name) => !waitsForProof(jobs, name))).toEqual([]);
    // `always()` would run without the proof: it says on which job's success it depends.
    const loose = Object.values(others).filter(({ if: condition = '' }) => {
      return (
        /always\(\)|cancelled\(\)/.test(condition) &&
        !/needs\.select\.result (== 'success'|!= 'skipped')/.test(condition)
      );
    });
    expect(loose).toEqual([]);
  });

  it('the workflows that may write them are these', () => {
    expect(cacheWriters.map(([file]) => file).sort()).toEqual([
      ...['deploy.yml', 'destroy.yml', 'kubernetes.yml', 'mirror.yml', 'plan.yml'],
    ]);
  });

  it('cannot bring files into a job with credentials through a cache, which unpacks wherever it says', () => {
    const restoring = everyJob.filter(({ job }) => job.permissions?.['id-token'] === 'write');
    expect(restoring.filter(({ job }) => usesOf(job).some((uses) => /^actions\/(cache|setup-)/.test(uses)))).toEqual(
      [],
    );
  });
});

it('there are workflows to look at', () => {
  expect(withSecrets.map(([name]) => name).sort()).toEqual(['plan.yml', 'teardown.yml']);
});
