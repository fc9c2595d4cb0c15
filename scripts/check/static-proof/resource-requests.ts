import type { RequestContext } from '@opensarlab/sandbox';
import type { ResourceType } from '../../../actions/lib/resources/resource-types.ts';
import type { RenderedTemplate } from './rendered-templates.ts';
import type { ResolvedResource } from './resolved-resources.ts';

/** A permission on `arn`, which has no `arn:aws:`, and the region and the account as `R` and `A`. */
type Request = { action: string; arn: string; context?: RequestContext };

/** A permission as IAM decides it. */
export type StackRequest = { action: string; resource: string; context: RequestContext };

/**
 * What CloudFormation asks for to make and remove a resource.
 * @returns undefined for a type of which nobody has said
 */
export function requestsOf(resource: ResolvedResource, { name, region }: RenderedTemplate): StackRequest[] | undefined {
  const asked = requests[resource.type]?.(resource, name);
  return asked?.map(({ action, arn, context = {} }) => ({
    ...{ action, resource: arnIn(region, arn) },
    context: { ...tags, ...context },
  }));
}

const account = '123456789012';
/** What CloudFormation adds to the names that it makes itself. */
const suffix = 'A1B2C3D4E5F6';
const text = (resource: ResolvedResource, property: string): string => String(resource.properties[property]);
/** What stacks make comes with their tags and has them. */
const tags = { 'aws:RequestTag/opensarlab:deployment': 'lab', 'aws:ResourceTag/opensarlab:deployment': 'lab' };
const boundary = { 'iam:PermissionsBoundary': `arn:aws:iam::${account}:policy/opensarlab-boundary` };

type RequestsOf = (resource: ResolvedResource, stack: string) => Request[];

/**
 * By type (Service Authorization Reference). What the handlers ask for besides is derived from CloudFormation's registry
 * (handler-permissions.ts), on the ARNs that stand here.
 */
