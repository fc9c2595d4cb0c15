import { randomBytes } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { anyRule } from '../ec2/default-vpc.ts';
import { findById, MISSING } from '../ec2/describe-page.ts';
import { after, ec2State } from '../ec2/ec2-state.ts';
import { makeInterface, releaseInterface } from '../ec2/network-interfaces.ts';
import { makeGroup } from '../ec2/security-group-resource-types.ts';
import { findZone } from '../ec2/zones.ts';
import { quotaValue } from '../service-quotas/service-quotas-state.ts';
import { findClusterVersion } from './cluster-versions.ts';
import { type Cluster, eksClusters, refuseParameter } from './eks-state.ts';

/** Virtual seconds; a little less than CloudFormation takes to notice. */
const CLUSTER_SECONDS = { create: 590, delete: 290 };

export type NewCluster = Pick<
  Cluster,
  | 'name'
  | 'version'
  | 'roleArn'
  | 'subnetIds'
  | 'groupIds'
  | 'endpointPublicAccess'
  | 'endpointPrivateAccess'
  | 'publicAccessCidrs'
  | 'authenticationMode'
  | 'supportType'
  | 'deletionProtection'
  | 'selfManagedAddons'
  | 'enabledLogTypes'
  | 'tags'
>;

/**
 * CreateCluster (API_CreateCluster.html). Where AWS lets the caller into the cluster unasked
 * (BootstrapClusterCreatorAdminPermissions), the sandbox does not: only access entries open it.
 * @param made.endpointBase loopback URL under which the cluster's Kubernetes API is to be found
 * @throws AwsError InvalidParameterException, ResourceInUseException, ResourceLimitExceededException,
 *   UnsupportedAvailabilityZoneException
 */
export function makeCluster(world: AwsWorld, region: string, made: NewCluster, endpointBase: string): Cluster {
  const clusters = eksClusters(world, region);
  if (!/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(made.name)) {
    refuseParameter(
      `The cluster name '${made.name}' must match ^[0-9A-Za-z][A-Za-z0-9\\-_]*$ and have at most 100 characters`,
    );
  }
  if (clusters.has(made.name)) {
    throw new AwsError('ResourceInUseException', `Cluster already exists with name: ${made.name}`, 409);
  }
  // eks/latest/APIReference/API_CreateCluster.html, Errors
  if (clusters.size >= quotaValue(world, region, 'eks', 'L-1194D53C')) {
    throw new AwsError('ResourceLimitExceededException', 'Cluster limit exceeded');
  }
  if (!findClusterVersion(world, made.version)) refuseParameter(`unsupported Kubernetes version ${made.version}`);
  const vpcId = checkSubnets(world, region, made);
  const id = randomBytes(16).toString('hex').toUpperCase();
  const clusterGroupId = makeClusterGroup(world, region, { name: made.name, id, vpcId });
  const interfaceIds = makeControlPlaneInterfaces(world, region, made, { id, clusterGroupId });
  const cluster: Cluster = {
    ...made,
    id,
    region,
    arn: `arn:aws:eks:${region}:${world.accountId}:cluster/${made.name}`,
    endpoint: `${endpointBase}/${region}/${id}`,
    certificateAuthority: Buffer.from(`-----BEGIN CERTIFICATE-----\n${id}\n-----END CERTIFICATE-----\n`).toString(
      'base64',
    ),
    vpcId,
    clusterGroupId,
    interfaceIds,
    createdAt: world.clock.now(),
    readyAt: after(world, CLUSTER_SECONDS.create),
    nodegroups: new Map(),
    addons: new Map(),
    accessEntries: new Map(),
    podIdentities: new Map(),
  };
  clusters.set(made.name, cluster);
  return cluster;
}

/** The security group that EKS makes for control plane and nodes (eks/latest/userguide/sec-group-reqs.html). */
function makeClusterGroup(
  world: AwsWorld,
  region: string,
  { name, id, vpcId }: { name: string; id: string; vpcId: string },
): string {
  const group = makeGroup(world, region, {
    name: `eks-cluster-sg-${name}-${Number.parseInt(id.slice(0, 8), 16)}`,
    description:
      'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.',
    vpcId,
    tags: {
      Name: `eks-cluster-sg-${name}`,
      [`kubernetes.io/cluster/${name}`]: 'owned',
      'aws:eks:cluster-name': name,
    },
  });
  group.ingress.push(anyRule(group.id));
  return group.id;
}

function makeControlPlaneInterfaces(
  world: AwsWorld,
  region: string,
  made: NewCluster,
  { id, clusterGroupId }: { id: string; clusterGroupId: string },
): string[] {
  return made.subnetIds.slice(0, 2).map((subnetId) => {
    const held = makeInterface(world, region, {
      subnetId,
      groupIds: [clusterGroupId, ...made.groupIds],
      description: `Amazon EKS ${made.name}`,
      attachedTo: `ela-attach-${id}`,
      requesterManaged: true,
    });
    return held.id;
  });
}

/** Two zones, and none of those without control planes (eks/latest/userguide/network-reqs.html). Returns the VPC. */
function checkSubnets(world: AwsWorld, region: string, made: NewCluster): string {
  const state = ec2State(world, region);
  const subnets = made.subnetIds.map((id) => findById(state.subnet, id, MISSING.subnet));
  const [first] = subnets;
  if (!first || new Set(subnets.map(({ zone }) => zone)).size < 2) {
    return refuseParameter('Subnets specified must be in at least two different AZs');
  }
  if (subnets.some(({ vpcId }) => vpcId !== first.vpcId)) refuseParameter('Subnets must all belong to the same VPC');
  const unsupported = subnets.find(({ zone }) => findZone(region, zone).id === 'use1-az3');
  if (unsupported) {
    throw new AwsError(
      'UnsupportedAvailabilityZoneException',
      `Cannot create cluster '${made.name}' because ${unsupported.zone}, the targeted availability zone, does not currently have sufficient capacity to support the cluster.`,
    );
  }
  return first.vpcId;
}

/**
 * DeleteCluster (API_DeleteCluster.html); what is gone already is no error. Add-ons and access entries go with it.
 * @throws AwsError InvalidRequestException under deletion protection, ResourceInUseException with node groups
 */
export function removeCluster(world: AwsWorld, region: string, name: string): void {
  const cluster = eksClusters(world, region).get(name);
  if (!cluster || cluster.goneAt !== undefined) return;
  if (cluster.deletionProtection) {
    throw new AwsError(
      'InvalidRequestException',
      `Deletion protection is enabled on cluster ${name}. Disable it with UpdateClusterConfig before deleting the cluster.`,
    );
  }
  if (cluster.nodegroups.size > 0) {
    throw new AwsError('ResourceInUseException', 'Cluster has nodegroups attached', 409);
  }
  cluster.goneAt = after(world, CLUSTER_SECONDS.delete);
  for (const id of cluster.interfaceIds) releaseInterface(world, region, id, CLUSTER_SECONDS.delete);
  releaseClusterGroup(world, region, cluster, cluster.goneAt);
}

/** EKS deletes its security group unless an interface it does not own has it; then the group stays behind. */
function releaseClusterGroup(world: AwsWorld, region: string, cluster: Cluster, goneAt: Date): void {
  const { 'network-interface': interfaces, 'security-group': groups } = ec2State(world, region);
  const group = groups.get(cluster.clusterGroupId);
  const foreign = [...interfaces.values()].some(
    (held) => held.goneAt === undefined && held.groupIds.includes(cluster.clusterGroupId),
  );
  if (group && !foreign) group.goneAt = goneAt;
}
