import { randomUUID } from 'node:crypto';
import { type Cluster, eksClusters, lifecycleStatus } from '../aws/services/eks/eks-state.ts';
import type { AwsWorld, StateKey } from '../aws/world.ts';
import type { Release } from './helm/release.ts';
import type { HubDatabase } from './jupyterhub/hub-database.ts';

export type ObjectMeta = {
  name: string;
  namespace?: string;
  uid: string;
  creationTimestamp: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  deletionTimestamp?: string;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
};

/** Any object of the cluster, in the shape of its manifest. */
export type KubernetesObject = { apiVersion: string; kind: string; metadata: ObjectMeta; [field: string]: unknown };

/** What happened to a pod so far. */
export type PodRun = {
  createdAt: Date;
  node?: { name: string; instanceId: string };
  scheduledAt?: Date;
  /** When its containers run and are ready; absent while something is in the way. */
  readyAt?: Date;
  /** Why it waits: `Unschedulable`, `ImagePullBackOff`, `CrashLoopBackOff`, with a sentence. */
  problem?: { reason: string; message: string };
  log: string[];
};

/** What runs in one EKS cluster. */
export type KubernetesCluster = {
  readonly eks: Cluster;
  /** By `Kind/namespace/name`; objects without a namespace have it empty. */
  objects: Map<string, KubernetesObject>;
  /** By the pod's uid. */
  podRuns: Map<string, PodRun>;
  /** By `namespace/name`, all revisions, oldest first. */
  releases: Map<string, Release[]>;
  /** Databases of JupyterHubs, by the uid of the claim or pod they live on. */
  hubDatabases: Map<string, HubDatabase>;
  /** Asks why the program of a deployment ends right after its start, by `namespace/deployment`. */
  startupChecks: Map<string, () => string | undefined>;
  /** Since when a node has had no pods but those of every node, by instance id. */
  idleSince: Map<string, Date>;
};

const kubernetesKey: StateKey<Map<string, KubernetesCluster>> = { id: 'kubernetes', create: () => new Map() };

/** The Kubernetes side of an EKS cluster, made on first use with the namespaces and storage class it starts with. */
export function kubernetesOf(world: AwsWorld, eks: Cluster): KubernetesCluster {
  const clusters = world.state(kubernetesKey, eks.region);
  const existing = clusters.get(eks.id);
  if (existing) return existing;
  const cluster: KubernetesCluster = {
    eks,
    objects: new Map(),
    podRuns: new Map(),
    releases: new Map(),
    hubDatabases: new Map(),
    startupChecks: new Map(),
    idleSince: new Map(),
  };
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    putObject(world, cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  // From 1.30 on this class is no longer the default one (eks/latest/userguide/kubernetes-versions-standard.html, 1.30).
  putObject(world, cluster, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'gp2' },
    provisioner: 'kubernetes.io/aws-ebs',
    parameters: { type: 'gp2' },
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  clusters.set(eks.id, cluster);
  return cluster;
}

/** The cluster behind an endpoint's region and id; undefined while it is created or when it is gone. */
export function findByEndpoint(world: AwsWorld, region: string, id: string): KubernetesCluster | undefined {
  const eks = [...eksClusters(world, region).values()].find((each) => each.id === id);
  return eks && lifecycleStatus(world, eks) === 'ACTIVE' ? kubernetesOf(world, eks) : undefined;
}

export const objectKey = (kind: string, namespace: string | undefined, name: string): string =>
  `${kind}/${namespace ?? ''}/${name}`;

export type NewObject = Omit<KubernetesObject, 'metadata'> & {
  apiVersion: string;
  kind: string;
  metadata: Partial<ObjectMeta> & { name: string };
};

/** Creates an object, or replaces what a manifest says about an existing one; identity and age stay. */
export function putObject(world: AwsWorld, cluster: KubernetesCluster, made: NewObject): KubernetesObject {
  const { name, namespace } = made.metadata;
  const key = objectKey(made.kind, namespace, name);
  const existing = cluster.objects.get(key);
  const stored: KubernetesObject = {
    ...made,
    metadata: {
      ...made.metadata,
      uid: existing?.metadata.uid ?? randomUUID(),
      creationTimestamp: existing?.metadata.creationTimestamp ?? timestamp(world.clock.now()),
    },
  };
  cluster.objects.set(key, stored);
  return stored;
}

/** Kubernetes writes times without fractions of a second. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

export const findObject = (
  cluster: KubernetesCluster,
  kind: string,
  namespace: string | undefined,
  name: string,
): KubernetesObject | undefined => cluster.objects.get(objectKey(kind, namespace, name));

/** All objects of a kind, in all namespaces unless one is given. */
export const objectsOfKind = (cluster: KubernetesCluster, kind: string, namespace?: string): KubernetesObject[] =>
  [...cluster.objects.values()].filter(
    (each) => each.kind === kind && (namespace === undefined || each.metadata.namespace === namespace),
  );
