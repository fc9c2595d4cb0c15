import type { RequestContext } from '@opensarlab/sandbox';

export const account = '123456789012';
export const region = 'us-west-2';
export const deployment = 'typical';

const at = (service: string, part: string): string => `arn:aws:${service}:${region}:${account}:${part}`;
export const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

/** What carries a deployment's tag, and what would be given it. */
export const own: RequestContext = { 'aws:ResourceTag/opensarlab:deployment': deployment };
export const ofNobody: RequestContext = {};
export const ofOthers: RequestContext = { 'aws:ResourceTag/team': 'payroll' };
const asking: RequestContext = { 'aws:RequestTag/opensarlab:deployment': deployment };
const underService: RequestContext = { 'cloudformation:RoleArn': role('opensarlab-cloudformation') };
const underPowerless: RequestContext = { 'cloudformation:RoleArn': role('opensarlab-cloudformation-powerless') };

/** An act on a resource, with the condition keys of the request; the resource's tags are added. */
export type Act = readonly [action: string, resource: string, context?: RequestContext];

/** Names that look like a deployment's, so that only the tag can tell. */
const key = at('kms', 'key/0a1b2c3d-0000-4000-8000-000000000000');
const pool = at('cognito-idp', 'userpool/us-west-2_payroll1');
const certificate = at('acm', 'certificate/0a1b2c3d-0000-4000-8000-000000000000');
const lifecycle = at('dlm', 'policy/policy-0a1b2c3d');
const repository = at('ecr', 'repository/payroll-container/app');
const cluster = at('eks', 'cluster/payroll-cluster');
const balancer = at('elasticloadbalancing', 'loadbalancer/app/payroll/0a1b');
const listener = at('elasticloadbalancing', 'listener/app/payroll/0a1b/2c3d');
const targets = at('elasticloadbalancing', 'targetgroup/payroll/0a1b');
const rule = at('events', 'rule/payroll-container-PushRule-1');
const handler = at('lambda', 'function:payroll-cognito-SignUp-1');
const group = at('logs', 'log-group:/aws/codebuild/payroll-images:log-stream:');
const scaling = at('autoscaling', 'autoScalingGroup:1-2:autoScalingGroupName/payroll-cluster-CoreNode-1');
const project = at('codebuild', 'project/payroll-images');
const pipeline = at('codepipeline', 'payroll-Pipeline');
const code = at('codecommit', 'payroll-cluster');
const stack = at('cloudformation', 'stack/payroll-cluster/0a1b');
const ec2 = (part: string): string => at('ec2', part);
const snapshot = `arn:aws:ec2:${region}::snapshot/snap-1`;

