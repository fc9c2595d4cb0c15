import { partitionOf } from '../deployment/regions.ts';
import type { ResourceIdentity } from '../ports/aws-ports.ts';

export type ArnPlace = { accountId: string; region: string };

/**
 * What follows `arn:PARTITION:` in the ARNs of types whose physical id is not an ARN already (Service Authorization
 * Reference). `R` region, `A` account, `I` physical id.
 */
const formats: Readonly<Record<string, string>> = {
  'AWS::CodeBuild::Project': 'codebuild:R:A:project/I',
  'AWS::CodeCommit::Repository': 'codecommit:R:A:I',
  'AWS::CodePipeline::Pipeline': 'codepipeline:R:A:I',
  'AWS::Cognito::UserPool': 'cognito-idp:R:A:userpool/I',
  'AWS::DLM::LifecyclePolicy': 'dlm:R:A:policy/I',
  'AWS::EC2::Instance': 'ec2:R:A:instance/I',
  'AWS::EC2::InternetGateway': 'ec2:R:A:internet-gateway/I',
  'AWS::EC2::LaunchTemplate': 'ec2:R:A:launch-template/I',
  'AWS::EC2::NatGateway': 'ec2:R:A:natgateway/I',
  'AWS::EC2::NetworkInterface': 'ec2:R:A:network-interface/I',
  'AWS::EC2::RouteTable': 'ec2:R:A:route-table/I',
  'AWS::EC2::SecurityGroup': 'ec2:R:A:security-group/I',
  'AWS::EC2::Snapshot': 'ec2:R::snapshot/I',
  'AWS::EC2::Subnet': 'ec2:R:A:subnet/I',
  'AWS::EC2::VPC': 'ec2:R:A:vpc/I',
  'AWS::EC2::VPCEndpoint': 'ec2:R:A:vpc-endpoint/I',
  'AWS::EC2::Volume': 'ec2:R:A:volume/I',
  'AWS::ECR::Repository': 'ecr:R:A:repository/I',
  'AWS::EKS::Cluster': 'eks:R:A:cluster/I',
  'AWS::Events::Rule': 'events:R:A:rule/I',
  'AWS::KMS::Key': 'kms:R:A:key/I',
  'AWS::Lambda::Function': 'lambda:R:A:function:I',
  'AWS::Logs::LogGroup': 'logs:R:A:log-group:I',
  'AWS::S3::Bucket': 's3:::I',
};

/** How the resource part of an ARN tells the type; the first group is the physical id, `ARN` the whole ARN. */
const readers: readonly {
  service: string;
  resource: RegExp;
  type: string;
  physicalId?: 'ARN' | ((match: RegExpExecArray) => string);
}[] = [
  {
    service: 'autoscaling',
    resource: /^autoScalingGroup:[^:]+:autoScalingGroupName\/(.+)$/,
    type: 'AWS::AutoScaling::AutoScalingGroup',
  },
  { service: 'cloudformation', resource: /^stack\//, type: 'AWS::CloudFormation::Stack', physicalId: 'ARN' },
  { service: 'ec2', resource: /^elastic-ip\/(.+)$/, type: 'AWS::EC2::EIP' },
  {
    service: 'eks',
    resource: /^nodegroup\/([^/]+)\/([^/]+)\//,
    type: 'AWS::EKS::Nodegroup',
    physicalId: (m) => `${m[1]}/${m[2]}`,
  },
  {
    service: 'eks',
    resource: /^addon\/([^/]+)\/([^/]+)\//,
    type: 'AWS::EKS::Addon',
    physicalId: (m) => `${m[1]}|${m[2]}`,
  },
  {
    service: 'eks',
    resource: /^podidentityassociation\//,
    type: 'AWS::EKS::PodIdentityAssociation',
    physicalId: 'ARN',
  },
  // An access entry lives and dies with its cluster, and its ARN does not tell the principal's whole ARN.
  { service: 'eks', resource: /^access-entry\/([^/]+)\//, type: 'AWS::EKS::Cluster' },
  {
    service: 'elasticloadbalancing',
    resource: /^loadbalancer\//,
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    physicalId: 'ARN',
  },
  {
    service: 'elasticloadbalancing',
    resource: /^targetgroup\//,
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    physicalId: 'ARN',
  },
  {
    service: 'elasticloadbalancing',
    resource: /^listener\//,
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    physicalId: 'ARN',
  },
  { service: 'iam', resource: /^instance-profile\/(?:.+\/)?([^/]+)$/, type: 'AWS::IAM::InstanceProfile' },
  { service: 'iam', resource: /^oidc-provider\//, type: 'AWS::IAM::OIDCProvider', physicalId: 'ARN' },
  { service: 'iam', resource: /^policy\//, type: 'AWS::IAM::ManagedPolicy', physicalId: 'ARN' },
  { service: 'iam', resource: /^role\/(?:.+\/)?([^/]+)$/, type: 'AWS::IAM::Role' },
  { service: 'secretsmanager', resource: /^secret:/, type: 'AWS::SecretsManager::Secret', physicalId: 'ARN' },
  ...Object.entries(formats).map(([type, format]) => readerOf(type, format)),
];

/** @returns the ARN, or `TYPE/PHYSICAL-ID` for a type whose ARN does not follow from the physical id */
export function arnOf({ type, physicalId }: ResourceIdentity, { accountId, region }: ArnPlace): string {
  if (physicalId.startsWith('arn:')) return physicalId;
  const format = Object.hasOwn(formats, type) ? formats[type] : undefined;
  if (format === undefined) return `${type}/${physicalId}`;
  const parts = format.split(':').map((part) => (part === 'R' ? region : part === 'A' ? accountId : part));
  return `arn:${partitionOf(region)}:${parts.join(':').replace(/I$/, () => physicalId)}`;
}

/** @returns undefined for an ARN of a kind that this program does not know */
export function identityOfArn(arn: string): ResourceIdentity | undefined {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  for (const reader of readers) {
    if (reader.service !== service) continue;
    const match = reader.resource.exec(resource);
    if (match === null) continue;
    const physicalId = reader.physicalId === 'ARN' ? arn : (reader.physicalId?.(match) ?? match[1] ?? arn);
    return { type: reader.type, physicalId };
  }
  return undefined;
}

function readerOf(type: string, format: string): (typeof readers)[number] {
  const [service = '', , , ...rest] = format.split(':');
  // A log group's ARN may end in `:*`, and a bare physical id has no slash of its own, except for repositories.
  const resource = rest.join(':').replace(/I$/, type === 'AWS::Logs::LogGroup' ? '(.+?)(?::\\*)?' : '(.+)');
  return { service, resource: new RegExp(`^${resource}$`), type };
}
