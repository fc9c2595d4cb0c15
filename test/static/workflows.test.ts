import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

type Job = {
  if?: string;
  needs?: string | string[];
  environment?: string;
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

it('there are workflows to look at', () => {
  expect(withSecrets.map(([name]) => name).sort()).toEqual(['plan.yml', 'teardown.yml']);
});
