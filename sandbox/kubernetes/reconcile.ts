import { createHash, randomBytes } from 'node:crypto';
import type { AwsWorld } from '../aws/world.ts';
import { type KubernetesCluster, type KubernetesObject, objectsOfKind, putObject } from './cluster-state.ts';
import { scaleDownIdle } from './nodes/node-autoscaling.ts';
import { nodesOf } from './nodes/nodes.ts';
import type { PodSpec } from './nodes/pod-spec.ts';
import { advancePod, removeLostPods, removePod } from './nodes/pods.ts';
import { removeReleasedClaims } from './storage/claims.ts';

export type DeploymentSpec = {
  replicas?: number;
  selector?: { matchLabels?: Record<string, string> };
  template?: { metadata?: { labels?: Record<string, string> }; spec?: PodSpec };
};
export const deploymentSpec = (deployment: KubernetesObject): DeploymentSpec =>
  (deployment['spec'] ?? {}) as DeploymentSpec;

/**
 * Does what a cluster's controllers would have done by now. Nothing runs in between: whoever looks at a cluster calls
 * this first, and all times follow from the virtual clock, not from when somebody looked.
 */
export function reconcile(world: AwsWorld, cluster: KubernetesCluster): void {
  removeLostPods(world, cluster, nodesOf(world, cluster.eks));
  for (const deployment of objectsOfKind(cluster, 'Deployment')) syncDeployment(world, cluster, deployment);
  removeOrphans(world, cluster);
  for (const pod of objectsOfKind(cluster, 'Pod')) advancePod(world, cluster, pod);
  removeReleasedClaims(world, cluster);
  scaleDownIdle(world, cluster);
}

/** The short hash that tells pods of one template from those of another (label `pod-template-hash`). */
const templateHash = (deployment: KubernetesObject): string =>
  createHash('sha256')
    .update(JSON.stringify(deploymentSpec(deployment).template ?? {}))
    .digest('hex')
    .slice(0, 10);

/** The pods of a deployment's present template. */
export const podsOf = (cluster: KubernetesCluster, deployment: KubernetesObject): KubernetesObject[] =>
  objectsOfKind(cluster, 'Pod', deployment.metadata.namespace).filter(
    ({ metadata }) =>
      metadata.ownerReferences?.[0]?.uid === deployment.metadata.uid &&
      metadata.labels?.['pod-template-hash'] === templateHash(deployment),
  );

/** Replaces pods of an older template, all at once, and makes or removes pods until the number is right. */
function syncDeployment(world: AwsWorld, cluster: KubernetesCluster, deployment: KubernetesObject): void {
  const { replicas = 1, template } = deploymentSpec(deployment);
  const { name, namespace, uid } = deployment.metadata;
  const current = podsOf(cluster, deployment);
  for (const pod of objectsOfKind(cluster, 'Pod', namespace)) {
    const own = pod.metadata.ownerReferences?.[0]?.uid === uid;
    if (own && !current.includes(pod)) removePod(world, cluster, pod);
  }
  for (const pod of current.slice(replicas)) removePod(world, cluster, pod);
  for (let index = current.length; index < replicas; index++) {
    const hash = templateHash(deployment);
    putObject(world, cluster, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-${hash}-${randomBytes(3).toString('hex').slice(0, 5)}`,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { ...template?.metadata?.labels, 'pod-template-hash': hash },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid }],
      },
      spec: template?.spec ?? {},
    });
  }
}

/** Pods whose deployment is gone go with it (garbage collection by owner reference). */
function removeOrphans(world: AwsWorld, cluster: KubernetesCluster): void {
  const alive = new Set(objectsOfKind(cluster, 'Deployment').map(({ metadata }) => metadata.uid));
  for (const pod of objectsOfKind(cluster, 'Pod')) {
    const owner = pod.metadata.ownerReferences?.[0];
    if (owner?.kind === 'Deployment' && !alive.has(owner.uid)) removePod(world, cluster, pod);
  }
}
