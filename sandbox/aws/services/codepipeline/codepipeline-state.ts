import type {
  ActionExecutionStatus,
  ExecutionTrigger,
  PipelineExecutionStatus,
  SourceRevision,
  StageExecutionStatus,
} from '@aws-sdk/client-codepipeline';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';
import type { PipelineArtifact } from '../codebuild/codebuild-state.ts';
import type { DeclaredAction, DeclaredPipeline } from './pipeline-declaration.ts';

/** One run of one action. */
export type ActionRun = {
  id: string;
  pipelineVersion: number;
  stageName: string;
  action: DeclaredAction;
  startTime: Date;
  lastUpdateTime: Date;
  status: ActionExecutionStatus;
  summary: string | undefined;
  error: { code: string; message: string } | undefined;
  /** Build id, or commit id for a source action. */
  externalExecutionId: string | undefined;
  /** The configuration with its variables replaced. */
  resolvedConfiguration: Record<string, string>;
  inputs: PipelineArtifact[];
  outputs: PipelineArtifact[];
  variables: Record<string, string>;
};

/** One run of a pipeline, with the declaration it started with. */
export type PipelineRun = {
  id: string;
  version: number;
  declaration: DeclaredPipeline;
  status: PipelineExecutionStatus;
  startTime: Date;
  lastUpdateTime: Date;
  trigger: ExecutionTrigger;
  /** Commit ids that the caller chose, by source action; the others take their branch's head. */
  requestedRevisions: ReadonlyMap<string, string>;
  sourceRevisions: SourceRevision[];
  /** By artifact name. */
  artifacts: Map<string, PipelineArtifact>;
  /** Namespace → variable → value; `variables` holds the pipeline's own. */
  variables: Map<string, Record<string, string>>;
  actions: ActionRun[];
  stop: { reason: string | undefined } | undefined;
  /** Aborted when the run is stopped without waiting for its actions, or its pipeline is deleted. */
  abandon: AbortController;
};

/** One stage of a pipeline: at most one run inside, others waiting at its entrance. */
export type StageLane = {
  name: string;
  inside: PipelineRun | undefined;
  waiting: PipelineRun[];
  /** Set while the transition into the stage is disabled. */
  disabled: { reason: string; by: string; at: Date } | undefined;
  latest: { run: PipelineRun; status: StageExecutionStatus } | undefined;
};

export type StoredPipeline = {
  region: string;
  arn: string;
  declaration: DeclaredPipeline;
  created: Date;
  updated: Date;
  tags: Record<string, string>;
  lanes: StageLane[];
  /** Oldest first. */
  runs: PipelineRun[];
  /** clientRequestToken → run id */
  requestTokens: Map<string, string>;
};

/** Pipelines of one region by name. */
export const codepipelineState: StateKey<Map<string, StoredPipeline>> = {
  id: 'codepipeline',
  create: () => new Map(),
};

/**
 * @throws AwsError PipelineNotFoundException
 */
export function findPipeline(world: AwsWorld, region: string, name: string | undefined): StoredPipeline {
  const pipeline = world.state(codepipelineState, region).get(name ?? '');
  if (pipeline) return pipeline;
  throw new AwsError(
    'PipelineNotFoundException',
    `Account '${world.accountId}' does not have a pipeline with name '${name}'`,
  );
}

/** DeletePipeline: what runs is given up; a pipeline that is gone is no error (API_DeletePipeline.html). */
export function removePipeline(world: AwsWorld, region: string, name: string): void {
  const pipelines = world.state(codepipelineState, region);
  for (const run of pipelines.get(name)?.runs ?? []) {
    run.stop ??= { reason: 'The pipeline was deleted.' };
    run.abandon.abort(new Error('The pipeline was deleted.'));
  }
  pipelines.delete(name);
}

/**
 * @throws AwsError StageNotFoundException
 */
export function findLane(pipeline: StoredPipeline, stageName: string | undefined): StageLane {
  const lane = pipeline.lanes.find((each) => each.name === stageName);
  if (lane) return lane;
  throw new AwsError(
    'StageNotFoundException',
    `Pipeline '${pipeline.declaration.name}' does not have a stage with name '${stageName}'`,
  );
}

/**
 * @throws AwsError PipelineExecutionNotFoundException
 */
export function findRun(pipeline: StoredPipeline, id: string | undefined): PipelineRun {
  const run = pipeline.runs.find((each) => each.id === id);
  if (run) return run;
  throw new AwsError(
    'PipelineExecutionNotFoundException',
    `Pipeline '${pipeline.declaration.name}' does not have an execution with id '${id}'`,
  );
}
