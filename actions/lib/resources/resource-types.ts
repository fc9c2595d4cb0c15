import type { RateName } from '../cost/price-table.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** An option of `retain` by which something that is there stays; final snapshots are made. */
export type RetainOption = Exclude<keyof Deployment['retain'], 'final_snapshots'>;

/**
 * What follows `arn:PARTITION:` in ARNs that end in the physical id (Service Authorization Reference; `R` region, `A`
 * account, `I` physical id).
 */
export type ArnFormat = `${string}:${string}:${string}:${string}I`;

/** How the resource part of an ARN tells a physical id where the id is no plain part of it: the first group, or the `ARN`. */
export type ArnReader = {
  service: string;
  resource: RegExp;
  physicalId?: 'ARN' | ((match: RegExpExecArray) => string);
  /** Type of what the id is of, where the ARN does not tell its own id. */
  identifies?: string;
};

/** What people would miss, as the end of a sentence that begins with the kind. */
type MissedKind = {
  /** Place in lists of losses: what is missed most has the lowest. */
  rank: number;
  /** `user pool`, `user pools`; `one` where people call it by another name than its noun. */
  one?: string;
  many: string;
  meaning: string;
};

/** What is known about resources of one type; the compiler asks for all of it. */
export type ResourceRow = {
  /** For people: `log group`. */
  noun: string;
  /** Of its ARNs; `none`: they do not tell which resource it is, so that none is found by its tags. */
  arn: ArnFormat | ArnReader | 'none';
  /**
   * Whose word counts that it is gone: that of its own service, asked by the request for which IAM has this action, as
   * `adapters/aws/existence.ts` does; its `stack`'s, where this product does not talk to the service; its `owner`'s, for a
   * part that has no identity of its own.
   */
  confirmedBy: `${string}:${string}` | 'stack' | 'owner';
  /**
   * How it is found out whether it is as its stack made it: `detected`, CloudFormation looks at each one, because its owner
   * answers about one at a time; `compared`, its owner's answer about many holds the properties of
   * `compared-properties.ts`; `presence`, only whether it is there, by `confirmedBy`.
   */
  look: 'detected' | 'compared' | 'presence';
  /** Whoever looks at it is shown a secret. */
  showsSecret: boolean;
  /**
   * What gives access or opens something, and so is never put back without asking: `everything`, or these of its
   * properties, or nothing.
   */
  grants: 'everything' | readonly string[];
  /** What one of it costs by being there: a price of the table, a machine's, `free`; `unlisted`: the table has no price. */
  price: RateName | 'instances' | 'free' | 'unlisted';
  /** Whether it has an address on the internet. */
  reachable: boolean;
  /** What people would miss when it is deleted or replaced; `machinery` is made again where it is needed. */
  loss: MissedKind | 'machinery';
  /** What may keep it when its deployment goes: an option of `retain`, or its own `tags`. */
  keptBy: RetainOption | 'tags' | 'nothing';
  /** The list of data in a teardown plan that names it, so that it can be approved to be lost. */
  data: 'volumes' | 'snapshots' | 'pools' | 'images' | 'repositories' | 'logs' | 'buckets' | 'stacks' | 'none';
  /** How the ids in `deployment/names.ts` begin whose names are physical ids of it. */
  nameIds: string | 'none';
  /** The property that protects it against deletion, beside the stack's own protection. */
  protection: 'DeletionProtection' | 'DeletionProtectionEnabled' | 'LoadBalancerAttributes' | 'none';
  /** What a teardown does to it just before its stack, because AWS would refuse to delete it as it is. */
  beforeDeletion: 'empty' | 'unprotect' | 'nothing';
};

/** Nobody misses it, nothing keeps it and nothing reaches it. */
const machinery = {
  look: 'presence',
  showsSecret: false,
  reachable: false,
  loss: 'machinery',
  keptBy: 'nothing',
  data: 'none',
  nameIds: 'none',
  protection: 'none',
  beforeDeletion: 'nothing',
} as const;

