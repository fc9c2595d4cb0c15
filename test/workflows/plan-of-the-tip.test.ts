import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getOctokit } from '@actions/github';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { clientSettings } from '../../actions/lib/aws/client-settings.ts';
import { connectRecords } from '../../actions/lib/aws/records.ts';
import { toFailure } from '../../actions/lib/failure.ts';
import { connectGitHub } from '../../actions/lib/github/connection.ts';
import { readSeal } from '../../actions/lib/plan/seal-text.ts';
import { parsePlanKey } from '../../actions/lib/records/record-keys.ts';
import { tipPermission } from '../../actions/lib/verbs/tip-permission.ts';
import { bundleActions } from '../../scripts/build/bundle.ts';
import { prepareAccount } from '../../scripts/demo/account-setup.ts';
import { writeDeclaration } from '../../scripts/demo/declaration.ts';
import { copyProject } from '../../scripts/demo/project-copy.ts';
import { createUpstreamRepositories } from '../../scripts/demo/upstream-repositories.ts';
import { rememberVerifiedBundles } from '../../scripts/demo/verified-bundles.ts';
import type { RepositoryHandle } from '../../scripts/sandbox/github/github-sandbox.ts';
import { createRunner, type Runner, type WorkflowRun } from '../../scripts/sandbox/runner/runner.ts';
import { type Sandbox, sandboxAccountId, startSandbox } from '../../scripts/sandbox/start-sandbox.ts';
import { root } from '../../scripts/setup/install.mjs';

const region = 'us-west-2';
const at = { owner: 'radar-lab', repo: 'labs' };
const day = 24 * 3600_000;

let sandbox: Sandbox;
let repository: RepositoryHandle;
let runner: Runner;
let person: ReturnType<typeof getOctokit>;
let seen = 0;

/** A public repository whose `main` declares a lab that nobody has deployed, and an account that trusts it. */
beforeAll(async () => {
  sandbox = await startSandbox({ scale: 80 });
  const { aws, github, folder } = sandbox;
  const seed = join(folder, 'project');
  const [upstream] = await Promise.all([
    createUpstreamRepositories(github, join(folder, 'upstream')),
    copyProject(root, seed).then(() => bundleActions(join(seed, 'actions', 'dist'))),
  ]);
  const certificateArn = aws.setup.importCertificate(region, { domainName: 'sar.example.org' }).arn;
  const { file, text } = writeDeclaration(await readFile(join(root, 'deployments/_example/opensarlab.yaml'), 'utf8'), {
    ...{ name: 'sar', accountId: sandboxAccountId, region, certificateArn, upstream },
    ...{ domain: 'example.org', adminEmail: 'jdoe@example.org' },
    mailIdentityArn: `arn:aws:ses:${region}:${sandboxAccountId}:identity/example.org`,
  });
  await mkdir(dirname(join(seed, file)), { recursive: true });
  await writeFile(join(seed, file), text);
  repository = await github.createRepository({
    ...{ owner: at.owner, ownerId: 4711, name: at.repo },
    seed: { folder: seed, message: 'Labs', author: { name: 'Ada', email: 'ada@example.org' } },
  });
  const administrator = { region, endpoint: aws.url, credentials: aws.administrator };
  await prepareAccount({ root, sandbox, administrator, repository, pollSeconds: '0.05' });
  await rememberVerifiedBundles(repository, join(folder, 'runner'));
  runner = createRunner({
    github,
    gitFolder: (fullName) => github.repository(fullName).gitFolder,
    folder: join(folder, 'runner'),
    nodeProgram: process.execPath,
    environment: sandbox.environment(region),
    approve: async () => true,
  });
  person = getOctokit(github.createUser({ login: 'ada', id: 1815, permission: 'admin' }), { baseUrl: github.apiUrl });
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
}, 180_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await runner?.close();
  await sandbox.close();
});

/** Starts a workflow by hand and waits for it. */
async function run(workflow: string, inputs: Record<string, string>): Promise<WorkflowRun[]> {
  await person.rest.actions.createWorkflowDispatch({ ...at, workflow_id: workflow, ref: 'main', inputs });
  await sandbox.github.settle();
  await runner.idle();
  const ended = runner.runs().slice(seen);
  seen = runner.runs().length;
  return ended;
}

function said(runs: readonly WorkflowRun[]): string {
  const steps = runs.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps));
  return steps.flatMap(({ annotations }) => annotations.map(({ message }) => message)).join('\n');
}

it('a plan of the tip is sealed by its workflow, and counts for a run by hand where reviewers guard deploy', async () => {
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
      baseline: { commit: undefined, at: undefined, approved: [], lookedUp: {} },
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
