import { randomUUID } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { makeGroup, removeGroup } from '../auto-scaling/auto-scaling-state.ts';
import { findById, MISSING } from '../ec2/describe-page.ts';
import { after, ec2State } from '../ec2/ec2-state.ts';
import { findTemplateVersion } from '../ec2/launch-templates.ts';
import { optionalText } from '../ec2/property-values.ts';
import { newId } from '../ec2/resource-id.ts';
import { type Cluster, findActiveCluster, type Nodegroup, refuseParameter } from './eks-state.ts';
import { checkSizes, type Scaling } from './nodegroup-rules.ts';

const NODEGROUP_SECONDS = { create: 170, delete: 110 };

export type NewNodegroup = Pick<
  Nodegroup,
  'name' | 'nodeRole' | 'subnetIds' | 'amiType' | 'capacityType' | 'diskSize' | 'labels' | 'taints' | 'tags'
> & {
  instanceTypes: string[];
  scaling: Scaling;
  /** Kubernetes version; the cluster's when left out. */
  version?: string | undefined;
  launchTemplate: Nodegroup['launchTemplate'] | undefined;
};

/** Prefixes that only Kubernetes and EKS may use; a group with such a label is refused (API_CreateNodegroup.html, labels). */
const RESERVED_PREFIXES = ['kubernetes.io/', 'k8s.io/', 'eks.amazonaws.com/'];

/** @throws AwsError InvalidParameterException */
export function checkLabels(labels: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(labels)) {
    if (RESERVED_PREFIXES.some((prefix) => key.includes(prefix))) {
      refuseParameter(`Label cannot contain reserved prefixes [${RESERVED_PREFIXES.join(', ')}]`);
    }
    if (!/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/.test(value)) {
      refuseParameter(`Label value '${value}' of '${key}' is not valid`);
    }
  }
}

/**
 * CreateNodegroup: makes an Auto Scaling group and its instances (eks/latest/userguide/managed-node-groups.html).
 * @throws AwsError InvalidParameterException, InvalidRequestException, ResourceInUseException
 */
export function makeNodegroup(world: AwsWorld, region: string, clusterName: string, made: NewNodegroup): Nodegroup {
  const cluster = findActiveCluster(world, region, clusterName);
  checkNodegroup(world, region, cluster, made);
  const template = templateOf(world, region, cluster, made);
  const uuid = randomUUID();
  const autoScalingGroup = makeScalingGroup(world, cluster, made, { ...template, uuid });
  const { scaling: _scaling, version = cluster.version, ...rest } = made;
  const nodegroup: Nodegroup = {
    ...rest,
    ...template,
    version,
    arn: `arn:aws:eks:${region}:${world.accountId}:nodegroup/${cluster.name}/${made.name}/${uuid}`,
    autoScalingGroup,
    createdAt: world.clock.now(),
    readyAt: after(world, NODEGROUP_SECONDS.create),
  };
  cluster.nodegroups.set(nodegroup.name, nodegroup);
  return nodegroup;
}

function checkNodegroup(world: AwsWorld, region: string, cluster: Cluster, made: NewNodegroup): void {
  if (!/^[0-9A-Za-z][A-Za-z0-9_-]{0,62}$/.test(made.name))
    refuseParameter(`The nodegroup name ${made.name} is not valid`);
  if (cluster.nodegroups.has(made.name)) {
    throw new AwsError(
      'ResourceInUseException',
      `NodeGroup already exists with name ${made.name} and cluster name ${cluster.name}`,
      409,
    );
  }
  checkLabels(made.labels);
  checkVersion(cluster, made.version ?? cluster.version);
  checkSubnets(world, region, cluster, made.subnetIds);
  checkSizes(made.scaling);
}

/**
 * Machines may be up to three minor versions older than the control plane, never newer
 * (eks/latest/userguide/kubernetes-versions.html, and update-managed-node-group.html: the control plane goes first).
 * @throws AwsError InvalidParameterException
 */
export function checkVersion(cluster: Cluster, version: string): void {
  const [own = 0, other = 0] = [cluster.version, version].map((name) => Number(name.split('.')[1]));
  if (other <= own && other >= own - 3) return;
  refuseParameter(
    `Requested Nodegroup version ${version} is not compatible with the control plane version ${cluster.version}`,
  );
}

