import type { ResourceVerb } from '../cloudformation/resource-type.ts';
import type { AccessRequest } from '../service.ts';
import { specOf } from '../service-spec/service-spec.ts';
import { ec2State } from '../services/ec2/ec2-state.ts';
import { eksClusters } from '../services/eks/eks-state.ts';
import { iam } from '../services/iam/iam-state.ts';
import { kmsState } from '../services/kms/kms-resource-types.ts';
import { resourcePolicyOf } from '../services/s3/bucket-policy.ts';
import { allBuckets } from '../services/s3/s3-state.ts';
import type { AwsWorld } from '../world.ts';
import { passRole } from './call-access.ts';
import { requestTags, resourceTagContext, tagContext, tagNames } from './request-tags.ts';

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
  /** Tags of the stack, which reach what can have tags. */
  stackTags?: Readonly<Record<string, string>>;
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
  /** What is tagged when it is made, where that is not what `on` says; form as of `on`. */
  tagged?: (resource: PlannedResource) => string;
  /** What it takes, beside what it makes or changes. */
  takes?: (resource: PlannedResource, verb: ResourceVerb) => AccessRequest[];
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
    verb === 'create'
      ? `cluster/${clusterName(resource)}`
      : (partArn(resource) ?? `${kind}/${clusterName(resource)}/*`),
  tagged: (resource) => `${kind}/${clusterName(resource)}/*`,
});
/** Physical ids are `CLUSTER/NODEGROUP`, `CLUSTER|ADDON`, `PRINCIPAL|CLUSTER` and the association's ARN. */
function partArn(resource: PlannedResource): string | undefined {
  const { world, region, physicalId = '' } = resource;
  const cluster = eksClusters(world, region).get(clusterName(resource));
  const behind = physicalId.slice(clusterName(resource).length + 1);
  const found =
    cluster?.nodegroups.get(behind) ??
    cluster?.addons.get(behind) ??
    cluster?.accessEntries.get(physicalId.split('|')[0] ?? '') ??
    [...(cluster?.podIdentities.values() ?? [])].find(({ arn }) => arn === physicalId);
  return found?.arn;
}
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

