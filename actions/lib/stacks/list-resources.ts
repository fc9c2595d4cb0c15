import type { Deployment } from '../deployment/deployment.ts';
import { imagesOf } from '../deployment/names.ts';
import { allGroups } from '../deployment/profile-names.ts';
import { logicalId, type Template, type TemplateResource, type TemplateValue } from './template.ts';

type Resources = Template['Resources'];

/** How many images of a repository are kept; about a year of weekly builds with two tags each. */
const imagesKept = 100;

/** What security scanners find in image repositories and is meant so. */
const acceptedFindings = [
  { id: 'CKV_AWS_51', comment: 'A build that is repeated pushes the tag of its commit again.' },
  { id: 'CKV_AWS_136', comment: 'ECR encrypts all images; a key of our own would cost 1 USD a month.' },
];

/** One ECR repository per image; it empties itself when the stack is deleted. */
export function imageRepositories(deployment: Deployment): Resources {
  const resources: Resources = {};
  for (const image of imagesOf(deployment)) {
    resources[logicalId('ImageRepository', image)] = {
      Type: 'AWS::ECR::Repository',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Metadata: { checkov: { skip: acceptedFindings } },
      Properties: {
        RepositoryName: { 'Fn::Sub': `\${ContainerNamespace}/${image}` },
        EmptyOnDelete: true,
        ImageScanningConfiguration: { ScanOnPush: true },
        LifecyclePolicy: { LifecyclePolicyText: expiryPolicy() },
      },
    };
  }
  return resources;
}

/**
 * The role of image builds with the repositories of profiles in it, each by its name: others of the namespace are the hub's.
 * @throws TypeError when the template's role has no statement for them
 */
export function completeImagesRole(deployment: Deployment, base: TemplateResource): TemplateResource {
  const repositories = imagesOf(deployment).map((image) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:ecr:\${AWS::Region}:\${AWS::AccountId}:repository/\${ContainerNamespace}/${image}`,
  }));
  const [policy, ...others] = policiesOf(base);
  const statements = policy?.PolicyDocument.Statement ?? [];
  if (policy === undefined || !statements.some(isOfImages))
    throw new TypeError('The role of image builds writes none.');
  const Statement = statements.map((each) => (isOfImages(each) ? { ...each, Resource: repositories } : each));
  const completed = { ...policy, PolicyDocument: { ...policy.PolicyDocument, Statement } };
  return { ...base, Properties: { ...base.Properties, Policies: [completed, ...others] as TemplateValue } };
}

type RolePolicy = { PolicyDocument: { Statement: { Sid?: string }[] } };

const policiesOf = ({ Properties }: TemplateResource): RolePolicy[] =>
  (Properties?.Policies ?? []) as unknown as RolePolicy[];

const isOfImages = ({ Sid }: { Sid?: string }): boolean => Sid === 'PushAndPullImagesOfProfiles';

/**
 * One group per profile, `sudo`, the declared ones, and the administrator's membership in each. A group that is no longer
 * declared goes, as the plan says, so that it can be declared again; Cognito would refuse to make one that is still there.
 */
export function userGroups(deployment: Deployment): Resources {
  const resources: Resources = {};
  for (const group of allGroups(deployment)) {
    const id = logicalId('Group', group.name);
    resources[id] = {
      Type: 'AWS::Cognito::UserPoolGroup',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        UserPoolId: { Ref: 'UserPool' },
        GroupName: group.name,
        ...(group.description === undefined ? {} : { Description: group.description }),
      },
    };
    resources[logicalId('Administrator', group.name)] = {
      Type: 'AWS::Cognito::UserPoolUserToGroupAttachment',
      DependsOn: [id, 'Administrator'],
      // Whoever is no longer the administrator keeps the account, but not what came with it.
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: { UserPoolId: { Ref: 'UserPool' }, GroupName: group.name, Username: { Ref: 'AdminUserName' } },
    };
  }
  return resources;
}

/** Access to Kubernetes for the declared administrators. */
export function clusterAdministrators(deployment: Deployment): Resources {
  const policy = `arn:\${AWS::Partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;
  const resources: Resources = {};
  for (const arn of deployment.aws.cluster_admin_arns) {
    resources[logicalId('AdminAccess', arn)] = {
      Type: 'AWS::EKS::AccessEntry',
      Properties: {
        ClusterName: { Ref: 'Cluster' },
        PrincipalArn: arn,
        Type: 'STANDARD',
        AccessPolicies: [{ PolicyArn: { 'Fn::Sub': policy }, AccessScope: { Type: 'cluster' } }],
      },
    };
  }
  return resources;
}

function expiryPolicy(): string {
  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: imagesKept };
  const description = `keep the newest ${imagesKept}`;
  return JSON.stringify({ rules: [{ rulePriority: 1, description, selection, action: { type: 'expire' } }] });
}
