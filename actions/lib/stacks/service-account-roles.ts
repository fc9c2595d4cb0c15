import type { Deployment, ServiceAccount } from '../deployment/deployment.ts';
import { physicalName } from '../deployment/names.ts';
import { logicalId, type Template, type TemplateResource, type TemplateValue } from './template.ts';

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

/** Namespace of the hub and of the users' servers. */
const namespace = 'jupyter';

/** Label of a declared service account and of the servers that run under it; its value is the account's name. */
export const serviceAccountLabel = 'opensarlab/service-account';

/**
 * What the cluster needs before servers can name the declared service accounts, as one Kubernetes list: the namespace, the
 * accounts, and a network policy that lets their servers, and only these, reach the agent that hands out credentials,
 * whatever else the chart's policy forbids. The agent listens at this address of every machine (Amazon EKS user guide, "Set
 * up the Amazon EKS Pod Identity Agent").
 */
export function serviceAccountObjects(deployment: Deployment): Record<string, unknown> {
  const accounts = (deployment.service_accounts ?? []).map(({ name }) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, labels: { [serviceAccountLabel]: name } },
    // Servers have no business with Kubernetes; Pod Identity brings a token of its own.
    automountServiceAccountToken: false,
  }));
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...accounts, agentAccess()],
  };
}

/** Label selector of service accounts that were declared once and are no longer. */
export function undeclaredServiceAccounts(deployment: Deployment): string {
  const names = (deployment.service_accounts ?? []).map(({ name }) => name);
  return names.length === 0
    ? serviceAccountLabel
    : `${serviceAccountLabel},${serviceAccountLabel} notin (${names.join(', ')})`;
}

function agentAccess(): Record<string, unknown> {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'pod-identity-agent', namespace },
    spec: {
      podSelector: { matchExpressions: [{ key: serviceAccountLabel, operator: 'Exists' }] },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: [{ protocol: 'TCP', port: 80 }] }],
    },
  };
}
