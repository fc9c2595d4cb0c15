import { randomUUID } from 'node:crypto';
import type { EnvironmentVariable, LogsLocation } from '@aws-sdk/client-codebuild';
import rules from '../../../../schemas/aws-rules.json' with { type: 'json' };
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { buildQuota } from './build-quota.ts';
import { runBuild } from './build-run.ts';
import {
  type BuildOutput,
  type BuildSource,
  codebuildState,
  type RunningBuild,
  type StoredProject,
} from './codebuild-state.ts';

export type BuildRequest = {
  project: StoredProject;
  source: BuildSource;
  /** What the caller gave as version; shown as the build's `sourceVersion`. */
  sourceVersion: string | undefined;
  output: BuildOutput;
  /** `ROLE/SESSION`, or `codepipeline/NAME` for a pipeline. */
  initiator: string;
  /** Overrides of the project's variables. */
  environmentVariables: EnvironmentVariable[];
  /** Inline YAML or a path; default: the project's, else `buildspec.yml`. */
  buildspec: string | undefined;
  timeoutInMinutes: number | undefined;
};

/**
 * Starts a build in the background.
 * @throws AwsError AccountLimitExceededException when the project's limit of concurrent builds is reached;
 *   InvalidInputException for a build without source whose buildspec is not inline, or for a variable from
 *   Parameter Store
 */
export function startBuild(world: AwsWorld, region: string, request: BuildRequest): RunningBuild {
  const { project } = request;
  const buildspec = request.buildspec ?? (project.source.buildspec || 'buildspec.yml');
  checkRequest(world, region, request, buildspec);
  const state = world.state(codebuildState, region);
  const number = (state.buildNumbers.get(project.name) ?? 0) + 1;
  state.buildNumbers.set(project.name, number);
  const running: RunningBuild = {
    build: newBuild(world, region, request, number),
    source: request.source,
    output: request.output,
    environmentVariables: request.environmentVariables,
    stop: new AbortController(),
    completed: Promise.resolve(),
  };
  state.builds.set(running.build.id, running);
  running.completed = runBuild(world, region, project, running, buildspec);
  world.background(running.completed);
  return running;
}

function checkRequest(world: AwsWorld, region: string, request: BuildRequest, buildspec: string): void {
  const { project, source } = request;
  if (source.type === 'NO_SOURCE' && !buildspec.includes('\n')) {
    throw new AwsError('InvalidInputException', 'A build without source needs an inline buildspec.');
  }
  const variables = [...(project.environment?.environmentVariables ?? []), ...request.environmentVariables];
  const unsupported = variables.find(
    ({ type }) => type !== undefined && !['PLAINTEXT', 'SECRETS_MANAGER'].includes(type),
  );
  if (unsupported) {
    throw new AwsError('InvalidInputException', `The sandbox has no variables of type ${unsupported.type}.`);
  }
  refuseBeyondQuota(world, region, project);
  const limit = project.concurrentBuildLimit ?? Number.POSITIVE_INFINITY;
  const active = [...world.state(codebuildState, region).builds.values()].filter(
    ({ build }) => build.projectName === project.name && !build.buildComplete,
  );
  if (active.length >= limit) {
    throw new AwsError(
      'AccountLimitExceededException',
      `Cannot have more than ${limit} builds in queue for the project`,
    );
  }
}

/** Running and waiting builds on machines of one size (`buildsInQueue` of schemas/aws-rules.json). */
function refuseBeyondQuota(world: AwsWorld, region: string, { environment }: StoredProject): void {
  const size = environment?.computeType;
  const quota = buildQuota(world, region, size);
  if (quota === undefined) return;
  const { builds, projects } = world.state(codebuildState, region);
  const active = [...builds.values()].filter(
    ({ build }) => !build.buildComplete && projects.get(build.projectName ?? '')?.environment?.computeType === size,
  );
  const inQueue = quota * rules.buildsInQueue.perRunningBuild;
  if (active.length < quota + inQueue) return;
  throw new AwsError(
    'AccountLimitExceededException',
    `Cannot have more than ${inQueue} builds in queue for the account`,
  );
}

function newBuild(world: AwsWorld, region: string, request: BuildRequest, number: number): RunningBuild['build'] {
  const { project, source } = request;
  const uuid = randomUUID();
  const id = `${project.name}:${uuid}`;
  const sourceVersion = request.sourceVersion ?? (source.type === 'CODECOMMIT' ? source.version : undefined);
  return {
    id,
    arn: `arn:aws:codebuild:${region}:${world.accountId}:build/${id}`,
    buildNumber: number,
    startTime: world.clock.now(),
    currentPhase: 'SUBMITTED',
    buildStatus: 'IN_PROGRESS',
    buildComplete: false,
    projectName: project.name,
    phases: [],
    source: source.type === 'CODECOMMIT' ? { type: source.type, location: source.location } : { type: source.type },
    artifacts: { location: request.output ? `arn:aws:s3:::${request.output.bucket}/${request.output.key}` : '' },
    serviceRole: project.serviceRole,
    timeoutInMinutes: request.timeoutInMinutes ?? project.timeoutInMinutes ?? 60,
    initiator: request.initiator,
    logs: logsLocation(world, region, project, uuid),
    ...(project.environment
      ? {
          environment: {
            ...project.environment,
            environmentVariables: [
              ...(project.environment.environmentVariables ?? []),
              ...request.environmentVariables,
            ],
          },
        }
      : {}),
    ...(sourceVersion === undefined ? {} : { sourceVersion }),
  };
}

/** Group and stream as the project's LogsConfig says, else `/aws/codebuild/NAME` and the build's UUID. */
function logsLocation(world: AwsWorld, region: string, project: StoredProject, uuid: string): LogsLocation {
  const settings = project.logsConfig?.cloudWatchLogs;
  const groupName = settings?.groupName ?? `/aws/codebuild/${project.name}`;
  const streamName = settings?.streamName ? `${settings.streamName}/${uuid}` : uuid;
  return {
    groupName,
    streamName,
    cloudWatchLogsArn: `arn:aws:logs:${region}:${world.accountId}:log-group:${groupName}:log-stream:${streamName}`,
    cloudWatchLogs: { status: settings?.status ?? 'ENABLED' },
  };
}
