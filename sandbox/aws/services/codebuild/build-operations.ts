import type {
  BatchGetBuildsCommandInput,
  BatchGetBuildsCommandOutput,
  ListBuildsCommandInput,
  ListBuildsCommandOutput,
  ListBuildsForProjectCommandInput,
  ListBuildsForProjectCommandOutput,
  StartBuildCommandInput,
  StartBuildCommandOutput,
  StopBuildCommandInput,
  StopBuildCommandOutput,
} from '@aws-sdk/client-codebuild';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import {
  type BuildSource,
  codebuildState,
  findProject,
  type RunningBuild,
  type StoredProject,
} from './codebuild-state.ts';
import { startBuild } from './start-build.ts';

type Output<T> = Omit<T, '$metadata'>;

/** API_ListBuildsForProject.html and API_BatchGetBuilds.html: 100 at a time. */
const PAGE = 100;

/** API_StartBuild.html, idempotencyToken: "The token is … valid for 5 minutes after the StartBuild request." */
const TOKEN_MILLISECONDS = 5 * 60_000;

/** StartBuild parameters that the sandbox has; any other one is refused by name. */
const KNOWN_INPUT = new Set([
  'projectName',
  'sourceVersion',
  'sourceTypeOverride',
  'sourceLocationOverride',
  'artifactsOverride',
  'buildspecOverride',
  'environmentVariablesOverride',
  'timeoutInMinutesOverride',
  'idempotencyToken',
]);

function startBuildOperation(input: StartBuildCommandInput, context: CallContext): Output<StartBuildCommandOutput> {
  const { world, region } = context;
  const unknown = Object.entries(input).find(([name, value]) => value !== undefined && !KNOWN_INPUT.has(name));
  if (unknown) throw new AwsError('InvalidInputException', `The sandbox does not support ${unknown[0]} of StartBuild.`);
  const project = findProject(world, region, input.projectName);
  const repeated = repeatedBuild(input, context);
  if (repeated) return { build: repeated.build };
  const running = startBuild(world, region, {
    project,
    source: sourceOf(input, project),
    sourceVersion: input.sourceVersion,
    output: undefined,
    initiator: initiatorOf(context),
    environmentVariables: input.environmentVariablesOverride ?? [],
    buildspec: input.buildspecOverride,
    timeoutInMinutes: input.timeoutInMinutesOverride,
  });
  if (input.idempotencyToken !== undefined) {
    world.state(codebuildState, region).idempotencyTokens.set(input.idempotencyToken, {
      input: JSON.stringify(input),
      buildId: running.build.id,
      at: world.clock.now(),
    });
  }
  return { build: running.build };
}

/** The build that the same token started before; other parameters with the same token are an error. */
function repeatedBuild(input: StartBuildCommandInput, { world, region }: CallContext): RunningBuild | undefined {
  const state = world.state(codebuildState, region);
  const earlier = state.idempotencyTokens.get(input.idempotencyToken ?? '');
  if (!earlier || world.clock.now().getTime() - earlier.at.getTime() > TOKEN_MILLISECONDS) return undefined;
  if (earlier.input === JSON.stringify(input)) return state.builds.get(earlier.buildId);
  throw new AwsError('InvalidInputException', 'Idempotency token is already used with different parameters.');
}

/** Source and artifacts of a project made for CodePipeline must both be overridden to run it without a pipeline. */
function sourceOf(input: StartBuildCommandInput, project: StoredProject): BuildSource {
  const type = input.sourceTypeOverride ?? project.source.type;
  const artifacts = input.artifactsOverride?.type ?? project.artifacts?.type;
  if (artifacts === 'CODEPIPELINE' && type !== 'CODEPIPELINE') {
    throw new AwsError(
      'InvalidInputException',
      'ArtifactsOverride must be set when using artifacts type CodePipelines',
    );
  }
  if (artifacts !== undefined && artifacts !== 'NO_ARTIFACTS' && artifacts !== 'CODEPIPELINE') {
    throw new AwsError('InvalidInputException', `The sandbox does not support artifacts of type ${artifacts}.`);
  }
  const location = input.sourceLocationOverride ?? project.source.location;
  switch (type) {
    case 'NO_SOURCE':
      return { type: 'NO_SOURCE' };
    case 'CODECOMMIT':
      if (!location) throw new AwsError('InvalidInputException', 'Project source location is required.');
      return { type: 'CODECOMMIT', location, version: input.sourceVersion ?? project.sourceVersion };
    case 'CODEPIPELINE':
      throw new AwsError(
        'InvalidInputException',
        'A build whose source type is CODEPIPELINE can be started by CodePipeline only; override the source type.',
      );
    default:
      throw new AwsError('InvalidInputException', `The sandbox does not support the source type ${type}.`);
  }
}

/** `ROLE/SESSION` for an assumed role, else the user's name (API_Build.html, initiator). */
function initiatorOf({ principal }: CallContext): string {
  const resource = principal?.arn.split(':').at(-1) ?? 'unknown';
  return resource.slice(resource.indexOf('/') + 1);
}

function batchGetBuilds(input: BatchGetBuildsCommandInput, context: CallContext): Output<BatchGetBuildsCommandOutput> {
  const ids = input.ids ?? [];
  if (ids.length === 0 || ids.length > PAGE) {
    throw new AwsError('InvalidInputException', `BatchGetBuilds takes 1 to ${PAGE} build ids.`);
  }
  const { builds } = context.world.state(codebuildState, context.region);
  const byId = (id: string): RunningBuild | undefined => builds.get(id.replace(/^arn:.*:build\//, ''));
  return {
    builds: ids.flatMap((id) => byId(id)?.build ?? []),
    buildsNotFound: ids.filter((id) => !byId(id)),
  };
}

function listBuildsForProject(
  input: ListBuildsForProjectCommandInput,
  context: CallContext,
): Output<ListBuildsForProjectCommandOutput> {
  const project = findProject(context.world, context.region, input.projectName);
  return listIds(context, input, (running) => running.build.projectName === project.name);
}

function listBuilds(input: ListBuildsCommandInput, context: CallContext): Output<ListBuildsCommandOutput> {
  return listIds(context, input, () => true);
}

function listIds(
  context: CallContext,
  input: { sortOrder?: string | undefined; nextToken?: string | undefined },
  wanted: (running: RunningBuild) => boolean,
): { ids: string[]; nextToken?: string } {
  const all = [...context.world.state(codebuildState, context.region).builds.values()].filter(wanted);
  if (input.sortOrder !== 'ASCENDING') all.reverse();
  const { page, nextToken } = tokenPage(all, {
    size: PAGE,
    token: input.nextToken,
    errorCode: 'InvalidInputException',
  });
  return { ids: page.map((running) => running.build.id), ...(nextToken ? { nextToken } : {}) };
}

/** Returns at once; the build ends as STOPPED a moment later. Stopping a complete build changes nothing. */
function stopBuild(input: StopBuildCommandInput, context: CallContext): Output<StopBuildCommandOutput> {
  const id = (input.id ?? '').replace(/^arn:.*:build\//, '');
  const running = context.world.state(codebuildState, context.region).builds.get(id);
  if (!running) throw new AwsError('ResourceNotFoundException', `Build cannot be found: ${input.id}`);
  if (!running.build.buildComplete) running.stop.abort();
  return { build: running.build };
}

/** CodeBuild's operations on builds. */
export const buildOperations = {
  StartBuild: startBuildOperation,
  BatchGetBuilds: batchGetBuilds,
  ListBuildsForProject: listBuildsForProject,
  ListBuilds: listBuilds,
  StopBuild: stopBuild,
} satisfies Record<string, Operation>;
