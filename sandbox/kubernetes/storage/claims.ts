import { ec2State } from '../../aws/services/ec2/ec2-state.ts';
import { deleteWhenFree, makeVolume } from '../../aws/services/ec2/volumes.ts';
import { hasActiveAddon } from '../../aws/services/eks/addons.ts';
import type { AwsWorld } from '../../aws/world.ts';
import {
  findObject,
  type KubernetesCluster,
  type KubernetesObject,
  objectKey,
  objectsOfKind,
  putObject,
} from '../cluster-state.ts';
import { claimNames, type PodSpec } from '../nodes/pod-spec.ts';
import { toGib } from '../quantity.ts';
import { classFor } from './storage-classes.ts';
import { volumeTags } from './volume-tags.ts';

const CSI_DRIVER = 'ebs.csi.aws.com';
/** In-tree provisioner names are served by the CSI driver (kubernetes.io/docs/concepts/storage/volumes, CSIMigration). */
const PROVISIONERS: readonly string[] = [CSI_DRIVER, 'kubernetes.io/aws-ebs'];

export type ClaimSpec = {
  accessModes?: string[];
  storageClassName?: string | null;
  volumeName?: string;
  resources?: { requests?: { storage?: unknown } };
};
type VolumeSpec = {
  capacity?: { storage?: unknown };
  csi?: { driver?: string; volumeHandle?: string };
  claimRef?: { name?: string; namespace?: string };
  persistentVolumeReclaimPolicy?: string;
};

export const claimSpec = (claim: KubernetesObject): ClaimSpec => (claim['spec'] ?? {}) as ClaimSpec;
export const volumeSpec = (volume: KubernetesObject): VolumeSpec => (volume['spec'] ?? {}) as VolumeSpec;

/** The EBS volume behind a claim; undefined while it is not bound. */
export function volumeIdOf(cluster: KubernetesCluster, claim: KubernetesObject): string | undefined {
  const name = claimSpec(claim).volumeName;
  const volume = name === undefined ? undefined : findObject(cluster, 'PersistentVolume', undefined, name);
  return volume && volumeSpec(volume).csi?.volumeHandle;
}

/** What a pod's claims say about where it can run: a problem, or the zone of the volumes that exist already. */
export type ClaimsAnswer = { problem: string } | { claims: KubernetesObject[]; zone: string | undefined };

/** Looks at the claims of a pod before it is scheduled. */
export function lookAtClaims(
  world: AwsWorld,
  cluster: KubernetesCluster,
  namespace: string,
  spec: PodSpec,
): ClaimsAnswer {
  const claims: KubernetesObject[] = [];
  let zone: string | undefined;
  for (const name of claimNames(spec)) {
    const claim = findObject(cluster, 'PersistentVolumeClaim', namespace, name);
    if (!claim) return { problem: `persistentvolumeclaim "${name}" not found` };
    if (claim.metadata.deletionTimestamp !== undefined)
      return { problem: `persistentvolumeclaim "${name}" is being deleted` };
    const volumeId = volumeIdOf(cluster, claim);
    const volume = volumeId === undefined ? undefined : ec2State(world, cluster.eks.region).volume.get(volumeId);
    if (volumeId !== undefined && !volume) return { problem: `volume ${volumeId} of claim "${name}" does not exist` };
    const problem = volume ? undefined : provisioningProblem(world, cluster, claim);
    if (problem !== undefined) return { problem };
    zone ??= volume?.zone;
    if (volume && volume.zone !== zone) return { problem: 'node(s) had volume node affinity conflict' };
    claims.push(claim);
  }
  return { claims, zone };
}

function provisioningProblem(world: AwsWorld, cluster: KubernetesCluster, claim: KubernetesObject): string | undefined {
  const { storageClassName, volumeName } = claimSpec(claim);
  const unbound = 'pod has unbound immediate PersistentVolumeClaims';
  if (volumeName !== undefined) return `${unbound}: volume "${volumeName}" not found`;
  const found = classFor(world, cluster, storageClassName ?? undefined);
  if (!found) {
    const missing = storageClassName
      ? `storageclass.storage.k8s.io "${storageClassName}" not found`
      : 'no persistent volumes available for this claim and no storage class is set';
    return `${unbound}: ${missing}`;
  }
  if (!PROVISIONERS.includes(found.provisioner) || !hasActiveAddon(world, cluster.eks, 'aws-ebs-csi-driver')) {
    return `Waiting for a volume to be created either by the external provisioner '${found.provisioner}' or manually by the system administrator.`;
  }
  if (!driverHasRole(world, cluster)) {
    return `failed to provision volume with StorageClass "${found.name}": rpc error: code = Internal desc = Could not create volume: no EC2 credentials for service account kube-system/ebs-csi-controller-sa`;
  }
  return undefined;
}

