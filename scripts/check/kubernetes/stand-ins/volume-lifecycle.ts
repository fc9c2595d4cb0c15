import type { KubernetesObject } from '../api-client.ts';

export type Claim = KubernetesObject & {
  spec?: {
    storageClassName?: string;
    volumeName?: string;
    accessModes?: string[];
    volumeMode?: string;
    resources?: { requests?: { storage?: string } };
  };
  status?: { phase?: string };
};

export type StorageClass = KubernetesObject & { provisioner: string; reclaimPolicy?: string };

export type Volume = KubernetesObject & {
  spec?: { persistentVolumeReclaimPolicy?: string; csi?: { driver?: string } };
  status?: { phase?: string };
};

/** The driver whose volumes are stood in for: that of Amazon EBS. */
export const driver = 'ebs.csi.aws.com';

const zoneLabel = 'topology.kubernetes.io/zone';

/**
 * The volume that a driver makes for a claim: once the scheduler has found a node for the first pod that wants it.
 * @returns undefined while there is nothing to make
 */
export function volumeFor(claim: Claim, storageClass: StorageClass, zone: string): Volume | undefined {
  const { metadata, spec = {}, status } = claim;
  const { name, namespace = '', uid = '', annotations = {} } = metadata;
  if (spec.volumeName !== undefined || metadata.deletionTimestamp !== undefined) return undefined;
  if ((status?.phase ?? 'Pending') !== 'Pending' || storageClass.provisioner !== driver) return undefined;
  if (annotations['volume.kubernetes.io/selected-node'] === undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': driver } },
    spec: {
      capacity: { storage: spec.resources?.requests?.storage ?? '1Gi' },
      accessModes: spec.accessModes ?? ['ReadWriteOnce'],
      volumeMode: spec.volumeMode ?? 'Filesystem',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      csi: { driver, volumeHandle: `vol-${uid.replaceAll('-', '').slice(0, 17)}`, fsType: 'ext4' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }] }] },
      },
    } as Volume['spec'],
  } as Volume;
}

/** Whether the driver deletes a volume: its claim is gone and its class says so. */
export function isVolumeToDelete({ spec = {}, status, metadata }: Volume): boolean {
  return (
    status?.phase === 'Released' &&
    spec.persistentVolumeReclaimPolicy === 'Delete' &&
    metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === driver &&
    metadata.deletionTimestamp === undefined
  );
}
