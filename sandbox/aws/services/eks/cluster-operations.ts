import { randomUUID } from 'node:crypto';
import type {
  ClusterVersionInformation,
  DescribeClusterRequest,
  DescribeClusterResponse,
  DescribeClusterVersionsRequest,
  DescribeClusterVersionsResponse,
  ListClustersRequest,
  ListClustersResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  LogType,
  Cluster as SdkCluster,
  TagResourceRequest,
  Update,
  UpdateClusterConfigRequest,
  UpdateClusterConfigResponse,
} from '@aws-sdk/client-eks';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { requestedTags } from '../requested-tags.ts';
import { tokenPage } from '../token-page.ts';
import { issuerOf } from './cluster-resource-types.ts';
import { allClusterVersions, defaultClusterVersion, supportStatus } from './cluster-versions.ts';
import { type Cluster, eksClusters, findActiveCluster, findCluster, lifecycleStatus } from './eks-state.ts';

/** EKS lists have pages of up to 100 (API_ListClusters.html). */
export const eksPage = <T>(
  entries: readonly T[],
  input: { maxResults?: number | undefined; nextToken?: string | undefined },
): { page: T[]; nextToken: string | undefined } =>
  tokenPage(entries, {
    size: Math.min(input.maxResults ?? 100, 100),
    token: input.nextToken,
    errorCode: 'InvalidParameterException',
  });

const describeCluster = (input: DescribeClusterRequest, { world, region }: CallContext): DescribeClusterResponse => ({
  cluster: toSdkCluster(world, findCluster(world, region, input.name)),
});

/** Endpoint and certificate appear only once the cluster is there (API_Cluster.html). */
function toSdkCluster(world: AwsWorld, cluster: Cluster): SdkCluster {
  const status = lifecycleStatus(world, cluster);
  const reachable =
    status === 'CREATING'
      ? {}
      : { endpoint: cluster.endpoint, certificateAuthority: { data: cluster.certificateAuthority } };
  const all: LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];
  return {
    name: cluster.name,
    arn: cluster.arn,
    createdAt: cluster.createdAt,
    version: cluster.version,
    platformVersion: 'eks.1',
    roleArn: cluster.roleArn,
    status,
    ...reachable,
    identity: { oidc: { issuer: issuerOf(cluster) } },
    resourcesVpcConfig: {
      vpcId: cluster.vpcId,
      subnetIds: cluster.subnetIds,
      securityGroupIds: cluster.groupIds,
      clusterSecurityGroupId: cluster.clusterGroupId,
      endpointPublicAccess: cluster.endpointPublicAccess,
      endpointPrivateAccess: cluster.endpointPrivateAccess,
      publicAccessCidrs: cluster.publicAccessCidrs,
    },
    accessConfig: { authenticationMode: cluster.authenticationMode, bootstrapClusterCreatorAdminPermissions: false },
    upgradePolicy: { supportType: cluster.supportType },
    deletionProtection: cluster.deletionProtection,
    logging: {
      clusterLogging: [
        { types: all.filter((type) => cluster.enabledLogTypes.includes(type)), enabled: true },
        { types: all.filter((type) => !cluster.enabledLogTypes.includes(type)), enabled: false },
      ],
    },
    health: { issues: [] },
    tags: cluster.tags,
  };
}

function listClusters(input: ListClustersRequest, { world, region }: CallContext): ListClustersResponse {
  const { page, nextToken } = eksPage([...eksClusters(world, region).keys()], input);
  return { clusters: page, nextToken };
}

