import type {
  ActionExecutionDetail,
  GetPipelineExecutionCommandInput,
  GetPipelineExecutionCommandOutput,
  ListActionExecutionsCommandInput,
  ListActionExecutionsCommandOutput,
  ListPipelineExecutionsCommandInput,
  ListPipelineExecutionsCommandOutput,
  RetryStageExecutionCommandInput,
  RetryStageExecutionCommandOutput,
  StartPipelineExecutionCommandInput,
  StartPipelineExecutionCommandOutput,
  StopPipelineExecutionCommandInput,
  StopPipelineExecutionCommandOutput,
} from '@aws-sdk/client-codepipeline';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { PipelineArtifact } from '../codebuild/codebuild-state.ts';
import { tokenPage } from '../token-page.ts';
import {
  type ActionRun,
  findLane,
  findPipeline,
  findRun,
  type PipelineRun,
  type StoredPipeline,
} from './codepipeline-state.ts';
import { retryStage, startRun, stopRun } from './pipeline-run.ts';
import { requestedRevisions } from './requested-revisions.ts';

type Output<T> = Omit<T, '$metadata'>;

/** Executions a page, at most and by default (API_ListPipelineExecutions.html, API_ListActionExecutions.html). */
const PAGE = 100;

function startPipelineExecution(
  input: StartPipelineExecutionCommandInput,
  context: CallContext,
): Output<StartPipelineExecutionCommandOutput> {
  const pipeline = findPipeline(context.world, context.region, input.name);
  const token = input.clientRequestToken;
  const repeated = token === undefined ? undefined : pipeline.requestTokens.get(token);
  if (repeated !== undefined) return { pipelineExecutionId: repeated };
  const run = startRun(context.world, pipeline, {
    trigger: { triggerType: 'StartPipelineExecution', triggerDetail: context.principal?.arn ?? '' },
    revisions: requestedRevisions(pipeline, input.sourceRevisions ?? []),
    variables: requestedVariables(pipeline, input),
  });
  if (token !== undefined) pipeline.requestTokens.set(token, run.id);
  return { pipelineExecutionId: run.id };
}

function requestedVariables(
  pipeline: StoredPipeline,
  input: StartPipelineExecutionCommandInput,
): Record<string, string> {
  const declared = new Set<string | undefined>((pipeline.declaration.variables ?? []).map((variable) => variable.name));
  const unknown = (input.variables ?? []).find((variable) => !declared.has(variable.name));
  if (unknown) throw new AwsError('ValidationException', `The pipeline declares no variable ${unknown.name}.`);
  return Object.fromEntries((input.variables ?? []).map(({ name = '', value = '' }) => [name, value]));
}

function stopPipelineExecution(
  input: StopPipelineExecutionCommandInput,
  context: CallContext,
): Output<StopPipelineExecutionCommandOutput> {
  const pipeline = findPipeline(context.world, context.region, input.pipelineName);
  const run = findRun(pipeline, input.pipelineExecutionId);
  stopRun(context.world, pipeline, run, { abandon: input.abandon ?? false, reason: input.reason });
  return { pipelineExecutionId: run.id };
}

function retryStageExecution(
  input: RetryStageExecutionCommandInput,
  context: CallContext,
): Output<RetryStageExecutionCommandOutput> {
  const pipeline = findPipeline(context.world, context.region, input.pipelineName);
  const run = findRun(pipeline, input.pipelineExecutionId);
  const mode = input.retryMode === 'ALL_ACTIONS' ? 'ALL_ACTIONS' : 'FAILED_ACTIONS';
  retryStage(context.world, pipeline, run, findLane(pipeline, input.stageName), mode);
  return { pipelineExecutionId: run.id };
}

function getPipelineExecution(
  input: GetPipelineExecutionCommandInput,
  context: CallContext,
): Output<GetPipelineExecutionCommandOutput> {
  const pipeline = findPipeline(context.world, context.region, input.pipelineName);
  const run = findRun(pipeline, input.pipelineExecutionId);
  return {
    pipelineExecution: {
      pipelineName: pipeline.declaration.name,
      pipelineVersion: run.version,
      pipelineExecutionId: run.id,
      status: run.status,
      artifactRevisions: [...run.artifacts.values()].flatMap((artifact) => artifactRevision(run, artifact)),
      variables: Object.entries(run.variables.get('variables') ?? {}).map(([name, resolvedValue]) => ({
        name,
        resolvedValue,
      })),
      trigger: run.trigger,
      executionMode: run.declaration.executionMode,
      executionType: 'STANDARD',
    },
  };
}

