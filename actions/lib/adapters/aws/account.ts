import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { CostExplorerClient, ListCostAllocationTagsCommand } from '@aws-sdk/client-cost-explorer';
import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  EC2Client,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeInstanceTypes,
  paginateDescribeNatGateways,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import {
  DescribeClusterCommand,
  EKSClient,
  paginateDescribeAddonVersions,
  paginateDescribeClusterVersions,
  paginateListClusters,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client, paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Failure } from '../../failure.ts';
import type {
  Account,
  Certificate,
  Clusters,
  MachineImages,
  NetworkUse,
  Role,
  Tagging,
  Zone,
} from '../../ports/aws-ports.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** The port to what an account has that no stack makes. */
export function connectAccount(settings: ClientSettings, counter: CallCounter): Account {
  const acm = counted(new ACMClient(settings), counter);
  const ec2 = counted(new EC2Client(settings), counter);
  const eks = counted(new EKSClient(settings), counter);
  const balancers = counted(new ElasticLoadBalancingV2Client(settings), counter);
  const iam = counted(new IAMClient(settings), counter);
  const quotas = counted(new ServiceQuotasClient(settings), counter);
  const secrets = counted(new SecretsManagerClient(settings), counter);
  const ses = counted(new SESv2Client(settings), counter);
  const sts = counted(new STSClient(settings), counter);
  // Cost Explorer has one endpoint, in us-east-1 (docs.aws.amazon.com/general/latest/gr/billing.html).
  const costs = counted(new CostExplorerClient({ ...settings, region: 'us-east-1' }), counter);
  return {
    identity: () =>
      callAws('say who the caller is', async () => {
        const { Account: accountId, Arn } = await sts.send(new GetCallerIdentityCommand({}));
        return { accountId: accountId ?? '', arn: Arn ?? '' };
      }),
    certificate: (arn) => findCertificate(acm, arn),
    mailAccount: () => describeMailAccount(ses),
    mailIdentity: (identity) =>
      findInAws(`get SES identity ${identity}`, ['NotFoundException'], async () => {
        const found = await ses.send(new GetEmailIdentityCommand({ EmailIdentity: identity }));
        return { verified: found.VerifiedForSendingStatus ?? false };
      }),
    secretExists: (name) => secretExists(secrets, name),
    policyDocument: (arn) => findPolicyDocument(iam, arn),
    offeredInstanceTypes: (types, zone) => offeredTypes(ec2, types, zone),
    virtualCpus: (types) => virtualCpus(ec2, types),
    networkUse: () => networkUse(ec2, eks, balancers),
    natGateways: (zone) => countNatGateways(ec2, zone),
    zones: () => listZones(ec2),
    role: (name) => findRole(iam, name),
    audiencesOf: (arn) =>
      findInAws(`describe identity provider ${arn}`, noEntity, async () => {
        const found = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
        return found.ClientIDList ?? [];
      }),
    quota: (serviceCode, quotaCode) => findQuota(quotas, serviceCode, quotaCode),
    costTagStatus: (key) =>
      findInAws(`look for cost allocation tag ${key}`, ['AccessDeniedException', 'ValidationException'], async () => {
        const { CostAllocationTags } = await costs.send(new ListCostAllocationTagsCommand({ TagKeys: [key] }));
        return CostAllocationTags?.find(({ TagKey }) => TagKey === key)?.Status;
      }),
  };
}

async function describeMailAccount(
  client: SESv2Client,
): Promise<{ productionAccess: boolean; sendingEnabled: boolean }> {
  return callAws('describe the SES account', async () => {
    const found = await client.send(new GetAccountCommand({}));
    return { productionAccess: found.ProductionAccessEnabled ?? false, sendingEnabled: found.SendingEnabled ?? false };
  });
}

/** A secret that is scheduled for deletion can still be described, but not read (DescribeSecret). */
async function secretExists(client: SecretsManagerClient, name: string): Promise<boolean> {
  const found = await findInAws(`describe secret ${name}`, ['ResourceNotFoundException'], () =>
    client.send(new DescribeSecretCommand({ SecretId: name })),
  );
  return found !== undefined && found.DeletedDate === undefined;
}

