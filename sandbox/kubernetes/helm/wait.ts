import type { AwsWorld } from '../../aws/world.ts';
import type { KubernetesCluster, KubernetesObject } from '../cluster-state.ts';
import { isReady } from '../nodes/pods.ts';
import { deploymentSpec, podsOf, reconcile } from '../reconcile.ts';
import { claimSpec } from '../storage/claims.ts';

/** Virtual seconds between two looks at the cluster. */
const POLL_SECONDS = 2;

/** Waits until a condition holds; false when the time is over. The sandbox's closing ends every wait. */
export async function waitUntil(world: AwsWorld, seconds: number, condition: () => boolean): Promise<boolean> {
  const deadline = world.clock.now().getTime() + seconds * 1000;
  while (!condition()) {
    if (world.clock.now().getTime() >= deadline) return false;
    await world.clock.sleep(POLL_SECONDS, world.closing);
  }
  return true;
}

/** Why a deployment is not complete; undefined when it is. */
export function deploymentProblem(
  world: AwsWorld,
  cluster: KubernetesCluster,
  deployment: KubernetesObject,
): string | undefined {
  const { replicas = 1 } = deploymentSpec(deployment);
  const runs = podsOf(cluster, deployment).map(({ metadata }) => cluster.podRuns.get(metadata.uid));
  const ready = runs.filter((run) => isReady(world, run)).length;
  if (ready >= replicas) return undefined;
  const problem = runs.find((run) => run?.problem)?.problem;
  const reason = problem ? ` (${problem.reason}: ${problem.message})` : '';
  return `resource Deployment/${deployment.metadata.namespace}/${deployment.metadata.name} not ready. status: InProgress, message: Available: ${ready}/${replicas}${reason}`;
}

/** What of a release's objects is not as `--wait` wants it: deployments complete, claims bound. */
export function unreadyObjects(world: AwsWorld, cluster: KubernetesCluster, objectKeys: readonly string[]): string[] {
  reconcile(world, cluster);
  const objects = objectKeys.flatMap((key) => cluster.objects.get(key) ?? []);
  return objects.flatMap((object) => {
    if (object.kind === 'Deployment') return deploymentProblem(world, cluster, object) ?? [];
    const unbound = object.kind === 'PersistentVolumeClaim' && claimSpec(object).volumeName === undefined;
    return unbound
      ? `resource PersistentVolumeClaim/${object.metadata.namespace}/${object.metadata.name} not ready. status: InProgress, message: PVC is not Bound. phase: Pending`
      : [];
  });
}
