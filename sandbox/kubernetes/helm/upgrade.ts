import type { AwsWorld } from '../../aws/world.ts';
import { ApiError } from '../api-error.ts';
import { findObject, type KubernetesCluster, type NewObject, objectKey, putObject } from '../cluster-state.ts';
import { applyObject, deleteObject } from '../objects/apply.ts';
import { reconcile } from '../reconcile.ts';
import type { Chart, Rendered } from './chart.ts';
import { findChart } from './chart-repository.ts';
import { addRevision, forgetRelease, historyOf, latestRelease, type Release, type Values } from './release.ts';
import { dropDeleted, mergeValues } from './values.ts';
import { unreadyObjects, waitUntil } from './wait.ts';

/** What `helm install` and `helm upgrade` send. */
export type UpgradeRequest = {
  command: 'install' | 'upgrade';
  name: string;
  namespace: string;
  repositoryUrl: string;
  /** As the user wrote it, for messages: `jupyterhub/jupyterhub`. */
  chartReference: string;
  chart: string;
  version: string | undefined;
  values: Values;
  /** `helm upgrade --install` */
  install: boolean;
  createNamespace: boolean;
  reuseValues: boolean;
  wait: boolean;
  atomic: boolean;
  /** Virtual. */
  timeoutSeconds: number;
  dryRun: boolean;
};

const fail = (message: string): never => {
  throw new ApiError('Invalid', message);
};

/**
 * Installs a chart or changes a release of it (helm.sh/docs/helm/helm_upgrade, helm_install). Failures are worded, and
 * prefixed, as Helm 3 does; a failed revision stays with the status `failed`.
 * @throws ApiError
 */
export async function upgradeRelease(
  world: AwsWorld,
  cluster: KubernetesCluster,
  request: UpgradeRequest,
): Promise<Release> {
  const previous = latestRelease(cluster, request.namespace, request.name);
  const exists = previous !== undefined && previous.status !== 'uninstalled';
  if (request.command === 'install' && exists) fail('INSTALLATION FAILED: cannot re-use a name that is still in use');
  if (request.command === 'upgrade' && !exists && !request.install) {
    fail(`UPGRADE FAILED: "${request.name}" has no deployed releases`);
  }
  // `helm upgrade --install` passes on the errors of an installation as they are.
  const prefix = exists ? 'UPGRADE FAILED: ' : request.command === 'install' ? 'INSTALLATION FAILED: ' : '';
  if (previous?.status.startsWith('pending-'))
    fail(`${prefix}another operation (install/upgrade/rollback) is in progress`);
  try {
    return await perform(world, cluster, request, exists ? previous : undefined);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason === 'Forbidden') throw error;
    throw new ApiError(error.reason, `${prefix}${error.message}`);
  }
}

async function perform(
  world: AwsWorld,
  cluster: KubernetesCluster,
  request: UpgradeRequest,
  previous: Release | undefined,
): Promise<Release> {
  const release = planRevision(world, cluster, request, previous);
  const { chart } = resolveChart(request);
  checkValues(chart, release.values);
  ensureNamespace(world, cluster, request);
  const { name: releaseName, namespace, values } = release;
  const rendered = chart.render({ world, cluster, releaseName, namespace, values });
  if (request.dryRun) return release;
  checkOwnership(cluster, request, rendered.objects);
  addRevision(cluster, release);
  try {
    putObjects(world, cluster, release, rendered, previous);
    await finish(world, cluster, request, release);
  } catch (error) {
    release.status = 'failed';
    const reason = error instanceof Error ? error.message : String(error);
    release.description = `${previous ? 'Upgrade' : 'Release'} "${request.name}" failed: ${reason}`;
    if (!request.atomic || !(error instanceof ApiError)) throw error;
    throw new ApiError(error.reason, `${undo(world, cluster, release, previous)}: ${error.message}`);
  }
  if (previous) previous.status = 'superseded';
  return release;
}

