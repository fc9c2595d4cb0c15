/** What a command prints, in part: objects have at least these members, lists these entries in this order. */
export type Expected = { output: unknown } | { error: string; of: string; says?: string };

/** A command line and what AWS answers to it. */
export type CliCommand = {
  /** Words after `aws`; `{name}` is put in from what an earlier command saved. */
  line: string;
  /** Further words that have spaces in them. */
  and?: readonly string[];
  expect: Expected;
  /** Members of the output to keep, by name: a path such as `Role.Arn`. */
  save?: Readonly<Record<string, string>>;
};

const says = (line: string, output: unknown, more: Omit<CliCommand, 'line' | 'expect'> = {}): CliCommand => ({
  ...{ line, expect: { output } },
  ...more,
});
const done = (line: string, and: readonly string[] = []): CliCommand => ({ line, and, expect: { output: '' } });
const refused = (line: string, of: string, error: string, words = '', and: readonly string[] = []): CliCommand => ({
  ...{ line, and, expect: { error, of, says: words } },
});

const account = '123456789012';
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
});
const mayListBuckets = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
});
const template = (resources: object, outputs: object = {}): string =>
  JSON.stringify({ Resources: resources, Outputs: outputs });
const labels = { Tags: [{ Key: 'osl-billing', Value: 'sar' }] };
const lab = template(
  {
    Network: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16', ...labels } },
    SubnetA: {
      Type: 'AWS::EC2::Subnet',
      Properties: { VpcId: { Ref: 'Network' }, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-west-2a' },
    },
    SubnetB: {
      Type: 'AWS::EC2::Subnet',
      Properties: { VpcId: { Ref: 'Network' }, CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-west-2b' },
    },
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: 'sar' } },
    Client: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: { UserPoolId: { Ref: 'Pool' }, ClientName: 'hub', GenerateSecret: true },
    },
    Cluster: {
      Type: 'AWS::EKS::Cluster',
      Properties: {
        Name: 'sar-cluster',
        Version: '1.36',
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        ResourcesVpcConfig: { SubnetIds: [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }] },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEKSClusterPolicy'],
      },
    },
  },
  { Vpc: { Value: { Ref: 'Network' } }, Pool: { Value: { Ref: 'Pool' } }, Client: { Value: { Ref: 'Client' } } },
);

/**
 * Command lines over the services that the product uses, with what AWS answers: its API references, and for errors the
 * messages that the services send. The command line itself signs, serialises, retries, paginates and waits.
 */