const inVpc = { VpcId: 'vpc' };

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
    takes: (resource, verb) =>
      verb === 'delete'
        ? []
        : runInstances(resource, [
            'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId',
            'VPCZoneIdentifier',
          ]),
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
    on: (resource) => `elastic-ip/${allocationOf(resource) ?? '*'}`,
  },
  'AWS::EC2::InternetGateway': ec2('InternetGateway', 'internet-gateway'),
  'AWS::EC2::LaunchTemplate': ec2('LaunchTemplate', 'launch-template', ['CreateLaunchTemplateVersion']),
  'AWS::EC2::NatGateway': taking(ec2('NatGateway', 'natgateway'), { SubnetId: 'subnet', AllocationId: 'elastic-ip' }),
  'AWS::EC2::Route': {
    ...ec2('Route', 'route-table', ['ReplaceRoute']),
    on: (resource) => `route-table/${text(resource, 'RouteTableId') ?? '*'}`,
  },
  'AWS::EC2::RouteTable': taking(ec2('RouteTable', 'route-table'), inVpc),
  'AWS::EC2::SecurityGroup': taking(
    ec2('SecurityGroup', 'security-group', ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress']),
    inVpc,
  ),
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
  'AWS::EC2::Subnet': taking(ec2('Subnet', 'subnet', ['ModifySubnetAttribute']), inVpc),
  'AWS::EC2::SubnetRouteTableAssociation': taking(
    {
      service: 'ec2',
      create: ['AssociateRouteTable'],
      delete: ['DisassociateRouteTable'],
      on: (resource) => `route-table/${text(resource, 'RouteTableId') ?? '*'}`,
    },
    { SubnetId: 'subnet' },
  ),
  'AWS::EC2::VPC': ec2('Vpc', 'vpc', ['ModifyVpcAttribute']),
  'AWS::EC2::VPCEndpoint': taking(
    { ...ec2('VpcEndpoint', 'vpc-endpoint', ['ModifyVpcEndpoint']), delete: ['DeleteVpcEndpoints'] },
    { ...inVpc, RouteTableIds: 'route-table' },
  ),
  'AWS::EC2::VPCGatewayAttachment': taking(
    {
      service: 'ec2',
      create: ['AttachInternetGateway'],
      delete: ['DetachInternetGateway'],
      on: (resource) => `vpc/${text(resource, 'VpcId') ?? '*'}`,
    },
    { InternetGatewayId: 'internet-gateway' },
  ),
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
    takes: (resource, verb) =>
      verb !== 'create'
        ? []
        : valuesAt(resource.properties, ['EncryptionConfig', 'Provider', 'KeyArn']).flatMap((arn) =>
            onKey(resource, ['DescribeKey', 'CreateGrant'], arn.split('/').at(-1)),
          ),
  },
  'AWS::EKS::Nodegroup': {
    ...partOfCluster('Nodegroup', 'nodegroup', ['UpdateNodegroupConfig']),
    passes: [['NodeRole', 'eks.amazonaws.com']],
    takes: (resource, verb) => (verb === 'delete' ? [] : runInstances(resource, ['LaunchTemplate.Id', 'Subnets'])),
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
    delete: [],
    on: () => '*',
    takes: (resource, verb) => {
      if (verb === 'delete') return onKey(resource, ['DescribeKey', 'ScheduleKeyDeletion'], resource.physicalId);
      const rotation = isSet(resource, 'EnableKeyRotation') ? ['EnableKeyRotation'] : [];
      const actions = verb === 'create' ? rotation : ['DescribeKey', 'PutKeyPolicy', ...rotation];
      return onKey(resource, actions, resource.physicalId);
    },
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
  const tags = verb === 'create' ? tagsToMake(type, resource) : {};
  const named = rule.context?.(resource) ?? {};
  // CloudFormation tags a certificate after it was requested (aws-cloudformation/cloudformation-coverage-roadmap, 2308).
  const making = rule.service === 'acm' ? named : { ...named, ...tagContext(tags) };
  // What follows the request that makes the resource finds it with its tags.
  const made = { ...named, ...(rule.service === 's3' ? {} : resourceTagContext(tags)) };
  const bucket = rule.service === 's3' ? allBuckets(resource.world).get(arn.slice('arn:aws:s3:::'.length)) : undefined;
  const policy = bucket && verb !== 'create' ? { resourcePolicy: resourcePolicyOf(bucket) } : {};
  const needed = [...new Set([...actions, ...more])].map((action, index): AccessRequest => {
    const context = index === 0 ? making : made;
    return { action: `${rule.service}:${action}`, resource: arn, context, ...policy };
  });
  const beside = [...tagging(rule, arn, resource, tags), ...(rule.takes?.(resource, verb) ?? [])];
  return verb === 'delete' ? [...needed, ...beside] : [...needed, ...beside, ...passedRoles(rule, resource)];
}

/** The tags with which a type is made; stack-level ones reach only types whose schema says where tags stand. */
function tagsToMake(type: string, { properties, stackTags = {} }: PlannedResource): Record<string, string> {
  const property = specOf(type)?.tagProperty;
  if (property !== undefined) return { ...withoutReserved(stackTags), ...requestTags({ Tags: properties[property] }) };
  const specifications = (properties['TagSpecifications'] ?? []) as { ResourceType?: unknown; Tags?: unknown }[];
  const own = specifications.find(({ ResourceType }) => ResourceType === 'launch-template');
  return type === 'AWS::EC2::LaunchTemplate' ? requestTags({ Tags: own?.Tags }) : {};
}

const withoutReserved = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')));

/**
 * What a service asks for beside the creation when it comes with tags. EC2 and Elastic Load Balancing say which request
 * makes the resource (ec2 ug, supported-iam-actions-tagging.html; elb userguide, tagging-resources-during-creation.html);
 * KMS, Cognito and DLM have no ARN to ask about yet (kms developerguide, tag-permissions.html: "isn't restricted to
 * particular KMS keys"; Service Authorization Reference); the others ask about the ARN that the resource will have.
 */
const TAGGING: Readonly<Record<string, { action: string; on?: '*'; createAction?: string }>> = {
  acm: { action: 'AddTagsToCertificate' },
  autoscaling: { action: 'CreateOrUpdateTags' },
  codecommit: { action: 'TagResource' },
  codepipeline: { action: 'TagResource' },
  'cognito-idp': { action: 'TagResource', on: '*' },
  dlm: { action: 'TagResource', on: '*' },
  ec2: { action: 'CreateTags', createAction: 'ec2:CreateAction' },
  ecr: { action: 'TagResource' },
  eks: { action: 'TagResource' },
  elasticloadbalancing: { action: 'AddTags', createAction: 'elasticloadbalancing:CreateAction' },
  events: { action: 'TagResource' },
  kms: { action: 'TagResource', on: '*' },
  lambda: { action: 'TagResource' },
  logs: { action: 'TagResource' },
  s3: { action: 'PutBucketTagging' },
  secretsmanager: { action: 'TagResource' },
};

