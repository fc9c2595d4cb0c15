import type { Build } from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codecommitService } from '../codecommit/codecommit-service.ts';
import { cloneUrlHttp } from '../codecommit/codecommit-state.ts';
import { commitFiles } from '../codecommit/commit-fixture.ts';
import { makeSecret, putSecretValue } from '../secrets-manager/secrets-state.ts';
import { openServiceFixture, resourceType } from '../service-fixture.ts';
import { createServiceRole, logMessages } from './build-fixture.ts';
import { codebuildResourceTypes } from './codebuild-resource-types.ts';
import { codebuildService } from './codebuild-service.ts';
import { buildTimeoutFloor } from './codebuild-state.ts';

const projectType = resourceType(codebuildResourceTypes, 'AWS::CodeBuild::Project');

let fixture: ReturnType<typeof openServiceFixture>;
async function openAccount(scale?: number): Promise<void> {
  fixture = openServiceFixture(scale);
  await createServiceRole(fixture, 'build', 'codebuild.amazonaws.com');
  await fixture.call(codecommitService, 'CreateRepository', { repositoryName: 'sar-cluster' });
}
beforeEach(() => openAccount());
afterEach(async () => {
  fixture.close();
  await fixture.world.settle();
});

const call = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  fixture.call(codebuildService, operation, input);

const createProject = (changes: Record<string, unknown> = {}) =>
  fixture.create(projectType, {
    Name: 'sar-jupyterhub',
    ServiceRole: 'arn:aws:iam::123456789012:role/build',
    Source: { Type: 'CODECOMMIT', Location: cloneUrlHttp(fixture.world, fixture.region, 'sar-cluster') },
    Artifacts: { Type: 'NO_ARTIFACTS' },
    Environment: {
      Type: 'LINUX_CONTAINER',
      ComputeType: 'BUILD_GENERAL1_SMALL',
      Image: 'aws/codebuild/amazonlinux-x86_64-standard:6.0',
      PrivilegedMode: 'true',
      EnvironmentVariables: [{ Name: 'PHASE', Value: 'install', Type: 'PLAINTEXT' }],
    },
    ...changes,
  });

/** Starts a build of one commit with this buildspec and waits for its end. */
async function build(buildspec: string, input: object = {}): Promise<Build & { id: string }> {
  const sourceVersion = await commitFiles(fixture, 'sar-cluster', { 'buildspec.yml': buildspec, 'tool.sh': 'exit 0' });
  const started = await call('StartBuild', { projectName: 'sar-jupyterhub', sourceVersion, ...input });
  await fixture.world.settle();
  return get((started['build'] as { id: string }).id);
}

async function get(id: string): Promise<Build & { id: string }> {
  const answer = await call('BatchGetBuilds', { ids: [id] });
  const [found] = answer['builds'] as (Build & { id: string })[];
  if (!found) throw new Error(`There is no build ${id}.`);
  return found;
}

const phase = (built: Build, type: string) => built.phases?.find((each) => each.phaseType === type);

