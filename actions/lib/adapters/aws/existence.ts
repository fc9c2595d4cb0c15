import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { BatchGetRepositoriesCommand, CodeCommitClient } from '@aws-sdk/client-codecommit';
import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeLaunchTemplatesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  type PodIdentityAssociationSummary,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Existence, Presence, ResourceIdentity } from '../../ports/aws-ports.ts';
import { type ExistenceQuestion, rowOf } from '../../resources/resource-types.ts';
import { findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';
import { existenceLists, readTogether } from './existence-lists.ts';
import { findLogGroup } from './log-groups.ts';

/** The port that asks each resource's own service, as its type's row says. Types without a question are `unverifiable`. */
export function connectExistence(settings: ClientSettings, counter: CallCounter): Existence {
  const checks = existenceChecks(settings, counter);
  const lists = existenceLists(settings, counter);
  return {
    check: (resource) => checkOne(resource, checks),
    readAll: (resources) => readTogether(resources, lists, (resource) => checkOne(resource, checks)),
  };
}

async function checkOne(
  { type, physicalId }: ResourceIdentity,
  checks: Readonly<Record<string, ExistenceCheck>>,
): Promise<Presence> {
  const row = rowOf(type);
  const check = checks[row?.confirmedBy ?? ''];
  return row === undefined || check === undefined ? 'unverifiable' : check(physicalId, row.noun);
}

/** Every question that a row of `resources/resource-types.ts` names. */
export function existenceChecks(
  settings: ClientSettings,
  counter: CallCounter,
): Readonly<Record<ExistenceQuestion, ExistenceCheck>> {
  return {
    ...networkChecks(settings, counter),
    ...clusterChecks(settings, counter),
    ...identityChecks(settings, counter),
    ...loadBalancerChecks(settings, counter),
    ...logChecks(settings, counter),
    ...deliveryChecks(settings, counter),
    ...dataChecks(settings, counter),
  };
}

/** Asks one service about one physical id. @param noun of its type, for a failure's sentence */
type ExistenceCheck = (physicalId: string, noun: string) => Promise<Presence>;

/**
 * A check that passes the id to a describing call: an answer means that the resource is there, one of the named errors
 * that it is gone.
 * @param read tells from the answer; by default any answer means `exists`
 */
function describing<Answer>(
  notFound: readonly string[],
  describe: (physicalId: string) => Promise<Answer>,
  read: (answer: Answer, physicalId: string) => Presence = () => 'exists',
): ExistenceCheck {
  return async (physicalId, noun) => {
    const answer = await findInAws(`look for ${noun} ${physicalId}`, notFound, async () => ({
      value: await describe(physicalId),
    }));
    return answer === undefined ? 'gone' : read(answer.value, physicalId);
  };
}

/** `gone` without an item, otherwise what its status says: one of `going` and `gone` statuses, or `exists`. */
function presenceOf(
  status: string | undefined,
  found: boolean,
  statuses: { going: readonly string[]; gone: readonly string[] },
): Presence {
  if (!found || statuses.gone.includes(status ?? '')) return 'gone';
  return statuses.going.includes(status ?? '') ? 'going' : 'exists';
}

/** Also the answer for a part of a cluster that does not exist. */
const missing = ['ResourceNotFoundException'];
const statuses = { going: ['DELETING'], gone: [] };
const none = { going: [], gone: [] };

/**
 * Whether EKS clusters and their parts are there. Physical ids as CloudFormation gives them: a node group is
 * `CLUSTER/NAME`, an add-on `CLUSTER|NAME`, an access entry `PRINCIPAL-ARN|CLUSTER`, a Pod Identity association its ARN
 * (primary identifiers of the resource types).
 */
function clusterChecks(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new EKSClient(settings), counter);
  return {
    'eks:DescribeCluster': describing(
      missing,
      (name) => client.send(new DescribeClusterCommand({ name })),
      ({ cluster }) => presenceOf(cluster?.status, cluster !== undefined, statuses),
    ),
    'eks:DescribeNodegroup': describing(
      missing,
      (id) => {
        const [clusterName, nodegroupName] = halves(id, '/');
        return client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
      },
      ({ nodegroup }) => presenceOf(nodegroup?.status, nodegroup !== undefined, statuses),
    ),
    'eks:DescribeAddon': describing(
      missing,
      (id) => {
        const [clusterName, addonName] = halves(id, '|');
        return client.send(new DescribeAddonCommand({ clusterName, addonName }));
      },
      ({ addon }) => presenceOf(addon?.status, addon !== undefined, statuses),
    ),
    ...accessChecks(client),
  };
}

