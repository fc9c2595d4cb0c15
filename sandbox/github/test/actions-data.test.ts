import { crc32, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unprotectedEnvironment } from '../model/environment.ts';
import { ANY_EVENT, eventsDuring, failureOf, type GitHubFixture, startFixture, writeFiles } from './github-fixture.ts';

let fixture: GitHubFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const NAME = 'radar-lab/deployments';

async function tip(): Promise<string> {
  return (await fixture.octokit.rest.repos.getBranch({ ...fixture.at, branch: 'main' })).data.commit.sha;
}

describe('check runs', () => {
  test('of the runner and of the API are the same', async () => {
    const { github, octokit, at } = fixture;
    const head_sha = await tip();
    const recorded = github.recordCheckRun(NAME, { name: 'plan', headSha: head_sha, status: 'in_progress' });
    github.addAnnotations(NAME, recorded.id, [
      { path: 'deployments/sar/opensarlab.yaml', startLine: 1, endLine: 1, level: 'failure', message: 'No' },
    ]);
    github.recordCheckRun(NAME, {
      id: recorded.id,
      status: 'completed',
      conclusion: 'failure',
      completedAt: new Date(),
    });
    const job = fixture.job({ checks: 'write' });
    const { data: created } = await job.rest.checks.create({ ...at, name: 'cost', head_sha, conclusion: 'success' });
    expect(created).toMatchObject({ status: 'completed', conclusion: 'success' });
    const { data: list } = await octokit.rest.checks.listForRef({ ...at, ref: 'main' });
    expect(list.check_runs.map(({ name, conclusion }) => `${name} ${conclusion}`).sort()).toEqual([
      'cost success',
      'plan failure',
    ]);
    const { data: annotations } = await octokit.rest.checks.listAnnotations({ ...at, check_run_id: recorded.id });
    expect(annotations).toMatchObject([{ annotation_level: 'failure', message: 'No', start_line: 1 }]);
    const output = { title: 'Cost', summary: 'x', annotations: [] };
    await job.rest.checks.update({ ...at, check_run_id: created.id, output });
    expect(github.checkRuns(NAME, head_sha).find(({ name }) => name === 'cost')).toMatchObject({ title: 'Cost' });
    const byPerson = await failureOf(octokit.rest.checks.create({ ...at, name: 'x', head_sha }));
    expect(byPerson.message).toContain('You must authenticate via a GitHub App.');
  });
});

describe('artifacts', () => {
  test('are listed for their run and downloaded as a ZIP file', async () => {
    const { github, octokit, at, folder } = fixture;
    await writeFiles(`${folder}/artifact`, { 'receipt.json': '{"gone":true}', 'logs/ü.txt': 'text\n'.repeat(100) });
    const saved = await github.saveArtifact(NAME, {
      runId: 12,
      name: 'receipt',
      content: { folder: `${folder}/artifact` },
    });
    await expect(
      github.saveArtifact(NAME, { runId: 12, name: 'receipt', content: { files: new Map([['x', Buffer.from('x')]]) } }),
    ).rejects.toThrow(/already exists/);
    expect(github.listArtifacts(NAME, 12)).toEqual([saved]);
    expect([...github.readArtifact(NAME, saved.id).keys()]).toEqual(['logs/ü.txt', 'receipt.json']);
    const { data } = await octokit.rest.actions.listWorkflowRunArtifacts({ ...at, run_id: 12, name: 'receipt' });
    expect(data).toMatchObject({ total_count: 1, artifacts: [{ id: saved.id, workflow_run: { id: 12 } }] });
    const download = { ...at, artifact_id: saved.id, archive_format: 'zip' };
    const { data: zip } = await octokit.rest.actions.downloadArtifact(download);
    const bytes = Buffer.from(zip as ArrayBuffer);
    expect(bytes.length).toBe(saved.sizeInBytes);
    expect(readZip(bytes)).toEqual(
      new Map([
        ['logs/ü.txt', 500],
        ['receipt.json', 13],
      ]),
    );
  });
});

/** Reads a ZIP file by its central directory. @returns the size of each file after unpacking and checking it */
function readZip(zip: Buffer): Map<string, number> {
  const end = zip.length - 22;
  const sizes = new Map<string, number>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    expect(zip.readUInt32LE(local)).toBe(0x04034b50);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20)));
    expect(crc32(content)).toBe(zip.readUInt32LE(at + 16));
    sizes.set(name, content.length);
    at += 46 + nameLength;
  }
  return sizes;
}