/** Acts that a role may do on what carries a deployment's tag, and on nothing else. */
export const byOwnership: Readonly<Record<string, readonly Act[]>> = {
  CloudFormationRole: [
    ['acm:DeleteCertificate', certificate],
    ['acm:RemoveTagsFromCertificate', certificate],
    ['autoscaling:DeleteAutoScalingGroup', scaling],
    ['autoscaling:UpdateAutoScalingGroup', scaling],
    ['codebuild:DeleteProject', project],
    ['codebuild:UpdateProject', project],
    ['codepipeline:DeletePipeline', pipeline],
    ['codepipeline:UpdatePipeline', pipeline],
    ['cognito-idp:AdminAddUserToGroup', pool],
    ['cognito-idp:AdminCreateUser', pool],
    ['cognito-idp:CreateUserPoolClient', pool],
    ['cognito-idp:CreateUserPoolDomain', pool],
    ['cognito-idp:DeleteUserPool', pool],
    ['cognito-idp:UpdateUserPool', pool],
    ['dlm:DeleteLifecyclePolicy', lifecycle],
    ['dlm:UpdateLifecyclePolicy', lifecycle],
    ['ec2:AssociateRouteTable', ec2('subnet/subnet-1')],
    ['ec2:AttachInternetGateway', ec2('vpc/vpc-1')],
    ['ec2:AuthorizeSecurityGroupIngress', ec2('security-group/sg-1')],
    ['ec2:CreateLaunchTemplateVersion', ec2('launch-template/lt-1')],
    ['ec2:CreateNatGateway', ec2('subnet/subnet-1'), asking],
    ['ec2:CreateRoute', ec2('route-table/rtb-1')],
    ['ec2:CreateSecurityGroup', ec2('vpc/vpc-1'), asking],
    ['ec2:CreateSubnet', ec2('vpc/vpc-1'), asking],
    ['ec2:CreateTags', ec2('security-group/sg-1'), asking],
    ['ec2:CreateVpcEndpoint', ec2('route-table/rtb-1'), asking],
    ['ec2:DeleteLaunchTemplate', ec2('launch-template/lt-1')],
    ['ec2:DeleteNatGateway', ec2('natgateway/nat-1')],
    ['ec2:DeleteRouteTable', ec2('route-table/rtb-1')],
    ['ec2:DeleteSecurityGroup', ec2('security-group/sg-1')],
    ['ec2:DeleteSubnet', ec2('subnet/subnet-1')],
    ['ec2:DeleteTags', ec2('vpc/vpc-1')],
    ['ec2:DeleteVpc', ec2('vpc/vpc-1')],
    ['ec2:DeleteVpcEndpoints', ec2('vpc-endpoint/vpce-1')],
    ['ec2:DetachInternetGateway', ec2('internet-gateway/igw-1')],
    ['ec2:ModifySubnetAttribute', ec2('subnet/subnet-1')],
    ['ec2:ReleaseAddress', ec2('elastic-ip/eipalloc-1')],
    ['ec2:ReplaceRoute', ec2('route-table/rtb-1')],
    ['ec2:RevokeSecurityGroupEgress', ec2('security-group/sg-1')],
    ['ec2:RunInstances', ec2('launch-template/lt-1')],
    ['ec2:RunInstances', ec2('subnet/subnet-1')],
    ['ecr:BatchDeleteImage', repository],
    ['ecr:DeleteRepository', repository],
    ['ecr:PutLifecyclePolicy', repository],
    ['ecr:SetRepositoryPolicy', repository],
    ['eks:AssociateAccessPolicy', at('eks', 'access-entry/payroll-cluster/role/1/x/y')],
    ['eks:CreateAccessEntry', cluster],
    ['eks:CreateAddon', cluster],
    ['eks:CreatePodIdentityAssociation', cluster],
    ['eks:DeleteAddon', at('eks', 'addon/payroll-cluster/coredns/1')],
    ['eks:DeleteCluster', cluster],
    ['eks:DeleteNodegroup', at('eks', 'nodegroup/payroll-cluster/small/1')],
    ['eks:UpdateClusterConfig', cluster],
    ['eks:UpdatePodIdentityAssociation', at('eks', 'podidentityassociation/payroll-cluster/a-1')],
    ['elasticloadbalancing:AddTags', balancer, asking],
    ['elasticloadbalancing:CreateListener', balancer, asking],
    ['elasticloadbalancing:DeleteLoadBalancer', balancer],
    ['elasticloadbalancing:DeleteTargetGroup', targets],
    ['elasticloadbalancing:ModifyListener', listener],
    ['elasticloadbalancing:RegisterTargets', targets],
    ['elasticloadbalancing:SetSecurityGroups', balancer],
    ['events:DeleteRule', rule],
    ['events:PutTargets', rule],
    ['lambda:AddPermission', handler],
    ['lambda:DeleteFunction', handler],
    ['lambda:GetFunction', handler],
    ['lambda:UpdateFunctionCode', handler],
    ['logs:DeleteLogGroup', group],
    ['logs:PutRetentionPolicy', group],
  ],
  DeployRole: [
    ['cloudformation:ContinueUpdateRollback', stack, underService],
    ['cloudformation:DeleteStack', stack, underService],
    ['cloudformation:UpdateTerminationProtection', stack],
    ['codebuild:StartBuild', project],
    ['codecommit:GitPush', code],
    ['codepipeline:StartPipelineExecution', pipeline],
    ['cognito-idp:AdminCreateUser', pool],
    ['cognito-idp:AdminUpdateUserAttributes', pool],
    ['ecr:BatchDeleteImage', repository],
  ],
  DestroyRole: [
    ['cloudformation:DeleteStack', stack, underService],
    ['cloudformation:UpdateTerminationProtection', stack],
    ['codebuild:StartBuild', project],
    ['codebuild:StopBuild', project],
    ['codecommit:DeleteRepository', code],
    ['codepipeline:StopPipelineExecution', pipeline],
    ['cognito-idp:UpdateUserPool', pool],
    ['ec2:CreateSnapshot', ec2('volume/vol-1')],
    ['ec2:DeleteNetworkInterface', ec2('network-interface/eni-1')],
    ['ec2:DeleteSnapshot', snapshot],
    ['ec2:DeleteVolume', ec2('volume/vol-1')],
    ['ecr:BatchDeleteImage', repository],
    ['ecr:DeleteRepository', repository],
    ['eks:UpdateClusterConfig', cluster],
    ['logs:DeleteLogGroup', group],
  ],
};