function tagging(rule: Rule, arn: string, resource: PlannedResource, tags: Record<string, string>): AccessRequest[] {
  const how = TAGGING[rule.service];
  if (how === undefined || tagNames(tags).length === 0) return [];
  const made = rule.tagged === undefined ? arn : fullArn(rule.service, rule.tagged(resource), resource);
  const context = how.createAction === undefined ? {} : { [how.createAction]: rule.create[0] };
  const on = how.on ?? (rule.service === 'acm' ? newCertificate(resource) : made);
  return [{ action: `${rule.service}:${how.action}`, resource: on, context: { ...tagContext(tags), ...context } }];
}

/** Some certificate that has no tags yet. */
const newCertificate = ({ world, region }: PlannedResource): string =>
  `arn:aws:acm:${region}:${world.accountId}:certificate/00000000-0000-0000-0000-000000000000`;

/**
 * Actions on a key, which its own policy must allow (kms developerguide, key-policies.html: no principal has any
 * permission to a key unless the key policy allows it).
 * @param id undefined for a key that is being made with the template's policy
 */
function onKey(
  { world, region, properties }: PlannedResource,
  actions: readonly string[],
  id = '00000000-0000-0000-0000-000000000000',
): AccessRequest[] {
  const key = world.state(kmsState, region).keys.get(id);
  const policy = key?.policy ?? properties['KeyPolicy'];
  const resource = `arn:aws:kms:${region}:${world.accountId}:key/${id}`;
  const document = policy === undefined ? undefined : JSON.stringify(policy);
  const resourcePolicy = { ownerAccountId: world.accountId, document, restrictsPublicAccess: false, decides: true };
  return actions.map((action) => ({ action: `kms:${action}`, resource, resourcePolicy }));
}

/**
 * Whoever gives a launch template to a group needs to be allowed to start its machines (Service Authorization Reference,
 * RunInstances; handlers of the types in CloudFormation's registry).
 * @param paths properties with ids of launch templates and subnets
 */
function runInstances(resource: PlannedResource, paths: readonly string[]): AccessRequest[] {
  const ids = paths.flatMap((path) => valuesAt(resource.properties, path.split('.')));
  const kinds: Readonly<Record<string, string>> = { lt: 'launch-template', subnet: 'subnet' };
  const named = ids.map((id) => `${kinds[id.split('-')[0] ?? ''] ?? '*'}/${id}`);
  if (named.length === 0) return [];
  const made = ['instance/*', 'network-interface/*', 'security-group/*', 'volume/*'];
  const image = `arn:aws:ec2:${resource.region}::image/*`;
  return [...named, ...made, image].map((part) => ({
    action: 'ec2:RunInstances',
    resource: fullArn('ec2', part, resource),
  }));
}

/** The rule of something that is made in, or out of, other resources of EC2, which must be allowed as well. */
function taking(rule: Rule, properties: Readonly<Record<string, string>>): Rule {
  return {
    ...rule,
    takes: (resource, verb) =>
      verb === 'update' || (verb === 'delete' && rule.create[0]?.startsWith('Create'))
        ? []
        : Object.entries(properties).flatMap(([property, kind]) =>
            valuesAt(resource.properties, [property]).map((id) => ({
              action: `ec2:${(verb === 'create' ? rule.create : rule.delete)[0]}`,
              resource: fullArn('ec2', `${kind}/${id}`, resource),
            })),
          ),
  };
}

function allocationOf({ world, region, physicalId }: PlannedResource): string | undefined {
  return [...ec2State(world, region)['elastic-ip'].values()].find(({ publicIp }) => publicIp === physicalId)?.id;
}

const isSet = ({ properties }: PlannedResource, property: string | undefined): boolean =>
  property === undefined || (properties[property] !== undefined && String(properties[property]) !== '');

const bucketActions = (resource: PlannedResource): string[] =>
  Object.entries(BUCKET_ACTIONS).flatMap(([property, action]) => (isSet(resource, property) ? [action] : []));

function arnOf(rule: Rule, verb: ResourceVerb, resource: PlannedResource): string {
  return fullArn(rule.service, rule.on(resource, verb), resource);
}

function fullArn(service: string, part: string, { region, world }: PlannedResource): string {
  if (part === '*' || part.startsWith('arn:')) return part;
  return `arn:aws:${service}:${region}:${world.accountId}:${part}`;
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
