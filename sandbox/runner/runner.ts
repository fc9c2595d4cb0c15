import { mkdir } from 'node:fs/promises';
import type { EventsConfig } from '@actions/workflow-parser/model/workflow-template';
import { createExclusive, type Exclusive } from '../github/git/exclusive.ts';
import type { WorkflowEvent } from '../github/workflow-event.ts';
import { type ConcurrencyGroups, createConcurrencyGroups } from './concurrency.ts';
import type { Value } from './expressions/value.ts';
import { createPendingReviews } from './job/pending-reviews.ts';
import { plainAnnotation, type WorkflowRun } from './records.ts';
import { startRun } from './run/execute-run.ts';
import { NOTHING_KEPT } from './run/kept-jobs.ts';
import { type Attempt, type KnownRun, runHandleOf } from './run/known-run.ts';
import { type PublishedRun, publishRun } from './run/publish-run.ts';
import { invalidFileAnnotations, rejectedRun } from './run/rejected-run.ts';
import type { RunnerOptions, RunSession } from './run/run-session.ts';
import { createSlots } from './slots.ts';
import { afterTurns, createWork, type Work } from './work.ts';
import { headCommit, payloadValue, senderOf } from './workflow/event-payload.ts';
import { selectWorkflows, waitsForApproval } from './workflow/select-workflows.ts';
import { unavailableTriggers } from './workflow/triggers.ts';
import type { WorkflowFile } from './workflow/workflow-file.ts';

export type { Annotation, Conclusion, JobRun, Progress, StepRun, WorkflowRun } from './records.ts';
export type { ApprovalRequest, RunnerOptions } from './run/run-session.ts';

/** The sandbox's GitHub Actions: runs the workflows that events start. */
export type Runner = {
  /**
   * Runs the workflows an event starts, and returns their records when all have ended. Events that the sandbox's GitHub
   * emits are handled without being passed here.
   */
  handle(event: WorkflowEvent): Promise<WorkflowRun[]>;
  /** Records of all attempts of runs that have ended, in the order of their ends. */
  runs(): readonly WorkflowRun[];
  /** Cancels a run, as the button on its page does. Runs that have ended or do not exist are left alone. */
  cancel(runId: number): void;
  /**
   * Resolves when nothing runs any more, including what the runs themselves started; rejects if the runner failed. Jobs
   * that wait for a review, runs that wait for an approval and what waits behind them do not count.
   */
  idle(): Promise<void>;
  /** Takes no more events, cancels what runs, and waits for its end. */
  close(): Promise<void>;
};

/** The default of `concurrentJobs`: more than the jobs of a small workflow, few enough for a laptop. */
const CONCURRENT_JOBS = 4;

/** "Each workflow run is limited to 35 days", execution, waiting and approval together (Actions limits). */
const MAXIMUM_RUN_MILLISECONDS = 35 * 24 * 3_600_000;

type State = {
  options: RunnerOptions;
  services: { slots: ReturnType<typeof createSlots>; groups: Map<string, ConcurrencyGroups>; work: Work };
  /** By `owner/name` and id. */
  known: Map<string, KnownRun>;
  finished: WorkflowRun[];
  numbers: Map<string, number>;
  nextId: number;
  /** Failures that nobody waited for. */
  failures: unknown[];
  /** Selects the workflows of one event after the other. */
  inOrder: Exclusive;
};

/**
 * Creates the runner and subscribes it to the sandbox's GitHub. Workflow files are run as they are, or refused with the
 * feature that is not supported.
 */
export function createRunner(options: RunnerOptions): Runner {
  const slots = createSlots(options.concurrentJobs ?? CONCURRENT_JOBS);
  const state: State = {
    options,
    services: { slots, groups: new Map(), work: createWork() },
    known: new Map(),
    finished: [],
    numbers: new Map(),
    nextId: 20_000_000_001,
    failures: [],
    inOrder: createExclusive(),
  };
  const unsubscribe = options.github.onEvent((event) => {
    // Not awaited: GitHub goes on while workflows run. Failures of the runner itself come out of `idle`.
    handleEvent(state, event).catch((error: unknown) => state.failures.push(error));
  });
  const detach = options.github.attachRunner({
    find: (repository, runId) => handleOf(state, repository, runId),
    timePassed: () => endOverdue(state),
  });
  const cancelAll = (reason: string, applies: (known: KnownRun) => boolean): void => {
    for (const known of state.known.values()) if (applies(known)) known.running?.cancel(reason);
  };
  return {
    handle: (event) => handleEvent(state, event),
    runs: () => state.finished,
    cancel: (runId) => cancelAll('The run was canceled by @sandbox.', ({ id }) => id === runId),
    idle: () => idle(state),
    async close() {
      unsubscribe();
      detach();
      cancelAll('The sandbox is shutting down.', () => true);
      await idle(state);
    },
  };
}

/** Waits for GitHub and for the runner in turn, until neither gives the other anything to do. */
async function idle(state: State): Promise<void> {
  const { work } = state.services;
  do {
    await state.options.github.settle();
    await work.quiet();
    await afterTurns();
  } while (work.busy);
  await state.options.github.settle();
  await afterTurns();
  if (work.busy) return idle(state);
  const [failure] = state.failures.splice(0);
  if (failure !== undefined) throw failure;
}

function handleOf(state: State, repository: string, runId: number): ReturnType<typeof runHandleOf> | undefined {
  const known = state.known.get(`${repository}/${runId}`);
  if (known === undefined) return undefined;
  const begin = (attempt: Attempt): void => {
    runAttempt(state, known, attempt).catch((error: unknown) => state.failures.push(error));
  };
  return runHandleOf(known, () => state.options.github.now(), begin);
}

