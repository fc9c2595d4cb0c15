import { randomUUID } from 'node:crypto';
import type { AwsWorld } from '../../world.ts';
import { checkActionRole } from './action-role.ts';
import { ActionFailure, resolveVariables } from './action-variables.ts';
import { runBuildAction } from './build-action.ts';
import type { ActionRun, PipelineRun, StoredPipeline } from './codepipeline-state.ts';
import type { DeclaredAction } from './pipeline-declaration.ts';
import { runSourceAction } from './source-action.ts';

/**
 * Runs one action to its end and records it in the run. A failure becomes the action's status; only a fault of the
 * sandbox itself rejects.
 */
export async function runAction(
  world: AwsWorld,
  pipeline: StoredPipeline,
  run: PipelineRun,
  stageName: string,
  action: DeclaredAction,
): Promise<ActionRun> {
  const record = newRecord(world, run, stageName, action);
  run.actions.push(record);
  try {
    record.resolvedConfiguration = resolveVariables(run, action.configuration);
    record.inputs = action.inputArtifacts.map(({ name }) => inputArtifact(run, name));
    checkActionRole(world, pipeline, run, record);
    if (action.actionTypeId.provider === 'CodeCommit') await runSourceAction(world, pipeline, run, record);
    else await runBuildAction(world, pipeline, run, record);
    for (const artifact of record.outputs) run.artifacts.set(artifact.name, artifact);
    if (action.namespace !== undefined) run.variables.set(action.namespace, record.variables);
    record.status = 'Succeeded';
  } catch (error) {
    if (run.abandon.signal.aborted) record.status = 'Abandoned';
    else if (error instanceof ActionFailure) fail(record, error);
    else throw error;
  }
  record.lastUpdateTime = world.clock.now();
  return record;
}

function newRecord(world: AwsWorld, run: PipelineRun, stageName: string, action: DeclaredAction): ActionRun {
  return {
    id: randomUUID(),
    pipelineVersion: run.version,
    stageName,
    action,
    startTime: world.clock.now(),
    lastUpdateTime: world.clock.now(),
    status: 'InProgress',
    summary: undefined,
    error: undefined,
    externalExecutionId: undefined,
    resolvedConfiguration: {},
    inputs: [],
    outputs: [],
    variables: {},
  };
}

function inputArtifact(run: PipelineRun, name: string): ActionRun['inputs'][number] {
  const artifact = run.artifacts.get(name);
  if (artifact) return artifact;
  throw new ActionFailure('ConfigurationError', `No action made the input artifact ${name}.`);
}

function fail(record: ActionRun, failure: ActionFailure): void {
  record.status = 'Failed';
  record.summary = failure.message;
  record.error = { code: failure.code, message: failure.message };
}
