import type { SdkCall } from './sdk-calls.ts';

/** Prefix of a service's actions in IAM where it is not the SDK's name (Service Authorization Reference). */
const prefixes: Readonly<Record<string, string>> = {
  'auto-scaling': 'autoscaling',
  'cloudwatch-logs': 'logs',
  'cognito-identity-provider': 'cognito-idp',
  'cost-explorer': 'ce',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'resource-groups-tagging-api': 'tag',
  'secrets-manager': 'secretsmanager',
  'service-quotas': 'servicequotas',
  sesv2: 'ses',
};

/** Requests whose action has another name, or that take more than one, with where AWS says so. */
const exceptions: Readonly<Record<SdkCall, readonly string[]>> = {
  // Service Authorization Reference, Amazon S3.
  's3:HeadBucket': ['s3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  // "No permissions are required" (AWS STS API, GetCallerIdentity).
  'sts:GetCallerIdentity': [],
  // With RoleARN the role is passed; with tags they are set (AWS CloudFormation user guide, "Control access with IAM").
  'cloudformation:CreateChangeSet': ['cloudformation:CreateChangeSet', 'cloudformation:TagResource', 'iam:PassRole'],
  'cloudformation:DeleteStack': ['cloudformation:DeleteStack', 'iam:PassRole'],
  'cloudformation:ContinueUpdateRollback': ['cloudformation:ContinueUpdateRollback', 'iam:PassRole'],
  // CloudFormation reads each resource with what its caller may (user guide, "Detect drift on individual stack resources";
  // `handlers.read.permissions` of the types' schemas).
  'cloudformation:DetectStackResourceDrift': [
    'cloudformation:DetectStackResourceDrift',
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeLifecycleHooks',
    'autoscaling:DescribeNotificationConfigurations',
    'autoscaling:DescribeTags',
    'codepipeline:GetPipeline',
    'codepipeline:ListTagsForResource',
    'cognito-idp:DescribeUserPool',
    'cognito-idp:DescribeUserPoolDomain',
    'cognito-idp:GetGroup',
    'cognito-idp:GetUserPoolMfaConfig',
    'dlm:GetLifecyclePolicy',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeNetworkAcls',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeVpcAttribute',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcs',
    'ec2:DescribeVpnGateways',
    'eks:DescribeAccessEntry',
    'eks:DescribeAddon',
    'eks:DescribeCluster',
    'eks:DescribeNodegroup',
    'eks:DescribePodIdentityAssociation',
    'eks:ListAssociatedAccessPolicies',
    'elasticloadbalancing:DescribeCapacityReservation',
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
    'events:DescribeRule',
    'events:ListTargetsByRule',
    'kms:DescribeKey',
    'kms:GetKeyPolicy',
    'kms:GetKeyRotationStatus',
    'kms:ListResourceTags',
    'lambda:GetFunction',
    'lambda:GetFunctionCodeSigningConfig',
    'lambda:GetPolicy',
    'route53:GetHostedZone',
    'route53:ListResourceRecordSets',
    's3:GetAccelerateConfiguration',
    's3:GetAnalyticsConfiguration',
    's3:GetBucketCORS',
    's3:GetBucketLogging',
    's3:GetBucketNotification',
    's3:GetBucketObjectLockConfiguration',
    's3:GetBucketOwnershipControls',
    's3:GetBucketPolicy',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketTagging',
    's3:GetBucketVersioning',
    's3:GetBucketWebsite',
    's3:GetEncryptionConfiguration',
    's3:GetIntelligentTieringConfiguration',
    's3:GetInventoryConfiguration',
    's3:GetLifecycleConfiguration',
    's3:GetMetricsConfiguration',
    's3:GetReplicationConfiguration',
    's3:ListBucket',
  ],
  // Each request sets tags on what it makes.
  'codecommit:CreateRepository': ['codecommit:CreateRepository', 'codecommit:TagResource'],
  'ec2:CreateSnapshot': ['ec2:CreateSnapshot', 'ec2:CreateTags'],
};

/** What an identity must be allowed to send a request. */
export function iamActionsFor(call: SdkCall): readonly string[] {
  const exception = exceptions[call];
  if (exception !== undefined) return exception;
  const [service = '', operation = ''] = call.split(':');
  return [`${prefixes[service] ?? service}:${operation}`];
}

/** Whether an action of a policy, with its wildcards, covers an action (IAM user guide, "Action"; case does not count). */
export function covers(pattern: string, action: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 'i').test(action);
}
