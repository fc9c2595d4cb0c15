import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import type { AwsEvent, AwsWorld, StateKey } from '../../world.ts';
import { isAssumableBy } from '../codebuild/service-role.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { allBuckets } from '../s3/s3-state.ts';
import {
  codepipelineState,
  findPipeline,
  removePipeline,
  type StageLane,
  type StoredPipeline,
} from './codepipeline-state.ts';
import { checkPipeline } from './pipeline-check.ts';
import { pipelineDeclaration } from './pipeline-declaration.ts';
import { startRun } from './pipeline-run.ts';

/** A new pipeline starts its first execution by itself (userguide, pipelines-create.html). */
function createPipeline(request: CreateRequest): ResourceState {
  const { world, region } = request;
  const { Name } = request.properties;
  const name = typeof Name === 'string' ? Name : request.generateName({ maxLength: 100 });
  const pipelines = world.state(codepipelineState, region);
  if (pipelines.has(name)) {
    throw new AwsError(
      'PipelineNameInUseException',
      `A pipeline with the name '${name}' already exists in account '${world.accountId}'`,
    );
  }
  const declaration = checkedDeclaration(request, name, 1);
  const now = world.clock.now();
  const pipeline: StoredPipeline = {
    region,
    arn: pipelineArn(request, name),
    declaration,
    created: now,
    updated: now,
    tags: mergeResourceTags(request.properties['Tags'], request.stackTags),
    lanes: declaration.stages.map(({ name: stage }) => newLane(stage)),
    runs: [],
    requestTokens: new Map(),
  };
  pipelines.set(name, pipeline);
  disableTransitions(request, pipeline);
  pollSources(world, region);
  startRun(world, pipeline, { trigger: { triggerType: 'CreatePipeline', triggerDetail: request.stackId } });
  return stateOf(pipeline);
}

/** An update starts an execution only with `RestartExecutionOnUpdate` (AWS::CodePipeline::Pipeline). */
function updatePipeline(request: UpdateRequest): ResourceState {
  const { world, region } = request;
  const pipeline = findPipeline(world, region, request.physicalId);
  const { name, version } = pipeline.declaration;
  pipeline.declaration = checkedDeclaration(request, name, version + 1);
  pipeline.updated = world.clock.now();
  pipeline.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  // A stage that stays keeps what is inside and waiting; runs inside a removed stage end with it.
  const lanes = new Map(pipeline.lanes.map((lane) => [lane.name, lane]));
  pipeline.lanes = pipeline.declaration.stages.map(({ name: stage }) => lanes.get(stage) ?? newLane(stage));
  disableTransitions(request, pipeline);
  if (String(request.properties['RestartExecutionOnUpdate']) === 'true') {
    startRun(world, pipeline, { trigger: { triggerType: 'StartPipelineExecution', triggerDetail: request.stackId } });
  }
  return stateOf(pipeline);
}

function deletePipeline({ world, region, physicalId }: ExistingRequest): void {
  removePipeline(world, region, physicalId);
}

function checkedDeclaration(
  request: CreateRequest | UpdateRequest,
  name: string,
  version: number,
): StoredPipeline['declaration'] {
  const declaration = pipelineDeclaration(request.properties, name, version);
  checkPipeline(declaration);
  if (!isAssumableBy(request.world, declaration.roleArn, 'codepipeline.amazonaws.com', pipelineArn(request, name))) {
    throw new AwsError(
      'InvalidStructureException',
      `CodePipeline is not authorized to perform AssumeRole on role ${declaration.roleArn}`,
    );
  }
  const location = declaration.artifactStore.location;
  if (allBuckets(request.world).get(location)?.region !== request.region) {
    throw new AwsError(
      'InvalidStructureException',
      `The artifact bucket ${location} does not exist in ${request.region}`,
    );
  }
  return declaration;
}

function disableTransitions(request: CreateRequest | UpdateRequest, pipeline: StoredPipeline): void {
  const disabled = (request.properties['DisableInboundStageTransitions'] ?? []) as {
    StageName?: string;
    Reason?: string;
  }[];
  for (const { StageName, Reason } of disabled) {
    const lane = pipeline.lanes.find((each) => each.name === StageName);
    if (!lane) throw new AwsError('StageNotFoundException', `The pipeline has no stage named ${StageName}`);
    lane.disabled = { reason: Reason ?? '', by: request.stackId, at: request.world.clock.now() };
  }
}

const pipelineArn = ({ world, region }: CreateRequest | UpdateRequest, name: string): string =>
  `arn:aws:codepipeline:${region}:${world.accountId}:${name}`;

const newLane = (name: string): StageLane => ({
  name,
  inside: undefined,
  waiting: [],
  disabled: undefined,
  latest: undefined,
});

const stateOf = (pipeline: StoredPipeline): ResourceState => ({
  physicalId: pipeline.declaration.name,
  attributes: { Version: String(pipeline.declaration.version), Arn: pipeline.arn },
});

/** The CloudFormation types of AWS CodePipeline that the sandbox has. */
export const codepipelineResourceTypes: ResourceType[] = [
  {
    type: 'AWS::CodePipeline::Pipeline',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createPipeline,
    update: updatePipeline,
    read({ world, region, physicalId }) {
      const pipeline = world.state(codepipelineState, region).get(physicalId);
      return pipeline && { ...pipeline.declaration };
    },
    delete: deletePipeline,
  },
];

const polling: StateKey<{ started: boolean }> = { id: 'codepipeline-polling', create: () => ({ started: false }) };

/**
 * Starts pipelines whose CodeCommit source is polled: `PollForSourceChanges` is true unless it is set to false
 * (docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html). Instead of polling, the sandbox
 * listens to the repository's events; a pipeline that has an EventBridge rule as well then runs twice, as in AWS.
 */
function pollSources(world: AwsWorld, region: string): void {
  const state = world.state(polling, region);
  if (state.started) return;
  state.started = true;
  world.subscribe((event) => {
    if (event.region !== region || event.source !== 'aws.codecommit' || event.detail['referenceType'] !== 'branch')
      return;
    if (event.detail['event'] === 'referenceDeleted') return;
    for (const pipeline of world.state(codepipelineState, region).values()) {
      if (hasPolledSource(pipeline, event)) {
        startRun(world, pipeline, { trigger: { triggerType: 'PollForSourceChanges', triggerDetail: '' } });
      }
    }
  });
}

function hasPolledSource(pipeline: StoredPipeline, event: AwsEvent): boolean {
  return (pipeline.declaration.stages[0]?.actions ?? []).some(
    ({ configuration }) =>
      configuration['PollForSourceChanges'] !== 'false' &&
      configuration['RepositoryName'] === event.detail['repositoryName'] &&
      configuration['BranchName'] === event.detail['referenceName'],
  );
}
