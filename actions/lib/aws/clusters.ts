import { DescribeClusterCommand, EKSClient, UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import type { Clusters } from '../ports/clusters.ts';
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
    allowDeletion: (name) =>
      callAws(`turn off the deletion protection of cluster ${name}`, async () => {
        await client.send(new UpdateClusterConfigCommand({ name, deletionProtection: false }));
      }),
  };
}
