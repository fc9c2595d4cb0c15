import { mkdir } from 'node:fs/promises';
import type { WorkflowEvent } from '../github/workflow-event.ts';
import { type ConcurrencyGroups, createConcurrencyGroups } from './concurrency.ts';
import type { WorkflowRun } from './records.ts';
import { type RunningWorkflow, startRun } from './run/execute-run.ts';
import { rejectedRun } from './run/rejected-run.ts';
import type { RunnerOptions, RunSession } from './run/run-session.ts';
import { createSlots } from './slots.ts';
import { dispatchInputs } from './workflow/dispatch-inputs.ts';
import { headCommit } from './workflow/event-payload.ts';
import { selectWorkflows } from './workflow/select-workflows.ts';
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
  /** Records of all runs that have ended, in the order of their ends. */
  runs(): readonly WorkflowRun[];
  /** Cancels a run, as the button on its page does. Runs that have ended or do not exist are left alone. */
  cancel(runId: number): void;
  /** Resolves when nothing runs any more, including what the runs themselves started; rejects if the runner failed. */
  idle(): Promise<void>;
  /** Takes no more events, cancels what runs, and waits for its end. */
  close(): Promise<void>;
};

/** The default of `concurrentJobs`: more than the jobs of a small workflow, few enough for a laptop. */
const CONCURRENT_JOBS = 4;

type State = {
  options: RunnerOptions;
  services: { slots: ReturnType<typeof createSlots>; groups: Map<string, ConcurrencyGroups> };
  running: Map<number, RunningWorkflow>;
  finished: WorkflowRun[];
  numbers: Map<string, number>;
  nextId: number;
};

/**
 * Creates the runner and subscribes it to the sandbox's GitHub. Workflow files are run as they are, or refused with the
 * feature that is not supported.
 */
export function createRunner(options: RunnerOptions): Runner {
  const state: State = {
    options,
    services: { slots: createSlots(options.concurrentJobs ?? CONCURRENT_JOBS), groups: new Map() },
    running: new Map(),
    finished: [],
    numbers: new Map(),
    nextId: 20_000_000_001,
  };
  const tracker = createTracker();
  const handle = (event: WorkflowEvent): Promise<WorkflowRun[]> => tracker.track(handleEvent(state, event));
  const unsubscribe = options.github.onEvent((event) => {
    // Not awaited: GitHub goes on while workflows run. Failures of the runner itself come out of `idle`.
    handle(event).catch(tracker.fail);
  });
  const idle = (): Promise<void> => tracker.idle(() => options.github.settle());
  const close = async (): Promise<void> => {
    unsubscribe();
    for (const run of state.running.values()) run.cancel('The sandbox is shutting down.');
    await idle();
  };
  return {
    handle,
    runs: () => state.finished,
    cancel: (runId) => state.running.get(runId)?.cancel('The run was canceled by @sandbox.'),
    idle,
    close,
  };
}

/** Events being handled, and failures that nobody waited for. */
type Tracker = {
  track<T>(work: Promise<T>): Promise<T>;
  fail(error: unknown): void;
  /** @param settle waits for what steps did and that is still on its way through GitHub */
  idle(settle: () => Promise<void>): Promise<void>;
};

function createTracker(): Tracker {
  const handling = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  return {
    track(work) {
      handling.add(work);
      const done = (): void => void handling.delete(work);
      work.then(done, done);
      return work;
    },
    fail: (error) => void failures.push(error),
    async idle(settle) {
      await settle();
      while (handling.size > 0) {
        await Promise.allSettled(handling);
        await settle();
      }
      const [failure] = failures.splice(0);
      if (failure !== undefined) throw failure;
    },
  };
}

async function handleEvent(state: State, event: WorkflowEvent): Promise<WorkflowRun[]> {
  const { options } = state;
  const gitFolder = options.gitFolder(event.repository);
  if (gitFolder === undefined) return [];
  await mkdir(options.folder, { recursive: true });
  const { commit, files } = await selectWorkflows(gitFolder, event);
  return Promise.all(files.map((file) => runFile(state, event, commit, file)));
}

async function runFile(state: State, event: WorkflowEvent, commit: string, file: WorkflowFile): Promise<WorkflowRun> {
  const report = state.options.onProgress ?? (() => undefined);
  const path = file.kind === 'workflow' ? file.workflow.path : file.path;
  const id = state.nextId++;
  const number = (state.numbers.get(`${event.repository}/${path}`) ?? 0) + 1;
  state.numbers.set(`${event.repository}/${path}`, number);
  if (file.kind === 'invalid') {
    const run = rejectedRun({ options: state.options, event, file, id, number });
    report({ kind: 'run-finished', run });
    state.finished.push(run);
    return run;
  }
  const { workflow } = file;
  for (const name of unavailableTriggers(workflow.triggers)) {
    report({ kind: 'notice', message: `${path}: the sandbox never emits the event '${name}'.` });
  }
  const inputs = dispatchInputs(workflow.triggers, event);
  const session: RunSession = {
    options: state.options,
    workflow,
    event,
    workflowCommit: commit,
    id,
    number,
    inputs,
    headSha: headCommit(event),
    report,
  };
  const running = startRun(session, { slots: state.services.slots, groups: groupsOf(state, event.repository) });
  state.running.set(id, running);
  try {
    const run = await running.result;
    state.finished.push(run);
    return run;
  } finally {
    state.running.delete(id);
  }
}

function groupsOf(state: State, repository: string): ConcurrencyGroups {
  const groups = state.services.groups.get(repository) ?? createConcurrencyGroups();
  state.services.groups.set(repository, groups);
  return groups;
}
