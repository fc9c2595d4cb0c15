import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type GitHubSandbox, startGitHub, type WorkflowEvent } from '@opensarlab/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { exampleCheckout } from './test/example-checkout.ts';

const names = ['--owner', 'radar-lab', '--repository', 'deployments'];
const workflow = `on:
  workflow_dispatch:
    inputs: {pull-request: {default: '', type: string}, deployment: {default: '', type: string}}
jobs: {}
`;

let folder: string;
let token: string;
let github: GitHubSandbox;
const events: WorkflowEvent[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plan-tip-'));
  await mkdir(join(folder, 'github'));
  github = await startGitHub({ folder: join(folder, 'github') });
  const files = { 'deployments/sar/opensarlab.yaml': 'x: 1\n', '.github/workflows/plan.yml': workflow };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'seed', path)), { recursive: true });
    await writeFile(join(folder, 'seed', path), content);
  }
  await github.createRepository({
    owner: 'radar-lab',
    ownerId: 4711,
    name: 'deployments',
    seed: { folder: join(folder, 'seed'), message: 'First', author: { name: 'Ada', email: 'ada@example.org' } },
  });
  token = github.createUser({ login: 'ada', id: 1815, permission: 'write' });
  github.onEvent((event) => void events.push(event));
});
afterAll(async () => {
  await github.close();
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});
beforeEach(() => {
  vi.stubEnv('GITHUB_API_URL', github.apiUrl);
  vi.stubEnv('GH_TOKEN', '');
  vi.stubEnv('GITHUB_TOKEN', token);
});

async function plan(...argv: string[]) {
  return await (await exampleCheckout()).run('plan', ...argv, ...names);
}

describe('opensarlab plan --tip', () => {
  it('starts the workflow on the default branch and prints where to look', async () => {
    const { code, out } = await plan('--tip', 'sar');
    expect(code).toBe(0);
    expect(out).toMatch(/The plan of sar at the tip of main \([0-9a-f]{12}\) was started\./);
    expect(out).toContain('/radar-lab/deployments/actions/workflows/plan.yml');
    await github.settle();
    const [event, ...others] = events.filter(({ name }) => name === 'workflow_dispatch');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      ref: 'refs/heads/main',
      payload: { inputs: { deployment: 'sar', 'pull-request': '' } },
    });
  });

  it('says how to do it by hand when GitHub cannot be asked or refuses', async () => {
    const byHand = 'Actions › plan › Run workflow, on the default branch, with the deployment sar';
    vi.stubEnv('GITHUB_TOKEN', github.createUser({ login: 'mallory', id: 666, permission: 'read' }));
    const refused = await plan('sar', '--tip');
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining(byHand) });
    vi.stubEnv('GITHUB_TOKEN', '');
    const without = await plan('sar', '--tip');
    expect(without).toMatchObject({ code: 1, out: '', err: expect.stringContaining(byHand) });
    expect(without.err).toContain('without a token in GITHUB_TOKEN');
  });

  it('starts nothing for a deployment that the tip does not declare', async () => {
    const { code, err } = await plan('--tip', 'other');
    expect(code).toBe(1);
    expect(err).toContain('The tip of main declares no deployment other.');
  });
});