function makeScalingGroup(
  world: AwsWorld,
  cluster: Cluster,
  made: NewNodegroup,
  { uuid, launchTemplate, instanceTypes }: Template & { uuid: string },
): string {
  const { minSize, maxSize, desiredSize } = made.scaling;
  const group = makeGroup(world, cluster.region, {
    ...{
      name: `eks-${made.name}-${uuid}`,
      minSize,
      maxSize,
      desiredCapacity: desiredSize,
      launchTemplate,
      instanceTypes,
    },
    subnetIds: made.subnetIds,
    targetGroupArns: [],
    tags: groupTags(cluster.name, made.name),
    deletionProtection: 'none',
    managed: {
      defaultGroupIds: [cluster.clusterGroupId],
      imageId: `ami-0${uuid.replaceAll('-', '').slice(0, 16)}`,
      instanceProfile: `arn:aws:iam::${world.accountId}:instance-profile/eks-${uuid}`,
      rootVolumeGib: made.diskSize ?? 20,
    },
  });
  return group.name;
}

function checkSubnets(world: AwsWorld, region: string, cluster: Cluster, subnetIds: readonly string[]): void {
  const { subnet } = ec2State(world, region);
  for (const id of subnetIds) {
    if (findById(subnet, id, MISSING.subnet).vpcId !== cluster.vpcId) {
      refuseParameter(`Subnet ${id} does not belong to the VPC of cluster ${cluster.name}`);
    }
  }
}

type Template = Pick<Nodegroup, 'instanceTypes' | 'launchTemplate' | 'ownLaunchTemplateId'>;

/** Rules of eks/latest/userguide/launch-templates.html; without a template EKS makes one. */
function templateOf(world: AwsWorld, region: string, cluster: Cluster, made: NewNodegroup): Template {
  if (made.launchTemplate === undefined) {
    const id = newId('lt');
    const createdAt = world.clock.now();
    ec2State(world, region)['launch-template'].set(id, {
      id,
      createdAt,
      tags: { 'eks:cluster-name': cluster.name, 'eks:nodegroup-name': made.name },
      name: `eks-${id.slice('lt-'.length)}`,
      versions: [{ number: 1, description: undefined, data: {}, createdAt }],
      defaultVersion: 1,
    });
    const instanceTypes = made.instanceTypes.length > 0 ? made.instanceTypes : ['t3.medium'];
    return { instanceTypes, launchTemplate: { id, name: undefined, version: '1' }, ownLaunchTemplateId: id };
  }
  const { data } = findTemplateVersion(world, region, made.launchTemplate).version;
  const inTemplate = optionalText(data, 'InstanceType');
  if (inTemplate !== undefined && made.instanceTypes.length > 0) {
    refuseParameter('Cannot specify instance types in launch template and API request');
  }
  if (made.diskSize !== undefined) refuseParameter('Disk size must be specified within the launch template.');
  if (data['IamInstanceProfile'] !== undefined) {
    refuseParameter(
      'Launch template should not specify an instance profile. The noderole in your request will be used to construct an instance profile.',
    );
  }
  if (data['ImageId'] !== undefined && made.amiType !== 'CUSTOM') {
    refuseParameter(
      'You cannot specify an image id within the launch template, since your nodegroup is configured to use an EKS optimized AMI.',
    );
  }
  const fallback = inTemplate === undefined ? ['t3.medium'] : [inTemplate];
  const instanceTypes = made.instanceTypes.length > 0 ? made.instanceTypes : fallback;
  return { instanceTypes, launchTemplate: made.launchTemplate, ownLaunchTemplateId: undefined };
}

/**
 * Tags EKS puts on the Auto Scaling group; those of the node group itself are not passed on
 * (eks/latest/userguide/managed-node-groups.html, AWS::EKS::Nodegroup Tags).
 */
const groupTags = (
  clusterName: string,
  nodegroupName: string,
): Map<string, { value: string; propagateAtLaunch: boolean }> =>
  new Map(
    Object.entries({
      'eks:cluster-name': clusterName,
      'eks:nodegroup-name': nodegroupName,
      'k8s.io/cluster-autoscaler/enabled': 'true',
      [`k8s.io/cluster-autoscaler/${clusterName}`]: 'owned',
      [`kubernetes.io/cluster/${clusterName}`]: 'owned',
    }).map(([key, value]) => [key, { value, propagateAtLaunch: true }]),
  );

/** DeleteNodegroup; what is gone already is no error (API_DeleteNodegroup.html). */
export function removeNodegroup(world: AwsWorld, region: string, cluster: Cluster, name: string): void {
  const nodegroup = cluster.nodegroups.get(name);
  if (!nodegroup || nodegroup.goneAt !== undefined) return;
  nodegroup.goneAt = after(world, NODEGROUP_SECONDS.delete);
  removeGroup(world, region, nodegroup.autoScalingGroup, NODEGROUP_SECONDS.delete);
  if (nodegroup.ownLaunchTemplateId !== undefined) {
    ec2State(world, region)['launch-template'].delete(nodegroup.ownLaunchTemplateId);
  }
}
