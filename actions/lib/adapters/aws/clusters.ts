import {
  DescribeClusterCommand,
  EKSClient,
  paginateDescribeAddonVersions,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import { Failure } from '../../failure.ts';
import type { Clusters } from '../../ports/clusters.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

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
