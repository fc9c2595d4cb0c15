import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildPhaseType, StatusType } from '@aws-sdk/client-codebuild';
import { AwsError, type ServiceModule } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { codecommitService } from '../codecommit/codecommit-service.ts';
import { logsService } from '../logs/logs-service.ts';
import { s3Service } from '../s3/s3-service.ts';
import { allBuckets, storeObject } from '../s3/s3-state.ts';
import { assumeRoleAsService, type RoleSessionKey } from '../sts/role-session.ts';
import { ArtifactError, packArtifacts } from './build-artifacts.ts';
import { type BuildFolders, buildEnvironment } from './build-environment.ts';
import { type BuildLog, openBuildLog } from './build-log.ts';
import { SecretError } from './build-secret.ts';
import { type BuildShell, openBuildShell } from './build-shell.ts';
import { downloadArtifact, downloadSource, SourceError } from './build-source.ts';
import {
  BUILDSPEC_PHASES,
  type Buildspec,
  BuildspecError,
  type BuildspecPhaseName,
  parseBuildspec,
} from './buildspec.ts';
import { buildTimeoutFloor, type RunningBuild, type StoredProject } from './codebuild-state.ts';
import { requireAllowed, type ServiceCall } from './service-role.ts';

/**
 * Virtual seconds of the phases in which AWS works alone. Order of magnitude of what BatchGetBuilds shows for an
 * on-demand Linux build; the commands' own time comes on top.
 */
const SECONDS = { QUEUED: 2, PROVISIONING: 20, FINALIZING: 3 } as const;

type Run = {
  world: AwsWorld;
  region: string;
  project: StoredProject;
  running: RunningBuild;
  buildspecText: string;
  log: BuildLog;
  /** Aborted by StopBuild, by the time-out, or when the sandbox closes. */
  signal: AbortSignal;
  folders: BuildFolders & { root: string };
};

/** How a phase ended: `statusCode` and `message` are what its context shows. */
type PhaseResult = { status: StatusType; statusCode: string; message: string };
const SUCCEEDED: PhaseResult = { status: 'SUCCEEDED', statusCode: '', message: '' };

/**
 * Runs a build from its queue to its end and keeps `running.build` up to date. Never rejects, except when the sandbox
 * closes: whatever goes wrong becomes the build's status.
 * @param buildspec inline YAML, or the path of the file in the source
 */
