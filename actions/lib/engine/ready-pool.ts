import { Failure, toFailure } from '../failure.ts';
import type { Clock } from '../ports/clock.ts';
import { type Outcome, outcomeOf, type StepResult, worstOutcome } from './outcome.ts';

/** The `change` of a step that could not start; unlike other skipped steps it stops those that need it. */
const notStarted = 'not started';

/** One piece of work and what must have succeeded before it. */
export type PoolStep<Context> = {
  readonly id: string;
  /** What a person reads: `stack sar-cluster`. */
  readonly title: string;
  /** Ids of the steps whose success it needs. */
  readonly needs: readonly string[];
  /** A thrown error ends the step as failed, or as unknown when its code says so. */
  readonly run: (context: Context, signal: AbortSignal) => Promise<StepDone>;
};

/** What a step that succeeded, or found nothing to do, says about itself. */
export type StepDone = {
  /** One word: `created`, `unchanged`, `deleted` … */
  change: string;
  /** `skipped`: nothing was to be done; the steps that need this one still run. */
  outcome?: 'succeeded' | 'skipped';
  /** AWS's own times, where AWS states them; otherwise the pool's. */
  startedAt?: Date;
  finishedAt?: Date;
  detail?: string;
};

export type PoolOptions = {
  clock: Clock;
  /** Steps at work at the same time, at least 1. */
  concurrency: number;
  /** When aborted, no further step starts; those at work are told and waited for. */
  signal?: AbortSignal;
  onStarted?: (step: { id: string; title: string }) => void;
  onFinished?: (result: StepResult) => void;
};

/**
 * Runs the steps of a dependency graph: each starts the moment everything it needs has succeeded. A step that fails
 * stops those that need it, directly or not; independent ones go on, and those at work are waited for.
 * @returns one result per step, in the order in which they ended
 * @throws Failure `BrokenStepGraph` when ids repeat, a need is unknown, or the graph has a cycle
 */
export async function runReadyPool<Context>(
  steps: readonly PoolStep<Context>[],
  context: Context,
  options: PoolOptions,
): Promise<StepResult[]> {
  checkGraph(steps);
  const signal = options.signal ?? new AbortController().signal;
  const results = new Map<string, StepResult>();
  const atWork = new Map<string, Promise<void>>();
  const finish = (result: StepResult): void => {
    results.set(result.id, result);
    options.onFinished?.(result);
  };
  while (results.size < steps.length) {
    for (const step of steps) {
      if (results.has(step.id) || atWork.has(step.id)) continue;
      const obstacle = signal.aborted ? 'the run was cancelled' : obstacleOf(step, results);
      if (obstacle !== undefined) finish(skipped(step, obstacle, options.clock.now()));
      else if (atWork.size < options.concurrency && step.needs.every((need) => results.has(need))) {
        options.onStarted?.(step);
        const work = runStep(step, context, signal, options.clock).then((result) => {
          atWork.delete(step.id);
          finish(result);
        });
        atWork.set(step.id, work);
      }
    }
    if (atWork.size > 0) await Promise.race(atWork.values());
  }
  return [...results.values()];
}

/** The outcome of all steps together; a step that was never started leaves it unknown at best. */
export function outcomeOfSteps(results: readonly StepResult[]): Outcome {
  return worstOutcome(
    results.map((result): Outcome => {
      if (result.outcome !== 'skipped') return result.outcome;
      return result.change === notStarted ? 'unknown' : 'succeeded';
    }),
  );
}

async function runStep<Context>(
  step: PoolStep<Context>,
  context: Context,
  signal: AbortSignal,
  clock: Clock,
): Promise<StepResult> {
  const startedAt = clock.now();
  try {
    const done = await step.run(context, signal);
    return {
      id: step.id,
      title: step.title,
      outcome: done.outcome ?? 'succeeded',
      change: done.change,
      startedAt: done.startedAt ?? startedAt,
      finishedAt: done.finishedAt ?? clock.now(),
      needs: step.needs,
      ...(done.detail === undefined ? {} : { detail: done.detail }),
    };
  } catch (error) {
    const failure = toFailure(error);
    const outcome = outcomeOf(failure);
    return {
      id: step.id,
      title: step.title,
      outcome,
      change: outcome,
      startedAt,
      finishedAt: clock.now(),
      failure,
      needs: step.needs,
      detail: failure.message,
    };
  }
}

/** Why the step can never start: the first thing it needs that did not succeed. */
function obstacleOf(step: { needs: readonly string[] }, results: ReadonlyMap<string, StepResult>): string | undefined {
  for (const need of step.needs) {
    const result = results.get(need);
    if (result === undefined) continue;
    if (result.outcome === 'failed') return `${result.title} failed`;
    if (result.outcome === 'unknown') return `the outcome of ${result.title} is unknown`;
    if (result.outcome === 'skipped' && result.change === notStarted) return `${result.title} was not started`;
  }
  return undefined;
}

function skipped(
  step: { id: string; title: string; needs: readonly string[] },
  obstacle: string,
  now: Date,
): StepResult {
  const detail = `Not started, because ${obstacle}.`;
  return {
    id: step.id,
    title: step.title,
    outcome: 'skipped',
    change: notStarted,
    startedAt: now,
    finishedAt: now,
    needs: step.needs,
    detail,
  };
}

function checkGraph(steps: readonly { id: string; needs: readonly string[] }[]): void {
  const broken = (message: string): Failure => new Failure({ code: 'BrokenStepGraph', source: 'product', message });
  const needs = new Map<string, readonly string[]>();
  for (const step of steps) {
    if (needs.has(step.id)) throw broken(`Two steps have the id ${step.id}.`);
    needs.set(step.id, step.needs);
  }
  for (const step of steps) {
    const unknown = step.needs.find((need) => !needs.has(need));
    if (unknown !== undefined) throw broken(`Step ${step.id} needs ${unknown}, which does not exist.`);
  }
  const settled = new Set<string>();
  for (;;) {
    const next = steps.filter(({ id, needs: all }) => !settled.has(id) && all.every((need) => settled.has(need)));
    if (next.length === 0) break;
    for (const { id } of next) settled.add(id);
  }
  const stuck = steps.filter(({ id }) => !settled.has(id)).map(({ id }) => id);
  if (stuck.length > 0) throw broken(`These steps wait for each other: ${stuck.join(', ')}.`);
}
