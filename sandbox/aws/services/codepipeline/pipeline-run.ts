import { randomUUID } from 'node:crypto';
import type { ExecutionTrigger, PipelineExecutionStatus, StageExecutionStatus } from '@aws-sdk/client-codepipeline';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { runAction } from './action-run.ts';
import type { ActionRun, PipelineRun, StageLane, StoredPipeline } from './codepipeline-state.ts';
import type { DeclaredAction } from './pipeline-declaration.ts';

/** A pipeline in mode QUEUED or PARALLEL has at most 50 executions at a time (userguide, limits.html). */
const MAXIMUM_RUNS = 50;

/**
 * Starts an execution of a pipeline in the background.
 * @param request.revisions commit ids by source action name
 * @throws AwsError ConcurrentPipelineExecutionsLimitExceededException
 */
export function startRun(
  world: AwsWorld,
  pipeline: StoredPipeline,
  request: {
    trigger: ExecutionTrigger;
    revisions?: ReadonlyMap<string, string>;
    variables?: Readonly<Record<string, string>>;
  },
): PipelineRun {
  const active = pipeline.runs.filter((run) => run.status === 'InProgress' || run.status === 'Stopping');
  if (pipeline.declaration.executionMode !== 'SUPERSEDED' && active.length >= MAXIMUM_RUNS) {
    throw new AwsError(
      'ConcurrentPipelineExecutionsLimitExceededException',
      `The pipeline has reached the limit of ${MAXIMUM_RUNS} concurrent pipeline executions.`,
    );
  }
  const now = world.clock.now();
  const defaults = (pipeline.declaration.variables ?? []).map((each) => [each.name, each.defaultValue ?? '']);
  const run: PipelineRun = {
    id: randomUUID(),
    version: pipeline.declaration.version,
    declaration: pipeline.declaration,
    status: 'InProgress',
    startTime: now,
    lastUpdateTime: now,
    trigger: request.trigger,
    requestedRevisions: request.revisions ?? new Map(),
    sourceRevisions: [],
    artifacts: new Map(),
    variables: new Map([['variables', { ...Object.fromEntries(defaults), ...request.variables }]]),
    actions: [],
    stop: undefined,
    abandon: new AbortController(),
  };
  pipeline.runs.push(run);
  arrive(world, pipeline, run, 0);
  return run;
}

/**
 * A run arrives at the entrance of a stage. In mode SUPERSEDED it takes the place of a run that waits there; in mode
 * QUEUED it waits behind it (docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html).
 */
function arrive(world: AwsWorld, pipeline: StoredPipeline, run: PipelineRun, index: number): void {
  const lane = pipeline.lanes[index];
  if (!lane) {
    endRun(world, run, 'Succeeded');
    return;
  }
  if (run.declaration.executionMode === 'SUPERSEDED') {
    for (const older of lane.waiting.splice(0)) endRun(world, older, 'Superseded');
  }
  lane.waiting.push(run);
  letIn(world, pipeline, index);
}

/** Lets the next waiting run into a stage when the transition is enabled and, outside mode PARALLEL, nobody is inside. */
export function letIn(world: AwsWorld, pipeline: StoredPipeline, index: number): void {
  const lane = pipeline.lanes[index];
  if (!lane || lane.disabled) return;
  while (lane.waiting.length > 0 && (!lane.inside || lane.waiting[0]?.declaration.executionMode === 'PARALLEL')) {
    const run = lane.waiting.shift();
    if (run) world.background(passStage(world, pipeline, run, index, () => true));
  }
}

/**
 * Runs a stage and sends the run on. Claims the stage before the first wait.
 * @param wanted which of the stage's actions to run: all, or only those that failed before
 */
async function passStage(
  world: AwsWorld,
  pipeline: StoredPipeline,
  run: PipelineRun,
  index: number,
  wanted: (action: DeclaredAction) => boolean,
): Promise<void> {
  const lane = pipeline.lanes[index];
  if (!lane) return;
  lane.inside = run;
  lane.latest = { run, status: 'InProgress' };
  const status = await runStage(world, pipeline, run, lane, wanted);
  if (lane.latest.run === run) lane.latest = { run, status };
  if (lane.inside === run) lane.inside = undefined;
  if (status === 'Succeeded') arrive(world, pipeline, run, index + 1);
  else endRun(world, run, status === 'Stopped' ? 'Stopped' : 'Failed');
  letIn(world, pipeline, index);
}

