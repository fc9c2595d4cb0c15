import { physicalName } from '../deployment/names.ts';
import { pollUntil } from '../engine/poll.ts';
import type { StepDone } from '../engine/ready-pool.ts';
import type { TeardownContext } from './teardown-context.ts';

/** How many of the newest executions and builds are looked at; older ones have long ended. */
const lookBack = 25;

const reason = 'This deployment is being destroyed.';

/**
 * Sees to it that nothing is built or installed any more: closes every stage after the source of both pipelines, stops
 * what runs, and waits until it has stopped.
 */
export async function freezePipelines(context: TeardownContext): Promise<StepDone> {
  const { deployment, patience } = context;
  const pipelines = ['pipeline-container', 'pipeline-cluster'].map((id) => physicalName(deployment, id));
  const projects = ['build-images', 'build-hub'].map((id) => physicalName(deployment, id));
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
