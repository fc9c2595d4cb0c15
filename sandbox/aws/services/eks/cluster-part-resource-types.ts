import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import {
  optionalRecord,
  optionalText,
  type Properties,
  recordList,
  requiredText,
  textList,
} from '../ec2/property-values.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { checkAccessEntry, makeAccessEntry, makePodIdentity } from './access.ts';
import { checkAddon, makeAddon, removeAddon } from './addons.ts';
import { type AccessPolicy, type Cluster, eksClusters, findActiveCluster } from './eks-state.ts';

const activeCluster = ({ world, region, properties }: CreateRequest | UpdateRequest): Cluster =>
  findActiveCluster(world, region, requiredText(properties, 'ClusterName'));

const clusterIfAny = ({ world, region, properties }: ExistingRequest): Cluster | undefined =>
  eksClusters(world, region).get(String(properties['ClusterName']));

const tagsOf = ({ properties, stackTags }: CreateRequest | UpdateRequest): Record<string, string> =>
  mergeResourceTags(properties['Tags'], stackTags);

/** The service accounts of add-ons live in kube-system (eks/latest/userguide/add-ons-iam.html). */
function createAddon(request: CreateRequest): ResourceState {
  const { world, properties } = request;
  refuseProperties('AWS::EKS::Addon', properties, ['NamespaceConfig', 'PreserveOnDelete']);
  const cluster = activeCluster(request);
  const addon = makeAddon(world, cluster, {
    name: requiredText(properties, 'AddonName'),
    version: optionalText(properties, 'AddonVersion'),
    configurationValues: optionalText(properties, 'ConfigurationValues'),
    serviceAccountRoleArn: optionalText(properties, 'ServiceAccountRoleArn'),
    tags: tagsOf(request),
  });
  for (const association of recordList(properties, 'PodIdentityAssociations')) {
    makePodIdentity(world, cluster, {
      namespace: 'kube-system',
      serviceAccount: requiredText(association, 'ServiceAccount'),
      roleArn: requiredText(association, 'RoleArn'),
      ownerArn: addon.arn,
      tags: {},
    });
  }
  return { physicalId: `${cluster.name}|${addon.name}`, attributes: { Arn: addon.arn } };
}

function updateAddon(request: UpdateRequest): ResourceState {
  const cluster = activeCluster(request);
  const { properties } = request;
  const name = requiredText(properties, 'AddonName');
  const addon = cluster.addons.get(name);
  if (!addon)
    throw new AwsError('ResourceNotFoundException', `No addon: ${name} found in cluster: ${cluster.name}`, 404);
  const configurationValues = optionalText(properties, 'ConfigurationValues');
  addon.version = checkAddon(cluster, {
    name,
    version: optionalText(properties, 'AddonVersion') ?? addon.version,
    configurationValues,
  });
  Object.assign(addon, {
    configurationValues,
    serviceAccountRoleArn: optionalText(properties, 'ServiceAccountRoleArn'),
    tags: tagsOf(request),
  });
  return { physicalId: request.physicalId, attributes: { Arn: addon.arn } };
}

function policiesOf(properties: Properties): AccessPolicy[] {
  return recordList(properties, 'AccessPolicies').map((policy) => {
    const scope = optionalRecord(policy, 'AccessScope');
    const type = optionalText(scope, 'Type') === 'namespace' ? 'namespace' : 'cluster';
    return { policyArn: requiredText(policy, 'PolicyArn'), scope: { type, namespaces: textList(scope, 'Namespaces') } };
  });
}

function createAccessEntry(request: CreateRequest): ResourceState {
  const { world, properties } = request;
  const cluster = activeCluster(request);
  const entry = makeAccessEntry(world, cluster, {
    principalArn: requiredText(properties, 'PrincipalArn'),
    type: optionalText(properties, 'Type') ?? 'STANDARD',
    kubernetesGroups: textList(properties, 'KubernetesGroups'),
    username: optionalText(properties, 'Username'),
    policies: policiesOf(properties),
    tags: tagsOf(request),
  });
  return { physicalId: `${entry.principalArn}|${cluster.name}`, attributes: { AccessEntryArn: entry.arn } };
}

