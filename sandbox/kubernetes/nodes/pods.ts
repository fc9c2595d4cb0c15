import { AwsError } from '../../aws/service.ts';
import { ec2State } from '../../aws/services/ec2/ec2-state.ts';
import { attachVolume, detachVolume } from '../../aws/services/ec2/volumes.ts';
import { ecrState } from '../../aws/services/ecr/ecr-state.ts';
import type { AwsWorld } from '../../aws/world.ts';
import {
  findObject,
  type KubernetesCluster,
  type KubernetesObject,
  objectKey,
  objectsOfKind,
  type PodRun,
} from '../cluster-state.ts';
import { bindClaims, lookAtClaims, volumeIdOf } from '../storage/claims.ts';
import { fits, scaleUpFor } from './node-autoscaling.ts';
import { type Node, readyNodes } from './nodes.ts';
import { claimNames, type PodSpec, requestsOf } from './pod-spec.ts';

/** Virtual seconds from being scheduled until the containers run, image pull included; and until a volume is free again. */
const POD_SECONDS = { start: 20, detach: 10 };

const podSpec = (pod: KubernetesObject): PodSpec => (pod['spec'] ?? {}) as PodSpec;

/** What happened to a pod; made when the pod is first seen. */
function podRun(world: AwsWorld, cluster: KubernetesCluster, pod: KubernetesObject): PodRun {
  const existing = cluster.podRuns.get(pod.metadata.uid);
  if (existing) return existing;
  const run: PodRun = { createdAt: world.clock.now(), log: [] };
  cluster.podRuns.set(pod.metadata.uid, run);
  return run;
}

/** Whether its containers run by now. */
export const isReady = (world: AwsWorld, run: PodRun | undefined): boolean =>
  run?.readyAt !== undefined && run.readyAt <= world.clock.now();

/** Removes a pod; its volumes are free a little later. */
export function removePod(world: AwsWorld, cluster: KubernetesCluster, pod: KubernetesObject): void {
  const { volume } = ec2State(world, cluster.eks.region);
  for (const name of claimNames(podSpec(pod))) {
    const claim = findObject(cluster, 'PersistentVolumeClaim', pod.metadata.namespace, name);
    const attached = volume.get((claim && volumeIdOf(cluster, claim)) ?? '');
    if (attached) detachVolume(world, attached, POD_SECONDS.detach);
  }
  cluster.objects.delete(objectKey('Pod', pod.metadata.namespace, pod.metadata.name));
  cluster.podRuns.delete(pod.metadata.uid);
}

/** Takes a pod as far as it can come now: onto a node, through the image pull, to ready. */
export function advancePod(world: AwsWorld, cluster: KubernetesCluster, pod: KubernetesObject): void {
  const run = podRun(world, cluster, pod);
  if (run.readyAt !== undefined) return;
  if (!run.node && !schedule(world, cluster, pod, run)) return;
  const obstacle = startObstacle(world, cluster, pod);
  if (obstacle) {
    run.problem = obstacle;
    return;
  }
  const scheduled = (run.scheduledAt ?? run.createdAt).getTime() + POD_SECONDS.start * 1000;
  // A pod that had to wait for its image or its volume starts when the obstacle is gone, not in the past.
  run.readyAt = new Date(run.problem ? Math.max(scheduled, world.clock.now().getTime()) : scheduled);
  delete run.problem;
}

