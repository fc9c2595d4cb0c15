import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterFixture, openHubCluster } from '@opensarlab/sandbox';
import { loadAll } from 'js-yaml';
import type { Deployment } from '../../../actions/lib/deployment/deployment.ts';
import { stacksOf } from '../../../actions/lib/stacks/catalogue.ts';
import { renderOverlay } from '../../../actions/lib/stacks/render.ts';
import { readVersions } from '../../../actions/lib/stacks/versions.ts';
import { root } from '../../setup/install.mjs';
import { deploymentMatrix, deploymentOfCase, type MatrixCase } from './deployment-matrix.ts';
import { repositorySources } from './rendered-templates.ts';

/** An object of Kubernetes and what brought it there, e.g. `typical: service-accounts.yaml`. */
export type KubernetesObject = { origin: string; object: Record<string, unknown> };

/** Every kind that the manifests and the stand-ins of the charts have. */
const KINDS = [
  ...['namespaces', 'nodes', 'pods', 'services', 'secrets', 'configmaps', 'serviceaccounts', 'storageclasses'],
  ...['persistentvolumeclaims', 'persistentvolumes', 'deployments', 'networkpolicies', 'priorityclasses'],
  ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings', 'poddisruptionbudgets', 'resourcequotas'],
].join(',');

/** Files that install.sh applies as they are in the repository. */
const MANIFESTS = ['jupyterhub/storage-class.yaml', 'services/notifications.yaml'] as const;
const RENDERED = ['opensarlab/service-accounts.yaml', 'opensarlab/notifications.yaml'] as const;

/** Deployments that are installed, too: what most declare and the most that can be. */
const INSTALLED: readonly string[] = ['typical', 'maximal'];

const image = '123456789012.dkr.ecr.us-west-2.amazonaws.com/typical-container/services:0123456';

/** The minor version of Kubernetes that deployments get, e.g. `1.36`. */
export function pinnedKubernetes(): string {
  return readVersions(repositorySources().versions).kubernetes.version;
}

/**
 * Every object that a deployment of the matrix brings into its cluster: the manifests of the repository, the rendered ones,
 * and what the sandbox's cluster of two of them has after the installation with Helm, with its status. Equal objects come once.
 * @throws Error when an installation in the sandbox fails
 */
export async function kubernetesObjects(): Promise<KubernetesObject[]> {
  const found: KubernetesObject[] = [];
  for (const matrixCase of deploymentMatrix) {
    found.push(...manifestsOf(matrixCase));
    if (!INSTALLED.includes(matrixCase.name)) continue;
    const files = filesOf(deploymentOfCase(matrixCase), matrixCase.text);
    for (const object of await installed(files)) found.push({ origin: `${matrixCase.name}: installed`, object });
  }
  return [...new Map(found.map((each) => [JSON.stringify(each.object), each])).values()];
}

/** The manifests that `install.sh` applies for a declaration. */
export function manifestsOf(matrixCase: MatrixCase): KubernetesObject[] {
  const files = filesOf(deploymentOfCase(matrixCase), matrixCase.text);
  return [...MANIFESTS, ...RENDERED].flatMap((path) =>
    objectsIn(files.get(path) ?? '').map((object) => ({ origin: `${matrixCase.name}: ${path}`, object })),
  );
}

function filesOf(deployment: Deployment, declaration: string): Map<string, string> {
  const sources = repositorySources();
  const stacks = stacksOf(deployment, sources);
  const { cluster } = renderOverlay(deployment, { stacks, declaration, versions: sources.versions });
  const inRepository = (path: string): string => readFileSync(join(root, 'cluster', path), 'utf8');
  return new Map([
    ...cluster.map(({ path, text }): [string, string] => [path, text]),
    ...MANIFESTS.map((path): [string, string] => [path, inRepository(path).replaceAll('SERVICES_IMAGE', image)]),
    ['jupyterhub/values.yaml', inRepository('jupyterhub/values.yaml')],
    ['values.json', installValues()],
  ]);
}

/** What `install-values.mjs` prints at installation. */
export function installValues(): string {
  const folder = mkdtempSync(join(tmpdir(), 'opensarlab-values-'));
  try {
    writeFileSync(join(folder, 'client-secret'), 'secret');
    const script = join(root, 'cluster', 'jupyterhub', 'install-values.mjs');
    const env = {
      ...process.env,
      USER_POOL_ID: 'us-west-2_abc',
      USER_POOL_CLIENT_ID: 'client',
      SIGN_IN_DOMAIN: 'https://typical.auth.us-west-2.amazoncognito.com',
      DEPLOYMENT_URL: 'https://typical.example.org',
      HUB_IMAGE_TAG: '0123456',
    };
    return execFileSync(process.execPath, [script, join(folder, 'client-secret')], { env, encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Manifests may be lists of objects. */
function objectsIn(text: string): Record<string, unknown>[] {
  return (loadAll(text) as Record<string, unknown>[]).flatMap((document) =>
    document.kind === 'List' ? (document.items as Record<string, unknown>[]) : [document],
  );
}

async function installed(files: ReadonlyMap<string, string>): Promise<Record<string, unknown>[]> {
  const cluster = await openHubCluster();
  try {
    const path = (name: string): string => cluster.file(name.replaceAll('/', '-'), files.get(name) ?? '');
    for (const name of [...RENDERED, ...MANIFESTS.slice(1)])
      await expectDone(cluster.kubectl('apply', '-f', path(name)));
    await expectDone(
      cluster.helm(...release('autoscaler', 'cluster-autoscaler'), '--values', path('opensarlab/autoscaler.yaml')),
    );
    await expectDone(
      cluster.helm(
        ...release('jupyter', 'jupyterhub', 'jupyterhub'),
        ...['jupyterhub/values.yaml', 'opensarlab/values.yaml', 'values.json'].flatMap((name) => [
          '--values',
          path(name),
        ]),
      ),
    );
    return await allObjects(cluster);
  } finally {
    await cluster.close();
  }
}

const release = (name: string, chart: string, repository = name): string[] => [
  ...['upgrade', '--install', name, `${repository}/${chart}`, '--namespace', name, '--create-namespace'],
];

async function allObjects(cluster: ClusterFixture): Promise<Record<string, unknown>[]> {
  const lists = KINDS.split(',').map(async (kind) => {
    const { stdout } = await expectDone(cluster.kubectl('get', kind, '--all-namespaces', '--output', 'json'));
    return stdout === '' ? [] : objectsIn(stdout);
  });
  return (await Promise.all(lists)).flat();
}

async function expectDone<Result extends { status: number; stderr: string }>(run: Promise<Result>): Promise<Result> {
  const result = await run;
  if (result.status !== 0) throw new Error(`The installation in the sandbox failed: ${result.stderr}`);
  return result;
}
