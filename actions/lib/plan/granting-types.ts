/**
 * What can be put back to how it was approved before without asking again: resources that give nobody access and open
 * nothing, with those of their properties that do. A type that is not here counts as granting, so that a new one asks
 * until somebody has thought about it.
 */
const harmlessTypes: Readonly<Record<string, readonly string[]>> = {
  'AWS::AutoScaling::AutoScalingGroup': ['TargetGroupARNs', 'VPCZoneIdentifier'],
  'AWS::CertificateManager::Certificate': [],
  'AWS::Cognito::UserPoolDomain': [],
  'AWS::DLM::LifecyclePolicy': ['ExecutionRoleArn'],
  'AWS::EC2::EIP': [],
  'AWS::EC2::InternetGateway': [],
  'AWS::EC2::NatGateway': [],
  'AWS::EC2::RouteTable': [],
  'AWS::EC2::Subnet': ['MapPublicIpOnLaunch'],
  'AWS::EC2::SubnetRouteTableAssociation': [],
  'AWS::EC2::VPC': [],
  'AWS::EC2::VPCEndpoint': ['PolicyDocument'],
  'AWS::ECR::Repository': ['RepositoryPolicyText'],
  'AWS::EKS::Addon': ['ConfigurationValues', 'PodIdentityAssociations', 'ServiceAccountRoleArn'],
  'AWS::EKS::Cluster': ['AccessConfig', 'ResourcesVpcConfig', 'RoleArn'],
  'AWS::EKS::Nodegroup': ['LaunchTemplate', 'NodeRole', 'RemoteAccess'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [],
  'AWS::Logs::LogGroup': ['ResourcePolicyDocument'],
  'AWS::S3::Bucket': [
    'AccessControl',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'ReplicationConfiguration',
  ],
  // Files of the mirror: what runs in the lab, already known to whoever approved them.
  file: [],
  upstream: [],
  stack: [],
};

/** Keys of a rendered configuration by which people come in or get more. */
const grantingKeys: ReadonlySet<string> = new Set([
  'admin_email_address',
  'admin_user_name',
  'aws',
  'groups',
  'network',
  'parameters',
  'profiles',
  'service_accounts',
  'users',
]);

/**
 * Whether such a row gives access or opens something: permissions, who may enter, which addresses are let in, what is
 * public. @param property as in a row, e.g. `Properties/ResourcesVpcConfig/PublicAccessCidrs/[…]`; empty for the whole
 */
export function isGranting(type: string, property: string): boolean {
  if (type === 'configuration') {
    const keys = property.split(/[/.]/);
    return property === '' || keys.some((key) => grantingKeys.has(key) || key.startsWith('sign_up'));
  }
  if (!Object.hasOwn(harmlessTypes, type)) return true;
  const granting = harmlessTypes[type] ?? [];
  const [start, name] = property.split('/');
  // The whole of a resource: what it grants is in its properties, which have rows of their own.
  return start === 'Properties' && name !== undefined && granting.includes(name);
}