/** A part of another resource: it has no identity of its own, costs nothing, and goes with its owner. */
const part = { ...machinery, arn: 'none', confirmedBy: 'owner', price: 'free' } as const;

/** Every type of resource that a deployment has or that may be found to belong to one; CloudFormation's names, sorted. */
export const resourceTypes = {
  'AWS::AutoScaling::AutoScalingGroup': {
    ...machinery,
    look: 'detected',
    noun: 'Auto Scaling group',
    arn: { service: 'autoscaling', resource: /^autoScalingGroup:[^:]+:autoScalingGroupName\/(.+)$/ },
    confirmedBy: 'autoscaling:DescribeAutoScalingGroups',
    grants: ['TargetGroupARNs', 'VPCZoneIdentifier'],
    price: 'free',
    loss: {
      rank: 7,
      one: 'machine of the hub',
      many: 'machines of the hub',
      meaning: 'the hub is away until the next one runs',
    },
    protection: 'DeletionProtection',
  },
  'AWS::CertificateManager::Certificate': {
    ...machinery,
    noun: 'certificate',
    arn: { service: 'acm', resource: /^certificate\//, physicalId: 'ARN' },
    confirmedBy: 'acm:DescribeCertificate',
    grants: [],
    price: 'free',
  },
  'AWS::CloudFormation::Stack': {
    ...machinery,
    noun: 'stack',
    arn: { service: 'cloudformation', resource: /^stack\//, physicalId: 'ARN' },
    confirmedBy: 'stack',
    grants: 'everything',
    price: 'free',
    data: 'stacks',
  },
  'AWS::CodeBuild::Project': {
    ...machinery,
    look: 'compared',
    noun: 'build project',
    arn: 'codebuild:R:A:project/I',
    confirmedBy: 'codebuild:BatchGetProjects',
    grants: 'everything',
    price: 'free',
    nameIds: 'build-',
  },
  'AWS::CodeCommit::Repository': {
    ...machinery,
    noun: 'CodeCommit repository',
    arn: 'codecommit:R:A:I',
    confirmedBy: 'codecommit:BatchGetRepositories',
    grants: 'everything',
    price: 'free',
    loss: { rank: 9, many: 'CodeCommit repositories', meaning: 'with what only it has' },
    keptBy: 'code_commit',
    data: 'repositories',
    nameIds: 'code-',
  },
  'AWS::CodePipeline::Pipeline': {
    ...machinery,
    look: 'detected',
    noun: 'pipeline',
    arn: 'codepipeline:R:A:I',
    confirmedBy: 'codepipeline:GetPipeline',
    grants: 'everything',
    // Type V2 costs by the minute that it runs (aws.amazon.com/codepipeline/pricing).
    price: 'free',
    nameIds: 'pipeline-',
  },
  'AWS::Cognito::UserPool': {
    ...machinery,
    look: 'detected',
    noun: 'user pool',
    arn: 'cognito-idp:R:A:userpool/I',
    confirmedBy: 'cognito-idp:DescribeUserPool',
    grants: 'everything',
    // Active users cost, and a closed pool has none (aws.amazon.com/cognito/pricing).
    price: 'free',
    loss: { rank: 2, many: 'user pools', meaning: 'with every account and password' },
    keptBy: 'cognito',
    data: 'pools',
    protection: 'DeletionProtection',
    beforeDeletion: 'unprotect',
  },
  'AWS::Cognito::UserPoolClient': {
    ...part,
    look: 'detected',
    showsSecret: true,
    noun: 'app client',
    grants: 'everything',
    keptBy: 'cognito',
  },
  'AWS::Cognito::UserPoolDomain': {
    ...machinery,
    look: 'detected',
    noun: 'Cognito domain',
    arn: 'none',
    confirmedBy: 'cognito-idp:DescribeUserPoolDomain',
    grants: [],
    price: 'free',
    reachable: true,
    keptBy: 'cognito',
    nameIds: 'user-pool-domain',
  },
  'AWS::Cognito::UserPoolGroup': {
    ...part,
    look: 'detected',
    noun: 'user group',
    grants: 'everything',
    loss: { rank: 4, many: 'user groups', meaning: 'with its memberships' },
    keptBy: 'cognito',
  },
  'AWS::Cognito::UserPoolUser': {
    ...part,
    noun: 'account',
    grants: 'everything',
    loss: { rank: 3, many: 'accounts', meaning: 'who can no longer sign in' },
    keptBy: 'cognito',
  },
  'AWS::Cognito::UserPoolUserToGroupAttachment': {
    ...part,
    noun: 'membership',
    grants: 'everything',
    keptBy: 'cognito',
  },
  'AWS::DLM::LifecyclePolicy': {
    ...machinery,
    look: 'detected',
    noun: 'snapshot policy',
    arn: 'dlm:R:A:policy/I',
    confirmedBy: 'stack',
    grants: ['ExecutionRoleArn'],
    price: 'free',
  },
  'AWS::EC2::EIP': {
    ...machinery,
    noun: 'Elastic IP address',
    arn: { service: 'ec2', resource: /^elastic-ip\/(.+)$/ },
    confirmedBy: 'ec2:DescribeAddresses',
    grants: [],
    price: 'publicAddressHour',
  },
  'AWS::EC2::Instance': {
    ...machinery,
    noun: 'instance',
    arn: 'ec2:R:A:instance/I',
    confirmedBy: 'ec2:DescribeInstances',
    grants: 'everything',
    price: 'instances',
  },
  'AWS::EC2::InternetGateway': {
    ...machinery,
    noun: 'internet gateway',
    arn: 'ec2:R:A:internet-gateway/I',
    confirmedBy: 'ec2:DescribeInternetGateways',
    grants: [],
    price: 'free',
  },
  'AWS::EC2::LaunchTemplate': {
    ...machinery,
    noun: 'launch template',
    arn: 'ec2:R:A:launch-template/I',
    confirmedBy: 'ec2:DescribeLaunchTemplates',
    grants: 'everything',
    price: 'free',
  },
  'AWS::EC2::NatGateway': {
    ...machinery,
    noun: 'NAT gateway',
    arn: 'ec2:R:A:natgateway/I',
    confirmedBy: 'ec2:DescribeNatGateways',
    grants: [],
    price: 'natGatewayHour',
  },
  'AWS::EC2::NetworkInterface': {
    ...machinery,
    noun: 'network interface',
    arn: 'ec2:R:A:network-interface/I',
    confirmedBy: 'ec2:DescribeNetworkInterfaces',
    grants: 'everything',
    price: 'free',
  },
  'AWS::EC2::Route': { ...part, look: 'compared', noun: 'route', grants: 'everything' },
  'AWS::EC2::RouteTable': {
    ...machinery,
    noun: 'route table',
    arn: 'ec2:R:A:route-table/I',
    confirmedBy: 'ec2:DescribeRouteTables',
    grants: [],
    price: 'free',
  },
  'AWS::EC2::SecurityGroup': {
    ...machinery,
    look: 'compared',
    noun: 'security group',
    arn: 'ec2:R:A:security-group/I',
    confirmedBy: 'ec2:DescribeSecurityGroups',
    grants: 'everything',
    price: 'free',
  },
  'AWS::EC2::SecurityGroupEgress': { ...part, look: 'detected', noun: 'outbound rule', grants: 'everything' },
  'AWS::EC2::SecurityGroupIngress': { ...part, look: 'detected', noun: 'inbound rule', grants: 'everything' },
  'AWS::EC2::Snapshot': {
    ...machinery,
    noun: 'snapshot',
    arn: 'ec2:R::snapshot/I',
    confirmedBy: 'ec2:DescribeSnapshots',
    grants: 'everything',
    price: 'snapshotGbMonth',
    loss: { rank: 10, many: 'snapshots', meaning: 'which may be the last of its volume' },
    keptBy: 'tags',
    data: 'snapshots',
  },
  'AWS::EC2::Subnet': {
    ...machinery,
    look: 'compared',
    noun: 'subnet',
    arn: 'ec2:R:A:subnet/I',
    confirmedBy: 'ec2:DescribeSubnets',
    grants: ['MapPublicIpOnLaunch'],
    price: 'free',
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    ...part,
    look: 'compared',
    noun: 'association of a route table',
    grants: [],
  },
  'AWS::EC2::VPC': {
    ...machinery,
    look: 'detected',
    noun: 'VPC',
    arn: 'ec2:R:A:vpc/I',
    confirmedBy: 'ec2:DescribeVpcs',
    grants: [],
    price: 'free',
  },
  'AWS::EC2::VPCEndpoint': {
    ...machinery,
    look: 'detected',
    noun: 'VPC endpoint',
    arn: 'ec2:R:A:vpc-endpoint/I',
    confirmedBy: 'ec2:DescribeVpcEndpoints',
    grants: ['PolicyDocument'],
    // Gateway endpoints, which ours are (Amazon VPC user guide, "Gateway endpoints", Pricing).
    price: 'free',
  },
  'AWS::EC2::VPCGatewayAttachment': {
    ...part,
    look: 'detected',
    noun: 'attachment of a gateway',
    grants: 'everything',
  },
  'AWS::EC2::Volume': {
    ...machinery,
    noun: 'volume',
    arn: 'ec2:R:A:volume/I',
    confirmedBy: 'ec2:DescribeVolumes',
    grants: 'everything',
    price: 'volumeGbMonth',
    loss: { rank: 1, many: 'volumes', meaning: 'with the data on it' },
    keptBy: 'tags',
    data: 'volumes',
  },
  'AWS::ECR::Repository': {
    ...machinery,
    look: 'compared',
    noun: 'image repository',
    arn: 'ecr:R:A:repository/I',
    confirmedBy: 'ecr:DescribeRepositories',
    grants: ['RepositoryPolicyText'],
    price: 'registryGbMonth',
    loss: { rank: 8, many: 'image repositories', meaning: 'with its images' },
    data: 'images',
    nameIds: 'ecr-',
    beforeDeletion: 'empty',
  },
  // No template makes one; labs of other origins have had their homes there.
  'AWS::EFS::FileSystem': {
    ...machinery,
    noun: 'file system',
    arn: 'elasticfilesystem:R:A:file-system/I',
    confirmedBy: 'stack',
    grants: 'everything',
    price: 'unlisted',
    loss: { rank: 11, many: 'file systems', meaning: 'with the files on it' },
  },
  'AWS::EKS::AccessEntry': {
    ...machinery,
    look: 'detected',
    noun: 'access entry',
    // It lives and dies with its cluster, and its ARN does not tell the principal's whole ARN.
    arn: { service: 'eks', resource: /^access-entry\/([^/]+)\//, identifies: 'AWS::EKS::Cluster' },
    confirmedBy: 'eks:DescribeAccessEntry',
    grants: 'everything',
    price: 'free',
  },
  'AWS::EKS::Addon': {
    ...machinery,
    look: 'detected',
    noun: 'add-on',
    arn: { service: 'eks', resource: /^addon\/([^/]+)\/([^/]+)\//, physicalId: (m) => `${m[1]}|${m[2]}` },
    confirmedBy: 'eks:DescribeAddon',
    grants: ['ConfigurationValues', 'PodIdentityAssociations', 'ServiceAccountRoleArn'],
    price: 'free',
  },
  'AWS::EKS::Cluster': {
    ...machinery,
    look: 'detected',
    noun: 'cluster',
    arn: 'eks:R:A:cluster/I',
    confirmedBy: 'eks:DescribeCluster',
    grants: ['AccessConfig', 'ResourcesVpcConfig', 'RoleArn'],
    price: 'clusterHour',
    reachable: true,
    loss: { rank: 5, many: 'clusters', meaning: 'with every running server' },
    nameIds: 'eks-cluster',
    protection: 'DeletionProtection',
    beforeDeletion: 'unprotect',
  },
  'AWS::EKS::Nodegroup': {
    ...machinery,
    look: 'detected',
    noun: 'node group',
    arn: { service: 'eks', resource: /^nodegroup\/([^/]+)\/([^/]+)\//, physicalId: (m) => `${m[1]}/${m[2]}` },
    confirmedBy: 'eks:DescribeNodegroup',
    grants: ['LaunchTemplate', 'NodeRole', 'RemoteAccess'],
    price: 'free',
    loss: { rank: 6, many: 'node groups', meaning: 'the servers that run on it stop' },
  },
  'AWS::EKS::PodIdentityAssociation': {
    ...machinery,
    look: 'detected',
    noun: 'Pod Identity association',
    arn: { service: 'eks', resource: /^podidentityassociation\//, physicalId: 'ARN' },
    confirmedBy: 'eks:ListPodIdentityAssociations',
    grants: 'everything',
    price: 'free',
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    ...machinery,
    look: 'compared',
    noun: 'listener',
    arn: { service: 'elasticloadbalancing', resource: /^listener\//, physicalId: 'ARN' },
    confirmedBy: 'elasticloadbalancing:DescribeListeners',
    grants: 'everything',
    price: 'free',
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ...machinery,
    look: 'detected',
    noun: 'load balancer',
    arn: { service: 'elasticloadbalancing', resource: /^loadbalancer\//, physicalId: 'ARN' },
    confirmedBy: 'elasticloadbalancing:DescribeLoadBalancers',
    grants: 'everything',
    price: 'loadBalancerHour',
    reachable: true,
    loss: { rank: 16, many: 'load balancers', meaning: 'with its address: DNS records have to follow' },
    // The declaration takes it off, with the next change of its stack; a teardown does not.
    protection: 'LoadBalancerAttributes',
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    ...machinery,
    look: 'detected',
    noun: 'target group',
    arn: { service: 'elasticloadbalancing', resource: /^targetgroup\//, physicalId: 'ARN' },
    confirmedBy: 'elasticloadbalancing:DescribeTargetGroups',
    grants: [],
    price: 'free',
  },
  'AWS::Events::Rule': {
    ...machinery,
    look: 'detected',
    noun: 'event rule',
    arn: 'events:R:A:rule/I',
    confirmedBy: 'stack',
    grants: 'everything',
    price: 'free',
  },
  'AWS::IAM::InstanceProfile': {
    ...machinery,
    look: 'compared',
    noun: 'instance profile',
    arn: { service: 'iam', resource: /^instance-profile\/(?:.+\/)?([^/]+)$/ },
    confirmedBy: 'iam:GetInstanceProfile',
    grants: 'everything',
    price: 'free',
  },
  'AWS::IAM::ManagedPolicy': {
    ...machinery,
    noun: 'policy',
    arn: { service: 'iam', resource: /^policy\//, physicalId: 'ARN' },
    confirmedBy: 'iam:GetPolicy',
    grants: 'everything',
    price: 'free',
  },
  'AWS::IAM::OIDCProvider': {
    ...machinery,
    noun: 'OIDC provider',
    arn: { service: 'iam', resource: /^oidc-provider\//, physicalId: 'ARN' },
    confirmedBy: 'iam:GetOpenIDConnectProvider',
    grants: 'everything',
    price: 'free',
  },
  'AWS::IAM::Role': {
    ...machinery,
    look: 'compared',
    noun: 'role',
    arn: { service: 'iam', resource: /^role\/(?:.+\/)?([^/]+)$/ },
    confirmedBy: 'iam:GetRole',
    grants: 'everything',
    price: 'free',
    nameIds: 'access-role',
  },
  'AWS::IAM::RolePolicy': { ...part, look: 'compared', noun: 'inline policy', grants: 'everything' },
  'AWS::KMS::Key': {
    ...machinery,
    look: 'detected',
    noun: 'key',
    arn: 'kms:R:A:key/I',
    confirmedBy: 'stack',
    grants: 'everything',
    price: 'keyMonth',
    loss: { rank: 15, many: 'keys', meaning: 'what it encrypted cannot be read any more' },
  },
  'AWS::Lambda::Function': {
    ...machinery,
    look: 'detected',
    noun: 'function',
    arn: 'lambda:R:A:function:I',
    confirmedBy: 'stack',
    grants: 'everything',
    price: 'free',
  },
  'AWS::Lambda::Permission': { ...part, look: 'detected', noun: 'permission of a function', grants: 'everything' },
  'AWS::Logs::LogGroup': {
    ...machinery,
    look: 'compared',
    noun: 'log group',
    arn: 'logs:R:A:log-group:I',
    confirmedBy: 'logs:DescribeLogGroups',
    grants: ['ResourcePolicyDocument'],
    price: 'logStorageGbMonth',
    loss: { rank: 14, many: 'log groups', meaning: 'with its logs' },
    keptBy: 'logs',
    data: 'logs',
    nameIds: 'log-',
    protection: 'DeletionProtectionEnabled',
  },
  'AWS::Route53::RecordSet': {
    ...machinery,
    look: 'detected',
    noun: 'DNS record',
    arn: 'none',
    confirmedBy: 'stack',
    grants: 'everything',
    price: 'free',
  },
  'AWS::S3::Bucket': {
    ...machinery,
    look: 'detected',
    noun: 'bucket',
    arn: 's3:::I',
    // HeadBucket (Service Authorization Reference, Amazon S3).
    confirmedBy: 's3:ListBucket',
    grants: ['AccessControl', 'OwnershipControls', 'PublicAccessBlockConfiguration', 'ReplicationConfiguration'],
    price: 'unlisted',
    loss: { rank: 13, many: 'buckets', meaning: 'with its objects' },
    data: 'buckets',
    nameIds: 'bucket-',
    beforeDeletion: 'empty',
  },
  'AWS::S3::BucketPolicy': { ...part, look: 'detected', noun: 'bucket policy', grants: 'everything' },
  'AWS::SecretsManager::Secret': {
    ...machinery,
    noun: 'secret',
    arn: { service: 'secretsmanager', resource: /^secret:/, physicalId: 'ARN' },
    confirmedBy: 'secretsmanager:DescribeSecret',
    grants: 'everything',
    price: 'unlisted',
    loss: { rank: 12, many: 'secrets', meaning: 'with its value' },
  },
} as const satisfies Readonly<Record<string, ResourceRow>>;

type ResourceTypes = typeof resourceTypes;

export type ResourceType = keyof ResourceTypes;

/** The requests by which services are asked whether something is there; the adapter implements each of them. */
export type ExistenceQuestion = Exclude<ResourceTypes[ResourceType]['confirmedBy'], 'stack' | 'owner'>;

/** The types whose row says this. */
export type TypesWith<Member extends keyof ResourceRow, Value extends ResourceRow[Member]> = {
  [Type in ResourceType]: ResourceTypes[Type][Member] extends Value ? Type : never;
}[ResourceType];

const rows: ReadonlyMap<string, ResourceRow> = new Map(Object.entries(resourceTypes));

/** The rows as a list. */
export const resourceRows: readonly (ResourceRow & { type: ResourceType })[] = [...rows].map(([type, row]) => ({
  ...row,
  type: type as ResourceType,
}));

/** The row of a type that comes from outside; undefined for one that this program does not know. */
export function rowOf(type: string): ResourceRow | undefined {
  return rows.get(type);
}

/** Whether a type has a row that says this; narrows to the types that have one. */
export function isOf<Member extends keyof ResourceRow, Value extends ResourceRow[Member] & string>(
  type: string,
  member: Member,
  value: Value,
): type is TypesWith<Member, Value> {
  return rows.get(type)?.[member] === value;
}
