import type { Deployment, DeploymentNode } from './deployment.ts';
import type { Draft } from './draft.ts';

/** The file's value after the schema's checks and defaults; what differs from a {@link Deployment} is spelled out. */
export type DeploymentFileValue = Omit<Deployment, 'name' | 'parameters' | 'nodes' | 'network'> & {
  parameters: Omit<Deployment['parameters'], 'container_namespace'> & { container_namespace?: string };
  nodes: (Omit<DeploymentNode, 'instance'> & { instance: string })[];
  network: Omit<Deployment['network'], 'second_az_suffix'> & { second_az_suffix?: string };
};

/**
 * The deployment that a checked file declares: computed defaults filled in, instance types as a list, spellings that mean
 * the same made one. Of a draft a draft.
 */
export function toDeployment(value: DeploymentFileValue): Deployment;
export function toDeployment(value: Draft<DeploymentFileValue>): Draft<Deployment>;
export function toDeployment(value: Draft<DeploymentFileValue>): Draft<Deployment> {
  const { parameters, network, nodes, profiles } = value;
  const name = parameters?.cost_tag_value;
  const draft: Draft<Deployment> = { ...value, nodes: [], profiles: [] };
  return {
    ...draft,
    name,
    ...(parameters === undefined ? {} : { parameters: completeParameters(parameters, name) }),
    ...(network === undefined ? {} : { network: completeNetwork(network, parameters?.az_suffix) }),
    ...(nodes === undefined ? { nodes: undefined } : { nodes: nodes.map(completeNode) }),
    ...(profiles === undefined ? { profiles: undefined } : { profiles: profiles.map(completeProfile) }),
  };
}

type FileParameters = NonNullable<Draft<DeploymentFileValue>['parameters']>;
type FileNetwork = NonNullable<Draft<DeploymentFileValue>['network']>;
type FileNode = NonNullable<Draft<DeploymentFileValue>['nodes']>[number];
type FileProfile = NonNullable<Draft<DeploymentFileValue>['profiles']>[number];

function completeParameters(parameters: FileParameters, name: string | undefined): FileParameters {
  const url = parameters.deployment_url;
  return {
    ...parameters,
    ...(url?.trim().toLowerCase() === 'load balancer' ? { deployment_url: 'load balancer' } : {}),
    ...(parameters.container_namespace === undefined && name !== undefined
      ? { container_namespace: `${name}-container` }
      : {}),
  };
}

function completeNetwork(network: FileNetwork, first: string | undefined): FileNetwork {
  if (network.second_az_suffix !== undefined || first === undefined) return network;
  return { ...network, second_az_suffix: first === 'a' ? 'b' : 'a' };
}

function completeNode(node: FileNode): Draft<DeploymentNode> | undefined {
  if (node === undefined) return undefined;
  const { instance, ...rest } = node;
  if (instance === undefined) return rest;
  return { ...rest, instance: [...new Set(instance.split(',').map((type) => type.trim()))] };
}

function completeProfile(profile: FileProfile): FileProfile {
  if (profile?.hook_script !== 'None') return profile;
  const { hook_script: _, ...rest } = profile;
  return rest;
}
