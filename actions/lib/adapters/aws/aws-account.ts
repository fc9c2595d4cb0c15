import {
  DescribeClusterCommand,
  EKSClient,
  paginateDescribeAddonVersions,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Failure } from '../../failure.ts';
import type { AwsPorts, Clusters, MachineImages, Tagging } from '../../ports/aws-ports.ts';
import { connectAccount } from './account.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { connectBuckets } from './buckets.ts';
import { connectBuilds } from './builds.ts';
import { type CallCounter, type ClientSettings, type Credentials, clientSettings, counted } from './client-settings.ts';
import { connectCloudFormation } from './cloudformation.ts';
import { connectExistence } from './existence.ts';
import { connectImageRepositories } from './image-repositories.ts';
import { connectLogGroups } from './log-groups.ts';
import { connectPipelines } from './pipelines.ts';
import { connectRecords } from './records.ts';
import { connectRepositories } from './repositories.ts';
import { connectUserPools } from './user-pools.ts';
import { connectVolumes } from './volumes.ts';

export type AwsConnection = {
  region: string;
  /** 12 digits; the account whose resources are meant. The credentials are held against it by the verbs. */
  accountId: string;
  /** Name of the role that knows the bucket of records; that of `bootstrap` when not given. */
  planRole?: string;
  credentials: Credentials;
  /** Counts on from here; give the one that assumed the role to count those requests too. */
  counter?: CallCounter;
};

/** Every port of one account and region, over the AWS SDK. Nothing is sent before a port is used. */
export function connectAws({
  region,
  accountId,
  planRole = 'opensarlab-plan',
  credentials,
  counter = { count: 0 },
}: AwsConnection): AwsPorts {
  const settings = clientSettings(region, credentials);
  return {
    account: connectAccount(settings, counter),
    cloudFormation: connectCloudFormation(settings, counter),
    pipelines: connectPipelines(settings, counter),
    builds: connectBuilds(settings, counter),
    buckets: connectBuckets(settings, counter),
    images: connectImageRepositories(settings, counter),
    clusters: connectClusters(settings, counter),
    machineImages: connectMachineImages(settings, counter),
    volumes: connectVolumes(settings, accountId, counter),
    userPools: connectUserPools(settings, counter),
    repositories: connectRepositories(settings, counter),
    logGroups: connectLogGroups(settings, counter),
    tagging: connectTagging(settings, counter),
    existence: connectExistence(settings, counter),
    records: connectRecords(settings, { accountId, planRole }, counter),
    callCount: () => counter.count,
  };
}

/** The port to Amazon EKS. */
function connectClusters(settings: ClientSettings, counter: CallCounter): Clusters {
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
    allowDeletion: (name) =>
      callAws(`turn off the deletion protection of cluster ${name}`, async () => {
        await client.send(new UpdateClusterConfigCommand({ name, deletionProtection: false }));
      }),
  };
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
function connectMachineImages(settings: ClientSettings, counter: CallCounter): MachineImages {
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
function connectTagging(settings: ClientSettings, counter: CallCounter): Tagging {
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
