import { evaluateCondition, type Scope } from '../expressions/expression.ts';
import { evaluateText } from '../expressions/token.ts';
import type { Value } from '../expressions/value.ts';
import { type JobServices, type RunningJob, startJob } from '../job/run-job.ts';
import type { Conclusion, JobRun } from '../records.ts';
import { createSlots, type Slots } from '../slots.ts';
import { type MatrixCombination, matrixLabel, type Strategy } from '../workflow/matrix.ts';
import type { JobDefinition } from '../workflow/workflow-file.ts';
import { legKey } from './kept-jobs.ts';
import type { RunSession } from './run-session.ts';

/** The cancellation of a whole run. */
export type RunCancellation = {
  readonly reason: string | undefined;
  onCancel(listener: (reason: string) => void): void;
};

/** A job of the workflow with all its combinations, as other jobs see it in `needs`. */
export type JobResult = { result: Conclusion; outputs: Record<string, string>; runs: JobRun[] };

export type CombinationsRequest = {
  run: RunSession;
  services: JobServices;
  /** The group the run itself holds. */
  runGroup: string | undefined;
  cancellation: RunCancellation;
  job: JobDefinition;
  /** What the job's settings can see before it starts. */
  scope: Scope;
  strategy: Strategy;
  needs: { readonly [key: string]: Value };
  onWait: (waiting: boolean) => void;
};

/** The jobs of one matrix while they run; `stop` also reaches those that have not started. */
type Legs = { running: Set<RunningJob>; stopped: string | undefined; places: Slots; stop(reason: string): void };

/** Runs a job once for each combination of its matrix, as many at a time as `max-parallel` allows. */
export async function runCombinations(request: CombinationsRequest): Promise<JobResult> {
  const { strategy, cancellation, job, scope } = request;
  const legs = createLegs(strategy.maxParallel);
  cancellation.onCancel((reason) => {
    // "If the condition evaluates to true, the job will not get canceled" (workflow cancellation reference).
    if (!evaluateCondition(job.condition, scope)) legs.stop(reason);
  });
  const finished: JobRun[] = [];
  const runs = await Promise.all(
    strategy.combinations.map(async (matrix, index) => {
      const result = await runLeg(request, legs, matrix, index);
      finished.push(result);
      return result;
    }),
  );
  return resultOfRuns(runs, finished);
}

/**
 * A job's result and outputs from those of its combinations. Each combination sets the same outputs; the last one to end
 * wins (workflow syntax, `jobs.<job_id>.outputs`).
 * @param finished in the order of their ends
 */
export function resultOfRuns(runs: JobRun[], finished: readonly JobRun[] = runs): JobResult {
  return { runs, result: combinedResult(runs), outputs: Object.assign({}, ...finished.map(({ outputs }) => outputs)) };
}

function createLegs(maxParallel: number): Legs {
  const legs: Legs = {
    running: new Set(),
    stopped: undefined,
    places: createSlots(maxParallel),
    stop: (reason) => {
      legs.stopped ??= reason;
      for (const leg of legs.running) leg.cancel(reason);
    },
  };
  return legs;
}

async function runLeg(
  request: CombinationsRequest,
  legs: Legs,
  matrix: MatrixCombination,
  index: number,
): Promise<JobRun> {
  const { run, job, needs, services, runGroup, strategy } = request;
  const leg = describeLeg(request, matrix, index);
  const kept = run.kept.legs.get(legKey(job.id, leg.name));
  if (kept) return kept;
  const give = await legs.places.take();
  try {
    const { onWait } = request;
    const started = startJob({ run, definition: job, matrix, needs, services, runGroup, onWait, ...leg });
    legs.running.add(started);
    if (legs.stopped !== undefined) started.cancel(legs.stopped);
    const result = await started.result;
    legs.running.delete(started);
    if (result.conclusion === 'failure' && !result.mayFail && strategy.failFast && strategy.hasMatrix) {
      legs.stop(`The strategy configuration was canceled because "${result.name}" failed`);
    }
    return result;
  } finally {
    give();
  }
}

function describeLeg(
  { job, scope, strategy }: CombinationsRequest,
  matrix: MatrixCombination,
  index: number,
): { name: string; scope: Scope; strategy: Record<string, Value> } {
  const total = strategy.combinations.length;
  const strategyContext = {
    'fail-fast': strategy.failFast,
    'job-index': index,
    'job-total': total,
    'max-parallel': Number.isFinite(strategy.maxParallel) ? strategy.maxParallel : total,
  };
  const legScope: Scope = { contexts: { ...scope.contexts, strategy: strategyContext, matrix } };
  const token = job.settings.get('name');
  const base = token ? evaluateText(token, legScope) || job.id : job.id;
  // A name that is computed says itself which combination it is; a fixed one gets the values.
  const values = strategy.hasMatrix && !token?.isExpression ? ` (${matrixLabel(matrix).join(', ')})` : '';
  return { name: `${base}${values}`, scope: legScope, strategy: strategyContext };
}

/** A failure the job may have counts as success for the jobs that need it and for the run. */
function combinedResult(runs: readonly JobRun[]): Conclusion {
  const conclusions = runs.map((run) => (run.conclusion === 'failure' && run.mayFail ? 'success' : run.conclusion));
  if (conclusions.includes('failure')) return 'failure';
  if (conclusions.includes('cancelled')) return 'cancelled';
  return conclusions.every((conclusion) => conclusion === 'skipped') ? 'skipped' : 'success';
}
