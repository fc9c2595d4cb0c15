import { sandboxAccountId, type WorkflowRun } from '@opensarlab/sandbox';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { clientSettings } from '../../actions/lib/adapters/aws/client-settings.ts';
import { connectRecords } from '../../actions/lib/adapters/aws/records.ts';
import { connectGitHub } from '../../actions/lib/adapters/github/connection.ts';
import { toFailure } from '../../actions/lib/failure.ts';
import { readSeal } from '../../actions/lib/plan/seal-text.ts';
import { parsePlanKey } from '../../actions/lib/records/record-keys.ts';
import { tipPermission } from '../../actions/lib/verbs/tip-permission.ts';
import { setUndeployedLab, type UndeployedLab } from '../fixtures/undeployed-lab.ts';

const day = 24 * 3600_000;

let lab: UndeployedLab;
beforeAll(async () => {
  lab = await setUndeployedLab();
  vi.stubEnv('AWS_ENDPOINT_URL', lab.sandbox.aws.url);
}, 180_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await lab?.close();
});

function said(runs: readonly WorkflowRun[]): string {
  const steps = runs.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps));
  return steps.flatMap(({ annotations }) => annotations.map(({ message }) => message)).join('\n');
}

it('a plan of the tip is sealed by its workflow, and counts for a run by hand where reviewers guard deploy', async () => {
  const { sandbox, repository, person, at, region, run } = lab;
  const records = connectRecords(
    clientSettings(region, sandbox.aws.administrator),
    { accountId: sandboxAccountId, planRole: 'opensarlab-plan' },
    { count: 0 },
  );
  const [planned, ...others] = await run('plan.yml', { deployment: 'sar' });
  expect(others).toEqual([]);
  expect(said([planned].filter((each) => each !== undefined))).not.toMatch(/AccessDenied|cannot/);
  const tip = (await person.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha;
  const [entry, ...more] = await records.list('plans/');
  expect(more).toEqual([]);
  const key = parsePlanKey(entry?.key ?? '');
  expect(key?.place).toEqual({ deployment: 'sar', tip });
  const digest = key?.digest ?? '';
  const body = (await records.read(entry?.key ?? ''))?.body ?? '';
  const seal = readSeal(body, { digest, deployment: 'sar', kind: 'deploy', pullRequest: 'tip', head: tip });
  expect(seal.rows.length).toBeGreaterThan(100);
  expect(seal.origin).toMatchObject({ repositoryId: repository.id, base: tip });
  expect(planned?.conclusion).toBe('success');
  const summaries = planned?.jobs.flatMap(({ steps }) => steps.map(({ summary }) => summary ?? '')).join('\n');
  expect(summaries).toContain(digest);
  expect(summaries).toContain('Deploying changes 5 stacks');

  // Nobody guards the environment: the digest alone is one person's approval of their own.
  const refused = await run('deploy.yml', { deployment: 'sar', reviewed: digest });
  expect(refused.find(({ workflowName }) => workflowName === 'deploy')?.conclusion).toBe('failure');
  expect(said(refused)).toContain('only where the environment deploy has required reviewers, and it has none');

  const github = connectGitHub(
    sandbox.github.createUser({ login: 'bob', id: 1816, permission: 'admin' }),
    repository.fullName,
    sandbox.github.apiUrl,
  );
  const question = { deployment: 'sar', accountId: sandboxAccountId, repositoryId: repository.id, commit: tip };
  const place = { defaultBranch: 'main', folder: '' };
  const found = {
    ...{
      baseline: { commit: undefined, at: undefined, region: undefined, approved: [], lookedUp: {} },
      lookedUp: {},
      sealed: [],
      unsealed: [],
    },
    approval: { baseline: [], rows: [], withdrawn: [], lookedUp: {} },
  };
  const now = entry?.writtenAt ?? new Date(0);
  const ask = (change: Partial<typeof question> = {}, later = 0, given = digest) =>
    tipPermission(
      { ...question, ...place, ...change },
      found,
      { digest: given, now: new Date(now.getTime() + later) },
      { github, records },
    ).catch(toFailure);
  expect(await ask()).toMatchObject({ code: 'NoReviewers' });
  const reviewers = [{ type: 'User' as const, id: 1816 }];
  await person.rest.repos.createOrUpdateEnvironment({ ...at, environment_name: 'deploy', reviewers });
  expect(await ask()).toMatchObject({ approval: { rows: seal.rows }, lookedUp: seal.lookedUp });
  expect(await ask({}, day - 1000)).toMatchObject({ approval: { rows: seal.rows } });
  expect(await ask({}, day)).toMatchObject({ code: 'PlanNotFound' });
  expect(await ask({ commit: 'a'.repeat(40) })).toMatchObject({ code: 'PlanNotFound' });
  expect(await ask({ deployment: 'sar-test' })).toMatchObject({ code: 'PlanNotFound' });
  expect(await ask({}, 0, 'b'.repeat(64))).toMatchObject({ code: 'PlanNotFound' });
  expect(await ask({ repositoryId: repository.id + 1 })).toMatchObject({ code: 'SealMalformed' });
  expect(await ask({ accountId: '210987654321' })).toMatchObject({ code: 'SealMalformed' });
}, 240_000);
