import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';
import { isPast } from '../ec2/ec2-state.ts';

/** A resource with a creation and a deletion that take time. */
export type Lifecycle = { createdAt: Date; readyAt: Date; goneAt?: Date };

export type Taint = { key: string; value: string; effect: 'NO_SCHEDULE' | 'PREFER_NO_SCHEDULE' | 'NO_EXECUTE' };

export type Nodegroup = Lifecycle & {
  readonly name: string;
  /** Kubernetes version of its machines; an update of the cluster leaves it. */
  version: string;
  readonly arn: string;
  nodeRole: string;
  subnetIds: string[];
  instanceTypes: string[];
  amiType: string;
  capacityType: string;
  diskSize: number | undefined;
  labels: Record<string, string>;
  taints: Taint[];
  /** The Auto Scaling group EKS made for it. */
  autoScalingGroup: string;
  launchTemplate: { id: string | undefined; name: string | undefined; version: string | undefined };
  /** A launch template EKS made itself, because none was given. */
  ownLaunchTemplateId: string | undefined;
  tags: Record<string, string>;
};

export type Addon = Lifecycle & {
  readonly name: string;
  readonly arn: string;
  version: string;
  /** JSON or YAML text. */
  configurationValues: string | undefined;
  serviceAccountRoleArn: string | undefined;
  tags: Record<string, string>;
};

export type AccessPolicy = { policyArn: string; scope: { type: 'cluster' | 'namespace'; namespaces: string[] } };

export type AccessEntry = {
  readonly principalArn: string;
  readonly arn: string;
  type: string;
  kubernetesGroups: string[];
  username: string;
  policies: AccessPolicy[];
  tags: Record<string, string>;
  createdAt: Date;
};

export type PodIdentityAssociation = {
  readonly id: string;
  readonly arn: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  /** The add-on that brought it, if one did. */
  ownerArn: string | undefined;
  tags: Record<string, string>;
  createdAt: Date;
};

export type Cluster = Lifecycle & {
  readonly name: string;
  readonly arn: string;
  /** 32 upper-case hexadecimal digits that tell this cluster from others of its name; part of the endpoint. */
  readonly id: string;
  readonly region: string;
  version: string;
  roleArn: string;
  endpoint: string;
  certificateAuthority: string;
  vpcId: string;
  subnetIds: string[];
  groupIds: string[];
  clusterGroupId: string;
  interfaceIds: string[];
  endpointPublicAccess: boolean;
  endpointPrivateAccess: boolean;
  publicAccessCidrs: string[];
  authenticationMode: 'API' | 'API_AND_CONFIG_MAP' | 'CONFIG_MAP';
  supportType: 'STANDARD' | 'EXTENDED';
  deletionProtection: boolean;
  /** Whether EKS put its own VPC CNI, CoreDNS and kube-proxy into the cluster. */
  selfManagedAddons: boolean;
  enabledLogTypes: string[];
  tags: Record<string, string>;
  nodegroups: Map<string, Nodegroup>;
  addons: Map<string, Addon>;
  accessEntries: Map<string, AccessEntry>;
  podIdentities: Map<string, PodIdentityAssociation>;
};

const eksStateKey: StateKey<Map<string, Cluster>> = { id: 'eks', create: () => new Map() };

/** The region's clusters by name, without those, and their parts, whose deletion has finished. */
export function eksClusters(world: AwsWorld, region: string): Map<string, Cluster> {
  const clusters = world.state(eksStateKey, region);
  dropGone(world, clusters);
  for (const { nodegroups, addons } of clusters.values()) {
    dropGone(world, nodegroups);
    dropGone(world, addons);
  }
  return clusters;
}

function dropGone(world: AwsWorld, resources: Map<string, Lifecycle>): void {
  for (const [name, { goneAt }] of resources) if (goneAt !== undefined && isPast(world, goneAt)) resources.delete(name);
}

/** `CREATING`, `ACTIVE` or `DELETING`, which clusters, node groups and add-ons have in common. */
export function lifecycleStatus(world: AwsWorld, { readyAt, goneAt }: Lifecycle): 'CREATING' | 'ACTIVE' | 'DELETING' {
  if (goneAt !== undefined) return 'DELETING';
  return isPast(world, readyAt) ? 'ACTIVE' : 'CREATING';
}

/** @throws AwsError ResourceNotFoundException (404) */
export function findCluster(world: AwsWorld, region: string, name: string | undefined): Cluster {
  const cluster = eksClusters(world, region).get(name ?? '');
  if (!cluster) throw new AwsError('ResourceNotFoundException', `No cluster found for name: ${name}.`, 404);
  return cluster;
}

/**
 * A cluster that takes changes.
 * @throws AwsError ResourceNotFoundException, InvalidRequestException while it is created or deleted
 */
export function findActiveCluster(world: AwsWorld, region: string, name: string | undefined): Cluster {
  const cluster = findCluster(world, region, name);
  if (lifecycleStatus(world, cluster) !== 'ACTIVE') {
    throw new AwsError('InvalidRequestException', `Cluster '${name}' is not in ACTIVE status`);
  }
  return cluster;
}

/** @throws AwsError InvalidParameterException */
export function refuseParameter(message: string): never {
  throw new AwsError('InvalidParameterException', message);
}