async function findCertificate(client: ACMClient, arn: string): Promise<Certificate | undefined> {
  return findInAws(`describe certificate ${arn}`, ['ResourceNotFoundException', 'ValidationException'], async () => {
    const { Certificate: found } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn }));
    const names = new Set([found?.DomainName, ...(found?.SubjectAlternativeNames ?? [])]);
    return {
      arn,
      status: found?.Status ?? '',
      names: [...names].filter((name) => name !== undefined),
      ...(found?.NotAfter === undefined ? {} : { expiresAt: found.NotAfter }),
    };
  });
}

async function findPolicyDocument(client: IAMClient, arn: string): Promise<string | undefined> {
  return findInAws(`read policy ${arn}`, ['NoSuchEntityException', 'NoSuchEntity'], async () => {
    const { Policy: policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
    const version = { PolicyArn: arn, VersionId: policy?.DefaultVersionId };
    const { PolicyVersion: found } = await client.send(new GetPolicyVersionCommand(version));
    // The document is URL-encoded (IAM API, GetPolicyVersion).
    return decodeURIComponent(found?.Document ?? '');
  });
}

async function offeredTypes(client: EC2Client, types: readonly string[], zone: string): Promise<string[]> {
  return callAws(`list the instance types offered in ${zone}`, async () => {
    const offered: string[] = [];
    const filter = {
      LocationType: 'availability-zone' as const,
      Filters: [
        { Name: 'location', Values: [zone] },
        { Name: 'instance-type', Values: [...types] },
      ],
    };
    for await (const page of paginateDescribeInstanceTypeOfferings({ client }, filter)) {
      for (const { InstanceType } of page.InstanceTypeOfferings ?? []) if (InstanceType) offered.push(InstanceType);
    }
    return offered;
  });
}

/** Asks by filter, because asking by name fails as a whole when one type does not exist. */
async function virtualCpus(client: EC2Client, types: readonly string[]): Promise<Record<string, number>> {
  return callAws('describe instance types', async () => {
    const found: Record<string, number> = {};
    const filter = { Filters: [{ Name: 'instance-type', Values: [...types] }] };
    for await (const page of paginateDescribeInstanceTypes({ client }, filter)) {
      for (const { InstanceType, VCpuInfo } of page.InstanceTypes ?? []) {
        const cpus = VCpuInfo?.DefaultVCpus;
        if (InstanceType !== undefined && cpus !== undefined) found[InstanceType] = cpus;
      }
    }
    return found;
  });
}

const noEntity = ['NoSuchEntity', 'NoSuchEntityException'];

async function findRole(client: IAMClient, name: string): Promise<Role | undefined> {
  return findInAws(`look up the role ${name}`, noEntity, async () => {
    const { Role: role } = await client.send(new GetRoleCommand({ RoleName: name }));
    const tags = (role?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]);
    // The document is URL-encoded (IAM API, GetRole).
    return { trust: decodeURIComponent(role?.AssumeRolePolicyDocument ?? '{}'), tags: Object.fromEntries(tags) };
  });
}

/** Without AllAvailabilityZones only zones that the account may use are listed (AWSEC2 API, DescribeAvailabilityZones). */
async function listZones(client: EC2Client): Promise<Zone[]> {
  const filter = { Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] };
  const { AvailabilityZones } = await callAws('list the availability zones', () =>
    client.send(new DescribeAvailabilityZonesCommand(filter)),
  );
  return (AvailabilityZones ?? []).map(({ ZoneName = '', ZoneId = '', State }) => ({
    name: ZoneName,
    id: ZoneId,
    isUsable: State === 'available',
  }));
}