export async function runBuild(
  world: AwsWorld,
  region: string,
  project: StoredProject,
  running: RunningBuild,
  buildspec: string,
): Promise<void> {
  const root = join(world.folder, 'codebuild', running.build.id.replace(':', '-'));
  const timeout = new AbortController();
  const run: Run = {
    world,
    region,
    project,
    running,
    buildspecText: buildspec,
    log: logOf(world, region, running),
    signal: AbortSignal.any([running.stop.signal, timeout.signal, world.closing]),
    folders: { root, source: join(root, 'src'), home: join(root, 'home') },
  };
  const timer = setTimeout(() => timeout.abort(), timeoutMilliseconds(world, region, running));
  try {
    await mkdir(join(run.folders.home, 'tmp'), { recursive: true });
    await runPhases(run);
  } finally {
    clearTimeout(timer);
    complete(run, timeout.signal.aborted);
    run.log.flush();
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** See `buildTimeoutFloor`: the time-out is virtual, the commands run in real time. */
function timeoutMilliseconds(world: AwsWorld, region: string, running: RunningBuild): number {
  const floor = world.state(buildTimeoutFloor, region).realSeconds * 1000;
  return Math.max(floor, ((running.build.timeoutInMinutes ?? 60) * 60_000) / world.clock.scale);
}

function logOf(world: AwsWorld, region: string, { build }: RunningBuild): BuildLog {
  return openBuildLog(world, {
    region,
    group: build.logs?.groupName ?? '',
    stream: build.logs?.streamName ?? '',
    enabled: build.logs?.cloudWatchLogs?.status !== 'DISABLED',
  });
}

async function runPhases(run: Run): Promise<void> {
  await phase(run, 'SUBMITTED', async () => SUCCEEDED);
  await phase(run, 'QUEUED', () => wait(run, SECONDS.QUEUED));
  await phase(run, 'PROVISIONING', () => wait(run, SECONDS.PROVISIONING));
  let prepared: { buildspec: Buildspec; shell: BuildShell } | undefined;
  try {
    await phase(run, 'DOWNLOAD_SOURCE', async () => {
      prepared = await prepare(run);
      return SUCCEEDED;
    });
    if (prepared && !run.signal.aborted) await runBuildspec(run, prepared.buildspec, prepared.shell);
  } finally {
    prepared?.shell.close();
  }
  if (!run.signal.aborted) await phase(run, 'FINALIZING', () => wait(run, SECONDS.FINALIZING));
}

/**
 * A failed install or pre_build phase ends the build; post_build runs even when build failed, unless build says
 * `on-failure: ABORT`; artifacts are uploaded whenever build was run (view-build-details.html, phase transitions).
 */
async function runBuildspec(run: Run, buildspec: Buildspec, shell: BuildShell): Promise<void> {
  for (const name of BUILDSPEC_PHASES) {
    const ok = await phase(run, phaseType(name), () => runCommands(run, shell, buildspec, name));
    if (run.signal.aborted) return;
    if (ok) continue;
    shell.setVariable('CODEBUILD_BUILD_SUCCEEDING', '0');
    if (name === 'install' || name === 'pre_build' || buildspec.phases[name].onFailure === 'ABORT') return;
  }
  await phase(run, 'UPLOAD_ARTIFACTS', () => uploadArtifacts(run, buildspec));
}

const phaseType = (name: BuildspecPhaseName): BuildPhaseType => name.toUpperCase() as BuildPhaseType;

/** Source, buildspec, credentials and variables: everything that AWS does in DOWNLOAD_SOURCE. */
async function prepare(run: Run): Promise<{ buildspec: Buildspec; shell: BuildShell }> {
  const { world, region, project, running, folders } = run;
  const role = openServiceRole(run);
  const commitId = await downloadSource(world, region, running.source, folders.source);
  if (commitId !== undefined) running.build.resolvedSourceVersion = commitId;
  const secondary: Record<string, string> = {};
  for (const artifact of running.source.type === 'CODEPIPELINE' ? running.source.secondary : []) {
    const folder = join(folders.root, 'secondary', artifact.name);
    await downloadArtifact(world, region, artifact, folder);
    secondary[`CODEBUILD_SRC_DIR_${artifact.name}`] = folder;
  }
  const buildspec = parseBuildspec(await buildspecText(run));
  const environment = await buildEnvironment(world, { region, project, running, role, buildspec, folders });
  const shell = await openBuildShell({
    shell: buildspec.shell,
    folder: folders.root,
    workingFolder: folders.source,
    environment: { ...environment, ...secondary },
    output: (text) => run.log.write(text),
  });
  return { buildspec, shell };
}

/**
 * A session of the project's service role, after a check that it may do what CodeBuild itself does with it
 * (docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html).
 */
function openServiceRole({ world, region, project, running }: Run): RoleSessionKey {
  const role = assumeRoleAsService(world, {
    roleArn: project.serviceRole,
    service: 'codebuild.amazonaws.com',
    // CodeBuild names the session after the build: `AWSCodeBuild-` and the build's UUID.
    sessionName: `AWSCodeBuild-${running.build.id.slice(running.build.id.indexOf(':') + 1)}`,
    context: { 'aws:SourceArn': project.arn },
  });
  const { source } = running;
  const clones =
    source.type === 'CODEPIPELINE' ? source.primary.cloneRepository !== undefined : source.type === 'CODECOMMIT';
  const check = (service: ServiceModule, ...calls: ServiceCall[]): void =>
    requireAllowed(world, region, role.principal, service, calls);
  const log = { logGroupName: running.build.logs?.groupName, logStreamName: running.build.logs?.streamName };
  check(logsService, ['CreateLogStream', log], ['PutLogEvents', log]);
  if (clones) check(codecommitService, ['GitPull', { repositoryName: clonedRepository(source) }]);
  if (source.type === 'CODEPIPELINE') check(s3Service, ['GetObject', objectOf(source.primary)]);
  if (running.output) check(s3Service, ['PutObject', objectOf(running.output)]);
  return role;
}

const objectOf = ({ bucket, key }: { bucket: string; key: string }) => ({ Bucket: bucket, Key: key });

/** The repository that a build clones with its own role. */
function clonedRepository(source: RunningBuild['source']): string | undefined {
  if (source.type === 'CODEPIPELINE') return source.primary.cloneRepository;
  return source.type === 'CODECOMMIT' ? source.location.split('/').at(-1) : undefined;
}

async function buildspecText(run: Run): Promise<string> {
  if (run.buildspecText.includes('\n')) return run.buildspecText;
  if (run.buildspecText.startsWith('arn:')) throw new BuildspecError('The sandbox reads no buildspec from a bucket.');
  try {
    return await readFile(join(run.folders.source, run.buildspecText), 'utf8');
  } catch (error) {
    throw new BuildspecError(`stat ${run.buildspecText}: no such file or directory`, { cause: error });
  }
}

async function runCommands(
  run: Run,
  shell: BuildShell,
  buildspec: Buildspec,
  name: BuildspecPhaseName,
): Promise<PhaseResult> {
  const { commands, finally: last } = buildspec.phases[name];
  const result = await runUntilFailure(run, shell, commands);
  if (run.signal.aborted || last.length === 0) return result;
  const lastResult = await runUntilFailure(run, shell, last);
  return result.status === 'SUCCEEDED' ? lastResult : result;
}

async function runUntilFailure(run: Run, shell: BuildShell, commands: readonly string[]): Promise<PhaseResult> {
  for (const command of commands) {
    run.log.note(`Running command ${command}`);
    const result = await shell.run(command, run.signal);
    run.log.flush();
    if (run.signal.aborted) return SUCCEEDED; // `phase` sees that the build was stopped
    if (result.ok) continue;
    const message = `Error while executing command: ${command}. Reason: ${result.reason}`;
    return { status: 'FAILED', statusCode: 'COMMAND_EXECUTION_ERROR', message };
  }
  return SUCCEEDED;
}

async function uploadArtifacts(run: Run, buildspec: Buildspec): Promise<PhaseResult> {
  const { output } = run.running;
  if (!output) return SUCCEEDED;
  const bucket = allBuckets(run.world).get(output.bucket);
  if (!bucket) throw new ArtifactError(`The specified bucket does not exist: ${output.bucket}`);
  const body = await packArtifacts(
    buildspec.artifacts ?? { files: ['**/*'], baseDirectory: '.', discardPaths: false },
    run.folders.source,
  );
  storeObject(run.world, bucket, { key: output.key, body, contentType: 'application/zip' });
  return SUCCEEDED;
}

async function wait(run: Run, seconds: number): Promise<PhaseResult> {
  await run.world.clock.sleep(seconds, run.signal);
  return SUCCEEDED;
}

/** Runs one phase and records it. @returns true when it succeeded */
async function phase(run: Run, phaseType: BuildPhaseType, work: () => Promise<PhaseResult>): Promise<boolean> {
  const { build } = run.running;
  if (run.signal.aborted && phaseType !== 'SUBMITTED') return false;
  const startTime = run.world.clock.now();
  const record: (typeof build.phases)[number] = { phaseType, startTime };
  build.phases.push(record);
  build.currentPhase = phaseType;
  const result = await work().catch((error: unknown) => failureOf(run, error));
  const status = run.signal.aborted ? interruptedStatus(run) : result.status;
  const endTime = run.world.clock.now();
  Object.assign(record, {
    phaseStatus: status,
    endTime,
    durationInSeconds: Math.round((endTime.getTime() - startTime.getTime()) / 1000),
    contexts: [{ statusCode: result.statusCode, message: result.message }],
  });
  run.log.note(`Phase complete: ${phaseType} State: ${status}`);
  run.log.note(`Phase context status code: ${result.statusCode} Message: ${result.message}`);
  if (status === 'FAILED') build.buildStatus = 'FAILED';
  return status === 'SUCCEEDED';
}

const interruptedStatus = (run: Run): StatusType => (run.running.stop.signal.aborted ? 'STOPPED' : 'TIMED_OUT');

function failureOf(run: Run, error: unknown): PhaseResult {
  if (run.signal.aborted) return { ...SUCCEEDED, status: interruptedStatus(run) };
  const message = error instanceof Error ? error.message : String(error);
  return { status: 'FAILED', statusCode: statusCodeOf(error), message };
}

/** The status codes CodeBuild shows in a phase's context (codebuild userguide, troubleshooting.html). */
function statusCodeOf(error: unknown): string {
  if (error instanceof BuildspecError) return 'YAML_FILE_ERROR';
  if (error instanceof SecretError) return 'Secrets Manager Error';
  if (error instanceof SourceError || error instanceof ArtifactError) return 'CLIENT_ERROR';
  return error instanceof AwsError ? 'ACCESS_DENIED' : 'INTERNAL_SERVICE_ERROR';
}

function complete(run: Run, timedOut: boolean): void {
  const { build } = run.running;
  if (run.running.stop.signal.aborted) build.buildStatus = 'STOPPED';
  else if (timedOut) build.buildStatus = 'TIMED_OUT';
  else if (run.signal.aborted)
    build.buildStatus = 'FAULT'; // the sandbox closes
  else if (build.buildStatus === 'IN_PROGRESS') build.buildStatus = 'SUCCEEDED';
  build.endTime = run.world.clock.now();
  build.phases.push({ phaseType: 'COMPLETED', startTime: build.endTime });
  build.currentPhase = 'COMPLETED';
  build.buildComplete = true;
}
