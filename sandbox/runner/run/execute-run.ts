import type { ConcurrencyMember, ConcurrencySetting } from '../concurrency.ts';
import { ExpressionFailure } from '../expressions/expression.ts';
import { evaluateText } from '../expressions/token.ts';
import { runScope } from '../job/contexts.ts';
import type { PendingReviews } from '../job/pending-reviews.ts';
import type { JobServices } from '../job/run-job.ts';
import { type Annotation, type Conclusion, type JobRun, plainAnnotation, type WorkflowRun } from '../records.ts';
import { evaluateConcurrency } from '../workflow/concurrency-setting.ts';
import { payloadText } from '../workflow/event-payload.ts';
import { type PublishedRun, publishRun } from './publish-run.ts';
import type { RunCancellation } from './run-combinations.ts';
import { runJobs } from './run-jobs.ts';
import type { RunSession } from './run-session.ts';

/** A run on its way. `result` rejects only for faults of the sandbox itself. */
export type RunningWorkflow = {
  id: number;
  result: Promise<WorkflowRun>;
  cancel(reason: string): void;
  /** Jobs that wait for environments. */
  reviews: PendingReviews;
};

type Cancellation = RunCancellation & { cancel(reason: string): void };
type Outcome = { conclusion: Conclusion; jobs: JobRun[]; annotations: Annotation[] };

/** Starts an attempt of a run; its failures are in its record. */
export function startRun(run: RunSession, services: JobServices): RunningWorkflow {
  const cancellation = createRunCancellation();
  const result = runToRecord(run, services, cancellation);
  return { id: run.id, result, cancel: cancellation.cancel, reviews: run.reviews };
}

async function runToRecord(run: RunSession, services: JobServices, cancellation: Cancellation): Promise<WorkflowRun> {
  const startedAt = run.options.github.now();
  const head = runHead(run);
  const { createdAt, triggeringActor, event } = run;
  const publish: Publish = (status, conclusion) =>
    publishRun(run.options, { ...head, event, createdAt, triggeringActor, startedAt, status, conclusion });
  publish('in_progress', undefined);
  run.report({ kind: 'run-started', run: { ...head, event } });
  const outcome = await conclude(run, services, cancellation, publish);
  const record: WorkflowRun = { ...head, event, ...outcome, startedAt, completedAt: run.options.github.now() };
  publish('completed', record.conclusion);
  run.report({ kind: 'run-finished', run: record });
  return record;
}

type Publish = (status: PublishedRun['status'], conclusion: Conclusion | undefined) => void;

async function conclude(
  run: RunSession,
  services: JobServices,
  cancellation: Cancellation,
  publish: Publish,
): Promise<Outcome> {
  try {
    const scope = runScope(run, Object.fromEntries(run.options.github.variables(run.event.repository)));
    const setting = evaluateConcurrency(run.workflow.settings.get('concurrency'), scope);
    if (setting) publish('pending', undefined);
    return await inGroup(services, setting, cancellation, async () => {
      publish('in_progress', undefined);
      const { jobs, results } = await runJobs(run, services, setting?.group, cancellation, (waiting) =>
        publish(waiting ? 'waiting' : 'in_progress', undefined),
      );
      const combined = combine(results);
      const cancelled = cancellation.reason !== undefined && combined !== 'failure';
      return { conclusion: cancelled ? 'cancelled' : combined, jobs, annotations: cancelAnnotation(cancellation) };
    });
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return { conclusion: 'failure', jobs: [], annotations: [plainAnnotation('error', error.message)] };
  }
}

/** Does the work as the running member of the workflow's concurrency group. */
async function inGroup(
  services: JobServices,
  setting: ConcurrencySetting | undefined,
  cancellation: Cancellation,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  if (!setting) return work();
  const member: ConcurrencyMember = { setting, cancel: cancellation.cancel };
  let admitted = false;
  cancellation.onCancel(() => {
    if (!admitted) services.groups.leave(member);
  });
  admitted = await services.groups.enter(member);
  try {
    return admitted ? await work() : { conclusion: 'cancelled', jobs: [], annotations: cancelAnnotation(cancellation) };
  } finally {
    services.groups.leave(member);
  }
}

function cancelAnnotation(cancellation: Cancellation): Annotation[] {
  return cancellation.reason === undefined ? [] : [plainAnnotation('error', cancellation.reason)];
}

function createRunCancellation(): Cancellation {
  const listeners: ((reason: string) => void)[] = [];
  let reason: string | undefined;
  return {
    get reason() {
      return reason;
    },
    onCancel: (listener) => {
      listeners.push(listener);
    },
    cancel: (why) => {
      if (reason !== undefined) return;
      reason = why;
      for (const listener of listeners) listener(why);
    },
  };
}

function combine(results: readonly Conclusion[]): Conclusion {
  if (results.includes('failure')) return 'failure';
  if (results.includes('cancelled')) return 'cancelled';
  return results.every((result) => result === 'skipped') ? 'skipped' : 'success';
}

function runHead(
  run: RunSession,
): Pick<WorkflowRun, 'id' | 'number' | 'attempt' | 'workflowName' | 'workflowFile' | 'title'> {
  const { id, number, attempt, workflow } = run;
  return { id, number, attempt, workflowName: workflow.name, workflowFile: workflow.path, title: runTitle(run) };
}

/** `run-name:`, or what GitHub shows: the commit's or pull request's title, else the workflow's name (`run-name`). */
function runTitle(run: RunSession): string {
  const token = run.workflow.settings.get('run-name');
  const { payload } = run.event;
  const commit = payloadText(payload, 'head_commit', 'message').split('\n')[0];
  const title = payloadText(payload, 'pull_request', 'title') || payloadText(payload, 'issue', 'title') || commit;
  try {
    const variables = Object.fromEntries(run.options.github.variables(run.event.repository));
    return (token && evaluateText(token, runScope(run, variables))) || title || run.workflow.name;
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return title || run.workflow.name;
  }
}
