import type { Environment } from '../../github/model/environment.ts';
import type { ConcurrencyGroups, ConcurrencyMember, ConcurrencySetting } from '../concurrency.ts';
import { ExpressionFailure, type Scope } from '../expressions/expression.ts';
import { entriesOf, evaluateBoolean, evaluateNumber, evaluateText, evaluateToken } from '../expressions/token.ts';
import { asText, isList, isRecord, type Value } from '../expressions/value.ts';
import { type Annotation, type Conclusion, type JobRun, plainAnnotation, type StepRun } from '../records.ts';
import type { RunSession } from '../run/run-session.ts';
import type { Slots } from '../slots.ts';
import { StepFailure } from '../step/activity.ts';
import { positiveMinutes } from '../step/execute-step.ts';
import { evaluateConcurrency } from '../workflow/concurrency-setting.ts';
import type { JobDefinition } from '../workflow/workflow-file.ts';
import { createJobCancellation, type JobCancellation } from './cancellation.ts';
import { type CheckReport, openCheckReport } from './check-report.ts';
import { DeploymentRefused, findEnvironment, passProtection } from './deployment-gate.ts';
import type { JobSession } from './job-session.ts';
import { fillEnvironment, type JobPlan, jobVariables, openJob } from './open-job.ts';
import { environmentUrl, jobOutputs, runSteps } from './run-steps.ts';

/** What jobs of all runs of a repository share. */
export type JobServices = { groups: ConcurrencyGroups; slots: Slots };

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
};

/** A job on its way: `cancel` works from the first moment on. */
export type RunningJob = { result: Promise<JobRun>; cancel(reason: string): void };

/** "jobs.<job_id>.timeout-minutes … Default: 360" (workflow syntax) */
const DEFAULT_TIMEOUT_MINUTES = 360;

type Progress = {
  annotations: Annotation[];
  steps: StepRun[];
  outputs: Record<string, string>;
  environment: JobRun['environment'];
  mayFail: boolean;
  session: JobSession | undefined;
};

/** Starts a job. Its failures are in its record; `result` rejects only for faults of the sandbox itself. */
export function startJob(request: JobRequest): RunningJob {
  const progress: Progress = {
    annotations: [],
    steps: [],
    outputs: {},
    environment: undefined,
    mayFail: false,
    session: undefined,
  };
  let leaveQueue: (() => void) | undefined;
  const cancellation = createJobCancellation((reason) => {
    progress.annotations.push(plainAnnotation('error', reason));
    if (progress.session) progress.session.status = 'cancelled';
    leaveQueue?.();
  });
  const onQueue = (leave: () => void): void => {
    leaveQueue = leave;
  };
  return { result: runToRecord(request, progress, cancellation, onQueue), cancel: cancellation.cancel };
}

async function runToRecord(
  request: JobRequest,
  progress: Progress,
  cancellation: JobCancellation,
  onQueue: (leave: () => void) => void,
): Promise<JobRun> {
  const { run, definition, name, matrix } = request;
  const reference = { runId: run.id, workflowName: run.workflow.name, job: name };
  const startedAt = new Date();
  const check = openCheckReport(run, name);
  run.report({ kind: 'job-started', ...reference });
  const conclusion = await conclude(request, progress, cancellation, check, onQueue);
  const annotations = [...progress.annotations, ...(progress.session?.annotations ?? [])];
  const result: JobRun = {
    id: definition.id,
    name,
    matrix,
    conclusion,
    mayFail: progress.mayFail,
    environment: progress.environment,
    steps: progress.steps,
    outputs: progress.outputs,
    summary: progress.steps
      .map((step) => step.summary)
      .filter(Boolean)
      .join('\n'),
    annotations,
    startedAt,
    completedAt: new Date(),
  };
  for (const annotation of annotations) run.report({ kind: 'annotation', ...reference, step: undefined, annotation });
  check.addAnnotations(annotations);
  check.complete(conclusion);
  run.report({ kind: 'job-finished', ...reference, result });
  return result;
}

async function conclude(
  request: JobRequest,
  progress: Progress,
  cancellation: JobCancellation,
  check: CheckReport,
  onQueue: (leave: () => void) => void,
): Promise<Conclusion> {
  try {
    const { definition, scope } = request;
    progress.mayFail = evaluateBoolean(definition.settings.get('continue-on-error'), scope);
    const setting = evaluateConcurrency(definition.settings.get('concurrency'), scope);
    return await inGroup(request, setting, cancellation, onQueue, () => deploy(request, progress, cancellation, check));
  } catch (error) {
    if (!isAuthorsFault(error)) throw error;
    progress.annotations.push(plainAnnotation('error', error.message));
    return 'failure';
  }
}

