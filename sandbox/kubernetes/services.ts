import { ec2State } from '../aws/services/ec2/ec2-state.ts';
import { addPortProbe } from '../aws/services/ec2/instance-ports.ts';
import { makeInterface, releaseInterface } from '../aws/services/ec2/network-interfaces.ts';
import { makeGroup } from '../aws/services/ec2/security-group-resource-types.ts';
import { eksClusters } from '../aws/services/eks/eks-state.ts';
import type { AwsWorld, StateKey } from '../aws/world.ts';
import { type KubernetesCluster, type KubernetesObject, kubernetesOf, objectsOfKind } from './cluster-state.ts';
import { readyNodes } from './nodes/nodes.ts';
import { isReady } from './nodes/pods.ts';
import { reconcile } from './reconcile.ts';

export type ServiceSpec = {
  type?: string;
  selector?: Record<string, string>;
  ports?: { name?: string; port?: number; targetPort?: number | string; nodePort?: number }[];
};
export const serviceSpec = (service: KubernetesObject): ServiceSpec => (service['spec'] ?? {}) as ServiceSpec;

/** Ready pods behind a service. */
export function endpointsOf(
  world: AwsWorld,
  cluster: KubernetesCluster,
  service: KubernetesObject,
): KubernetesObject[] {
  const selector = Object.entries(serviceSpec(service).selector ?? {});
  if (selector.length === 0) return [];
  return objectsOfKind(cluster, 'Pod', service.metadata.namespace).filter(
    ({ metadata }) =>
      selector.every(([key, value]) => metadata.labels?.[key] === value) &&
      isReady(world, cluster.podRuns.get(metadata.uid)),
  );
}

const probedKey: StateKey<{ probed: boolean }> = { id: 'kubernetes-node-ports', create: () => ({ probed: false }) };

/** Makes the nodes of a region's clusters answer on the node ports of services that have a ready pod. */
export function serveNodePorts(world: AwsWorld, region: string): void {
  const state = world.state(probedKey, region);
  if (state.probed) return;
  state.probed = true;
  addPortProbe(world, region, (instanceId, port) =>
    [...eksClusters(world, region).values()].some((eks) => {
      const cluster = kubernetesOf(world, eks);
      reconcile(world, cluster);
      if (!readyNodes(world, eks).some((node) => node.instanceId === instanceId)) return false;
      return objectsOfKind(cluster, 'Service').some(
        (service) =>
          serviceSpec(service).type !== 'ClusterIP' &&
          (serviceSpec(service).ports ?? []).some(({ nodePort }) => nodePort === port) &&
          endpointsOf(world, cluster, service).length > 0,
      );
    }),
  );
}

/**
 * A service of type LoadBalancer gets a Classic Load Balancer from the cloud controller, with a security group and
 * interfaces that belong to no stack (eks/latest/userguide/network-load-balancing.html). Nobody but Kubernetes removes
 * them: a VPC is not deletable while they are there.
 */
export function provideLoadBalancer(world: AwsWorld, cluster: KubernetesCluster, service: KubernetesObject): void {
  const { eks } = cluster;
  const owner = `a${service.metadata.uid.replaceAll('-', '')}`;
  const { 'network-interface': interfaces } = ec2State(world, eks.region);
  const exists = [...interfaces.values()].some(({ attachedTo }) => attachedTo === owner);
  if (serviceSpec(service).type !== 'LoadBalancer' || exists) return;
  const group = makeGroup(world, eks.region, {
    name: `k8s-elb-${owner}`,
    description: `Security group for Kubernetes ELB ${owner} (${service.metadata.namespace}/${service.metadata.name})`,
    vpcId: eks.vpcId,
    tags: { [`kubernetes.io/cluster/${eks.name}`]: 'owned' },
  });
  for (const subnetId of eks.subnetIds) {
    makeInterface(world, eks.region, {
      subnetId,
      groupIds: [group.id],
      description: `ELB ${owner}`,
      attachedTo: owner,
      interfaceType: 'public_load_balancer',
      requesterManaged: true,
    });
  }
}

/** Gives up the load balancer of a service that is deleted. */
export function withdrawLoadBalancer(world: AwsWorld, cluster: KubernetesCluster, service: KubernetesObject): void {
  const { region } = cluster.eks;
  const owner = `a${service.metadata.uid.replaceAll('-', '')}`;
  const state = ec2State(world, region);
  for (const held of state['network-interface'].values()) {
    if (held.attachedTo !== owner) continue;
    releaseInterface(world, region, held.id, RELEASE_SECONDS);
    for (const groupId of held.groupIds) {
      const group = state['security-group'].get(groupId);
      if (group) group.goneAt = new Date(world.clock.now().getTime() + RELEASE_SECONDS * 1000);
    }
  }
}
const RELEASE_SECONDS = 30;
