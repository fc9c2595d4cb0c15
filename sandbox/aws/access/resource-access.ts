import type { AccessRequest } from '../service.ts';
import { iam } from '../services/iam/iam-state.ts';
import { resourcePolicyOf } from '../services/s3/bucket-policy.ts';
import { allBuckets } from '../services/s3/s3-state.ts';
import type { AwsWorld } from '../world.ts';
import { passRole } from './call-access.ts';

export type ResourceVerb = 'create' | 'update' | 'delete';

/** A stack's resource that is to be made, changed or removed. */
export type PlannedResource = {
  world: AwsWorld;
  region: string;
  stackName: string;
  logicalId: string;
  /** Resolved. */
  properties: Readonly<Record<string, unknown>>;
  /** Undefined while it is to be made. */
  physicalId: string | undefined;
};

/** What CloudFormation asks for a resource, as far as it is said here. */
type Rule = {
  /** IAM's prefix of the service. */
  service: string;
  /** Actions by verb, without the prefix. */
  create: readonly string[];
  update?: readonly string[];
  delete: readonly string[];
  /** The part of the ARN after the account, or a whole ARN, or `*`; the same for all verbs unless it looks at `verb`. */
  on: (resource: PlannedResource, verb: ResourceVerb) => string;
  /** Roles that it gives to a service: property paths and the service's name. */
  passes?: readonly (readonly [path: string, service: string])[];
  /** Further condition keys. */
  context?: (resource: PlannedResource) => AccessRequest['context'];
};

const text = (resource: PlannedResource, property: string): string | undefined => {
  const value = resource.properties[property];
  return typeof value === 'string' ? value : undefined;
};
/** The name a resource has, is given, or gets from CloudFormation: `STACK-LOGICALID-…`. */
const nameOf = (resource: PlannedResource, property: string): string =>
  resource.physicalId ?? text(resource, property) ?? `${resource.stackName}-${resource.logicalId}-*`;
const byArn = ({ physicalId }: PlannedResource, _verb: ResourceVerb): string => physicalId ?? '*';
/** Ids of EC2 are made up by it, so a resource that is to be made is `KIND/*`. */
const ec2 = (what: string, kind: string, update: readonly string[] = []): Rule => ({
  service: 'ec2',
  create: [`Create${what}`],
  update,
  delete: [`Delete${what}`],
  on: ({ physicalId }) => `${kind}/${physicalId ?? '*'}`,
});
const pool = (resource: PlannedResource): string => `userpool/${text(resource, 'UserPoolId') ?? resource.physicalId}`;
const inPool = (create: string, update: string | undefined, remove: string): Rule => ({
  service: 'cognito-idp',
  create: [create],
  update: update === undefined ? [] : [update],
  delete: [remove],
  on: pool,
});
const clusterName = (resource: PlannedResource): string => text(resource, 'ClusterName') ?? '*';
const partOfCluster = (what: string, kind: string, update: readonly string[]): Rule => ({
  service: 'eks',
  create: [`Create${what}`],
  update,
  delete: [`Delete${what}`],
  on: (resource, verb) =>
    verb === 'create' ? `cluster/${clusterName(resource)}` : `${kind}/${clusterName(resource)}/*`,
});
const elb = (what: string, on: Rule['on']): Rule => ({
  service: 'elasticloadbalancing',
  create: [`Create${what}`],
  update: [`Modify${what}`],
  delete: [`Delete${what}`],
  on,
});
const roleArn = (resource: PlannedResource, name: string): string =>
  iam(resource.world).roles.get(name)?.arn ?? `arn:aws:iam::${resource.world.accountId}:role/${name}`;
const iamPath = (resource: PlannedResource): string => text(resource, 'Path') ?? '/';

/**
 * The main permissions that CloudFormation's handlers use, by type (Service Authorization Reference; `handlers` of the
 * schemas in CloudFormation's registry). Handlers also read what they made; that is not asked here.
 */