/** Acts that a role may not do on anything, tagged as a deployment's or not. */
export const never: Readonly<Record<string, readonly Act[]>> = {
  CloudFormationRole: [
    ...['CreateGrant', 'Decrypt', 'DisableKey', 'PutKeyPolicy', 'ScheduleKeyDeletion'].map(
      (action): Act => [`kms:${action}`, key],
    ),
    // What exists is not made to look like a deployment's.
    ['cognito-idp:TagResource', pool.replace('payroll1', 'other'), asking],
    ['dlm:TagResource', lifecycle, asking],
    ['kms:TagResource', key, asking],
    ...['codepipeline-us-west-2-4711', 'opensarlab-records-123456789012-us-west-2', 'payroll'].flatMap(
      (bucket): Act[] => [
        ['s3:DeleteBucket', `arn:aws:s3:::${bucket}`],
        ['s3:PutBucketPolicy', `arn:aws:s3:::${bucket}`],
      ],
    ),
    ['s3:GetObject', 'arn:aws:s3:::opensarlab-pipeline-us-west-2-typical/x'],
    ['secretsmanager:GetSecretValue', at('secretsmanager', 'secret:payroll')],
    ['sts:AssumeRole', role('admin')],
    ...['CreateRole', 'PutRolePolicy', 'UpdateAssumeRolePolicy'].map(
      (action): Act => [`iam:${action}`, role('payroll')],
    ),
  ],
  PowerlessRole: [
    ['cloudformation:DeleteStack', stack],
    ['ec2:DeleteVolume', ec2('volume/vol-1')],
    ['eks:DeleteCluster', cluster],
    ['s3:DeleteBucket', 'arn:aws:s3:::opensarlab-pipeline-us-west-2-typical'],
  ],
  PlanRole: [
    ['cloudformation:DeleteStack', stack, underService],
    ['cloudformation:ExecuteChangeSet', stack],
    ['codecommit:GitPush', code],
    ['ec2:DeleteVolume', ec2('volume/vol-1')],
    ['eks:UpdateClusterConfig', cluster],
    ['cognito-idp:AdminCreateUser', pool],
  ],
  DeployRole: [
    ['codecommit:DeleteRepository', code],
    ['ec2:DeleteVolume', ec2('volume/vol-1')],
    ['ecr:PutImage', repository],
    ['eks:CreateAccessEntry', cluster],
    ['s3:DeleteObject', 'arn:aws:s3:::codepipeline-us-west-2-4711/x'],
  ],
  DestroyRole: [
    ['codecommit:GitPush', code],
    ['ec2:CreateTags', ec2('volume/vol-1'), asking],
    ['ec2:TerminateInstances', ec2('instance/i-1')],
    ['s3:DeleteObject', 'arn:aws:s3:::codepipeline-us-west-2-4711/x'],
    ['s3:DeleteObjectVersion', 'arn:aws:s3:::opensarlab-records-123456789012-us-west-2/plans/x'],
  ],
  AuditRole: [
    ['cloudformation:CreateChangeSet', stack, underService],
    ['codebuild:StartBuild', project],
    ['ec2:DeleteSnapshot', snapshot],
    ['s3:GetObject', 'arn:aws:s3:::payroll/x'],
  ],
};

/** Acts on another deployment's things that a role may, and the session of a job may not. */
export const bySession: readonly Act[] = [
  ['cloudformation:CreateChangeSet', stack, { ...underService, ...asking }],
  ['cloudformation:DeleteChangeSet', stack],
  ['cloudformation:DeleteStack', stack, underPowerless],
  ['cloudformation:DeleteStack', stack, underService],
  ['cloudformation:ExecuteChangeSet', stack],
  ['cloudformation:UpdateTerminationProtection', stack],
  ['codebuild:StartBuild', project],
  ['codecommit:CreateRepository', code, asking],
  ['codecommit:DeleteRepository', code],
  ['codecommit:GitPush', code],
  ['codepipeline:DisableStageTransition', `${pipeline}/Build`],
  ['codepipeline:StartPipelineExecution', pipeline],
  ['cognito-idp:AdminCreateUser', pool],
  ['cognito-idp:UpdateUserPool', pool],
  ['ec2:CreateSnapshot', ec2('volume/vol-1')],
  ['ec2:DeleteNetworkInterface', ec2('network-interface/eni-1')],
  ['ec2:DeleteSnapshot', snapshot],
  ['ec2:DeleteVolume', ec2('volume/vol-1')],
  ['ecr:DeleteRepository', repository],
  ['eks:UpdateClusterConfig', cluster],
  ['logs:DeleteLogGroup', group],
  ['s3:DeleteObjectVersion', 'arn:aws:s3:::opensarlab-pipeline-us-west-2-payroll/x'],
];