function accessChecks(client: EKSClient) {
  return {
    'eks:DescribeAccessEntry': describing(missing, (id) => {
      const [principalArn, clusterName] = halves(id, '|');
      return client.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
    }),
    'eks:ListPodIdentityAssociations': describing(
      missing,
      async (arn) => {
        const associations: PodIdentityAssociationSummary[] = [];
        const pages = paginateListPodIdentityAssociations({ client }, { clusterName: arn.split('/')[1] });
        for await (const { associations: found } of pages) associations.push(...(found ?? []));
        return associations;
      },
      (associations, arn) =>
        presenceOf(
          '',
          associations.some(({ associationArn }) => associationArn === arn),
          none,
        ),
    ),
  };
}

function halves(id: string, separator: string): [string, string] {
  const at = id.indexOf(separator);
  return [id.slice(0, at), id.slice(at + 1)];
}

/** Whether places that keep data are there: user pools, image repositories, buckets, secrets. */
function dataChecks(settings: ClientSettings, counter: CallCounter) {
  const cognito = counted(new CognitoIdentityProviderClient(settings), counter);
  const ecr = counted(new ECRClient(settings), counter);
  const s3 = counted(new S3Client({ ...settings, forcePathStyle: true }), counter);
  const secrets = counted(new SecretsManagerClient(settings), counter);
  return {
    'cognito-idp:DescribeUserPool': describing(['ResourceNotFoundException'], (id) =>
      cognito.send(new DescribeUserPoolCommand({ UserPoolId: id })),
    ),
    // An unclaimed domain is answered with an empty description (DescribeUserPoolDomain).
    'cognito-idp:DescribeUserPoolDomain': describing(
      ['ResourceNotFoundException'],
      (id) => cognito.send(new DescribeUserPoolDomainCommand({ Domain: id })),
      ({ DomainDescription }) =>
        presenceOf(DomainDescription?.Status, DomainDescription?.Domain !== undefined, {
          going: ['DELETING'],
          gone: [],
        }),
    ),
    'ecr:DescribeRepositories': describing(['RepositoryNotFoundException'], (id) =>
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [id] })),
    ),
    's3:ListBucket': describing(['NoSuchBucket', 'NotFound'], (id) => s3.send(new HeadBucketCommand({ Bucket: id }))),
    // A secret scheduled for deletion can be described until its recovery window ends (DescribeSecret).
    'secretsmanager:DescribeSecret': describing(
      ['ResourceNotFoundException'],
      (id) => secrets.send(new DescribeSecretCommand({ SecretId: id })),
      ({ DeletedDate }) => (DeletedDate === undefined ? 'exists' : 'gone'),
    ),
  };
}

/** Whether pipelines, their sources and builds, and Auto Scaling groups are there, by name. */
function deliveryChecks(settings: ClientSettings, counter: CallCounter) {
  const builds = counted(new CodeBuildClient(settings), counter);
  const commits = counted(new CodeCommitClient(settings), counter);
  const pipelines = counted(new CodePipelineClient(settings), counter);
  const groups = counted(new AutoScalingClient(settings), counter);
  return {
    'codebuild:BatchGetProjects': describing(
      [],
      (id) => builds.send(new BatchGetProjectsCommand({ names: [id] })),
      ({ projects }, id) => ((projects ?? []).some(({ name }) => name === id) ? 'exists' : 'gone'),
    ),
    'codecommit:BatchGetRepositories': describing(
      [],
      (id) => commits.send(new BatchGetRepositoriesCommand({ repositoryNames: [id] })),
      ({ repositories }, id) =>
        (repositories ?? []).some(({ repositoryName }) => repositoryName === id) ? 'exists' : 'gone',
    ),
    'codepipeline:GetPipeline': describing(['PipelineNotFoundException'], (id) =>
      pipelines.send(new GetPipelineCommand({ name: id })),
    ),
    'autoscaling:DescribeAutoScalingGroups': describing(
      [],
      (id) => groups.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [id] })),
      ({ AutoScalingGroups }, id) => {
        const group = (AutoScalingGroups ?? []).find(({ AutoScalingGroupName }) => AutoScalingGroupName === id);
        return presenceOf(group?.Status, group !== undefined, { going: ['Delete in progress'], gone: [] });
      },
    ),
  };
}