function endOverdue(state: State): void {
  const now = state.options.github.now().getTime();
  for (const { running, createdAt } of state.known.values()) {
    running?.reviews.expire();
    if (now - createdAt.getTime() >= MAXIMUM_RUN_MILLISECONDS) running?.cancel('The run has exceeded its 35 days.');
  }
}

async function handleEvent(state: State, event: WorkflowEvent): Promise<WorkflowRun[]> {
  const { options, services } = state;
  const gitFolder = options.gitFolder(event.repository);
  if (gitFolder === undefined) return [];
  const end = services.work.begin();
  try {
    // In the order of the events, so that who comes first is first in a concurrency group and has the smaller run id.
    const started = await state.inOrder(async () => {
      await mkdir(options.folder, { recursive: true });
      const { commit, files } = await selectWorkflows(gitFolder, event);
      return files.map((file) => runFile(state, event, commit, file));
    });
    return Promise.all(started);
  } finally {
    end();
  }
}

async function runFile(state: State, event: WorkflowEvent, commit: string, file: WorkflowFile): Promise<WorkflowRun> {
  const report = state.options.onProgress ?? (() => undefined);
  const path = file.kind === 'workflow' ? file.workflow.path : file.path;
  const id = state.nextId++;
  const number = (state.numbers.get(`${event.repository}/${path}`) ?? 0) + 1;
  state.numbers.set(`${event.repository}/${path}`, number);
  const refusal = state.options.github.refusalOfEvent(event.repository, path, event.name);
  if (refusal !== undefined || file.kind === 'invalid') {
    const annotations =
      refusal === undefined && file.kind === 'invalid'
        ? invalidFileAnnotations(file)
        : [plainAnnotation('error', refusal ?? '')];
    const name = file.kind === 'workflow' ? file.workflow.name : file.name;
    const run = rejectedRun({ options: state.options, event, path, name, annotations, id, number });
    report({ kind: 'run-finished', run });
    state.finished.push(run);
    return run;
  }
  const { workflow } = file;
  for (const name of unavailableTriggers(workflow.triggers)) {
    report({ kind: 'notice', message: `${path}: the sandbox never emits the event '${name}'.` });
  }
  const createdAt = state.options.github.now();
  const known: KnownRun = {
    ...{ id, number, event, commit, workflow, createdAt },
    attempts: [],
    running: undefined,
    decide: undefined,
  };
  state.known.set(`${event.repository}/${id}`, known);
  const first = { attempt: 1, triggeringActor: senderOf(event), kept: NOTHING_KEPT };
  if (waitsForApproval(event)) await approvalOf(state, known, first);
  return runAttempt(state, known, first);
}

/**
 * "When the workflow runs are created …, they are in an approval required state": visible as completed with the conclusion
 * `action_required`, no job, no check run (events that trigger workflows, `pull_request`).
 */
async function approvalOf(state: State, known: KnownRun, first: Attempt): Promise<void> {
  const { workflow, event, id, number, createdAt } = known;
  const waiting: PublishedRun = {
    ...{ id, number, event, createdAt, attempt: first.attempt, triggeringActor: first.triggeringActor },
    workflowName: workflow.name,
    workflowFile: workflow.path,
    title: workflow.name,
    startedAt: createdAt,
    status: 'completed',
    conclusion: 'action_required',
  };
  publishRun(state.options, waiting);
  const verdict = await new Promise((resolve) => {
    known.decide = resolve;
  });
  known.decide = undefined;
  if (verdict === 'approved') return;
  publishRun(state.options, { ...waiting, conclusion: 'cancelled' });
  // Nobody will start it any more: who waits for its record waits in vain.
  await new Promise(() => undefined);
}

async function runAttempt(state: State, known: KnownRun, attempt: Attempt): Promise<WorkflowRun> {
  const running = startRun(sessionOf(state, known, attempt), {
    slots: state.services.slots,
    work: state.services.work,
    groups: groupsOf(state, known.event.repository),
  });
  known.running = running;
  try {
    const run = await running.result;
    known.attempts.push(run);
    state.finished.push(run);
    return run;
  } finally {
    known.running = undefined;
  }
}

function sessionOf(state: State, known: KnownRun, attempt: Attempt): RunSession {
  const { options } = state;
  const { workflow, event, commit, id, number, createdAt } = known;
  return {
    ...{ options, workflow, event, id, number, createdAt },
    ...attempt,
    workflowCommit: commit,
    inputs: dispatchInputs(workflow.triggers, event),
    headSha: headCommit(event),
    reviews: createPendingReviews(() => options.github.now()),
    report: options.onProgress ?? (() => undefined),
  };
}

function groupsOf(state: State, repository: string): ConcurrencyGroups {
  const groups = state.services.groups.get(repository) ?? createConcurrencyGroups();
  state.services.groups.set(repository, groups);
  return groups;
}

/**
 * The `inputs` context of a manual start: given values, else the defaults; booleans are booleans. Empty for every
 * other event (contexts, `inputs`).
 */
function dispatchInputs(triggers: EventsConfig, event: WorkflowEvent): { [name: string]: Value } {
  if (event.name !== 'workflow_dispatch') return {};
  const declared = Object.entries(triggers.workflow_dispatch?.inputs ?? {});
  return Object.fromEntries(
    declared.map(([name, input]) => {
      const given = payloadValue(event.payload, 'inputs', name);
      const boolean = typeof input.default === 'boolean' || String(input.type) === 'boolean';
      if (typeof given === 'string' || typeof given === 'boolean' || typeof given === 'number') {
        return [name, boolean ? String(given) === 'true' : given];
      }
      return [name, input.default ?? (boolean ? false : '')];
    }),
  );
}