describe('a build', () => {
  beforeEach(() => createProject());

  it('runs the commands of all phases on the commit, in one environment', async () => {
    const built = await build(`
version: 0.2
env:
  shell: bash
  variables: { GREETING: hello, PHASE: overruled }
phases:
  install: { commands: ['export NUMBER=$((40 + 2))', 'mkdir sub', 'cd sub'] }
  build:
    commands:
      - echo "$GREETING $PHASE $NUMBER in $(basename "$PWD") with $CODEBUILD_BUILD_SUCCEEDING"
      - test -x "$CODEBUILD_SRC_DIR/tool.sh" && test "$(git rev-parse HEAD)" = "$CODEBUILD_RESOLVED_SOURCE_VERSION"
`);
    expect(built.buildStatus).toBe('SUCCEEDED');
    expect(logMessages(fixture)).toContain('hello install 42 in sub with 1');
    expect(built.resolvedSourceVersion).toBe(built.sourceVersion);
    expect(built.phases?.map((each) => each.phaseType)).toEqual([
      'SUBMITTED',
      'QUEUED',
      'PROVISIONING',
      'DOWNLOAD_SOURCE',
      'INSTALL',
      'PRE_BUILD',
      'BUILD',
      'POST_BUILD',
      'UPLOAD_ARTIFACTS',
      'FINALIZING',
      'COMPLETED',
    ]);
    expect(phase(built, 'PROVISIONING')?.durationInSeconds).toBeGreaterThanOrEqual(20);
  });

  it('fails with the command and its exit status, and still runs post_build', async () => {
    const built = await build(`
version: 0.2
phases:
  build:
    commands: ['exit 3', 'echo never']
    finally: ['echo finally']
  post_build:
    commands: ['echo succeeding=$CODEBUILD_BUILD_SUCCEEDING']
`);
    expect(built).toMatchObject({ buildStatus: 'FAILED', buildComplete: true });
    expect(phase(built, 'BUILD')).toMatchObject({
      phaseStatus: 'FAILED',
      contexts: [
        {
          statusCode: 'COMMAND_EXECUTION_ERROR',
          message: 'Error while executing command: exit 3. Reason: exit status 3',
        },
      ],
    });
    expect(logMessages(fixture)).toContain('finally');
    expect(logMessages(fixture)).toContain('succeeding=0');
    expect(logMessages(fixture)).not.toContain('never');
  });

  it.each([
    ['pre_build fails', "pre_build: { commands: ['false'] }\n  build: { commands: ['echo ran'] }"],
    [
      'build fails and says ABORT',
      "build: { on-failure: ABORT, commands: ['false'] }\n  post_build: { commands: ['echo ran'] }",
    ],
  ])('ends early when %s', async (_what, phases) => {
    const built = await build(`version: 0.2\nphases:\n  ${phases}\n`);
    expect(built.buildStatus).toBe('FAILED');
    expect(logMessages(fixture)).not.toContain('ran');
  });

  it('sees only its own environment, with credentials of the role and the AWS endpoint', async () => {
    fixture.world.endpointUrl = 'http://127.0.0.1:1';
    await build(`
version: 0.2
phases:
  build:
    commands:
      - echo "$AWS_ACCESS_KEY_ID $AWS_REGION $AWS_ENDPOINT_URL"
      - env | grep -c VITEST || true
`);
    expect(logMessages(fixture)).toContainEqual(
      expect.stringMatching(/^ASIA[A-Z2-7]{16} us-west-2 http:\/\/127\.0\.0\.1:1$/),
    );
    expect(logMessages(fixture)).toContain('0');
  });

  it('takes variables from StartBuild before those of the project', async () => {
    await build("version: 0.2\nphases: { build: { commands: ['echo $PHASE'] } }", {
      environmentVariablesOverride: [{ name: 'PHASE', value: 'uninstall' }],
    });
    expect(logMessages(fixture)).toContain('uninstall');
  });

  it('reads secrets, and says which one is missing', async () => {
    const spec = (name: string): string =>
      `version: 0.2\nenv: { secrets-manager: { CREDS: ${name} } }\nphases: { build: { commands: ['echo "$CREDS"'] } }`;
    const secret = makeSecret(fixture.world, fixture.region, { name: 'dockerhub' });
    putSecretValue(fixture.world, secret, { value: 'user password' });
    await build(spec('dockerhub'));
    expect(logMessages(fixture)).toContain('user password');
    const built = await build(spec('missing'));
    expect(phase(built, 'DOWNLOAD_SOURCE')?.contexts).toEqual([
      { statusCode: 'Secrets Manager Error', message: "Secrets Manager can't find the specified secret." },
    ]);
  });

  it.each([
    ['no buildspec', { sourceVersion: undefined, buildspecOverride: 'none.yml' }, 'YAML_FILE_ERROR', /none\.yml/],
    ['an unknown commit', { sourceVersion: '0'.repeat(40) }, 'CLIENT_ERROR', /reference not found/],
    [
      'another repository',
      { sourceLocationOverride: 'https://git-codecommit.us-west-2.amazonaws.com/v1/repos/sar' },
      'CLIENT_ERROR',
      /repository not found/,
    ],
  ])('fails to download with %s', async (_what, input, statusCode, message) => {
    const built = await build('version: 0.2\nphases: {}', input);
    expect(built.buildStatus).toBe('FAILED');
    expect(phase(built, 'DOWNLOAD_SOURCE')?.contexts?.[0]).toEqual({
      statusCode,
      message: expect.stringMatching(message),
    });
  });

  it('is stopped with everything its commands started', async () => {
    const sourceVersion = await commitFiles(fixture, 'sar-cluster', {
      'buildspec.yml': "version: 0.2\nphases: { build: { commands: ['sleep 600 | cat'] } }",
    });
    const { build: started } = await call('StartBuild', { projectName: 'sar-jupyterhub', sourceVersion });
    const { id } = started as { id: string };
    while ((await get(id)).currentPhase !== 'BUILD') await new Promise((resolve) => setTimeout(resolve, 5));
    await call('StopBuild', { id });
    await fixture.world.settle();
    expect(await get(id)).toMatchObject({ buildStatus: 'STOPPED' });
    expect(phase(await get(id), 'BUILD')?.phaseStatus).toBe('STOPPED');
  });

  it('is timed out', async () => {
    fixture.world.state(buildTimeoutFloor, fixture.region).realSeconds = 0.2;
    const built = await build("version: 0.2\nphases: { build: { commands: ['sleep 600'] } }");
    expect(built.buildStatus).toBe('TIMED_OUT');
  });
});