function artifactRevision(run: PipelineRun, artifact: PipelineArtifact) {
  const revision = run.sourceRevisions.find((each) => each.revisionId === artifact.commitId);
  if (!revision) return [];
  const { revisionId, revisionSummary, revisionUrl } = revision;
  return [{ name: artifact.name, revisionId, revisionSummary, revisionUrl }];
}

/** Newest first. */
function listPipelineExecutions(
  input: ListPipelineExecutionsCommandInput,
  context: CallContext,
): Output<ListPipelineExecutionsCommandOutput> {
  const pipeline = findPipeline(context.world, context.region, input.pipelineName);
  if (input.filter) throw new AwsError('NotImplemented', 'The sandbox lists executions without a filter only.');
  const { page, nextToken } = tokenPage(pipeline.runs.toReversed(), pageRequest(input));
  return {
    pipelineExecutionSummaries: page.map((run) => ({
      pipelineExecutionId: run.id,
      status: run.status,
      startTime: run.startTime,
      lastUpdateTime: run.lastUpdateTime,
      sourceRevisions: run.sourceRevisions,
      trigger: run.trigger,
      executionMode: run.declaration.executionMode,
      executionType: 'STANDARD',
      ...(run.stop ? { stopTrigger: { reason: run.stop.reason } } : {}),
    })),
    ...(nextToken ? { nextToken } : {}),
  };
}

/** Newest first; of one execution or of all. */
function listActionExecutions(
  input: ListActionExecutionsCommandInput,
  context: CallContext,
): Output<ListActionExecutionsCommandOutput> {
  const pipeline = findPipeline(context.world, context.region, input.pipelineName);
  if (input.filter?.latestInPipelineExecution) {
    throw new AwsError('NotImplemented', 'The sandbox has no filter latestInPipelineExecution.');
  }
  const wanted = input.filter?.pipelineExecutionId;
  const runs = wanted === undefined ? pipeline.runs : [findRun(pipeline, wanted)];
  const details = runs.flatMap((run) => run.actions.map((action) => actionDetail(run, action))).reverse();
  const { page, nextToken } = tokenPage(details, pageRequest(input));
  return { actionExecutionDetails: page, ...(nextToken ? { nextToken } : {}) };
}

function actionDetail(run: PipelineRun, action: ActionRun): ActionExecutionDetail {
  return {
    pipelineExecutionId: run.id,
    actionExecutionId: action.id,
    pipelineVersion: action.pipelineVersion,
    stageName: action.stageName,
    actionName: action.action.name,
    startTime: action.startTime,
    lastUpdateTime: action.lastUpdateTime,
    status: action.status,
    input: {
      actionTypeId: action.action.actionTypeId,
      configuration: action.action.configuration,
      resolvedConfiguration: action.resolvedConfiguration,
      inputArtifacts: action.inputs.map(artifactDetail),
    },
    output: {
      outputArtifacts: action.outputs.map(artifactDetail),
      outputVariables: action.variables,
      executionResult: {
        ...(action.externalExecutionId === undefined ? {} : { externalExecutionId: action.externalExecutionId }),
        ...(action.summary === undefined ? {} : { externalExecutionSummary: action.summary }),
        ...(action.error === undefined ? {} : { errorDetails: action.error }),
      },
    },
  };
}

const artifactDetail = ({ name, bucket, key }: PipelineArtifact) => ({ name, s3location: { bucket, key } });

const pageRequest = (input: { maxResults?: number | undefined; nextToken?: string | undefined }) => ({
  size: Math.min(input.maxResults ?? PAGE, PAGE),
  token: input.nextToken,
  errorCode: 'InvalidNextTokenException',
});

/** CodePipeline's operations on executions. */
export const executionOperations = {
  StartPipelineExecution: startPipelineExecution,
  StopPipelineExecution: stopPipelineExecution,
  RetryStageExecution: retryStageExecution,
  GetPipelineExecution: getPipelineExecution,
  ListPipelineExecutions: listPipelineExecutions,
  ListActionExecutions: listActionExecutions,
} satisfies Record<string, Operation>;