/** Supported versions unless `includeAll`; filters by name, default and status (API_DescribeClusterVersions.html). */
function describeClusterVersions(
  input: DescribeClusterVersionsRequest,
  { world }: CallContext,
): DescribeClusterVersionsResponse {
  const described = allClusterVersions().map((version): ClusterVersionInformation => {
    const status = supportStatus(world, version);
    return {
      clusterVersion: version.version,
      clusterType: 'eks',
      defaultPlatformVersion: 'eks.1',
      defaultVersion: version.version === defaultClusterVersion(),
      releaseDate: version.releaseDate,
      endOfStandardSupportDate: version.endOfStandardSupport,
      endOfExtendedSupportDate: version.endOfExtendedSupport,
      status:
        status === 'UNSUPPORTED'
          ? 'unsupported'
          : status === 'STANDARD_SUPPORT'
            ? 'standard-support'
            : 'extended-support',
      versionStatus: status,
    };
  });
  const wanted = described
    .filter((each) => input.includeAll === true || each.versionStatus !== 'UNSUPPORTED')
    .filter((each) => input.clusterVersions?.includes(each.clusterVersion ?? '') ?? true)
    .filter((each) => input.defaultOnly !== true || each.defaultVersion)
    .filter((each) => input.versionStatus === undefined || each.versionStatus === input.versionStatus);
  const { page, nextToken } = eksPage(wanted, input);
  return { clusterVersions: page, nextToken };
}

/** One kind of change per call (API_UpdateClusterConfig.html). */
function updateClusterConfig(
  input: UpdateClusterConfigRequest,
  { world, region }: CallContext,
): UpdateClusterConfigResponse {
  const cluster = findActiveCluster(world, region, input.name);
  if (input.deletionProtection !== undefined) {
    cluster.deletionProtection = input.deletionProtection;
    return { update: finishedUpdate(world, 'DeletionProtectionUpdate') };
  }
  if (input.resourcesVpcConfig !== undefined) {
    const { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs } = input.resourcesVpcConfig;
    cluster.endpointPublicAccess = endpointPublicAccess ?? cluster.endpointPublicAccess;
    cluster.endpointPrivateAccess = endpointPrivateAccess ?? cluster.endpointPrivateAccess;
    cluster.publicAccessCidrs = publicAccessCidrs ?? cluster.publicAccessCidrs;
    return { update: finishedUpdate(world, 'EndpointAccessUpdate') };
  }
  throw new AwsError(
    'InvalidParameterException',
    'The sandbox changes deletionProtection and resourcesVpcConfig only; neither is given.',
  );
}

/** The description of an update that took no time. */
export const finishedUpdate = (world: AwsWorld, type: NonNullable<Update['type']>): Update => ({
  id: randomUUID(),
  type,
  status: 'InProgress',
  params: [],
  createdAt: world.clock.now(),
  errors: [],
});

/** Everything of a region that EKS gives an ARN. */
function taggedEksResources(world: AwsWorld, region: string): { arn: string; tags: Record<string, string> }[] {
  return [...eksClusters(world, region).values()].flatMap((cluster) => [
    cluster,
    ...cluster.nodegroups.values(),
    ...cluster.addons.values(),
    ...cluster.accessEntries.values(),
    ...cluster.podIdentities.values(),
  ]);
}

function findTagged({ world, region }: CallContext, arn: string | undefined): { tags: Record<string, string> } {
  const found = taggedEksResources(world, region).find((each) => each.arn === arn);
  if (!found) throw new AwsError('NotFoundException', `Resource not found with ARN ${arn}`, 404);
  return found;
}

function tagResource(input: TagResourceRequest, context: CallContext): object {
  const found = findTagged(context, input.resourceArn);
  found.tags = { ...found.tags, ...requestedTags(input.tags, { invalid: 'BadRequestException' }) };
  return {};
}

const listTagsForResource = (input: ListTagsForResourceRequest, context: CallContext): ListTagsForResourceResponse => ({
  tags: findTagged(context, input.resourceArn).tags,
});

/** EKS's operations on clusters and tags. */
export const clusterOperations = {
  DescribeCluster: describeCluster,
  ListClusters: listClusters,
  DescribeClusterVersions: describeClusterVersions,
  UpdateClusterConfig: updateClusterConfig,
  TagResource: tagResource,
  ListTagsForResource: listTagsForResource,
} satisfies Record<string, Operation>;