describe('environments and variables', () => {
  test('set for the runner are what the API lists, and the other way round', async () => {
    const { github, octokit, at } = fixture;
    const plan = unprotectedEnvironment();
    plan.variables.set('ROLE', 'arn:aws:iam::123456789012:role/plan');
    github.environments(NAME).set('plan', plan);
    await octokit.rest.repos.createOrUpdateEnvironment({
      ...at,
      environment_name: 'deploy',
      prevent_self_review: true,
      reviewers: [{ type: 'User', id: 1815 }],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    await octokit.rest.repos.createDeploymentBranchPolicy({ ...at, environment_name: 'deploy', name: 'main' });
    expect(github.environments(NAME).get('deploy')?.protection).toEqual({
      requiredReviewers: ['ada'],
      preventSelfReview: true,
      waitTimerMinutes: 0,
      branchPolicy: { kind: 'selected', patterns: ['main'] },
    });
    const { data } = await octokit.rest.repos.getAllEnvironments(at);
    expect(
      data.environments?.map(({ name, protection_rules }) => [name, protection_rules?.map(({ type }) => type)]),
    ).toEqual([
      ['plan', []],
      ['deploy', ['required_reviewers', 'branch_policy']],
    ]);
    const role = await octokit.rest.actions.getEnvironmentVariable({ ...at, environment_name: 'plan', name: 'role' });
    expect(role.data.value).toBe('arn:aws:iam::123456789012:role/plan');
    await octokit.rest.actions.createRepoVariable({ ...at, name: 'region', value: 'us-west-2' });
    expect(github.variables(NAME)).toEqual(new Map([['REGION', 'us-west-2']]));
    const bad = await failureOf(octokit.rest.actions.createRepoVariable({ ...at, name: 'GITHUB_X', value: '' }));
    expect(bad.status).toBe(422);
    const missing = await failureOf(octokit.rest.repos.getEnvironment({ ...at, environment_name: 'none' }));
    expect(missing.status).toBe(404);
  });
});

describe('a mistake of the sandbox itself', () => {
  test('is a 500 that says what is wrong', async () => {
    const { github, octokit, at } = fixture;
    const environment = unprotectedEnvironment();
    environment.protection.requiredReviewers.push('nobody');
    github.environments(NAME).set('broken', environment);
    const failure = await failureOf(octokit.rest.repos.getEnvironment({ ...at, environment_name: 'broken' }));
    expect(failure.status).toBe(500);
    expect(failure.message).toContain("The required reviewer nobody is no user of the sandbox's GitHub.");
    environment.protection.requiredReviewers = [];
    const startedAt = new Date();
    const { id } = github.recordCheckRun(NAME, { name: 'odd', headSha: await tip(), startedAt });
    Object.assign(github.checkRuns(NAME, await tip()).find((each) => each.id === id) ?? {}, { status: 'unheard-of' });
    const contradiction = await failureOf(octokit.rest.checks.get({ ...at, check_run_id: id }));
    expect(contradiction.status).toBe(500);
    expect(contradiction.message).toContain("The answer to checks/get contradicts GitHub's description: /status");
  });
});

describe('workflow runs', () => {
  test('recorded by the runner are listed with their conclusion', async () => {
    const { github, octokit, at } = fixture;
    const run = {
      id: 501,
      name: 'Deploy',
      title: 'First files',
      workflowFile: 'deploy.yml',
      runNumber: 1,
      runAttempt: 1,
      event: { ...ANY_EVENT, sha: await tip() },
      headSha: await tip(),
      headBranch: 'main',
      triggeringActor: ANY_EVENT.actor,
      createdAt: new Date(),
      startedAt: new Date(),
      updatedAt: new Date(),
    };
    github.recordWorkflowRun(NAME, { ...run, status: 'in_progress', conclusion: undefined });
    github.recordWorkflowRun(NAME, { ...run, status: 'completed', conclusion: 'success' });
    const { data } = await octokit.rest.actions.listWorkflowRuns({
      ...at,
      workflow_id: 'deploy.yml',
      status: 'success',
    });
    expect(data).toMatchObject({ total_count: 1, workflow_runs: [{ id: 501, path: '.github/workflows/deploy.yml' }] });
  });

  test('are started by hand when the workflow says so', async () => {
    const { octokit, at } = fixture;
    const text =
      'on:\n  workflow_dispatch:\n    inputs:\n      name: {required: true}\n      dry: {default: true, type: boolean}\n';
    const content = Buffer.from(text).toString('base64');
    const path = '.github/workflows/audit.yml';
    await octokit.rest.repos.createOrUpdateFileContents({ ...at, path, message: 'Audit', content });
    const dispatch = { ...at, workflow_id: 'audit.yml', ref: 'main' };
    const start = (inputs: Record<string, string>): Promise<unknown> =>
      octokit.rest.actions.createWorkflowDispatch({ ...dispatch, inputs });
    const events = await eventsDuring(fixture, () => start({ name: 'sar' }));
    expect(events).toMatchObject([
      {
        name: 'workflow_dispatch',
        ref: 'refs/heads/main',
        payload: { workflow: path, inputs: { name: 'sar', dry: 'true' } },
      },
    ]);
    expect((await failureOf(start({}))).message).toContain("Required input 'name' not provided");
    expect((await failureOf(start({ name: 'x', other: 'y' }))).message).toContain(
      'Unexpected inputs provided: ["other"]',
    );
    const missing = { ...dispatch, workflow_id: 'none.yml' };
    expect((await failureOf(octokit.rest.actions.createWorkflowDispatch(missing))).status).toBe(404);
  });
});