/** Roles of builds and pods: what they may, and the same to somebody else. */
export const ofStacks: Readonly<Record<string, { may: readonly Act[]; mayNot: readonly Act[] }>> = {
  'typical-container ImagesRole': {
    may: [['ecr:PutImage', at('ecr', 'repository/typical-container/sar')]],
    mayNot: [
      ['ecr:PutImage', at('ecr', 'repository/typical-container/hub')],
      ['ecr:PutImage', at('ecr', 'repository/typical-container/services')],
      ['ecr:InitiateLayerUpload', at('ecr', 'repository/typical-container/hub')],
      ['ecr:PutImage', at('ecr', 'repository/payroll-container/sar')],
      ['ecr:BatchGetImage', at('ecr', 'repository/typical-container/hub')],
      ['codecommit:GitPull', at('codecommit', 'typical-cluster')],
      ['s3:PutObject', 'arn:aws:s3:::opensarlab-pipeline-us-west-2-typical/x'],
      ['secretsmanager:GetSecretValue', at('secretsmanager', 'secret:payroll-??????')],
    ],
  },
  'typical-container HubImagesRole': {
    may: [
      ['ecr:PutImage', at('ecr', 'repository/typical-container/hub')],
      ['codecommit:GitPull', at('codecommit', 'typical-cluster')],
    ],
    mayNot: [
      ['ecr:PutImage', at('ecr', 'repository/typical-container/sar')],
      ['ecr:PutImage', at('ecr', 'repository/payroll-container/hub')],
      ['codecommit:GitPull', at('codecommit', 'typical-container')],
      ['eks:DescribeCluster', at('eks', 'cluster/typical-cluster')],
      ['secretsmanager:GetSecretValue', at('secretsmanager', 'secret:dockerhub/creds-abcdef')],
    ],
  },
  'typical-jupyterhub HubProjectRole': {
    may: [['codecommit:GitPull', at('codecommit', 'typical-cluster')]],
    mayNot: [
      ['ecr:PutImage', at('ecr', 'repository/typical-container/sar')],
      ['eks:DescribeCluster', cluster],
      ['cognito-idp:DescribeUserPoolClient', pool],
      ['s3:PutObject', 'arn:aws:s3:::opensarlab-pipeline-us-west-2-typical-container/x'],
    ],
  },
  'typical-container PipelineRole': {
    may: [['codebuild:StartBuild', at('codebuild', 'project/typical-images')]],
    mayNot: [
      ['codebuild:StartBuild', at('codebuild', 'project/typical-jupyterhub')],
      ['codecommit:UploadArchive', at('codecommit', 'typical-cluster')],
    ],
  },
  'typical-cluster AutoscalerRole': {
    may: [['eks:DescribeNodegroup', at('eks', 'nodegroup/typical-cluster/small/1')]],
    mayNot: [
      ['autoscaling:TerminateInstanceInAutoScalingGroup', scaling],
      ['autoscaling:SetDesiredCapacity', scaling, { 'aws:ResourceTag/eks:cluster-name': 'payroll-cluster' }],
      ['eks:DescribeNodegroup', at('eks', 'nodegroup/payroll-cluster/small/1')],
    ],
  },
  'typical-cluster HubRole': {
    may: [
      ['ec2:CreateTags', ec2('volume/vol-1'), { 'aws:ResourceTag/ebs.csi.aws.com/cluster-name': 'typical-cluster' }],
    ],
    mayNot: [
      ['ec2:CreateTags', ec2('volume/vol-1')],
      ['ec2:CreateTags', ec2('volume/vol-1'), { 'aws:ResourceTag/ebs.csi.aws.com/cluster-name': 'payroll-cluster' }],
      ['ec2:DeleteVolume', ec2('volume/vol-1')],
    ],
  },
};
