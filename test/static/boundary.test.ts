import { describe, expect, test } from 'vitest';
import { type FoundPolicy, policiesOf, texts } from '../../scripts/check/static-proof/policy-statements.ts';
import { renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';
import { covers } from '../permissions/iam-actions.ts';

const policies = renderedTemplates().flatMap(policiesOf);
const ofBootstrap = (id: string): FoundPolicy => {
  const found = policies.find(({ template, resource }) => template.region === 'us-west-2' && resource.id === id);
  if (found === undefined) throw new RangeError(`bootstrap.yaml has no policy ${id}.`);
  return found;
};
const allowed = (id: string): string[] =>
  ofBootstrap(id).document.Statement.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? texts(Action) : []));

/** What roles need of policies that AWS keeps, which no template shows (AWS managed policy reference). */
const needsOfManagedPolicies: Readonly<Record<string, readonly string[]>> = {
  AmazonEKSWorkerNodePolicy: ['ec2:DescribeInstances', 'eks:DescribeCluster', 'eks-auth:AssumeRoleForPodIdentity'],
  AmazonEKS_CNI_Policy: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:AttachNetworkInterface',
    'ec2:CreateNetworkInterface',
    'ec2:CreateTags',
    'ec2:DeleteNetworkInterface',
    'ec2:DetachNetworkInterface',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:UnassignPrivateIpAddresses',
  ],
  AmazonEC2ContainerRegistryPullOnly: ['ecr:BatchGetImage', 'ecr:GetAuthorizationToken', 'ecr:GetDownloadUrlForLayer'],
  AmazonEBSCSIDriverEKSClusterScopedPolicy: [
    'ec2:AttachVolume',
    'ec2:CreateSnapshot',
    'ec2:CreateTags',
    'ec2:CreateVolume',
    'ec2:DeleteSnapshot',
    'ec2:DeleteVolume',
    'ec2:DetachVolume',
    'ec2:ModifyVolume',
  ],
  AWSDataLifecycleManagerServiceRole: [
    'ec2:CreateSnapshot',
    'ec2:CreateSnapshots',
    'ec2:DeleteSnapshot',
    'ec2:CreateTags',
  ],
  AmazonEKSClusterPolicy: ['ec2:CreateTags', 'ec2:DescribeInstances', 'ec2:DescribeVpcs', 'kms:DescribeKey'],
};

describe('the boundary', () => {
  const boundary = allowed('Boundary');
  const isAllowed = (action: string): boolean => boundary.some((pattern) => covers(pattern, action));

  test('leaves the roles of stacks everything that their own policies say', () => {
    const missing = policies
      .filter(({ purpose, template }) => purpose === 'identity' && template.name !== 'opensarlab-bootstrap')
      .flatMap(({ template, resource, document }) =>
        document.Statement.flatMap(({ Action }) => texts(Action))
          .filter((action) => !isAllowed(action))
          .map((action) => `${template.name} ${resource.id} ${action}`),
      );
    expect(missing).toEqual([]);
  });

  test.each(Object.entries(needsOfManagedPolicies))('leaves %s what it is for', (_, actions) => {
    expect(actions.filter((action) => !isAllowed(action))).toEqual([]);
  });

  test.each([
    'codebuild:UpdateProject',
    'codepipeline:UpdatePipeline',
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:ModifyInstanceAttribute',
    'ec2:RunInstances',
    'eks:AssociateAccessPolicy',
    'eks:CreateAccessEntry',
    'eks:UpdateClusterConfig',
    'elasticloadbalancing:CreateLoadBalancer',
    'iam:CreateRole',
    'iam:PassRole',
    'iam:UpdateAssumeRolePolicy',
    'kms:PutKeyPolicy',
    'lambda:UpdateFunctionCode',
    's3:PutBucketPolicy',
    'secretsmanager:ListSecrets',
    'ssm:SendCommand',
  ])('stops %s, with which a role could get further or open something', (action) => {
    expect(isAllowed(action)).toBe(false);
  });

  test('keeps roles from everything about the records of the account', () => {
    const denied = ofBootstrap('Boundary').document.Statement.filter(({ Effect }) => Effect === 'Deny');
    const bucket = 'arn:aws:s3:::opensarlab-records-123456789012-us-west-2';
    expect(denied.map(({ Action, Resource }) => [Action, Resource])).toEqual([['s3:*', [bucket, `${bucket}/*`]]]);
  });

  test('stops roles from taking on others of the same account', () => {
    const statements = ofBootstrap('Boundary').document.Statement;
    const assuming = statements.filter(({ Action }) =>
      texts(Action).some((action) => covers(action, 'sts:AssumeRole')),
    );
    expect(assuming.map(({ Condition }) => Condition)).toEqual([
      { StringNotEquals: { 'aws:ResourceAccount': '123456789012' } },
    ]);
  });
});
