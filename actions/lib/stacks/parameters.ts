import type { Deployment } from '../deployment/deployment.ts';
import { addonParameters } from './addon-versions.ts';
import { initialSizeParameters } from './initial-sizes.ts';
import type { ParameterValue, Stack } from './stack.ts';
import type { Versions } from './versions.ts';

type Parameters = Stack['parameters'];

/** Parameters whose text is a list with commas between the values. */
export const listParameters: ReadonlySet<string> = new Set([
  'PublicAccessCidrs',
  'AllowedEmailDomains',
  'AllowedEmails',
]);

export function containerParameters({ parameters }: Deployment, versions: Versions): Parameters {
  return { ContainerNamespace: parameters.container_namespace, BuildImage: versions.images.codebuild.version };
}

/** Whether the hub is reached under the load balancer's own name, which only the cluster's stack knows. */
export function usesLoadBalancerName(deployment: Deployment): boolean {
  return deployment.parameters.deployment_url === 'load balancer';
}

function deploymentUrl(deployment: Deployment): ParameterValue {
  return usesLoadBalancerName(deployment)
    ? { stack: 'cluster', output: 'AppUrl' }
    : deployment.parameters.deployment_url;
}

/** Empty when it is the load balancer's own. */
function hubHost(deployment: Deployment): string {
  return usesLoadBalancerName(deployment) ? '' : new URL(deployment.parameters.deployment_url).hostname;
}

/** Host and zone of a certificate that the cluster's stack requests itself, because none is given and it can prove the domain. */
function certificateToRequest(deployment: Deployment): Parameters {
  const { certificate_arn: given } = deployment.parameters;
  const zone = deployment.network.hosted_zone_id;
  const host = hubHost(deployment);
  const requested = given === undefined && zone !== undefined && host !== '';
  return { CertificateHost: requested ? host : '', CertificateZoneId: requested ? zone : '' };
}

export function clusterParameters(deployment: Deployment, versions: Versions): Parameters {
  const { parameters, network } = deployment;
  const version = versions.kubernetes.version;
  const hub = deployment.nodes.find(({ is_hub }) => is_hub);
  return {
    CloudFormationRole: deployment.aws.cloudformation_role,
    CostTagKey: parameters.cost_tag_key,
    KubernetesVersion: version,
    ...addonParameters(versions),
    ...initialSizeParameters(deployment),
    AzSuffix: parameters.az_suffix,
    SecondAzSuffix: network.second_az_suffix,
    NodeSubnets: network.nodes,
    PublicAccessCidrs: network.eks_public_access_cidrs.join(','),
    CertificateArn: parameters.certificate_arn ?? '',
    ...certificateToRequest(deployment),
    CoreInstanceType: hub?.instance[0] ?? '',
    CoreVolumeSize: String(hub?.root_volume_size ?? ''),
    // Amazon EKS user guide, "Retrieve recommended Amazon Linux AMI IDs".
    NodeImageId: {
      first: {
        machineImage: `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/x86_64/standard/recommended/image_id`,
      },
      until: 'KubernetesVersion',
    },
    DeletionProtection: deployment.protected ? { creation: 'false', afterwards: 'true' } : 'false',
  };
}

export function cognitoParameters(deployment: Deployment): Parameters {
  const { parameters, users, retain } = deployment;
  return {
    DeploymentUrl: deploymentUrl(deployment),
    AdminUserName: parameters.admin_user_name,
    AdminEmailAddress: parameters.admin_email_address,
    // The stack makes the first administrator and keeps that user as it was made; deploy sees to the next one.
    FirstAdminUserName: { first: parameters.admin_user_name, until: 'DeploymentName' },
    FirstAdminEmailAddress: { first: parameters.admin_email_address, until: 'DeploymentName' },
    SesIdentityArn: parameters.admin_email_address_sns_arn ?? '',
    SignUp: users.sign_up,
    AllowedEmailDomains: users.allowed_email_domains.join(','),
    AllowedEmails: users.allowed_emails.join(','),
    DeletionProtection:
      retain.cognito || deployment.protected ? { creation: 'INACTIVE', afterwards: 'ACTIVE' } : 'INACTIVE',
  };
}

export function hubParameters(deployment: Deployment, versions: Versions): Parameters {
  const { parameters, network } = deployment;
  return {
    ContainerNamespace: parameters.container_namespace,
    ClusterName: { stack: 'cluster', output: 'ClusterName' },
    LoadBalancerDnsName: { stack: 'cluster', output: 'LoadBalancerDnsName' },
    LoadBalancerHostedZoneId: { stack: 'cluster', output: 'LoadBalancerHostedZoneId' },
    UserPoolId: { stack: 'cognito', output: 'UserPoolId' },
    UserPoolClientId: { stack: 'cognito', output: 'UserPoolClientId' },
    SignInDomain: { stack: 'cognito', output: 'SignInDomain' },
    DeploymentUrl: deploymentUrl(deployment),
    HostedZoneId: network.hosted_zone_id ?? '',
    RecordName: hubHost(deployment),
    BuildImage: versions.images.codebuild.version,
  };
}