/** The next revision, with nothing done for it yet. */
function planRevision(
  world: AwsWorld,
  cluster: KubernetesCluster,
  request: UpgradeRequest,
  previous: Release | undefined,
): Release {
  const { chart, version } = resolveChart(request);
  const reused = request.reuseValues && previous;
  const userValues = reused ? mergeValues(previous.userValues, request.values) : request.values;
  return {
    name: request.name,
    namespace: request.namespace,
    revision: (historyOf(cluster, request.namespace, request.name).at(-1)?.revision ?? 0) + 1,
    chart: chart.name,
    repository: chart.repository,
    chartVersion: version,
    appVersion: chart.appVersion(version),
    status: previous ? 'pending-upgrade' : 'pending-install',
    description: previous ? 'Preparing upgrade' : 'Initial install underway',
    updatedAt: world.clock.now(),
    userValues,
    values: dropDeleted(mergeValues(chart.defaults(), userValues), userValues),
    objectKeys: [],
  };
}

function checkValues(chart: Chart, values: Values): void {
  const violations = chart.violations(values);
  if (violations.length === 0) return;
  const lines = violations.map((each) => `- ${each}`).join('\n');
  fail(`values don't meet the specifications of the schema(s) in the following chart(s):\n${chart.name}:\n${lines}`);
}

function resolveChart(request: UpgradeRequest): { chart: Chart; version: string } {
  const chart = findChart(request.repositoryUrl, request.chart);
  if (!chart) {
    return fail(
      `chart "${request.chart}" not found in ${request.repositoryUrl} repository. (The sandbox imitates jupyterhub and cluster-autoscaler only.)`,
    );
  }
  const version = request.version ?? chart.latestVersion;
  if (!chart.hasVersion(version)) {
    fail(
      `chart "${request.chart}" matching ${version} not found in ${request.chartReference.split('/')[0]} index. (try 'helm repo update'): no chart version found for ${request.chart}-${version}`,
    );
  }
  return { chart, version };
}

function ensureNamespace(world: AwsWorld, cluster: KubernetesCluster, request: UpgradeRequest): void {
  if (findObject(cluster, 'Namespace', undefined, request.namespace)) return;
  if (!request.createNamespace) fail(`create: failed to create: namespaces "${request.namespace}" not found`);
  if (request.dryRun) return;
  putObject(world, cluster, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: request.namespace, labels: { name: request.namespace } },
  });
}

/** Helm takes over only what carries the release's own annotations (helm.sh/docs/faq, "invalid ownership metadata"). */
function checkOwnership(cluster: KubernetesCluster, request: UpgradeRequest, objects: readonly NewObject[]): void {
  for (const { kind, metadata } of objects) {
    const existing = findObject(cluster, kind, metadata.namespace, metadata.name);
    if (!existing || existing.metadata.annotations?.['meta.helm.sh/release-name'] === request.name) continue;
    fail(
      `Unable to continue with install: ${kind} "${metadata.name}" in namespace "${metadata.namespace ?? ''}" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: missing key "meta.helm.sh/release-name": must be set to "${request.name}"`,
    );
  }
}

function putObjects(
  world: AwsWorld,
  cluster: KubernetesCluster,
  release: Release,
  rendered: Rendered,
  previous: Release | undefined,
): void {
  for (const [deployment, check] of Object.entries(rendered.startupChecks ?? {})) {
    cluster.startupChecks.set(`${release.namespace}/${deployment}`, check);
  }
  for (const object of rendered.objects) {
    const metadata = {
      ...object.metadata,
      labels: { ...object.metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        ...object.metadata.annotations,
        'meta.helm.sh/release-name': release.name,
        'meta.helm.sh/release-namespace': release.namespace,
      },
    };
    // Helm 3 leaves field validation to the server (helm.sh/helm/v3, pkg/kube/client.go), whose default is to warn.
    applyObject(world, cluster, { ...object, metadata }, { fieldValidation: 'Warn' });
    release.objectKeys.push(objectKey(object.kind, metadata.namespace, metadata.name));
  }
  const dropped = (previous?.objectKeys ?? []).filter((key) => !release.objectKeys.includes(key));
  removeObjects(world, cluster, dropped);
}

