import type { EnvironmentVariable } from '@aws-sdk/client-codebuild';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { findProject, type PipelineArtifact, type RunningBuild } from '../codebuild/codebuild-state.ts';
import { startBuild } from '../codebuild/start-build.ts';
import { ActionFailure } from './action-variables.ts';
import type { ActionRun, PipelineRun, StoredPipeline } from './codepipeline-state.ts';
import { artifactLocation } from './source-action.ts';

/**
 * Runs a CodeBuild action: starts a build of the project with the action's input artifacts and waits for its end
 * (docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html). An abandoned action lets its
 * build run on.
 * @throws ActionFailure
 */
export async function runBuildAction(
  world: AwsWorld,
  pipeline: StoredPipeline,
  run: PipelineRun,
  action: ActionRun,
): Promise<void> {
  const output = action.action.outputArtifacts[0]?.name;
  const location = output === undefined ? undefined : artifactLocation(pipeline, output);
  const running = start(world, pipeline, action, location);
  action.externalExecutionId = running.build.id;
  await Promise.race([running.completed, aborted(run.abandon.signal)]);
  if (running.build.buildStatus !== 'SUCCEEDED') throw new ActionFailure('JobFailed', terminationMessage(running));
  action.variables = { CODEBUILD_BUILD_ID: running.build.id };
  if (output !== undefined && location) {
    action.outputs.push({ name: output, ...location, commitId: undefined, cloneRepository: undefined });
  }
}

function start(
  world: AwsWorld,
  pipeline: StoredPipeline,
  action: ActionRun,
  output: { bucket: string; key: string } | undefined,
): RunningBuild {
  const configuration = action.resolvedConfiguration;
  const primary = primaryArtifact(action);
  try {
    return startBuild(world, pipeline.region, {
      project: findProject(world, pipeline.region, configuration['ProjectName']),
      source: { type: 'CODEPIPELINE', primary, secondary: action.inputs.filter((artifact) => artifact !== primary) },
      sourceVersion: primary.commitId ?? `arn:aws:s3:::${primary.bucket}/${primary.key}`,
      output,
      initiator: `codepipeline/${pipeline.declaration.name}`,
      environmentVariables: environmentVariables(action),
      buildspec: configuration['BuildspecOverride'],
      timeoutInMinutes: undefined,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new ActionFailure('JobFailed', `Error calling startBuild: ${error.message} (Error Code: ${error.code})`);
  }
}

/** With several inputs, `PrimarySource` names the one whose buildspec is run. */
function primaryArtifact(action: ActionRun): PipelineArtifact {
  const name = action.resolvedConfiguration['PrimarySource'];
  const [only, ...others] = action.inputs;
  const chosen = name === undefined && others.length === 0 ? only : action.inputs.find((each) => each.name === name);
  if (chosen) return chosen;
  throw new ActionFailure('ConfigurationError', 'PrimarySource must name one of the input artifacts.');
}

/** A JSON array of `{name, value, type}` in the action's configuration. */
function environmentVariables(action: ActionRun): EnvironmentVariable[] {
  const text = action.resolvedConfiguration['EnvironmentVariables'];
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as EnvironmentVariable[]).map(({ name, value, type = 'PLAINTEXT' }) => ({
      name,
      value,
      type,
    }));
  } catch {
    throw new ActionFailure('ConfigurationError', 'EnvironmentVariables must be a JSON array of {name, value, type}.');
  }
}

function terminationMessage({ build }: RunningBuild): string {
  const failed = build.phases.find((phase) => phase.phaseStatus === 'FAILED');
  const context = failed?.contexts?.[0];
  const detail = failed
    ? `. Phase: ${failed.phaseType}, Code: ${context?.statusCode}, Message: ${context?.message}`
    : '';
  return `Build terminated with state: ${build.buildStatus}${detail}`;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
