import { ExpressionFailure, evaluateCondition, type Scope } from '../expressions/expression.ts';
import type { Value } from '../expressions/value.ts';
import { openCheckReport } from '../job/check-report.ts';
import { runScope } from '../job/contexts.ts';
import type { JobServices } from '../job/run-job.ts';
import { type Conclusion, type JobRun, plainAnnotation } from '../records.ts';
import { evaluateStrategy, MatrixError } from '../workflow/matrix.ts';
import type { JobDefinition } from '../workflow/workflow-file.ts';
import { type JobResult, type RunCancellation, resultOfRuns, runCombinations } from './run-combinations.ts';
import type { RunSession } from './run-session.ts';

/** Everything the functions here share about one run. */
type JobGraph = {
  run: RunSession;
  services: JobServices;
  runGroup: string | undefined;
  cancellation: RunCancellation;
  variables: Record<string, string>;
  results: Map<string, Promise<JobResult>>;
  finished: Map<string, JobResult>;
  /** Told whenever a job begins or ends to wait for a review. */
  onWait: (waiting: boolean) => void;
};

/**
 * Runs the jobs of a workflow, each as soon as the jobs it needs have ended.
 * @returns the records in the order of the file, and the result of each job without the failures it may have
 */
export async function runJobs(
  run: RunSession,
  services: JobServices,
  runGroup: string | undefined,
  cancellation: RunCancellation,
  onWait: (waiting: boolean) => void,
): Promise<{ jobs: JobRun[]; results: Conclusion[] }> {
  const variables = Object.fromEntries(run.options.github.variables(run.event.repository));
  const graph: JobGraph = {
    run,
    services,
    runGroup,
    cancellation,
    variables,
    results: new Map(),
    finished: new Map(),
    onWait,
  };
  const results = await Promise.all(run.workflow.jobs.map((job) => resultOf(graph, job)));
  return { jobs: results.flatMap(({ runs }) => runs), results: results.map(({ result }) => result) };
}

function resultOf(graph: JobGraph, job: JobDefinition): Promise<JobResult> {
  const known = graph.results.get(job.id);
  if (known) return known;
  const result = runJob(graph, job).then((done) => {
    graph.finished.set(job.id, done);
    return done;
  });
  graph.results.set(job.id, result);
  return result;
}

async function runJob(graph: JobGraph, job: JobDefinition): Promise<JobResult> {
  await Promise.all(neededJobs(graph, job).map((needed) => resultOf(graph, needed)));
  const kept = graph.run.kept.whole.get(job.id);
  if (kept) return resultOfRuns([...kept]);
  const scope = jobScope(graph, job);
  try {
    if (!evaluateCondition(job.condition, scope)) return withoutRun(graph, job, 'skipped');
    const strategy = evaluateStrategy(job.settings.get('strategy'), scope);
    const { run, services, runGroup, cancellation, onWait } = graph;
    const needs = needsContext(graph, job);
    return await runCombinations({ run, services, runGroup, cancellation, job, scope, strategy, needs, onWait });
  } catch (error) {
    if (!(error instanceof ExpressionFailure || error instanceof MatrixError)) throw error;
    const place = `Error when evaluating the settings of job '${job.id}'. ${graph.run.workflow.path}: `;
    return withoutRun(graph, job, 'failure', `${place}${error.message}`);
  }
}

function neededJobs(graph: JobGraph, job: JobDefinition): JobDefinition[] {
  return graph.run.workflow.jobs.filter(({ id }) => job.needs.includes(id));
}

/** What a job's settings can see before it starts. */
function jobScope(graph: JobGraph, job: JobDefinition): Scope {
  const outer = runScope(graph.run, graph.variables);
  const ancestors = ancestorsOf(graph, job);
  const resultsOf = (names: string[]): (Conclusion | undefined)[] =>
    (names.length > 0 ? names : ancestors).map((id) => graph.finished.get(id)?.result);
  const cancelled = (): boolean => graph.cancellation.reason !== undefined;
  return {
    contexts: { ...outer.contexts, needs: needsContext(graph, job) },
    functions: {
      // "A failure or skip applies to all jobs in the dependency chain from the point of failure or skip onwards."
      success: (names) => !cancelled() && resultsOf(names).every((result) => result === 'success'),
      failure: (names) => !cancelled() && resultsOf(names).some((result) => result === 'failure'),
      cancelled,
      always: () => true,
    },
  };
}

function ancestorsOf(graph: JobGraph, job: JobDefinition): string[] {
  const found = new Set<string>();
  const visit = (definition: JobDefinition): void => {
    for (const needed of neededJobs(graph, definition)) {
      if (found.has(needed.id)) continue;
      found.add(needed.id);
      visit(needed);
    }
  };
  visit(job);
  return [...found];
}

function needsContext(graph: JobGraph, job: JobDefinition): Record<string, Value> {
  const entries = job.needs.map((id): [string, Value] => {
    const done = graph.finished.get(id);
    return [id, { result: done?.result ?? 'skipped', outputs: done?.outputs ?? {} }];
  });
  return Object.fromEntries(entries);
}

/** The record of a job that did not get to start. */
function withoutRun(graph: JobGraph, job: JobDefinition, conclusion: Conclusion, problem?: string): JobResult {
  const token = job.settings.get('name');
  const name = token && !token.isExpression ? token.toString() : job.id;
  const annotations = problem === undefined ? [] : [plainAnnotation('error', problem)];
  const check = openCheckReport(graph.run, name);
  check.addAnnotations(annotations);
  check.complete(conclusion);
  const now = graph.run.options.github.now();
  const result: JobRun = {
    id: job.id,
    name,
    matrix: {},
    conclusion,
    mayFail: false,
    environment: undefined,
    steps: [],
    outputs: {},
    summary: '',
    annotations,
    startedAt: now,
    completedAt: now,
  };
  const reference = { runId: graph.run.id, workflowName: graph.run.workflow.name, job: name };
  graph.run.report({ kind: 'job-finished', ...reference, result });
  return { result: conclusion, outputs: {}, runs: [result] };
}
