import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  type Build as SdkBuild,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { Failure } from '../../failure.ts';
import type { Build, BuildRequest, Builds } from '../../ports/aws-ports.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** BatchGetBuilds takes at most 100 ids. */
const batchSize = 100;

/** The port to AWS CodeBuild. */
export function connectBuilds(settings: ClientSettings, counter: CallCounter): Builds {
  const client = counted(new CodeBuildClient(settings), counter);
  return {
    projectExists: (project) =>
      callAws(`look for build project ${project}`, async () => {
        const { projects } = await client.send(new BatchGetProjectsCommand({ names: [project] }));
        return (projects ?? []).some(({ name }) => name === project);
      }),
    start: (request) => callAws(`start a build of ${request.project}`, () => startBuild(client, request)),
    find: (buildId) =>
      callAws(`look at build ${buildId}`, async () => {
        const { builds } = await client.send(new BatchGetBuildsCommand({ ids: [buildId] }));
        const found = builds?.[0];
        return found === undefined ? undefined : toBuild(found);
      }),
    recent: (project, limit) => recentBuilds(client, project, limit),
    stop: async (buildId) => {
      await findInAws(`stop build ${buildId}`, ['ResourceNotFoundException'], () =>
        client.send(new StopBuildCommand({ id: buildId })),
      );
    },
  };
}

async function startBuild(client: CodeBuildClient, request: BuildRequest): Promise<string> {
  const { build } = await client.send(
    new StartBuildCommand({
      projectName: request.project,
      idempotencyToken: request.requestToken,
      sourceTypeOverride: 'CODECOMMIT',
      sourceLocationOverride: request.source.cloneUrl,
      sourceVersion: request.source.commit,
      artifactsOverride: { type: 'NO_ARTIFACTS' },
      environmentVariablesOverride: Object.entries(request.environment).map(([name, value]) => ({
        name,
        value,
        type: 'PLAINTEXT',
      })),
    }),
  );
  if (build?.id === undefined) {
    throw new Failure({
      code: 'NoBuildId',
      source: 'aws',
      message: `AWS started a build of ${request.project} but did not say under which id.`,
      hint: 'Run again.',
    });
  }
  return build.id;
}

/** ListBuildsForProject lists newest first by default, 100 per page. */
async function recentBuilds(client: CodeBuildClient, project: string, limit: number): Promise<Build[]> {
  const found = await findInAws(`list the builds of ${project}`, ['ResourceNotFoundException'], async () => {
    const { ids } = await client.send(
      new ListBuildsForProjectCommand({ projectName: project, sortOrder: 'DESCENDING' }),
    );
    const wanted = (ids ?? []).slice(0, Math.min(limit, batchSize));
    if (wanted.length === 0) return [];
    const { builds } = await client.send(new BatchGetBuildsCommand({ ids: wanted }));
    return (builds ?? []).map(toBuild).sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  });
  return found ?? [];
}

function toBuild(build: SdkBuild): Build {
  const environment: Record<string, string> = {};
  for (const { name, value, type } of build.environment?.environmentVariables ?? []) {
    if (name !== undefined && value !== undefined && (type ?? 'PLAINTEXT') === 'PLAINTEXT') environment[name] = value;
  }
  const failed = build.phases?.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== 'SUCCEEDED');
  const messages = (failed?.contexts ?? []).map(({ message }) => message ?? '').filter((message) => message !== '');
  return {
    id: build.id ?? '',
    status: build.buildStatus ?? 'IN_PROGRESS',
    startedAt: build.startTime ?? new Date(0),
    ...(build.endTime === undefined ? {} : { finishedAt: build.endTime }),
    ...(build.sourceVersion === undefined ? {} : { commit: build.resolvedSourceVersion ?? build.sourceVersion }),
    environment,
    ...(failed === undefined
      ? {}
      : { failedPhase: { name: failed.phaseType ?? '', message: messages.join('; ') || 'no reason given' } }),
    ...(build.logs?.deepLink === undefined ? {} : { logUrl: build.logs.deepLink }),
    ...toLog(build),
  };
}

function toLog({ logs }: SdkBuild): Pick<Build, 'log'> {
  if (logs?.groupName === undefined || logs.streamName === undefined) return {};
  return { log: { group: logs.groupName, stream: logs.streamName } };
}