/** The quota is for each zone; those that are gone or going do not count (Amazon VPC user guide, "Amazon VPC quotas"). */
async function countNatGateways(client: EC2Client, zone: string): Promise<number> {
  return callAws(`count the NAT gateways of ${zone}`, async () => {
    const subnets = new Set<string>();
    const ofZone = { Filters: [{ Name: 'availability-zone', Values: [zone] }] };
    for await (const { Subnets } of paginateDescribeSubnets({ client }, ofZone)) {
      for (const { SubnetId } of Subnets ?? []) if (SubnetId) subnets.add(SubnetId);
    }
    let found = 0;
    const living = { Filter: [{ Name: 'state', Values: ['pending', 'available'] }] };
    for await (const { NatGateways } of paginateDescribeNatGateways({ client }, living)) {
      found += (NatGateways ?? []).filter(({ SubnetId }) => subnets.has(SubnetId ?? '')).length;
    }
    return found;
  });
}

async function networkUse(
  ec2: EC2Client,
  eks: EKSClient,
  balancers: ElasticLoadBalancingV2Client,
): Promise<NetworkUse> {
  const clusters = await callAws('list EKS clusters', async () => {
    const names: string[] = [];
    for await (const page of paginateListClusters({ client: eks }, {})) names.push(...(page.clusters ?? []));
    return names;
  });
  const loadBalancers = await callAws('list load balancers', async () => {
    const names: string[] = [];
    for await (const page of paginateDescribeLoadBalancers({ client: balancers }, {})) {
      for (const { LoadBalancerName, Type } of page.LoadBalancers ?? []) {
        if (LoadBalancerName !== undefined && Type === 'application') names.push(LoadBalancerName);
      }
    }
    return names;
  });
  return { ...(await countNetworks(ec2)), clusters, loadBalancers };
}

/** DescribeAddresses has no pages (AWSEC2 APIReference). */
async function countNetworks(client: EC2Client): Promise<Pick<NetworkUse, 'vpcs' | 'addresses'>> {
  const vpcs = await callAws('list VPCs', async () => {
    let found = 0;
    for await (const { Vpcs } of paginateDescribeVpcs({ client }, {})) found += Vpcs?.length ?? 0;
    return found;
  });
  const { Addresses } = await callAws('list Elastic IP addresses', () => client.send(new DescribeAddressesCommand({})));
  return { vpcs, addresses: Addresses?.length ?? 0 };
}

/** GetServiceQuota knows nothing of quotas that were never changed; those have AWS's default (its API reference). */
async function findQuota(
  client: ServiceQuotasClient,
  serviceCode: string,
  quotaCode: string,
): Promise<number | undefined> {
  const input = { ServiceCode: serviceCode, QuotaCode: quotaCode };
  const what = `get quota ${serviceCode}/${quotaCode}`;
  const own = await findInAws(what, ['NoSuchResourceException'], () => client.send(new GetServiceQuotaCommand(input)));
  if (own?.Quota?.Value !== undefined) return own.Quota.Value;
  const standard = await findInAws(what, ['NoSuchResourceException'], () =>
    client.send(new GetAWSDefaultServiceQuotaCommand(input)),
  );
  return standard?.Quota?.Value;
}

/** The port to Amazon EKS. */
export function connectClusters(settings: ClientSettings, counter: CallCounter): Clusters {
  const client = counted(new EKSClient(settings), counter);
  return {
    find: (name) =>
      findInAws(`describe cluster ${name}`, ['ResourceNotFoundException'], async () => {
        const { cluster } = await client.send(new DescribeClusterCommand({ name }));
        return {
          status: cluster?.status ?? '',
          deletionProtection: cluster?.deletionProtection ?? false,
          vpcId: cluster?.resourcesVpcConfig?.vpcId,
        };
      }),
    defaultAddonVersion: (addon, kubernetesVersion) => findDefaultVersion(client, addon, kubernetesVersion),
    hasAddonVersion: (addon, version, kubernetesVersion) =>
      hasAddonVersion(client, { addonName: addon, kubernetesVersion }, version),
    versionSupport: (kubernetesVersion) => findSupport(client, kubernetesVersion),
    allowDeletion: (name) =>
      callAws(`turn off the deletion protection of cluster ${name}`, async () => {
        await client.send(new UpdateClusterConfigCommand({ name, deletionProtection: false }));
      }),
  };
}