const RULES: Readonly<Record<string, Rule>> = {
  'AWS::AutoScaling::AutoScalingGroup': {
    service: 'autoscaling',
    create: ['CreateAutoScalingGroup'],
    update: ['UpdateAutoScalingGroup'],
    delete: ['DeleteAutoScalingGroup'],
    on: (resource) => `autoScalingGroup:*:autoScalingGroupName/${nameOf(resource, 'AutoScalingGroupName')}`,
  },
  'AWS::CertificateManager::Certificate': {
    service: 'acm',
    create: ['RequestCertificate'],
    update: ['AddTagsToCertificate'],
    delete: ['DeleteCertificate'],
    on: byArn,
    context: (resource) => ({ 'acm:ValidationMethod': text(resource, 'ValidationMethod') }),
  },
  'AWS::CodeBuild::Project': {
    service: 'codebuild',
    create: ['CreateProject'],
    update: ['UpdateProject'],
    delete: ['DeleteProject'],
    on: (resource) => `project/${nameOf(resource, 'Name')}`,
    passes: [['ServiceRole', 'codebuild.amazonaws.com']],
  },
  'AWS::CodeCommit::Repository': {
    service: 'codecommit',
    create: ['CreateRepository'],
    update: ['UpdateRepositoryDescription'],
    delete: ['DeleteRepository'],
    on: (resource) => text(resource, 'RepositoryName') ?? '*',
  },
  'AWS::CodePipeline::Pipeline': {
    service: 'codepipeline',
    create: ['CreatePipeline'],
    update: ['UpdatePipeline'],
    delete: ['DeletePipeline'],
    on: (resource) => nameOf(resource, 'Name'),
    passes: [['RoleArn', 'codepipeline.amazonaws.com']],
  },
  'AWS::Cognito::UserPool': {
    service: 'cognito-idp',
    create: ['CreateUserPool'],
    update: ['UpdateUserPool'],
    delete: ['DeleteUserPool'],
    on: ({ physicalId }) => (physicalId === undefined ? '*' : `userpool/${physicalId}`),
  },
  'AWS::Cognito::UserPoolClient': inPool('CreateUserPoolClient', 'UpdateUserPoolClient', 'DeleteUserPoolClient'),
  'AWS::Cognito::UserPoolDomain': inPool('CreateUserPoolDomain', 'UpdateUserPoolDomain', 'DeleteUserPoolDomain'),
  'AWS::Cognito::UserPoolGroup': inPool('CreateGroup', 'UpdateGroup', 'DeleteGroup'),
  'AWS::Cognito::UserPoolUser': inPool('AdminCreateUser', undefined, 'AdminDeleteUser'),
  'AWS::Cognito::UserPoolUserToGroupAttachment': inPool('AdminAddUserToGroup', undefined, 'AdminRemoveUserFromGroup'),
  'AWS::DLM::LifecyclePolicy': {
    service: 'dlm',
    create: ['CreateLifecyclePolicy'],
    update: ['UpdateLifecyclePolicy'],
    delete: ['DeleteLifecyclePolicy'],
    on: ({ physicalId }) => (physicalId === undefined ? '*' : `policy/${physicalId}`),
    passes: [['ExecutionRoleArn', 'dlm.amazonaws.com']],
  },
  'AWS::EC2::EIP': {
    ...ec2('', 'elastic-ip'),
    create: ['AllocateAddress'],
    delete: ['ReleaseAddress'],
    on: () => 'elastic-ip/*',
  },
  'AWS::EC2::InternetGateway': ec2('InternetGateway', 'internet-gateway'),
  'AWS::EC2::LaunchTemplate': ec2('LaunchTemplate', 'launch-template', ['CreateLaunchTemplateVersion']),
  'AWS::EC2::NatGateway': ec2('NatGateway', 'natgateway'),
  'AWS::EC2::Route': {
    ...ec2('Route', 'route-table', ['ReplaceRoute']),
    on: (resource) => `route-table/${text(resource, 'RouteTableId') ?? '*'}`,
  },
  'AWS::EC2::RouteTable': ec2('RouteTable', 'route-table'),
  'AWS::EC2::SecurityGroup': ec2('SecurityGroup', 'security-group', [
    'AuthorizeSecurityGroupIngress',
    'RevokeSecurityGroupIngress',
  ]),
  'AWS::EC2::SecurityGroupEgress': {
    service: 'ec2',
    create: ['AuthorizeSecurityGroupEgress'],
    delete: ['RevokeSecurityGroupEgress'],
    on: (resource) => `security-group/${text(resource, 'GroupId') ?? '*'}`,
  },
  'AWS::EC2::SecurityGroupIngress': {
    service: 'ec2',
    create: ['AuthorizeSecurityGroupIngress'],
    delete: ['RevokeSecurityGroupIngress'],
    on: (resource) => `security-group/${text(resource, 'GroupId') ?? '*'}`,
  },
  'AWS::EC2::Subnet': ec2('Subnet', 'subnet', ['ModifySubnetAttribute']),
  'AWS::EC2::SubnetRouteTableAssociation': {
    service: 'ec2',
    create: ['AssociateRouteTable'],
    delete: ['DisassociateRouteTable'],
    on: (resource) => `route-table/${text(resource, 'RouteTableId') ?? '*'}`,
  },
  'AWS::EC2::VPC': ec2('Vpc', 'vpc', ['ModifyVpcAttribute']),
  'AWS::EC2::VPCEndpoint': {
    ...ec2('VpcEndpoint', 'vpc-endpoint', ['ModifyVpcEndpoint']),
    delete: ['DeleteVpcEndpoints'],
  },
  'AWS::EC2::VPCGatewayAttachment': {
    service: 'ec2',
    create: ['AttachInternetGateway'],
    delete: ['DetachInternetGateway'],
    on: (resource) => `vpc/${text(resource, 'VpcId') ?? '*'}`,
  },
  'AWS::EC2::Volume': ec2('Volume', 'volume', ['ModifyVolume']),
  'AWS::ECR::Repository': {
    service: 'ecr',
    create: ['CreateRepository'],
    update: ['PutLifecyclePolicy'],
    delete: ['DeleteRepository'],
    on: (resource) => `repository/${nameOf(resource, 'RepositoryName')}`,
  },
  'AWS::EKS::AccessEntry': partOfCluster('AccessEntry', 'access-entry', ['UpdateAccessEntry']),
  'AWS::EKS::Addon': {
    ...partOfCluster('Addon', 'addon', ['UpdateAddon']),
    passes: [
      ['ServiceAccountRoleArn', 'eks.amazonaws.com'],
      ['PodIdentityAssociations.RoleArn', 'pods.eks.amazonaws.com'],
    ],
  },
  'AWS::EKS::Cluster': {
    service: 'eks',
    create: ['CreateCluster'],
    update: ['UpdateClusterConfig'],
    delete: ['DeleteCluster'],
    on: (resource) => `cluster/${nameOf(resource, 'Name')}`,
    passes: [['RoleArn', 'eks.amazonaws.com']],
  },
  'AWS::EKS::Nodegroup': {
    ...partOfCluster('Nodegroup', 'nodegroup', ['UpdateNodegroupConfig']),
    passes: [['NodeRole', 'eks.amazonaws.com']],
  },
  'AWS::EKS::PodIdentityAssociation': {
    ...partOfCluster('PodIdentityAssociation', 'podidentityassociation', ['UpdatePodIdentityAssociation']),
    passes: [['RoleArn', 'pods.eks.amazonaws.com']],
  },
  'AWS::ElasticLoadBalancingV2::Listener': elb('Listener', (resource, verb) =>
    verb === 'create' ? (text(resource, 'LoadBalancerArn') ?? '*') : byArn(resource, verb),
  ),
  'AWS::ElasticLoadBalancingV2::ListenerRule': elb('Rule', (resource, verb) =>
    verb === 'create' ? (text(resource, 'ListenerArn') ?? '*') : byArn(resource, verb),
  ),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ...elb(
      'LoadBalancer',
      (resource, verb) => resource.physicalId ?? `loadbalancer/app/${loadBalancerName(resource, verb)}/*`,
    ),
    update: ['ModifyLoadBalancerAttributes'],
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': elb(
    'TargetGroup',
    (resource, verb) => resource.physicalId ?? `targetgroup/${loadBalancerName(resource, verb)}/*`,
  ),
  'AWS::Events::Rule': {
    service: 'events',
    create: ['PutRule', 'PutTargets'],
    update: ['PutRule', 'PutTargets'],
    delete: ['RemoveTargets', 'DeleteRule'],
    on: (resource) => `rule/${nameOf(resource, 'Name')}`,
    passes: [['Targets.RoleArn', 'events.amazonaws.com']],
  },
  'AWS::IAM::InstanceProfile': {
    service: 'iam',
    create: ['CreateInstanceProfile', 'AddRoleToInstanceProfile'],
    update: ['AddRoleToInstanceProfile', 'RemoveRoleFromInstanceProfile'],
    delete: ['RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile'],
    on: (resource) => iamEntity(resource, 'instance-profile', 'InstanceProfileName'),
    passes: [['Roles', 'ec2.amazonaws.com']],
  },
  'AWS::IAM::ManagedPolicy': {
    service: 'iam',
    create: ['CreatePolicy'],
    update: ['CreatePolicyVersion'],
    delete: ['DeletePolicy'],
    on: (resource) => resource.physicalId ?? iamEntity(resource, 'policy', 'ManagedPolicyName'),
  },
  'AWS::IAM::OIDCProvider': {
    service: 'iam',
    create: ['CreateOpenIDConnectProvider'],
    update: ['UpdateOpenIDConnectProviderThumbprint'],
    delete: ['DeleteOpenIDConnectProvider'],
    on: (resource) =>
      resource.physicalId ??
      `arn:aws:iam::${resource.world.accountId}:oidc-provider/${text(resource, 'Url')?.replace('https://', '')}`,
  },
  'AWS::IAM::Policy': {
    service: 'iam',
    create: ['PutRolePolicy'],
    update: ['PutRolePolicy'],
    delete: ['DeleteRolePolicy'],
    on: (resource) => roleArn(resource, [resource.properties['Roles']].flat().map(String)[0] ?? '*'),
    context: (resource) => boundaryOf(resource, [resource.properties['Roles']].flat().map(String)[0] ?? ''),
  },
  'AWS::IAM::Role': {
    service: 'iam',
    create: ['CreateRole', 'TagRole', 'PutRolePolicy', 'AttachRolePolicy'],
    update: ['UpdateAssumeRolePolicy', 'PutRolePolicy', 'AttachRolePolicy'],
    delete: ['DeleteRolePolicy', 'DetachRolePolicy', 'DeleteRole'],
    on: (resource) =>
      resource.physicalId === undefined
        ? iamEntity(resource, 'role', 'RoleName')
        : roleArn(resource, resource.physicalId),
    context: (resource) => ({ 'iam:PermissionsBoundary': text(resource, 'PermissionsBoundary') }),
  },
  'AWS::IAM::RolePolicy': {
    service: 'iam',
    create: ['PutRolePolicy'],
    update: ['PutRolePolicy'],
    delete: ['DeleteRolePolicy'],
    on: (resource) => roleArn(resource, text(resource, 'RoleName') ?? '*'),
    context: (resource) => boundaryOf(resource, text(resource, 'RoleName') ?? ''),
  },
  'AWS::KMS::Key': {
    service: 'kms',
    create: ['CreateKey'],
    update: ['PutKeyPolicy'],
    delete: ['ScheduleKeyDeletion'],
    on: ({ physicalId }) => (physicalId === undefined ? '*' : `key/${physicalId}`),
  },
  'AWS::Lambda::Function': {
    service: 'lambda',
    create: ['CreateFunction'],
    update: ['UpdateFunctionCode', 'UpdateFunctionConfiguration'],
    delete: ['DeleteFunction'],
    on: (resource) => `function:${nameOf(resource, 'FunctionName')}`,
    passes: [['Role', 'lambda.amazonaws.com']],
  },
  'AWS::Lambda::Permission': {
    service: 'lambda',
    create: ['AddPermission'],
    delete: ['RemovePermission'],
    on: (resource) => {
      const name = text(resource, 'FunctionName') ?? '*';
      return name.startsWith('arn:') ? name : `function:${name}`;
    },
  },
  'AWS::Logs::LogGroup': {
    service: 'logs',
    create: ['CreateLogGroup', 'PutRetentionPolicy'],
    update: ['PutRetentionPolicy'],
    delete: ['DeleteLogGroup'],
    on: (resource) => `log-group:${nameOf(resource, 'LogGroupName')}:log-stream:`,
  },
  'AWS::Route53::RecordSet': {
    service: 'route53',
    create: ['ChangeResourceRecordSets'],
    update: ['ChangeResourceRecordSets'],
    delete: ['ChangeResourceRecordSets'],
    on: (resource) => `arn:aws:route53:::hostedzone/${text(resource, 'HostedZoneId') ?? '*'}`,
    context: (resource) => ({ 'route53:ChangeResourceRecordSetsRecordTypes': [text(resource, 'Type') ?? ''] }),
  },
  'AWS::S3::Bucket': {
    service: 's3',
    create: ['CreateBucket'],
    update: ['PutBucketVersioning'],
    delete: ['DeleteBucket'],
    on: (resource) => `arn:aws:s3:::${nameOf(resource, 'BucketName').toLowerCase()}`,
  },
  'AWS::S3::BucketPolicy': {
    service: 's3',
    create: ['PutBucketPolicy'],
    update: ['PutBucketPolicy'],
    delete: ['DeleteBucketPolicy'],
    on: (resource) => `arn:aws:s3:::${resource.physicalId ?? text(resource, 'Bucket')}`,
  },
  'AWS::SecretsManager::Secret': {
    service: 'secretsmanager',
    create: ['CreateSecret'],
    update: ['UpdateSecret'],
    delete: ['DeleteSecret'],
    on: (resource) => resource.physicalId ?? `secret:${nameOf(resource, 'Name')}-??????`,
  },
};

