import { hasActiveAddon, parseConfiguration } from '../../aws/services/eks/addons.ts';
import type { AwsWorld } from '../../aws/world.ts';
import { type KubernetesCluster, type KubernetesObject, objectsOfKind } from '../cluster-state.ts';

export type StorageClass = {
  name: string;
  isDefault: boolean;
  provisioner: string;
  reclaimPolicy: string;
  parameters: Record<string, string>;
};

const DEFAULT_ANNOTATION = 'storageclass.kubernetes.io/is-default-class';

/** The classes of the cluster, with the one the EBS CSI add-on makes when its `defaultStorageClass` is enabled. */
export function storageClasses(world: AwsWorld, cluster: KubernetesCluster): StorageClass[] {
  const own = objectsOfKind(cluster, 'StorageClass').map(toClass);
  const addon = cluster.eks.addons.get('aws-ebs-csi-driver');
  if (!addon || !hasActiveAddon(world, cluster.eks, addon.name)) return own;
  const { defaultStorageClass } = parseConfiguration(addon.configurationValues) as {
    defaultStorageClass?: { enabled?: unknown };
  };
  if (String(defaultStorageClass?.enabled) !== 'true') return own;
  return [
    ...own,
    {
      name: 'ebs-csi-default-sc',
      isDefault: true,
      provisioner: 'ebs.csi.aws.com',
      reclaimPolicy: 'Delete',
      parameters: {},
    },
  ];
}

function toClass(object: KubernetesObject): StorageClass {
  const parameters = (object['parameters'] ?? {}) as Record<string, unknown>;
  return {
    name: object.metadata.name,
    isDefault: object.metadata.annotations?.[DEFAULT_ANNOTATION] === 'true',
    provisioner: String(object['provisioner'] ?? ''),
    reclaimPolicy: String(object['reclaimPolicy'] ?? 'Delete'),
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, String(value)])),
  };
}

/** The class a claim gets: the one it names, else the default one; undefined when there is none. */
export function classFor(
  world: AwsWorld,
  cluster: KubernetesCluster,
  name: string | undefined,
): StorageClass | undefined {
  const classes = storageClasses(world, cluster);
  return name === undefined ? classes.find(({ isDefault }) => isDefault) : classes.find((each) => each.name === name);
}
