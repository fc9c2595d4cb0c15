import { isDeepStrictEqual } from 'node:util';
import { stringify } from '../../cloudformation/intrinsic.ts';
import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { findGroup, instancesOf, replaceInstance, setDesiredCapacity } from '../auto-scaling/auto-scaling-state.ts';
import {
  optionalInteger,
  optionalRecord,
  optionalText,
  type Properties,
  recordList,
  requiredText,
  textList,
} from '../ec2/property-values.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { hasNetworkPlugin } from './addons.ts';
import {
  type Cluster,
  eksClusters,
  findActiveCluster,
  type Nodegroup,
  refuseParameter,
  type Taint,
} from './eks-state.ts';
import { checkOneKindOfChange, checkSizes, type Scaling } from './nodegroup-rules.ts';
import { checkLabels, checkVersion, makeNodegroup, removeNodegroup } from './nodegroups.ts';

function createNodegroup(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::EKS::Nodegroup', properties, ['RemoteAccess', 'WarmPoolConfig']);
  const clusterName = requiredText(properties, 'ClusterName');
  const nodegroup = makeNodegroup(world, region, clusterName, {
    name: optionalText(properties, 'NodegroupName') ?? request.generateName({ maxLength: 63 }),
    nodeRole: requiredText(properties, 'NodeRole'),
    subnetIds: textList(properties, 'Subnets'),
    instanceTypes: textList(properties, 'InstanceTypes'),
    amiType: optionalText(properties, 'AmiType') ?? 'AL2023_x86_64_STANDARD',
    capacityType: optionalText(properties, 'CapacityType') ?? 'ON_DEMAND',
    diskSize: optionalInteger(properties, 'DiskSize'),
    labels: labelsOf(properties),
    taints: taintsOf(properties),
    version: optionalText(properties, 'Version'),
    scaling: scalingOf(properties, undefined),
    launchTemplate: templateOf(properties),
    tags: tagsOf(request),
  });
  return nodegroupState(nodegroup, clusterName);
}

/** `Labels` and `Tags` of a node group are maps. */
const labelsOf = (properties: Properties): Record<string, string> =>
  Object.fromEntries(Object.entries(optionalRecord(properties, 'Labels')).map(([key, value]) => [key, String(value)]));

const tagsOf = ({ properties, stackTags }: CreateRequest | UpdateRequest): Record<string, string> => ({
  ...stackTags,
  ...Object.fromEntries(Object.entries(optionalRecord(properties, 'Tags')).map(([key, value]) => [key, String(value)])),
});

function taintsOf(properties: Properties): Taint[] {
  return recordList(properties, 'Taints').map((taint) => {
    const effect = optionalText(taint, 'Effect');
    if (effect !== 'NO_SCHEDULE' && effect !== 'PREFER_NO_SCHEDULE' && effect !== 'NO_EXECUTE') {
      return refuseParameter(`Taint effect ${effect} is not one of [NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE]`);
    }
    return { key: requiredText(taint, 'Key'), value: optionalText(taint, 'Value') ?? '', effect };
  });
}

/**
 * Without a scaling configuration EKS makes one node, two at most; a new group needs all of its sizes or none, a group that
 * is there keeps its number of nodes without one (AWS::EKS::Nodegroup ScalingConfig; EKS API, NodegroupScalingConfig).
 */
function scalingOf(properties: Properties, current: number | undefined): Scaling {
  const scaling = optionalRecord(properties, 'ScalingConfig');
  const given = ['MinSize', 'MaxSize', 'DesiredSize'].filter((size) => scaling[size] !== undefined);
  if (current === undefined && given.length > 0 && given.length < 3) {
    return refuseParameter('A new node group needs minSize, maxSize and desiredSize, or none of them.');
  }
  const minSize = optionalInteger(scaling, 'MinSize') ?? 1;
  const maxSize = optionalInteger(scaling, 'MaxSize') ?? 2;
  return { minSize, maxSize, desiredSize: optionalInteger(scaling, 'DesiredSize') ?? current ?? minSize };
}

function templateOf(properties: Properties): Nodegroup['launchTemplate'] | undefined {
  if (properties['LaunchTemplate'] === undefined) return undefined;
  const template = optionalRecord(properties, 'LaunchTemplate');
  return {
    id: optionalText(template, 'Id'),
    name: optionalText(template, 'Name'),
    version: optionalText(template, 'Version'),
  };
}

/** `Ref` is the id, `CLUSTER/NODEGROUP` (AWS::EKS::Nodegroup, Return values). */
const nodegroupState = (nodegroup: Nodegroup, clusterName: string): ResourceState => ({
  physicalId: `${clusterName}/${nodegroup.name}`,
  attributes: {
    Arn: nodegroup.arn,
    Id: `${clusterName}/${nodegroup.name}`,
    ClusterName: clusterName,
    NodegroupName: nodegroup.name,
  },
});

const find = (
  { world, region }: ExistingRequest,
  physicalId: string,
): { cluster: Cluster; nodegroup: Nodegroup } | undefined => {
  const [clusterName = '', name = ''] = physicalId.split('/');
  const cluster = eksClusters(world, region).get(clusterName);
  const nodegroup = cluster?.nodegroups.get(name);
  return cluster && nodegroup ? { cluster, nodegroup } : undefined;
};