const loadBalancerName = (resource: PlannedResource, _verb: ResourceVerb): string =>
  text(resource, 'Name') ?? `${resource.stackName.slice(0, 5)}*`;

const iamEntity = (resource: PlannedResource, kind: string, nameProperty: string): string =>
  `arn:aws:iam::${resource.world.accountId}:${kind}${iamPath(resource)}${nameOf(resource, nameProperty)}`;

const boundaryOf = ({ world }: PlannedResource, role: string): AccessRequest['context'] => ({
  'iam:PermissionsBoundary': iam(world).roles.get(role)?.permissionsBoundary,
});

/** What is asked only when the template sets it (same sources). */
const ONLY_WITH: Readonly<Record<string, string>> = {
  PutRolePolicy: 'Policies',
  DeleteRolePolicy: 'Policies',
  AttachRolePolicy: 'ManagedPolicyArns',
  DetachRolePolicy: 'ManagedPolicyArns',
  PutRetentionPolicy: 'RetentionInDays',
};

/** More of what S3's handler sets, by property (Service Authorization Reference, Amazon S3). */
const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  BucketEncryption: 'PutEncryptionConfiguration',
  LifecycleConfiguration: 'PutLifecycleConfiguration',
  ObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  ObjectLockEnabled: 'PutBucketObjectLockConfiguration',
  OwnershipControls: 'PutBucketOwnershipControls',
  PublicAccessBlockConfiguration: 'PutBucketPublicAccessBlock',
  VersioningConfiguration: 'PutBucketVersioning',
};

