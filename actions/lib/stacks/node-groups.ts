import type { Deployment, DeploymentNode } from '../deployment/deployment.ts';
import { initialSize, sizesParameter } from './initial-sizes.ts';
import { logicalId, type Template, type TemplateResource, type TemplateValue } from './template.ts';

type Resources = Template['Resources'];

/**
 * One launch template and one managed node group per user node type.
 *
 * The group has one subnet, so that the autoscaler knows its zone when it is empty (a home volume is bound to one), and no
 * `NodegroupName`, so that CloudFormation can replace it.
 */
export function nodeGroups(deployment: Deployment): Resources {
  const resources: Resources = {};
  for (const node of deployment.nodes.filter(({ is_hub }) => !is_hub)) {
    resources[logicalId('LaunchTemplate', node.name)] = launchTemplate(node);
    resources[logicalId('NodeGroup', node.name)] = nodeGroup(node, deployment);
  }
  return resources;
}

/** The hub's node with its further instance types behind the one that is a parameter. */
export function completeCoreNode(deployment: Deployment, base: TemplateResource): TemplateResource {
  const policy = base.Properties?.MixedInstancesPolicy as
    | { LaunchTemplate: { Overrides: TemplateValue[] } }
    | undefined;
  if (policy === undefined) throw new TypeError('The hub’s node has no MixedInstancesPolicy.');
  const hub = deployment.nodes.find(({ is_hub }) => is_hub);
  const further = (hub?.instance ?? []).slice(1).map((type) => ({ InstanceType: type }));
  const LaunchTemplate = { ...policy.LaunchTemplate, Overrides: [...policy.LaunchTemplate.Overrides, ...further] };
  return {
    ...base,
    Properties: { ...base.Properties, MixedInstancesPolicy: { ...policy, LaunchTemplate } as TemplateValue },
  };
}

/** The last of the network that nodes need and no reference implies. */
const network = 'PrivateSubnetRoutes';

/** The role's attribute would count as changed with every tag of the role, and another role replaces a node group. */
const nodeRole = `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/opensarlab/\${NodeRole}`;

function nodeGroup(node: DeploymentNode, deployment: Deployment): TemplateResource {
  const template = logicalId('LaunchTemplate', node.name);
  // A group with machines from the start waits for them, and they wait for their network.
  const dependsOn = node.min_number > 0 ? [network, 'VpcCniAddon'] : network;
  return {
    Type: 'AWS::EKS::Nodegroup',
    DependsOn: dependsOn,
    Metadata: { Sizes: { Ref: sizesParameter(node) } },
    Properties: {
      ClusterName: { Ref: 'Cluster' },
      // Without it the machines stay at the version that the cluster had when the group was made.
      Version: { Ref: 'KubernetesVersion' },
      NodeRole: { 'Fn::Sub': nodeRole },
      Subnets: [{ 'Fn::If': ['PrivateNodes', { Ref: 'PrivateSubnet' }, { Ref: 'PublicSubnet' }] }],
      AmiType: 'AL2023_x86_64_STANDARD',
      CapacityType: node.is_spot ? 'SPOT' : 'ON_DEMAND',
      InstanceTypes: [...node.instance],
      LaunchTemplate: {
        Id: { Ref: template },
        Version: { 'Fn::GetAtt': [template, 'LatestVersionNumber'] },
      },
      ScalingConfig: {
        MinSize: node.min_number,
        MaxSize: node.max_number,
        DesiredSize: initialSize(node, deployment),
      },
      NodeRepairConfig: { Enabled: true },
      Labels: { 'hub.jupyter.org/node-purpose': 'user', server_type: node.name },
      Taints: [{ Key: 'hub.jupyter.org/dedicated', Value: 'user', Effect: 'NO_SCHEDULE' }],
    },
  };
}

function launchTemplate(node: DeploymentNode): TemplateResource {
  const volume = { VolumeType: 'gp3', VolumeSize: node.root_volume_size, Encrypted: true, DeleteOnTermination: true };
  return {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: [deploymentTag] }],
      LaunchTemplateData: {
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: volume }],
        TagSpecifications: ['instance', 'volume'].map((type) => tagSpecification(type, node.name)),
      },
    },
  };
}

/** By it the role that CloudFormation works under knows a launch template, which tags of the stack do not reach. */
const deploymentTag = { Key: 'opensarlab:deployment', Value: { Ref: 'DeploymentName' } };

/** Tags of a node group's stack do not reach its machines; those of its launch template do. */
function tagSpecification(type: string, node: string): TemplateValue {
  const deployment = { Ref: 'DeploymentName' };
  return {
    ResourceType: type,
    Tags: [
      { Key: 'Name', Value: { 'Fn::Sub': `\${DeploymentName}-${node}` } },
      { Key: { Ref: 'CostTagKey' }, Value: deployment },
      deploymentTag,
    ],
  };
}
