import {
  type AutoScalingGroup,
  autoScalingGroups,
  instancesOf,
  setDesiredCapacity,
  terminateInGroup,
} from '../../aws/services/auto-scaling/auto-scaling-state.ts';
import { ec2State } from '../../aws/services/ec2/ec2-state.ts';
import { findInstanceType } from '../../aws/services/ec2/instance-types.ts';
import { findTemplateVersion } from '../../aws/services/ec2/launch-templates.ts';
import { optionalText } from '../../aws/services/ec2/property-values.ts';
import type { AwsWorld } from '../../aws/world.ts';
import type { KubernetesCluster } from '../cluster-state.ts';
import { parseTaint } from './node-config.ts';
import { managedSettings, type Node, nodeLabels, nodesOf } from './nodes.ts';
import { type PodSpec, requestsOf, selects, untolerated } from './pod-spec.ts';

/** A node that a group would add, as the Cluster Autoscaler imagines it. */
type NodeTemplate = Pick<Node, 'zone' | 'labels' | 'taints' | 'virtualCpus' | 'memoryBytes'>;

/** Default of `--scale-down-unneeded-time` (kubernetes/autoscaler, cluster-autoscaler FAQ). */
const UNNEEDED_MILLISECONDS = 600_000;
const NODE_TEMPLATE = 'k8s.io/cluster-autoscaler/node-template/';

/**
 * Adds a node for a pod that fits on none: the first group, found by its two discovery tags, whose nodes the pod would
 * fit on and that is not at its maximum. A group that already has a node on its way is left alone
 * (kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/README.md, "Auto-Discovery Setup").
 * @param zone where the pod's volumes are; undefined when it has none yet
 */
export function scaleUpFor(world: AwsWorld, cluster: KubernetesCluster, spec: PodSpec, zone: string | undefined): void {
  const { eks } = cluster;
  const fitting = discoveredGroups(world, cluster).filter((group) => {
    const template = templateOf(world, cluster, group);
    return template !== undefined && (zone === undefined || template.zone === zone) && fits(spec, template);
  });
  const onTheirWay = nodesOf(world, eks).filter(({ readyAt }) => readyAt > world.clock.now());
  if (fitting.some((group) => onTheirWay.some((node) => node.group === group))) return;
  const group = fitting.find(({ desiredCapacity, maxSize }) => desiredCapacity < maxSize);
  if (group) setDesiredCapacity(world, eks.region, group, group.desiredCapacity + 1);
}

function discoveredGroups(world: AwsWorld, cluster: KubernetesCluster): AutoScalingGroup[] {
  const wanted = discoveryTags(cluster, world.clock.now());
  if (wanted === undefined) return [];
  return [...autoScalingGroups(world, cluster.eks.region).values()].filter(
    ({ tags, goneAt }) => goneAt === undefined && wanted.every((tag) => tags.has(tag)),
  );
}

/** The tags that the running autoscaler looks for; undefined when none runs. */
function discoveryTags({ objects, podRuns }: KubernetesCluster, now: Date): string[] | undefined {
  for (const { kind, metadata, spec } of objects.values()) {
    const readyAt = kind === 'Pod' ? podRuns.get(metadata.uid)?.readyAt : undefined;
    if (readyAt === undefined || readyAt > now) continue;
    const command = (spec as PodSpec).containers?.[0]?.command ?? [];
    const option = command.find((argument) => argument.startsWith(DISCOVERY));
    if (option !== undefined) return option.slice(DISCOVERY.length).split(',');
  }
  return undefined;
}
const DISCOVERY = '--node-group-auto-discovery=asg:tag=';

/**
 * Labels and taints come from EKS for managed node groups, else from the group's node-template tags (same README,
 * "Auto-Discovery Setup" and "scaling a node group to 0").
 */
function templateOf(world: AwsWorld, { eks }: KubernetesCluster, group: AutoScalingGroup): NodeTemplate | undefined {
  const zone = ec2State(world, eks.region).subnet.get(group.subnetIds[0] ?? '')?.zone;
  const { data } = findTemplateVersion(world, eks.region, group.launchTemplate).version;
  const type = findInstanceType(group.instanceTypes[0] ?? optionalText(data, 'InstanceType') ?? '');
  if (zone === undefined || !type) return undefined;
  const nodegroup = [...eks.nodegroups.values()].find(({ autoScalingGroup }) => autoScalingGroup === group.name);
  const settings = nodegroup ? managedSettings(nodegroup) : taggedSettings(group);
  return {
    zone,
    labels: { ...nodeLabels(type.name, zone), ...settings.labels },
    taints: settings.taints,
    virtualCpus: type.virtualCpus,
    memoryBytes: type.memoryMib * 2 ** 20,
  };
}

function taggedSettings({ tags }: AutoScalingGroup): Pick<NodeTemplate, 'labels' | 'taints'> {
  const under = (prefix: string): [string, string][] =>
    [...tags].filter(([key]) => key.startsWith(prefix)).map(([key, { value }]) => [key.slice(prefix.length), value]);
  return {
    labels: Object.fromEntries(under(`${NODE_TEMPLATE}label/`)),
    taints: under(`${NODE_TEMPLATE}taint/`).map(([key, value]) => parseTaint(`${key}=${value}`)),
  };
}

/** Whether an empty node of that kind would take the pod. */
export function fits(spec: PodSpec, node: NodeTemplate): boolean {
  const { virtualCpus, memoryBytes } = requestsOf(spec);
  return (
    selects(spec, node.labels) &&
    untolerated(spec, node.taints) === undefined &&
    virtualCpus <= node.virtualCpus &&
    memoryBytes <= node.memoryBytes
  );
}

/** Ends nodes that had nothing to do for ten minutes, down to the groups' minimum. */
export function scaleDownIdle(world: AwsWorld, cluster: KubernetesCluster): void {
  const { eks, idleSince } = cluster;
  const busy = new Set([...cluster.podRuns.values()].flatMap(({ node }) => node?.instanceId ?? []));
  const scalable = new Set(discoveredGroups(world, cluster));
  const now = world.clock.now();
  for (const node of nodesOf(world, eks)) {
    if (busy.has(node.instanceId) || node.readyAt > now || !scalable.has(node.group)) {
      idleSince.delete(node.instanceId);
      continue;
    }
    const since = idleSince.get(node.instanceId) ?? now;
    idleSince.set(node.instanceId, since);
    const spare = instancesOf(world, eks.region, node.group).length > node.group.minSize;
    if (spare && now.getTime() - since.getTime() >= UNNEEDED_MILLISECONDS) {
      terminateInGroup(world, eks.region, node.group, node.instanceId);
    }
  }
}
