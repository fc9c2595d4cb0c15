import type { Environment } from '../../github/github-sandbox.ts';
import type { ConcurrencyGroups, ConcurrencyMember, ConcurrencySetting } from '../concurrency.ts';
import { ExpressionFailure, type Scope } from '../expressions/expression.ts';
import { entriesOf, evaluateBoolean, evaluateNumber, evaluateText, evaluateToken } from '../expressions/token.ts';
import { asText, isList, isRecord, type Value } from '../expressions/value.ts';
import {
  type Annotation,
  type Conclusion,
  type JobReference,
  type JobRun,
  plainAnnotation,
  type StepRun,
} from '../records.ts';
import type { RunSession } from '../run/run-session.ts';
import type { Slots } from '../slots.ts';
import { StepFailure } from '../step/activity.ts';
import { positiveMinutes } from '../step/execute-step.ts';
import type { Work } from '../work.ts';
import { evaluateConcurrency } from '../workflow/concurrency-setting.ts';
import type { JobDefinition } from '../workflow/workflow-file.ts';
import { createJobCancellation, type JobCancellation } from './cancellation.ts';
import { type CheckReport, openCheckReport } from './check-report.ts';
import { DeploymentRefused, findEnvironment, passProtection } from './deployment-gate.ts';
import type { JobSession } from './job-session.ts';
import { fillEnvironment, type JobPlan, jobVariables, openJob } from './open-job.ts';
import { environmentUrl, jobOutputs, runSteps } from './run-steps.ts';

/** What jobs of all runs of a repository share. */
export type JobServices = { groups: ConcurrencyGroups; slots: Slots; work: Work };

/** One job to run: a job of the workflow, or one combination of its matrix. */
export type JobRequest = {
  run: RunSession;
  definition: JobDefinition;
  name: string;
  matrix: { readonly [key: string]: Value };
  strategy: { readonly [key: string]: Value };
  needs: { readonly [key: string]: Value };
  /** What settings of the job can see before it has a runner. */
  scope: Scope;
  services: JobServices;
  /** The group the run itself holds. */
  runGroup: string | undefined;
  /** Told when the job begins and ends to wait for a review of its environment. */
  onWait: (waiting: boolean) => void;
};

/** A job on its way: `cancel` works from the first moment on. */
export type RunningJob = { result: Promise<JobRun>; cancel(reason: string): void };

/** "jobs.<job_id>.timeout-minutes … Default: 360" (workflow syntax) */
const DEFAULT_TIMEOUT_MINUTES = 360;

/** A job and what is known of its result so far. */
type JobInProgress = {
  readonly request: JobRequest;
  readonly check: CheckReport;
  readonly cancellation: JobCancellation;
  readonly annotations: Annotation[];
  readonly steps: StepRun[];
  outputs: Record<string, string>;
  environment: JobRun['environment'];
  mayFail: boolean;
  /** When it got its runner. */
  startedAt: Date | undefined;
  session: JobSession | undefined;
  /** Gives up the place in the queue of the concurrency group, while it has one. */
  leaveQueue: () => void;
  /** Gives up waiting for a review, while it does. */
  leaveGate: () => void;
};

/** Starts a job. Its failures are in its record; `result` rejects only for faults of the sandbox itself. */
export function startJob(request: JobRequest): RunningJob {
  const cancellation = createJobCancellation((reason) => {
    job.annotations.push(plainAnnotation('error', reason));
    if (job.session) job.session.status = 'cancelled';
    job.leaveQueue();
    job.leaveGate();
  });
  const job: JobInProgress = {
    request,
    check: openCheckReport(request.run, request.name),
    cancellation,
    annotations: [],
    steps: [],
    outputs: {},
    environment: undefined,
    mayFail: false,
    startedAt: undefined,
    session: undefined,
    leaveQueue: () => undefined,
    leaveGate: () => undefined,
  };
  return { result: runToRecord(job), cancel: cancellation.cancel };
}

async function runToRecord(job: JobInProgress): Promise<JobRun> {
  const { run, definition, name, matrix } = job.request;
  const conclusion = await conclude(job);
  const annotations = [...job.annotations, ...(job.session?.annotations ?? [])];
  const summaries = job.steps.map(({ summary }) => summary).filter(Boolean);
  const completedAt = run.options.github.now();
  const result: JobRun = {
    id: definition.id,
    name,
    matrix,
    conclusion,
    mayFail: job.mayFail,
    environment: job.environment,
    steps: job.steps,
    outputs: job.outputs,
    summary: summaries.join('\n'),
    annotations,
    startedAt: job.startedAt ?? completedAt,
    completedAt,
  };
  const reference = referenceTo(job.request);
  for (const annotation of annotations) run.report({ kind: 'annotation', ...reference, step: undefined, annotation });
  job.check.addAnnotations(annotations);
  job.check.complete(conclusion);
  run.report({ kind: 'job-finished', ...reference, result });
  return result;
}

function referenceTo({ run, name }: JobRequest): JobReference {
  return { runId: run.id, workflowName: run.workflow.name, job: name };
}

async function conclude(job: JobInProgress): Promise<Conclusion> {
  const { definition, scope } = job.request;
  try {
    job.mayFail = evaluateBoolean(definition.settings.get('continue-on-error'), scope);
    requireUbuntu(definition, scope);
    const setting = evaluateConcurrency(definition.settings.get('concurrency'), scope);
    return setting ? await inGroup(job, setting) : await deploy(job);
  } catch (error) {
    if (!isAuthorsFault(error)) throw error;
    job.annotations.push(plainAnnotation('error', error.message));
    return 'failure';
  }
}

