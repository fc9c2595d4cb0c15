import {
  CodePipelineClient,
  DisableStageTransitionCommand,
  GetPipelineCommand,
  type PipelineExecutionSummary,
  paginateListActionExecutions,
  paginateListPipelineExecutions,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { Failure } from '../../failure.ts';
import type { FailedAction, PipelineExecution, Pipelines } from '../../ports/aws-ports.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** ListPipelineExecutions takes at most 100 per page. */
const pageSize = 100;

/** The port to AWS CodePipeline. */
export function connectPipelines(settings: ClientSettings, counter: CallCounter): Pipelines {
  const client = counted(new CodePipelineClient(settings), counter);
  return {
    findStages: (pipeline) =>
      findInAws(`get pipeline ${pipeline}`, ['PipelineNotFoundException'], async () => {
        const { pipeline: found } = await client.send(new GetPipelineCommand({ name: pipeline }));
        return (found?.stages ?? []).map(({ name }) => name ?? '');
      }),
    recentExecutions: (pipeline, limit) => listExecutions(client, pipeline, limit),
    findExecution: async (pipeline, executionId) =>
      (await listExecutions(client, pipeline, pageSize)).find(({ id }) => id === executionId),
    start: (pipeline, source, requestToken) => startExecution(client, pipeline, source, requestToken),
    stop: (pipeline, executionId, reason) => stopExecution(client, pipeline, executionId, reason),
    closeStage: (pipeline, stage, reason) => closeStage(client, pipeline, stage, reason),
    findFailedAction: (pipeline, executionId) => findFailedAction(client, pipeline, executionId),
  };
}

async function startExecution(
  client: CodePipelineClient,
  pipeline: string,
  { action, commit }: { action: string; commit: string },
  clientRequestToken: string,
): Promise<string> {
  return callAws(`start pipeline ${pipeline}`, async () => {
    const { pipelineExecutionId } = await client.send(
      new StartPipelineExecutionCommand({
        name: pipeline,
        clientRequestToken,
        sourceRevisions: [{ actionName: action, revisionType: 'COMMIT_ID', revisionValue: commit }],
      }),
    );
    if (pipelineExecutionId === undefined) throw noExecutionId(pipeline);
    return pipelineExecutionId;
  });
}

async function stopExecution(
  client: CodePipelineClient,
  pipeline: string,
  executionId: string,
  reason: string,
): Promise<void> {
  const input = { pipelineName: pipeline, pipelineExecutionId: executionId, abandon: true, reason };
  const endedMeanwhile = ['PipelineExecutionNotStoppableException', 'DuplicatedStopRequestException'];
  await findInAws(`stop pipeline ${pipeline}`, endedMeanwhile, () =>
    client.send(new StopPipelineExecutionCommand(input)),
  );
}

async function closeStage(client: CodePipelineClient, pipeline: string, stage: string, reason: string): Promise<void> {
  const input = { pipelineName: pipeline, stageName: stage, transitionType: 'Inbound' as const, reason };
  await callAws(`disable the transition into stage ${stage} of pipeline ${pipeline}`, () =>
    client.send(new DisableStageTransitionCommand(input)),
  );
}

async function listExecutions(
  client: CodePipelineClient,
  pipeline: string,
  limit: number,
): Promise<PipelineExecution[]> {
  const found = await findInAws(`list the executions of ${pipeline}`, ['PipelineNotFoundException'], async () => {
    const executions: PipelineExecution[] = [];
    const pages = paginateListPipelineExecutions(
      { client, pageSize: Math.min(limit, pageSize) },
      { pipelineName: pipeline },
    );
    for await (const page of pages) {
      executions.push(...(page.pipelineExecutionSummaries ?? []).map(toExecution));
      if (executions.length >= limit) break;
    }
    return executions.slice(0, limit);
  });
  return found ?? [];
}

async function findFailedAction(
  client: CodePipelineClient,
  pipeline: string,
  executionId: string,
): Promise<FailedAction | undefined> {
  return callAws(`list the actions of pipeline ${pipeline}`, async () => {
    const pages = paginateListActionExecutions(
      { client },
      { pipelineName: pipeline, filter: { pipelineExecutionId: executionId } },
    );
    for await (const page of pages) {
      const failed = page.actionExecutionDetails?.find(({ status }) => status === 'Failed');
      if (failed === undefined) continue;
      const result = failed.output?.executionResult;
      const message = result?.errorDetails?.message ?? result?.externalExecutionSummary ?? 'no reason given';
      return {
        stage: failed.stageName ?? '',
        action: failed.actionName ?? '',
        message,
        ...(result?.externalExecutionId === undefined ? {} : { buildId: result.externalExecutionId }),
      };
    }
    return undefined;
  });
}

function toExecution(summary: PipelineExecutionSummary): PipelineExecution {
  const commits: Record<string, string> = {};
  for (const { actionName, revisionId } of summary.sourceRevisions ?? []) {
    if (actionName !== undefined && revisionId !== undefined) commits[actionName] = revisionId;
  }
  return {
    id: summary.pipelineExecutionId ?? '',
    status: summary.status ?? 'InProgress',
    startedAt: summary.startTime ?? new Date(0),
    updatedAt: summary.lastUpdateTime ?? summary.startTime ?? new Date(0),
    commits,
  };
}

function noExecutionId(pipeline: string): Failure {
  return new Failure({
    code: 'NoExecutionId',
    source: 'aws',
    message: `AWS started pipeline ${pipeline} but did not say under which id.`,
    hint: 'Run again: the execution is found by its commit.',
  });
}