export const cliCommands: readonly CliCommand[] = [
  says('sts get-caller-identity', { Account: account, Arn: `arn:aws:iam::${account}:user/administrator` }),

  says('s3api create-bucket --bucket sar-data --create-bucket-configuration LocationConstraint=us-west-2', {
    Location: 'http://sar-data.s3.amazonaws.com/',
  }),
  refused(
    's3api create-bucket --bucket sar-data --create-bucket-configuration LocationConstraint=us-west-2',
    'CreateBucket',
    'BucketAlreadyOwnedByYou',
  ),
  says('s3api put-object --bucket sar-data --key a/b.txt --body {file}', {
    ETag: '"900150983cd24fb0d6963f7d28e17f72"',
    ServerSideEncryption: 'AES256',
  }),
  refused(
    's3api put-object --bucket sar-data --key a/b.txt --if-none-match * --body {file}',
    'PutObject',
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
  ),
  says('s3api list-objects-v2 --bucket sar-data', {
    Contents: [{ Key: 'a/b.txt', Size: 3, StorageClass: 'STANDARD' }],
  }),
  says('s3api head-object --bucket sar-data --key a/b.txt', { ContentLength: 3 }),
  refused('s3api head-object --bucket sar-data --key nope', 'HeadObject', '404', 'Not Found'),
  refused(
    's3api get-object --bucket sar-data --key nope {file}.out',
    'GetObject',
    'NoSuchKey',
    'The specified key does not exist.',
  ),
  says('s3 ls s3://sar-data', /^ +PRE a\/\n$/),
  says('s3 cp {file} s3://sar-data/c.txt --no-progress', /upload: .* to s3:\/\/sar-data\/c\.txt\n$/),
  says('s3 rm s3://sar-data --recursive', /^delete: s3:\/\/sar-data\/\S+\ndelete: s3:\/\/sar-data\/\S+\n$/),
  refused(
    's3api get-bucket-policy --bucket sar-data',
    'GetBucketPolicy',
    'NoSuchBucketPolicy',
    'The bucket policy does not exist',
  ),
  done('s3api put-bucket-versioning --bucket sar-data --versioning-configuration Status=Enabled'),
  says('s3api get-bucket-versioning --bucket sar-data', { Status: 'Enabled' }),
  says(
    's3api put-object --bucket sar-data --key kept --body {file}',
    { VersionId: /./ },
    { save: { version: 'VersionId' } },
  ),
  says('s3api delete-object --bucket sar-data --key kept', { DeleteMarker: true }),
  says('s3api list-object-versions --bucket sar-data', {
    Versions: [{ Key: 'kept', IsLatest: false }],
    DeleteMarkers: [{ Key: 'kept', IsLatest: true }],
  }),
  refused('s3api delete-bucket --bucket sar-data', 'DeleteBucket', 'BucketNotEmpty'),
  says('s3api list-buckets', { Buckets: [{ Name: 'sar-data' }] }),
  refused('s3api get-bucket-location --bucket nope', 'GetBucketLocation', 'NoSuchBucket'),
  refused('s3api head-bucket --bucket nope', 'HeadBucket', '404'),

  says('ecr create-repository --repository-name sar/hub', {
    repository: {
      repositoryArn: `arn:aws:ecr:us-west-2:${account}:repository/sar/hub`,
      repositoryUri: `${account}.dkr.ecr.us-west-2.amazonaws.com/sar/hub`,
      imageTagMutability: 'MUTABLE',
    },
  }),
  refused(
    'ecr create-repository --repository-name sar/hub',
    'CreateRepository',
    'RepositoryAlreadyExistsException',
    `The repository with name 'sar/hub' already exists in the registry with id '${account}'`,
  ),
  says('ecr describe-repositories', { repositories: [{ repositoryName: 'sar/hub' }] }),
  refused('ecr describe-repositories --repository-names nope', 'DescribeRepositories', 'RepositoryNotFoundException'),
  says('ecr list-images --repository-name sar/hub', { imageIds: [] }),
  says('ecr get-login-password', /^\S+\n$/),
  says('ecr delete-repository --repository-name sar/hub', { repository: { repositoryName: 'sar/hub' } }),

  says(
    'iam create-role --role-name reader --assume-role-policy-document',
    { Role: { Arn: `arn:aws:iam::${account}:role/reader`, RoleId: /^AROA/, MaxSessionDuration: 3600 } },
    { and: [trust] },
  ),
  refused(
    'iam create-role --role-name reader --assume-role-policy-document',
    'CreateRole',
    'EntityAlreadyExists',
    'Role with name reader already exists.',
    [trust],
  ),
  says('iam get-role --role-name reader', { Role: { AssumeRolePolicyDocument: { Version: '2012-10-17' } } }),
  refused('iam get-role --role-name nope', 'GetRole', 'NoSuchEntity', 'The role with name nope cannot be found.'),
  done('iam put-role-policy --role-name reader --policy-name list --policy-document', [mayListBuckets]),
  says('iam list-role-policies --role-name reader', { PolicyNames: ['list'] }),
  refused(
    'iam delete-role --role-name reader',
    'DeleteRole',
    'DeleteConflict',
    'Cannot delete entity, must delete policies first.',
  ),
  refused('iam create-policy --policy-name nope --policy-document', 'CreatePolicy', 'MalformedPolicyDocument', '', [
    '{',
  ]),
  says(
    `sts assume-role --role-arn arn:aws:iam::${account}:role/reader --role-session-name me`,
    { AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/reader/me` } },
    {
      save: {
        key: 'Credentials.AccessKeyId',
        secret: 'Credentials.SecretAccessKey',
        token: 'Credentials.SessionToken',
      },
    },
  ),
  refused(
    `sts assume-role --role-arn arn:aws:iam::${account}:role/nope --role-session-name me`,
    'AssumeRole',
    'AccessDenied',
    `User: arn:aws:iam::${account}:user/administrator is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${account}:role/nope`,
  ),

  says('secretsmanager create-secret --name sar/token --secret-string abc', { Name: 'sar/token' }),
  says('secretsmanager get-secret-value --secret-id sar/token', { SecretString: 'abc', VersionStages: ['AWSCURRENT'] }),
  refused(
    'secretsmanager get-secret-value --secret-id nope',
    'GetSecretValue',
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  ),
  refused(
    'secretsmanager create-secret --name sar/token --secret-string abc',
    'CreateSecret',
    'ResourceExistsException',
    'The operation failed because the secret sar/token already exists.',
  ),
  says('secretsmanager delete-secret --secret-id sar/token --recovery-window-in-days 7', { Name: 'sar/token' }),
  refused(
    'secretsmanager get-secret-value --secret-id sar/token',
    'GetSecretValue',
    'InvalidRequestException',
    'marked for deletion',
  ),
  says('secretsmanager restore-secret --secret-id sar/token', { Name: 'sar/token' }),

  done('logs create-log-group --log-group-name /sar/hub'),
  refused(
    'logs create-log-group --log-group-name /sar/hub',
    'CreateLogGroup',
    'ResourceAlreadyExistsException',
    'The specified log group already exists',
  ),
  refused(
    'logs put-retention-policy --log-group-name /sar/hub --retention-in-days 13',
    'PutRetentionPolicy',
    'InvalidParameterException',
  ),
  done('logs put-retention-policy --log-group-name /sar/hub --retention-in-days 30'),
  says('logs describe-log-groups --log-group-name-prefix /sar', {
    logGroups: [
      { logGroupName: '/sar/hub', retentionInDays: 30, arn: `arn:aws:logs:us-west-2:${account}:log-group:/sar/hub:*` },
    ],
  }),
  done('logs create-log-stream --log-group-name /sar/hub --log-stream-name one'),
  says(
    'logs put-log-events --log-group-name /sar/hub --log-stream-name one --log-events timestamp={now},message=hello',
    {},
  ),
  says('logs filter-log-events --log-group-name /sar/hub', { events: [{ logStreamName: 'one', message: 'hello' }] }),
  done('logs delete-log-group --log-group-name /sar/hub'),
  refused(
    'logs delete-log-group --log-group-name /sar/hub',
    'DeleteLogGroup',
    'ResourceNotFoundException',
    'The specified log group does not exist.',
  ),

  says('codecommit create-repository --repository-name sar', {
    repositoryMetadata: { accountId: account, Arn: `arn:aws:codecommit:us-west-2:${account}:sar` },
  }),
  refused(
    'codecommit create-repository --repository-name sar',
    'CreateRepository',
    'RepositoryNameExistsException',
    'Repository named sar already exists',
  ),
  says('codecommit list-repositories', { repositories: [{ repositoryName: 'sar' }] }),
  refused('codecommit get-branch --repository-name sar --branch-name main', 'GetBranch', 'BranchDoesNotExistException'),
  says('codecommit delete-repository --repository-name sar', { repositoryId: /^[0-9a-f-]{36}$/ }),
  refused(
    'codecommit get-repository --repository-name sar',
    'GetRepository',
    'RepositoryDoesNotExistException',
    'sar does not exist',
  ),

  says('codebuild batch-get-projects --names nope', { projects: [], projectsNotFound: ['nope'] }),
  refused(
    'codebuild start-build --project-name nope',
    'StartBuild',
    'ResourceNotFoundException',
    `Project cannot be found: arn:aws:codebuild:us-west-2:${account}:project/nope`,
  ),
  refused(
    'codepipeline get-pipeline --name nope',
    'GetPipeline',
    'PipelineNotFoundException',
    `Account '${account}' does not have a pipeline with name 'nope'`,
  ),
  refused('codepipeline start-pipeline-execution --name nope', 'StartPipelineExecution', 'PipelineNotFoundException'),

  says('ec2 describe-availability-zones', { AvailabilityZones: [{ ZoneName: 'us-west-2a', State: 'available' }] }),
  refused(
    'ec2 describe-vpcs --vpc-ids vpc-0123456789abcdef0',
    'DescribeVpcs',
    'InvalidVpcID.NotFound',
    "The vpc ID 'vpc-0123456789abcdef0' does not exist",
  ),
  says('ec2 describe-instance-types --instance-types m6a.large', {
    InstanceTypes: [{ VCpuInfo: { DefaultVCpus: 2 }, MemoryInfo: { SizeInMiB: 8192 } }],
  }),
  refused('ec2 describe-instance-types --instance-types m9z.large', 'DescribeInstanceTypes', 'InvalidInstanceType'),
  says(
    'ec2 create-volume --availability-zone us-west-2a --size 8 --volume-type gp3',
    { State: 'creating', Iops: 3000, Throughput: 125, Encrypted: false },
    { save: { volume: 'VolumeId' } },
  ),
  done('ec2 wait volume-available --volume-ids {volume}'),
  done('ec2 create-tags --resources {volume} --tags Key=osl-billing,Value=sar'),
  says('ec2 describe-volumes --filters Name=tag:osl-billing,Values=sar', {
    Volumes: [{ VolumeId: /^vol-/, State: 'available', Tags: [{ Key: 'osl-billing', Value: 'sar' }] }],
  }),
  says('ec2 create-snapshot --volume-id {volume}', { VolumeSize: 8 }, { save: { snapshot: 'SnapshotId' } }),
  done('ec2 wait snapshot-completed --snapshot-ids {snapshot}'),
  done('ec2 delete-snapshot --snapshot-id {snapshot}'),
  done('ec2 delete-volume --volume-id {volume}'),
  done('ec2 wait volume-deleted --volume-ids {volume}'),
  refused(
    'ec2 delete-volume --volume-id vol-0123456789abcdef0',
    'DeleteVolume',
    'InvalidVolume.NotFound',
    "The volume 'vol-0123456789abcdef0' does not exist",
  ),
  refused(
    'ec2 describe-subnets --filters Name=colour,Values=red',
    'DescribeSubnets',
    'InvalidParameterValue',
    "The filter 'colour' is invalid",
  ),
  says('ec2 describe-subnets --filters Name=default-for-az,Values=true --query length(Subnets)', /^4\n$/),

  refused(
    'cloudformation describe-stacks --stack-name nope',
    'DescribeStacks',
    'ValidationError',
    'Stack with id nope does not exist',
  ),
  says(
    'cloudformation validate-template --template-body',
    { Parameters: [] },
    {
      and: [template({ Bucket: { Type: 'AWS::S3::Bucket' } })],
    },
  ),
  refused(
    'cloudformation create-stack --stack-name bad --template-body',
    'CreateStack',
    'ValidationError',
    'Template format error: Unrecognized resource types: [AWS::S3::Bukket]',
    [template({ Bucket: { Type: 'AWS::S3::Bukket' } })],
  ),
  refused(
    'cloudformation create-stack --stack-name lab --template-body',
    'CreateStack',
    'InsufficientCapabilitiesException',
    'Requires capabilities : [CAPABILITY_IAM]',
    [lab],
  ),
  says(
    'cloudformation create-stack --stack-name lab --capabilities CAPABILITY_IAM --template-body',
    { StackId: /^arn:aws:cloudformation:us-west-2:123456789012:stack\/lab\// },
    { and: [lab] },
  ),
  refused(
    'cloudformation create-stack --stack-name lab --capabilities CAPABILITY_IAM --template-body',
    'CreateStack',
    'AlreadyExistsException',
    'Stack [lab] already exists',
    [lab],
  ),
  done('cloudformation wait stack-create-complete --stack-name lab'),
  says(
    'cloudformation describe-stacks --stack-name lab',
    {
      Stacks: [
        {
          StackStatus: 'CREATE_COMPLETE',
          Outputs: [{ OutputKey: 'Vpc' }, { OutputKey: 'Pool' }, { OutputKey: 'Client' }],
        },
      ],
    },
    {
      save: {
        vpc: 'Stacks.0.Outputs.0.OutputValue',
        pool: 'Stacks.0.Outputs.1.OutputValue',
        client: 'Stacks.0.Outputs.2.OutputValue',
      },
    },
  ),
  refused(
    'cloudformation update-stack --stack-name lab --use-previous-template --capabilities CAPABILITY_IAM',
    'UpdateStack',
    'ValidationError',
    'No updates are to be performed.',
  ),
  says('ec2 describe-vpcs --vpc-ids {vpc}', { Vpcs: [{ CidrBlock: '10.0.0.0/16', IsDefault: false }] }),
  says('ec2 describe-subnets --filters Name=vpc-id,Values={vpc} --query length(Subnets)', /^2\n$/),
  says('resourcegroupstaggingapi get-resources --tag-filters Key=osl-billing,Values=sar', {
    ResourceTagMappingList: [{ ResourceARN: /:vpc\/vpc-/ }],
  }),
  says('cognito-idp describe-user-pool --user-pool-id {pool}', { UserPool: { Name: 'sar' } }),
  says(
    'cognito-idp describe-user-pool-client --user-pool-id {pool} --client-id {client} --query UserPoolClient.ClientName',
    /^"hub"\n$/,
  ),
  says('cognito-idp admin-create-user --user-pool-id {pool} --username jdoe', {
    User: { Username: 'jdoe', Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' },
  }),
  refused(
    'cognito-idp admin-create-user --user-pool-id {pool} --username jdoe',
    'AdminCreateUser',
    'UsernameExistsException',
    'User account already exists',
  ),
  refused(
    'cognito-idp admin-get-user --user-pool-id {pool} --username nobody',
    'AdminGetUser',
    'UserNotFoundException',
    'User does not exist.',
  ),
  says('eks describe-cluster --name sar-cluster', { cluster: { status: 'ACTIVE', version: '1.36' } }),
  says('eks list-clusters', { clusters: ['sar-cluster'] }),
  done('eks wait cluster-active --name sar-cluster'),
  refused(
    'eks describe-nodegroup --cluster-name sar-cluster --nodegroup-name nope',
    'DescribeNodegroup',
    'ResourceNotFoundException',
  ),
  done('cloudformation delete-stack --stack-name lab'),
  done('cloudformation wait stack-delete-complete --stack-name lab'),
  refused(
    'eks describe-cluster --name sar-cluster',
    'DescribeCluster',
    'ResourceNotFoundException',
    'No cluster found for name: sar-cluster.',
  ),

  refused(
    'elbv2 describe-load-balancers --names nope',
    'DescribeLoadBalancers',
    'LoadBalancerNotFound',
    "Load balancers '[nope]' not found",
  ),
  says('autoscaling describe-auto-scaling-groups', { AutoScalingGroups: [] }),
  refused(
    `acm describe-certificate --certificate-arn arn:aws:acm:us-west-2:${account}:certificate/0a1b2c3d-1111-2222-3333-444455556666`,
    'DescribeCertificate',
    'ResourceNotFoundException',
  ),
  says('sesv2 create-email-identity --email-identity example.org', { IdentityType: 'DOMAIN' }),
  says('sesv2 get-email-identity --email-identity example.org', { VerificationStatus: 'PENDING' }),
  refused(
    'sesv2 get-email-identity --email-identity nope.org',
    'GetEmailIdentity',
    'NotFoundException',
    'Email identity nope.org does not exist.',
  ),
  refused(
    'service-quotas get-service-quota --service-code vpc --quota-code L-00000000',
    'GetServiceQuota',
    'NoSuchResourceException',
  ),
];

/** Command lines under the role `reader`, which may list buckets and nothing else. */
export const readersCommands: readonly CliCommand[] = [
  says('s3api list-buckets', { Buckets: [{ Name: 'sar-data' }] }),
  refused(
    's3api get-bucket-versioning --bucket sar-data',
    'GetBucketVersioning',
    'AccessDenied',
    `User: arn:aws:sts::${account}:assumed-role/reader/me is not authorized to perform: s3:GetBucketVersioning on resource: "arn:aws:s3:::sar-data" because no identity-based policy allows the s3:GetBucketVersioning action`,
  ),
  refused(
    'ec2 describe-vpcs',
    'DescribeVpcs',
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: arn:aws:sts::${account}:assumed-role/reader/me is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action`,
  ),
  refused(
    'iam list-roles',
    'ListRoles',
    'AccessDenied',
    `User: arn:aws:sts::${account}:assumed-role/reader/me is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::${account}:role/ because no identity-based policy allows the iam:ListRoles action`,
  ),
  refused(
    'eks list-clusters',
    'ListClusters',
    'AccessDeniedException',
    `User: arn:aws:sts::${account}:assumed-role/reader/me is not authorized to perform: eks:ListClusters on resource: arn:aws:eks:us-west-2:${account}:cluster/*`,
  ),
];