async function finish(
  world: AwsWorld,
  cluster: KubernetesCluster,
  request: UpgradeRequest,
  release: Release,
): Promise<void> {
  await untilReady(world, cluster, { ...request, wait: request.wait || request.atomic }, release);
  release.status = 'deployed';
  release.description = release.revision === 1 ? 'Install complete' : 'Upgrade complete';
}

/** `--atomic`: uninstalls a failed installation, rolls a failed upgrade back. */
function undo(world: AwsWorld, cluster: KubernetesCluster, release: Release, previous: Release | undefined): string {
  if (!previous) {
    removeObjects(world, cluster, release.objectKeys);
    forgetRelease(cluster, release.namespace, release.name);
    return `release ${release.name} failed, and has been uninstalled due to atomic being set`;
  }
  const chart = findChart(previous.repository, previous.chart);
  if (chart) {
    const { values, name, namespace } = previous;
    const rendered = chart.render({ world, cluster, releaseName: name, namespace, values });
    const restored: Release = {
      ...previous,
      revision: release.revision + 1,
      status: 'deployed',
      description: `Rollback to ${previous.revision}`,
      updatedAt: world.clock.now(),
      objectKeys: [],
    };
    addRevision(cluster, restored);
    putObjects(world, cluster, restored, rendered, release);
    previous.status = 'superseded';
  }
  return `release ${release.name} failed, and has been rolled back due to atomic being set`;
}

export type RollbackRequest = {
  name: string;
  namespace: string;
  revision: number;
  wait: boolean;
  /** Virtual. */
  timeoutSeconds: number;
};

/**
 * Makes a new revision with the content of an earlier one (helm.sh/docs/helm/helm_rollback). Objects that the earlier one did
 * not have go.
 * @throws ApiError worded as Helm 3 does (helm.sh/helm/v3, pkg/action/rollback.go)
 */
export async function rollbackRelease(
  world: AwsWorld,
  cluster: KubernetesCluster,
  request: RollbackRequest,
): Promise<Release> {
  const { name, namespace, revision } = request;
  const revisions = historyOf(cluster, namespace, name);
  const current = revisions.at(-1) ?? fail('release: not found');
  if (current.status.startsWith('pending-')) fail('another operation (install/upgrade/rollback) is in progress');
  const target = revisions.find((each) => each.revision === revision);
  const chart = target && findChart(target.repository, target.chart);
  if (!chart) return fail(`release has no ${revision} version`);
  const restored: Release = {
    ...target,
    revision: current.revision + 1,
    status: 'pending-rollback',
    description: `Rollback to ${revision}`,
    updatedAt: world.clock.now(),
    objectKeys: [],
  };
  addRevision(cluster, restored);
  try {
    const rendered = chart.render({ world, cluster, releaseName: name, namespace, values: target.values });
    putObjects(world, cluster, restored, rendered, current);
    await untilReady(world, cluster, request, restored);
  } catch (error) {
    restored.status = 'failed';
    throw error;
  }
  for (const each of revisions) if (each.status === 'deployed') each.status = 'superseded';
  restored.status = 'deployed';
  return restored;
}

/** `--wait` */
async function untilReady(
  world: AwsWorld,
  cluster: KubernetesCluster,
  { wait, timeoutSeconds }: { wait: boolean; timeoutSeconds: number },
  release: Release,
): Promise<void> {
  reconcile(world, cluster);
  if (!wait) return;
  const ready = (): boolean => unreadyObjects(world, cluster, release.objectKeys).length === 0;
  if (await waitUntil(world, timeoutSeconds, ready)) return;
  const missing = unreadyObjects(world, cluster, release.objectKeys);
  throw new ApiError('Timeout', [...missing, 'context deadline exceeded'].join('\n'));
}

/** Deletes objects of a release but those that say `helm.sh/resource-policy: keep`. */
export function removeObjects(world: AwsWorld, cluster: KubernetesCluster, keys: readonly string[]): void {
  for (const key of keys) {
    const object = cluster.objects.get(key);
    if (object && object.metadata.annotations?.['helm.sh/resource-policy'] !== 'keep')
      deleteObject(world, cluster, object);
  }
  reconcile(world, cluster);
}