/** A version that is not supported any more is not listed (Amazon EKS API, DescribeClusterVersions, `includeAll`). */
async function findSupport(client: EKSClient, version: string): Promise<'standard' | 'extended' | 'none'> {
  return callAws(`look up the support of Kubernetes ${version}`, async () => {
    for await (const page of paginateDescribeClusterVersions({ client }, { clusterVersions: [version] })) {
      for (const { clusterVersion, versionStatus } of page.clusterVersions ?? []) {
        if (clusterVersion !== version) continue;
        if (versionStatus === 'STANDARD_SUPPORT') return 'standard';
        if (versionStatus === 'EXTENDED_SUPPORT') return 'extended';
      }
    }
    return 'none';
  });
}

async function hasAddonVersion(
  client: EKSClient,
  wanted: { addonName: string; kubernetesVersion: string },
  version: string,
): Promise<boolean> {
  return callAws(`look up versions of the add-on ${wanted.addonName}`, async () => {
    for await (const page of paginateDescribeAddonVersions({ client }, wanted)) {
      const versions = (page.addons ?? []).flatMap((each) => each.addonVersions ?? []);
      if (versions.some(({ addonVersion }) => addonVersion === version)) return true;
    }
    return false;
  });
}

async function findDefaultVersion(client: EKSClient, addonName: string, kubernetesVersion: string): Promise<string> {
  const found = await callAws(`look up versions of the add-on ${addonName}`, async () => {
    for await (const page of paginateDescribeAddonVersions({ client }, { addonName, kubernetesVersion })) {
      for (const { addonVersion, compatibilities } of (page.addons ?? []).flatMap((each) => each.addonVersions ?? [])) {
        const fitting = compatibilities?.find(({ clusterVersion }) => clusterVersion === kubernetesVersion);
        if (fitting?.defaultVersion === true && addonVersion !== undefined) return addonVersion;
      }
    }
    return undefined;
  });
  if (found !== undefined) return found;
  throw new Failure({
    code: 'AddonUnknown',
    source: 'aws',
    message: `EKS has no version of the add-on ${addonName} for Kubernetes ${kubernetesVersion}.`,
    hint: 'Look at kubernetes and addons in cluster/versions.yaml.',
  });
}

/** The port to the public parameters of AWS Systems Manager (AWS Systems Manager user guide, "Public parameters"). */
export function connectMachineImages(settings: ClientSettings, counter: CallCounter): MachineImages {
  const client = counted(new SSMClient(settings), counter);
  return {
    recommended: async (parameter) => {
      const found = await callAws(`look up the machine image ${parameter}`, () =>
        client.send(new GetParametersCommand({ Names: [parameter] })),
      );
      const image = found.Parameters?.[0]?.Value;
      if (image !== undefined) return image;
      throw new Failure({
        code: 'NoMachineImage',
        source: 'aws',
        message: `AWS has no machine image ${parameter} in ${settings.region}.`,
        hint: 'Look at kubernetes in cluster/versions.yaml.',
      });
    },
  };
}

/** The port to the Resource Groups Tagging API. */
export function connectTagging(settings: ClientSettings, counter: CallCounter): Tagging {
  const client = counted(new ResourceGroupsTaggingAPIClient(settings), counter);
  return {
    findArns: (tag) =>
      callAws(`list the resources tagged ${tag.key}`, async () => {
        const arns: string[] = [];
        const filter = { TagFilters: [{ Key: tag.key, Values: [tag.value] }] };
        for await (const page of paginateGetResources({ client }, filter)) {
          for (const { ResourceARN } of page.ResourceTagMappingList ?? []) if (ResourceARN) arns.push(ResourceARN);
        }
        return arns;
      }),
  };
}
