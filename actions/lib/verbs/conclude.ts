import type { Outcome } from '../engine/outcome.ts';
import { worstOutcome } from '../engine/outcome.ts';
import { type Check, reportCheck } from '../github/check-runs.ts';
import { listComments, upsertComment } from '../github/comments.ts';
import { type GitHubConnection, ownLogin } from '../github/connection.ts';
import { readPullRequest } from '../github/pull-request.ts';
import type { Reporter } from '../ports/reporter.ts';
import { concludeRecords } from '../report/conclusion.ts';
import { allSuperseded, countedOutcome, type JobRecord } from '../report/job-record.ts';
import { type PlanComments, renderPlanComments } from '../report/plan-comments.ts';
import { readRecords } from './read-records.ts';

export type ConclusionKind = 'plan' | 'deploy' | 'destroy';

export function isConclusionKind(value: string): value is ConclusionKind {
  return value === 'plan' || value === 'deploy' || value === 'destroy';
}

/** How deployments and teardowns introduce their one comment. */
const headings = {
  deploy: { title: '## Deployed', comment: 'deploy' },
  destroy: { title: '## Receipt', comment: 'receipt' },
} as const;

export type Conclusion = {
  expected: readonly string[];
  /** Folder with one folder for each artifact. */
  records: string;
  github: GitHubConnection;
  reporter: Reporter;
};

/**
 * Reads the records of all legs of a deployment or teardown, writes summary and comment, and gives the outcome of the whole.
 * @param options.pullRequests where to comment; none: only the summary
 */
export async function concludeWork(
  kind: 'deploy' | 'destroy',
  { expected, github, reporter, ...options }: Conclusion & { pullRequests: readonly number[] },
): Promise<Outcome> {
  const records = await readRecords([kind], options.records, expected, reporter);
  const { title, comment } = headings[kind];
  const heading = allSuperseded(expected, records) ? '## Superseded' : title;
  const { outcome, markdown } = concludeRecords(expected, records);
  const body = `${heading}\n\n${markdown}\n`;
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
 * @param options.head the planned commit; empty when selecting failed
 * @param options.selected whether the job that chose what to plan succeeded
 */
export async function concludePlan({
  expected,
  github,
  reporter,
  ...options
}: Conclusion & { pullRequest: number; head: string; selected: boolean; runUrl: string }): Promise<Outcome> {
  const records = await readRecords(['plan', 'teardown'], options.records, expected, reporter);
  const outcome = options.selected ? outcomeOf(expected, records) : 'failed';
  const live = await readPullRequest(github, options.pullRequest);
  const head = options.head === '' ? live.head : options.head;
  const comments = renderPlanComments({ expected, records, head, selected: options.selected });
  reporter.summary(comments.summary);
  if (live.head === head) await write(github, options.pullRequest, comments, reporter);
  else reporter.info(`#${options.pullRequest} has moved on to ${live.head.slice(0, 7)}; its own plan is shown.`);
  await reportCheck(github, checkOf({ outcome, comments, head, url: options.runUrl }));
  return outcome;
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
  { overview, own }: PlanComments,
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
