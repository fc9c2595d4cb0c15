import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ClusterFixture, hubValues, installAutoscaler, installHub, openHubCluster } from '@opensarlab/sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../cluster/jupyterhub/smoke-test.mjs', import.meta.url));
const image = '123456789012.dkr.ecr.us-west-2.amazonaws.com/sar-container/sar:latest';
const users = ['opensarlab-smoke-1', 'opensarlab-smoke-2'];

let cluster: ClusterFixture;
let passing: NodeJS.Timeout;

beforeEach(async () => {
  cluster = await openHubCluster();
  await installAutoscaler(cluster);
  // Machines and pods take their time, which passes faster here.
  passing = setInterval(() => cluster.account.clock.advance(10), 100);
});
afterEach(async () => {
  clearInterval(passing);
  await cluster.close();
});

/** Installs a hub whose smoke test has the scopes that a deployment renders for its users, or only some of them. */
async function install(scopes: string[]): Promise<void> {
  const { hub } = hubValues() as { hub: object };
  const loadRoles = {
    'smoke-test': {
      scopes: users.flatMap((user) => scopes.map((scope) => `${scope}!user=${user}`)),
      services: ['smoke-test'],
    },
  };
  const values = hubValues({ hub: { ...hub, services: { 'smoke-test': { display: false } }, loadRoles } });
  expect(await installHub(cluster, values)).toMatchObject({ status: 0 });
}

function smoke(profiles: object[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...cluster.env, SMOKE_POLL_SECONDS: '0.2', SMOKE_TIMEOUT_SECONDS: '60' };
    const text = JSON.stringify({ users, profiles });
    const shell = `mkdir -p opensarlab && printf %s "$1" > opensarlab/smoke-test.json && exec node "$2"`;
    execFile('bash', ['-c', shell, 'smoke', text, program], { cwd: cluster.folder, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
    });
  });
}

test('a hub whose kernels answer passes, and keeps none of the users', async () => {
  await install(['admin:users', 'admin:servers', 'access:servers']);
  const { code, stdout, stderr } = await smoke([{ slug: 'sar-1', image }]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('All 1 profiles start.');
  const left = await cluster.kubectl('-n', 'jupyter', 'get', 'pods,pvc', '-o', 'name');
  expect(left.stdout).not.toContain('smoke');
});

test('a token that may not reach the servers fails it', async () => {
  await install(['admin:users', 'admin:servers']);
  const { code, stderr } = await smoke([{ slug: 'sar-1', image }]);
  expect(code).toBe(1);
  expect(stderr).toContain('profile sar-1: making a kernel was answered with 403');
});
