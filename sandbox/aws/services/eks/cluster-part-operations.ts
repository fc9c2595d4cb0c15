import type {
  AddonVersionInfo,
  DescribeAccessEntryRequest,
  DescribeAccessEntryResponse,
  DescribeAddonRequest,
  DescribeAddonResponse,
  DescribeAddonVersionsRequest,
  DescribeAddonVersionsResponse,
  DescribeNodegroupRequest,
  DescribeNodegroupResponse,
  ListAccessEntriesRequest,
  ListAccessEntriesResponse,
  ListAddonsRequest,
  ListAddonsResponse,
  ListAssociatedAccessPoliciesRequest,
  ListAssociatedAccessPoliciesResponse,
  ListNodegroupsRequest,
  ListNodegroupsResponse,
  ListPodIdentityAssociationsRequest,
  ListPodIdentityAssociationsResponse,
  Nodegroup as SdkNodegroup,
  UpdateNodegroupConfigRequest,
  UpdateNodegroupConfigResponse,
} from '@aws-sdk/client-eks';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { findGroup, setDesiredCapacity } from '../auto-scaling/auto-scaling-state.ts';
import { defaultAddonVersions } from './addons.ts';
import { eksPage, finishedUpdate } from './cluster-operations.ts';
import { allClusterVersions, supportStatus } from './cluster-versions.ts';
import { type AccessEntry, type Cluster, findCluster, lifecycleStatus, type Nodegroup } from './eks-state.ts';
import { checkSizes } from './nodegroup-rules.ts';
import { checkLabels } from './nodegroups.ts';

function listNodegroups(input: ListNodegroupsRequest, { world, region }: CallContext): ListNodegroupsResponse {
  const { page, nextToken } = eksPage([...findCluster(world, region, input.clusterName).nodegroups.keys()], input);
  return { nodegroups: page, nextToken };
}

function findNodegroup(cluster: Cluster, name: string | undefined): Nodegroup {
  const nodegroup = cluster.nodegroups.get(name ?? '');
  if (!nodegroup) throw new AwsError('ResourceNotFoundException', `No node group found for name: ${name}.`, 404);
  return nodegroup;
}

function describeNodegroup(input: DescribeNodegroupRequest, { world, region }: CallContext): DescribeNodegroupResponse {
  const cluster = findCluster(world, region, input.clusterName);
  return { nodegroup: toSdkNodegroup(world, cluster, findNodegroup(cluster, input.nodegroupName)) };
}

function toSdkNodegroup(world: AwsWorld, cluster: Cluster, nodegroup: Nodegroup): SdkNodegroup {
  const group = findGroup(world, cluster.region, nodegroup.autoScalingGroup);
  const { id, name, version } = nodegroup.launchTemplate;
  return {
    nodegroupName: nodegroup.name,
    nodegroupArn: nodegroup.arn,
    clusterName: cluster.name,
    version: nodegroup.version,
    createdAt: nodegroup.createdAt,
    status: lifecycleStatus(world, nodegroup),
    capacityType: nodegroup.capacityType as NonNullable<SdkNodegroup['capacityType']>,
    scalingConfig: { minSize: group.minSize, maxSize: group.maxSize, desiredSize: group.desiredCapacity },
    instanceTypes: nodegroup.instanceTypes,
    subnets: nodegroup.subnetIds,
    amiType: nodegroup.amiType as NonNullable<SdkNodegroup['amiType']>,
    nodeRole: nodegroup.nodeRole,
    labels: nodegroup.labels,
    taints: nodegroup.taints,
    resources: { autoScalingGroups: [{ name: group.name }] },
    ...(nodegroup.ownLaunchTemplateId === undefined ? { launchTemplate: { id, name, version } } : {}),
    health: { issues: [] },
    tags: nodegroup.tags,
  };
}

function updateNodegroupConfig(
  input: UpdateNodegroupConfigRequest,
  { world, region }: CallContext,
): UpdateNodegroupConfigResponse {
  const cluster = findCluster(world, region, input.clusterName);
  const nodegroup = findNodegroup(cluster, input.nodegroupName);
  const added = input.labels?.addOrUpdateLabels ?? {};
  checkLabels(added);
  const removed = input.labels?.removeLabels ?? [];
  const kept = Object.entries(nodegroup.labels).filter(([key]) => !removed.includes(key));
  nodegroup.labels = { ...Object.fromEntries(kept), ...added };
  if (input.scalingConfig) {
    const group = findGroup(world, region, nodegroup.autoScalingGroup);
    const {
      minSize = group.minSize,
      maxSize = group.maxSize,
      desiredSize = group.desiredCapacity,
    } = input.scalingConfig;
    checkSizes({ minSize, maxSize, desiredSize });
    Object.assign(group, { minSize, maxSize });
    setDesiredCapacity(world, region, group, desiredSize);
  }
  return { update: finishedUpdate(world, 'ConfigUpdate') };
}

function listAddons(input: ListAddonsRequest, { world, region }: CallContext): ListAddonsResponse {
  const { page, nextToken } = eksPage([...findCluster(world, region, input.clusterName).addons.keys()], input);
  return { addons: page, nextToken };
}

