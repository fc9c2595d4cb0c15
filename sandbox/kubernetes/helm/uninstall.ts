import type { AwsWorld } from '../../aws/world.ts';
import { ApiError } from '../api-error.ts';
import type { KubernetesCluster } from '../cluster-state.ts';
import { reconcile } from '../reconcile.ts';
import { forgetRelease, latestRelease } from './release.ts';
import { removeObjects } from './upgrade.ts';
import { waitUntil } from './wait.ts';

export type UninstallRequest = {
  name: string;
  namespace: string;
  wait: boolean;
  /** Virtual. */
  timeoutSeconds: number;
  ignoreNotFound: boolean;
  keepHistory: boolean;
};

/**
 * Removes a release with its objects (helm.sh/docs/helm/helm_uninstall). Claims that users' servers made are not part of
 * the release and stay.
 * @returns false when there was nothing and that was allowed
 * @throws ApiError NotFound, Timeout
 */
export async function uninstallRelease(
  world: AwsWorld,
  cluster: KubernetesCluster,
  request: UninstallRequest,
): Promise<boolean> {
  const release = latestRelease(cluster, request.namespace, request.name);
  if (!release || release.status === 'uninstalled') {
    if (request.ignoreNotFound) return false;
    throw new ApiError('NotFound', `uninstall: Release not loaded: ${request.name}: release: not found`);
  }
  const keys = release.objectKeys;
  const kept = keys.filter(
    (key) => cluster.objects.get(key)?.metadata.annotations?.['helm.sh/resource-policy'] === 'keep',
  );
  removeObjects(world, cluster, keys);
  for (const key of keys) {
    const [kind, namespace, name] = key.split('/');
    if (kind === 'Deployment') cluster.startupChecks.delete(`${namespace}/${name}`);
  }
  release.status = 'uninstalled';
  if (!request.keepHistory) forgetRelease(cluster, request.namespace, request.name);
  if (!request.wait) return true;
  const gone = (): boolean => {
    reconcile(world, cluster);
    return keys.every((key) => kept.includes(key) || !cluster.objects.has(key));
  };
  if (await waitUntil(world, request.timeoutSeconds, gone)) return true;
  throw new ApiError('Timeout', 'uninstallation completed with 1 error(s): context deadline exceeded');
}
