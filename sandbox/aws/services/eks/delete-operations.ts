import type {
  DeleteAccessEntryRequest,
  DeleteAddonRequest,
  DeleteAddonResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DeleteNodegroupRequest,
  DeleteNodegroupResponse,
  DeletePodIdentityAssociationRequest,
  DeletePodIdentityAssociationResponse,
} from '@aws-sdk/client-eks';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { removeAddon } from './addons.ts';
import { removeCluster } from './clusters.ts';
import { findCluster } from './eks-state.ts';
import { removeNodegroup } from './nodegroups.ts';

function missing(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', what, 404);
}

/** Only without node groups and deletion protection (API_DeleteCluster.html). */
function deleteCluster(input: DeleteClusterRequest, { world, region }: CallContext): DeleteClusterResponse {
  const { name } = findCluster(world, region, input.name);
  removeCluster(world, region, name);
  return { cluster: { name, status: 'DELETING' } };
}

/** API_DeleteNodegroup.html */
function deleteNodegroup(input: DeleteNodegroupRequest, { world, region }: CallContext): DeleteNodegroupResponse {
  const cluster = findCluster(world, region, input.clusterName);
  const name = input.nodegroupName ?? '';
  if (!cluster.nodegroups.has(name)) throw missing(`No node group found for name: ${name}.`);
  removeNodegroup(world, region, cluster, name);
  return { nodegroup: { nodegroupName: name, clusterName: cluster.name, status: 'DELETING' } };
}

/** API_DeleteAddon.html */
function deleteAddon(input: DeleteAddonRequest, { world, region }: CallContext): DeleteAddonResponse {
  const cluster = findCluster(world, region, input.clusterName);
  const name = input.addonName ?? '';
  if (!cluster.addons.has(name)) throw missing(`No addon: ${name} found in cluster: ${cluster.name}`);
  removeAddon(world, cluster, name);
  return { addon: { addonName: name, clusterName: cluster.name, status: 'DELETING' } };
}

/** API_DeleteAccessEntry.html */
function deleteAccessEntry(input: DeleteAccessEntryRequest, { world, region }: CallContext): object {
  const { accessEntries } = findCluster(world, region, input.clusterName);
  if (!accessEntries.delete(input.principalArn ?? '')) {
    throw missing(`The specified principalArn could not be found: ${input.principalArn}`);
  }
  return {};
}

/** API_DeletePodIdentityAssociation.html */
function deletePodIdentityAssociation(
  input: DeletePodIdentityAssociationRequest,
  { world, region }: CallContext,
): DeletePodIdentityAssociationResponse {
  const { name, podIdentities } = findCluster(world, region, input.clusterName);
  const association = podIdentities.get(input.associationId ?? '');
  if (!association) throw missing(`The association ID: ${input.associationId} was not found.`);
  podIdentities.delete(association.id);
  return { association: { clusterName: name, associationId: association.id, associationArn: association.arn } };
}

/** EKS's operations that delete. */
export const eksDeleteOperations = {
  DeleteCluster: deleteCluster,
  DeleteNodegroup: deleteNodegroup,
  DeleteAddon: deleteAddon,
  DeleteAccessEntry: deleteAccessEntry,
  DeletePodIdentityAssociation: deletePodIdentityAssociation,
} satisfies Record<string, Operation>;
