import {
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  type PodIdentityAssociationSummary,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';
import { describing, type ExistenceCheck, presenceOf } from './existence-check.ts';

/** Also the answer for a part of a cluster that does not exist. */
const missing = ['ResourceNotFoundException'];
const statuses = { going: ['DELETING'], gone: [] };
const none = { going: [], gone: [] };

/**
 * Whether EKS clusters and their parts are there. Physical ids as CloudFormation gives them: a node group is
 * `CLUSTER/NAME`, an add-on `CLUSTER|NAME`, an access entry `PRINCIPAL-ARN|CLUSTER`, a Pod Identity association its ARN
 * (primary identifiers of the resource types).
 */
export function clusterChecks(settings: ClientSettings, counter: CallCounter): Record<string, ExistenceCheck> {
  const client = counted(new EKSClient(settings), counter);
  return {
    'AWS::EKS::Cluster': describing(
      'cluster',
      missing,
      (name) => client.send(new DescribeClusterCommand({ name })),
      ({ cluster }) => presenceOf(cluster?.status, cluster !== undefined, statuses),
    ),
    'AWS::EKS::Nodegroup': describing(
      'node group',
      missing,
      (id) => {
        const [clusterName, nodegroupName] = halves(id, '/');
        return client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
      },
      ({ nodegroup }) => presenceOf(nodegroup?.status, nodegroup !== undefined, statuses),
    ),
    'AWS::EKS::Addon': describing(
      'add-on',
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

function accessChecks(client: EKSClient): Record<string, ExistenceCheck> {
  return {
    'AWS::EKS::AccessEntry': describing('access entry', missing, (id) => {
      const [principalArn, clusterName] = halves(id, '|');
      return client.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
    }),
    'AWS::EKS::PodIdentityAssociation': describing(
      'Pod Identity association',
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