/** Actions with the same run order run at the same time, lower orders first. */
async function runStage(
  world: AwsWorld,
  pipeline: StoredPipeline,
  run: PipelineRun,
  lane: StageLane,
  wanted: (action: DeclaredAction) => boolean,
): Promise<StageExecutionStatus> {
  const actions = (run.declaration.stages.find((stage) => stage.name === lane.name)?.actions ?? []).filter(wanted);
  const orders = [...new Set(actions.map((action) => action.runOrder))].sort((one, other) => one - other);
  for (const order of orders) {
    const group = actions.filter((action) => action.runOrder === order);
    const ended = await Promise.all(group.map((action) => runAction(world, pipeline, run, lane.name, action)));
    run.lastUpdateTime = world.clock.now();
    if (ended.some((action: ActionRun) => action.status === 'Failed')) return 'Failed';
    if (run.stop) return 'Stopped';
  }
  return 'Succeeded';
}

function endRun(world: AwsWorld, run: PipelineRun, status: PipelineExecutionStatus): void {
  run.status = status;
  run.lastUpdateTime = world.clock.now();
}

/**
 * Runs the failed stage of an execution again, all its actions or only the failed ones.
 * @throws AwsError StageNotRetryableException, NotLatestPipelineExecutionException
 */
export function retryStage(
  world: AwsWorld,
  pipeline: StoredPipeline,
  run: PipelineRun,
  lane: StageLane,
  mode: 'FAILED_ACTIONS' | 'ALL_ACTIONS',
): void {
  if (lane.latest?.run !== run) {
    throw new AwsError(
      'NotLatestPipelineExecutionException',
      `Execution ${run.id} is not the latest one in stage ${lane.name}.`,
    );
  }
  if (
    lane.inside ||
    !['Failed', 'Stopped'].includes(lane.latest.status) ||
    run.version !== pipeline.declaration.version
  ) {
    throw new AwsError(
      'StageNotRetryableException',
      `Stage ${lane.name} cannot be retried: it has not failed, or the pipeline was changed since.`,
    );
  }
  const succeeded = new Set(
    run.actions
      .filter((each) => each.stageName === lane.name && each.status === 'Succeeded')
      .map((each) => each.action.name),
  );
  run.status = 'InProgress';
  run.stop = undefined;
  run.abandon = new AbortController();
  const wanted = (action: DeclaredAction): boolean => mode === 'ALL_ACTIONS' || !succeeded.has(action.name);
  world.background(passStage(world, pipeline, run, pipeline.lanes.indexOf(lane), wanted));
}

/**
 * Stops a run: after its running actions, or at once when they are abandoned (userguide, pipelines-stop.html).
 * @throws AwsError DuplicatedStopRequestException, PipelineExecutionNotStoppableException
 */
export function stopRun(
  world: AwsWorld,
  pipeline: StoredPipeline,
  run: PipelineRun,
  request: { abandon: boolean; reason: string | undefined },
): void {
  if (run.status !== 'InProgress' && run.status !== 'Stopping') {
    throw new AwsError('PipelineExecutionNotStoppableException', `Execution ${run.id} is ${run.status}.`);
  }
  if (run.stop && !request.abandon) {
    throw new AwsError('DuplicatedStopRequestException', `Execution ${run.id} is already being stopped.`);
  }
  run.stop = { reason: request.reason };
  for (const lane of pipeline.lanes) {
    if (!lane.waiting.includes(run)) continue;
    lane.waiting.splice(lane.waiting.indexOf(run), 1);
    endRun(world, run, 'Stopped');
    return;
  }
  run.status = 'Stopping';
  if (request.abandon) run.abandon.abort(new Error('The pipeline execution was stopped.'));
}