describe('StartBuild', () => {
  const input = { projectName: 'sar-jupyterhub', idempotencyToken: 'token' };

  it('with the same token starts one build, and refuses other parameters', async () => {
    // A token is good for five minutes of the virtual clock, so that clock must not run ahead here.
    fixture.close();
    await openAccount(1);
    await createProject();
    await commitFiles(fixture, 'sar-cluster', { 'buildspec.yml': 'version: 0.2\nphases: {}' });
    const first = await call('StartBuild', input);
    const again = await call('StartBuild', input);
    expect((again['build'] as Build).id).toBe((first['build'] as Build).id);
    await expect(call('StartBuild', { ...input, sourceVersion: 'main' })).rejects.toMatchObject({
      code: 'InvalidInputException',
    });
  });

  it('names what it does not support, and an unknown project', async () => {
    await createProject();
    await expect(call('StartBuild', { ...input, fleetOverride: {} })).rejects.toThrow(/fleetOverride/);
    await expect(call('StartBuild', { projectName: 'sar' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it('of a project made for CodePipeline needs both overrides', async () => {
    await createProject({ Source: { Type: 'CODEPIPELINE' }, Artifacts: { Type: 'CODEPIPELINE' } });
    const sourceVersion = await commitFiles(fixture, 'sar-cluster', { 'buildspec.yml': 'version: 0.2\nphases: {}' });
    const direct = {
      projectName: 'sar-jupyterhub',
      sourceVersion,
      sourceTypeOverride: 'CODECOMMIT',
      sourceLocationOverride: cloneUrlHttp(fixture.world, fixture.region, 'sar-cluster'),
    };
    await expect(call('StartBuild', { projectName: 'sar-jupyterhub' })).rejects.toThrow(/CODEPIPELINE/);
    await expect(call('StartBuild', direct)).rejects.toMatchObject({
      message: 'ArtifactsOverride must be set when using artifacts type CodePipelines',
    });
    await call('StartBuild', { ...direct, artifactsOverride: { type: 'NO_ARTIFACTS' } });
    await fixture.world.settle();
    const { ids } = await call('ListBuildsForProject', { projectName: 'sar-jupyterhub' });
    expect(await get((ids as string[])[0] ?? '')).toMatchObject({ buildStatus: 'SUCCEEDED' });
  });
});

describe('AWS::CodeBuild::Project', () => {
  it('is shown in the form of the API', async () => {
    const state = await createProject({ TimeoutInMinutes: '90' });
    expect(state.attributes).toMatchObject({ Arn: 'arn:aws:codebuild:us-west-2:123456789012:project/sar-jupyterhub' });
    expect(await call('BatchGetProjects', { names: ['sar-jupyterhub', 'sar'] })).toMatchObject({
      projects: [
        {
          name: 'sar-jupyterhub',
          timeoutInMinutes: 90,
          environment: { privilegedMode: true, environmentVariables: [{ name: 'PHASE', value: 'install' }] },
          tags: [{ key: 'osl-billing', value: 'sar' }],
        },
      ],
      projectsNotFound: ['sar'],
    });
    await fixture.remove(projectType, 'sar-jupyterhub');
    expect(await call('ListProjects')).toEqual({ projects: [] });
  });

  it.each([
    ['a role that CodeBuild may not assume', { ServiceRole: 'arn:aws:iam::123456789012:role/other' }, /sts:AssumeRole/],
    ['half a pipeline', { Artifacts: { Type: 'CODEPIPELINE' } }, /both sourceType, and artifactType/],
    ['what the sandbox has not', { SecondarySources: [] }, /SecondarySources/],
  ])('refuses %s', async (_what, changes, message) => {
    await expect(createProject(changes)).rejects.toThrow(message);
    expect(await call('ListProjects')).toEqual({ projects: [] });
  });
});
