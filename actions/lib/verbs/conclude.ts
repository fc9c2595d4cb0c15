import { type Check, reportCheck } from '../adapters/github/check-runs.ts';
import { listComments, upsertComment } from '../adapters/github/comments.ts';
import { type GitHubConnection, ownLogin } from '../adapters/github/connection.ts';
import { readPullRequest } from '../adapters/github/pull-requests.ts';
import { type Outcome, worstOutcome } from '../engine/outcome.ts';
import type { Reporter } from '../ports/reporter.ts';
import { concludeRecords, renderNotStarted, type SelectionProblem } from '../report/conclusion.ts';
import { allSuperseded, countedOutcome, type JobRecord } from '../report/job-record.ts';
import { type PlanComments, renderPlanComments, renderTipPlan } from '../report/plan-comments.ts';
import { readRecords } from './read-records.ts';

export type ConclusionKind = 'plan' | 'deploy' | 'destroy';

export function isConclusionKind(value: string): value is ConclusionKind {
  return value === 'plan' || value === 'deploy' || value === 'destroy';
}

/** How deployments and teardowns introduce their one comment. */
const headings = {
  deploy: { title: '## Deployed', comment: 'deploy', doing: 'deployed' },
  destroy: { title: '## Receipt', comment: 'receipt', doing: 'destroyed' },
} as const;

export type Conclusion = {
  expected: readonly string[];
  /** Folder with one folder for each artifact. */
  records: string;
  github: GitHubConnection;
  reporter: Reporter;
  /** The job that chose what to work on failed; undefined: it did not. */
  problem: SelectionProblem | undefined;
};

/**
 * Reads the records of all legs of a deployment or teardown, writes summary and comment, and gives the outcome of the whole.
 * @param options.pullRequests where to comment; none: only the summary
 */
export async function concludeWork(
  kind: 'deploy' | 'destroy',
  { expected, github, reporter, problem, ...options }: Conclusion & { pullRequests: readonly number[] },
): Promise<Outcome> {
  const records = await readRecords([kind], options.records, expected, reporter);
  const { title, comment, doing } = headings[kind];
  const heading = allSuperseded(expected, records) ? '## Superseded' : title;
  const concluded = concludeRecords(expected, records);
  const outcome = problem === undefined ? concluded.outcome : 'failed';
  const body =
    problem === undefined ? `${heading}\n\n${concluded.markdown}\n` : renderNotStarted(title, doing, problem);
  reporter.summary(body);
  for (const pullRequest of options.pullRequests) {
    const { url } = await upsertComment(github, pullRequest, comment, body);
    reporter.info(`Commented: ${url}`);
  }
  reporter.info(`${records.length} of ${expected.length} records; outcome: ${outcome}.`);
  return outcome;
}

/**
 * Shows the plans of a pull request: one overview, a comment of its own for each deployment where something is destroyed,
 * replaced or blocked, and the check `plan` on the planned commit. When the pull request has moved on, the newer run shows.
 * When it could not be found out what to plan, overview and check say why.
 * @param options.head the planned commit; empty when selecting failed
 */
export async function concludePlan({
  expected,
  github,
  reporter,
  problem,
  ...options
}: Conclusion & { pullRequest: number; head: string; runUrl: string }): Promise<Outcome> {
  const records = await readRecords(['plan', 'teardown'], options.records, expected, reporter);
  const selected = problem === undefined;
  const outcome = selected ? outcomeOf(expected, records) : 'failed';
  const shown = { expected, records, selected, ...(selected ? {} : { problem }) };
  // Before GitHub is asked for anything: whatever becomes of that, the run itself tells.
  reporter.summary(renderPlanComments({ ...shown, head: options.head }).summary);
  const live = await readPullRequest(github, options.pullRequest);
  const head = options.head === '' ? live.head : options.head;
  const comments = renderPlanComments({ ...shown, head });
  const isNewest = live.head === head;
  if (!isNewest)
    reporter.info(`#${options.pullRequest} has moved on to ${live.head.slice(0, 7)}; its own plan is shown.`);
  // One that cannot be posted keeps the other from nothing.
  const posted = await Promise.allSettled([
    isNewest ? write(github, options.pullRequest, { ...comments, selected }, reporter) : undefined,
    reportCheck(github, checkOf({ outcome, comments, head, url: options.runUrl })),
  ]);
  for (const result of posted) if (result.status === 'rejected') throw result.reason;
  return outcome;
}

/** Shows a plan of the tip, which belongs to no pull request, in the run's summary. */
export async function concludeTipPlan(conclusion: Conclusion): Promise<Outcome> {
  const { expected, reporter, problem } = conclusion;
  if (problem !== undefined) {
    reporter.summary(renderNotStarted('## Plan', 'planned', problem));
    return 'failed';
  }
  const records = await readRecords(['plan'], conclusion.records, expected, reporter);
  for (const name of expected) {
    const record = records.find(({ deployment }) => deployment === name);
    reporter.summary(renderTipPlan(name, record));
  }
  return outcomeOf(expected, records);
}

function outcomeOf(expected: readonly string[], records: readonly JobRecord[]): Outcome {
  const outcomes = expected.map((name): Outcome => {
    const record = records.find(({ deployment }) => deployment === name);
    return record === undefined ? 'unknown' : countedOutcome(record);
  });
  return worstOutcome(['succeeded', ...outcomes]);
}

async function write(
  github: GitHubConnection,
  pullRequest: number,
  { overview, own, selected }: PlanComments & { selected: boolean },
  reporter: Reporter,
): Promise<void> {
  const known = await listComments(github, pullRequest);
  const shown = known.some(
    ({ author, body }) => author === ownLogin(github) && body.startsWith('<!-- opensarlab:plan -->'),
  );
  if (overview !== undefined || shown) {
    const markdown = overview ?? 'This pull request changes no deployment any more.\n';
    const { url } = await upsertComment(github, pullRequest, 'plan', markdown, known);
    reporter.info(`Commented: ${url}`);
  }
  for (const [deployment, markdown] of own) {
    await upsertComment(github, pullRequest, `plan of ${deployment}`, markdown, known);
  }
  // Nobody knows what of the earlier ones still holds.
  if (!selected) return;
  // What was destructive before and is not any more must not go on standing there.
  for (const { author, body } of known) {
    const deployment = /^<!-- opensarlab:plan of ([a-z][a-z0-9-]*) -->/.exec(body)?.[1];
    if (author !== ownLogin(github) || deployment === undefined || own.has(deployment)) continue;
    const markdown = `### ${deployment}\n\nNothing is destroyed, replaced or blocked here any more; see the overview.\n`;
    await upsertComment(github, pullRequest, `plan of ${deployment}`, markdown, known);
  }
}

function checkOf({
  outcome,
  comments,
  head,
  url,
}: {
  outcome: Outcome;
  comments: PlanComments;
  head: string;
  url: string;
}): Check {
  const conclusion = outcome === 'succeeded' ? 'success' : 'failure';
  return { name: 'plan', head, conclusion, title: comments.title, summary: comments.overview ?? comments.title, url };
}