function isAuthorsFault(error: unknown): error is Error {
  return error instanceof ExpressionFailure || error instanceof StepFailure || error instanceof DeploymentRefused;
}

/** Deploys as the running member of the job's concurrency group. */
async function inGroup(job: JobInProgress, setting: ConcurrencySetting): Promise<Conclusion> {
  const { services, runGroup, definition } = job.request;
  if (setting.group.toLowerCase() === runGroup?.toLowerCase()) {
    throw new ExpressionFailure(
      `Canceling since a deadlock for concurrency group '${setting.group}' was detected between 'top level workflow' and '${definition.id}'`,
    );
  }
  const member: ConcurrencyMember = { setting, cancel: job.cancellation.cancel };
  job.leaveQueue = () => services.groups.leave(member);
  const admitted = await services.groups.enter(member);
  // From here on the group is left when the work is done: a cancelled job may still run its `always()` steps.
  job.leaveQueue = () => undefined;
  try {
    return admitted ? await deploy(job) : 'cancelled';
  } finally {
    services.groups.leave(member);
  }
}

/** Passes the environment's protection rules, waits for a runner, and runs the steps on it. */
async function deploy(job: JobInProgress): Promise<Conclusion> {
  const { request, cancellation } = job;
  const name = environmentName(request.definition, request.scope);
  const settings = name === '' ? undefined : findEnvironment(request.run, name);
  job.environment = settings && { name, url: '' };
  if (settings) await passGate(job, name, settings);
  const endWork = request.services.work.begin();
  const giveSlot = await request.services.slots.take();
  try {
    return cancellation.reason === undefined ? await onRunner(job, settings) : 'cancelled';
  } finally {
    giveSlot();
    endWork();
  }
}

/** @throws DeploymentRefused; a job that is cancelled while it waits goes on, to end as cancelled */
async function passGate(job: JobInProgress, name: string, settings: Environment): Promise<void> {
  const { request } = job;
  const { reviews } = request.run;
  await passProtection(request.run, request.name, name, settings, async () => {
    if (job.cancellation.reason !== undefined) return 'left';
    const { outcome, leave } = reviews.wait(name, request.name);
    job.leaveGate = leave;
    job.check.wait();
    request.onWait(true);
    const ended = await outcome;
    job.leaveGate = () => undefined;
    request.onWait(reviews.list().length > 0);
    return ended;
  });
}

async function onRunner(job: JobInProgress, settings: Environment | undefined): Promise<Conclusion> {
  const { request, cancellation, environment } = job;
  const { run, definition } = request;
  job.startedAt = run.options.github.now();
  job.check.start();
  run.report({ kind: 'job-started', ...referenceTo(request) });
  const scope = { ...request.scope, contexts: { ...request.scope.contexts, vars: jobVariables(run, settings) } };
  const minutes = evaluateNumber(definition.settings.get('timeout-minutes'), scope, DEFAULT_TIMEOUT_MINUTES);
  const limit = positiveMinutes(minutes) * (run.options.timeoutMinute ?? 60_000);
  const plan: JobPlan = { ...request, scope, environment, environmentSettings: settings, cancellation };
  const { session, close } = await openJob(plan);
  job.session = session;
  if (cancellation.reason !== undefined) session.status = 'cancelled';
  const timedOut = `The job has exceeded the maximum execution time of ${minutes} minutes.`;
  const timer = setTimeout(() => cancellation.cancel(timedOut), limit);
  try {
    return await runOpenJob(job, session, scope);
  } finally {
    clearTimeout(timer);
    await close();
  }
}

async function runOpenJob(job: JobInProgress, session: JobSession, scope: Scope): Promise<Conclusion> {
  fillEnvironment(session, scope);
  await runSteps(session, scope, (step) => {
    job.steps.push(step);
    job.check.addAnnotations(step.annotations);
  });
  job.outputs = jobOutputs(session, scope);
  if (job.environment) job.environment = { ...job.environment, url: environmentUrl(session, scope) };
  return session.status;
}

/** Labels of GitHub's Ubuntu runners (GitHub-hosted runners reference). */
const UBUNTU = /^ubuntu-(latest|slim|\d+\.\d+)(-arm)?$/;

/**
 * Makes sure that `runs-on` asks for an Ubuntu runner.
 * @throws ExpressionFailure for every other runner: the sandbox has none
 */
function requireUbuntu(definition: JobDefinition, scope: Scope): void {
  const token = definition.settings.get('runs-on');
  const value = token ? evaluateToken(token, scope) : '';
  const labels = isRecord(value) ? (value['labels'] ?? '') : value;
  const names = isList(labels) ? labels.map(asText) : [asText(labels)];
  const group = isRecord(value) ? asText(value['group'] ?? '') : '';
  if (group === '' && names.length > 0 && names.every((name) => UBUNTU.test(name))) return;
  const asked = [group, ...names].filter(Boolean).join(', ');
  throw new ExpressionFailure(`The sandbox has no runner for '${asked}'; only ubuntu runners.`);
}

/**
 * The name of the environment the job deploys to; empty without one.
 * @throws ExpressionFailure
 */
function environmentName(definition: JobDefinition, scope: Scope): string {
  const token = definition.settings.get('environment');
  if (!token) return '';
  const name = entriesOf(token).get('name');
  if (name) return evaluateText(name, scope);
  const value = evaluateToken(token, scope);
  return isRecord(value) ? asText(value['name'] ?? '') : asText(value);
}
