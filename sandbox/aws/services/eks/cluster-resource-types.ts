import rules from '../../../../schemas/aws-rules.json' with { type: 'json' };
import { kubernetesEndpoint } from '../../../kubernetes/api-server.ts';
import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import {
  optionalFlag,
  optionalRecord,
  optionalText,
  type Properties,
  recordList,
  requiredText,
  textList,
} from '../ec2/property-values.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { defaultClusterVersion, findClusterVersion, supportStatus } from './cluster-versions.ts';
import { makeCluster, type NewCluster, removeCluster } from './clusters.ts';
import { type Cluster, eksClusters, findActiveCluster, findCluster, refuseParameter } from './eks-state.ts';

async function createCluster(request: CreateRequest): Promise<ResourceState> {
  const { world, region, properties } = request;
  refuseProperties('AWS::EKS::Cluster', properties, [
    'ComputeConfig',
    'OutpostConfig',
    'RemoteNetworkConfig',
    'StorageConfig',
    'ZonalShiftConfig',
  ]);
  const vpcConfig = optionalRecord(properties, 'ResourcesVpcConfig');
  const cluster = makeCluster(
    world,
    region,
    {
      name: optionalText(properties, 'Name') ?? request.generateName({ maxLength: 100 }),
      version: optionalText(properties, 'Version') ?? defaultClusterVersion(),
      roleArn: requiredText(properties, 'RoleArn'),
      subnetIds: textList(vpcConfig, 'SubnetIds'),
      groupIds: textList(vpcConfig, 'SecurityGroupIds'),
      selfManagedAddons: optionalFlag(properties, 'BootstrapSelfManagedAddons', true),
      ...changeable(request),
    },
    await kubernetesEndpoint(world),
  );
  return clusterState(cluster);
}

type Changeable = Omit<NewCluster, 'name' | 'version' | 'roleArn' | 'subnetIds' | 'groupIds' | 'selfManagedAddons'>;

/** Defaults as in AWS::EKS::Cluster: authentication CONFIG_MAP, support EXTENDED, a public endpoint open to all. */
function changeable({ properties, stackTags }: CreateRequest | UpdateRequest): Changeable {
  const vpcConfig = optionalRecord(properties, 'ResourcesVpcConfig');
  const cidrs = textList(vpcConfig, 'PublicAccessCidrs');
  return {
    endpointPublicAccess: optionalFlag(vpcConfig, 'EndpointPublicAccess', true),
    endpointPrivateAccess: optionalFlag(vpcConfig, 'EndpointPrivateAccess', false),
    publicAccessCidrs: cidrs.length > 0 ? cidrs : ['0.0.0.0/0'],
    authenticationMode: oneOf(optionalRecord(properties, 'AccessConfig'), 'AuthenticationMode', [
      'CONFIG_MAP',
      'API',
      'API_AND_CONFIG_MAP',
    ]),
    supportType: oneOf(optionalRecord(properties, 'UpgradePolicy'), 'SupportType', ['EXTENDED', 'STANDARD']),
    deletionProtection: optionalFlag(properties, 'DeletionProtection', false),
    enabledLogTypes: logTypes(properties),
    tags: mergeResourceTags(properties['Tags'], stackTags),
  };
}

/** One of the values; the first when nothing is given. */
function oneOf<const T extends string>(properties: Properties, name: string, values: readonly [T, ...T[]]): T {
  const given = optionalText(properties, name);
  if (given === undefined) return values[0];
  return (
    values.find((value) => value === given) ??
    refuseParameter(`${name} must be one of [${values.join(', ')}], not ${given}`)
  );
}

const logTypes = (properties: Properties): string[] =>
  recordList(optionalRecord(optionalRecord(properties, 'Logging'), 'ClusterLogging'), 'EnabledTypes').map((each) =>
    requiredText(each, 'Type'),
  );

/** A new version must be the next minor (`kubernetesVersion` of aws-rules.json). */
function updateCluster(request: UpdateRequest): ResourceState {
  const { world, region, properties, physicalId } = request;
  const cluster = findActiveCluster(world, region, physicalId);
  const version = optionalText(properties, 'Version') ?? cluster.version;
  if (version !== cluster.version) {
    const [from, to] = [cluster.version, version].map((name) => Number(name.split('.')[1]));
    if (!findClusterVersion(world, version) || to !== (from ?? 0) + rules.kubernetesVersion.minorStep) {
      refuseParameter(`Unsupported Kubernetes minor version update from ${cluster.version} to ${version}`);
    }
  }
  const changed = changeable(request);
  checkSupport(request, cluster, changed.supportType);
  return clusterState(Object.assign(cluster, changed, { version }));
}

/** Extended support cannot be left while the version is in it (eks/latest/userguide/disable-extended-support.html). */
function checkSupport({ world }: UpdateRequest, cluster: Cluster, supportType: Changeable['supportType']): void {
  const found = findClusterVersion(world, cluster.version);
  const extended = found !== undefined && supportStatus(world, found) === 'EXTENDED_SUPPORT';
  if (!extended || cluster.supportType === supportType || supportType !== 'STANDARD') return;
  refuseParameter(`The upgrade policy cannot be STANDARD while version ${cluster.version} is in extended support`);
}

const clusterState = (cluster: Cluster): ResourceState => ({
  physicalId: cluster.name,
  attributes: {
    Arn: cluster.arn,
    Id: cluster.id,
    Endpoint: cluster.endpoint,
    CertificateAuthorityData: cluster.certificateAuthority,
    ClusterSecurityGroupId: cluster.clusterGroupId,
    OpenIdConnectIssuerUrl: issuerOf(cluster),
  },
});

/** The cluster's own OpenID Connect issuer (eks/latest/userguide/enable-iam-roles-for-service-accounts.html). */
export const issuerOf = ({ region, id }: Cluster): string => `https://oidc.eks.${region}.amazonaws.com/id/${id}`;

function readCluster({ world, region, physicalId, properties }: ExistingRequest): Record<string, unknown> | undefined {
  const cluster = eksClusters(world, region).get(physicalId);
  if (cluster === undefined || cluster.goneAt !== undefined) return undefined;
  const { endpointPublicAccess, endpointPrivateAccess, publicAccessCidrs, subnetIds, groupIds } = cluster;
  return {
    Version: cluster.version,
    DeletionProtection: cluster.deletionProtection,
    UpgradePolicy: { SupportType: cluster.supportType },
    // What holds only for the creation is not shown afterwards.
    AccessConfig: { ...optionalRecord(properties, 'AccessConfig'), AuthenticationMode: cluster.authenticationMode },
    Logging: { ClusterLogging: { EnabledTypes: cluster.enabledLogTypes.map((Type) => ({ Type })) } },
    ResourcesVpcConfig: {
      ...{ EndpointPublicAccess: endpointPublicAccess, EndpointPrivateAccess: endpointPrivateAccess },
      ...{ PublicAccessCidrs: publicAccessCidrs, SubnetIds: subnetIds, SecurityGroupIds: groupIds },
    },
  };
}

/** AWS::EKS::Cluster */
export const clusterResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EKS::Cluster',
    // "Cluster provisioning takes several minutes", in practice about ten; deletion about five
    // (eks/latest/userguide/create-cluster.html).
    seconds: { create: 600, update: 60, delete: 300 },
    create: createCluster,
    created: ({ world, region, physicalId }: ExistingRequest) => {
      findCluster(world, region, physicalId).readyAt = world.clock.now();
    },
    update: updateCluster,
    read: readCluster,
    delete: ({ world, region, physicalId }: ExistingRequest) => removeCluster(world, region, physicalId),
  },
];