function schedule(world: AwsWorld, cluster: KubernetesCluster, pod: KubernetesObject, run: PodRun): boolean {
  const spec = podSpec(pod);
  const answer = lookAtClaims(world, cluster, pod.metadata.namespace ?? 'default', spec);
  if ('problem' in answer) return unschedulable(run, answer.problem);
  const nodes = readyNodes(world, cluster.eks);
  const node = nodes.find(
    (each) => (answer.zone ?? each.zone) === each.zone && fits(spec, each) && hasRoom(cluster, each, spec),
  );
  if (!node) {
    scaleUpFor(world, cluster, spec, answer.zone);
    return unschedulable(
      run,
      `0/${nodes.length} nodes are available: no node matches the pod's node selector, affinity, tolerations, volumes and requests.`,
    );
  }
  bindClaims(world, cluster, answer.claims, node.zone);
  const refusal = attachAll(world, cluster, answer.claims, node);
  if (refusal !== undefined) return unschedulable(run, refusal);
  run.node = { name: node.name, instanceId: node.instanceId };
  run.scheduledAt = new Date(Math.max(run.createdAt.getTime(), node.readyAt.getTime()));
  delete run.problem;
  return true;
}

function unschedulable(run: PodRun, message: string): false {
  run.problem = { reason: 'Unschedulable', message };
  return false;
}

/** Whether a node still has what the pod asks for, next to the pods it has. */
function hasRoom(cluster: KubernetesCluster, node: Node, spec: PodSpec): boolean {
  const total = requestsOf(spec);
  for (const other of objectsOfKind(cluster, 'Pod')) {
    if (cluster.podRuns.get(other.metadata.uid)?.node?.instanceId !== node.instanceId) continue;
    const { virtualCpus, memoryBytes } = requestsOf(podSpec(other));
    total.virtualCpus += virtualCpus;
    total.memoryBytes += memoryBytes;
  }
  return total.virtualCpus <= node.virtualCpus && total.memoryBytes <= node.memoryBytes;
}

function attachAll(
  world: AwsWorld,
  cluster: KubernetesCluster,
  claims: readonly KubernetesObject[],
  node: Node,
): string | undefined {
  for (const claim of claims) {
    const volumeId = volumeIdOf(cluster, claim);
    try {
      if (volumeId !== undefined) attachVolume(world, cluster.eks.region, volumeId, node.instanceId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return `AttachVolume.Attach failed for volume ${volumeId}: ${error.code}: ${error.message}`;
    }
  }
  return undefined;
}

function startObstacle(
  world: AwsWorld,
  cluster: KubernetesCluster,
  pod: KubernetesObject,
): PodRun['problem'] | undefined {
  for (const { image = '' } of podSpec(pod).containers ?? []) {
    const message = pullProblem(world, image);
    if (message !== undefined) return { reason: 'ImagePullBackOff', message };
  }
  const owner = pod.metadata.ownerReferences?.[0];
  const failure = owner && cluster.startupChecks.get(`${pod.metadata.namespace}/${owner.name}`)?.();
  return failure === undefined ? undefined : { reason: 'CrashLoopBackOff', message: failure };
}

/** Pods of nodes that are gone are gone too. */
export function removeLostPods(world: AwsWorld, cluster: KubernetesCluster, nodes: readonly Node[]): void {
  const alive = new Set(nodes.map(({ instanceId }) => instanceId));
  for (const pod of objectsOfKind(cluster, 'Pod')) {
    const node = cluster.podRuns.get(pod.metadata.uid)?.node;
    if (node && !alive.has(node.instanceId)) removePod(world, cluster, pod);
  }
}

/**
 * Why an image cannot be pulled; undefined when it can. Images of this account's ECR must be there; those of any other
 * registry are taken to exist, because the sandbox does not leave the machine.
 * @param image e.g. `123456789012.dkr.ecr.us-west-2.amazonaws.com/sar-container/sar:latest`
 */
function pullProblem(world: AwsWorld, image: string): string | undefined {
  const match =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image);
  if (!match) return undefined;
  const [, account, region = '', name = '', tag, digest] = match;
  const failed = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;
  if (account !== world.accountId) return `${failed}: unexpected status from HEAD request: 403 Forbidden`;
  const repository = world.state(ecrState, region).repositories.get(name);
  const images = [...(repository?.images.values() ?? [])];
  const found = images.some((each) => (digest === undefined ? each.tags.has(tag ?? 'latest') : each.digest === digest));
  return found ? undefined : `${failed}: ${image}: not found`;
}
