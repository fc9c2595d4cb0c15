import { physicalName } from '../deployment/names.ts';
import { pollUntil } from '../engine/poll.ts';
import type { StepDone } from '../engine/ready-pool.ts';
import { explainFailedBuild } from '../stack-operations/build-failure.ts';
import type { TeardownContext } from './teardown-context.ts';

/** The branch that was deployed last. */
const branch = 'main';

/**
 * Removes the hub from the cluster, so that users' servers end in order and their volumes are detached. Volumes are left
 * alone: they are snapshotted and deleted afterwards, by exact tags. A hub that is gone, or that cannot be removed any
 * more, stops nothing, because everything in the cluster ends with it; the receipt says so.
 */
export async function uninstallHub(context: TeardownContext): Promise<StepDone> {
  const { deployment, ports, reporter } = context;
  const obstacle = await findObstacle(context);
  if (obstacle !== undefined) return { outcome: 'skipped', change: 'already gone', detail: obstacle };
  const project = physicalName(deployment, 'build-hub');
  const source = await findSource(context);
  if (source === undefined) {
    return { outcome: 'skipped', change: 'not uninstalled', detail: 'The repository that tells how to is gone.' };
  }
  const id = await ports.builds.start({
    project,
    environment: { PHASE: 'uninstall', KEEP_VOLUMES: 'true' },
    source,
    requestToken: context.token('uninstall'),
  });
  const build = await pollUntil(`build ${id}`, context.patience, async () => {
    const found = await ports.builds.find(id);
    return found === undefined || found.status === 'IN_PROGRESS' ? undefined : { value: found };
  });
  const times = { startedAt: build.startedAt, ...(build.finishedAt && { finishedAt: build.finishedAt }) };
  if (build.status === 'SUCCEEDED') return { change: 'uninstalled', ...times };
  const detail = `The hub could not be uninstalled (${await explainFailedBuild(build, context)}); it ends with its cluster.`;
  reporter.warning(detail);
  return { change: 'not uninstalled', detail, ...times };
}

/** Why there is nothing to uninstall, or undefined when there is. */
async function findObstacle({ deployment, ports }: TeardownContext): Promise<string | undefined> {
  const cluster = await ports.clusters.find(physicalName(deployment, 'eks-cluster'));
  if (cluster === undefined) return 'The cluster is gone.';
  if (cluster.status === 'DELETING' || cluster.status === 'FAILED') return `The cluster is ${cluster.status}.`;
  const exists = await ports.builds.projectExists(physicalName(deployment, 'build-hub'));
  return exists ? undefined : 'The project that uninstalls it is gone.';
}

async function findSource({
  deployment,
  ports,
}: TeardownContext): Promise<{ cloneUrl: string; commit: string } | undefined> {
  const name = physicalName(deployment, 'code-cluster');
  const repository = await ports.repositories.find(name);
  const commit = await ports.repositories.branchHead(name, branch);
  return repository === undefined || commit === undefined ? undefined : { cloneUrl: repository.cloneUrl, commit };
}