/** Whether log groups are there, by exact name. */
function logChecks(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new CloudWatchLogsClient(settings), counter);
  return {
    'logs:DescribeLogGroups': describing(
      [],
      (name) => findLogGroup(client, name),
      (found) => presenceOf('', found !== undefined, none),
    ),
  };
}

/** Whether EC2's resources are there, by id. Error codes: Amazon EC2 API reference, "Error codes". */
function networkChecks(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new EC2Client(settings), counter);
  return { ...vpcChecks(client), ...gatewayChecks(client), ...computeChecks(client) };
}

function vpcChecks(client: EC2Client) {
  return {
    'ec2:DescribeVpcs': describing(
      ['InvalidVpcID.NotFound'],
      (id) => client.send(new DescribeVpcsCommand({ VpcIds: [id] })),
      ({ Vpcs }) => presenceOf('', Vpcs?.[0] !== undefined, none),
    ),
    'ec2:DescribeSubnets': describing(
      ['InvalidSubnetID.NotFound'],
      (id) => client.send(new DescribeSubnetsCommand({ SubnetIds: [id] })),
      ({ Subnets }) => presenceOf('', Subnets?.[0] !== undefined, none),
    ),
    'ec2:DescribeRouteTables': describing(
      ['InvalidRouteTableID.NotFound'],
      (id) => client.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] })),
      ({ RouteTables }) => presenceOf('', RouteTables?.[0] !== undefined, none),
    ),
    'ec2:DescribeSecurityGroups': describing(
      ['InvalidGroup.NotFound', 'InvalidGroupId.NotFound'],
      (id) => client.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] })),
      ({ SecurityGroups }) => presenceOf('', SecurityGroups?.[0] !== undefined, none),
    ),
    'ec2:DescribeNetworkInterfaces': describing(
      ['InvalidNetworkInterfaceID.NotFound'],
      (id) => client.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] })),
      ({ NetworkInterfaces }) => presenceOf('', NetworkInterfaces?.[0] !== undefined, none),
    ),
  };
}

function gatewayChecks(client: EC2Client) {
  return {
    'ec2:DescribeInternetGateways': describing(
      ['InvalidInternetGatewayID.NotFound'],
      (id) => client.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] })),
      ({ InternetGateways }) => presenceOf('', InternetGateways?.[0] !== undefined, none),
    ),
    // A deleted NAT gateway is described for about an hour (Amazon VPC user guide, "Delete a NAT gateway").
    'ec2:DescribeNatGateways': describing(
      ['NatGatewayNotFound', 'InvalidNatGatewayID.NotFound'],
      (id) => client.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] })),
      ({ NatGateways }) =>
        presenceOf(NatGateways?.[0]?.State, NatGateways?.[0] !== undefined, { going: ['deleting'], gone: ['deleted'] }),
    ),
    'ec2:DescribeVpcEndpoints': describing(
      ['InvalidVpcEndpointId.NotFound'],
      (id) => client.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] })),
      ({ VpcEndpoints }) =>
        presenceOf(VpcEndpoints?.[0]?.State?.toLowerCase(), VpcEndpoints?.[0] !== undefined, {
          going: ['deleting'],
          gone: ['deleted'],
        }),
    ),
    'ec2:DescribeAddresses': addressCheck(client),
  };
}

