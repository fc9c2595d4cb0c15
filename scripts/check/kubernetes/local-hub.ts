import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { installDependencies, projectNode, root } from '../../setup/install.mjs';
import { writeRenderedHub } from '../hub/rendered-hub.ts';
import { preparePython } from '../python-environment.ts';
import type { MatrixCase } from '../static-proof/deployment-matrix.ts';
import { type ApiClient, openApiClient } from './api-client.ts';
import { expect } from './scenario.ts';

const tests = join(root, 'test', 'hub', 'real');

/**
 * Has a JupyterHub that runs here, with the chart's proxy and KubeSpawner, start a server of each profile in the cluster, as
 * the smoke test does. It comes to the API server as the chart's own service account, so that account's role has to suffice.
 * @param declared what is installed
 * @param folder scratch
 * @returns what the smoke test printed
 * @throws Error with the end of what was printed, when a profile does not start
 */
export async function startProfilesFromHere(
  client: ApiClient,
  { kubectl, kubeconfig }: { kubectl: string; kubeconfig: string },
  declared: MatrixCase,
  folder: string,
): Promise<string> {
  const bin = preparePython('hub', join(tests, 'requirements.txt'), 'hashes');
  await installDependencies(join(tests, 'proxy'));
  const rendered = join(folder, 'rendered');
  mkdirSync(rendered, { recursive: true });
  writeFileSync(join(folder, 'opensarlab.yaml'), declared.text);
  writeRenderedHub(join(folder, 'opensarlab.yaml'), rendered, declared.name);
  const own = join(folder, 'hub.kubeconfig');
  const view = ['--kubeconfig', kubeconfig, 'config', 'view', '--raw', '--minify', '--output', 'json'];
  const file = JSON.parse(execFileSync(kubectl, view, { encoding: 'utf8' })) as { users: { name: string }[] };
  const token = await tokenOfHub(client);
  const users = file.users.map(({ name }) => ({ name, user: { token } }));
  writeFileSync(own, JSON.stringify({ ...file, users }), { mode: 0o600 });
  const asHub = await openApiClient(kubectl, own);
  try {
    const { status, output } = await run(join(bin, 'pytest'), bin, rendered, asHub.port);
    expect(status === 0, () => `ended with ${status}:\n${output.split('\n').slice(-30).join('\n')}`);
    const told = output.split('\n').filter((line) => /^(JupyterHub |profile |All )/.test(line));
    expect(
      told.some((line) => line.startsWith('All ')),
      () => `it started nothing:\n${output}`,
    );
    return told.join('\n');
  } finally {
    await asHub.close();
  }
}

async function tokenOfHub(client: ApiClient): Promise<string> {
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const { status, body } = await client.request(
    'POST',
    '/api/v1/namespaces/jupyter/serviceaccounts/hub/token',
    request,
  );
  const token = (body as { status?: { token?: string } }).status?.token;
  if (token === undefined) throw new Error(`The account hub got no token: ${status} ${JSON.stringify(body)}`);
  return token;
}

function run(pytest: string, bin: string, rendered: string, port: number): Promise<{ status: number; output: string }> {
  const settings = join(root, 'test', 'hub', 'pyproject.toml');
  const file = join(tests, 'test_installed_cluster.py');
  const env = {
    ...process.env,
    OPENSARLAB_RENDERED: rendered,
    OPENSARLAB_NODE: projectNode(),
    OPENSARLAB_KUBERNETES_PORT: String(port),
    PATH: [bin, dirname(projectNode()), process.env['PATH'] ?? ''].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return new Promise((done, failed) => {
    const child = spawn(pytest, ['--config-file', settings, '--rootdir', tests, '-rP', file], { cwd: root, env });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.end();
    child.on('error', failed);
    child.on('close', (status) => done({ status: status ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