function isAuthorsFault(error: unknown): error is Error {
  return error instanceof ExpressionFailure || error instanceof StepFailure || error instanceof DeploymentRefused;
}

/** Does the work as the running member of the job's concurrency group. */
async function inGroup(
  request: JobRequest,
  setting: ConcurrencySetting | undefined,
  cancellation: JobCancellation,
  onQueue: (leave: () => void) => void,
  work: () => Promise<Conclusion>,
): Promise<Conclusion> {
  if (!setting) return cancellation.reason === undefined ? work() : 'cancelled';
  if (setting.group.toLowerCase() === request.runGroup?.toLowerCase()) {
    throw new ExpressionFailure(
      `Canceling since a deadlock for concurrency group '${setting.group}' was detected between 'top level workflow' and '${request.definition.id}'`,
    );
  }
  const member: ConcurrencyMember = { setting, cancel: cancellation.cancel };
  const { groups } = request.services;
  onQueue(() => groups.leave(member));
  const admitted = await groups.enter(member);
  // From here on the group is left when the work is done: a cancelled job may still run its `always()` steps.
  onQueue(() => undefined);
  try {
    return admitted && cancellation.reason === undefined ? await work() : 'cancelled';
  } finally {
    groups.leave(member);
  }
}

/** Passes the environment's protection rules, gets a runner, and runs the steps. */
async function deploy(
  request: JobRequest,
  progress: Progress,
  cancellation: JobCancellation,
  check: CheckReport,
): Promise<Conclusion> {
  const { run, definition, scope } = request;
  requireUbuntu(definition, scope);
  const name = environmentName(definition, scope);
  const settings = name === '' ? undefined : findEnvironment(run, name);
  progress.environment = settings && { name, url: '' };
  if (settings) await passProtection(run, request.name, name, settings);
  const giveSlot = await request.services.slots.take();
  try {
    if (cancellation.reason !== undefined) return 'cancelled';
    const { environment } = progress;
    const plan: JobPlan = { ...request, environment, environmentSettings: settings, cancellation };
    return await onRunner(withVariables(plan, settings), progress, check);
  } finally {
    giveSlot();
  }
}

function withVariables(plan: JobPlan, settings: Environment | undefined): JobPlan {
  const vars = jobVariables(plan.run, settings);
  return { ...plan, scope: { ...plan.scope, contexts: { ...plan.scope.contexts, vars } } };
}

async function onRunner(plan: JobPlan, progress: Progress, check: CheckReport): Promise<Conclusion> {
  const { scope, definition } = plan;
  const minutes = evaluateNumber(definition.settings.get('timeout-minutes'), scope, DEFAULT_TIMEOUT_MINUTES);
  const limit = positiveMinutes(minutes) * (plan.run.options.timeoutMinute ?? 60_000);
  const { session, close } = await openJob(plan);
  progress.session = session;
  const message = `The job has exceeded the maximum execution time of ${minutes} minutes.`;
  const timer = setTimeout(() => plan.cancellation.cancel(message), limit);
  try {
    fillEnvironment(session, scope);
    await runSteps(session, scope, (step) => {
      progress.steps.push(step);
      check.addAnnotations(step.annotations);
    });
    progress.outputs = jobOutputs(session, scope);
    if (session.environment) {
      progress.environment = { name: session.environment.name, url: environmentUrl(session, scope) };
    }
    return session.status;
  } finally {
    clearTimeout(timer);
    await close();
  }
}

/** @throws ExpressionFailure for runners the sandbox has not */
function requireUbuntu(definition: JobDefinition, scope: Scope): void {
  const token = definition.settings.get('runs-on');
  const value = token ? evaluateToken(token, scope) : '';
  const labels = isRecord(value) ? (value['labels'] ?? '') : value;
  const names = isList(labels) ? labels.map(asText) : [asText(labels)];
  const group = isRecord(value) ? asText(value['group'] ?? '') : '';
  if (group === '' && names.length > 0 && names.every((name) => /^ubuntu-(latest|slim|\d+\.\d+)(-arm)?$/.test(name)))
    return;
  throw new ExpressionFailure(
    `The sandbox has no runner for '${[group, ...names].filter(Boolean).join(', ')}'; only ubuntu runners.`,
  );
}

function environmentName(definition: JobDefinition, scope: Scope): string {
  const token = definition.settings.get('environment');
  if (!token) return '';
  const name = entriesOf(token).get('name');
  if (name) return evaluateText(name, scope);
  const value = evaluateToken(token, scope);
  return isRecord(value) ? asText(value['name'] ?? '') : asText(value);
}