/**
 * The permissions that a stack's role, or its caller, needs for one resource. For a type without a rule it is the action
 * of the type's name, on a resource that is not known.
 */
export function resourceAccess(type: string, verb: ResourceVerb, resource: PlannedResource): AccessRequest[] {
  const rule = RULES[type];
  if (!rule) {
    const [, service = '', what = ''] = type.split('::');
    return [{ action: `${service.toLowerCase()}:${verb.charAt(0).toUpperCase()}${verb.slice(1)}${what}` }];
  }
  const policies = type === 'AWS::IAM::Role' || type === 'AWS::Logs::LogGroup';
  const actions = (rule[verb] ?? []).filter((action) => !policies || isSet(resource, ONLY_WITH[action]));
  const more = type === 'AWS::S3::Bucket' && verb !== 'delete' ? bucketActions(resource) : [];
  const arn = arnOf(rule, verb, resource);
  const context = rule.context?.(resource) ?? {};
  const bucket = rule.service === 's3' ? allBuckets(resource.world).get(arn.slice('arn:aws:s3:::'.length)) : undefined;
  const policy = bucket && verb !== 'create' ? { resourcePolicy: resourcePolicyOf(bucket) } : {};
  const needed = [...new Set([...actions, ...more])].map(
    (action): AccessRequest => ({ action: `${rule.service}:${action}`, resource: arn, context, ...policy }),
  );
  return verb === 'delete' ? needed : [...needed, ...passedRoles(rule, resource)];
}

const isSet = ({ properties }: PlannedResource, property: string | undefined): boolean =>
  property === undefined || (properties[property] !== undefined && String(properties[property]) !== '');

const bucketActions = (resource: PlannedResource): string[] =>
  Object.entries(BUCKET_ACTIONS).flatMap(([property, action]) => (isSet(resource, property) ? [action] : []));

function arnOf(rule: Rule, verb: ResourceVerb, resource: PlannedResource): string {
  const on = rule.on(resource, verb);
  if (on === '*' || on.startsWith('arn:')) return on;
  return `arn:aws:${rule.service}:${resource.region}:${resource.world.accountId}:${on}`;
}

function passedRoles(rule: Rule, resource: PlannedResource): AccessRequest[] {
  return (rule.passes ?? []).flatMap(([path, service]) =>
    valuesAt(resource.properties, path.split('.')).map((value) =>
      passRole(value.startsWith('arn:') ? value : roleArn(resource, value), service),
    ),
  );
}

/** Texts at a property path, through lists. */
function valuesAt(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [first, ...rest] = path;
  if (first === undefined) return typeof value === 'string' ? [value] : [];
  return typeof value === 'object' && value !== null ? valuesAt((value as Record<string, unknown>)[first], rest) : [];
}
