import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EnvironmentVariable } from '@aws-sdk/client-codebuild';
import { compileCache } from '../../../compile-cache.ts';
import type { AwsWorld } from '../../world.ts';
import { registryUrl } from '../ecr/registry.ts';
import type { RoleSessionKey } from '../sts/role-session.ts';
import { readSecret } from './build-secret.ts';
import type { Buildspec } from './buildspec.ts';
import { clockUrl } from './clock-address.ts';
import type { RunningBuild, StoredProject } from './codebuild-state.ts';

/** Stand-ins for the programs of a build image that would leave the machine: docker, aws, helm, kubectl. */
const TOOLS_FOLDER = fileURLToPath(new URL('../../../tools', import.meta.url));
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * All variables of a build's first command. Later entries win: CodeBuild's own, the buildspec's, the project's, those of
 * StartBuild (docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html and build-spec-ref.html, env:
 * "the value in the start build operation call takes precedence. The value in the build project definition takes next
 * precedence. The value in the buildspec declaration takes lowest precedence").
 * @throws SecretError
 */
export async function buildEnvironment(world: AwsWorld, build: BuildInputs): Promise<Record<string, string>> {
  const { region, project, role, running, buildspec } = build;
  const secrets: Record<string, string> = {};
  for (const [name, reference] of Object.entries(buildspec.secrets)) {
    secrets[name] = readSecret(world, region, reference);
  }
  const declared: Record<string, string> = {};
  for (const variable of [...(project.environment?.environmentVariables ?? []), ...running.environmentVariables]) {
    declared[variable.name ?? ''] = variableValue(world, region, variable);
  }
  return {
    ...machineVariables(build.folders),
    ...(await sandboxVariables(world, region)),
    ...codebuildVariables(world, build),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: world.endpointUrl,
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    AWS_SESSION_TOKEN: role.sessionToken,
    ...buildspec.variables,
    ...secrets,
    ...declared,
  };
}

export type BuildInputs = {
  region: string;
  project: StoredProject;
  running: RunningBuild;
  buildspec: Buildspec;
  folders: BuildFolders;
  /** A session of the project's service role. */
  role: RoleSessionKey;
};

export type BuildFolders = { source: string; home: string };

function machineVariables(folders: BuildFolders): Record<string, string> {
  return {
    PATH: [TOOLS_FOLDER, dirname(process.execPath), SYSTEM_PATH].join(':'),
    HOME: folders.home,
    TMPDIR: join(folders.home, 'tmp'),
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}

/** For the stand-ins only: the loopback addresses of the registry and of the clock. */
async function sandboxVariables(world: AwsWorld, region: string): Promise<Record<string, string>> {
  return {
    ...compileCache,
    SANDBOX_REGISTRY_URL: await registryUrl(world, region),
    SANDBOX_CLOCK_URL: await clockUrl(world),
  };
}

function codebuildVariables(
  world: AwsWorld,
  { region, project, running, folders }: BuildInputs,
): Record<string, string> {
  const { build } = running;
  const optional = {
    CODEBUILD_RESOLVED_SOURCE_VERSION: build.resolvedSourceVersion,
    CODEBUILD_SOURCE_VERSION: build.sourceVersion,
    CODEBUILD_SOURCE_REPO_URL: running.source.type === 'CODECOMMIT' ? running.source.location : undefined,
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_BUILD_IMAGE: project.environment?.image,
  };
  return {
    CI: 'true',
    CODEBUILD_CI: 'true',
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_PROJECT_ARN: project.arn,
    CODEBUILD_LOG_PATH: build.logs?.streamName ?? '',
    CODEBUILD_SRC_DIR: folders.source,
    CODEBUILD_START_TIME: String(world.clock.now().getTime()),
    CODEBUILD_KMS_KEY_ID: `arn:aws:kms:${region}:${world.accountId}:alias/aws/s3`,
    ...Object.fromEntries(Object.entries(optional).flatMap(([name, value]) => (value ? [[name, value]] : []))),
  };
}

function variableValue(world: AwsWorld, region: string, variable: EnvironmentVariable): string {
  const value = variable.value ?? '';
  return variable.type === 'SECRETS_MANAGER' ? readSecret(world, region, value) : value;
}
