import type { AwsWorld } from '../../aws/world.ts';
import { type KubernetesCluster, type KubernetesObject, objectsOfKind, timestamp } from '../cluster-state.ts';
import { nodesOf, readyNodes } from '../nodes/nodes.ts';
import type { PodSpec } from '../nodes/pod-spec.ts';
import { isReady } from '../nodes/pods.ts';
import { deploymentSpec, podsOf } from '../reconcile.ts';
import { claimSpec, volumeSpec } from '../storage/claims.ts';
import { storageClasses } from '../storage/storage-classes.ts';

/** All objects of a kind as the API shows them, with their status; nodes are made up from the instances. */
export function viewKind(
  world: AwsWorld,
  cluster: KubernetesCluster,
  kind: string,
  namespace: string | undefined,
): KubernetesObject[] {
  if (kind === 'Node') return viewNodes(world, cluster);
  if (kind === 'StorageClass') return viewStorageClasses(world, cluster);
  return objectsOfKind(cluster, kind, namespace).map((object) => viewObject(world, cluster, object));
}

/** One object with its status. */
function viewObject(world: AwsWorld, cluster: KubernetesCluster, object: KubernetesObject): KubernetesObject {
  switch (object.kind) {
    case 'Pod':
      return viewPod(world, cluster, object);
    case 'Deployment':
      return { ...object, status: deploymentStatus(world, cluster, object) };
    case 'PersistentVolumeClaim': {
      const bound = claimSpec(object).volumeName !== undefined;
      return { ...object, status: { phase: bound ? 'Bound' : 'Pending' } };
    }
    case 'PersistentVolume':
      return { ...object, status: { phase: volumeSpec(object).claimRef ? 'Bound' : 'Available' } };
    case 'Namespace':
      return { ...object, status: { phase: 'Active' } };
    default:
      return object;
  }
}

function viewPod(world: AwsWorld, cluster: KubernetesCluster, pod: KubernetesObject): KubernetesObject {
  const run = cluster.podRuns.get(pod.metadata.uid);
  const ready = isReady(world, run);
  const condition = (type: string, met: boolean): object => ({ type, status: met ? 'True' : 'False' });
  const waiting =
    run?.node === undefined || ready
      ? undefined
      : { reason: run.problem?.reason ?? 'ContainerCreating', message: run.problem?.message ?? '' };
  const scheduled =
    run?.node || !run?.problem
      ? condition('PodScheduled', run?.node !== undefined)
      : { type: 'PodScheduled', status: 'False', reason: run.problem.reason, message: run.problem.message };
  return {
    ...pod,
    spec: { ...(pod['spec'] as object), ...(run?.node ? { nodeName: run.node.name } : {}) },
    status: {
      phase: ready ? 'Running' : 'Pending',
      conditions: [scheduled, condition('Ready', ready)],
      containerStatuses: run?.node ? containerStatuses(pod, ready, waiting) : [],
    },
  };
}

function containerStatuses(pod: KubernetesObject, ready: boolean, waiting: object | undefined): object[] {
  const { containers = [] } = (pod['spec'] ?? {}) as PodSpec;
  const state = waiting ? { waiting } : { running: {} };
  return containers.map(({ name = '', image = '' }) => ({
    name,
    image,
    imageID: ready ? image : '',
    ready,
    restartCount: 0,
    state,
  }));
}

function deploymentStatus(world: AwsWorld, cluster: KubernetesCluster, deployment: KubernetesObject): object {
  const { replicas = 1 } = deploymentSpec(deployment);
  const ready = podsOf(cluster, deployment).filter(({ metadata }) =>
    isReady(world, cluster.podRuns.get(metadata.uid)),
  ).length;
  return {
    replicas,
    updatedReplicas: replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    conditions: [{ type: 'Available', status: ready >= replicas ? 'True' : 'False' }],
  };
}

function viewNodes(world: AwsWorld, cluster: KubernetesCluster): KubernetesObject[] {
  const ready = new Set(readyNodes(world, cluster.eks).map(({ name }) => name));
  return nodesOf(world, cluster.eks).map((node) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      uid: node.instanceId,
      creationTimestamp: timestamp(node.readyAt),
      labels: node.labels,
    },
    spec: { providerID: `aws:///${node.zone}/${node.instanceId}`, taints: node.taints },
    status: {
      capacity: { cpu: String(node.virtualCpus), memory: `${node.memoryBytes / 1024}Ki` },
      conditions: [{ type: 'Ready', status: ready.has(node.name) ? 'True' : 'False' }],
    },
  }));
}

function viewStorageClasses(world: AwsWorld, cluster: KubernetesCluster): KubernetesObject[] {
  const own = objectsOfKind(cluster, 'StorageClass');
  const added = storageClasses(world, cluster).filter(
    ({ name }) => !own.some(({ metadata }) => metadata.name === name),
  );
  return [
    ...own,
    ...added.map(({ name, provisioner }) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name,
        uid: name,
        creationTimestamp: timestamp(cluster.eks.createdAt),
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner,
    })),
  ];
}