const requests: Readonly<Record<string, RequestsOf>> = {
  'AWS::AutoScaling::AutoScalingGroup': ({ id }, stack) =>
    both(
      'autoscaling',
      'AutoScalingGroup',
      `autoscaling:R:A:autoScalingGroup:1-2:autoScalingGroupName/${stack}-${id}-${suffix}`,
    ),
  'AWS::CertificateManager::Certificate': () => [
    { action: 'acm:RequestCertificate', arn: '*', context: { 'acm:ValidationMethod': 'DNS' } },
    { action: 'acm:DeleteCertificate', arn: 'acm:R:A:certificate/0a1b' },
    {
      action: 'route53:ChangeResourceRecordSets',
      arn: 'route53:::hostedzone/Z1',
      context: { 'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'] },
    },
  ],
  'AWS::CodeBuild::Project': (resource) =>
    both('codebuild', 'Project', `codebuild:R:A:project/${text(resource, 'Name')}`),
  'AWS::CodePipeline::Pipeline': (resource) => [
    ...both('codepipeline', 'Pipeline', `codepipeline:R:A:${text(resource, 'Name')}`),
    ...named(`codepipeline:R:A:${text(resource, 'Name')}`, 'codepipeline:GetPipelineState'),
  ],
  'AWS::Cognito::UserPool': () => [
    { action: 'cognito-idp:CreateUserPool', arn: '*' },
    { action: 'cognito-idp:DeleteUserPool', arn: pool },
  ],
  'AWS::Cognito::UserPoolClient': () => both('cognito-idp', 'UserPoolClient', pool),
  'AWS::Cognito::UserPoolDomain': () => both('cognito-idp', 'UserPoolDomain', pool),
  'AWS::Cognito::UserPoolGroup': () => both('cognito-idp', 'Group', pool),
  'AWS::Cognito::UserPoolUser': () => named(pool, 'cognito-idp:AdminCreateUser', 'cognito-idp:AdminDeleteUser'),
  'AWS::Cognito::UserPoolUserToGroupAttachment': () =>
    named(pool, 'cognito-idp:AdminAddUserToGroup', 'cognito-idp:AdminRemoveUserFromGroup'),
  'AWS::DLM::LifecyclePolicy': () => [
    { action: 'dlm:CreateLifecyclePolicy', arn: '*' },
    { action: 'dlm:DeleteLifecyclePolicy', arn: 'dlm:R:A:policy/policy-1' },
  ],
  'AWS::EC2::EIP': () => named('ec2:R:A:elastic-ip/eipalloc-1', 'ec2:AllocateAddress', 'ec2:ReleaseAddress'),
  'AWS::EC2::InternetGateway': () => both('ec2', 'InternetGateway', 'ec2:R:A:internet-gateway/igw-1'),
  'AWS::EC2::LaunchTemplate': () => both('ec2', 'LaunchTemplate', 'ec2:R:A:launch-template/lt-1'),
  'AWS::EC2::NatGateway': () => both('ec2', 'NatGateway', 'ec2:R:A:natgateway/nat-1'),
  'AWS::EC2::Route': () => both('ec2', 'Route', 'ec2:R:A:route-table/rtb-1'),
  'AWS::EC2::RouteTable': () => both('ec2', 'RouteTable', 'ec2:R:A:route-table/rtb-1'),
  'AWS::EC2::SecurityGroup': () => [
    ...both('ec2', 'SecurityGroup', 'ec2:R:A:security-group/sg-1'),
    ...named('ec2:R:A:security-group/sg-1', 'ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress'),
  ],
  'AWS::EC2::Subnet': () => both('ec2', 'Subnet', 'ec2:R:A:subnet/subnet-1'),
  'AWS::EC2::SubnetRouteTableAssociation': () =>
    named('ec2:R:A:route-table/rtb-1', 'ec2:AssociateRouteTable', 'ec2:DisassociateRouteTable'),
  'AWS::EC2::VPC': () => both('ec2', 'Vpc', 'ec2:R:A:vpc/vpc-1'),
  'AWS::EC2::VPCEndpoint': () =>
    named('ec2:R:A:vpc-endpoint/vpce-1', 'ec2:CreateVpcEndpoint', 'ec2:DeleteVpcEndpoints'),
  'AWS::EC2::VPCGatewayAttachment': () =>
    named('ec2:R:A:vpc/vpc-1', 'ec2:AttachInternetGateway', 'ec2:DetachInternetGateway'),
  'AWS::ECR::Repository': (resource) => [
    ...both('ecr', 'Repository', `ecr:R:A:repository/${text(resource, 'RepositoryName')}`),
    ...named(`ecr:R:A:repository/${text(resource, 'RepositoryName')}`, 'ecr:DescribeRepositories'),
  ],
  'AWS::EKS::AccessEntry': (resource) => partOfCluster(resource, 'AccessEntry', 'access-entry'),
  'AWS::EKS::Addon': (resource) => partOfCluster(resource, 'Addon', 'addon'),
  'AWS::EKS::Cluster': (resource) => both('eks', 'Cluster', `eks:R:A:cluster/${text(resource, 'Name')}`),
  'AWS::EKS::Nodegroup': (resource) => [
    ...partOfCluster(resource, 'Nodegroup', 'nodegroup'),
    ...named(
      'iam::A:role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup',
      'iam:GetRole',
    ),
  ],
  'AWS::EKS::PodIdentityAssociation': (resource) =>
    partOfCluster(resource, 'PodIdentityAssociation', 'podidentityassociation'),
  'AWS::ElasticLoadBalancingV2::Listener': () => [
    { action: 'elasticloadbalancing:CreateListener', arn: 'elasticloadbalancing:R:A:loadbalancer/app/lab/0a1b' },
    { action: 'elasticloadbalancing:DeleteListener', arn: 'elasticloadbalancing:R:A:listener/app/lab/0a1b/2c3d' },
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': () => [
    ...both('elasticloadbalancing', 'LoadBalancer', 'elasticloadbalancing:R:A:loadbalancer/app/lab/0a1b'),
    ...named('elasticloadbalancing:R:A:loadbalancer/app/lab/0a1b', 'elasticloadbalancing:ModifyLoadBalancerAttributes'),
  ],
  'AWS::ElasticLoadBalancingV2::TargetGroup': () =>
    both('elasticloadbalancing', 'TargetGroup', 'elasticloadbalancing:R:A:targetgroup/lab/0a1b'),
  'AWS::Events::Rule': ({ id }, stack) =>
    named(`events:R:A:rule/${stack}-${id}-${suffix}`, 'events:PutRule', 'events:PutTargets', 'events:DeleteRule'),
  'AWS::IAM::InstanceProfile': ({ id }, stack) =>
    both('iam', 'InstanceProfile', `iam::A:instance-profile/opensarlab/${stack}-${id}-${suffix}`),
  'AWS::IAM::Role': ({ id, properties }, stack) => {
    const arn = `iam::A:role/opensarlab/${String(properties.RoleName ?? `${stack}-${id}-${suffix}`)}`;
    return [
      { action: 'iam:CreateRole', arn, context: boundary },
      { action: 'iam:PutRolePolicy', arn, context: boundary },
      { action: 'iam:DeleteRole', arn },
    ];
  },
  'AWS::IAM::RolePolicy': () => [
    { action: 'iam:PutRolePolicy', arn: 'iam::A:role/opensarlab/lab', context: boundary },
    ...named('iam::A:role/opensarlab/lab', 'iam:DeleteRolePolicy'),
  ],
  'AWS::KMS::Key': () => [
    // Everything else is in the policy of the key itself.
    { action: 'kms:CreateKey', arn: '*' },
    { action: 'kms:TagResource', arn: '*' },
  ],
  'AWS::Lambda::Function': ({ id }, stack) =>
    both('lambda', 'Function', `lambda:R:A:function:${stack}-${id}-${suffix}`),
  'AWS::Lambda::Permission': (_, stack) =>
    named(
      `lambda:R:A:function:${stack}-SignUpFunction-${suffix}`,
      'lambda:AddPermission',
      'lambda:GetPolicy',
      'lambda:RemovePermission',
    ),
  'AWS::Logs::LogGroup': (resource) => [
    ...both('logs', 'LogGroup', `logs:R:A:log-group:${text(resource, 'LogGroupName')}`),
    ...named(
      `logs:R:A:log-group:${text(resource, 'LogGroupName')}`,
      'logs:PutRetentionPolicy',
      'logs:TagResource',
      'logs:GetDataProtectionPolicy',
    ),
  ],
  'AWS::Route53::RecordSet': () => [
    {
      action: 'route53:ChangeResourceRecordSets',
      arn: 'route53:::hostedzone/Z1',
      context: { 'route53:ChangeResourceRecordSetsRecordTypes': ['A'] },
    },
    { action: 'route53:GetChange', arn: 'route53:::change/C1' },
  ],
  'AWS::S3::Bucket': (resource) => [
    ...both('s3', 'Bucket', `s3:::${text(resource, 'BucketName')}`),
    ...named(
      `s3:::${text(resource, 'BucketName')}`,
      's3:PutBucketVersioning',
      's3:PutEncryptionConfiguration',
      's3:PutBucketTagging',
      's3:TagResource',
      's3:GetReplicationConfiguration',
    ),
  ],
  'AWS::S3::BucketPolicy': ({ properties }) =>
    named(`s3:::${String(properties.Bucket)}`, 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'),
} satisfies Partial<Record<ResourceType, RequestsOf>>;

const pool = 'cognito-idp:R:A:userpool/us-west-2_1';

function named(arn: string, ...actions: string[]): Request[] {
  return actions.map((action) => ({ action, arn }));
}

function both(service: string, what: string, arn: string): Request[] {
  return named(arn, `${service}:Create${what}`, `${service}:Delete${what}`);
}

/** Parts are made in the cluster and have ARNs with its name. */
function partOfCluster({ properties }: ResolvedResource, what: string, kind: string): Request[] {
  const cluster = String(properties.ClusterName).replace(/\.ClusterName$/, '');
  return [
    { action: `eks:Create${what}`, arn: `eks:R:A:cluster/${cluster}` },
    { action: `eks:Delete${what}`, arn: `eks:R:A:${kind}/${cluster}/x/y` },
  ];
}

function arnIn(region: string, arn: string): string {
  return arn === '*' ? '*' : `arn:aws:${arn.replace(':R:', `:${region}:`).replace(':A:', `:${account}:`)}`;
}
