import type { Deployment, DeploymentNode } from './deployment.ts';

/** The file's value after the schema's checks and defaults; what differs from a {@link Deployment} is spelled out. */
export type DeploymentFileValue = Omit<Deployment, 'name' | 'parameters' | 'nodes' | 'network'> & {
  parameters: Omit<Deployment['parameters'], 'container_namespace'> & { container_namespace?: string };
  nodes: (Omit<DeploymentNode, 'instance'> & { instance: string })[];
  network: Omit<Deployment['network'], 'second_az_suffix'> & { second_az_suffix?: string };
};

/** The deployment that a checked file declares: computed defaults filled in, instance types as a list. */
export function toDeployment(value: DeploymentFileValue): Deployment {
  const { parameters, network } = value;
  const name = parameters.cost_tag_value;
  return {
    ...value,
    name,
    parameters: { ...parameters, container_namespace: parameters.container_namespace ?? `${name}-container` },
    network: { ...network, second_az_suffix: network.second_az_suffix ?? (parameters.az_suffix === 'a' ? 'b' : 'a') },
    nodes: value.nodes.map((node) => ({
      ...node,
      instance: [...new Set(node.instance.split(',').map((type) => type.trim()))],
    })),
  };
}
