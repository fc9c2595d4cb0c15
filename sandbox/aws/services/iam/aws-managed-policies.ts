/** The paths of the AWS managed policies that the sandbox knows, `NAME` or `PATH/NAME` (aws-managed-policy/latest). */
const NAMES: ReadonlySet<string> = new Set([
  'AdministratorAccess',
  'AmazonEBSCSIDriverEKSClusterScopedPolicy',
  'AmazonEBSCSIDriverPolicyV2',
  'AmazonEC2ContainerRegistryPowerUser',
  'AmazonEC2ContainerRegistryPullOnly',
  'AmazonEC2ContainerRegistryReadOnly',
  'AmazonEC2ReadOnlyAccess',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSClusterPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
  'AmazonEKSServicePolicy',
  'AmazonEKSVPCResourceController',
  'AmazonEKSWorkerNodeMinimalPolicy',
  'AmazonEKSWorkerNodePolicy',
  'AmazonEKS_CNI_Policy',
  'AmazonS3ReadOnlyAccess',
  'AmazonSSMManagedInstanceCore',
  'CloudWatchAgentServerPolicy',
  'IAMReadOnlyAccess',
  'PowerUserAccess',
  'ReadOnlyAccess',
  'SecurityAudit',
  'job-function/ViewOnlyAccess',
  'service-role/AWSDataLifecycleManagerServiceRole',
  'service-role/AWSLambdaBasicExecutionRole',
  'service-role/AmazonEBSCSIDriverPolicy',
]);

const PREFIX = 'arn:aws:iam::aws:policy/';

/** True for the ARN of a policy that AWS keeps and the sandbox knows. */
export const isAwsManagedPolicy = (arn: string): boolean =>
  arn.startsWith(PREFIX) && NAMES.has(arn.slice(PREFIX.length));

/** Services of which ReadOnlyAccess allows what the sandbox has. */
const READABLE = [
  ...['acm', 'autoscaling', 'ce', 'cloudformation', 'codebuild', 'codecommit', 'codepipeline', 'cognito-idp', 'ec2'],
  ...['ecr', 'eks', 'elasticloadbalancing', 'iam', 'logs', 's3', 'servicequotas', 'ses', 'tag'],
];
const READING = ['BatchGet*', 'Describe*', 'Filter*', 'Get*', 'Head*', 'List*'];

const allow = (actions: readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });

/** Documents of the few whose meaning is their name; the others grant nothing here, which is stricter than AWS. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  AdministratorAccess: allow(['*']),
  ReadOnlyAccess: allow(READABLE.flatMap((service) => READING.map((verb) => `${service}:${verb}`))),
};

/** JSON text of an AWS managed policy; undefined when the sandbox has only its name. */
export const awsManagedDocument = (arn: string): string | undefined =>
  arn.startsWith(PREFIX) ? DOCUMENTS[arn.slice(PREFIX.length)] : undefined;
