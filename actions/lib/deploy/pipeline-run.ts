import { diagnoseWords } from '../diagnosis/diagnose.ts';
import { pollUntil } from '../engine/poll.ts';
import { mayBeUnseen, untilVisible } from '../engine/visibility.ts';
import { Failure } from '../failure.ts';
import type { FailedAction, PipelineExecution } from '../ports/aws-ports.ts';
import { type BuildExplanation, explainFailedBuild } from '../stack-operations/build-failure.ts';
import { explained } from '../stack-operations/stack-failure.ts';
import { buildQueueFull, onceQueueHasRoom, saysQueueFull } from './build-queue.ts';
import { type DeployContext, watchingOf } from './deploy-context.ts';

/** The name of the source action in both pipelines. */
const sourceAction = 'Source';

/** How far back an execution of the wanted commit is looked for. */
const lookBack = 50;

/** So long after its stack was changed a pipeline counts as one that not everybody may see yet. */
const justMadeMilliseconds = 3_600_000;

/** What is to run through a pipeline. */
export type PipelineGoal = {
  pipeline: string;
  commit: string;
  /** Executions that started earlier do not count, because what they use has changed since; by AWS's clock. */
  notBefore: Date | undefined;
  /** When the pipeline's stack came to be as it is, by AWS's clock. */
  madeAt: Date | undefined;
};

/** An execution that succeeded, and whether this run had to wait for it. */
export type PipelineResult = { execution: PipelineExecution; alreadyDone: boolean };

/**
 * Has the pipeline run through for exactly this commit: an execution that already succeeded is taken, one at work is
 * waited for, otherwise one is started. A failed one is tried again once per run of this program; one that only found no place
 * for its build, until there is one.
 * @throws Failure `PipelineMissing`; `PipelineFailed` with the failed build's own words; `BuildQueueFull`
 */
export async function runPipeline(goal: PipelineGoal, context: DeployContext): Promise<PipelineResult> {
  const executions = await settleSources(goal, context);
  const wanted = executions.filter((execution) => suits(execution, goal));
  const done = wanted.find(({ status }) => status === 'Succeeded');
  if (done !== undefined) return { execution: done, alreadyDone: true };
  const atWork = wanted.find(({ status }) => status === 'InProgress');
  if (atWork === undefined && (await findStages(goal, context)) === undefined) throw missing(goal.pipeline);
  let begun = atWork?.id;
  const execution = await onceQueueHasRoom(`pipeline ${goal.pipeline}`, context, async () => {
    const id = begun ?? (await start(goal, context));
    begun = undefined;
    return waitForExecution(goal, id, context);
  });
  return { execution, alreadyDone: false };
}

/**
 * The recent executions, once each that is at work says which commit it is for: a pipeline starts by itself on a push and
 * when it is created, and its commit is known only after its source stage. A pipeline that was just made without any is one
 * whose first execution is not shown yet (user guide, "Start a pipeline in CodePipeline": it runs when it is created).
 */
function settleSources(goal: PipelineGoal, context: DeployContext): Promise<PipelineExecution[]> {
  const { clock } = context.patience;
  const since = clock.now();
  let looks = 0;
  return pollUntil(`the source of pipeline ${goal.pipeline}`, context.patience, async () => {
    const executions = await context.ports.pipelines.recentExecutions(goal.pipeline, lookBack);
    looks += 1;
    if (executions.length === 0 && isJustMade(goal, context) && mayBeUnseen(since, clock, looks)) return undefined;
    const open = executions.some(({ status, commits }) => {
      return status === 'InProgress' && commits[sourceAction] === undefined;
    });
    return open ? undefined : { value: executions };
  });
}

function isJustMade({ madeAt }: PipelineGoal, { patience: { clock } }: DeployContext): boolean {
  return madeAt !== undefined && clock.now().getTime() - madeAt.getTime() < justMadeMilliseconds;
}

