import type {
  DeletePipelineCommandInput,
  DisableStageTransitionCommandInput,
  EnableStageTransitionCommandInput,
  GetPipelineCommandInput,
  GetPipelineCommandOutput,
  GetPipelineStateCommandInput,
  GetPipelineStateCommandOutput,
  ListPipelinesCommandInput,
  ListPipelinesCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  StageState,
} from '@aws-sdk/client-codepipeline';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import {
  type ActionRun,
  codepipelineState,
  findLane,
  findPipeline,
  removePipeline,
  type StageLane,
  type StoredPipeline,
} from './codepipeline-state.ts';
import { letIn } from './pipeline-run.ts';

type Output<T> = Omit<T, '$metadata'>;

function getPipeline(input: GetPipelineCommandInput, context: CallContext): Output<GetPipelineCommandOutput> {
  const pipeline = findPipeline(context.world, context.region, input.name);
  if (input.version !== undefined && input.version !== pipeline.declaration.version) {
    throw new AwsError('PipelineVersionNotFoundException', `The sandbox keeps only the current version of a pipeline.`);
  }
  return {
    pipeline: pipeline.declaration,
    metadata: { pipelineArn: pipeline.arn, created: pipeline.created, updated: pipeline.updated },
  };
}

function listPipelines(input: ListPipelinesCommandInput, context: CallContext): Output<ListPipelinesCommandOutput> {
  const { page, nextToken } = tokenPage([...context.world.state(codepipelineState, context.region).values()], {
    size: input.maxResults ?? 1000,
    token: input.nextToken,
    errorCode: 'InvalidNextTokenException',
  });
  return {
    pipelines: page.map(({ declaration, created, updated }) => ({
      name: declaration.name,
      version: declaration.version,
      pipelineType: declaration.pipelineType,
      executionMode: declaration.executionMode,
      created,
      updated,
    })),
    ...(nextToken ? { nextToken } : {}),
  };
}

function getPipelineState(
  input: GetPipelineStateCommandInput,
  context: CallContext,
): Output<GetPipelineStateCommandOutput> {
  const pipeline = findPipeline(context.world, context.region, input.name);
  return {
    pipelineName: pipeline.declaration.name,
    pipelineVersion: pipeline.declaration.version,
    stageStates: pipeline.lanes.map((lane, index) => stageState(pipeline, lane, index)),
    created: pipeline.created,
    updated: pipeline.updated,
  };
}

function stageState(pipeline: StoredPipeline, lane: StageLane, index: number): StageState {
  const actions = pipeline.declaration.stages.find((stage) => stage.name === lane.name)?.actions ?? [];
  const waiting = lane.waiting.map((run) => ({ pipelineExecutionId: run.id, status: 'InProgress' as const }));
  return {
    stageName: lane.name,
    ...(waiting[0] ? { inboundExecution: waiting[0], inboundExecutions: waiting } : { inboundExecutions: [] }),
    ...(index === 0 ? {} : { inboundTransitionState: transitionState(lane) }),
    actionStates: actions.map((action) => {
      const latest = pipeline.runs
        .flatMap((run) => run.actions)
        .findLast((each) => each.stageName === lane.name && each.action.name === action.name);
      return { actionName: action.name, ...(latest ? { latestExecution: actionExecution(latest) } : {}) };
    }),
    ...(lane.latest
      ? { latestExecution: { pipelineExecutionId: lane.latest.run.id, status: latestStatus(lane.latest) } }
      : {}),
  };
}

const latestStatus = ({ run, status }: NonNullable<StageLane['latest']>) =>
  status === 'InProgress' && run.status === 'Stopping' ? 'Stopping' : status;

const transitionState = ({ disabled }: StageLane): NonNullable<StageState['inboundTransitionState']> =>
  disabled
    ? { enabled: false, disabledReason: disabled.reason, lastChangedBy: disabled.by, lastChangedAt: disabled.at }
    : { enabled: true };

const actionExecution = (action: ActionRun) => ({
  actionExecutionId: action.id,
  status: action.status,
  lastStatusChange: action.lastUpdateTime,
  ...(action.summary === undefined ? {} : { summary: action.summary }),
  ...(action.externalExecutionId === undefined ? {} : { externalExecutionId: action.externalExecutionId }),
  ...(action.error === undefined ? {} : { errorDetails: action.error }),
});

/** Executions wait in front of the stage while its inbound transition is disabled (userguide, transitions.html). */
function disableStageTransition(input: DisableStageTransitionCommandInput, context: CallContext): object {
  const lane = findLane(findPipeline(context.world, context.region, input.pipelineName), input.stageName);
  requireInbound(input.transitionType);
  lane.disabled = {
    reason: input.reason ?? '',
    by: context.principal?.arn ?? '',
    at: context.world.clock.now(),
  };
  return {};
}

function enableStageTransition(input: EnableStageTransitionCommandInput, context: CallContext): object {
  const pipeline = findPipeline(context.world, context.region, input.pipelineName);
  const lane = findLane(pipeline, input.stageName);
  requireInbound(input.transitionType);
  lane.disabled = undefined;
  letIn(context.world, pipeline, pipeline.lanes.indexOf(lane));
  return {};
}

function requireInbound(type: string | undefined): void {
  if (type !== 'Inbound') throw new AwsError('NotImplemented', `The sandbox has no ${type} transitions.`);
}

function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  context: CallContext,
): Output<ListTagsForResourceCommandOutput> {
  const pipelines = [...context.world.state(codepipelineState, context.region).values()];
  const pipeline = pipelines.find((each) => each.arn === input.resourceArn);
  if (!pipeline) throw new AwsError('ResourceNotFoundException', `Resource ${input.resourceArn} was not found.`);
  const { page, nextToken } = tokenPage(Object.entries(pipeline.tags), {
    size: input.maxResults ?? 100,
    token: input.nextToken,
    errorCode: 'InvalidNextTokenException',
  });
  return { tags: page.map(([key, value]) => ({ key, value })), ...(nextToken ? { nextToken } : {}) };
}

/** API_DeletePipeline.html */
function deletePipeline(input: DeletePipelineCommandInput, { world, region }: CallContext): object {
  removePipeline(world, region, input.name ?? '');
  return {};
}

/** CodePipeline's operations on pipelines and their stages; pipelines are made by CloudFormation. */
export const pipelineOperations = {
  GetPipeline: getPipeline,
  ListPipelines: listPipelines,
  DeletePipeline: deletePipeline,
  GetPipelineState: getPipelineState,
  DisableStageTransition: disableStageTransition,
  EnableStageTransition: enableStageTransition,
  ListTagsForResource: listTagsForResource,
} satisfies Record<string, Operation>;
