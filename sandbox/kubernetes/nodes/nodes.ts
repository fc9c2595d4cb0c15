import {
  type AutoScalingGroup,
  autoScalingGroups,
  instancesOf,
} from '../../aws/services/auto-scaling/auto-scaling-state.ts';
import type { Instance } from '../../aws/services/ec2/ec2-resource.ts';
import { isPast } from '../../aws/services/ec2/ec2-state.ts';
import { findInstanceType } from '../../aws/services/ec2/instance-types.ts';
import { hasNetworkPlugin } from '../../aws/services/eks/addons.ts';
import type { Cluster, Nodegroup, Taint } from '../../aws/services/eks/eks-state.ts';
import { iam } from '../../aws/services/iam/iam-state.ts';
import type { AwsWorld } from '../../aws/world.ts';
import { type NodeTaint, readNodeConfig } from './node-config.ts';

export type Node = {
  name: string;
  instanceId: string;
  zone: string;
  labels: Record<string, string>;
  taints: NodeTaint[];
  /** When it is ready for pods, which may be in the future. */
  readyAt: Date;
  virtualCpus: number;
  memoryBytes: number;
  group: AutoScalingGroup;
};

/** Virtual seconds from `running` until the kubelet has joined and the node is ready. */
const JOIN_SECONDS = 60;

const EFFECTS: Readonly<Record<Taint['effect'], string>> = {
  NO_SCHEDULE: 'NoSchedule',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
  NO_EXECUTE: 'NoExecute',
};

/** The instances that belong to a cluster, ready or on their way; none becomes ready without a network plugin. */
export function nodesOf(world: AwsWorld, cluster: Cluster): Node[] {
  return [...managedNodes(world, cluster), ...selfManagedNodes(world, cluster)];
}

/** The nodes that take pods now. */
export const readyNodes = (world: AwsWorld, cluster: Cluster): Node[] =>
  hasNetworkPlugin(world, cluster) ? nodesOf(world, cluster).filter(({ readyAt }) => isPast(world, readyAt)) : [];

function managedNodes(world: AwsWorld, cluster: Cluster): Node[] {
  const groups = autoScalingGroups(world, cluster.region);
  return [...cluster.nodegroups.values()].flatMap((nodegroup) => {
    const group = groups.get(nodegroup.autoScalingGroup);
    if (!group) return [];
    const settings = managedSettings(nodegroup);
    return instancesOf(world, cluster.region, group).map((instance) => toNode(instance, group, settings));
  });
}

/** Labels and taints that nodes of a managed node group have. */
export const managedSettings = (nodegroup: Nodegroup): { labels: Record<string, string>; taints: NodeTaint[] } => ({
  labels: {
    ...nodegroup.labels,
    'eks.amazonaws.com/nodegroup': nodegroup.name,
    'eks.amazonaws.com/capacityType': nodegroup.capacityType,
  },
  taints: nodegroup.taints.map(({ key, value, effect }) => ({ key, value, effect: EFFECTS[effect] })),
});

/**
 * An instance of any other group is a node when its user data names the cluster and its role has an access entry for
 * nodes (eks/latest/userguide/creating-access-entries.html, type EC2_LINUX); otherwise it never joins.
 */
function selfManagedNodes(world: AwsWorld, cluster: Cluster): Node[] {
  const managed = new Set([...cluster.nodegroups.values()].map(({ autoScalingGroup }) => autoScalingGroup));
  const groups = [...autoScalingGroups(world, cluster.region).values()].filter(({ name }) => !managed.has(name));
  return groups.flatMap((group) =>
    instancesOf(world, cluster.region, group).flatMap((instance) => {
      const config = readNodeConfig(instance.userData);
      if (config?.clusterName !== cluster.name || instance.vpcId !== cluster.vpcId) return [];
      return mayJoin(world, cluster, instance) ? [toNode(instance, group, config)] : [];
    }),
  );
}

function mayJoin(world: AwsWorld, cluster: Cluster, instance: Instance): boolean {
  const { instanceProfiles, roles } = iam(world);
  const profile = [...instanceProfiles.values()].find(
    ({ arn, name }) => arn === instance.instanceProfile || name === instance.instanceProfile,
  );
  const role = roles.get(profile?.roleName ?? '');
  return role !== undefined && cluster.accessEntries.get(role.arn)?.type === 'EC2_LINUX';
}

function toNode(
  instance: Instance,
  group: AutoScalingGroup,
  settings: { labels: Record<string, string>; taints: NodeTaint[] },
): Node {
  const type = findInstanceType(instance.instanceType);
  const region = instance.zone.slice(0, -1);
  const name = `ip-${instance.privateIp.replaceAll('.', '-')}.${region}.compute.internal`;
  return {
    name,
    instanceId: instance.id,
    zone: instance.zone,
    labels: { ...nodeLabels(instance.instanceType, instance.zone), 'kubernetes.io/hostname': name, ...settings.labels },
    taints: settings.taints,
    readyAt: new Date(instance.runningAt.getTime() + JOIN_SECONDS * 1000),
    virtualCpus: type?.virtualCpus ?? 0,
    memoryBytes: (type?.memoryMib ?? 0) * 2 ** 20,
    group,
  };
}

/** Labels every node has (kubernetes.io/docs/reference/labels-annotations-taints). */
export const nodeLabels = (instanceType: string, zone: string): Record<string, string> => ({
  'kubernetes.io/os': 'linux',
  'kubernetes.io/arch': findInstanceType(instanceType)?.architecture === 'arm64' ? 'arm64' : 'amd64',
  'node.kubernetes.io/instance-type': instanceType,
  'topology.kubernetes.io/region': zone.slice(0, -1),
  'topology.kubernetes.io/zone': zone,
  'topology.ebs.csi.aws.com/zone': zone,
});