/**
 * Nodes without a network plugin never become ready, and the node group fails
 * (eks/latest/userguide/troubleshooting.html, NodeCreationFailure).
 */
function checkNodes(request: ExistingRequest): void {
  const found = find(request, request.physicalId);
  if (!found) return;
  const { desiredCapacity } = findGroup(request.world, request.region, found.nodegroup.autoScalingGroup);
  if (desiredCapacity > 0 && !hasNetworkPlugin(request.world, found.cluster)) {
    throw new AwsError(
      'NodeCreationFailure',
      'Unhealthy nodes in the kubernetes cluster: container runtime network not ready, cni plugin not initialized',
    );
  }
  found.nodegroup.readyAt = request.world.clock.now();
}

/**
 * The properties in which a node group differs from what an update wants of it; everything that is not here replaces the
 * group. What the sandbox does not keep is compared with what CloudFormation had before.
 */
function changedProperties(request: UpdateRequest, nodegroup: Nodegroup, current: Scaling): string[] {
  const { properties, previousProperties } = request;
  const pairs: Record<string, [before: unknown, after: unknown]> = {
    Version: [nodegroup.version, optionalText(properties, 'Version') ?? nodegroup.version],
    LaunchTemplate: [nodegroup.launchTemplate, templateOf(properties) ?? nodegroup.launchTemplate],
    ScalingConfig: [current, scalingOf(properties, current.desiredSize)],
    Labels: [nodegroup.labels, labelsOf(properties)],
    Taints: [nodegroup.taints, taintsOf(properties)],
    Tags: [nodegroup.tags, tagsOf(request)],
  };
  for (const name of ['ReleaseVersion', 'UpdateConfig', 'NodeRepairConfig']) {
    pairs[name] = [stringify(previousProperties[name]), stringify(properties[name])];
  }
  return Object.entries(pairs).flatMap(([name, [before, after]]) => (isDeepStrictEqual(before, after) ? [] : [name]));
}

function updateNodegroup(request: UpdateRequest): ResourceState {
  const { world, region, properties } = request;
  const found = find(request, request.physicalId);
  if (!found)
    throw new AwsError('ResourceNotFoundException', `No node group found for name: ${request.physicalId}.`, 404);
  findActiveCluster(world, region, found.cluster.name);
  const group = findGroup(world, region, found.nodegroup.autoScalingGroup);
  const { minSize: least, maxSize: most, desiredCapacity: now } = group;
  checkOneKindOfChange(
    changedProperties(request, found.nodegroup, { minSize: least, maxSize: most, desiredSize: now }),
  );
  const labels = labelsOf(properties);
  checkLabels(labels);
  const { minSize, maxSize, desiredSize } = scalingOf(properties, group.desiredCapacity);
  checkSizes({ minSize, maxSize, desiredSize });
  Object.assign(group, { minSize, maxSize });
  setDesiredCapacity(world, region, group, desiredSize);
  const launchTemplate = templateOf(properties) ?? found.nodegroup.launchTemplate;
  const version = optionalText(properties, 'Version') ?? found.nodegroup.version;
  checkVersion(found.cluster, version);
  const rolls =
    version !== found.nodegroup.version || JSON.stringify(launchTemplate) !== JSON.stringify(group.launchTemplate);
  group.launchTemplate = launchTemplate;
  found.nodegroup.version = version;
  // Another version of Kubernetes or the template replaces the nodes (eks/latest/userguide/update-managed-node-group.html).
  if (rolls) for (const { id } of instancesOf(world, region, group)) replaceInstance(world, region, group, id);
  Object.assign(found.nodegroup, { labels, taints: taintsOf(properties), launchTemplate, tags: tagsOf(request) });
  return nodegroupState(found.nodegroup, found.cluster.name);
}

/** The number of nodes is the autoscaler's to change (drift-aware-change-sets.html, "AWS-managed properties"). */
function readNodegroup(request: ExistingRequest): Record<string, unknown> | undefined {
  const { world, region, properties } = request;
  const found = find(request, request.physicalId);
  if (!found || found.nodegroup.goneAt !== undefined) return undefined;
  const { version, labels, taints, launchTemplate, autoScalingGroup } = found.nodegroup;
  const { minSize, maxSize } = findGroup(world, region, autoScalingGroup);
  return {
    Version: version,
    Labels: labels,
    Taints: taints,
    LaunchTemplate: launchTemplate,
    ScalingConfig: { ...optionalRecord(properties, 'ScalingConfig'), MinSize: minSize, MaxSize: maxSize },
  };
}

/** AWS::EKS::Nodegroup */
export const nodegroupResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EKS::Nodegroup',
    // Two to three minutes until nodes have joined; deletion drains them (eks/latest/userguide/delete-managed-node-group.html).
    seconds: { create: 180, update: 30, delete: 120 },
    create: createNodegroup,
    created: checkNodes,
    update: updateNodegroup,
    read: readNodegroup,
    delete: (request: ExistingRequest) => {
      const found = find(request, request.physicalId);
      if (found) removeNodegroup(request.world, request.region, found.cluster, found.nodegroup.name);
    },
  },
];
