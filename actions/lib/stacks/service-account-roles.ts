import type { Deployment, ServiceAccount } from '../deployment/deployment.ts';
import { physicalName } from '../deployment/names.ts';
import { logicalId } from './logical-id.ts';
import type { Template, TemplateResource, TemplateValue } from './template.ts';

type Resources = Template['Resources'];

/**
 * For each declared service account a role with exactly its statements, and the association that gives it to pods of that
 * account (Amazon EKS user guide, "Learn how EKS Pod Identity grants pods access to AWS services"). They belong to the
 * hub's stack, which has room for them; the cluster's is filled by its node groups.
 */
export function serviceAccountRoles(deployment: Deployment): Resources {
  const resources: Resources = {};
  for (const account of deployment.service_accounts ?? []) {
    const role = logicalId('ServiceAccountRole', account.name);
    resources[role] = roleOf(account, physicalName(deployment, `service-account-role-${account.name}`));
    resources[logicalId('ServiceAccountIdentity', account.name)] = {
      Type: 'AWS::EKS::PodIdentityAssociation',
      Properties: {
        ClusterName: { Ref: 'ClusterName' },
        Namespace: account.namespace,
        ServiceAccount: account.name,
        // Not the attribute, which counts as changed with every change of the role.
        RoleArn: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/opensarlab/\${${role}}` },
      },
    };
  }
  return resources;
}

/** The role has a name of its own, so that policies of buckets in other accounts can name it before it exists. */
function roleOf(account: ServiceAccount, name: string): TemplateResource {
  const boundary = `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/\${PermissionsBoundary}`;
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      Path: '/opensarlab/',
      Description: `What servers with the service account ${account.name} may do.`,
      PermissionsBoundary: { 'Fn::Sub': boundary },
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trustOf(account)] },
      Policies: [
        {
          PolicyName: 'declared',
          PolicyDocument: { Version: '2012-10-17', Statement: account.permissions as unknown as TemplateValue[] },
        },
      ],
    },
  };
}

/**
 * Only pods of this account in this cluster: EKS sends cluster, namespace and service account as session tags
 * (Amazon EKS user guide, "Grant pods access to AWS resources based on tags"). The cluster's ARN is written out, so that a
 * change of the cluster is none of the role.
 */
function trustOf({ name, namespace }: ServiceAccount): TemplateValue {
  const cluster = `arn:\${AWS::Partition}:eks:\${AWS::Region}:\${AWS::AccountId}:cluster/\${DeploymentName}-cluster`;
  return {
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:SourceAccount': { Ref: 'AWS::AccountId' },
        'aws:RequestTag/eks-cluster-arn': { 'Fn::Sub': cluster },
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': name,
      },
    },
  };
}