function describeAddon(input: DescribeAddonRequest, { world, region }: CallContext): DescribeAddonResponse {
  const cluster = findCluster(world, region, input.clusterName);
  const addon = cluster.addons.get(input.addonName ?? '');
  if (!addon)
    throw new AwsError(
      'ResourceNotFoundException',
      `No addon: ${input.addonName} found in cluster: ${cluster.name}`,
      404,
    );
  return {
    addon: {
      addonName: addon.name,
      addonArn: addon.arn,
      addonVersion: addon.version,
      clusterName: cluster.name,
      status: lifecycleStatus(world, addon),
      configurationValues: addon.configurationValues,
      serviceAccountRoleArn: addon.serviceAccountRoleArn,
      podIdentityAssociations: [...cluster.podIdentities.values()]
        .filter(({ ownerArn }) => ownerArn === addon.arn)
        .map(({ arn }) => arn),
      createdAt: addon.createdAt,
      modifiedAt: addon.createdAt,
      health: { issues: [] },
      tags: addon.tags,
    },
  };
}

function describeAddonVersions(
  input: DescribeAddonVersionsRequest,
  { world }: CallContext,
): DescribeAddonVersionsResponse {
  const supported = allClusterVersions().filter((version) => supportStatus(world, version) !== 'UNSUPPORTED');
  const wanted = supported.filter(
    ({ version }) => input.kubernetesVersion === undefined || input.kubernetesVersion === version,
  );
  const names = Object.keys(defaultAddonVersions('')).filter(
    (name) => input.addonName === undefined || name === input.addonName,
  );
  const addons = names.map((addonName) => ({
    addonName,
    type: 'networking',
    owner: 'aws',
    publisher: 'eks',
    addonVersions: addonVersions(
      addonName,
      wanted.map(({ version }) => version),
    ),
  }));
  const { page, nextToken } = eksPage(addons, input);
  return { addons: page, nextToken };
}

/** Every version with the clusters' versions that it is the default of. */
function addonVersions(name: string, clusterVersions: readonly string[]): AddonVersionInfo[] {
  const byVersion = Map.groupBy(clusterVersions, (version) => defaultAddonVersions(version)[name] ?? '');
  return [...byVersion].map(([addonVersion, versions]) => ({
    addonVersion,
    architecture: ['amd64', 'arm64'],
    compatibilities: versions.map((clusterVersion) => ({
      clusterVersion,
      platformVersions: ['*'],
      defaultVersion: true,
    })),
  }));
}

function listAccessEntries(input: ListAccessEntriesRequest, { world, region }: CallContext): ListAccessEntriesResponse {
  const entries = [...findCluster(world, region, input.clusterName).accessEntries.values()];
  const wanted = entries.filter(
    ({ policies }) =>
      input.associatedPolicyArn === undefined ||
      policies.some(({ policyArn }) => policyArn === input.associatedPolicyArn),
  );
  const { page, nextToken } = eksPage(wanted, input);
  return { accessEntries: page.map(({ principalArn }) => principalArn), nextToken };
}

function findEntry(cluster: Cluster, principalArn: string | undefined): AccessEntry {
  const entry = cluster.accessEntries.get(principalArn ?? '');
  if (!entry)
    throw new AwsError(
      'ResourceNotFoundException',
      `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`,
      404,
    );
  return entry;
}

function describeAccessEntry(
  input: DescribeAccessEntryRequest,
  { world, region }: CallContext,
): DescribeAccessEntryResponse {
  const cluster = findCluster(world, region, input.clusterName);
  const { policies: _policies, arn, ...entry } = findEntry(cluster, input.principalArn);
  return { accessEntry: { ...entry, clusterName: cluster.name, accessEntryArn: arn, modifiedAt: entry.createdAt } };
}

function listAssociatedAccessPolicies(
  input: ListAssociatedAccessPoliciesRequest,
  { world, region }: CallContext,
): ListAssociatedAccessPoliciesResponse {
  const cluster = findCluster(world, region, input.clusterName);
  const entry = findEntry(cluster, input.principalArn);
  const { page, nextToken } = eksPage(entry.policies, input);
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicies: page.map(({ policyArn, scope }) => ({ policyArn, accessScope: scope })),
    nextToken,
  };
}

function listPodIdentityAssociations(
  input: ListPodIdentityAssociationsRequest,
  { world, region }: CallContext,
): ListPodIdentityAssociationsResponse {
  const cluster = findCluster(world, region, input.clusterName);
  const wanted = [...cluster.podIdentities.values()]
    .filter(({ namespace }) => input.namespace === undefined || namespace === input.namespace)
    .filter(({ serviceAccount }) => input.serviceAccount === undefined || serviceAccount === input.serviceAccount);
  const { page, nextToken } = eksPage(wanted, input);
  return {
    associations: page.map(({ id, arn, namespace, serviceAccount, ownerArn }) => ({
      clusterName: cluster.name,
      associationId: id,
      associationArn: arn,
      namespace,
      serviceAccount,
      ownerArn,
    })),
    nextToken,
  };
}

/** EKS's operations on what belongs to a cluster. */
export const clusterPartOperations = {
  ListNodegroups: listNodegroups,
  DescribeNodegroup: describeNodegroup,
  UpdateNodegroupConfig: updateNodegroupConfig,
  ListAddons: listAddons,
  DescribeAddon: describeAddon,
  DescribeAddonVersions: describeAddonVersions,
  ListAccessEntries: listAccessEntries,
  DescribeAccessEntry: describeAccessEntry,
  ListAssociatedAccessPolicies: listAssociatedAccessPolicies,
  ListPodIdentityAssociations: listPodIdentityAssociations,
} satisfies Record<string, Operation>;