/** The driver needs a role of its own: pod identity with its agent, or IRSA (eks/latest/userguide/ebs-csi.html). */
function driverHasRole(world: AwsWorld, { eks }: KubernetesCluster): boolean {
  if (eks.addons.get('aws-ebs-csi-driver')?.serviceAccountRoleArn !== undefined) return true;
  return hasPodIdentity(world, eks, 'kube-system', 'ebs-csi-controller-sa');
}

/** Whether pods of a service account get credentials from EKS Pod Identity (eks/latest/userguide/pod-identities.html). */
export const hasPodIdentity = (
  world: AwsWorld,
  eks: KubernetesCluster['eks'],
  namespace: string,
  serviceAccount: string,
): boolean =>
  hasActiveAddon(world, eks, 'eks-pod-identity-agent') &&
  [...eks.podIdentities.values()].some(
    (each) => each.namespace === namespace && each.serviceAccount === serviceAccount,
  );

/** Makes the volumes that a pod's claims lack, in the zone of the node it goes to (WaitForFirstConsumer). */
export function bindClaims(
  world: AwsWorld,
  cluster: KubernetesCluster,
  claims: readonly KubernetesObject[],
  zone: string,
): void {
  for (const claim of claims) if (volumeIdOf(cluster, claim) === undefined) provision(world, cluster, claim, zone);
}

function provision(world: AwsWorld, cluster: KubernetesCluster, claim: KubernetesObject, zone: string): void {
  const spec = claimSpec(claim);
  const { name, namespace = 'default', uid } = claim.metadata;
  const found = classFor(world, cluster, spec.storageClassName ?? undefined);
  if (!found) return;
  const volumeName = `pvc-${uid}`;
  const { parameters } = found;
  const volume = makeVolume(world, cluster.eks.region, {
    zone,
    sizeGib: toGib(spec.resources?.requests?.storage ?? '1Gi'),
    volumeType: parameters['type'] ?? 'gp3',
    encrypted: parameters['encrypted'] === 'true',
    iops: parameters['iops'] === undefined ? undefined : Number(parameters['iops']),
    throughput: parameters['throughput'] === undefined ? undefined : Number(parameters['throughput']),
    tags: volumeTags(cluster.eks, { claimName: name, namespace, volumeName }, parameters),
  });
  putObject(world, cluster, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName, annotations: { 'pv.kubernetes.io/provisioned-by': CSI_DRIVER } },
    spec: {
      capacity: { storage: `${volume.sizeGib}Gi` },
      accessModes: spec.accessModes ?? ['ReadWriteOnce'],
      csi: { driver: CSI_DRIVER, volumeHandle: volume.id },
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid },
      persistentVolumeReclaimPolicy: found.reclaimPolicy,
      storageClassName: found.name,
    },
  });
  claim['spec'] = { ...spec, storageClassName: found.name, volumeName };
}

/** Pods that mount a claim; while there are any, a deleted claim stays (pvc-protection finalizer). */
const usersOfClaim = (cluster: KubernetesCluster, claim: KubernetesObject): KubernetesObject[] =>
  objectsOfKind(cluster, 'Pod', claim.metadata.namespace).filter((pod) =>
    claimNames((pod['spec'] ?? {}) as PodSpec).includes(claim.metadata.name),
  );

/**
 * Finishes the deletion of claims that nothing mounts any more. The volume goes with its claim unless the reclaim
 * policy is Retain (kubernetes.io/docs/concepts/storage/persistent-volumes, Reclaiming).
 */
export function removeReleasedClaims(world: AwsWorld, cluster: KubernetesCluster): void {
  for (const claim of objectsOfKind(cluster, 'PersistentVolumeClaim')) {
    if (claim.metadata.deletionTimestamp === undefined || usersOfClaim(cluster, claim).length > 0) continue;
    reclaim(world, cluster, claim);
    cluster.objects.delete(objectKey(claim.kind, claim.metadata.namespace, claim.metadata.name));
    cluster.hubDatabases.delete(claim.metadata.uid);
  }
}

/** Lets the driver delete the volume, as soon as it is detached. */
function reclaim(world: AwsWorld, cluster: KubernetesCluster, claim: KubernetesObject): void {
  const { volumeName } = claimSpec(claim);
  const persistent =
    volumeName === undefined ? undefined : findObject(cluster, 'PersistentVolume', undefined, volumeName);
  if (!persistent || volumeSpec(persistent).persistentVolumeReclaimPolicy !== 'Delete') return;
  deleteWhenFree(world, cluster.eks.region, volumeSpec(persistent).csi?.volumeHandle ?? '');
  cluster.objects.delete(objectKey('PersistentVolume', undefined, persistent.metadata.name));
}