/** CloudFormation's physical id of an EIP is the public address; ARNs carry the allocation id. */
function addressCheck(client: EC2Client): ExistenceCheck {
  return describing(
    ['InvalidAddress.NotFound', 'InvalidAllocationID.NotFound'],
    (id) => {
      const [address = id, allocation] = id.split('|');
      const allocationId = allocation ?? (address.startsWith('eipalloc-') ? address : undefined);
      return client.send(
        new DescribeAddressesCommand(
          allocationId === undefined ? { PublicIps: [address] } : { AllocationIds: [allocationId] },
        ),
      );
    },
    ({ Addresses }) => presenceOf('', Addresses?.[0] !== undefined, none),
  );
}

function computeChecks(client: EC2Client) {
  return {
    'ec2:DescribeLaunchTemplates': describing(
      ['InvalidLaunchTemplateId.NotFound', 'InvalidLaunchTemplateId.NotFoundException'],
      (id) => client.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] })),
      ({ LaunchTemplates }) => presenceOf('', LaunchTemplates?.[0] !== undefined, none),
    ),
    // A terminated instance is described for about an hour (Amazon EC2 user guide, "Terminate instances").
    'ec2:DescribeInstances': describing(
      ['InvalidInstanceID.NotFound'],
      (id) => client.send(new DescribeInstancesCommand({ InstanceIds: [id] })),
      ({ Reservations }) => {
        const instance = Reservations?.[0]?.Instances?.[0];
        const statuses = { going: ['shutting-down'], gone: ['terminated'] };
        return presenceOf(instance?.State?.Name, instance !== undefined, statuses);
      },
    ),
    'ec2:DescribeVolumes': describing(
      ['InvalidVolume.NotFound'],
      (id) => client.send(new DescribeVolumesCommand({ VolumeIds: [id] })),
      ({ Volumes }) =>
        presenceOf(Volumes?.[0]?.State, Volumes?.[0] !== undefined, { going: ['deleting'], gone: ['deleted'] }),
    ),
    'ec2:DescribeSnapshots': describing(
      ['InvalidSnapshot.NotFound'],
      (id) => client.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] })),
      ({ Snapshots }) => presenceOf('', Snapshots?.[0] !== undefined, none),
    ),
  };
}

/** IAM's modelled error for whatever does not exist, and its code on the wire. */
const noSuchEntity = ['NoSuchEntityException', 'NoSuchEntity'];

/** Whether IAM entities are there: roles and instance profiles by name, policies and providers by ARN. */
function identityChecks(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new IAMClient(settings), counter);
  return {
    'iam:GetRole': describing(noSuchEntity, (id) => client.send(new GetRoleCommand({ RoleName: id }))),
    'iam:GetInstanceProfile': describing(noSuchEntity, (id) =>
      client.send(new GetInstanceProfileCommand({ InstanceProfileName: id })),
    ),
    'iam:GetPolicy': describing(noSuchEntity, (id) => client.send(new GetPolicyCommand({ PolicyArn: id }))),
    'iam:GetOpenIDConnectProvider': describing(noSuchEntity, (id) =>
      client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id })),
    ),
  };
}

/** Elastic Load Balancing's error for one kind: its modelled name and its code on the wire. */
function notFound(kind: 'LoadBalancer' | 'TargetGroup' | 'Listener'): string[] {
  return [`${kind}NotFoundException`, `${kind}NotFound`];
}

/** Whether load balancers, their parts and their certificates are there, by ARN. */
function loadBalancerChecks(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new ElasticLoadBalancingV2Client(settings), counter);
  const certificates = counted(new ACMClient(settings), counter);
  return {
    'acm:DescribeCertificate': describing(['ResourceNotFoundException'], (arn) =>
      certificates.send(new DescribeCertificateCommand({ CertificateArn: arn })),
    ),
    'elasticloadbalancing:DescribeLoadBalancers': describing(notFound('LoadBalancer'), (arn) =>
      client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })),
    ),
    'elasticloadbalancing:DescribeTargetGroups': describing(notFound('TargetGroup'), (arn) =>
      client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] })),
    ),
    'elasticloadbalancing:DescribeListeners': describing(
      [...notFound('Listener'), ...notFound('LoadBalancer')],
      (arn) => client.send(new DescribeListenersCommand({ ListenerArns: [arn] })),
    ),
  };
}