function updateAccessEntry(request: UpdateRequest): ResourceState {
  const cluster = activeCluster(request);
  const principalArn = requiredText(request.properties, 'PrincipalArn');
  const entry = cluster.accessEntries.get(principalArn);
  if (!entry)
    throw new AwsError(
      'ResourceNotFoundException',
      `The specified principalArn could not be found: ${principalArn}`,
      404,
    );
  const changes = {
    kubernetesGroups: textList(request.properties, 'KubernetesGroups'),
    policies: policiesOf(request.properties),
    tags: tagsOf(request),
  };
  checkAccessEntry({ type: entry.type, ...changes });
  Object.assign(entry, changes, { username: optionalText(request.properties, 'Username') ?? entry.username });
  return { physicalId: request.physicalId, attributes: { AccessEntryArn: entry.arn } };
}

function createPodIdentity(request: CreateRequest): ResourceState {
  const { world, properties } = request;
  refuseProperties('AWS::EKS::PodIdentityAssociation', properties, ['Policy', 'TargetRoleArn']);
  const association = makePodIdentity(world, activeCluster(request), {
    namespace: requiredText(properties, 'Namespace'),
    serviceAccount: requiredText(properties, 'ServiceAccount'),
    roleArn: requiredText(properties, 'RoleArn'),
    ownerArn: undefined,
    tags: tagsOf(request),
  });
  return podIdentityState(association);
}

function updatePodIdentity(request: UpdateRequest): ResourceState {
  const found = [...activeCluster(request).podIdentities.values()].find(({ arn }) => arn === request.physicalId);
  if (!found) throw new AwsError('ResourceNotFoundException', `Association ${request.physicalId} not found`, 404);
  Object.assign(found, { roleArn: requiredText(request.properties, 'RoleArn'), tags: tagsOf(request) });
  return podIdentityState(found);
}

const podIdentityState = ({ id, arn }: { id: string; arn: string }): ResourceState => ({
  physicalId: arn,
  attributes: { AssociationArn: arn, AssociationId: id },
});

function readAddon(request: ExistingRequest): Record<string, unknown> | undefined {
  const addon = clusterIfAny(request)?.addons.get(request.physicalId.split('|')[1] ?? '');
  if (addon === undefined || addon.goneAt !== undefined) return undefined;
  return { AddonVersion: addon.version, ConfigurationValues: addon.configurationValues };
}

function readAccessEntry(request: ExistingRequest): Record<string, unknown> | undefined {
  const entry = clusterIfAny(request)?.accessEntries.get(request.physicalId.split('|')[0] ?? '');
  if (entry === undefined) return undefined;
  const policies = entry.policies.map(({ policyArn, scope }) => ({
    PolicyArn: policyArn,
    AccessScope: { Type: scope.type, Namespaces: scope.namespaces },
  }));
  return { KubernetesGroups: entry.kubernetesGroups, Username: entry.username, AccessPolicies: policies };
}

/** AWS::EKS::Addon, AccessEntry and PodIdentityAssociation. */
export const clusterPartResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EKS::Addon',
    // Half a minute to a minute until its pods run.
    seconds: { create: 45, update: 30, delete: 20 },
    create: createAddon,
    created: (request: ExistingRequest) => {
      const addon = clusterIfAny(request)?.addons.get(String(request.properties['AddonName']));
      if (addon) addon.readyAt = request.world.clock.now();
    },
    update: updateAddon,
    read: readAddon,
    delete: (request: ExistingRequest) => {
      const cluster = clusterIfAny(request);
      if (cluster) removeAddon(request.world, cluster, request.physicalId.split('|')[1] ?? '');
    },
  },
  {
    type: 'AWS::EKS::AccessEntry',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createAccessEntry,
    update: updateAccessEntry,
    read: readAccessEntry,
    delete: (request: ExistingRequest) => {
      clusterIfAny(request)?.accessEntries.delete(request.physicalId.split('|')[0] ?? '');
    },
  },
  {
    type: 'AWS::EKS::PodIdentityAssociation',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createPodIdentity,
    update: updatePodIdentity,
    read: (request) => {
      const associations = [...(clusterIfAny(request)?.podIdentities.values() ?? [])];
      const found = associations.find(({ arn }) => arn === request.physicalId);
      return found && { RoleArn: found.roleArn };
    },
    delete: (request: ExistingRequest) => {
      const associations = clusterIfAny(request)?.podIdentities;
      for (const [id, { arn }] of associations ?? []) if (arn === request.physicalId) associations?.delete(id);
    },
  },
];
