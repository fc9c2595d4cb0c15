import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../github/github-sandbox.ts';
import type { JobPermissions } from '../../github/workflow-event.ts';
import type { Scope } from '../expressions/expression.ts';
import { evaluateTexts } from '../expressions/token.ts';
import type { RunSession } from '../run/run-session.ts';
import { isFromFork } from '../workflow/event-payload.ts';
import { jobPermissions } from '../workflow/permissions.ts';
import { workflowFileName } from '../workflow/workflow-file.ts';
import { workflowRef } from './contexts.ts';
import type { JobFolders, JobSession } from './job-session.ts';
import { createSecretMasker, type SecretMasker } from './secret-masker.ts';

/** What is known of a job before it gets a runner. */
export type JobPlan = Pick<
  JobSession,
  'run' | 'definition' | 'name' | 'matrix' | 'strategy' | 'needs' | 'environment' | 'cancellation'
> & {
  /** What its settings can see: everything but secrets and what only exists on a runner. */
  scope: Scope;
  /** The environment's variables and secrets, if it has one. */
  environmentSettings: Environment | undefined;
};

/** An open job, and how to close it: tokens end, processes end, folders go. */
export type OpenJob = { session: JobSession; close(): Promise<void> };

/**
 * Gives a job its runner: fresh folders, its token, its secrets and its `env`.
 * @throws ExpressionFailure when `env` cannot be computed
 */
export async function openJob(plan: JobPlan): Promise<OpenJob> {
  const { run, environmentSettings } = plan;
  const { github } = run.options;
  const { repository } = run.event;
  // `pull_request_target` has the repository's own token and secrets, whoever proposes.
  const fork = run.event.name === 'pull_request' && isFromFork(run.event);
  const permissions = jobPermissions(
    plan.definition.settings.get('permissions'),
    run.workflow.settings.get('permissions'),
    fork,
  );
  const token = github.createJobToken({ repository, permissions: withoutOidc(permissions), event: run.event });
  const oidc = permissions['id-token'] === 'write' ? github.openOidcRequest(jobIdentity(plan)) : undefined;
  const folders = await createFolders(run);
  const secrets = jobSecrets(plan, token, fork);
  const masker = maskerOf([...Object.values(secrets), ...(oidc ? [oidc.token] : [])]);
  const session: JobSession = {
    ...plan,
    permissions,
    token,
    oidc: oidc && { url: oidc.url, token: oidc.token },
    secrets,
    variables: jobVariables(run, environmentSettings),
    folders,
    masker,
    trackingId: `github_${randomUUID()}`,
    env: new Map(),
    path: [],
    steps: new Map(),
    postSteps: [],
    annotations: [],
    status: 'success',
  };
  const close = async (): Promise<void> => {
    github.revokeToken(token);
    oidc?.close();
    await endOrphans(session.trackingId);
    await rm(folders.root, { recursive: true, force: true });
  };
  return { session, close };
}

function maskerOf(secrets: readonly string[]): SecretMasker {
  const masker = createSecretMasker();
  for (const secret of secrets) masker.add(secret);
  return masker;
}

/** Repository, then environment. Pull requests from forks get no secrets but their read-only token. */
function jobSecrets({ run, environmentSettings }: JobPlan, token: string, fork: boolean): Record<string, string> {
  const repository = run.options.github.secrets(run.event.repository);
  const kept = fork ? [] : [...repository, ...(environmentSettings?.secrets ?? [])];
  return { ...Object.fromEntries(kept), GITHUB_TOKEN: token };
}

/**
 * Fills the session's `env` from workflow and job; the job's can see the workflow's only by being set again.
 * @throws ExpressionFailure
 */
export function fillEnvironment(session: JobSession, scope: Scope): void {
  const visible = { ...scope, contexts: { ...scope.contexts, secrets: session.secrets, vars: session.variables } };
  for (const settings of [session.run.workflow.settings, session.definition.settings]) {
    for (const [name, value] of Object.entries(evaluateTexts(settings.get('env'), visible)))
      session.env.set(name, value);
  }
}

/** Variables of the repository; the environment's win. */
export function jobVariables(run: RunSession, environment: Environment | undefined): Record<string, string> {
  const repository = run.options.github.variables(run.event.repository);
  return Object.fromEntries([...repository, ...(environment?.variables ?? [])]);
}

async function createFolders(run: RunSession): Promise<JobFolders> {
  const name = run.event.repository.split('/')[1] ?? 'repository';
  const root = join(run.options.folder, 'jobs', randomUUID());
  const temp = join(root, 'work', '_temp');
  const folders: JobFolders = {
    root,
    workspace: join(root, 'work', name, name),
    temp,
    home: join(root, 'home'),
    toolCache: join(root, 'toolcache'),
    commandFiles: join(temp, '_runner_file_commands'),
    eventFile: join(temp, '_github_workflow', 'event.json'),
  };
  const needed = [folders.workspace, folders.commandFiles, folders.home, folders.toolCache];
  await Promise.all(needed.map((folder) => mkdir(folder, { recursive: true })));
  await mkdir(join(temp, '_github_workflow'));
  await writeFile(folders.eventFile, JSON.stringify(run.event.payload, null, 2));
  return folders;
}

/** The OIDC permission is about the runner, not about the token. */
function withoutOidc(permissions: JobPermissions): JobPermissions {
  return Object.fromEntries(Object.entries(permissions).filter(([scope]) => scope !== 'id-token'));
}

function jobIdentity(plan: JobPlan): Parameters<RunSession['options']['github']['openOidcRequest']>[0] {
  const { run } = plan;
  return {
    repository: run.event.repository,
    event: run.event,
    workflowFile: workflowFileName(run.workflow.path),
    workflowName: run.workflow.name,
    workflowRef: workflowRef(run),
    environment: plan.environment?.name,
    runId: run.id,
    runNumber: run.number,
    runAttempt: run.attempt,
  };
}

/**
 * Ends every process that a job left behind. As GitHub's runner does, they are recognized by the variable
 * RUNNER_TRACKING_ID in their environment, which is readable on Linux; elsewhere nothing is ended.
 */
async function endOrphans(trackingId: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const mark = `RUNNER_TRACKING_ID=${trackingId}`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  await Promise.all(
    pids.map(async (pid) => {
      // Of processes of other people, and of those that have just ended, the environment cannot be read.
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (environment.split('\0').includes(mark)) end(pid);
    }),
  );
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
