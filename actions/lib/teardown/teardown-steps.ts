import { physicalName } from '../deployment/names.ts';
import { pollUntil } from '../engine/poll.ts';
import type { PoolStep, StepDone } from '../engine/ready-pool.ts';
import { explainFailedBuild } from '../stack-operations/build-failure.ts';
import type { Stack, StackKind } from '../stacks/stack.ts';
import { deleteStack } from './stack-deletion.ts';
import { deleteSnapshots, deleteVolumes, makeFinalSnapshots, type Sweeping } from './storage-sweep.ts';
import type { TeardownContext } from './teardown-context.ts';
import { closeSignUp, deleteImageRepositories, deleteLogGroups, deleteRepositories } from './verification.ts';

type PlannedStack = Pick<Stack, 'kind' | 'name' | 'dependsOn' | 'retained'>;

/**
 * The order of a teardown. Stacks go in reverse order of their making, each as soon as nothing needs it any more: the hub's
 * images too, which a hub that is still to be uninstalled may have to fetch once more. Volumes go after the cluster that
 * holds them, and after its snapshot policy; logs go last.
 */
export function teardownSteps(stacks: readonly PlannedStack[]): PoolStep<Sweeping>[] {
  const going = stacks.filter(({ retained }) => !retained);
  const all = going.map(({ kind }) => stackStep(kind));
  return [
    { id: 'freeze', title: 'freeze pipelines', needs: [], run: freezePipelines },
    { id: 'sign-up', title: 'close sign-up', needs: [], run: closeSignUp },
    { id: 'uninstall', title: 'uninstall hub', needs: ['freeze'], run: uninstallHub },
    { id: 'final-snapshots', title: 'final snapshots', needs: ['uninstall'], run: makeFinalSnapshots },
    ...going.map((stack) => ({
      id: stackStep(stack.kind),
      title: `stack ${stack.name}`,
      needs: [...dependents(stack.kind, going), 'final-snapshots'],
      run: (context: Sweeping) => deleteStack(stack, context),
    })),
    { id: 'volumes', title: 'delete volumes', needs: [stackStep('cluster')], run: deleteVolumes },
    { id: 'snapshots', title: 'delete snapshots', needs: ['volumes'], run: deleteSnapshots },
    { id: 'images', title: 'delete image repositories', needs: all, run: deleteImageRepositories },
    { id: 'repositories', title: 'delete repositories', needs: all, run: deleteRepositories },
    { id: 'logs', title: 'delete logs', needs: all, run: deleteLogGroups },
  ];
}

function stackStep(kind: StackKind): string {
  return `stack ${kind}`;
}

/** The stacks that were made after this one, and from it. */
function dependents(kind: StackKind, stacks: readonly PlannedStack[]): string[] {
  return stacks.filter(({ dependsOn }) => dependsOn.includes(kind)).map((stack) => stackStep(stack.kind));
}

/** How many of the newest executions and builds are looked at; older ones have long ended. */
const lookBack = 25;

const reason = 'This deployment is being destroyed.';

/**
 * Sees to it that nothing is built or installed any more: closes every stage after the source of both pipelines, stops
 * what runs, and waits until it has stopped.
 */
async function freezePipelines(context: TeardownContext): Promise<StepDone> {
  const { deployment, patience } = context;
  const pipelines = ['pipeline-container', 'pipeline-cluster'].map((id) => physicalName(deployment, id));
  const projects = ['build-images', 'build-hub-images', 'build-hub'].map((id) => physicalName(deployment, id));
  const found = await Promise.all(pipelines.map((pipeline) => closeStages(pipeline, context)));
  await pollUntil('pipelines and builds to stop', patience, async () => {
    const running = await Promise.all([
      ...pipelines.map((pipeline) => stopExecutions(pipeline, context)),
      ...projects.map((project) => stopBuilds(project, context)),
    ]);
    return running.some((count) => count > 0) ? undefined : { value: true };
  });
  if (!found.includes(true)) return { outcome: 'skipped', change: 'already gone' };
  return { change: 'frozen' };
}

/** The way into the first stage cannot be closed (DisableStageTransition), and a source alone changes nothing. */
async function closeStages(pipeline: string, { ports }: TeardownContext): Promise<boolean> {
  const stages = await ports.pipelines.findStages(pipeline);
  if (stages === undefined) return false;
  for (const stage of stages.slice(1)) await ports.pipelines.closeStage(pipeline, stage, reason);
  return true;
}

async function stopExecutions(pipeline: string, { ports }: TeardownContext): Promise<number> {
  const executions = await ports.pipelines.recentExecutions(pipeline, lookBack);
  const running = executions.filter(({ status }) => status === 'InProgress' || status === 'Stopping');
  for (const { id, status } of running) if (status === 'InProgress') await ports.pipelines.stop(pipeline, id, reason);
  return running.length;
}

async function stopBuilds(project: string, { ports }: TeardownContext): Promise<number> {
  const running = (await ports.builds.recent(project, lookBack)).filter(({ status }) => status === 'IN_PROGRESS');
  for (const { id } of running) await ports.builds.stop(id);
  return running.length;
}

/** The branch that was deployed last. */
const branch = 'main';

/**
 * Removes the hub from the cluster, so that users' servers end in order and their volumes are detached. Volumes are left
 * alone: they are snapshotted and deleted afterwards, by exact tags. A hub that is gone, or that cannot be removed any
 * more, stops nothing, because everything in the cluster ends with it; the receipt says so.
 */
async function uninstallHub(context: TeardownContext): Promise<StepDone> {
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
  const { sentence } = await explainFailedBuild(build, context);
  const detail = `The hub could not be uninstalled (${sentence}); it ends with its cluster.`;
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