function findStages(goal: PipelineGoal, context: DeployContext): Promise<string[] | undefined> {
  const look = () => context.ports.pipelines.findStages(goal.pipeline);
  return isJustMade(goal, context) ? untilVisible(`pipeline ${goal.pipeline}`, watchingOf(context), look) : look();
}

function suits(execution: PipelineExecution, { commit, notBefore }: PipelineGoal): boolean {
  if (execution.commits[sourceAction] !== commit) return false;
  return notBefore === undefined || execution.startedAt >= notBefore;
}

function start({ pipeline, commit }: PipelineGoal, context: DeployContext): Promise<string> {
  context.reporter.info(`Pipeline ${pipeline}: started for commit ${commit.slice(0, 7)}`);
  return context.ports.pipelines.start(pipeline, { action: sourceAction, commit }, context.token(pipeline));
}

async function waitForExecution(goal: PipelineGoal, id: string, context: DeployContext): Promise<PipelineExecution> {
  let current = id;
  const execution = await pollUntil(`pipeline ${goal.pipeline}`, context.patience, async () => {
    const found = await context.ports.pipelines.findExecution(goal.pipeline, current);
    if (found === undefined || found.status === 'InProgress' || found.status === 'Stopping') return undefined;
    if (found.status !== 'Superseded') return { value: found };
    current = (await findSuccessor(goal, found, context)) ?? (await start(goal, context));
    return undefined;
  });
  context.reporter.info(`Pipeline ${goal.pipeline}: ${execution.status}`);
  if (execution.status === 'Succeeded' && execution.commits[sourceAction] === goal.commit) return execution;
  throw await pipelineFailure(goal, execution, context);
}

/** A later execution of the same commit that took the place of a superseded one. */
async function findSuccessor(
  goal: PipelineGoal,
  superseded: PipelineExecution,
  context: DeployContext,
): Promise<string | undefined> {
  const executions = await context.ports.pipelines.recentExecutions(goal.pipeline, lookBack);
  const successor = executions.find((execution) => {
    const alive = execution.status === 'InProgress' || execution.status === 'Succeeded';
    return alive && suits(execution, goal) && execution.startedAt >= superseded.startedAt;
  });
  return successor?.id;
}

async function pipelineFailure(
  goal: PipelineGoal,
  execution: PipelineExecution,
  context: DeployContext,
): Promise<Failure> {
  const commit = execution.commits[sourceAction] ?? 'an unknown commit';
  if (execution.status === 'Succeeded') {
    return new Failure({
      code: 'PipelineFailed',
      source: 'aws',
      message: `Pipeline ${goal.pipeline} ran for ${commit} instead of ${goal.commit}.`,
      hint: 'Somebody pushed to the repository meanwhile. Run again.',
    });
  }
  const failed = await context.ports.pipelines.findFailedAction(goal.pipeline, execution.id);
  const build = failed?.buildId === undefined ? undefined : await context.ports.builds.find(failed.buildId);
  const { sentence, todo } =
    build === undefined ? explainFailedAction(failed) : await explainFailedBuild(build, context);
  const isQueueFull = build === undefined && saysQueueFull(failed?.message ?? '');
  const place = failed === undefined ? '' : ` in ${failed.stage}/${failed.action}`;
  return new Failure({
    code: isQueueFull ? buildQueueFull : 'PipelineFailed',
    source: 'aws',
    message: `Pipeline ${goal.pipeline} ended in ${execution.status}${place}: ${sentence}`,
    hint: todo,
  });
}

/** An action without a build: of the source, or one whose build could not be started. */
function explainFailedAction(failed: FailedAction | undefined): BuildExplanation {
  const finding = diagnoseWords(failed?.message ?? '');
  return { sentence: explained(finding, 'no action says why'), todo: finding.todo };
}

function missing(pipeline: string): Failure {
  return new Failure({
    code: 'PipelineMissing',
    source: 'aws',
    message: `There is no pipeline ${pipeline}, although its stack is complete.`,
    hint: 'Somebody deleted it outside of its stack: change the stack so that it is made again, or destroy and deploy.',
  });
}
