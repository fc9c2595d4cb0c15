import type { AwsWorld } from '../../aws/world.ts';
import { findObject, type KubernetesCluster, type KubernetesObject, objectsOfKind } from '../cluster-state.ts';
import { allReleases, type Values } from '../helm/release.ts';
import { isReady } from '../nodes/pods.ts';
import { emptyDatabase, type HubDatabase } from './hub-database.ts';

/** A JupyterHub that is installed in a namespace. */
export type Hub = {
  world: AwsWorld;
  cluster: KubernetesCluster;
  namespace: string;
  values: Values;
  database: HubDatabase;
  /** What the chart's secret `hub` holds, decoded. */
  secret: Record<string, string>;
};

/** The ready pods of one component of the chart. */
export const componentPods = (
  world: AwsWorld,
  cluster: KubernetesCluster,
  namespace: string,
  component: string,
): KubernetesObject[] =>
  objectsOfKind(cluster, 'Pod', namespace).filter(
    ({ metadata }) =>
      metadata.labels?.['app'] === 'jupyterhub' &&
      metadata.labels['component'] === component &&
      isReady(world, cluster.podRuns.get(metadata.uid)),
  );

/** The hub of a namespace; undefined while its pod is not ready. */
export function runningHub(world: AwsWorld, cluster: KubernetesCluster, namespace: string): Hub | undefined {
  const release = allReleases(cluster, namespace).find(
    ({ chart, status }) => chart === 'jupyterhub' && status !== 'uninstalled',
  );
  const [pod] = componentPods(world, cluster, namespace, 'hub');
  if (!release || !pod) return undefined;
  const secret = (findObject(cluster, 'Secret', namespace, 'hub')?.['data'] ?? {}) as Record<string, string>;
  return {
    world,
    cluster,
    namespace,
    values: release.values,
    database: databaseOf(cluster, namespace, pod),
    secret: Object.fromEntries(
      Object.entries(secret).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    ),
  };
}

/** The database lives on the hub's claim; without one it ends with the pod (values `hub.db.type`). */
function databaseOf(cluster: KubernetesCluster, namespace: string, pod: KubernetesObject): HubDatabase {
  const home = findObject(cluster, 'PersistentVolumeClaim', namespace, 'hub-db-dir') ?? pod;
  const existing = cluster.hubDatabases.get(home.metadata.uid);
  if (existing) return existing;
  const created = emptyDatabase();
  cluster.hubDatabases.set(home.metadata.uid, created);
  return created;
}
